package templates

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"dockgen/internal/plan"
	"dockgen/internal/safe"
)

// process is a further command of the program's image. It is built like the
// program: BuildKit finds every step done, and what is started by itself is never
// older than the sources.
func process(p *plan.Plan, q *plan.Process) *mapping {
	c, m := &p.Compose, newMapping()
	m.add("build", buildOf(p, q.Target))
	if q.Target == plan.BuildStage {
		m.commentKey("build", "It needs what the final image leaves behind.")
	}
	m.addDependencies(p, p.JobBefore(q))
	if q.Target == plan.FinalStage {
		m.addVolumes(c.Volumes)
	}
	if q.Alone {
		m.addEnvironment(q.Env)
	} else {
		m.addProgramEnvironment(p, q.Env...)
	}
	if c.Networks {
		networks := sequence(text(backNetwork))
		if !q.Job || p.Outside() {
			networks.Content = append(networks.Content, text(frontNetwork))
		}
		m.add("networks", networks)
	}
	m.addWords("command", q.Cmd)
	m.addWords("entrypoint", q.Entrypoint)
	if !q.Job {
		m.add("restart", text("on-failure:5"))
	}
	if !p.Health.None && q.Target == plan.FinalStage {
		none := newMapping()
		none.add("disable", boolean(true))
		m.add("healthcheck", none.node)
		m.commentKey("healthcheck", "It is no server: the image's own check would fail.")
	}
	if q.Target == plan.BuildStage { // the others say it themselves
		m.add("user", text(p.RunImage.User))
	}
	m.add("cap_drop", sequence(text("ALL")))
	m.addLimits(c.Limits)
	if !q.Job && c.Profile == "" {
		m.add("develop", watch(contextPath(c)))
	}
	m.add("init", boolean(true))
	if c.Profile != "" && q.Job {
		m.add("profiles", sequence(text(c.Profile)))
	}
	if c.ReadOnly {
		m.add("read_only", boolean(true))
	}
	m.add("security_opt", sequence(text("no-new-privileges:true")))
	m.addStrings("tmpfs", c.Tmpfs)
	return m
}

// addDependencies writes what has to be there before a container of the program
// starts: its job is done, its backing services are healthy. docker compose up
// --wait takes a job that others wait for in this way as well when it has ended.
func (m *mapping) addDependencies(p *plan.Plan, job safe.Name) {
	conditions := map[string]*mapping{}
	add := func(name, condition string) {
		c := newMapping()
		c.add("condition", text(condition))
		conditions[name] = c
	}
	for _, b := range p.Backing {
		add(b.Name.String(), "service_healthy")
	}
	for _, name := range p.Compose.After {
		add(name.String(), "service_started")
	}
	if !job.IsZero() {
		add(job.String(), "service_completed_successfully")
	}
	if len(conditions) > 0 {
		m.add("depends_on", sortedMapping(conditions))
	}
}

// addWords writes a command as one line of quoted words.
func (m *mapping) addWords(key string, argv safe.Argv) {
	if argv.IsZero() {
		return
	}
	var words []*yaml.Node
	for _, w := range argv.Args() {
		word := escaped(w)
		word.Style = yaml.SingleQuotedStyle
		words = append(words, word)
	}
	list := sequence(words...)
	list.Style = yaml.FlowStyle
	m.add(key, list)
}

// sharedEnvironment is the program's environment under a name of its own, where
// several services read it: each variable stands in the file once.
func sharedEnvironment(p *plan.Plan) (key string, env *yaml.Node) {
	reads := func(q plan.Process) bool { return !q.Alone }
	if !slices.ContainsFunc(p.Processes, reads) || len(p.Compose.Environment) < 2 {
		return "", nil
	}
	m := newMapping()
	m.addEnvironment(p.Compose.Environment)
	env = m.node.Content[1]
	env.Anchor = fmt.Sprintf("%s-environment", p.Compose.Service)
	return "x-" + env.Anchor, env
}

// addProgramEnvironment writes the program's environment, or a reference to it, and
// what one of its processes needs beside that.
func (m *mapping) addProgramEnvironment(p *plan.Plan, further ...plan.Variable) {
	key, env := sharedEnvironment(p)
	if key == "" {
		all := append(slices.Clone(p.Compose.Environment), further...)
		slices.SortStableFunc(all, func(a, b plan.Variable) int { return strings.Compare(a.Name, b.Name) })
		m.addEnvironment(all)
		return
	}
	shared := &yaml.Node{Kind: yaml.AliasNode, Value: env.Anchor, Alias: env}
	if len(further) == 0 {
		m.add("environment", shared)
		return
	}
	own := newMapping()
	own.addEnvironment(further)
	merged := own.node.Content[1]
	merged.Content = append([]*yaml.Node{{Kind: yaml.ScalarNode, Value: "<<"}, shared}, merged.Content...)
	m.add("environment", merged)
}
