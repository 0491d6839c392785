// Package julia detects programs written in Julia.
//
// Project.toml names the packages, Manifest.toml pins them and says which Julia did it;
// the sources tell what starts, where it listens and what it reads from the environment.
package julia

import (
	"context"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/julia/source"
	"dockgen/internal/safe"
)

// Facts is what the template reads beside the plan.
type Facts struct {
	Project   safe.RelPath   // the folder of the environment in the build context
	Manifests []safe.RelPath // what says which packages are installed
	Parts     []safe.RelPath // folders of packages that the project has by path
	At        safe.Label     // the same in the image
	Clones    bool           // a package comes from a repository, which Pkg keeps a copy of
	// Install installs the packages before the sources are there, and compiles them; Compile
	// compiles the project's own. Not set: the project is no package.
	Install, Compile safe.Argv
	Temp             []safe.RelPath // folders of the project whose content may be lost: they lead to /tmp
}

// Detector finds Julia programs.
type Detector struct{}

// Name is the language's name.
func (Detector) Name() string { return "julia" }

// Markers are the manifests of a Julia project, and the names that tell of scripts without one.
func (Detector) Markers() []string { return slices.Concat(manifests, scripts) }

// PackageManagers lists the one there is.
func (Detector) PackageManagers() []string { return []string{"pkg"} }

// Inspect describes the program whose Project.toml stands in d.
func (Detector) Inspect(_ context.Context, d *detect.Dir) ([]*detect.Service, error) {
	p, err := readProject(d)
	if p == nil || err != nil {
		return nil, err
	}
	if why := p.helps(); why != "" {
		return nil, detect.NotService("%s", why)
	}
	pr := readProgram(p)
	e, err := pr.choose()
	if err != nil {
		return nil, err
	}
	switch {
	case e == nil && p.bare:
		return nil, nil
	case e == nil:
		return nil, pr.nothing()
	}
	s, err := pr.service(e)
	if err != nil {
		return nil, err
	}
	if p.bare && s.Kind != detect.Server {
		return nil, nil // a script like many, and nothing says that it is deployed
	}
	return []*detect.Service{s}, nil
}

// helps says of an environment beside a project's own what it is for; "" where it may be a
// program: it stands alone, or in a folder that says nothing.
func (p *project) helps() string {
	if p.d.Path() == "." {
		return ""
	}
	base := strings.ToLower(path.Base(p.d.Path()))
	if !p.within() || !aside(path.Join(p.d.Path(), "x")) {
		return ""
	}
	return "environment of the project's " + base + ": nothing runs from it"
}

// within reports whether a folder above has an environment too.
func (p *project) within() bool {
	for up := range p.d.Parents() {
		if up.First(manifests...) != "" {
			return true
		}
	}
	return false
}

// nothing is why nothing runs here.
func (pr *program) nothing() error {
	if slices.ContainsFunc(pr.order, func(n string) bool { return pr.files[n].notebook }) {
		return detect.NotService("notebooks: no package that serves them is in %s, as PlutoSliderServer does", pr.file)
	}
	if _, ok := pr.dep("Franklin"); ok && pr.d.Has("config.md") {
		return detect.NotService("website of Franklin: julia --project -e 'using Franklin; optimize()' makes its files")
	}
	name, _ := pr.module()
	if name != "" {
		return detect.NotService("library: package %s has no script that starts it, and no function main", name)
	}
	if len(pr.order) == 0 {
		return detect.NotService("environment: there is no Julia source beside %s", pr.file)
	}
	return detect.NotService("scripts: none serves, and none has the name of an entry, as main.jl, app.jl or server.jl (dockgen init --main FILE)")
}

func (pr *program) service(e *entry) (*detect.Service, error) {
	f := &Facts{Project: pr.dir(), Manifests: pr.copies(), Clones: pr.clones}
	for _, p := range pr.paths {
		if p != f.Project {
			f.Parts = append(f.Parts, p)
		}
	}
	pr.reach(e)
	if err := pr.commands(f); err != nil {
		return nil, err
	}
	s := &detect.Service{
		Kind:           detect.Worker,
		Root:           pr.root.Rel(),
		PackageManager: detect.Found("pkg", pr.d.Note(pr.file, 0, "Julia's own Pkg installs what it needs")),
		// Julia waits for the signal in a thread of its own, as process 1 too, and ends.
		// https://github.com/JuliaLang/julia/blob/master/src/signals-unix.c
		Graceful: true,
		Facts:    f,
	}
	if pr.Name != "" {
		s.Name = safe.Slug(kebab(strings.TrimSuffix(pr.Name, ".jl")), "app")
	}
	var err error
	if s.Version, err = pr.version(); err != nil {
		return nil, err
	}
	all := pr.listeners(pr.reached)
	if why, ok := pr.mainFramework(all); ok {
		s.Framework = why
	}
	if !e.genie {
		pr.listen(s, all)
	}
	pr.needs(s)
	pr.genie(s, e)
	if s.Kind != detect.Server {
		s.Kind = pr.kind()
	}
	waits := !e.genie && pr.waits(all)
	start, err := pr.start(e, s, waits)
	if err != nil {
		return nil, pr.d.Errorf(e.why.Path, e.why.Line, "%w", err)
	}
	s.Start = detect.Found(start, e.why)
	if main, err := safe.NewLabel(e.file); err == nil {
		s.Main = detect.Found(main, e.why)
	}
	if waits {
		s.Notes = append(s.Notes, pr.note(all[0].file, all[0].call.Line, "%s comes back at once, and a script that has no more to do ends: the image's command waits for it", all[0].call.Name))
	}
	if pr.threads() && !slices.ContainsFunc(e.flags, func(w string) bool { return strings.HasPrefix(w, "--threads") }) {
		pr.set(s, safe.EnvNameOf("JULIA_NUM_THREADS"), "auto", "Julia has one thread unless it is told, and the sources use several.")
	}
	pr.set(s, safe.EnvNameOf("JULIA_DEPOT_PATH"), "/tmp/julia:/opt/julia:", "What Julia writes goes to the first depot; the packages are in the second, compiled.")
	pr.environment(s)
	pr.addresses(s)
	pr.health(s)
	pr.state(s, f)
	pr.ignore(s, f)
	pr.dev(s, f, e)
	pr.remarks(s)
	for _, l := range []struct{ key, value string }{{"title", pr.Name}, {"version", pr.toml.Version}, {"licenses", pr.License}} {
		if v, err := safe.NewLabel(l.value); err == nil && v.String() != "" {
			s.Labels = append(s.Labels, detect.ImageLabel{Key: "org.opencontainers.image." + l.key, Value: v})
		}
	}
	return s, nil
}

// commands are those of the build.
func (pr *program) commands(f *Facts) (err error) {
	at := at(f.Project)
	if f.At, err = safe.NewLabel(at); err != nil {
		return pr.d.Errorf(pr.file, 0, "%w", err)
	}
	install := "using Pkg; "
	for _, dir := range pr.beside {
		install += "Pkg.develop(path = " + literal(dir.String()) + "); "
	}
	if pr.bare {
		install += add(pr.packages())
	} else {
		install += "Pkg.instantiate()"
	}
	install += "; Pkg.precompile()"
	if name, file := pr.module(); name != "" {
		stub := path.Join(f.Project.String(), file)
		install = "mkpath(" + literal(path.Dir(stub)) + "); write(" + literal(stub) + ", " + literal("module "+name+" end") + "); " + install
		if f.Compile, err = safe.NewArgv("julia", "--project="+at, "-e", "using Pkg; Pkg.precompile()"); err != nil {
			return pr.d.Errorf(pr.file, 0, "%w", err)
		}
	}
	if f.Install, err = safe.NewArgv("julia", "--project="+at, "-e", install); err != nil {
		return pr.d.Errorf(pr.file, 0, "%w", err)
	}
	return nil
}

// literal is a text as Julia's sources have it.
func literal(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`).Replace(s) + `"`
}

// loaded are the sources that an application of Genie loads by itself.
func (pr *program) loaded(e *entry) []string {
	if !e.genie {
		return nil
	}
	var out []string
	for _, name := range pr.order {
		top, _, inside := strings.Cut(name, "/")
		if name == "routes.jl" || name == "app.jl" && e.file != "bootstrap.jl" || inside && slices.Contains([]string{"app", "config", "lib", "plugins", "src", "routes"}, top) {
			if strings.HasPrefix(name, "config/env/") && name != "config/env/prod.jl" && name != "config/env/global.jl" {
				continue
			}
			out = append(out, name)
		}
	}
	return out
}

// mainFramework is what the program listens with, else what it is made with.
func (pr *program) mainFramework(all []listening) (detect.Value[string], bool) {
	for i := range servers {
		sv := &servers[i]
		if sv.name == "" || !slices.ContainsFunc(all, func(l listening) bool { return l.server == sv }) {
			continue
		}
		if why, ok := pr.framework(sv.name); ok {
			return detect.Found(sv.name, why), true
		}
	}
	return detect.Value[string]{}, false
}

// framework is the evidence that the project has it.
func (pr *program) framework(name string) (detect.Note, bool) {
	for i := range servers {
		if servers[i].name != name {
			continue
		}
		for _, pkg := range servers[i].pkgs {
			if why, ok := pr.dep(pkg); ok {
				return why, true
			}
		}
	}
	return detect.Note{}, false
}

// kind is what a program does that doesn't listen.
func (pr *program) kind() detect.Kind {
	cli := false
	for _, f := range pr.reached {
		for _, c := range f.Calls {
			switch base := c.Base(); {
			case c.Loop && (base == "sleep" || base == "wait" || base == "take" || base == "recv" || base == "readline"), base == "basic_consume", base == "Timer", base == "@cron", base == "run_bot":
				return detect.Worker
			case base == "@add_arg_table" || base == "parse_args" || base == "@cast" || base == "@main" || base == "@argumentrequired":
				cli = true
			}
		}
		cli = cli || slices.ContainsFunc(f.Tokens, func(t source.Token) bool { return t.Is("ARGS") })
	}
	if cli || len(pr.Apps) > 0 {
		return detect.CLI
	}
	return detect.Job
}

// dev serves the sources as they are: Julia compiles what has changed, and is started again.
func (pr *program) dev(s *detect.Service, f *Facts, e *entry) {
	if s.Kind != detect.Server {
		return
	}
	s.Dev = &detect.Dev{Start: s.Start, Dir: f.Project, At: f.At, Rebuild: slices.Clone(f.Manifests)}
	for _, p := range []string{".julia/", "build/", "log/"} {
		s.Dev.Ignore = append(s.Dev.Ignore, safe.PatternOf(p))
	}
	if e.genie {
		s.Dev.Env = []detect.Setting{{Name: safe.EnvNameOf("GENIE_ENV"), Value: safe.LabelOf("dev")}}
	}
}

// ignore leaves out what neither the build nor the program reads.
func (pr *program) ignore(s *detect.Service, f *Facts) {
	for _, p := range []string{"**/.julia", "**/.CondaPkg", "**/*.jl.*.cov", "**/*.jl.cov", "**/*.jl.mem", "**/deps/build.log", "**/docs/build", "**/.JuliaFormatter.toml"} {
		s.Context.Ignore = append(s.Context.Ignore, safe.PatternOf(p))
	}
	dir := pr.dir().String()
	for _, name := range []string{"test", "docs", "benchmark"} {
		at, err := safe.NewRelPath(path.Join(dir, name))
		if err != nil || !pr.d.HasDir(name) || slices.ContainsFunc(f.Manifests, func(m safe.RelPath) bool { return strings.HasPrefix(m.String(), at.String()+"/") }) ||
			slices.ContainsFunc(pr.paths, func(m safe.RelPath) bool { return strings.HasPrefix(m.String(), at.String()) }) {
			continue
		}
		s.Context.Ignore = append(s.Context.Ignore, safe.PatternFor(at))
	}
}

// remarks are the traps of what the project has.
func (pr *program) remarks(s *detect.Service) {
	s.Notes = append(s.Notes, pr.notes...)
	switch {
	case pr.bare && len(pr.packages()) > 0:
		s.Notes = append(s.Notes, pr.d.Note("Project.toml", 0, "is not there: every build takes the newest releases of what the sources load; julia --project -e 'using Pkg; %s' writes it", add(pr.packages())))
	case len(pr.locks) == 0 && len(pr.Deps) > 0:
		s.Notes = append(s.Notes, pr.d.Note("Manifest.toml", 0, "is not there: every build takes the newest packages that [compat] allows; julia --project -e 'using Pkg; Pkg.resolve()' writes it, and it belongs into the repository of a program"))
	}
	for _, r := range []struct{ pkg, text string }{
		{"PyCall", "it installs a Python of its own while it is built, which takes the network and the depot"},
		{"CondaPkg", "its Python packages are installed when the program first loads them, into a read-only folder: run julia --project -e 'using CondaPkg; CondaPkg.resolve()' in the build"},
		{"PythonCall", "its Python packages are installed when the program first loads them, into a read-only folder: run julia --project -e 'using CondaPkg; CondaPkg.resolve()' in the build"},
		{"RCall", "it needs R: install r-base-core in both stages"},
		{"GLMakie", "it draws on a display, which a container has none of: CairoMakie or WGLMakie need none"},
		{"Blink", "it opens a window, which a container has none of"},
		{"CUDA", "it needs the GPU of the machine: run the container with --gpus all"},
	} {
		if why, ok := pr.dep(r.pkg); ok {
			why.Text = r.pkg + ": " + r.text
			s.Notes = append(s.Notes, why)
		}
	}
}

// kebab parts a name in camel case: RxInferServer is rx-infer-server, MyAPI my-api.
func kebab(name string) string {
	var b strings.Builder
	lower := func(i int) bool { return i < len(name) && name[i] >= 'a' && name[i] <= 'z' }
	for i := 0; i < len(name); i++ {
		c := name[i]
		if c >= 'A' && c <= 'Z' && i > 0 && (lower(i-1) || lower(i+1) && name[i-1] != '_' && name[i-1] != '-') {
			b.WriteByte('-')
		}
		b.WriteByte(c)
	}
	return strings.ReplaceAll(b.String(), "_", "-")
}
