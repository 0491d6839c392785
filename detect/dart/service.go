package dart

import (
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/tokens"
	"dockgen/internal/safe"
)

func (pr *program) service(frog bool) (*detect.Service, error) {
	d := pr.d
	name := safe.Slug(pr.spec.Name, "app")
	s := &detect.Service{
		Kind: detect.CLI, Name: name, Linkage: detect.Libc,
		PackageManager: detect.Found("pub", d.Note("pubspec.yaml", 0, "is the manifest of Dart's own package manager")),
	}
	f := &Facts{Binary: name, Frog: frog}
	s.Facts = f
	var err error
	if s.Version, err = pr.version(); err != nil {
		return nil, err
	}
	main := pr.main
	why := d.Note(main, 0, "is the program")
	if frog {
		main, why = "build/bin/server.dart", pr.dep("dart_frog", "Dart Frog makes it out of routes/")
	}
	if f.Main, err = safe.NewRelPath(main); err != nil {
		return nil, err
	}
	label, err := safe.NewLabel(main)
	if err != nil {
		return nil, err
	}
	s.Main = detect.Found(label, why)
	if frog {
		s.Kind, s.Framework = detect.Server, detect.Found("dart_frog", pr.dep("dart_frog", "depends on dart_frog"))
	}
	for _, fw := range []string{"serverpod", "angel3_framework", "alfred", "conduit_core", "shelf"} {
		if pr.has(fw) && !s.Framework.IsSet() {
			s.Kind, s.Framework = detect.Server, detect.Found(fw, pr.dep(fw, "depends on %s", fw))
		}
	}
	pr.listen(s)
	pr.environment(s)
	pr.needs(s)
	if err := pr.build(s, f); err != nil {
		return nil, err
	}
	start := []string{"/app/" + name.String()}
	if pr.has("serverpod") {
		start = append(start, "--mode", "production", "--server-id", "default", "--logging", "normal", "--role", "monolith")
	}
	argv, err := safe.NewArgv(start...)
	if err != nil {
		return nil, err
	}
	s.Start = detect.Found(argv, why)
	return s, nil
}

// build says how the program is compiled, and out of which folder.
func (pr *program) build(s *detect.Service, f *Facts) error {
	d := pr.d
	root, beside := d.Path(), pr.spec.Resolution == "workspace"
	for _, deps := range []map[string]any{pr.spec.Deps, pr.spec.DevDeps} {
		for _, name := range slices.Sorted(maps.Keys(deps)) {
			table, _ := deps[name].(map[string]any) // most are a range of versions
			at, ok := table["path"].(string)
			if !ok || path.IsAbs(at) {
				continue
			}
			beside = true
			if at := path.Join(d.Path(), at); at == ".." || strings.HasPrefix(at, "../") {
				s.NeedsAbove(d.Note("pubspec.yaml", 0, "%s lies above this folder", name), detect.Upward(at))
			}
			root = detect.Common(root, d.Sub(at).Path())
		}
	}
	if pr.spec.Resolution == "workspace" {
		above := ""
		for up := range d.Parents() {
			if up.Has("pubspec.yaml") {
				above = up.Path()
				break
			}
		}
		if above != "" {
			root = detect.Common(root, above)
		} else {
			why, up := d.Note("pubspec.yaml", 0, "resolution: workspace, and the workspace's root is not in this folder"), ""
			if roots := d.Above("pubspec.yaml"); len(roots) > 0 {
				up, _ = roots[0].Outside()
			}
			s.NeedsAbove(why, up)
		}
	}
	var err error
	if s.Root, err = safe.NewRelPath(root); err != nil {
		return err
	}
	if f.Dir, err = safe.NewRelPath(detect.Under(d.Path(), root)); err != nil {
		return err
	}
	f.Locked = d.Has("pubspec.lock")
	if !beside {
		f.Manifests = append(f.Manifests, safe.RelPathOf("pubspec.yaml"))
		if f.Locked {
			f.Manifests = append(f.Manifests, safe.RelPathOf("pubspec.lock"))
		}
	}
	if !f.Locked && !beside {
		s.Notes = append(s.Notes, d.Note("pubspec.lock", 0, "is not there: every build takes the newest packages; dart pub get writes it"))
	}
	f.Generates = pr.spec.DevDeps["build_runner"] != nil && pr.missingParts()
	for _, name := range []string{"public", "web", "config", "migrations", "static", "templates"} {
		if d.HasDir(name) && (pr.mentions(name) || pr.has("serverpod")) {
			f.Static = append(f.Static, safe.RelPathOf(name))
		}
	}
	argv, err := safe.NewArgv("dart", "compile", "exe", f.Main.String(), "--output", "/out/"+f.Binary.String())
	if err != nil {
		return err
	}
	s.Build = detect.Found(argv, d.Note("pubspec.yaml", 0, "is compiled ahead of time"))
	s.Context.Ignore = append(s.Context.Ignore, safe.PatternOf("**/.dart_tool"), safe.PatternOf("**/.packages"))
	if f.Frog {
		s.Context.Ignore = append(s.Context.Ignore, safe.PatternFor(joined(f.Dir, "build")))
	}
	return nil
}

func joined(dir safe.RelPath, name string) safe.RelPath {
	return safe.RelPathOf(path.Join(dir.String(), name))
}

// missingParts reports whether a source names a part that build_runner makes, and
// that is not there.
func (pr *program) missingParts() bool {
	for _, f := range pr.files {
		for i := 0; i+1 < len(f.t); i++ {
			if f.t[i].Is("part") && f.t[i+1].Kind == tokens.Text && !f.t[i+1].Dynamic && strings.HasSuffix(f.t[i+1].S, ".dart") &&
				!pr.d.Has(path.Join(path.Dir(f.name), f.t[i+1].S)) {
				return true
			}
		}
	}
	return false
}

// mentions reports whether a text of the sources names the folder.
func (pr *program) mentions(dir string) bool {
	for _, f := range pr.files {
		for _, t := range f.t {
			if t.Kind == tokens.Text && (t.S == dir || strings.HasPrefix(t.S, dir+"/")) {
				return true
			}
		}
	}
	return dir == "public" && pr.has("dart_frog")
}

// listen finds the port: PORT with a default, as most programs have it, or a constant.
func (pr *program) listen(s *detect.Service) {
	for _, f := range pr.files {
		for i := 0; i+2 < len(f.t); i++ {
			t := f.t[i:]
			switch {
			case t[0].Is("HttpServer") && t[1].Is(".") && (t[2].Is("bind") || t[2].Is("bindSecure")) && s.Kind == detect.CLI:
				s.Kind = detect.Server
			case (t[0].Is("ProcessSignal") && t[1].Is(".") && t[2].Is("sigterm")):
				s.Graceful = true
			case t[0].Is("serve") && t[1].Is("("):
				args := tokens.Split(t[2:tokens.Close(t, 1)])
				if len(args) > 2 {
					pr.address(s, f, t[0].Line, args[1], args[2])
				}
			case t[0].Is("bind") && t[1].Is("("):
				args := tokens.Split(t[2:tokens.Close(t, 1)])
				if len(args) > 1 {
					pr.address(s, f, t[0].Line, args[0], args[1])
				}
			case t[0].Is("environment") && t[1].Is("[") && t[2].Kind == tokens.Text && t[2].S == "PORT":
				s.PortEnv = safe.EnvNameOf("PORT")
				port, why := 8080, pr.d.Note(f.name, t[0].Line, "reads PORT")
				for _, next := range t[3:min(len(t), 8)] {
					if n, err := strconv.Atoi(next.S); err == nil && (next.Kind == tokens.Text || next.Kind == tokens.Number) {
						port = n
						break
					}
				}
				if p, err := safe.NewPort(port); err == nil {
					s.Port = detect.Found(p, why)
				}
			}
		}
	}
	if s.Kind != detect.Server {
		return
	}
	if pr.has("dart_frog") && !s.Port.IsSet() {
		s.Port, s.PortEnv = detect.Found(safe.Port(8080), pr.dep("dart_frog", "Dart Frog's own")), safe.EnvNameOf("PORT")
	}
	if !s.Port.IsSet() {
		s.Port = detect.Assumed(safe.Port(8080), pr.d.Note("pubspec.yaml", 0, "names no port"))
	}
	pr.health(s)
}

// address reads what a server is bound to.
func (pr *program) address(s *detect.Service, f file, line int, host, port []tokens.Token) {
	if len(port) == 1 && port[0].Kind == tokens.Number && !s.Port.IsSet() {
		if n, err := strconv.Atoi(port[0].S); err == nil {
			if p, err := safe.NewPort(n); err == nil {
				s.Port = detect.Found(p, pr.d.Note(f.name, line, "listens on %d", n))
			}
		}
	}
	text, constant := tokens.TextOf(host)
	last := ""
	if len(host) > 0 {
		last = host[len(host)-1].S
	}
	if constant && (text == "localhost" || text == "127.0.0.1") || last == "loopbackIPv4" || last == "loopbackIPv6" {
		s.Notes = append(s.Notes, pr.d.Note(f.name, line, "listens on the loopback address, which nothing outside of the container reaches: take InternetAddress.anyIPv4"))
	}
}

// health finds a route that says how the server is.
func (pr *program) health(s *detect.Service) {
	for _, name := range []string{"health", "healthz", "ping", "status"} {
		for _, at := range []string{"routes/" + name + ".dart", "routes/" + name + "/index.dart"} {
			if pr.has("dart_frog") && pr.d.Has(at) {
				s.Health = detect.Found(safe.URLPathOf("/"+name), pr.d.Note(at, 0, "is a route"))
				return
			}
		}
		for _, f := range pr.files {
			for i := 0; i+2 < len(f.t); i++ {
				if t := f.t[i:]; t[0].Is("get") && t[1].Is("(") && t[2].Kind == tokens.Text && strings.Trim(t[2].S, "/") == name && !t[2].Dynamic {
					s.Health = detect.Found(safe.URLPathOf("/"+name), pr.d.Note(f.name, t[0].Line, "get(%q)", t[2].S))
					return
				}
			}
		}
	}
}

// environment lists the variables that the program reads.
func (pr *program) environment(s *detect.Service) {
	for _, f := range pr.files {
		for i := 0; i+2 < len(f.t); i++ {
			t := f.t[i:]
			if !t[0].Is("environment") || !t[1].Is("[") || t[2].Kind != tokens.Text || t[2].Dynamic || t[2].S == "PORT" {
				continue
			}
			name, err := safe.NewEnvName(t[2].S)
			if err != nil || slices.ContainsFunc(s.Env, func(e detect.EnvVar) bool { return e.Name == name }) {
				continue
			}
			upper := strings.ToUpper(t[2].S)
			s.Env = append(s.Env, detect.EnvVar{Name: name, Secret: strings.Contains(upper, "SECRET") || strings.Contains(upper, "PASSWORD") || strings.Contains(upper, "TOKEN"),
				Why: []detect.Note{pr.d.Note(f.name, t[0].Line, "reads %s", t[2].S)}})
		}
	}
}

// needs are the backing services by the packages that talk to them.
func (pr *program) needs(s *detect.Service) {
	for _, b := range []struct {
		service  string
		packages []string
		words    []string
	}{
		{"postgres", []string{"postgres", "postgres_pool", "serverpod", "conduit_postgresql", "drift_postgres", "stormberry"}, []string{"DATABASE", "DB", "POSTGRES", "PG"}},
		{"mysql", []string{"mysql1", "mysql_client", "mysql_client_plus"}, []string{"DATABASE", "DB", "MYSQL"}},
		{"mongo", []string{"mongo_dart"}, []string{"DATABASE", "DB", "MONGO", "MONGODB"}},
		{"redis", []string{"redis", "resp_client", "ioredis"}, []string{"REDIS"}},
		{"rabbitmq", []string{"dart_amqp"}, []string{"AMQP", "RABBITMQ"}},
	} {
		n := detect.Need{Name: b.service}
		for _, p := range b.packages {
			if pr.has(p) {
				n.Why = append(n.Why, pr.dep(p, "depends on %s", p))
			}
		}
		if len(n.Why) == 0 {
			continue
		}
		for _, e := range s.Env {
			words := strings.Split(strings.ToUpper(e.Name.String()), "_")
			if part := parts[words[len(words)-1]]; part != "" && slices.Contains(b.words, words[0]) {
				n.Settings = append(n.Settings, detect.NeedSetting{Env: e.Name, Part: part})
			}
		}
		s.Needs = append(s.Needs, n)
	}
}

// parts are what a variable's last word says that it holds.
var parts = map[string]detect.NeedPart{
	"URL": detect.PartURL, "URI": detect.PartURL, "HOST": detect.PartHost, "HOSTNAME": detect.PartHost, "PORT": detect.PartPort,
	"USER": detect.PartUser, "USERNAME": detect.PartUser, "PASSWORD": detect.PartPassword, "PASS": detect.PartPassword,
	"NAME": detect.PartDatabase, "DATABASE": detect.PartDatabase, "DB": detect.PartDatabase,
}
