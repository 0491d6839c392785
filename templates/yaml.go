package templates

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"dockgen/internal/plan"
)

// mapping is a YAML mapping with its keys in the order in which they were added.
type mapping struct{ node *yaml.Node }

func newMapping() *mapping { return &mapping{&yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}} }

func (m *mapping) add(key string, value *yaml.Node) {
	m.node.Content = append(m.node.Content, text(key), value)
}

// has reports whether a key is there.
func (m *mapping) has(key string) bool {
	for i := 0; i < len(m.node.Content); i += 2 {
		if m.node.Content[i].Value == key {
			return true
		}
	}
	return false
}

// commentKey puts a comment line above a key that is there.
func (m *mapping) commentKey(key, comment string) {
	for i := 0; i < len(m.node.Content); i += 2 {
		if m.node.Content[i].Value == key {
			m.node.Content[i].HeadComment = comment
		}
	}
}

func (m *mapping) addStrings(key string, values []string) {
	if len(values) == 0 {
		return
	}
	var nodes []*yaml.Node
	for _, v := range values {
		nodes = append(nodes, escaped(v))
	}
	m.add(key, sequence(nodes...))
}

func (m *mapping) addVolumes(mounts []plan.Mount) {
	var nodes []*yaml.Node
	for _, v := range mounts {
		nodes = append(nodes, escaped(v.Volume.String()+":"+v.Target))
	}
	if len(nodes) > 0 {
		m.add("volumes", sequence(nodes...))
	}
}

// addData adds the volume of a backing service, and the files that fill it.
func (m *mapping) addData(b plan.Backing) {
	var nodes []*yaml.Node
	if !b.Volume.IsZero() {
		nodes = append(nodes, escaped(b.Volume.String()+":"+b.Image.Volume))
	}
	for _, file := range b.Load {
		nodes = append(nodes, escaped("./"+file.Source.String()+":"+file.Target.String()+":ro"))
	}
	if len(nodes) == 0 {
		return
	}
	m.add("volumes", sequence(nodes...))
	if len(b.Load) > 0 {
		m.commentKey("volumes", "The files fill the database when its volume is made; docker compose down --volumes begins anew.")
	}
}

func (m *mapping) addEnvironment(vars []plan.Variable) {
	if len(vars) == 0 {
		return
	}
	env := newMapping()
	for _, v := range vars {
		if v.Value == nil {
			env.add(v.Name, null())
			continue
		}
		env.add(v.Name, text(v.Value.String()))
	}
	m.add("environment", env.node)
}

func (m *mapping) addLimits(l plan.Limits) {
	limits := newMapping()
	limits.add("cpus", text(l.CPUs))
	limits.add("memory", text(l.Memory))
	limits.add("pids", number(l.PIDs))
	resources := newMapping()
	resources.add("limits", limits.node)
	deploy := newMapping()
	deploy.add("resources", resources.node)
	m.add("deploy", deploy.node)
}

// text is a string that Compose interpolates. It is quoted where YAML would take
// it for something else.
func text(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	if !plainYAML(s) {
		n.Style = yaml.SingleQuotedStyle
	}
	return n
}

// escaped is a string in which a dollar sign is one.
func escaped(s string) *yaml.Node { return text(strings.ReplaceAll(s, "$", "$$")) }

// plainYAML reports whether a reader of YAML 1.1 too takes the bare word for a
// string: no number, no boolean, no null, no time of day in base 60.
func plainYAML(s string) bool {
	if s == "" || strings.Contains(s, ": ") || strings.Contains(s, " #") {
		return false
	}
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~":
		return false
	}
	if c := s[0]; c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.' && s != "." && !strings.HasPrefix(s, "./") {
		// Durations and memory are of this form and are no numbers.
		digits := strings.TrimLeft(s, "0123456789")
		return digits != "" && (digits == "s" || digits == "ms" || digits[0] == 'm' || digits == "g")
	}
	return true
}

func number(n int) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.Itoa(n)}
}

func boolean(b bool) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(b)}
}

// null is no value at all, which the reader sees as "NAME:".
func null() *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"} }

func sequence(nodes ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: nodes}
}

func sortedMapping(m map[string]*mapping) *yaml.Node {
	out := newMapping()
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out.add(k, m[k].node)
	}
	return out.node
}
