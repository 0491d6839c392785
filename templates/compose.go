package templates

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"dockgen/detect"
	"dockgen/internal/plan"
	"dockgen/internal/safe"
)

// The networks of a project with databases: they are on the first alone.
const (
	backNetwork  = "back"
	frontNetwork = "front"
)

// Compose renders the Compose file of the plans of one project. The file is a tree
// of typed nodes, marshalled as a whole, so that no value can change its form; the
// order of keys is dclint's.
func Compose(plans ...*plan.Plan) ([]byte, error) {
	root := newMapping()
	shared := map[string]*yaml.Node{}
	for _, p := range plans {
		if key, env := sharedEnvironment(p); key != "" {
			shared[key] = env
		}
	}
	for _, key := range slices.Sorted(maps.Keys(shared)) {
		root.add(key, shared[key])
	}
	root.add("name", text(plans[0].Compose.Project.String()))
	services, volumes, secrets := map[string]*mapping{}, map[string]bool{}, map[string]*mapping{}
	networks := false
	for _, p := range plans {
		services[p.Compose.Service.String()] = program(p)
		for i := range p.Processes {
			q := &p.Processes[i]
			services[q.Service.String()] = process(p, q)
		}
		if p.Gateway != nil {
			services[p.Gateway.Service.String()] = gateway(p)
		}
		networks = networks || p.Compose.Networks
		for _, b := range p.Backing {
			if services[b.Name.String()] == nil {
				services[b.Name.String()] = backing(b)
			}
			if !b.Volume.IsZero() {
				volumes[b.Volume.String()] = true
			}
		}
		for _, v := range p.Compose.Volumes {
			volumes[v.Volume.String()] = true
		}
		for _, s := range p.Compose.Secrets {
			secrets[s.ID.String()] = secret(s)
		}
	}
	root.add("services", sortedMapping(services))
	if networks {
		back := newMapping()
		back.add("internal", boolean(true))
		back.commentKey("internal", "Nothing on it reaches the internet, or is reached from there.")
		n := newMapping()
		n.add(backNetwork, back.node)
		n.add(frontNetwork, null())
		for _, p := range plans {
			if outer := p.Compose.Network.String(); !p.Compose.Network.IsZero() && !n.has(outer) {
				external := newMapping()
				external.add("external", boolean(true))
				n.add(outer, external.node)
			}
		}
		root.add("networks", n.node)
	}
	if len(volumes) > 0 {
		v := newMapping()
		for _, name := range slices.Sorted(maps.Keys(volumes)) {
			v.add(name, null())
		}
		root.add("volumes", v.node)
	}
	if len(secrets) > 0 {
		root.add("secrets", sortedMapping(secrets))
	}
	var b bytes.Buffer
	b.WriteString(composeHeader(plans))
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(root.node); err != nil {
		return nil, fmt.Errorf("rendering compose.yaml: %w", err)
	}
	if err := enc.Close(); err != nil {
		return nil, fmt.Errorf("rendering compose.yaml: %w", err)
	}
	return spaced(b.Bytes()), nil
}

// composeHeader says how the project starts, and what the user has to do before.
func composeHeader(plans []*plan.Plan) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Written by dockgen for %s\n#\n", plans[0].Compose.Project)
	up := false
	for _, p := range plans {
		up = up || p.Compose.Profile == ""
	}
	if up {
		b.WriteString("# Start: docker compose up --build --wait\n")
	}
	var missing []plan.Required
	var optional []string
	for _, p := range plans {
		if p.Compose.Profile != "" {
			fmt.Fprintf(&b, "# Run: docker compose run --build --rm %s\n", p.Compose.Service)
		}
		for _, r := range p.Compose.Required {
			if !slices.Contains(missing, r) {
				missing = append(missing, r)
			}
		}
		optional = append(optional, p.Optional...)
	}
	if len(missing) > 0 {
		b.WriteString("#\n# It refuses to start before these are set, once, in a file .env beside it that stays out of git:\n")
		for _, r := range missing {
			fmt.Fprintf(&b, "#   %s\n", r.Command())
		}
		for _, p := range plans {
			if len(p.Backing) > 0 {
				b.WriteString("# A database keeps the password that it was first started with.\n")
				break
			}
		}
	}
	for _, p := range plans {
		if p.Compose.More > 0 {
			fmt.Fprintf(&b, "#\n# The program has %d further settings that may stay unset: add those that you use to its environment.\n", p.Compose.More)
		}
	}
	if len(optional) > 0 {
		slices.Sort(optional)
		fmt.Fprintf(&b, "#\n# Left out, for the program can do without: %s.\n", strings.Join(slices.Compact(optional), ", "))
	}
	b.WriteString("\n")
	return b.String()
}

// contextPath is the folder that the build takes, as Compose reads it.
func contextPath(c *plan.Compose) string {
	if context := c.Context.String(); context != "." {
		return "./" + context
	}
	return "."
}

// buildOf says how an image of the program's Dockerfile is built.
func buildOf(p *plan.Plan, target plan.Stage) *yaml.Node {
	c, build := &p.Compose, newMapping()
	build.add("context", escaped(contextPath(c)))
	if p.OwnDockerfile() {
		build.add("dockerfile", escaped(below(p.Service.Root, p.Dockerfile)))
	}
	build.add("target", text(string(target)))
	if len(c.Args) > 0 {
		args := newMapping()
		for _, a := range c.Args {
			if value, ok := c.KnownArg(a); ok {
				args.add(a.String(), text(value))
			} else {
				args.add(a.String(), null())
			}
		}
		build.add("args", args.node)
		if len(c.Known) < len(c.Args) {
			build.commentKey("args", "From .env or the shell; the Dockerfile has what else holds.")
		}
	}
	if len(c.Secrets) > 0 {
		var ids []*yaml.Node
		for _, s := range c.Secrets {
			ids = append(ids, text(s.ID.String()))
		}
		build.add("secrets", sequence(ids...))
	}
	return build.node
}

// program is the service that is built from the project.
func program(p *plan.Plan) *mapping {
	c, m := &p.Compose, newMapping()
	m.add("build", buildOf(p, plan.FinalStage))
	m.addDependencies(p, p.JobBefore(nil))
	m.addVolumes(c.Volumes)
	m.addProgramEnvironment(p)
	if p.Port != 0 && p.Gateway == nil {
		port := p.Port.String()
		m.add("ports", sequence(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: "127.0.0.1:" + c.HostPort.String() + ":" + port, Style: yaml.SingleQuotedStyle}))
	}
	switch {
	case c.Networks:
		m.add("networks", sequence(text(backNetwork), text(frontNetwork)))
	case c.Front:
		m.add("networks", sequence(text(frontNetwork)))
	}
	switch p.Service.Kind {
	case detect.Job, detect.CLI:
	default:
		m.add("restart", text("on-failure:5"))
	}
	if h := p.Health; !h.None && !h.Argv.IsZero() {
		m.add("healthcheck", health(append([]string{"CMD"}, h.Argv.Args()...), h.Interval.String(), h.Timeout.String(), h.StartPeriod.String(), h.Retries))
	}
	m.add("cap_drop", sequence(text("ALL")))
	m.addLimits(c.Limits)
	if c.Profile == "" {
		m.add("develop", watch(contextPath(c)))
		m.commentKey("develop", "docker compose watch: builds again when a file changes that the build reads.")
	}
	m.add("init", boolean(true))
	if c.Profile != "" {
		m.add("profiles", sequence(text(c.Profile)))
	}
	if c.ReadOnly {
		m.add("read_only", boolean(true))
	}
	m.add("security_opt", sequence(text("no-new-privileges:true")))
	m.addStrings("tmpfs", c.Tmpfs)
	return m
}

// gateway is the web server before a program that speaks no HTTP.
func gateway(p *plan.Plan) *mapping {
	c, g, m := &p.Compose, p.Gateway, newMapping()
	m.add("build", buildOf(p, plan.GatewayStage))
	on := newMapping()
	condition := newMapping()
	condition.add("condition", text("service_healthy"))
	if p.Health.None {
		condition = newMapping()
		condition.add("condition", text("service_started"))
	}
	on.add(c.Service.String(), condition.node)
	m.add("depends_on", on.node)
	m.addVolumes(c.Volumes) // it serves what the program keeps there
	m.add("ports", sequence(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: "127.0.0.1:" + c.HostPort.String() + ":" + g.Port.String(), Style: yaml.SingleQuotedStyle}))
	if c.Networks || c.Front {
		m.add("networks", sequence(text(frontNetwork)))
	}
	m.add("restart", text("on-failure:5"))
	if h := g.Health; !h.None {
		m.add("healthcheck", health(append([]string{"CMD"}, h.Argv.Args()...), h.Interval.String(), h.Timeout.String(), h.StartPeriod.String(), h.Retries))
	}
	m.add("cap_drop", sequence(text("ALL")))
	m.addLimits(plan.Limits{CPUs: "1", Memory: "128m", PIDs: 128})
	m.add("develop", watch(contextPath(c)))
	m.add("init", boolean(true))
	m.add("read_only", boolean(true))
	m.add("security_opt", sequence(text("no-new-privileges:true")))
	m.addStrings("tmpfs", []string{"/tmp"})
	return m
}

// below is the path p relative to the folder dir, which holds it.
func below(dir, p safe.RelPath) string {
	if dir.String() == "." {
		return p.String()
	}
	return strings.TrimPrefix(p.String(), dir.String()+"/")
}

// backing is a database, a cache or a queue.
func backing(b plan.Backing) *mapping {
	s, m := b.Service, newMapping()
	m.add("image", text(b.Image.Ref))
	if note := cmp.Or(b.Image.Note, s.Note); note != "" {
		m.commentKey("image", strings.ToUpper(note[:1])+note[1:]+".")
	}
	m.addData(b)
	m.addEnvironment(b.Environment)
	networks := sequence(text(backNetwork))
	if s.PublishConsole {
		console := s.Console.String()
		m.add("ports", sequence(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: "127.0.0.1:" + console + ":" + console, Style: yaml.SingleQuotedStyle}))
		networks.Content = append(networks.Content, text(frontNetwork))
	}
	m.add("networks", networks)
	m.addStrings("command", s.Command.Args())
	m.add("restart", text("on-failure:5"))
	h := s.Health
	m.add("healthcheck", health(h.Test, h.Interval.String(), h.Timeout.String(), h.StartPeriod.String(), h.Retries))
	if s.User != "" {
		m.add("user", text(s.User))
	}
	if len(s.Capabilities) > 0 {
		m.addStrings("cap_add", s.Capabilities)
		if s.StepsDown {
			m.commentKey("cap_add", "It starts as root, takes its data over and steps down to an account of its own.")
		}
	}
	m.add("cap_drop", sequence(text("ALL")))
	m.addLimits(b.Limits)
	if s.Hostname {
		m.add("hostname", text(b.Name.String()))
		m.commentKey("hostname", "The data holds this name.")
	}
	if s.ReadOnly {
		m.add("read_only", boolean(true))
	}
	m.add("security_opt", sequence(text("no-new-privileges:true")))
	if s.ReadOnly {
		m.addStrings("tmpfs", s.Tmpfs)
	}
	return m
}

// watch leaves nothing to copy into the running container: its files are what was
// built, and read-only. What .dockerignore leaves out is not watched either.
func watch(context string) *yaml.Node {
	rule := newMapping()
	rule.add("action", text("rebuild"))
	rule.add("path", escaped(context))
	m := newMapping()
	m.add("watch", sequence(rule.node))
	return m.node
}

// health leaves start_interval out, which Compose refuses with Podman and before
// Docker 25; newer engines take the image's own.
func health(test []string, interval, timeout, startPeriod string, retries int) *yaml.Node {
	m := newMapping()
	var words []*yaml.Node
	for _, w := range test {
		word := escaped(w)
		word.Style = yaml.SingleQuotedStyle
		words = append(words, word)
	}
	list := sequence(words...)
	list.Style = yaml.FlowStyle
	m.add("test", list)
	m.add("interval", text(interval))
	m.add("timeout", text(timeout))
	m.add("start_period", text(startPeriod))
	m.add("retries", number(retries))
	return m.node
}

func secret(s plan.FileSecret) *mapping {
	m := newMapping()
	if !s.Env.IsZero() {
		m.add("environment", text(s.Env.String()))
	} else {
		m.add("file", escaped(s.File))
	}
	return m
}

var (
	topKeyRE     = regexp.MustCompile(`^[a-z][a-z0-9-]*:`)
	serviceKeyRE = regexp.MustCompile(`^  '?[a-z0-9-]+'?:$`)
)

// spaced puts an empty line before every top-level key but the first, and between services.
func spaced(b []byte) []byte {
	var out []string
	in, first := "", true
	for l := range strings.Lines(string(b)) {
		l = strings.TrimSuffix(l, "\n")
		switch {
		case topKeyRE.MatchString(l):
			if in != "" {
				out = append(out, "")
			}
			in, first = l, true
		case in == "services:" && serviceKeyRE.MatchString(l):
			if !first {
				out = append(out, "")
			}
			first = false
		}
		out = append(out, l)
	}
	return []byte(strings.Join(out, "\n") + "\n")
}
