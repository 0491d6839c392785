package php

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/php/source"
	"dockgen/internal/safe"
)

// findDocroot finds the folder that the web server shows.
func (p *project) findDocroot(marked *detect.Dir) {
	if dir, why, ok := p.procfileRoot(); ok {
		p.docroot, p.rootWhy = dir, why
		return
	}
	var candidates []string
	if p.fw != nil {
		candidates = append(candidates, p.fw.docroot...)
	}
	if marked.Path() != p.d.Path() {
		candidates = append(candidates, path.Base(marked.Path()))
	}
	candidates = append(candidates, documentRoots...)
	for _, dir := range append(candidates, ".") {
		if at := path.Join(dir, "index.php"); p.d.Has(at) {
			p.docroot, p.rootWhy = dir, p.d.Note(at, 0, "is the page that a web server begins with")
			return
		}
	}
	if p.ownFolder() {
		return
	}
	// A package of Composer's brings the page.
	if p.fw != nil && p.fw.made != "" {
		p.docroot, p.rootWhy = p.fw.made, p.d.Note(manifestName, 0, "the installation makes %s/index.php", p.fw.made)
		return
	}
	if p.fw == nil {
		p.loosePages()
	}
}

// ownFolder finds the pages in a folder by a name of the project's own, as upload or
// the name of the package, where no folder has a name that is usual.
func (p *project) ownFolder() bool {
	if p.c == nil || p.fw != nil && p.fw.made != "" {
		return false
	}
	var folders []string
	for _, dir := range p.d.Dirs() {
		if at := path.Join(dir, "index.php"); p.d.Has(at) && !p.aside(at) && !slices.Contains(shown, dir) && !strings.HasPrefix(dir, ".") {
			folders = append(folders, dir)
		}
	}
	if len(folders) == 0 {
		return false
	}
	use := func(dir, page, text string) bool {
		p.docroot, p.rootWhy = dir, p.d.Note(page, 0, "%s", text)
		return true
	}
	_, name, _ := strings.Cut(p.c.Name, "/")
	if slices.Contains(folders, name) {
		return use(name, path.Join(name, "index.php"), "is the page that a web server begins with, in the folder named as the package")
	}
	if p.c.Type != "project" {
		return false
	}
	// Pages of which none is the first, beside a folder of pages.
	for _, page := range p.d.Names("*.php") {
		if !strings.HasPrefix(page, ".") && !slices.Contains(toolFiles, page) {
			return use(".", path.Join(folders[0], "index.php"), "is a page, beside others in the folder above")
		}
	}
	if len(folders) > 1 {
		return false
	}
	return use(folders[0], path.Join(folders[0], "index.php"), "is the only page that a web server can begin with")
}

// ownPages reports whether a package shows pages of its own at its root: the page that a
// web server begins with, and the rules by which Apache hands every address to it. A
// package that others use has no place for either.
func (p *project) ownPages() bool {
	return p.docroot == "." && p.c.Type == "library" && p.d.Has("index.php") && p.d.Has(".htaccess")
}

// loosePages finds a folder of pages without a first one: scripts that print, in a
// project whose manifest makes no classes of them.
func (p *project) loosePages() bool {
	if p.c == nil || p.c.Type != "" && p.c.Type != "project" || p.c.raw["autoload"] != nil || len(p.c.Bin) > 0 || len(p.procs) > 0 {
		return false
	}
	for _, dir := range append([]string{"."}, append(slices.Clone(documentRoots), "src", "app")...) {
		at := p.d.Sub(dir)
		pages := at.Names("*.php")
		if dir != "." && !p.d.HasDir(dir) || len(pages) == 0 {
			continue
		}
		for _, page := range pages {
			if name := path.Join(dir, page); !p.aside(name) && !slices.Contains(toolFiles, page) && p.prints(name) {
				p.docroot, p.page, p.rootWhy = dir, page, p.d.Note(name, 0, "is a page")
				p.notes = append(p.notes, p.d.Note(name, 0, "is a page, and none of them is index.php: the address / has no answer, /%s has", safe.Visible(page)))
				return true
			}
		}
	}
	return false
}

// prints reports whether a script writes something out where it is no function's or
// class's own doing.
func (p *project) prints(name string) bool {
	data, err := p.d.Read(name)
	if err != nil || len(data) > maxSource {
		return false
	}
	depth := 0
	for _, t := range source.Tokens(string(data)) {
		switch {
		case t.Is("{"):
			depth++
		case t.Is("}"):
			depth--
		case depth == 0 && (t.IsName("echo") || t.IsName("print")):
			return true
		case t.IsName("namespace"):
			return false
		}
	}
	return false
}

// shown are folders whose pages show what a package can do; toolFiles are files of PHP
// that configure a tool for developers.
var (
	shown     = []string{"demo", "demos", "example", "sample", "samples", "sandbox", "playground", "src", "lib", "app", "install", "setup"}
	toolFiles = []string{"rector.php", "ecs.php", "_ide_helper.php", "_ide_helper_models.php", "phpstan-bootstrap.php", "requirements.php", "compile.php", "lang.php", "server.php", "scoper.inc.php", "deploy.php", "monorepo-builder.php", "castor.php"}
)

// sites are the project itself, or each of several sites that one project has.
func (p *project) sites() []*project {
	if p.fw == nil || len(p.fw.sites) < 2 {
		return []*project{p}
	}
	var out []*project
	for _, dir := range p.fw.sites {
		site := *p
		site.docroot, site.site = dir, strings.SplitN(dir, "/", 2)[0]
		site.rootWhy = p.d.Note(dir, 0, "is the folder of one of the project's sites")
		site.notes, site.extensions = slices.Clone(p.notes), slices.Clone(p.extensions)
		out = append(out, &site)
	}
	return out
}

// procfileRoot is the folder that Heroku's boot scripts are given, or PHP's own server
// (https://devcenter.heroku.com/articles/custom-php-settings,
// https://www.php.net/manual/en/features.commandline.webserver.php).
func (p *project) procfileRoot() (string, detect.Note, bool) {
	for _, proc := range p.procs {
		if proc.Name != "web" || len(proc.Commands) == 0 {
			continue
		}
		c := proc.Commands[len(proc.Commands)-1]
		program := c.Program()
		if dir, ok := builtIn(c.Args); ok && program == "php" && dir != "." {
			return dir, p.d.Note("Procfile", proc.Line, "%s", proc.Text), true
		}
		if !strings.HasPrefix(program, "heroku-php-") && !strings.HasPrefix(program, "heroku-hhvm-") {
			continue
		}
		dir := "."
		for i := 1; i < len(c.Args); i++ {
			switch a := c.Args[i]; {
			case a == "-C" || a == "-c" || a == "-F" || a == "-f" || a == "-i" || a == "-l" || a == "-p":
				i++
			case !strings.HasPrefix(a, "-"):
				dir = path.Clean(a)
			}
		}
		if fs.ValidPath(dir) {
			return dir, p.d.Note("Procfile", proc.Line, "%s", proc.Text), true
		}
	}
	return "", detect.Note{}, false
}

// builtIn is the folder that PHP's own server shows; "." where none is named.
func builtIn(args []string) (string, bool) {
	if !slices.Contains(args, "-S") {
		return "", false
	}
	if i := slices.Index(args, "-t"); i >= 0 && i+1 < len(args) {
		if dir := path.Clean(args[i+1]); fs.ValidPath(dir) {
			return dir, true
		}
	}
	return ".", true
}

// router notes the script that PHP's own server hands every request to: the web server of
// the image serves a file that is there by itself.
func (p *project) router(s *detect.Service) {
	web := p.web()
	if web == nil {
		return
	}
	args := web.Commands[len(web.Commands)-1].Args
	if _, ok := builtIn(args); !ok || !strings.HasSuffix(args[len(args)-1], ".php") {
		return
	}
	script := args[len(args)-1]
	text := "starts PHP's own server, which is made for developing: " + s.Server.V + " takes its place, and hands every address that is no file to " + safe.Visible(script)
	if path.Base(script) != "index.php" {
		text = "starts PHP's own server, which is made for developing: " + s.Server.V + " takes its place, without the script " + safe.Visible(script) + " that takes each request there"
	}
	s.Notes = append(s.Notes, p.d.Note("Procfile", web.Line, "%s", text))
}
