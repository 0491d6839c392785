package java

import (
	"path"
	"strings"

	"dockgen/detect"
)

// sexp is one form of Clojure or EDN: an atom, or a list with its bracket.
type sexp struct {
	open  byte // '(', '[', '{', '#' of a set, or 0 for an atom
	text  string
	str   bool // the atom is a string
	items []sexp
	line  int
}

// maxForms is how deep forms may be nested.
const maxForms = 200

type lispReader struct {
	src  string
	pos  int
	line int
}

// readForms reads the forms of a text (https://clojure.org/reference/reader).
func readForms(data []byte) []sexp {
	r := &lispReader{src: string(data), line: 1}
	var out []sexp
	for r.pos < len(r.src) {
		if f, ok := r.form(0); ok {
			out = append(out, f)
		} else {
			r.pos++ // a closing bracket too many
		}
	}
	return out
}

func (r *lispReader) blank() {
	for r.pos < len(r.src) {
		switch c := r.src[r.pos]; {
		case c == '\n':
			r.line++
		case c == ';':
			for r.pos < len(r.src) && r.src[r.pos] != '\n' {
				r.pos++
			}
			continue
		case c == ' ', c == '\t', c == ',', c == '\r', c == '\f':
		default:
			return
		}
		r.pos++
	}
}

// form reads one form; ok is false at a closing bracket and at the end.
func (r *lispReader) form(depth int) (sexp, bool) {
	for {
		r.blank()
		if strings.HasPrefix(r.src[r.pos:], "#_") { // a form that is left out
			r.pos += 2
			if depth > maxForms {
				return sexp{}, false
			}
			if _, ok := r.form(depth + 1); !ok {
				return sexp{}, false
			}
			continue
		}
		break
	}
	f := sexp{line: r.line}
	if r.pos >= len(r.src) || depth > maxForms {
		return f, false
	}
	switch c := r.src[r.pos]; c {
	case ')', ']', '}':
		return f, false
	case '(', '[', '{':
		f.open = c
		r.pos++
		r.list(&f, depth)
		return f, true
	case '"':
		f.str = true
		f.text = r.text()
		return f, true
	case '\'', '`', '@', '~':
		r.pos++
		return r.form(depth + 1)
	case '^': // what is said about the next form
		r.pos++
		r.form(depth + 1)
		return r.form(depth + 1)
	case '#':
		switch rest := r.src[r.pos+1:]; {
		case strings.HasPrefix(rest, "{"):
			f.open = '#'
			r.pos += 2
			r.list(&f, depth)
			return f, true
		case strings.HasPrefix(rest, "\""):
			r.pos++
			f.str, f.text = true, r.text()
			return f, true
		case strings.HasPrefix(rest, "("), strings.HasPrefix(rest, "'"), strings.HasPrefix(rest, "?"), strings.HasPrefix(rest, "^"):
			r.pos++
			if rest[0] == '?' {
				r.pos++
			}
			return r.form(depth + 1)
		}
		tag := r.atom() // #env PORT, #profile {...}
		inner, ok := r.form(depth + 1)
		if !ok {
			return sexp{line: r.line, text: tag}, tag != ""
		}
		return sexp{open: '(', line: f.line, items: []sexp{{text: tag, line: f.line}, inner}}, true
	case '\\':
		r.pos = min(r.pos+2, len(r.src))
		return f, true
	}
	f.text = r.atom()
	if f.text == "" {
		r.pos++
	}
	return f, true
}

func (r *lispReader) list(f *sexp, depth int) {
	for {
		item, ok := r.form(depth + 1)
		if !ok {
			break
		}
		f.items = append(f.items, item)
	}
	r.blank()
	if r.pos < len(r.src) && strings.IndexByte(")]}", r.src[r.pos]) >= 0 {
		r.pos++
	}
}

func (r *lispReader) text() string {
	r.pos++
	var b strings.Builder
	for r.pos < len(r.src) && r.src[r.pos] != '"' {
		c := r.src[r.pos]
		if c == '\\' && r.pos+1 < len(r.src) {
			r.pos++
			c = r.src[r.pos]
		}
		if c == '\n' {
			r.line++
		}
		b.WriteByte(c)
		r.pos++
	}
	r.pos = min(r.pos+1, len(r.src))
	return b.String()
}

func (r *lispReader) atom() string {
	start := r.pos
	for r.pos < len(r.src) && !strings.ContainsRune(" \t\n\r,()[]{}\";", rune(r.src[r.pos])) {
		r.pos++
	}
	return r.src[start:r.pos]
}

// value is what a map holds under a key.
func (f sexp) value(key string) (sexp, bool) {
	for i := 0; i+1 < len(f.items); i += 2 {
		if f.items[i].text == key {
			return f.items[i+1], true
		}
	}
	return sexp{}, false
}

// after is the form behind a keyword in a list, as in (defproject x :main y).
func (f sexp) after(key string) (sexp, bool) {
	for i := 0; i+1 < len(f.items); i++ {
		if f.items[i].text == key && !f.items[i].str {
			return f.items[i+1], true
		}
	}
	return sexp{}, false
}

// head is the first word of a list.
func (f sexp) head() string {
	if f.open != '(' || len(f.items) == 0 {
		return ""
	}
	return f.items[0].text
}

// each calls fn for the form and all in it.
func (f sexp) each(fn func(sexp)) {
	fn(f)
	for _, i := range f.items {
		i.each(fn)
	}
}

// lispFile is a source in Clojure.
type lispFile struct {
	dir   *detect.Dir
	name  string
	ns    string
	forms []sexp
	main  int // the line of (defn -main); 0 where there is none
}

func readLisp(d *detect.Dir, name string) *lispFile {
	data, err := d.Read(name)
	if err != nil || strings.HasSuffix(path.Base(name), "_test.clj") {
		return nil
	}
	f := &lispFile{dir: d, name: name, forms: readForms(data)}
	for _, x := range f.forms {
		switch x.head() {
		case "ns":
			if len(x.items) > 1 {
				f.ns = x.items[1].text
			}
		case "defn":
			if len(x.items) > 1 && x.items[1].text == "-main" {
				f.main = x.line
			}
		}
	}
	return f
}
