package templates

import (
	"bytes"
	"fmt"
	"path"

	"go.yaml.in/yaml/v3"

	"dockgen/detect"
	"dockgen/internal/plan"
)

// ComposeDev renders what differs from the Compose file while the project is worked
// on: the stage that serves the sources, and what is carried into the running
// container when it changes. It is nil where no plan has such a stage.
func ComposeDev(plans ...*plan.Plan) ([]byte, error) {
	services := map[string]*mapping{}
	for _, p := range plans {
		if p.Dev == nil {
			continue
		}
		services[p.Compose.Service.String()] = devService(p, p.Dev.Reloads, p.Dev.Debug)
		for _, q := range p.Processes {
			if !q.Job && q.Entrypoint.IsZero() {
				services[q.Service.String()] = devService(p, false, nil)
			}
		}
	}
	if len(services) == 0 {
		return nil, nil
	}
	root := newMapping()
	root.add("services", sortedMapping(services))
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Written by dockgen for %s\n#\n# Development: %s\n\n", plans[0].Compose.Project, plan.DevCommand)
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(root.node); err != nil {
		return nil, fmt.Errorf("rendering compose.dev.yaml: %w", err)
	}
	if err := enc.Close(); err != nil {
		return nil, fmt.Errorf("rendering compose.dev.yaml: %w", err)
	}
	return spaced(b.Bytes()), nil
}

// devService is one service for development. What it watches takes the place of what
// compose.yaml does: both together would build at each change.
func devService(p *plan.Plan, reloads bool, debug *detect.DebugServer) *mapping {
	d, m := p.Dev, newMapping()
	build := newMapping()
	build.add("target", text(string(plan.DevStage)))
	m.add("build", build.node)
	if debug != nil {
		published := "127.0.0.1:" + p.Compose.DebugPort.String() + ":" + debug.Port.String()
		m.add("ports", sequence(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: published, Style: yaml.SingleQuotedStyle}))
		m.commentKey("ports", "A debugger attaches here. Who reaches it can run any code in the container: it is for this machine alone.")
	}
	if p.Service.Kind == detect.Static {
		none := newMapping()
		none.add("disable", boolean(true))
		m.add("healthcheck", none.node)
	}
	source := contextPath(&p.Compose)
	below := func(rel string) string {
		if rel == "." {
			return source
		}
		return "./" + path.Join(p.Compose.Context.String(), rel)
	}
	sync := newMapping()
	action := "sync+restart"
	if reloads {
		action = "sync"
	}
	sync.add("action", text(action))
	sync.add("path", escaped(below(d.Dir.String())))
	sync.add("target", escaped(d.At.String()))
	var ignored []*yaml.Node
	for _, i := range d.Ignore {
		ignored = append(ignored, escaped(i.String()))
	}
	if len(ignored) > 0 {
		sync.add("ignore", sequence(ignored...))
	}
	rules := []*yaml.Node{sync.node}
	for _, f := range d.Rebuild {
		rule := newMapping()
		rule.add("action", text("rebuild"))
		rule.add("path", escaped(below(f.String())))
		rules = append(rules, rule.node)
	}
	watch := newMapping()
	watch.add("watch", sequence(rules...))
	watch.node.Tag = "!override"
	m.add("develop", watch.node)
	if p.Compose.ReadOnly {
		m.add("read_only", boolean(false))
	}
	return m
}
