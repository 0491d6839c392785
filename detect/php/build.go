package php

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// build decides how the packages are installed and what the context leaves out.
func (p *project) build(s *detect.Service, f *Facts) error {
	p.ignore(s, f)
	if p.c == nil {
		return nil
	}
	c := &Composer{}
	bind := func(name string) {
		if r, err := safe.NewRelPath(name); err == nil && !slices.Contains(c.Binds, r) {
			c.Binds = append(c.Binds, r)
			s.Context.Keep = append(s.Context.Keep, p.inContext(r))
		}
	}
	bind(manifestName)
	if p.c.locked != nil {
		bind(lockName)
	} else {
		s.Notes = append(s.Notes, p.d.Note(lockName, 0, "is not there: every build takes the newest packages; composer update writes it"))
	}
	if p.d.Has("symfony.lock") {
		bind("symfony.lock")
	}
	for _, r := range p.c.Repositories {
		if r.Type != "path" && r.Type != "artifact" {
			continue
		}
		folder := path.Clean(r.URL)
		if star := strings.IndexAny(folder, "*?[{"); star >= 0 {
			folder = path.Dir(folder[:star] + "x")
		}
		switch {
		case folder == "." || r.Type == "path" && strings.HasPrefix(folder, "../"): // p.locals has what is needed of it
		case fs.ValidPath(folder) && p.d.HasDir(folder):
			bind(folder)
		default:
			s.Notes = append(s.Notes, p.outside(r))
		}
	}
	for _, l := range p.locals {
		source := safe.RelPathOf(detect.Under(l.c.d.Path(), p.root.Path()))
		c.Locals = append(c.Locals, Local{source, l.target})
		s.Context.Keep = append(s.Context.Keep, source)
		if vendor, err := source.Join("vendor"); err == nil {
			s.Context.Ignore = append(s.Context.Ignore, safe.PatternFor(vendor))
		}
		s.Parts = append(s.Parts, detect.Part{Path: l.c.d.Rel(), Why: p.c.note(l.c.Name)})
	}
	if p.c.has("cweagans/composer-patches") && p.d.HasDir("patches") {
		bind("patches")
	}
	if p.c.has("wikimedia/composer-merge-plugin") {
		c.Sources = true
	}
	c.Install = safe.ArgvOf("composer", "install", "--no-dev", "--prefer-dist", "--no-scripts", "--no-autoloader", "--no-progress", "--no-interaction")
	how := "--classmap-authoritative"
	if p.fw != nil && p.fw.loose {
		how = "--optimize"
	}
	c.Dump = safe.ArgvOf("composer", "dump-autoload", "--no-dev", how, "--no-interaction")
	f.Composer = c
	unzip := safe.PackageOf("unzip")
	s.Packages = append(s.Packages, detect.Package{Deb: unzip, Apk: unzip, Build: true, Why: p.d.Note(manifestName, 0, "Composer unpacks archives with it")})
	p.git(s)
	p.private(s, f)
	return nil
}

// outside says that nothing of a repository is in the project.
func (p *project) outside(r repository) detect.Note {
	return p.d.Note(manifestName, p.c.lines.At("repositories"), "a repository of packages lies outside of the project, at %s: the build can't read it", safe.Visible(r.URL))
}

// git is needed where a package comes as a checkout, and no archive of it is named.
func (p *project) git(s *detect.Service) {
	why := detect.Note{}
	for _, name := range slices.Sorted(maps.Keys(p.c.locked)) {
		if l := p.c.locked[name]; l.Dist.Type == "" && l.Type != "metapackage" {
			why = p.d.Note(lockName, 0, "%s comes without an archive", l.Name)
			break
		}
	}
	for _, r := range p.c.Repositories {
		if r.Type == "vcs" || r.Type == "git" || r.Type == "github" || r.Type == "gitlab" {
			why = p.d.Note(manifestName, p.c.lines.At("repositories"), "packages come out of a git repository")
		}
	}
	if why.Path != "" {
		git := safe.PackageOf("git")
		s.Packages = append(s.Packages, detect.Package{Deb: git, Apk: git, Build: true, Why: why})
	}
}

// private asks for credentials where packages come from elsewhere
// (https://getcomposer.org/doc/articles/authentication-for-private-packages.md).
func (p *project) private(s *detect.Service, f *Facts) {
	why := detect.Note{}
	for _, r := range p.c.Repositories {
		switch {
		case r.Type != "composer" && r.Type != "vcs" && r.Type != "git" && r.Type != "github" && r.Type != "gitlab":
		case strings.Contains(r.URL, "packages.drupal.org"), strings.Contains(r.URL, "wpackagist.org"), strings.Contains(r.URL, "asset-packagist.org"), strings.Contains(r.URL, "repo.packagist.org"):
			// open to everybody
		case why.Path == "":
			why = p.d.Note(manifestName, p.c.lines.At("repositories"), "packages come from a repository of its own")
		}
	}
	if p.d.Has("auth.json") {
		why = p.d.Note("auth.json", 0, "holds credentials of package repositories: hand them over with --secret id=composer-auth,src=auth.json")
	}
	if why.Path != "" {
		f.Composer.Auth = true
		s.Secrets = append(s.Secrets, detect.BuildSecret{ID: safe.Slug("composer-auth", "composer"), Env: safe.EnvNameOf("COMPOSER_AUTH"), Why: why})
	}
}

// ownVendor reports whether the folder that Composer would fill holds the project's own
// files: libraries for browsers, which are in git.
func (p *project) ownVendor() bool {
	return p.d.HasDir("vendor") && !p.d.Has("vendor/autoload.php") && !p.d.HasDir("vendor/composer") && (p.c == nil || p.c.VendorDir == "")
}

// ignore leaves out what an installation on somebody's machine has made.
func (p *project) ignore(s *detect.Service, f *Facts) {
	add := func(patterns ...string) {
		for _, pattern := range patterns {
			p.leaveOut(s, safe.PatternOf(pattern))
		}
	}
	if p.c != nil {
		vendor := "vendor"
		if v := path.Clean(p.c.VendorDir); p.c.VendorDir != "" && fs.ValidPath(v) && v != "." {
			vendor = v
		}
		if v, err := safe.NewRelPath(vendor); err == nil && !p.ownVendor() {
			p.leaveOut(s, safe.PatternFor(v))
		}
		add("**/auth.json")
		for _, tests := range []string{"tests", "phpunit.xml", "phpunit.xml.dist", "phpunit.dist.xml", "phpstan.neon", "phpstan.neon.dist", "psalm.xml", "rector.php", ".php-cs-fixer.dist.php", "pint.json", "ecs.php"} {
			if p.d.Has(tests) || p.d.HasDir(tests) {
				add(tests)
			}
		}
	}
	add("**/.php-cs-fixer.cache", "**/.phpunit.cache", "**/.phpunit.result.cache")
}
