package python

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	pep440 "github.com/aquasecurity/go-pep440-version"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/evidence"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// asked is what the project says of its Python's version, the strongest first.
type asked struct {
	text string
	why  detect.Note
	pin  bool // a version file's, not a range
}

// wordings collects every place that says something of the version.
func (p *project) wordings(d *detect.Dir) ([]asked, error) {
	var out []asked
	v, err := manifest.Versions(d, "python", ".python-version")
	if err != nil {
		return nil, err
	}
	if v.IsSet() {
		out = append(out, asked{v.V, v.Why[0], true})
	}
	if p != nil {
		if p.py != nil {
			if s, why := p.py.python(d); s != "" {
				out = append(out, asked{text: s, why: why})
			}
		}
		if p.pipfile != nil {
			if s, why := p.pipfile.python(d); s != "" {
				out = append(out, asked{s, why, true})
			}
		}
		if p.setup != nil && p.setup.RequiresPython != "" {
			out = append(out, asked{text: p.setup.RequiresPython, why: p.setup.PythonWhy})
		}
	}
	if d.Has("runtime.txt") {
		data, err := d.Read("runtime.txt")
		if err != nil {
			return nil, err
		}
		text := strings.TrimSpace(string(data))
		if s, ok := strings.CutPrefix(text, "python-"); ok {
			out = append(out, asked{strings.TrimSuffix(s, ".x"), d.Note("runtime.txt", 1, "%s", text), true})
		}
	}
	if p != nil && p.lock != nil && p.lock.Python != "" {
		out = append(out, asked{text: p.lock.Python, why: p.lock.Dir.Note(p.lock.File, 0, "made for Python %s", p.lock.Python)})
	}
	return out, nil
}

// pyVersion solves what the project asks for. fits says which lines the pinned
// packages run on without being compiled, with the reason where one doesn't.
func (p *project) pyVersion(d *detect.Dir, fits func(line string) (detect.Note, bool)) (detect.Value[safe.Version], []detect.Note, error) {
	c, family, err := catalog.Of("python")
	if err != nil {
		return detect.Value[safe.Version]{}, nil, err
	}
	all, err := p.wordings(d)
	if err != nil {
		return detect.Value[safe.Version]{}, nil, err
	}
	var notes []detect.Note
	for _, a := range all {
		allow, pinned, ok := constraint(a.text)
		if !ok {
			notes = append(notes, detect.Note{Path: a.why.Path, Line: a.why.Line, Text: "names no version of CPython that dockgen knows, and is passed over"})
			continue
		}
		if pinned != "" {
			v, err := safe.NewVersion(pinned)
			if err != nil {
				continue
			}
			if line, ok := family.Line(pinned); ok && strings.Count(pinned, ".") == 0 {
				v = line.Version
			}
			notes = append(notes, contradiction(all, a, v)...)
			return detect.Found(v, a.why), notes, nil
		}
		if b, v, ok := pinWithin(all, a, allow); ok { // the range leaves it to the pin
			return detect.Found(v, b.why, a.why), notes, nil
		}
		line, ok := family.Match(allow, c.AsOf())
		if !ok {
			notes = append(notes, detect.Note{Path: a.why.Path, Line: a.why.Line, Text: "no version of Python that dockgen knows lies in this range"})
			continue
		}
		if better, why, ok := fallback(family, line, allow, c, fits); ok {
			notes = append(notes, why)
			return detect.Found(better.Version, a.why, why), notes, nil
		}
		if _, ok := fits(line.Version.String()); !ok { // nothing runs it as it is: what the project builds with does
			if base, why, ok := baseLine(d, family); ok && allow(base.Latest.String()) {
				return detect.Found(base.Version, a.why, why), notes, nil
			}
		}
		return detect.Found(line.Version, a.why), notes, nil
	}
	if base, why, ok := baseLine(d, family); ok && base.Supported(c.AsOf()) {
		if _, ok := fits(base.Version.String()); ok {
			return detect.Found(base.Version, why), notes, nil
		}
	}
	line, _ := family.Line(family.Default().String())
	every := func(string) bool { return true }
	if better, why, ok := fallback(family, line, every, c, fits); ok {
		notes = append(notes, why)
		return detect.Found(better.Version, why), notes, nil
	}
	return detect.Assumed(line.Version, detect.Note{Text: "nothing in the project says which Python it wants: say it in .python-version"}), notes, nil
}

// baseLine is the line of Python that the project's own Dockerfile builds with: weaker
// than what a manifest says.
func baseLine(d *detect.Dir, family *catalog.Family) (catalog.Line, detect.Note, bool) {
	for _, base := range evidence.Bases(d) {
		image := base.Image[strings.LastIndexByte(base.Image, '/')+1:]
		m := baseRE().FindStringSubmatch(image)
		if m == nil {
			continue
		}
		if line, ok := family.Line(m[1]); ok {
			return line, base.Why, true
		}
	}
	return catalog.Line{}, detect.Note{}, false
}

// baseRE takes the version out of python:3.12-slim, and of uv:python3.12-bookworm-slim.
var baseRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:python:|uv:(?:[0-9.]+-)?python)(3\.[0-9]+)`) })

// pinWithin returns the version that a weaker source pins within a range.
func pinWithin(all []asked, chosen asked, allow func(string) bool) (asked, safe.Version, bool) {
	for _, b := range all {
		if b == chosen || !b.pin {
			continue
		}
		_, pinned, ok := constraint(b.text)
		if !ok || strings.Count(pinned, ".") == 0 || !allow(pinned) && !allow(pinned+".99") {
			continue
		}
		if v, err := safe.NewVersion(pinned); err == nil {
			return b, v, true
		}
	}
	return asked{}, safe.Version{}, false
}

// fallback returns the newest line not above the one that was chosen on which the pinned
// packages have wheels, if the chosen one lacks them and an older one has them.
func fallback(family *catalog.Family, line catalog.Line, allow func(string) bool, c *catalog.Catalog, fits func(string) (detect.Note, bool)) (catalog.Line, detect.Note, bool) {
	why, ok := fits(line.Version.String())
	if ok {
		return line, why, false
	}
	for _, supported := range []bool{true, false} {
		older := false
		for _, l := range family.Lines() {
			if l.Version == line.Version {
				older = true
				continue
			}
			if !older || l.Supported(c.AsOf()) != supported || !allow(l.Latest.String()) || strings.HasPrefix(l.Version.String(), "2.") {
				continue
			}
			if _, ok := fits(l.Version.String()); ok {
				why.Text += ": Python " + l.Version.String() + " is the newest that runs it as it is"
				return l, why, true
			}
		}
	}
	return line, why, false
}

// contradiction notes that a pinned version lies outside a range stated elsewhere.
func contradiction(all []asked, chosen asked, v safe.Version) []detect.Note {
	var out []detect.Note
	for _, a := range all {
		if a == chosen {
			continue
		}
		allow, pinned, ok := constraint(a.text)
		full := v.String()
		switch {
		case !ok:
		case pinned != "" && !strings.HasPrefix(pinned+".", full+".") && !strings.HasPrefix(full+".", pinned+"."),
			pinned == "" && !allow(full) && !allow(full+".99"):
			out = append(out, detect.Note{Path: a.why.Path, Line: a.why.Line, Text: "asks for Python " + a.text + ", " + chosen.why.Path + " for " + chosen.text + ", which is used"})
		}
	}
	return out
}

var (
	plainVersionRE = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:cpython-|python-?)?(\d+(?:\.\d+){0,2})(?:[a-z]+\d*|-dev|t)?$`)
	})
	caretRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\^\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?`) })
	tildeRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(^|[,|\s])~\s*(\d+)(?:\.(\d+))?(?:\.\d+)?`) })
)

// constraint reads a version, "3.12.4" or "cpython-3.12", or a range in the words of PEP
// 440 or of Poetry. Of a version pinned is set.
func constraint(text string) (allow func(string) bool, pinned string, ok bool) {
	text = strings.TrimSpace(text)
	if m := plainVersionRE().FindStringSubmatch(text); m != nil {
		return func(v string) bool { return strings.HasPrefix(v+".", m[1]+".") }, m[1], true
	}
	if v, found := strings.CutPrefix(text, "=="); found {
		v = strings.TrimSuffix(strings.TrimSpace(v), ".*")
		if m := plainVersionRE().FindStringSubmatch(v); m != nil {
			return func(v string) bool { return strings.HasPrefix(v+".", m[1]+".") }, m[1], true
		}
	}
	specs, err := pep440.NewSpecifiers(toPEP440(text))
	if err != nil || text == "" {
		return nil, "", false
	}
	return func(v string) bool {
		version, err := pep440.Parse(v)
		return err == nil && specs.Check(version)
	}, "", true
}

// toPEP440 rewrites Poetry's operators (https://python-poetry.org/docs/dependency-specification).
func toPEP440(text string) string {
	text = caretRE().ReplaceAllStringFunc(text, func(s string) string {
		m := caretRE().FindStringSubmatch(s)
		low := strings.Join(nonEmpty(m[1:]), ".")
		return ">=" + low + ",<" + next(m[1])
	})
	text = tildeRE().ReplaceAllStringFunc(text, func(s string) string {
		m := tildeRE().FindStringSubmatch(s)
		if m[3] == "" {
			return m[1] + ">=" + m[2] + ",<" + next(m[2])
		}
		return m[1] + ">=" + m[2] + "." + m[3] + ",<" + m[2] + "." + next(m[3])
	})
	text = strings.ReplaceAll(text, "||", "\x00")
	text = strings.ReplaceAll(text, "|", "\x00")
	parts := strings.Split(text, "\x00")
	for i, p := range parts {
		words := strings.FieldsFunc(p, func(r rune) bool { return r == ',' })
		for j, w := range words {
			w = strings.TrimSpace(w)
			if strings.HasSuffix(w, ".*") && strings.ContainsAny(w[:1], "0123456789") {
				w = "==" + w
			}
			words[j] = w
		}
		parts[i] = strings.Join(words, ",")
	}
	return strings.Join(parts, "||")
}

func nonEmpty(list []string) []string {
	var out []string
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// next is the number after one in decimal digits.
func next(s string) string {
	n, _ := strconv.Atoi(s)
	return strconv.Itoa(n + 1)
}
