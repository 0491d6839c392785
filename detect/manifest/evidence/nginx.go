package evidence

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// nginx takes the paths that the project's own configuration of nginx hands on for
// finished files. It is that of production, and believed before what a development
// server does.
func nginx(d *detect.Dir, s *detect.Service) error {
	if s.Kind != detect.Static {
		return nil
	}
	var calls []detect.Call
	for _, at := range []string{".", "nginx", "docker", "deploy"} {
		dir := d.Sub(at)
		for _, name := range dir.Names("*nginx*.conf", "*nginx*.conf.template", "default.conf", "default.conf.template") {
			data, err := dir.Read(name)
			if err != nil {
				return err
			}
			for _, c := range handedOn(nginxBlocks(data)) {
				c.Why.Path = path.Join(dir.Path(), name)
				if !slices.ContainsFunc(calls, func(o detect.Call) bool { return o.Prefix == c.Prefix }) {
					calls = append(calls, c)
				}
			}
		}
	}
	if len(calls) == 0 {
		return nil
	}
	s.Calls = slices.DeleteFunc(s.Calls, func(o detect.Call) bool {
		return slices.ContainsFunc(calls, func(c detect.Call) bool { return c.Prefix == o.Prefix })
	})
	s.Calls = append(s.Calls, calls...)
	s.Withdraw(detect.HandingOn)
	return nil
}

// directive is a statement of nginx's configuration: words, and a block where it has one
// (https://nginx.org/en/docs/beginners_guide.html#conf_structure).
type directive struct {
	words []string
	line  int
	block []directive
}

// maxBlocks is deeper than any configuration.
const maxBlocks = 20

// nginxBlocks reads a configuration as far as it is one.
func nginxBlocks(data []byte) []directive {
	r := &nginxReader{text: string(data), line: 1}
	return r.block(0)
}

type nginxReader struct {
	text string
	at   int
	line int
}

// word is the next word, or one of { } ; and "" at the end.
func (r *nginxReader) word() string {
	for r.at < len(r.text) {
		switch c := r.text[r.at]; {
		case c == '\n':
			r.line++
			r.at++
		case c == ' ' || c == '\t' || c == '\r':
			r.at++
		case c == '#':
			for r.at < len(r.text) && r.text[r.at] != '\n' {
				r.at++
			}
		case c == '{' || c == '}' || c == ';':
			r.at++
			return string(c)
		case c == '"' || c == '\'':
			return r.quoted(c)
		default:
			begin := r.at
			for r.at < len(r.text) && !strings.ContainsRune(" \t\r\n;", rune(r.text[r.at])) {
				// ${NAME} is a part of a word; a brace by itself is not.
				if c := r.text[r.at]; c == '{' && (r.at == begin || r.text[r.at-1] != '$') && !strings.Contains(r.text[begin:r.at], "(") {
					break
				}
				r.at++
			}
			return r.text[begin:r.at]
		}
	}
	return ""
}

func (r *nginxReader) quoted(quote byte) string {
	begin := r.at + 1
	for r.at++; r.at < len(r.text) && r.text[r.at] != quote; r.at++ {
		if r.text[r.at] == '\\' {
			r.at++
		}
	}
	end := min(r.at, len(r.text))
	r.at = min(end+1, len(r.text))
	text := r.text[begin:max(begin, end)]
	r.line += strings.Count(text, "\n")
	return text + " " // that it is no bracket; the blank is cut off
}

func (r *nginxReader) block(depth int) []directive {
	var out []directive
	d := directive{}
	for {
		switch w := r.word(); w {
		case "":
			return out
		case ";":
			out, d = append(out, d), directive{}
		case "{":
			if depth < maxBlocks {
				d.block = r.block(depth + 1)
			}
			out, d = append(out, d), directive{}
		case "}":
			return out
		default:
			if len(d.words) == 0 {
				d.line = r.line
			}
			d.words = append(d.words, strings.TrimSuffix(w, " "))
		}
	}
}

// is reports whether the directive has that name and at least as many words.
func (d directive) is(name string, words int) bool {
	return len(d.words) >= words && d.words[0] == name
}

// handedOn are the locations whose requests go to another server of the project.
func handedOn(all []directive) []detect.Call {
	upstream := map[string]string{}
	var out []detect.Call
	var visit func(list []directive)
	visit = func(list []directive) {
		for _, d := range list {
			switch {
			case d.is("upstream", 2):
				for _, s := range d.block {
					if s.is("server", 2) && upstream[d.words[1]] == "" {
						upstream[d.words[1]] = s.words[1]
					}
				}
			case d.is("location", 2):
				if c, ok := location(d, upstream); ok {
					out = append(out, c)
				}
				visit(d.block)
			default:
				visit(d.block)
			}
		}
	}
	visit(all)
	return out
}

var prefixRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^/[A-Za-z0-9_/-]*[A-Za-z0-9_-]$`) })

// location is one path that is handed on; patterns are not followed.
func location(d directive, upstream map[string]string) (detect.Call, bool) {
	prefix := d.words[len(d.words)-1]
	if modifier := d.words[1]; len(d.words) > 2 && modifier != "=" && modifier != "^~" {
		return detect.Call{}, false
	}
	prefix = strings.TrimRight(prefix, "/")
	if !prefixRE().MatchString(prefix) {
		return detect.Call{}, false
	}
	c := detect.Call{}
	for _, x := range d.block {
		switch {
		case x.is("rewrite", 3) && strings.HasPrefix(x.words[1], "^"+prefix) && (x.words[2] == "/" || strings.HasPrefix(x.words[2], "/$1") || strings.HasPrefix(x.words[2], "$1")):
			c.Strip = true
		case x.is("proxy_pass", 2):
			u, err := url.Parse(x.words[1])
			if err != nil || u.Scheme != "http" && u.Scheme != "https" || strings.Contains(x.words[1], "$") {
				return c, false
			}
			switch u.Path {
			case "":
			case "/":
				c.Strip = true // the part that the location names becomes "/"
			case prefix, prefix + "/":
			default:
				return c, false
			}
			if server := upstream[u.Host]; server != "" {
				u.Host = server
			}
			host := u.Hostname()
			if c.Host, err = safe.NewLabel(host); err != nil || host == "" || strings.Contains(host, ".") && host != "127.0.0.1" {
				return c, false // somebody else's server
			}
			c.Local = host == "localhost" || host == "127.0.0.1"
			if n, err := strconv.Atoi(u.Port()); err == nil {
				if c.Port, err = safe.NewPort(n); err != nil {
					return c, false
				}
			}
			c.Prefix = safe.URLPathOf(prefix)
			c.Why = detect.Note{Line: x.line, Text: "nginx hands " + prefix + " on to " + safe.Visible(x.words[1])}
		}
	}
	return c, !c.Prefix.IsZero()
}
