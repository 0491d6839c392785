package ruby

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/ruby/source"
	"dockgen/internal/safe"
)

// healthNames are the last words of paths that tell whether a program is well.
var healthNames = []string{"up", "health", "healthz", "health_check", "healthcheck", "health-check", "ping", "alive", "livez", "readyz", "status", "heartbeat"}

// answers finds such a path in a program of Sinatra's, Roda's or a rackup file, which
// names its paths where it answers them.
func (in *inspection) answers(s *detect.Service, framework string) {
	if framework == "grape" || framework == "hanami" || s.Health.IsSet() {
		return // their paths are put together of more than one place
	}
	for _, name := range in.sortedFiles() {
		if !aside(name) {
			in.answersIn(s, name, in.files[name], "")
		}
	}
}

func (in *inspection) sortedFiles() []string {
	var out []string
	for name := range in.files {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

func (in *inspection) answersIn(s *detect.Service, name string, nodes []*source.Node, prefix string) {
	for _, n := range nodes {
		if n == nil || s.Health.IsSet() {
			return
		}
		at, static := first(nodeArgs(n)).Static()
		inner := prefix
		if n.Kind == source.Call && static && len(n.Body) > 0 && slices.Contains([]string{"get", "map", "on", "is", "namespace", "scope"}, n.Text) {
			inner = prefix + "/" + strings.Trim(at, "/")
			last := inner[strings.LastIndexByte(inner, '/')+1:]
			if p, err := safe.NewURLPath(inner); err == nil && slices.Contains(healthNames, last) && !strings.ContainsAny(inner, ":*") && (n.Text != "on" && n.Text != "namespace" && n.Text != "scope") {
				s.Health = detect.Found(p, in.d.Note(name, n.Line, "answers at %s", inner))
				return
			}
		}
		in.answersIn(s, name, n.Body, inner)
		in.answersIn(s, name, n.Else, inner)
	}
}

// hanamiSettings are the variables that a Hanami application's settings come from, in
// capitals (https://guides.hanamirb.org/v2.2/app/settings/).
func (in *inspection) hanamiSettings() error {
	const name = "config/settings.rb"
	nodes, err := in.parse(name)
	if err != nil {
		return err
	}
	source.Walk(nodes, func(n *source.Node) bool {
		key, ok := first(nodeArgs(n)).Static()
		if !ok || !n.Is("setting") {
			return true
		}
		optional := n.Option("default") != nil
		source.Walk(n.Args, func(c *source.Node) bool {
			optional = optional || c.Kind == source.Call && (c.Text == "optional" || c.Text == "default" || c.Text == "fallback")
			return true
		})
		in.envs = append(in.envs, read{name: strings.ToUpper(key), required: !optional && n.Option("constructor") != nil, boot: true, where: in.d.Note(name, n.Line, "setting :%s", key)})
		return true
	})
	return nil
}
