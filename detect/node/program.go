package node

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/evidence"
	"dockgen/detect/manifest/javascript"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/safe"
)

// runs reports whether a start command is a program of the project's own, which
// wins over a page that is built beside it.
func (p *project) runs(s *start, fw *framework) bool {
	if fw != nil && p.pageLoads(s.source) || p.triesOut(s) {
		return false
	}
	if s.server != nil || p.listens(s.source) {
		return true
	}
	if fw != nil {
		return false // a helper of the site's build
	}
	return p.framework(s) != nil || p.deployed(s) || strings.Contains(s.why.Path, "package.json") && p.startsItself(s)
}

// triesOut reports whether the program only shows or tries the library that the package is:
// it is published, and the program lies where such things do.
func (p *project) triesOut(s *start) bool {
	if p.pkg.Private || p.pkg.Main == "" && p.pkg.Module == "" && !p.pkg.Has("exports") {
		return false
	}
	return slices.Contains([]string{"sandbox", "playground", "playgrounds", "example", "examples", "demo", "demos", "test", "tests"}, strings.SplitN(s.source, "/", 2)[0])
}

// deployed reports whether a Dockerfile starts the program.
func (p *project) deployed(s *start) bool {
	file, why := evidence.Started(p.Dir, path.Ext(s.source))
	return file != "" && file == s.source && why == s.why
}

// pageLoads reports whether the page that a browser opens begins with the source: such
// a program calls things by the name of listen, too.
func (p *project) pageLoads(source string) bool {
	if !p.Has("index.html") {
		return false
	}
	text, err := p.Read("index.html")
	return err == nil && (strings.Contains(string(text), `"/`+source+`"`) || strings.Contains(string(text), `"./`+source+`"`) || strings.Contains(string(text), `"`+source+`"`))
}

// published reports whether the package is one of a workspace that goes to a registry and
// is not what a deployment starts: no script starts it, or its command is what people run.
// A server is published at times, as n8n is: it has a start script and a framework.
func (p *project) published(s *start) bool {
	if p.npm.Workspace == nil || p.npm.IsRoot() || p.pkg.Private || !p.pkg.Has("files") && !p.pkg.Has("publishConfig") {
		return false
	}
	if s == nil || s.site != "" {
		return true
	}
	started := slices.ContainsFunc(startScripts, func(name string) bool { return p.script(name) != "" && p.scriptNote(name) == s.why })
	if !started && s.why.Path != p.pkg.Note("", "").Path { // a Procfile or another description of a deployment
		return false
	}
	for _, entry := range p.pkg.Bin {
		if started && s.entry != "" && path.Clean(entry) == s.entry && p.framework(s) == nil {
			return true
		}
	}
	return !started
}

// startsItself reports whether the command stands for what the package is for,
// and not for a tool of its developers.
func (p *project) startsItself(s *start) bool {
	if top := strings.SplitN(s.source, "/", 2)[0]; slices.Contains(notRuntimeDirs, top) {
		return false
	}
	return p.script("start") != "" || len(p.pkg.Dependencies) > 0 && p.pkg.Main != "" && s.entry == path.Clean(p.pkg.Main)
}

// framework is the row of the library that the program uses, nil for none. The
// one that the program imports wins over one that only stands in the manifest.
func (p *project) framework(s *start) *framework {
	var listed *framework
	rows := libraries()
	for _, files := range [][]*javascript.File{p.program.Reach(s.source, maxSources), p.programFiles(s.source)} {
		for i := range rows {
			f := &rows[i]
			if !slices.ContainsFunc(f.deps, p.prod) {
				continue
			}
			if listed == nil {
				listed = f
			}
			if slices.ContainsFunc(files, func(file *javascript.File) bool { return importsAny(file, f.deps) }) {
				return f
			}
		}
	}
	return listed
}

// importsAny reports whether the file imports one of the packages, or a part of one.
func importsAny(f *javascript.File, packages []string) bool {
	return slices.ContainsFunc(f.Imports(), func(imp javascript.Import) bool {
		return slices.ContainsFunc(packages, func(pkg string) bool { return imp.Path == pkg || strings.HasPrefix(imp.Path, pkg+"/") })
	})
}

// programOf decides the kind of a program of the project's own.
func (p *project) programOf(svc *detect.Service, s *start) *framework {
	if s.server != nil {
		svc.Kind = detect.Server
		return s.server
	}
	fw := p.framework(s)
	listens := p.listens(s.source)
	if !listens {
		_, listens = p.listening(p.programFiles(s.source))
	}
	if fw == nil {
		fw = &framework{role: library}
		if l, ok := p.bunListening(s.source); ok && s.engine() == onBun {
			fw.name, fw.at = "Bun.serve", p.Note(l.path, l.line, "Bun's own server")
		}
	}
	f := *fw
	if l, ok := p.listening(p.programFiles(s.source)); ok && l.open {
		svc.NoHTTP = true
		f.name, f.port, f.at = "gRPC", 50051, p.Note(l.path, l.line, "serves gRPC")
	}
	switch {
	case listens:
		svc.Kind = detect.Server
		f.role = library
	case f.role == library && f.name != "":
		svc.Kind = detect.Server
		p.remark(s.source, 0, "no call was found that listens: the port is %s's usual one", f.name)
	case f.role == worker:
		svc.Kind = detect.Worker
	case p.staysAlive(s.source):
		svc.Kind = detect.Worker
	default:
		svc.Kind = detect.Job
		p.remarkAt(p.Note(s.source, 0, "").On(detect.Ending), "nothing listens or waits here: it is taken for a program that runs once and ends")
	}
	return &f
}

// staysAlive reports whether the program waits for something for ever.
func (p *project) staysAlive(entry string) bool {
	for _, f := range p.program.Reach(entry, reach) {
		for _, c := range f.Calls(f.Whole()) {
			switch c.Name() {
			case "setInterval", "subscribe", "consume", "watch":
				return true
			}
		}
	}
	return false
}

// command is a program for people: a bin without a server. A package that others
// import may have one beside its code.
func (p *project) command(svc *detect.Service) (*start, *framework) {
	if p.workspaceTool() {
		return nil, nil
	}
	names := make([]string, 0, len(p.pkg.Bin))
	for name := range p.pkg.Bin {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		entry, ok := rel(p.pkg.Bin[name])
		if !ok {
			continue
		}
		source := p.program.Find(entry.String())
		if source == "" {
			source = p.sourceOf(entry.String())
		}
		if source == "" {
			continue
		}
		svc.Kind = detect.CLI
		s := &start{argv: []string{onNode, entry.String()}, entry: entry.String(), source: source, why: p.pkg.Note("bin "+name, "bin")}
		if text, err := p.Read(source); err == nil && source == entry.String() {
			if first, _, _ := strings.Cut(string(text), "\n"); strings.HasPrefix(first, "#!") && strings.HasSuffix(strings.TrimSpace(first), onBun) {
				s.argv[0], s.bun = onBun, p.Note(source, 1, "%s", first)
			}
		}
		return s, &framework{role: library}
	}
	return nil, nil
}

// workspaceTool reports whether the package is a private one whose command the others of the
// workspace run while they are built or tested.
func (p *project) workspaceTool() bool {
	w := p.npm.Workspace
	if w == nil || p.npm.IsRoot() || !p.pkg.Private || p.pkg.Name == "" || p.script("start") != "" {
		return false
	}
	return w.Manifest != nil && w.Manifest.Depends(p.pkg.Name) || slices.ContainsFunc(w.Members, func(m nodepkg.Member) bool { return m.Manifest.Depends(p.pkg.Name) })
}

// endsOnSignal reports whether the program handles SIGTERM: the kernel gives
// process 1 no other way to end by it.
func (p *project) endsOnSignal(files []*javascript.File) bool {
	for _, f := range files {
		if p.imports(f, "close-with-grace", "@godaddy/terminus", "lightship", "http-graceful-shutdown", "exit-hook", "async-exit-hook") {
			return true
		}
		for _, c := range f.Calls(f.Whole()) {
			switch {
			case (c.Name() == "on" || c.Name() == "once" || c.Name() == "addListener") && len(c.Callee) > 1 && c.Callee[0] == "process" && len(c.Args) > 0 && f.Text(c.Args[0]) == "SIGTERM":
				return true
			case c.Name() == "enableShutdownHooks":
				return true
			case c.Name() == "forEach" && slices.Contains(f.Strings(f.Before(c)), "SIGTERM"): // ["SIGINT", "SIGTERM"].forEach(
				return true
			}
		}
	}
	return false
}

// setting reads NAME=value.
func setting(text string) (detect.Setting, bool) {
	name, value, _ := strings.Cut(text, "=")
	n, err := safe.NewEnvName(name)
	if err != nil {
		return detect.Setting{}, false
	}
	v, err := safe.NewLabel(value)
	return detect.Setting{Name: n, Value: v}, err == nil
}

// labels are what of the manifest belongs on the image.
func (p *project) labels(svc *detect.Service) {
	for _, l := range []struct{ key, value string }{
		{"org.opencontainers.image.title", p.pkg.Name}, {"org.opencontainers.image.description", p.pkg.Description}, {"org.opencontainers.image.licenses", p.pkg.License},
	} {
		if v, err := safe.NewLabel(l.value); err == nil && l.value != "" && len(l.value) < 200 && !strings.HasPrefix(l.value, "SEE ") && l.value != "UNLICENSED" {
			svc.Labels = append(svc.Labels, detect.ImageLabel{Key: l.key, Value: v})
		}
	}
}
