package julia

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/julia/source"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// genieApp reports whether the folder is an application that Genie.loadapp loads:
// https://genieframework.github.io/Genie.jl/dev/tutorials/17--Deploying_With_Heroku.
func (pr *program) genieApp() bool {
	if !pr.loadsGenie() {
		return false
	}
	return pr.d.Has("bootstrap.jl") || pr.d.Has("routes.jl") || pr.d.Has("app.jl")
}

// loadsGenie reports whether the project has Genie: among its packages, or in what Genie's
// own generator makes.
func (pr *program) loadsGenie() bool {
	for _, n := range servers[0].pkgs {
		if _, ok := pr.Deps[n]; ok {
			return true
		}
	}
	return pr.d.Has("bootstrap.jl") && pr.d.Has("config/env/prod.jl") || pr.d.Has("app.jl") && pr.files["app.jl"] != nil && slices.ContainsFunc(pr.files["app.jl"].Calls, func(c source.Call) bool { return c.Name == "@genietools" })
}

// genieEntry is the application that Genie loads, unless a script of it starts the server.
func (pr *program) genieEntry() *entry {
	if !pr.genieApp() {
		return nil
	}
	if pr.d.Has("bootstrap.jl") || pr.d.Has("routes.jl") && (pr.d.HasDir("config") || pr.d.HasDir("app")) {
		return pr.loadApp()
	}
	if f := pr.files["app.jl"]; f != nil && !pr.serves("app.jl") && slices.ContainsFunc(f.Calls, func(c source.Call) bool {
		return slices.Contains([]string{"@genietools", "@page", "@app", "@handlers", "route", "@route"}, c.Base())
	}) {
		return pr.loadApp()
	}
	return nil
}

// loadApp is the command of Genie's own documentation for production. The script
// bin/server opens Julia's prompt, which ends without a terminal.
func (pr *program) loadApp() *entry {
	pkg := "Genie"
	if _, ok := pr.Deps["Genie"]; !ok {
		pkg = "GenieFramework"
	}
	name := pr.d.First("bootstrap.jl", "routes.jl", "app.jl")
	return &entry{file: name, expr: "using " + pkg + "; Genie.loadapp(); up(async = false)", genie: true, why: pr.d.Note(name, 0, "is what Genie loads")}
}

// genie sets what an application of Genie says in its configuration.
func (pr *program) genie(s *detect.Service, e *entry) {
	if !e.genie {
		if s.Framework.V == "genie" && pr.d.Has("config/env/prod.jl") {
			pr.set(s, safe.EnvNameOf("GENIE_ENV"), "prod", "")
			pr.set(s, safe.EnvNameOf("GENIE_HOST"), "0.0.0.0", "")
		}
		return
	}
	s.Kind, s.PortEnv = detect.Server, safe.EnvNameOf("PORT")
	note := pr.d.Note(pr.file, 0, "Genie's own port")
	if why, ok := pr.framework("genie"); ok {
		s.Framework = detect.Found("genie", why)
		note = why
	} else {
		s.Framework = detect.Found("genie", e.why)
	}
	s.Port = detect.Assumed(safe.Port(8000), note)
	pr.set(s, safe.EnvNameOf("GENIE_ENV"), "prod", "")
	pr.set(s, safe.EnvNameOf("GENIE_HOST"), "0.0.0.0", "")
	var dirs []string // that are written while it runs
	for _, name := range []string{"config/env/global.jl", "config/env/prod.jl"} {
		f := pr.files[name]
		if f == nil {
			continue
		}
		for _, c := range f.Calls {
			for _, a := range c.Args {
				switch a.Name {
				case "server_port":
					v := pr.eval(f, a.Tokens, -1, number, 0)
					if port, err := safe.NewPort(v.port); err == nil && v.port != 0 {
						s.Port = detect.Found(port, pr.note(f, a.Tokens[0].Line, "server_port = %d", v.port))
					}
				case "path_build", "path_log": // what is made of the templates, and logs
					if len(a.Tokens) == 1 && a.Tokens[0].Plain() && !path.IsAbs(a.Tokens[0].S) && !strings.HasPrefix(a.Tokens[0].S, ".") {
						dirs = append(dirs, a.Tokens[0].S)
					}
				case "log_to_file":
					if len(a.Tokens) == 1 && a.Tokens[0].Is("true") {
						dirs = append(dirs, "log")
					}
				}
			}
		}
	}
	slices.Sort(dirs)
	for _, dir := range slices.Compact(dirs) {
		if r, err := safe.NewRelPath(path.Join(pr.dir().String(), dir)); err == nil {
			s.Scratch = append(s.Scratch, r)
		}
	}
	pr.searchLight(s)
}

// genieConfig is a setting of Genie that a script makes: Genie.config.server_port = 8000,
// Genie.Configuration.config!(server_port = 8000).
func (pr *program) genieConfig(name string, what want) value {
	for _, b := range pr.bindings[name] {
		if v := pr.eval(b.file, b.Value, b.Func, what, 0); v.known() {
			return v
		}
	}
	for _, c := range pr.calls["config"] {
		for _, a := range c.Args {
			if a.Name == name {
				if v := pr.eval(c.file, a.Tokens, c.Func, what, 0); v.known() {
					return v
				}
			}
		}
	}
	return value{}
}

// runtimeDir is a folder of the project below the working directory of the image.
func (pr *program) runtimeDir(dir string) safe.RelPath {
	return safe.RelPathOf(path.Join(pr.dir().String(), dir))
}

// searchLight reads the database's file, whose values no variable replaces:
// https://genieframework.com/docs/searchlight.
func (pr *program) searchLight(s *detect.Service) {
	const name = "db/connection.yml"
	if !pr.d.Has(name) {
		if f := pr.files["config/initializers/searchlight.jl"]; f != nil && slices.ContainsFunc(f.Calls, func(c source.Call) bool { return strings.HasSuffix(c.Name, "Configuration.load") }) {
			s.Notes = append(s.Notes, pr.d.Note(name, 0, "is not there, and config/initializers/searchlight.jl loads it: build the same table from ENV there and give it to SearchLight.connect"))
		}
		return
	}
	var all map[string]any
	lines, err := manifest.YAML(pr.d, name, &all)
	if err != nil {
		s.Notes = append(s.Notes, pr.d.Note(name, 0, "can't be read: what it says of the database is not known"))
		return
	}
	env := "prod"
	if v, ok := all["env"].(string); ok && !strings.Contains(v, "ENV") {
		env = v
	}
	section, _ := all[env].(map[string]any)
	if section == nil {
		if len(all) > 0 {
			s.Notes = append(s.Notes, pr.d.Note(name, 0, "has no section %q, which GENIE_ENV=prod asks for", safe.Visible(env)))
		}
		return
	}
	adapter, _ := section["adapter"].(string)
	file, _ := section["database"].(string)
	why := pr.d.Note(name, lines.At(env, "adapter"), "adapter: %s", safe.Visible(adapter))
	switch strings.ToLower(adapter) {
	case "sqlite":
		dir := path.Dir(path.Clean(file))
		switch rel, err := safe.NewRelPath(dir); {
		case file == "" || err != nil || path.IsAbs(dir):
		case dir == "." || pr.d.HasDir(dir) && dir == "db":
			s.Notes = append(s.Notes, pr.d.Note(name, lines.At(env, "database"), "the database %s lies among the program's own files, which are read-only: put it into a folder of its own, as data/app.sqlite, which then is a volume", safe.Visible(file)))
		default:
			s.State = append(s.State, pr.runtimeDir(rel.String()))
		}
		pr.optional(s, why)
	case "postgresql":
		pr.require(s, "postgres", why)
	case "mysql":
		pr.require(s, "mysql", why)
	default:
		return
	}
	if host, _ := section["host"].(string); strings.ToLower(adapter) != "sqlite" {
		s.Notes = append(s.Notes, pr.d.Note(name, lines.At(env, "host"), "the database is at %q, whatever the environment says: SearchLight reads no variables there; build the same table from ENV in config/initializers/searchlight.jl and give it to SearchLight.connect", safe.Visible(host)))
	}
}

// optional says of the databases that the file does not name that the program can do
// without them.
func (pr *program) optional(s *detect.Service, why detect.Note) {
	for i := range s.Needs {
		if n := &s.Needs[i]; n.Name == "postgres" || n.Name == "mysql" {
			n.Optional = true
			n.Why = append(n.Why, why)
		}
	}
}

func (pr *program) require(s *detect.Service, name string, why detect.Note) {
	for i := range s.Needs {
		switch n := &s.Needs[i]; n.Name {
		case name:
			n.Optional = false
			n.Why = append(n.Why, why)
			return
		case "postgres", "mysql":
			n.Optional = true
		}
	}
	s.Needs = append(s.Needs, detect.Need{Name: name, Why: []detect.Note{why}})
}
