package golang

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// dataDir is the folder for what a program writes, where the program lets one
// choose it.
const dataDir = "data"

var (
	databaseFile = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\.(db|db3|sqlite|sqlite3|bolt|bbolt|duckdb)$`) })
	stateName    = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)(document.?root|data.?(dir|path)|upload.?(dir|path)|storage.?(dir|path)|db.?(path|file)|^database$|sqlite)`)
	})
)

// state finds what the program writes while it runs. Its folder becomes a
// volume; where a flag or a variable sets the path, it is moved into one folder.
func (e *eval) state(s *detect.Service, f *Facts) {
	writes := e.writesFiles()
	for _, d := range e.flags {
		if !writes || !stateName().MatchString(d.name) {
			continue
		}
		def := e.flagDefault(d)
		if !def.known() || path.IsAbs(def.text()) {
			continue
		}
		to := dataDir
		if base := path.Base(def.text()); databaseFile().MatchString(base) {
			to = path.Join(dataDir, base)
		}
		if !startWith(s, d.option(), to) {
			continue
		}
		e.addState(s, dataDir, e.note(d.at.f, d.node, "writes where %s says: the start command sets it to %s", d.option(), to))
	}
	for _, c := range e.calls {
		if !writers().MatchString(c.name) {
			continue
		}
		for i, a := range c.Args {
			if lit, ok := a.(*ast.BasicLit); i > 0 && pathFirst(c.name) || ok && lit.Kind != token.STRING {
				continue // the mode
			}
			ps := e.glance(a, c.at)
			p, ok := statePath(ps, c)
			if !ok {
				continue
			}
			why := e.note(c.at.f, c, "writes %s", p)
			dir := path.Dir(p)
			if !databaseFile().MatchString(p) && (c.name == "MkdirAll" || c.name == "Mkdir" || c.name == "CreateTemp") {
				dir = p
			}
			e.place(s, f, ps, p, dir, why)
		}
	}
}

// pathFirst reports whether a function's path is its first argument, so that those
// after it, constants too, are modes and contents.
func pathFirst(name string) bool {
	switch name {
	case "Mkdir", "MkdirAll", "WriteFile", "OpenFile", "Create":
		return true
	}
	return false
}

// place makes the folder of a written path a volume. The working directory is
// moved where the program writes beside itself: a volume must not hold the program.
func (e *eval) place(s *detect.Service, f *Facts, ps parts, p, dir string, why detect.Note) {
	env := ps.first(envOf)
	switch {
	case dir != "." && !strings.HasPrefix(dir, ".."):
		e.addState(s, dir, why)
	case env != "" && len(ps) == 1 && ps.first(flagOf) == "":
		e.set(s, env, path.Join(dataDir, path.Base(p)), "")
		e.addState(s, dataDir, why)
	case ps.first(flagOf) != "":
		// moved by its flag, or not one that is known to hold data
	case dir == "." && len(f.Files) == 0:
		f.RunDir = safe.RelPathOf(dataDir)
		e.addState(s, dataDir, why)
	case dir == ".." && len(f.Files) == 0:
		f.RunDir = safe.RelPathOf(path.Join(dataDir, "run"))
		why.Text += ", above its working directory: that is moved so that the file has a place"
		e.addState(s, dataDir, why)
	default:
		why.Text += ", beside files that it reads: let the path be set, so that a volume can hold it"
		s.Notes = append(s.Notes, why)
	}
}

func (e *eval) addState(s *detect.Service, dir string, why detect.Note) {
	p, err := safe.NewRelPath(dir)
	if err != nil || !p.Plain() || slices.Contains(s.State, p) {
		return
	}
	s.State = append(s.State, p)
	s.Notes = append(s.Notes, why)
}

// flagDefault is what a flag holds when it is not given: its default, or what
// the field that it is stored in has otherwise.
func (e *eval) flagDefault(d *flagDef) parts {
	if ps := e.flagValue(d); !ps.known() || ps.text() != "" {
		return ps
	}
	return parts{{known: true}}
}

// writesFiles reports whether the program creates files at all.
func (e *eval) writesFiles() bool {
	return slices.ContainsFunc(e.calls, func(c *call) bool {
		switch c.name {
		case "Create", "CreateTemp", "WriteFile", "MkdirAll", "OpenFile", "SaveUploadedFile", "SaveFile":
			return true
		case "Open":
			return c.path != "os"
		}
		return false
	})
}

// statePath is the relative path that a call writes to.
func statePath(ps parts, c *call) (string, bool) {
	if !ps.known() && len(ps) != 1 {
		return "", false
	}
	p := ps.text()
	p = strings.TrimPrefix(strings.TrimPrefix(p, "sqlite3://"), "sqlite://")
	p = strings.TrimPrefix(p, "file:")
	p, _, _ = strings.Cut(p, "?")
	if p == "" || path.IsAbs(p) || strings.ContainsAny(p, ":@ =\n*%<>") || strings.Contains(p, "memory") || safe.Text(p) != nil || len(p) > 200 {
		return "", false
	}
	p = path.Clean(p)
	isFile := databaseFile().MatchString(p)
	switch c.name {
	case "Open", "OpenDB", "MustOpen", "Connect", "MustConnect", "OpenStorm":
		if !isFile && !(c.path != "" && (strings.Contains(c.path, "bolt") || strings.Contains(c.path, "leveldb") || strings.Contains(c.path, "badger") || strings.Contains(c.path, "sqlite"))) {
			return "", false
		}
	case "OpenFile", "NewLogger":
		if !isFile && !strings.Contains(exprText(c), "O_CREATE") {
			return "", false
		}
	case "DefaultOptions":
		if !strings.Contains(c.path, "badger") {
			return "", false
		}
	case "CreateTemp":
		return "", false // in $TMPDIR
	}
	if p == "." || p == ".." {
		return "", false
	}
	return p, strings.ContainsAny(p, "./") || c.name == "MkdirAll" || c.name == "Mkdir" || isFile
}

// exprText is every identifier in a call.
func exprText(c *call) string {
	var b strings.Builder
	for _, a := range c.Args {
		ast.Inspect(a, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				b.WriteString(id.Name + " ")
			}
			return true
		})
	}
	return b.String()
}
