package r

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/r/source"
	"dockgen/internal/safe"
)

// service describes a program.
func (p *project) service(one *program) (*detect.Service, error) {
	d := p.d
	label, err := safe.NewLabel(one.main)
	if err != nil {
		return nil, d.Errorf(one.main, 0, "%w", err)
	}
	why := d.Note(one.main, one.line, "%s", one.why)
	root, err := safe.NewRelPath(p.root.Path())
	if err != nil {
		return nil, d.Errorf(".", 0, "%w", err)
	}
	facts := &Facts{Dir: p.rel}
	s := &detect.Service{Kind: one.kind, Root: root, Main: detect.Found(label, why), Notes: one.notes, Facts: facts}
	if one.framework != "" {
		s.Framework = detect.Found(one.framework, why)
	}
	if below, err := safe.NewRelPath(path.Join(d.Path(), one.below)); one.below != "" && err == nil {
		s.Parts = append(s.Parts, detect.Part{Path: below, Why: why})
	}
	for _, f := range one.files {
		if dir := path.Dir(f.Path); dir != "." && !p.packaged && !d.Has("rhino.yml") {
			if below, err := safe.NewRelPath(path.Join(d.Path(), dir)); err == nil {
				s.Parts = append(s.Parts, detect.Part{Path: below, Alone: true, Why: why})
			}
		}
	}
	if s.Version, s.Pinned, err = p.version(); err != nil {
		return nil, err
	}
	p.place(s, one)
	if s.Start, err = one.start(why); err != nil {
		return nil, d.Errorf(one.main, one.line, "%w", err)
	}
	p.install(s, facts, one)
	s.Packages = p.system()
	if pandoc := safe.PackageOf("pandoc"); strings.HasPrefix(one.expr, "rmarkdown::") && !slices.ContainsFunc(s.Packages, func(o detect.Package) bool { return o.Deb == pandoc }) {
		s.Packages = append(s.Packages, detect.Package{Deb: pandoc, Build: true, Run: true, Why: why})
	}
	p.environment(s)
	p.health(s, one)
	p.context(s)
	p.surroundings(s, facts)
	p.development(s, facts)
	return s, nil
}

// development is the program itself, started again when a source has changed: R reads
// them once. A package would have to be installed again.
func (p *project) development(s *detect.Service, f *Facts) {
	at, err := safe.NewLabel(path.Join("/app", p.rel.String()))
	if s.Kind != detect.Server || f.Self || err != nil {
		return
	}
	s.Dev = &detect.Dev{Start: s.Start, Dir: p.rel, At: at, Rebuild: f.Copies, Ignore: []safe.Pattern{safe.PatternOf("renv/library/"), safe.PatternOf("**/.Rproj.user/"), safe.PatternOf("**/.RData"), safe.PatternOf("**/.Rhistory")}}
}

// portEnv is the variable that tells a program of our own command where to listen.
const portEnv = "PORT"

// place finds where the program listens.
func (p *project) place(s *detect.Service, one *program) {
	if s.Kind != detect.Server {
		return
	}
	fallback := usual[one.framework]
	why := s.Main.Why[0]
	note := func(format string, args ...any) detect.Note {
		if one.portIn == nil {
			return one.portWhy
		}
		return p.d.Note(one.portIn.Path, one.port.Line, format, args...)
	}
	switch n, known := one.port.Number(); {
	case one.port.Env != "" && !known:
		s.Port = detect.Assumed(safe.Port(fallback), note("reads $%s", one.port.Env))
	case known:
		if port, err := safe.NewPort(n); err == nil {
			s.Port = detect.Found(port, note("port %d", n))
			break
		}
		fallthrough
	default:
		s.Port = detect.Assumed(safe.Port(fallback), why)
	}
	if env, err := safe.NewEnvName(one.port.Env); err == nil && one.port.Env != "" {
		s.PortEnv = env
	}
	// These read where to listen from variables of their own, if the call does not say it.
	if one.script != "" && !one.port.Known && one.port.Env == "" {
		switch one.framework {
		case plumber:
			s.PortEnv = safe.EnvNameOf("PLUMBER_PORT")
		case plumber2:
			s.PortEnv = safe.EnvNameOf("PLUMBER2_PORT")
		}
	}
	if one.framework == plumber2 && one.script != "" {
		s.SetEnv = append(s.SetEnv, detect.Setting{Name: safe.EnvNameOf("PLUMBER2_HOST"), Value: safe.LabelOf("0.0.0.0")})
	}
	if one.expr != "" {
		if s.PortEnv.IsZero() {
			s.PortEnv = safe.EnvNameOf(portEnv)
		}
		one.expr = strings.ReplaceAll(one.expr, "{port}", "as.integer(Sys.getenv('"+s.PortEnv.String()+"'))")
	}
}

// start is the command.
func (one *program) start(why detect.Note) (v detect.Value[safe.Argv], err error) {
	words := []string{"Rscript", "-e", one.expr}
	if one.script != "" {
		words = append([]string{"Rscript", one.script}, one.args...)
	}
	argv, err := safe.NewArgv(words...)
	if err != nil {
		return v, err
	}
	return detect.Found(argv, why), nil
}

// health finds a path that answers when the service is well. Shiny answers on "/".
func (p *project) health(s *detect.Service, one *program) {
	if s.Kind != detect.Server {
		return
	}
	if one.framework == shiny {
		s.Health = detect.Assumed(safe.URLPathOf("/"), s.Main.Why[0])
		return
	}
	best := len(healthy) + 1
	take := func(f *source.File, path string, line, at int) {
		if at >= best {
			return
		}
		if url, err := safe.NewURLPath(path); err == nil {
			best = at
			s.Health = detect.Found(url, p.d.Note(f.Path, line, "answers GET %s", path))
		}
	}
	for _, f := range one.files {
		all := routes(f)
		for i, path := range healthy {
			if line, ok := all[path]; ok {
				take(f, path, line, i)
			}
		}
		if line, ok := all["/"]; ok {
			take(f, "/", line, len(healthy))
		}
	}
}

// install decides what installs the packages.
func (p *project) install(s *detect.Service, f *Facts, one *program) {
	ps := p.packages
	var missing []string // that the command needs and no manifest names
	if one.framework != "" && one.expr != "" {
		want := one.framework
		if strings.HasPrefix(one.expr, "rmarkdown::") {
			want = "rmarkdown"
		}
		if !ps.has(want) {
			missing = append(missing, want)
			p.packages.add(want, s.Main.Why[0])
		}
	}
	if ps.manager == "" && len(missing) == 0 {
		return
	}
	if ps.manager == "" {
		ps.manager, ps.why = "install.packages", s.Main.Why[0]
	}
	if ps.why.Path == "" {
		ps.why = p.d.Note(".", 0, "no renv.lock, no DESCRIPTION: the packages are those that the sources load")
	}
	s.PackageManager = detect.Found(ps.manager, ps.why)
	f.Installed = one.self && ps.manager != "packrat" && !strings.Contains(one.expr, "'app.R'")
	f.Self = one.self
	copies := func(names ...string) {
		for _, name := range names {
			if rel, err := safe.NewRelPath(name); err == nil && (p.root.Has(name)) {
				f.Copies = append(f.Copies, rel)
			}
		}
	}
	switch {
	case ps.manager == "renv":
		f.Renv, f.Tool = true, safe.Slug("renv", "renv")
		file, where := p.root.First(lockFiles...), ""
		if file != "renv.lock" {
			where = `lockfile = "` + file + `", `
		}
		copies(file)
		f.Install = safe.ArgvOf("Rscript", "-e", "renv::restore("+where+`library = "`+library+`", prompt = FALSE)`)
	case ps.manager == "packrat":
		f.Packrat, f.Tool = true, safe.Slug("packrat", "packrat")
		copies("packrat/packrat.lock", "packrat/packrat.opts", "packrat/init.R")
		f.Install = safe.ArgvOf("Rscript", "--no-init-file", "-e", "packrat::restore(overwrite.dirty = TRUE, prompt = FALSE)")
	case ps.script != "":
		if ps.manager != "install.packages" {
			f.Tool = safe.Slug(ps.manager, "remotes")
		}
		copies(ps.script)
		if argv, err := safe.NewArgv("Rscript", ps.script); err == nil {
			f.Install = argv
		}
	case ps.manager == "remotes":
		f.Tool = safe.Slug("remotes", "remotes")
		copies("DESCRIPTION")
		f.Install = safe.ArgvOf("Rscript", "-e", `remotes::install_deps(upgrade = "never")`)
	default:
		missing = p.packages.names()
	}
	for _, name := range missing {
		label, err := safe.NewLabel(name)
		switch _, bioc := slices.BinarySearch(bioconductor, name); {
		case err != nil:
		case bioc:
			f.Bioc = append(f.Bioc, label)
		default:
			f.Names = append(f.Names, label)
		}
	}
	if len(f.Bioc) > 0 && !ps.has("BiocManager") {
		f.Names = append(f.Names, safe.LabelOf("BiocManager"))
	}
	if ps.remote {
		f.Secrets = []detect.BuildSecret{{ID: safe.Slug("github-pat", "pat"), Env: safe.EnvNameOf("GITHUB_PAT"), Why: ps.why}}
		s.Secrets = f.Secrets
	}
	if ps.manager == "rv" {
		s.Notes = append(s.Notes, detect.Note{Path: ps.why.Path, Text: "no image brings rv: the packages are installed by their names, in their newest releases"})
	} else if !ps.locked {
		s.Notes = append(s.Notes, detect.Note{Path: ps.why.Path, Text: "there is no renv.lock: every build takes the newest packages; renv::init() and renv::snapshot() pin them"})
	}
	p.unlocked(s)
	if ps.manager == "packrat" {
		s.Notes = append(s.Notes, p.d.Note("packrat/packrat.lock", 0, "packrat gets no more features: renv::migrate() makes a renv.lock of it"))
	}
}

// unlocked notes the packages that the sources load and the lock file lacks, without
// which the program stops.
func (p *project) unlocked(s *detect.Service) {
	if !p.packages.locked {
		return
	}
	var names []string
	at := detect.Note{}
	for _, f := range p.files {
		for name, line := range manifest.Sorted(f.Packages) {
			if strings.EqualFold(path.Ext(f.Path), ".r") && validName(name) && !with(name) && !p.packages.has(name) && name != p.description["Package"].text && name != "renv" && name != "packrat" && !slices.Contains(names, name) {
				names = append(names, name)
				if at.Path == "" {
					at = p.d.Note(f.Path, line, "")
				}
			}
		}
	}
	if len(names) == 0 {
		return
	}
	slices.Sort(names)
	at.Text = "loads what " + path.Base(p.packages.why.Path) + " lacks (" + strings.Join(names[:min(5, len(names))], ", ") + "): renv::snapshot() adds it"
	at.Line = 0
	s.Notes = append(s.Notes, at)
}

// library is where Debian's R keeps the packages that the machine's owner installs.
const library = "/usr/local/lib/R/site-library"
