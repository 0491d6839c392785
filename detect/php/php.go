// Package php detects applications and sites written in PHP.
//
// A folder with a composer.json is a project; one with an index.php and no project
// above it is a site of plain PHP. What runs them is a web server with PHP in it:
// Apache, unless the project itself chose FrankenPHP, Swoole or PHP-FPM.
package php

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/php/source"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// Detector finds what PHP runs.
type Detector struct{}

// Name is the language's name.
func (Detector) Name() string { return "php" }

// Markers are Composer's manifest, and the page that a web server looks for first.
func (Detector) Markers() []string { return []string{manifestName, "index.php"} }

// PackageManagers are those of PHP.
func (Detector) PackageManagers() []string { return []string{"composer"} }

// Servers are what can run PHP; Apache needs nothing beside it.
func (Detector) Servers() []string { return []string{apache, frankenphp, fpm} }

// project is what is known of one folder.
type project struct {
	d      *detect.Dir
	root   *detect.Dir // the build context: d, or a folder above it
	locals []local
	c      *composer // nil: plain PHP
	fw     *framework

	docroot string // relative to d
	rootWhy detect.Note
	page    string // what stands there in place of index.php; mostly ""
	site    string // the name of one of several sites; "" where there is one
	procs   []manifest.Process
	docker  dockerfile

	extensions []wanted
	files      []file
	constants  map[string]text // of all files; nil before it is asked for
	inFile     bool            // a database in a file is opened
	envs       []read
	notes      []detect.Note
}

// Inspect describes what runs from the folder d.
func (Detector) Inspect(_ context.Context, d *detect.Dir) ([]*detect.Service, error) {
	if partOfSite(d) {
		return nil, nil
	}
	p := &project{d: d}
	var err error
	if p.c, err = readComposer(d); err != nil {
		return nil, err
	}
	if p.c == nil && documentRoot(path.Base(d.Path())) && d.Path() != "." {
		// The pages lie in a folder of the project, which reads what is beside it.
		p.d = d.Sub("..")
	}
	if err := p.findLocals(); err != nil {
		return nil, err
	}
	if p.procs, err = manifest.Procfile(p.d, "Procfile"); err != nil {
		return nil, err
	}
	if p.docker, err = readDockerfile(p.d); err != nil {
		return nil, err
	}
	p.fw = frameworkOf(p)
	p.findDocroot(d)
	if why := p.nothing(); why != "" {
		return nil, detect.NotService("%s", why)
	}
	var out []*detect.Service
	for _, site := range p.sites() {
		s, err := site.describe()
		if err != nil {
			return nil, err
		}
		s.Dir, s.Root = p.d.Rel(), p.root.Rel()
		out = append(out, s)
	}
	return out, nil
}

// documentRoots are what the folder of a site's pages is called beside the project's own.
var documentRoots = []string{"public", "web", "webroot", "htdocs", "public_html", "www", "html", "httpdocs", "docroot", "pub"}

func documentRoot(name string) bool { return slices.Contains(documentRoots, name) }

// partOfSite reports whether the folder belongs to a project above: a page in
// one of its folders. A composer.json below another is looked at by itself.
func partOfSite(d *detect.Dir) bool {
	if d.Has(manifestName) {
		return false
	}
	for up := range d.Parents() {
		if up.Has(manifestName) || up.Has("index.php") || up.Has("wp-config-sample.php") {
			return true
		}
		for _, name := range documentRoots {
			if up.Has(name+"/index.php") && up.Sub(name).Path() != d.Path() {
				return true
			}
		}
	}
	return false
}

// libraries are the types of packages that another project uses
// (https://getcomposer.org/doc/04-schema.md#type).
var libraries = []string{
	"library", "metapackage", "composer-plugin", "symfony-bundle", "wordpress-plugin", "wordpress-muplugin", "wordpress-theme", "drupal-module", "drupal-theme", "drupal-profile",
	"phpcodesniffer-standard", "phpstan-extension", "rector-extension", "magento2-module", "magento2-theme", "typo3-cms-extension", "neos-package", "contao-bundle", "shopware-platform-plugin",
	"cakephp-plugin", "yii2-extension", "php-ext", "php-ext-zend", "laravel-package", "craft-plugin", "october-plugin", "moodle-plugin", "flarum-extension", "pestphp-plugin",
}

// nothing says why nothing runs; "" where something does.
func (p *project) nothing() string {
	if p.c == nil {
		return ""
	}
	switch {
	case p.fw != nil && p.fw.command != "":
		return ""
	case slices.Contains(libraries, p.c.Type) && !p.ownPages():
		return "library: composer.json says that it is a " + p.c.Type
	case p.docroot != "" || p.web() != nil || p.worker() != nil || p.console() != "":
		return ""
	case p.c.Name != "" && p.c.Type == "":
		return "library: composer.json names no type, which makes it one, and there is no page for a web server"
	}
	return "composer.json with no page for a web server, no command in bin and no process in a Procfile: name the folder with index.php, or a command with dockgen init --start"
}

// web is the Procfile's web process, where it is no web server's for PHP.
func (p *project) web() *manifest.Process {
	for i := range p.procs {
		if p.procs[i].Name == "web" && len(p.procs[i].Commands) > 0 {
			return &p.procs[i]
		}
	}
	return nil
}

func (p *project) worker() *manifest.Process {
	for i := range p.procs {
		if p.procs[i].Name == "worker" && len(p.procs[i].Commands) > 0 {
			return &p.procs[i]
		}
	}
	return nil
}

// console is the program for people that a project without pages installs.
func (p *project) console() string {
	if p.c == nil {
		return ""
	}
	for _, bin := range p.c.Bin {
		if fs.ValidPath(path.Clean(bin)) && p.d.Has(path.Clean(bin)) {
			return path.Clean(bin)
		}
	}
	return ""
}

// describe turns what was found into a service.
func (p *project) describe() (*detect.Service, error) {
	s := &detect.Service{Kind: detect.Server, Graceful: true}
	f := &Facts{Dir: p.inContext(safe.RelPathOf("."))}
	var err error
	if s.Version, err = p.version(); err != nil {
		return nil, err
	}
	version := p.d.Choices().Version.Over(s.Version).V
	line, suite, err := imageOf(version)
	if err != nil {
		return nil, err
	}
	if p.c != nil {
		s.PackageManager = detect.Found("composer", p.d.Note(manifestName, 0, "is the manifest of Composer"))
		if p.d.Path() == "." {
			if _, name, ok := strings.Cut(p.c.Name, "/"); ok && !slices.Contains(skeletons, p.c.Name) {
				s.Name = safe.Slug(name, "app")
			}
		}
		if p.site != "" {
			s.Name = safe.Slug(p.site, "app")
		}
		s.Labels = p.labels()
	}
	if p.fw != nil {
		s.Framework = detect.Found(p.fw.name, p.fw.why)
	}
	p.choose(s, f, line)
	p.serve(s, f)
	if err := p.build(s, f); err != nil {
		return nil, err
	}
	p.fromComposer()
	for _, name := range p.docker.extensions {
		p.want(name.name, name.why)
	}
	p.fromSources()
	p.processes(s)
	if p.fw != nil && p.fw.complete != nil {
		if err := p.fw.complete(p, &describing{s, f, line}); err != nil {
			return nil, err
		}
	} else {
		p.plain(s, f)
		if err := p.frontend(s, f); err != nil {
			return nil, err
		}
	}
	p.environment(s)
	p.wantDrivers(s)
	p.migrateScript(s)
	s.Interpreters = []detect.Interpreter{"php"}
	p.dump(s)
	p.fixed(s)
	p.install(s, f, line, suite)
	s.RunOn, s.Gateway = f.Server, f.Server == fpm
	if f.Built() {
		s.BuildOn = f.Server
	}
	s.Notes = append(s.Notes, p.notes...)
	s.Facts = f
	return s, nil
}

// skeletons are names that say what a project was begun with, not what it is.
var skeletons = []string{
	"laravel/laravel", "symfony/skeleton", "symfony/website-skeleton", "slim/slim-skeleton", "codeigniter4/appstarter", "cakephp/app", "yiisoft/yii2-app-basic", "yiisoft/yii2-app-advanced",
	"drupal/recommended-project", "drupal/legacy-project", "roots/bedrock", "mezzio/mezzio-skeleton", "laminas/laminas-mvc-skeleton", "laravel/lumen", "api-platform/api-platform",
	"laravel/react-starter-kit", "laravel/vue-starter-kit", "laravel/livewire-starter-kit",
}

// imageOf is the line of the catalogue that a version belongs to, and the suite of its image.
func imageOf(version safe.Version) (line, suite string, err error) {
	_, family, err := catalog.Of(Detector{}.Name())
	if err != nil {
		return "", "", err
	}
	_, run, err := family.Images(version, catalog.Slim, catalog.Variant{})
	if err != nil {
		return "", "", err
	}
	return run.Version.String(), run.Suite, nil
}

func (p *project) labels() []detect.ImageLabel {
	var out []detect.ImageLabel
	for _, l := range []struct{ key, value string }{
		{"title", p.c.Name}, {"description", p.c.Description}, {"licenses", p.c.License}, {"url", p.c.Homepage},
	} {
		if l.value == "" || slices.Contains(skeletons, p.c.Name) {
			continue
		}
		if v, err := safe.NewLabel(l.value); err == nil {
			out = append(out, detect.ImageLabel{Key: "org.opencontainers.image." + l.key, Value: v})
		}
	}
	return out
}

// config is the array that a file of the project returns; the zero value where there is none.
func (p *project) config(name string) source.Value {
	v, err := detect.Once(p.d, "php config:"+path.Join(p.d.Path(), name), func() (source.Value, error) {
		data, err := p.d.Read(name)
		if err != nil {
			return source.Value{}, err
		}
		v, _ := source.Returned(source.Tokens(string(data)))
		return v, nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		p.notes = append(p.notes, p.d.Note(name, 0, "can't be read: %v", err))
	}
	return v
}
