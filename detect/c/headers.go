package c

import (
	"path"
	"slices"
	"strings"
)

// headers are the libraries by the headers of theirs that a program includes, for a
// configure script that looks for them in ways of its own: by a file, or by a program
// that is linked as a trial.
func headers() map[string]string {
	return map[string]string{
		"event.h": "libevent", "event2/": "libevent", "openssl/": "openssl", "zlib.h": "zlib", "curl/": "curl", "sqlite3.h": "sqlite3",
		"libpq-fe.h": "libpq", "mysql/": "mysql", "hiredis/": "hiredis", "microhttpd.h": "libmicrohttpd", "jansson.h": "jansson", "json-c/": "json-c",
		"uv.h": "libuv", "ev.h": "libev", "pcre2.h": "pcre2", "uuid/": "uuid", "sodium.h": "libsodium", "gnutls/": "gnutls", "libxml/": "libxml2",
		"yaml.h": "yaml", "readline/": "readline", "systemd/": "libsystemd", "lz4.h": "lz4", "zstd.h": "zstd", "nghttp2/": "libnghttp2", "ares.h": "c-ares",
	}
}

// speaks adds the backing services whose client library is kept in the tree, so that
// nothing links it by its name: the program's sources include its header.
func (p *project) speaks(e *executable, scan *scan) {
	own := p.sourcesOf(e)
	for _, f := range scan.files {
		if aside(f.path) || len(own) > 0 && isSource(f.path) && !slices.Contains(own, f.path) {
			continue
		}
		for _, i := range f.Includes {
			for header, name := range map[string]string{"hiredis.h": "redis", "libpq-fe.h": "postgres", "mongoc.h": "mongo"} {
				dir := path.Base(path.Dir(f.path))
				if path.Base(i) == header && dir != "hiredis" && dir != "libpq" && !strings.Contains(e.name, name) {
					p.client(name, p.dir.Note(f.path, 0, "includes %s", i))
				}
			}
		}
	}
}

// included adds the libraries whose headers the sources include.
func (p *project) included(scan *scan) {
	if p.tool != "autotools" {
		return
	}
	for _, f := range scan.files {
		for _, i := range f.Includes {
			name := headers()[i]
			if dir, _, ok := strings.Cut(i, "/"); ok {
				name = headers()[dir+"/"]
			}
			if name != "" && !p.dir.Has(i) && !p.dir.Has("src/"+i) && !p.dir.Has("include/"+i) {
				p.depends(name, "lib", p.dir.Note(f.path, 0, "includes %s", i))
			}
		}
	}
}
