package node

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/javascript"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/detect/manifest/site"
	"dockgen/internal/safe"
)

// dataDirs are folders that running programs read, by their usual names.
var dataDirs = []string{"public", "static", "assets", "views", "templates", "locales", "locale", "i18n", "lang", "translations", "migrations", "drizzle", "resources", "emails", "proto", "protos", "graphql", "config", "content", "partials", "layouts", "themes", "certs"}

// notRuntimeDirs are folders that no running program reads, unless its sources name them.
var notRuntimeDirs = []string{"test", "tests", "__tests__", "__mocks__", "spec", "cypress", "e2e", "docs", "doc", "coverage", "examples", "example", "node_modules", "terraform", "k8s", "kubernetes", "helm", "charts", "deploy", "deployment", "docker", "types", "typings", "@types", "mocks", "tmp", "temp", "logs", "log", "benchmark", "benchmarks", "scripts", "tools", "extra", "patches", "playwright", "screenshots", "images", "vendor", "deploy-recipes"}

// runtimeExts are the kinds of files at the top that a plain program may read.
var runtimeExts = []string{".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".json", ".html", ".sql", ".graphql", ".proto", ".ejs", ".pug", ".hbs"}

// artifacts decides what the images hold, and the facts that the template reads.
func (p *project) artifacts(svc *detect.Service, fw *framework, s *start, files []*javascript.File) error {
	var page *client
	if svc.Kind == detect.Server && s.source != "" {
		page = p.findClient(files)
	}
	if page != nil && p.buildsAlone(page) {
		svc.Build = detect.Value[safe.Argv]{} // it has a stage of its own
	}
	context := p.contextOf(page)
	svc.Root = context.Rel()
	in, err := p.install(context)
	if err != nil {
		return err
	}
	forBun(svc, &in)
	native := p.npm.Native()
	facts := &Facts{Install: in, Secrets: svc.Secrets}
	facts.Dir = safe.RelPathOf(".")
	if dir, ok := strings.CutPrefix(p.Path(), context.Path()+"/"); ok || context.Path() == "." {
		if context.Path() == "." {
			dir = p.Path()
		}
		if facts.Dir, err = safe.NewRelPath(dir); err != nil {
			return err
		}
	}
	if p.nx.moved() {
		facts.Dir = safe.RelPathOf(".")
	}
	p.inside = facts.Dir.String()
	svc.Packages = append(svc.Packages, in.Packages...)
	svc.Packages = append(svc.Packages, native.Packages...)
	svc.SetEnv = append(svc.SetEnv, native.Env...)
	svc.Secrets = append(svc.Secrets, in.Secrets...)
	svc.Context.Ignore = append(svc.Context.Ignore, in.Ignore...)
	svc.Context.Public = append(svc.Context.Public, in.Public...)
	for _, input := range in.Inputs {
		svc.Context.Keep = append(svc.Context.Keep, input.Source)
	}
	p.leaveApart(svc, in)
	svc.Notes = append(append(svc.Notes, p.npm.Notes...), in.Notes...)
	svc.Notes = append(svc.Notes, native.Notes...)
	for _, text := range p.buildEnv {
		if set, ok := setting(text); ok {
			facts.BuildEnv = append(facts.BuildEnv, set)
		}
	}
	facts.StandIns = p.standing
	if err := p.generate(facts); err != nil {
		return err
	}
	for _, dir := range fw.caches {
		if r, ok := rel(dir); ok && svc.Build.IsSet() {
			facts.Caches = append(facts.Caches, nodepkg.Cache{
				ID:     safe.Slug(p.pkg.Name+"-"+strings.TrimPrefix(dir, "node_modules/"), "build"),
				Target: safe.LabelOf(path.Join("/src", facts.Dir.String(), r.String())),
			})
		}
	}
	if p.nx == nil {
		if err := p.buildMembers(svc, facts); err != nil {
			return err
		}
	}
	if argv := svc.Build.V.Args(); in.Sources && len(argv) > 2 && slices.Contains([]string{"preinstall", "install", "postinstall", "prepare"}, argv[2]) {
		facts.Installed = true
	}
	p.ignoreOutput(svc, facts, fw, s)
	p.development(svc, facts, s)
	if svc.Kind == detect.Static {
		return p.staticSite(facts, svc, fw)
	}
	for _, dir := range p.stateDirs(fw, s, files) {
		if r, err := facts.Dir.Join(dir); err == nil {
			svc.State = append(svc.State, r)
		}
	}
	if p.nx.moved() {
		return p.nxArtifacts(svc, facts, fw)
	}
	modules := !fw.bundled && (len(p.pkg.Dependencies)+len(p.pkg.OptionalDependencies) > 0 || s.development)
	if page != nil {
		if err := p.takeClient(svc, facts, page, context); err != nil {
			return err
		}
	}
	if p.nx != nil {
		p.modules(facts, svc, modules, fw.development)
		names := slices.Clone(fw.copies)
		if p.Has("package.json") {
			names = append(names, "package.json")
		}
		p.copies(facts, names)
		svc.Facts = facts
		return nil
	}
	if p.npm.Workspace != nil && facts.Dir.String() != "." && modules {
		facts.Whole = !p.prunes(facts, s.development || fw.development)
		for _, m := range p.parts(false) {
			if dir, err := in.Root.Join(m.Path); err == nil && !facts.Whole {
				facts.Members = append(facts.Members, dir)
			}
		}
		facts.Apart = !facts.Whole
	}
	if facts.Whole {
		p.remark("", 0, "the image holds the whole workspace as the build leaves it: that is safe, but more than the program needs")
	}
	p.modules(facts, svc, modules, s.development || fw.development)
	if fw.traced != "" {
		if facts.Traced, err = facts.Dir.Join(fw.traced); err != nil {
			return err
		}
	}
	further := p.processes(svc, facts, fw, s)
	names := fw.copies
	if s.source != "" {
		names = append(slices.Clone(names), withoutPage(p.runtime(svc, fw, s, files), page)...)
		if s.engine() == onBun {
			names = append(names, p.bunRuntime()...)
		}
	} else if modules {
		names = append(slices.Clone(names), "package.json")
	}
	names = append(append(names, p.prismaCopies()...), further...)
	p.copies(facts, names)
	svc.Facts = facts
	return nil
}

// modules decides which stage has the packages that the program needs. An
// install of its own is quicker to repeat than a build; but what a build puts
// among the packages, as Prisma's client, is in the build stage alone.
func (p *project) modules(facts *Facts, svc *detect.Service, needed, development bool) {
	in := facts.Install
	facts.Compiled = svc.Build.IsSet() || len(facts.Prepare) > 0 || facts.Whole
	if !facts.Compiled { // the sources are what runs
		svc.Interpreters = []detect.Interpreter{"node"}
	}
	switch {
	case !needed:
	case facts.Whole:
		facts.Pruned = !in.Prune.IsZero() && !development
	case development && facts.Compiled:
		facts.ModulesFrom = "build"
	case facts.Compiled && !facts.Apart && (len(facts.Prepare) > 0 || p.prismaSchema() != "" || in.Production.IsZero()):
		facts.ModulesFrom = "build"
		facts.Pruned = !in.Prune.IsZero()
	default:
		facts.ModulesFrom, facts.Deps, facts.DepsArgv = "deps", true, in.Production
		switch {
		case !development && !facts.Compiled && !in.Alone.IsZero():
			facts.DepsArgv = in.Alone
		case in.Production.IsZero() || development:
			facts.DepsArgv, facts.DepsPruned = in.Full, !development && !in.Prune.IsZero()
		}
	}
	facts.PnP = in.Manager.PnP && facts.ModulesFrom != ""
	tools := !in.Setup.Run.IsZero() || slices.ContainsFunc(svc.Packages, func(x detect.Package) bool { return x.Build })
	facts.Base = facts.Compiled && facts.Deps && tools
}

// ignoreOutput leaves what the build writes out of what it reads: an old output
// would end up among the new.
func (p *project) ignoreOutput(svc *detect.Service, facts *Facts, fw *framework, s *start) {
	if !svc.Build.IsSet() {
		return
	}
	if p.nx != nil {
		if r, err := facts.Install.Root.Join(p.nx.output); err == nil && p.nx.moved() {
			svc.Context.Ignore = append(svc.Context.Ignore, safe.PatternFor(r))
		}
		return
	}
	for _, name := range []string{fw.output, s.entry} {
		top := strings.SplitN(path.Clean(name), "/", 2)[0]
		if name == "" || top == "." || top == name && path.Ext(name) != "" || strings.HasPrefix(s.source, top+"/") || strings.HasPrefix(top, ".") {
			continue
		}
		// What is committed there may be read as well; only an empty place or a known one is safe.
		if p.HasDir(top) && (!slices.Contains([]string{"dist", "build", "out"}, top) || fw.tasks && p.sourcePage("index") == "") {
			continue
		}
		if r, err := facts.Dir.Join(top); err == nil {
			svc.Context.Ignore = append(svc.Context.Ignore, safe.PatternFor(r))
		}
	}
}

// staticSite is what a web server gets.
func (p *project) staticSite(facts *Facts, svc *detect.Service, fw *framework) error {
	out, err := facts.Dir.Join(fw.output)
	if err != nil {
		return p.Errorf("package.json", 0, "the folder that the build writes: %w", err)
	}
	made := &site.Site{Dir: out, Index: []safe.RelPath{safe.RelPathOf("index.html")}, Fallback: fw.fallback == AppFallback}
	if fw.fallbackPage != "" && !made.SetIndex(fw.fallbackPage) {
		p.remark("", 0, "the page %q for unknown paths has a name that the web server's configuration can't hold", fw.fallbackPage)
	}
	if fw.fallback == PageFallback {
		made.NotFound = safe.RelPathOf("404.html")
	}
	made.AddHashed(fw.hashed...)
	if base, why := p.siteBase(fw); base != "" && made.SetBase(base) {
		p.remarkAt(why, "the pages expect to lie under %s: the web server has them there, and sends / on", base)
	}
	facts.Site = made
	svc.Start = detect.Value[safe.Argv]{}
	svc.Facts = facts
	return nil
}

// copies reads names as FROM or FROM=TO, each once, outer folders in place of what is in them.
func (p *project) copies(facts *Facts, names []string) {
	for i, name := range names {
		from, to, renamed := strings.Cut(name, "=")
		if !renamed || p.Has(name) || p.HasDir(name) { // a name may hold the sign itself
			from, to, renamed = name, name, false
		}
		f, ok1 := rel(from)
		t, ok2 := rel(to)
		if !ok1 || !ok2 || from == "" {
			continue
		}
		if p.Has(from) && detect.IsSecretFile(from) && path.Ext(from) != ".pem" { // one that is a certificate is let in
			if slices.Contains(names[:i], name) {
				continue // it is said already
			}
			p.remark(from, 0, "may hold secrets and stays out of the image: mount it at %s", path.Join("/app", facts.Dir.String(), t.String()))
			continue
		}
		c := nodepkg.Artifact{From: f, To: t, Dir: renamed || p.HasDir(from) || !p.Has(from) && strings.TrimPrefix(path.Ext(from), path.Base(from)) == ""}
		inside := func(x nodepkg.Artifact) bool {
			return x.From == f || x.From.String() == "." || strings.HasPrefix(f.String(), x.From.String()+"/") && x.From.String() == x.To.String() && !renamed
		}
		if slices.ContainsFunc(facts.Copies, inside) {
			continue
		}
		facts.Copies = slices.DeleteFunc(facts.Copies, func(x nodepkg.Artifact) bool {
			return !renamed && strings.HasPrefix(x.From.String(), f.String()+"/") && x.From.String() == x.To.String()
		})
		facts.Copies = append(facts.Copies, c)
	}
	slices.SortStableFunc(facts.Copies, func(a, b nodepkg.Artifact) int { return strings.Compare(a.From.String(), b.From.String()) })
}

// runtime lists what of the project a program of its own reads while it runs.
func (p *project) runtime(svc *detect.Service, fw *framework, s *start, files []*javascript.File) []string {
	out := []string{"package.json"}
	top := func(name string) string { return strings.SplitN(path.Clean(name), "/", 2)[0] }
	around := fw.role == builtServer // it serves what the framework's build made of the rest
	if around {
		files = p.program.Reach(s.source, maxSources)
	}
	named := p.namedEntries(files)
	entry := path.Clean(s.entry) // node server: the folder, or the file without its ending
	compiled := entry != s.source && entry != strings.TrimSuffix(s.source, path.Ext(s.source)) && !(entry == path.Dir(s.source) && strings.HasPrefix(path.Base(s.source), "index."))
	if compiled {
		if top(s.entry) != s.entry {
			out = append(out, top(s.entry))
		} else {
			out = append(out, s.entry)
		}
	} else {
		out = append(out, top(s.source))
		for _, f := range p.program.Reach(s.source, maxSources) {
			out = append(out, top(f.Path))
		}
	}
	out = append(out, p.madeParts(s.source)...)
	plainRoot := !compiled && !around && !strings.Contains(s.source, "/")
	for _, dir := range p.Dirs() {
		hidden := strings.HasPrefix(dir, ".")
		switch {
		case hidden || dir == "node_modules" || p.Has(path.Join(dir, "package.json")) && !named[dir]:
		case named[dir] && !(compiled && dir == top(s.source)), slices.Contains(dataDirs, dir), plainRoot && !slices.Contains(notRuntimeDirs, dir):
			out = append(out, dir)
		}
	}
	for _, file := range p.Names("*") {
		if !named[file] && !(plainRoot && slices.Contains(runtimeExts, path.Ext(file)) && !notSourceFiles().MatchString(file)) {
			continue
		}
		if strings.HasPrefix(file, ".") || slices.Contains([]string{"package-lock.json", "tsconfig.json", "jsconfig.json", "vercel.json", "app.json", "renovate.json", "nodemon.json", "README.md", "biome.json", "components.json"}, file) || strings.HasPrefix(file, "tsconfig") {
			continue
		}
		out = append(out, file)
	}
	if svc.Build.IsSet() && !compiled && !around { // what the build makes beside the program
		made := p.pkg.Outputs(orElse(p.buildScript(), "build"))
		for _, dir := range outFolders {
			if named[dir] && len(made) == 0 {
				out = append(out, dir)
			}
		}
		if p.has("vite") && p.Has("index.html") && len(made) == 0 {
			out = append(out, "dist")
		}
		for _, name := range made {
			if dir := top(name); dir != ".." && !slices.Contains(notRuntimeDirs, dir) {
				out = append(out, dir)
			}
		}
	}
	return out
}

// namedEntries are the files and folders at the top of the project that strings
// of the sources name as the beginning of a path, or a part of one.
func (p *project) namedEntries(files []*javascript.File) map[string]bool {
	there := map[string]bool{}
	for _, dir := range p.Dirs() {
		there[dir] = true
	}
	for _, file := range p.Names("*") {
		there[file] = true
	}
	for _, dir := range outFolders {
		there[dir] = true
	}
	out := map[string]bool{}
	for _, f := range files {
		specs := map[string]bool{}
		for _, imp := range f.Imports() {
			specs[imp.Path] = true
		}
		for _, s := range f.Strings(f.Whole()) {
			if len(s) > 200 || specs[s] || strings.Contains(s, "\n") || strings.Contains(s, " ") {
				continue
			}
			for strings.HasPrefix(s, "./") || strings.HasPrefix(s, "../") || strings.HasPrefix(s, "/") {
				s = strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(s, ".."), "."), "/")
			}
			if first := strings.SplitN(s, "/", 2)[0]; there[first] && !strings.HasPrefix(first, ".") {
				out[first] = true
			}
		}
	}
	for _, dir := range []string{"test", "tests", "node_modules", "docs"} {
		delete(out, dir)
	}
	return out
}
