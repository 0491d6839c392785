package templates

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"dockgen/detect/manifest/evidence"
	"dockgen/internal/plan"
	"dockgen/internal/safe"
)

// Extension is a Compose file of somebody's with what it lacks.
type Extension struct {
	Content []byte   // as it would be: every line that was there stands as it was
	Missing []string // the services that it lacks, none where all is there
	Plans   []*plan.Plan
}

// Extend reads a Compose file that dockgen did not write. What it has is kept as it
// stands: what the plans need beside that is put below its services and volumes.
func Extend(existing []byte, plans ...*plan.Plan) (*Extension, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(existing, &doc); err != nil {
		return nil, err
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, errors.New("it holds no mapping")
	}
	root := doc.Content[0]
	services := valueOf(root, "services")
	if services == nil || services.Kind != yaml.MappingNode || services.Style&yaml.FlowStyle != 0 || len(services.Content) == 0 {
		return nil, errors.New("its services are no block of lines")
	}
	running, built := map[string]safe.Name{}, map[string]bool{}
	taken := map[string]bool{}
	for i := 0; i+1 < len(services.Content); i += 2 {
		key, s := services.Content[i].Value, services.Content[i+1]
		taken[key] = true
		if dir, ok := builtFrom(s, plans); ok {
			built[dir] = true
		}
		if image := valueOf(s, "image"); image != nil {
			if need, ok := evidence.Backing(image.Value); ok {
				if name, err := safe.NewName(key); err == nil {
					running[need] = name
				}
			}
		}
	}
	ext := &Extension{Content: existing}
	added, volumes := map[string]*mapping{}, map[string]bool{}
	for _, p := range plans {
		p = p.Beside(withTwins(running))
		ext.Plans = append(ext.Plans, p)
		for _, b := range p.Backing {
			m := backing(b)
			m.drop("networks")
			added[b.Name.String()] = m
			if !b.Volume.IsZero() {
				volumes[b.Volume.String()] = true
			}
		}
		if built[p.Compose.Context.String()] || built[p.Service.Dir.String()] || taken[p.Compose.Service.String()] {
			continue
		}
		alone := *p
		alone.Processes = nil
		for i := range p.Processes {
			added[p.Processes[i].Service.String()] = process(&alone, &p.Processes[i])
		}
		m := program(&alone)
		if job := p.JobBefore(nil); !job.IsZero() {
			m = programAfter(&alone, job)
		}
		added[p.Compose.Service.String()] = m
		for _, v := range p.Compose.Volumes {
			volumes[v.Volume.String()] = true
		}
	}
	for name := range added {
		if taken[name] {
			delete(added, name)
		}
	}
	ext.Missing = slices.Sorted(maps.Keys(added))
	if len(added) == 0 {
		return ext, nil
	}
	blocks := map[string]*mapping{"services": {sortedMapping(added)}}
	if len(volumes) > 0 {
		v := newMapping()
		for _, name := range slices.Sorted(maps.Keys(volumes)) {
			if have := valueOf(root, "volumes"); have == nil || valueOf(have, name) == nil {
				v.add(name, null())
			}
		}
		blocks["volumes"] = v
	}
	var err error
	if ext.Content, err = insert(existing, root, blocks); err != nil {
		return nil, err
	}
	return ext, nil
}

// withTwins lets a running service stand for the other one of its protocol.
func withTwins(running map[string]safe.Name) map[string]safe.Name {
	out := map[string]safe.Name{}
	for need, name := range running {
		out[need] = name
		if twin := evidence.Twin(need); twin != "" {
			if _, ok := running[twin]; !ok {
				out[twin] = name
			}
		}
	}
	return out
}

// programAfter is the program, which waits for a job.
func programAfter(p *plan.Plan, job safe.Name) *mapping {
	m := program(p)
	on := valueOf(m.node, "depends_on")
	if on == nil {
		d := newMapping()
		m.node.Content = append(m.node.Content[:2:2], append([]*yaml.Node{text("depends_on"), d.node}, m.node.Content[2:]...)...)
		on = d.node
	}
	c := newMapping()
	c.add("condition", text("service_completed_successfully"))
	on.Content = append(on.Content, text(job.String()), c.node)
	return m
}

func (m *mapping) drop(key string) {
	for i := 0; i < len(m.node.Content); i += 2 {
		if m.node.Content[i].Value == key {
			m.node.Content = append(m.node.Content[:i:i], m.node.Content[i+2:]...)
			return
		}
	}
}

func valueOf(m *yaml.Node, key string) *yaml.Node {
	if m == nil || m.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return m.Content[i+1]
		}
	}
	return nil
}

// builtFrom is the folder that a service's build takes, or that of its Dockerfile where a
// program of the project lies there: it is that one's, whatever else the folder holds.
func builtFrom(s *yaml.Node, plans []*plan.Plan) (string, bool) {
	b := valueOf(s, "build")
	switch {
	case b == nil:
		return "", false
	case b.Kind == yaml.ScalarNode:
		return path.Clean(b.Value), true
	}
	context := "."
	if c := valueOf(b, "context"); c != nil {
		context = path.Clean(c.Value)
	}
	if file := valueOf(b, "dockerfile"); file != nil {
		own := path.Join(context, path.Dir(file.Value))
		if own != context && slices.ContainsFunc(plans, func(p *plan.Plan) bool { return p.Service.Dir.String() == own }) {
			return own, true
		}
	}
	return context, true
}

// insert puts each block below the last line of the top-level key of its name, or at
// the end. The lines that are there stay as they are.
func insert(existing []byte, root *yaml.Node, blocks map[string]*mapping) ([]byte, error) {
	lines := strings.SplitAfter(strings.TrimRight(string(existing), "\n")+"\n", "\n")
	lines = lines[:len(lines)-1]
	for _, key := range []string{"volumes", "services"} { // the last first: line numbers hold
		block := blocks[key]
		if block == nil || len(block.node.Content) == 0 {
			continue
		}
		text, err := indented(block, 2)
		if err != nil {
			return nil, err
		}
		at := len(lines)
		there := false
		for i := 0; i+1 < len(root.Content); i += 2 {
			if root.Content[i].Value != key {
				continue
			}
			there = true
			value := root.Content[i+1]
			if value.Kind == yaml.MappingNode && len(value.Content) > 0 {
				if value.Style&yaml.FlowStyle != 0 {
					return nil, fmt.Errorf("its %s are no block of lines", key)
				}
				if text, err = indented(block, value.Content[0].Column-1); err != nil {
					return nil, err
				}
			}
			if i+2 < len(root.Content) {
				at = root.Content[i+2].Line - 1
			}
			for at > 0 && (strings.TrimSpace(lines[at-1]) == "" || at < len(lines) && strings.HasPrefix(lines[at-1], "#")) {
				at--
			}
		}
		if !there {
			text = "\n" + key + ":\n" + text
		} else if key == "services" {
			text = "\n" + text
		}
		lines = append(lines[:at:at], append([]string{text}, lines[at:]...)...)
	}
	out := []byte(strings.Join(lines, ""))
	var again yaml.Node
	if err := yaml.Unmarshal(out, &again); err != nil {
		return nil, fmt.Errorf("what is missing can't be put into it: %w", err)
	}
	return out, nil
}

// indented renders a mapping's entries at a column.
func indented(m *mapping, column int) (string, error) {
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(m.node); err != nil {
		return "", err
	}
	if err := enc.Close(); err != nil {
		return "", err
	}
	pad := strings.Repeat(" ", column)
	var out strings.Builder
	for i, line := range strings.Split(strings.TrimRight(b.String(), "\n"), "\n") {
		if i > 0 && line != "" && line[0] != ' ' && line[0] != '#' && strings.HasSuffix(line, ":") {
			out.WriteString("\n")
		}
		out.WriteString(pad + line + "\n")
	}
	return out.String(), nil
}
