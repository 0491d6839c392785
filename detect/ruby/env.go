package ruby

import (
	"errors"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/ruby/source"
	"dockgen/internal/safe"
)

// read is one place that reads a variable of the environment.
type read struct {
	name     string
	required bool // the program stops without it
	fallback string
	boot     bool // while it starts, and so while its assets are made
	where    detect.Note
}

// parse reads a file of Ruby, once; none for one that is not there.
func (in *inspection) parse(name string) ([]*source.Node, error) {
	if nodes, ok := in.files[name]; ok {
		return nodes, nil
	}
	data, err := in.d.Read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	nodes := source.Parse(string(data), 1)
	in.files[name] = nodes
	in.env(name, nodes)
	return nodes, nil
}

// document is a file of YAML behind ERB.
type document struct {
	values map[string]any
	lines  manifest.Lines
}

// yaml reads a configuration that is a template of ERB; an empty one where it is not
// there or its conditions leave no YAML.
func (in *inspection) yaml(name string) (document, error) {
	out := document{values: map[string]any{}}
	data, err := in.d.Read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	text := source.ERB(string(data), func(code []*source.Node) string {
		in.env(name, code)
		if len(code) == 0 {
			return ""
		}
		return in.shown(code[len(code)-1])
	})
	out.lines, err = manifest.YAMLText(in.d, name, []byte(text), &out.values)
	if err != nil {
		in.p.notes = append(in.p.notes, in.d.Note(name, 0, "is not understood: %v", errors.Unwrap(err)))
		out.values = map[string]any{}
	}
	return out, nil
}

// shown is what a tag leaves in the text: its own where that is plain, else a word that
// stands for the code, which written finds again.
func (in *inspection) shown(n *source.Node) string {
	if s, ok := n.Static(); ok && plainRE().MatchString(s) {
		return s
	}
	if s, ok := railsPath(n); ok && plainRE().MatchString(s) {
		return s
	}
	switch {
	case n.Kind == source.Num:
		return n.Text
	case n.Kind == source.If && len(n.Else) == 0: // a line of its own, behind a condition
		return ""
	}
	in.erb = append(in.erb, n)
	return "ERB-" + strconv.Itoa(len(in.erb)-1)
}

var plainRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_./][A-Za-z0-9_./-]*$`) })

// written is a value of a document that is a tag alone; nil for all else.
func (in *inspection) written(value any) *source.Node {
	text, _ := value.(string)
	if number, ok := strings.CutPrefix(text, "ERB-"); ok {
		if i, err := strconv.Atoi(number); err == nil && i >= 0 && i < len(in.erb) {
			return in.erb[i]
		}
	}
	return nil
}

// string is a value of a document: its text, or the default of the variable that it is.
func (in *inspection) string(value any) string {
	if n := in.written(value); n != nil {
		r, _ := envRead(n)
		return r.fallback
	}
	text, _ := value.(string)
	return text
}

// envRead is the reading of a variable that a node is: ENV["X"], ENV.fetch("X", "y"),
// ENV.fetch("X") { "y" }, ENV["X"] || "y", and what is called on these.
func envRead(n *source.Node) (read, bool) {
	switch {
	case n == nil:
	case n.Kind == source.Op && n.Text == "||" && len(n.Args) == 2:
		r, ok := envRead(n.Args[0])
		r.required = false
		if ok && n.Args[1].Kind != source.Call {
			r.fallback = n.Args[1].Text
		}
		return r, ok
	case n.Kind != source.Call:
	case n.Text == "Integer", n.Text == "String", n.Text == "Float":
		return envRead(first(n.Args))
	case n.Recv.Path() == "ENV" && (n.Text == "[]" || n.Text == "fetch" || n.Text == "key?" || n.Text == "has_key?" || n.Text == "include?" || n.Text == "delete"):
		name, ok := first(n.Args).Static()
		r := read{name: name, required: n.Text == "fetch" && len(n.Args) == 1 && len(n.Body) == 0 && n.Params == nil}
		if v := fallback(n); v != nil {
			r.fallback = v.Text
			if v.Kind == source.Lit {
				r.fallback = ""
			}
		}
		return r, ok
	case slices.Contains([]string{"to_i", "to_s", "to_sym", "presence", "strip", "split", "freeze", "chomp", "downcase"}, n.Text):
		return envRead(n.Recv)
	}
	return read{}, false
}

// fallback is the default of ENV.fetch.
func fallback(n *source.Node) *source.Node {
	if n.Text != "fetch" {
		return nil
	}
	if len(n.Args) == 2 {
		return n.Args[1]
	}
	return first(n.Body)
}

// env notes every variable that code reads.
func (in *inspection) env(name string, nodes []*source.Node) {
	boot := strings.HasPrefix(name, "config/") || name == "config.ru"
	guarded := map[*source.Node]bool{}
	source.Walk(nodes, func(n *source.Node) bool {
		if n.Kind == source.If && !n.Not {
			guard(n, guarded)
		}
		if n.Kind == source.Call && n.Recv.Path() == "ENV" {
			if r, ok := envRead(n); ok && r.name != "" {
				r.boot, r.where = boot, in.d.Note(name, n.Line, "ENV %s", r.name)
				r.required = r.required && !guarded[n]
				in.envs = append(in.envs, r)
			}
		}
		return true
	})
}

// guard marks the readings of variables in the body of a condition that asks for them first.
func guard(n *source.Node, guarded map[*source.Node]bool) {
	asked := map[string]bool{}
	source.Walk([]*source.Node{n.Recv}, func(c *source.Node) bool {
		if r, ok := envRead(c); ok && c.Recv.Path() == "ENV" && !r.required {
			asked[r.name] = true
		}
		return true
	})
	if len(asked) == 0 {
		return
	}
	source.Walk(n.Body, func(c *source.Node) bool {
		if r, ok := envRead(c); ok && c.Recv.Path() == "ENV" && asked[r.name] {
			guarded[c] = true
		}
		return true
	})
}

func (in *inspection) reads(name string) bool {
	return slices.ContainsFunc(in.envs, func(r read) bool { return r.name == name })
}

// maxSources bounds how many files are looked through for variables.
const maxSources = 1500

// readSources looks through the program for variables, without what is for developing.
func (in *inspection) readSources() error {
	looked := 0
	for name := range in.d.Files("*.rb", "*.ru", "*.rake") {
		if aside(name) {
			continue
		}
		if looked++; looked > maxSources {
			break
		}
		if _, err := in.parse(name); err != nil {
			continue // one file that can't be read says nothing of the program
		}
	}
	for _, name := range []string{"config/cable.yml", "config/sidekiq.yml", "config/redis.yml", "config/elasticsearch.yml", "config/application.yml", "config/cache.yml", "config/queue.yml", "config/settings.yml"} {
		if _, err := in.yaml(name); err != nil {
			return err
		}
	}
	return nil
}

// aside reports whether a file is of no concern to production.
func aside(name string) bool {
	for _, part := range strings.Split(path.Dir(name), "/") {
		switch part {
		case "spec", "test", "tests", "features", "node_modules", "vendor", "tmp", "docs", "examples", "generators", "migrate", "tasks", "cypress":
			return true
		}
	}
	switch base := path.Base(name); base {
	case "development.rb", "test.rb", "Guardfile", "Capfile", "deploy.rb", "staging.rb", "ci.rb", "spring.rb", "dev.rb":
		return true
	default:
		return strings.HasSuffix(base, "_spec.rb") || strings.HasSuffix(base, "_test.rb")
	}
}

// platform are variables that Ruby, its servers and the system have a meaning for: the
// image sets those that matter.
var platform = []string{
	"APP_ENV", "BINDING", "BUNDLE_GEMFILE", "BUNDLE_PATH", "CI", "DISABLE_SPRING", "EDITOR", "HANAMI_ENV", "HOME", "LANG", "MALLOC_ARENA_MAX", "PATH", "PIDFILE", "PORT", "PWD", "RACK_ENV",
	"RAILS_ENV", "RAILS_LOG_TO_STDOUT", "RAILS_SERVE_STATIC_FILES", "RUBYLIB", "RUBYOPT", "SECRET_KEY_BASE_DUMMY", "TMPDIR", "USER", "RAILS_MASTER_KEY", "SECRET_KEY_BASE", "RAILS_RELATIVE_URL_ROOT", "DYNO", "JEKYLL_ENV",
}

// describeEnv adds the variables to the service.
func (in *inspection) describeEnv(s *detect.Service) {
	for _, r := range in.envs {
		name, err := safe.NewEnvName(r.name)
		if err != nil || name == s.PortEnv || slices.Contains(platform, r.name) || r.name != strings.ToUpper(r.name) || strings.HasPrefix(r.name, "BUNDLE_") {
			continue
		}
		if slices.ContainsFunc(s.SetEnv, func(o detect.Setting) bool { return o.Name == name }) || in.set(s, name) {
			continue
		}
		i := slices.IndexFunc(s.Env, func(e detect.EnvVar) bool { return e.Name == name })
		if i < 0 {
			v := detect.EnvVar{Name: name, Secret: secretive(r.name), Why: []detect.Note{r.where}}
			if label, err := safe.NewLabel(r.fallback); err == nil && !v.Secret {
				v.Example = label
			}
			s.Env = append(s.Env, v)
			i = len(s.Env) - 1
		}
		if e := &s.Env[i]; r.required && r.boot && !e.Required {
			e.Required = true
			e.Why = []detect.Note{r.where}
		}
	}
	slices.SortStableFunc(s.Env, func(a, b detect.EnvVar) int { return strings.Compare(a.Name.String(), b.Name.String()) })
}

// set reports whether a backing service's address comes by that variable.
func (in *inspection) set(s *detect.Service, name safe.EnvName) bool {
	for _, n := range s.Needs {
		for _, setting := range n.Settings {
			if setting.Env == name && !n.Optional {
				return true
			}
		}
	}
	return false
}

func secretive(name string) bool {
	for _, w := range []string{"SECRET", "PASSWORD", "PASSWD", "TOKEN", "PRIVATE", "CREDENTIAL", "API_KEY", "APIKEY", "ACCESS_KEY", "DSN", "_PASS", "ENCRYPTION", "SALT"} {
		if strings.Contains(name, w) {
			return true
		}
	}
	return strings.HasSuffix(name, "_KEY")
}
