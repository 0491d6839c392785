package elixir

import (
	"path"
	"strings"

	"dockgen/detect"
	"dockgen/detect/elixir/source"
	"dockgen/internal/safe"
)

// startRelease says how a release is started, and what it needs in a container.
func (a *application) startRelease(s *detect.Service, m *Mix, r release) {
	app := m.Release.String()
	s.Build = detect.Found(safe.ArgvOf("mix", "release"), a.root.note(r.line, "mix release makes the release %s", app))
	if m.Named {
		s.Build.V = safe.ArgvOf("mix", "release", app)
	}
	bin := func(name string) string { return "/app/bin/" + name }
	overlays := a.overlays(r)
	s.Start = detect.Found(safe.ArgvOf(bin(app), "start"), a.root.note(max(r.line, a.root.line("app")), "the release %s starts by its own script", app))
	if file := path.Join(overlays, "bin/server"); overlays != "" && a.dir.Has(file) && s.Kind == detect.Server {
		s.Start = detect.Found(safe.ArgvOf(bin("server")), a.dir.Note(file, 0, "starts the release with its server"))
	}
	set := func(name, value, why string) {
		s.SetEnv = append(s.SetEnv, detect.Setting{Name: safe.EnvNameOf(name), Value: safe.LabelOf(value), Why: why})
	}
	set("LANG", "C.UTF-8", "")
	if !a.clusters() {
		set("RELEASE_DISTRIBUTION", "none", "No node of a cluster: it would listen for others, with a cookie that is in the image. Set it to sname for a remote console.")
	}
	// The start script writes the configuration there that config/runtime.exs gives.
	set("RELEASE_TMP", "/tmp", "")
	a.serves(s, set)
	a.migrations(s, func(module string) (safe.Argv, error) {
		if file := path.Join(overlays, "bin/migrate"); overlays != "" && a.dir.Has(file) {
			return safe.ArgvOf(bin("migrate")), nil
		}
		return safe.NewArgv(bin(app), "eval", module+".migrate")
	})
}

// overlays is the folder whose files are laid over the release.
func (a *application) overlays(r release) string {
	folder := "rel"
	if r.templates != "" {
		folder = r.templates
	}
	folder = path.Join(folder, "overlays")
	if _, err := safe.NewRelPath(folder); err != nil || !a.dir.HasDir(folder) {
		return ""
	}
	return folder
}

// clusters reports whether the program finds others of its kind.
func (a *application) clusters() bool {
	if _, _, ok := a.dep("libcluster", "horde", "swarm", "peerage", "partisan", "delta_crdt", "syn"); ok {
		return true
	}
	text, err := a.dir.Read("rel/env.sh.eex")
	return err == nil && strings.Contains(string(text), "RELEASE_DISTRIBUTION") && !strings.Contains(string(text), "# export RELEASE_DISTRIBUTION")
}

// serves turns a Phoenix endpoint's server on, which a release leaves off.
// https://hexdocs.pm/phoenix/releases.html#the-guts-of-releases
func (a *application) serves(s *detect.Service, set func(name, value, why string)) {
	if s.Kind != detect.Server || s.Framework.V != "phoenix" {
		return
	}
	for _, c := range a.configs {
		for _, r := range c.reads {
			if r.name == "PHX_SERVER" {
				set("PHX_SERVER", "true", "")
				return
			}
		}
	}
	isEndpoint := func(e entry) bool { return strings.HasSuffix(e.key, "Endpoint") }
	if v, _ := a.config(isEndpoint, "server"); v != nil && v.Kind != source.Unknown && !isFalse(v) {
		return
	}
	if v, _ := a.config(func(e entry) bool { return e.app == "phoenix" && e.key == "" }, "serve_endpoints"); v != nil && !isFalse(v) {
		return
	}
	// Flags of the virtual machine set the environment of applications
	// (https://www.erlang.org/doc/apps/erts/erl_cmd.html#init_flags).
	set("ERL_AFLAGS", "-phoenix serve_endpoints true", "Nothing in the configuration turns the server on in a release.")
	s.Notes = append(s.Notes, a.root.note(0, "no configuration of production turns the endpoint's server on, so the image does: write server: true into the endpoint's configuration in config/runtime.exs"))
}

// migrations finds the function that brings the database up to date in a release.
// https://hexdocs.pm/phoenix/releases.html#ecto-migrations-and-custom-commands
func (a *application) migrations(s *detect.Service, command func(module string) (safe.Argv, error)) {
	var module string
	var why detect.Note
	a.modules(func(f *sourceFile, name string, n *source.Node) {
		last := name[strings.LastIndexByte(name, '.')+1:]
		if module != "" || !strings.HasSuffix(last, "Release") && !strings.HasSuffix(last, "ReleaseTasks") && !strings.HasSuffix(last, "Migrator") {
			return
		}
		for _, b := range n.Body {
			if b.IsCall("", "def") && definedName(b) == "migrate" && (len(b.Args[0].Args) == 0 || b.Args[0].Kind == source.Name) {
				module, why = name, a.dir.Note(f.name, b.Line, "%s.migrate brings the database up to date", name)
			}
		}
	})
	if module != "" {
		argv, err := command(module)
		if err == nil {
			s.Processes = append(s.Processes, detect.Process{Name: safe.Slug("migrate", "migrate"), Kind: detect.Job, Start: detect.Found(argv, why)})
		}
		return
	}
	if dir := a.migrationFolder(); dir != "" && !a.migratesItself() {
		s.Notes = append(s.Notes, a.dir.Note(dir, 0, "nothing runs these migrations in a release, where there is no Mix: mix phx.gen.release --ecto writes a module for it").On(detect.Migrations))
	}
}

// migrationFolder is the first folder with migrations; "" for none.
func (a *application) migrationFolder() string {
	for _, m := range a.inScope() {
		for _, name := range a.dir.Sub(path.Join(m.path, "priv")).Dirs() {
			dir := path.Join(m.path, "priv", name, "migrations")
			if len(a.dir.Sub(dir).Names("*.exs")) > 0 {
				return dir
			}
		}
	}
	return ""
}

// migratesItself reports whether the program brings its database up to date when it starts.
func (a *application) migratesItself() bool {
	found := false
	for _, f := range a.sources {
		f.file.Walk(func(n *source.Node) bool {
			found = found || n.Kind == source.Module && n.Text == "Ecto.Migrator"
			return !found
		})
	}
	return found
}

// startByMix says how Mix starts the program. Nothing is compiled any more then, so that
// the root file system may be read-only.
func (a *application) startByMix(s *detect.Service, m *Mix) {
	words := []string{"mix", "run", "--no-halt"}
	if s.Kind == detect.Server && s.Framework.V == "phoenix" {
		words = []string{"mix", "phx.server"}
		if a.before("phoenix", 1, 3) {
			words = []string{"mix", "phoenix.server"}
		}
	}
	words = append(words, "--no-compile", "--no-deps-check")
	s.Build = detect.Found(safe.ArgvOf("mix", "compile"), a.root.note(0, "Mix compiles it"))
	s.Start = detect.Found(safe.ArgvOf(words...), a.root.note(0, "Mix starts it, which evaluates the configuration"))
	s.SetEnv = append(s.SetEnv, detect.Setting{Name: safe.EnvNameOf("MIX_ENV"), Value: safe.LabelOf("prod")})
	if m.Hex {
		s.SetEnv = append(s.SetEnv, detect.Setting{Name: safe.EnvNameOf("MIX_HOME"), Value: safe.LabelOf("/opt/mix")})
	}
	if a.migrationFolder() != "" && a.hasRepo() {
		s.Processes = append(s.Processes, detect.Process{Name: safe.Slug("migrate", "migrate"), Kind: detect.Job,
			Start: detect.Found(safe.ArgvOf("mix", "ecto.migrate", "--no-compile", "--no-deps-check"), a.dir.Note(a.migrationFolder(), 0, "holds migrations"))})
	}
	m.dummies(a)
}

// dummies are values for what the configuration reads while building; Mix reads it again
// when the program starts.
func (m *Mix) dummies(a *application) {
	seen := map[string]bool{}
	for _, c := range a.configs {
		for _, r := range c.reads {
			name, err := safe.NewEnvName(r.name)
			if err != nil || r.set || c.runtime || seen[r.name] || ownEnv(r.name) {
				continue
			}
			seen[r.name] = true
			value := "build"
			switch {
			case strings.Contains(r.name, "DATABASE") && strings.HasSuffix(r.name, "URL"):
				value = "ecto://build:build@localhost/build"
			case strings.HasSuffix(r.name, "URL"):
				value = "http://localhost"
			case strings.Contains(r.name, "PORT"), strings.Contains(r.name, "SIZE"), strings.Contains(r.name, "COUNT"), strings.Contains(r.name, "TIMEOUT"):
				value = "1"
			}
			m.Dummies = append(m.Dummies, detect.Setting{Name: name, Value: safe.LabelOf(value)})
		}
	}
}

// state finds what the program writes to: the file of a SQLite database.
func (a *application) state(s *detect.Service) {
	_, why, ok := a.dep("ecto_sqlite3", "exqlite", "sqlite_ecto2")
	if !ok {
		return
	}
	s.State = append(s.State, safe.RelPathOf("data"))
	for i, e := range s.Env {
		if n := e.Name.String(); n == "DATABASE_PATH" || strings.HasSuffix(n, "_DATABASE_PATH") || strings.HasSuffix(n, "_DB_PATH") || n == "DB_PATH" || strings.HasSuffix(n, "SQLITE_PATH") {
			s.SetEnv = append(s.SetEnv, detect.Setting{Name: e.Name, Value: safe.LabelOf("/app/data/app.db")})
			s.Env[i].Required = false
			return
		}
	}
	why.Text = "the file of the SQLite database has to lie below /app/data, where the image lets the program write: read its path from $DATABASE_PATH"
	s.Notes = append(s.Notes, why)
}
