// Package site describes a folder of finished files for a web server: what the
// detectors of static sites and of front ends know about it, and what the
// partial web.tmpl writes into the server's configuration.
package site

import (
	"path"
	"regexp"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// Site is how a web server serves a folder. Every path in it is one of letters,
// digits and "._/@+-" (safe.RelPath.Plain), for it stands in the server's configuration.
type Site struct {
	// Dir holds the files: relative to the build context, or to the working
	// directory of the stage that builds them.
	Dir safe.RelPath
	// Index is the page of a folder, index.html first of all.
	Index []safe.RelPath
	// Base is the path under which the pages expect to lie; not set: the server's root.
	Base safe.RelPath
	// NotFound is the page for what is not there; not set: the server's own.
	NotFound safe.RelPath
	// Fallback says that the pages are made in the browser: every path that is
	// no file answers with the index.
	Fallback bool
	// Hashed are folders in which every name holds a digest of the content, so
	// that browsers may keep the files for ever: "assets", "_next/static".
	Hashed []safe.RelPath
}

// notFoundPages are how sites call the page for what is not there.
var notFoundPages = []string{"404.html", "404/index.html", "error.html", "error/index.html", "not-found.html"}

// Of describes the finished site in the folder d; dir is where the build finds it.
func Of(d *detect.Dir, dir safe.RelPath) Site {
	s := Site{Dir: dir, Index: []safe.RelPath{safe.RelPathOf("index.html")}}
	if page := d.First(notFoundPages...); page != "" {
		s.NotFound = safe.RelPathOf(page)
	}
	return s
}

var hashedRE = regexp.MustCompile(`^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$`)

// AddHashed adds folders of names with digests. One whose name would mean
// something else in the server's configuration is left out.
func (s *Site) AddHashed(dirs ...string) {
	for _, dir := range dirs {
		if hashedRE.MatchString(dir) {
			s.Hashed = append(s.Hashed, safe.RelPathOf(dir))
		}
	}
}

// SetBase lets the site lie under a path, "/app/", if it can stand in a configuration.
// It reports whether there is such a path.
func (s *Site) SetBase(base string) bool {
	base = strings.Trim(base, "/")
	if !hashedRE.MatchString(base) {
		return false
	}
	s.Base = safe.RelPathOf(base)
	return true
}

// URL is the path of a file of the site, as browsers ask for it.
func (s Site) URL(file safe.RelPath) string { return path.Join("/", s.Base.String(), file.String()) }

// Root is the folder of the files in the web server's image.
func (s Site) Root() string { return path.Join("/usr/share/nginx/html", s.Base.String()) }

// SetIndex makes a page the index of a folder, if its name can stand in a configuration.
func (s *Site) SetIndex(page string) bool {
	p, err := safe.NewRelPath(page)
	if err != nil || !p.Plain() {
		return false
	}
	s.Index = append([]safe.RelPath{p}, s.Index...)
	return true
}
