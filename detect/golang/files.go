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

var (
	// readers are functions that are given the path of a file or folder to read.
	readers = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(Open|OpenFile|ReadFile|ReadDir|Dir|DirFS|ServeFile|File|FileFromFS|ParseFiles|ParseGlob|LoadHTMLGlob|LoadHTMLFiles|Static|StaticFile|StaticFS|New|NewFileSystem|Load|LoadFile|LoadFiles|` +
			`LoadMessageFile|MustLoadMessageFile|AddConfigPath|SetConfigFile|Up|UpContext|Glob|Walk|WalkDir|FileServer|NewWithDatabaseInstance|NewWithInstance|HTML|RegisterView|HandleDir|DecodeFile|ReadConfig|UnmarshalFile|` +
			`LocalFile|StripPrefix|Must|Views|SetViewsPath|SetStaticPath|MkdirAll|Migrate|RunMigrations|NewEngine|NewFileSystemLoader|NewLocalFileSystemLoader|FilesystemFS|Source|RunFS|Renderer|Template|Templates)$`)
	})
	// writers are given a path to write, or to a database in a file.
	writers = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(Create|CreateTemp|WriteFile|Mkdir|MkdirAll|OpenFile|SaveUploadedFile|SaveFile|SaveToFile|Open|OpenDB|MustOpen|Connect|MustConnect|DefaultOptions|OpenStorm|NewLogger)$`)
	})
	// pathFields are fields of structs that hold such a path.
	pathFields = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)(dir|path|root|folder|views|templates?|static|assets|migrations|filename)$`)
	})
)

// files finds the files of the project that the running program reads, and the
// folders that it writes to, both relative to its working directory.
func (e *eval) files(s *detect.Service, f *Facts) error {
	f.RunDir = safe.RelPathOf(".")
	embedded := e.embedded()
	read := map[string]detect.Note{}
	consider := func(x ast.Expr, at site) {
		p, ok := e.localPath(x, at)
		if !ok || p == "." {
			return
		}
		full := path.Join(e.w.main.dir, p)
		switch {
		case slices.ContainsFunc(embedded, func(dir string) bool { return detect.Within(full, dir) }):
		case detect.IsSecretFile(p):
			if !strings.HasPrefix(path.Base(p), ".env") { // dotenv has the note for that
				s.Notes = append(s.Notes, e.note(at.f, x, "reads %s, which may hold secrets and stays out of the image: mount it", p))
			}
		case !e.w.top.Has(full) && !e.w.top.HasDir(full) && path.Ext(p) == "" && strings.Contains(p, "/"):
			e.served = append(e.served, servedDir{full, e.note(at.f, x, "serves %s, which a build has to make first", p)})
		case e.holdsData(full):
			if _, ok := read[p]; !ok {
				read[p] = e.note(at.f, x, "reads %s at run time", p)
			}
		}
	}
	for _, c := range e.calls {
		if readers().MatchString(c.name) {
			for _, a := range c.Args {
				consider(a, c.at)
			}
		}
	}
	for _, l := range e.lits {
		for _, el := range l.Elts {
			if kv, ok := el.(*ast.KeyValueExpr); ok {
				if key, ok := kv.Key.(*ast.Ident); ok && pathFields().MatchString(key.Name) {
					consider(kv.Value, l.at)
				}
			}
		}
	}
	for _, d := range e.flags {
		if d.dflt != nil && isConfigFlag(d.name) {
			consider(d.dflt, d.at)
			if p, ok := e.localPath(d.dflt, d.at); ok && e.w.top.Has(path.Join(e.w.main.dir, p)) {
				for dir, why := range e.settingsFiles(p) {
					if _, had := read[dir]; !had {
						read[dir] = why
					}
				}
			}
		}
	}
	if p := e.configFile(); p != "" {
		read[p] = e.w.top.Note(path.Join(e.w.main.dir, p), 0, "read at run time")
	}
	paths := make([]string, 0, len(read))
	for p := range read {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	root := s.Root.String()
	for i, p := range paths {
		if slices.ContainsFunc(paths[:i], func(q string) bool { return detect.Within(p, q) }) {
			continue // its folder is there already
		}
		source := safe.RelPathOf(detect.Under(path.Join(e.w.main.dir, p), root))
		if !source.Plain() {
			n := read[p]
			n.Text += ", which dockgen can't name in a Dockerfile: copy it by hand"
			s.Notes = append(s.Notes, n)
			continue
		}
		dest, err := safe.NewRelPath(p)
		if err != nil {
			return err
		}
		f.Files = append(f.Files, File{source, dest})
		s.Notes = append(s.Notes, read[p])
	}
	for _, em := range e.embeds() {
		if target, missing := e.placeholder(em); !missing && detect.Within(target, root) && e.w.top.Has(target) {
			if p, err := safe.NewRelPath(detect.Under(target, root)); err == nil {
				s.Context.Keep = append(s.Context.Keep, p)
			}
		}
	}
	e.dotenv(s)
	e.state(s, f)
	e.starts(s)
	return nil
}

// localPath is a string that can be a path within the module's folder: a glob is
// cut before its first pattern.
func (e *eval) localPath(x ast.Expr, at site) (string, bool) {
	if dir := openFolder(x); dir != "" && e.holdsData(path.Join(e.w.main.dir, dir)) && e.w.top.HasDir(path.Join(e.w.main.dir, dir)) {
		return dir, true
	}
	ps := e.glance(x, at)
	for i := len(ps) - 1; i >= 0; i-- {
		if !ps[i].known { // filepath.Join(base, "templates"): what stands behind is looked for
			if ps = ps[i+1:]; len(ps) == 0 || !strings.HasPrefix(ps.text(), "/") {
				return "", false
			}
			ps = literal(strings.TrimPrefix(ps.text(), "/"))
			break
		}
	}
	if len(ps) == 0 {
		return "", false
	}
	p := strings.TrimPrefix(ps.text(), "file://")
	if p == "" || len(p) > 200 || path.IsAbs(p) || strings.ContainsAny(p, " \n\t:<>\"'|%\\") || safe.FileName(p) != nil {
		return "", false
	}
	if i := strings.IndexAny(p, "*?[{"); i >= 0 {
		p = path.Dir(p[:i] + "x")
	}
	p = path.Clean(p)
	return p, p != ".." && !strings.HasPrefix(p, "../")
}

// openFolder is the folder of a path whose last part is only known while the program
// runs, which may be any file there: "templates/"+name+".html".
func openFolder(x ast.Expr) string {
	var terms []ast.Expr
	for {
		b, ok := x.(*ast.BinaryExpr)
		if !ok || b.Op != token.ADD {
			break
		}
		terms, x = append(terms, b.Y), b.X
	}
	first, ok := str(x)
	if !ok || !slices.ContainsFunc(terms, func(t ast.Expr) bool { _, lit := str(t); return !lit }) {
		return ""
	}
	slash := strings.LastIndexByte(first, '/')
	if slash < 0 {
		return ""
	}
	dir := path.Clean(first[:slash])
	if path.IsAbs(first) || dir == "." || strings.HasPrefix(dir, "..") || safe.FileName(dir) != nil {
		return ""
	}
	return dir
}

// holdsData reports whether the path is a file that is no source, or a folder
// with more in it than Go packages.
func (e *eval) holdsData(full string) bool {
	if e.w.top.Has(full) {
		return path.Ext(full) != ".go" && path.Base(full) != "go.mod"
	}
	if !e.w.top.HasDir(full) {
		return false
	}
	for name := range e.w.top.Sub(full).Files("*") {
		base := path.Base(name)
		if path.Ext(base) != ".go" && base != ".gitkeep" && base != ".gitignore" && !strings.HasSuffix(base, ".proto") {
			return true
		}
	}
	return false
}

// embedded are the folders and files that go:embed puts into the program.
func (e *eval) embedded() []string {
	var out []string
	for _, p := range e.embeds() {
		pattern := strings.TrimPrefix(p.pattern, "all:")
		if i := strings.IndexAny(pattern, "*?["); i >= 0 {
			pattern = path.Dir(pattern[:i] + "x")
		}
		if dir := path.Join(p.file.pkg.dir, pattern); dir != e.w.main.dir && safe.FileName(dir) == nil {
			out = append(out, dir)
		}
	}
	return out
}

// embed is one pattern of a go:embed line.
type embed struct {
	pattern string
	file    *file
	node    ast.Node
}

// embeds are all patterns in the files that the command reaches.
func (e *eval) embeds() []embed {
	var out []embed
	for _, f := range e.reach.files {
		for _, group := range f.ast.Comments {
			for _, c := range group.List {
				rest, ok := strings.CutPrefix(c.Text, "//go:embed ")
				if !ok {
					continue
				}
				for _, pattern := range strings.Fields(rest) {
					out = append(out, embed{strings.Trim(pattern, "\"`"), f, c})
				}
			}
		}
	}
	return out
}
