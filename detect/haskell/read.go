package haskell

import (
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// reader looks through the sources for ports, variables of the environment and folders.
type reader struct {
	s     *detect.Service
	own   *pkg
	f     *Facts
	files int
	seen  map[string]bool
	dirs  map[string]bool // folders of the package that a text names
	state map[string]bool // folders that the program writes to
}

// maxFiles is how many sources of one program are read.
const maxFiles = 1500

func (r *reader) read(p reached) {
	dirs := p.part.dirs
	if len(dirs) == 0 {
		dirs = []string{"."}
	}
	for _, dir := range dirs {
		if dir = path.Clean(dir); strings.HasPrefix(dir, "..") || path.IsAbs(dir) {
			continue
		}
		below := p.pkg.d.Sub(dir)
		for name := range below.Files("*.hs", "*.lhs") {
			file := path.Join(dir, name)
			full := path.Join(p.pkg.d.Path(), file)
			first, _, _ := strings.Cut(file, "/")
			if r.seen[full] || dir == "." && slices.Contains([]string{"test", "tests", "bench", "spec", "dist-newstyle"}, first) || strings.HasPrefix(path.Base(name), "Devel") || path.Base(name) == "devel.hs" {
				continue
			}
			if r.seen == nil {
				r.seen = map[string]bool{}
			}
			r.seen[full] = true
			if r.files++; r.files > maxFiles {
				return
			}
			if data, err := p.pkg.d.Read(file); err == nil && len(data) < 1<<20 {
				r.source(p.pkg.d, file, tokens(string(data)))
			}
		}
	}
}

func (r *reader) source(d *detect.Dir, file string, ts []token) {
	at := func(i int) token {
		if i >= 0 && i < len(ts) {
			return ts[i]
		}
		return token{}
	}
	for i, t := range ts {
		if t.quoted {
			r.folder(t, at(i-1))
			continue
		}
		switch t.text {
		case "run", "runEnv", "scotty", "scottyT", "setPort", "warp", "warpEnv", "warpDebug", "runSpock", "runTLSEnv":
			if !r.s.Framework.IsSet() {
				continue
			}
			n, line := number(ts, at(i+1))
			if n == 0 {
				continue
			}
			r.s.Port = detect.Found(n, d.Note(file, line, "%s %d", t.text, n))
			if t.text == "runEnv" || t.text == "warpEnv" {
				r.port("PORT")
			}
		case "getEnv", "lookupEnv", "unsafeGetEnv":
			name := at(i + 1)
			if !name.quoted {
				continue
			}
			r.variable(d, file, name, t.text != "lookupEnv" && name.text != "PORT")
			if name.text == "PORT" && r.s.Framework.IsSet() {
				r.fallback(d, file, ts, i)
			}
		case "sigTERM", "softwareTermination":
			r.s.Graceful = true
		}
	}
}

// fallback finds the port beside a variable: maybe 3000 read, fromMaybe 3000 ....
func (r *reader) fallback(d *detect.Dir, file string, ts []token, i int) {
	r.port("PORT")
	for j := max(0, i-25); j < min(len(ts), i+40); j++ {
		if ts[j].is("maybe") || ts[j].is("fromMaybe") || ts[j].is("Nothing") || ts[j].is("withDefault") {
			k := j + 1
			for k < len(ts) && (ts[k].is("-") || ts[k].is(">") || ts[k].is("(") || ts[k].is("pure") || ts[k].is("return")) {
				k++
			}
			if k < len(ts) {
				text := ts[k].text
				if n, err := strconv.Atoi(text); err == nil {
					if n, err := safe.NewPort(n); err == nil {
						r.s.Port = detect.Found(n, d.Note(file, ts[k].line, "%d without $PORT", n))
						return
					}
				}
			}
		}
	}
}

// number is the port that a token is, or that the file gives the name.
func number(ts []token, t token) (safe.Port, int) {
	if t.quoted {
		return 0, 0
	}
	if n, err := strconv.Atoi(strings.ReplaceAll(t.text, "_", "")); err == nil {
		if p, err := safe.NewPort(n); err == nil {
			return p, t.line
		}
		return 0, 0
	}
	for i := 0; i+2 < len(ts); i++ {
		if t.text != "" && wordByte(t.text[0]) && ts[i].is(t.text) && ts[i+1].is("=") && !ts[i+2].quoted {
			if n, err := strconv.Atoi(strings.ReplaceAll(ts[i+2].text, "_", "")); err == nil {
				if p, err := safe.NewPort(n); err == nil {
					return p, ts[i+2].line
				}
			}
		}
	}
	return 0, 0
}

func (r *reader) port(name string) {
	if r.s.PortEnv.IsZero() {
		r.s.PortEnv = safe.EnvNameOf(name)
	}
}

func (r *reader) variable(d *detect.Dir, file string, t token, required bool) {
	name, err := safe.NewEnvName(t.text)
	if err != nil || slices.ContainsFunc(r.s.Env, func(e detect.EnvVar) bool { return e.Name == name }) {
		return
	}
	upper := strings.ToUpper(t.text)
	secret := strings.Contains(upper, "SECRET") || strings.Contains(upper, "PASS") || strings.Contains(upper, "TOKEN") || strings.HasSuffix(upper, "_KEY")
	r.s.Env = append(r.s.Env, detect.EnvVar{Name: name, Required: required, Secret: secret, Why: []detect.Note{d.Note(file, t.line, "reads $%s", name)}})
}

// notFiles are folders that are built, and not read by the program.
var notFiles = []string{"app", "src", "lib", "exe", "test", "tests", "bench", "dist", "dist-newstyle", "docs", "scripts"}

// folder keeps the folder of the package that a text names: "static/app.css". What the
// compiler puts into the program (embedDir "static") is not read by it.
func (r *reader) folder(t, before token) {
	if strings.HasPrefix(before.text, "embed") || strings.Contains(t.text, "*") {
		return
	}
	dir, rest, _ := strings.Cut(strings.TrimPrefix(t.text, "./"), "/")
	if dir == "" || dir == "." || dir == ".." || strings.HasPrefix(dir, ".") || slices.Contains(notFiles, dir) || safe.FileName(dir) != nil || !r.own.d.HasDir(dir) {
		return
	}
	if r.dirs == nil {
		r.dirs, r.state = map[string]bool{}, map[string]bool{}
	}
	r.dirs[dir] = true
	if strings.HasPrefix(rest, "client_session_key") || strings.HasPrefix(rest, "client-session-key") {
		r.state[dir] = true
	}
}

// settings reads Yesod's settings, whose values name variables: "_env:PORT:3000".
func (r *reader) settings() {
	const file = "config/settings.yml"
	if r.s.Framework.V != "yesod" || !r.own.d.Has(file) {
		return
	}
	var m map[string]any
	lines, err := manifest.YAML(r.own.d, file, &m)
	if err != nil {
		r.s.Notes = append(r.s.Notes, r.own.d.Note(file, 0, "can't be read: its variables are not known"))
		return
	}
	var walk func(m map[string]any, at []string, depth int)
	walk = func(m map[string]any, at []string, depth int) {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			here := append(slices.Clone(at), key)
			if inner, ok := m[key].(map[string]any); ok && depth < 10 {
				walk(inner, here, depth+1)
				continue
			}
			port := key == "port" && len(at) == 0
			if n, ok := m[key].(int); ok && port {
				if n, err := safe.NewPort(n); err == nil {
					r.s.Port = detect.Found(n, r.own.d.Note(file, lines.At(here...), "port: %d", n))
				}
			}
			text, _ := m[key].(string)
			rest, ok := strings.CutPrefix(text, "_env:")
			if !ok {
				continue
			}
			name, value, _ := strings.Cut(rest, ":")
			line := lines.At(here...)
			r.variable(r.own.d, file, token{text: name, line: line}, false)
			if env, err := safe.NewEnvName(name); err == nil && port {
				r.s.PortEnv = env
				if n, err := strconv.Atoi(value); err == nil {
					if n, err := safe.NewPort(n); err == nil {
						r.s.Port = detect.Found(n, r.own.d.Note(file, line, "port: %s", text))
					}
				}
			}
		}
	}
	walk(m, nil, 0)
}

// finish says which folders the image holds.
func (r *reader) finish() {
	if r.s.Framework.V == "yesod" {
		for _, dir := range []string{"static", "config"} {
			if r.own.d.HasDir(dir) {
				if r.dirs == nil {
					r.dirs = map[string]bool{}
				}
				r.dirs[dir] = true
			}
		}
	}
	var all []string
	for dir := range r.dirs {
		all = append(all, dir)
	}
	slices.Sort(all)
	root, below := r.s.Root.String(), r.own.d.Path()
	if root != "." {
		below = strings.TrimPrefix(strings.TrimPrefix(below, root), "/")
	}
	for _, dir := range all {
		dest, err := safe.NewRelPath(dir)
		source, err2 := safe.NewRelPath(path.Join(below, dir))
		if err != nil || err2 != nil || !dest.Plain() {
			continue
		}
		r.f.Files = append(r.f.Files, File{source, dest})
		if r.state[dir] {
			r.s.State = append(r.s.State, dest)
		}
	}
}
