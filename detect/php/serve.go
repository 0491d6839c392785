package php

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/php/source"
	"dockgen/internal/safe"
)

// describing is a service while it is made.
type describing struct {
	s    *detect.Service
	f    *Facts
	line string // of PHP
}

// choose decides which server runs PHP: what the project itself was made for, or
// else Apache, which needs nothing beside it, reads .htaccess files, and is there for every PHP.
func (p *project) choose(s *detect.Service, f *Facts, line string) {
	f.Server = apache
	s.Server = detect.Assumed(apache, detect.Note{Text: "it needs nothing beside it, and reads .htaccess files"})
	franken := func(why detect.Note) {
		if older(line, "8.2") {
			why.Text += ": there is no image of FrankenPHP for PHP " + line + ", so Apache runs it"
			s.Notes = append(s.Notes, why)
			return
		}
		f.Server = frankenphp
		s.Server = detect.Found(frankenphp, why)
	}
	asked := p.d.Choices().Server
	switch {
	case p.docroot == "":
		f.Server = cli
		s.Server = detect.Value[string]{}
	case asked.IsSet() && slices.Contains(Detector{}.Servers(), asked.V) && (asked.V != frankenphp || !older(line, "8.2")):
		f.Server, s.Server = asked.V, asked
	case p.c.has("runtime/frankenphp-symfony"):
		franken(p.c.note("runtime/frankenphp-symfony"))
	case p.docker.server == frankenphp:
		franken(p.docker.serverWhy)
	case p.docker.server == fpm:
		why := p.docker.serverWhy
		why.Text += ": one image with Apache is written; dockgen init --server fpm writes PHP-FPM, with nginx before it"
		s.Notes = append(s.Notes, why)
	}
}

// serve is how the server shows the project.
func (p *project) serve(s *detect.Service, f *Facts) {
	if f.Server == cli {
		p.command(s, f)
		return
	}
	docroot := safe.RelPathOf(".")
	if r, err := safe.NewRelPath(p.docroot); err == nil {
		docroot = r
	}
	if docroot.Plain() {
		f.Document = safe.LabelOf(path.Join(workdir, docroot.String()))
	} else {
		s.Notes = append(s.Notes, p.d.Note(p.docroot, 0, "has a name that dockgen can't put into the configuration of a web server: the project's folder is shown instead"))
		docroot = safe.RelPathOf(".")
		f.Document = safe.LabelOf(workdir)
	}
	if label, err := safe.NewLabel(path.Join(docroot.String(), cmp.Or(p.page, "index.php"))); err == nil {
		s.Main = detect.Found(label, p.rootWhy)
	}
	f.Docroot, f.Open = docroot, docroot.String() == "."
	f.OwnVendor = p.ownVendor()
	f.Override = p.d.Has(path.Join(docroot.String(), ".htaccess"))
	f.Front = p.front(docroot.String())
	p.router(s)
	s.Document = detect.Found(docroot, p.rootWhy)
	// A page that exists to be asked for the health.
	for _, page := range []string{"health.php", "healthz.php", "healthcheck.php", "health-check.php"} {
		if at := path.Join(docroot.String(), page); p.d.Has(at) && f.Server != fpm {
			s.Health = detect.Found(safe.URLPathOf("/"+page), p.d.Note(at, 0, "is a page for health checks"))
			break
		}
	}
	listens := detect.Note{Text: "the web server of the image listens there: a port below 1024 would take rights"}
	s.Port, s.PortEnv = detect.Found(safe.Port(8080), listens), safe.EnvNameOf("PORT")
	switch f.Server {
	case frankenphp:
		s.Start = detect.Found(safe.ArgvOf("frankenphp", "run", "--config", "/etc/frankenphp/Caddyfile"), p.rootWhy)
		if f.Override {
			s.Notes = append(s.Notes, p.d.Note(path.Join(docroot.String(), ".htaccess"), 0, "FrankenPHP does not read it"))
		}
	case fpm:
		s.Start = detect.Found(safe.ArgvOf("php-fpm"), p.rootWhy)
		s.Port, s.PortEnv = detect.Found(safe.Port(9000), detect.Note{Text: "PHP-FPM listens there, for the web server before it"}), safe.EnvName{}
	default:
		s.Start = detect.Found(safe.ArgvOf("apache2-foreground"), p.rootWhy)
		f.Modules = p.modules(docroot.String(), f)
	}
}

// front reports whether the first page answers for every address that is no file: a
// framework's does, and one that a Procfile gives to PHP's own server.
func (p *project) front(docroot string) bool {
	if p.fw != nil && p.fw.file == "" {
		return true
	}
	if web := p.web(); web != nil {
		args := web.Commands[len(web.Commands)-1].Args
		return len(args) > 0 && strings.HasSuffix(args[len(args)-1], "index.php")
	}
	if len(p.d.Sub(docroot).Names("*.php")) != 1 {
		return false
	}
	// One page alone: there is no other to go to, or it looks at the address itself.
	return docroot != "." || p.routes(path.Join(docroot, "index.php"))
}

// routes reports whether a page looks at the address that was asked for.
func (p *project) routes(name string) bool {
	data, err := p.d.Read(name)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(source.Tokens(string(data)), func(t source.Token) bool {
		return t.Kind == source.String && (t.Text == "REQUEST_URI" || t.Text == "PATH_INFO")
	})
}

// directives tell by the beginning of a line of .htaccess which module it needs
// (https://httpd.apache.org/docs/2.4/mod/directives.html).
var directives = []struct{ word, module string }{
	{"rewrite", "rewrite"}, {"header", "headers"}, {"requestheader", "headers"}, {"expires", "expires"}, {"includesubstitute", "substitute"},
}

// modules are those of Apache that the project's .htaccess files speak of, in the
// order of their names. They are guarded there as a rule, and without effect then.
func (p *project) modules(docroot string, f *Facts) []safe.Label {
	found := map[string]bool{}
	n := 0
	for name := range p.d.Sub(docroot).Files(".htaccess") {
		f.Override = true
		if n++; n > 50 {
			break
		}
		data, err := p.d.Sub(docroot).Read(name)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(data)) {
			line = strings.ToLower(strings.TrimSpace(line))
			for _, d := range directives {
				if strings.HasPrefix(line, d.word) {
					found[d.module] = true
				}
			}
		}
	}
	var out []safe.Label
	for _, m := range slices.Sorted(maps.Keys(found)) {
		out = append(out, safe.LabelOf(m))
	}
	return out
}

// command is what runs where no web server does: a program of the Procfile's, or
// one for people.
func (p *project) command(s *detect.Service, f *Facts) {
	s.Graceful = false
	use := func(kind detect.Kind, argv safe.Argv, why detect.Note) {
		s.Kind, s.Start = kind, detect.Found(argv, why)
	}
	for _, proc := range []struct {
		name string
		kind detect.Kind
	}{{"web", detect.Server}, {"worker", detect.Worker}} {
		for _, process := range p.procs {
			if process.Name != proc.name || len(process.Commands) != 1 || process.Commands[0].Opaque || len(process.Commands[0].Variables) > 0 {
				continue
			}
			if argv, err := safe.NewArgv(process.Commands[0].Args...); err == nil {
				use(proc.kind, argv, p.d.Note("Procfile", process.Line, "%s", process.Text))
				return
			}
		}
	}
	if bin := p.console(); bin != "" {
		if argv, err := safe.NewArgv("php", bin); err == nil {
			use(detect.CLI, argv, p.d.Note(manifestName, p.c.lines.At("bin"), "bin is %s", bin))
		}
		return
	}
	if p.fw != nil && p.fw.command != "" {
		use(detect.CLI, safe.ArgvOf("php", p.fw.command), p.fw.why)
		return
	}
	s.Kind = detect.CLI
}

// stateOf adds folders that the program writes to: what outlives it, and what does not. One
// that holds the pages is none, whatever its name.
func (p *project) stateOf(s *detect.Service, f *Facts, state, scratch []string) {
	pages := func(dir string) bool { return dir == p.docroot || strings.HasPrefix(p.docroot, dir+"/") }
	state, scratch = slices.DeleteFunc(slices.Clone(state), pages), slices.DeleteFunc(slices.Clone(scratch), pages)
	for _, dir := range state {
		if r, err := safe.NewRelPath(dir); err == nil && !slices.Contains(s.State, r) {
			s.State = append(s.State, r)
		}
	}
	for _, dir := range scratch {
		if r, err := safe.NewRelPath(dir); err == nil && !slices.Contains(s.Scratch, r) {
			s.Scratch = append(s.Scratch, r)
		}
	}
}
