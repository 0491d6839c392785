package c

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/csource"
	"dockgen/internal/safe"
)

// File is a file or folder of the project that the running program reads.
type File struct {
	Source safe.RelPath
	Dest   safe.RelPath // from the root of the image
}

// readable are the ends of the names of what programs read, and no build does.
var readable = strings.Fields(".json .yaml .yml .toml .ini .conf .cfg .xml .html .htm .txt .csv .sql .lua .properties .tmpl .tpl")

// folders are calls that take a folder which a server serves or reads.
var folders = strings.Fields("set_mount_point set_base_dir setDocumentRoot setStaticFilesDir setViewsPath set_document_root serve_dir serveDir static_dir bindDir setPath")

// files finds what the program reads beside itself: the paths in its sources at which
// the project has a file of data, or a folder that is given to a server.
func (p *project) files(s *detect.Service, f *Facts, scan *scan) {
	found := map[string]detect.Note{}
	take := func(file *scanned, text string, line int, call string) {
		text, formatted := folderOf(text, call)
		name := path.Clean(text)
		clean := name
		for strings.HasPrefix(clean, "../") {
			clean = clean[len("../"):]
		}
		if !inside(clean) || strings.ContainsAny(text, " %{}*?:\\") || len(clean) > 200 {
			return
		}
		ext := strings.ToLower(path.Ext(clean))
		switch {
		case slices.Contains(readable, ext) && p.dir.Has(clean) && path.Base(clean) != "CMakeLists.txt" && path.Base(clean) != "vcpkg.json":
		case ext == "" && p.dir.HasDir(clean) && (formatted || slices.Contains(folders, call) || strings.HasPrefix(text, "./") || strings.HasPrefix(text, "../")) && p.holdsData(clean):
		default:
			return
		}
		if _, ok := found[name]; ok {
			return
		}
		why := p.dir.Note(file.path, line, "reads %s at run time", name)
		if detect.IsSecretFile(clean) {
			why.Text = "reads " + name + ", which may hold secrets and stays out of the image: mount it"
			s.Notes = append(s.Notes, why)
			return
		}
		found[name] = why
	}
	var walk func(file *scanned, ts []csource.Token, call string, depth int)
	walk = func(file *scanned, ts []csource.Token, call string, depth int) {
		for i, t := range ts {
			switch t.Kind {
			case csource.String:
				take(file, t.Text, t.Line, call)
			case csource.Group:
				in := call
				if i > 0 && ts[i-1].Kind == csource.Ident && t.Text == "(" {
					in = ts[i-1].Text
				}
				if depth < 100 {
					walk(file, t.Inner, in, depth+1)
				}
			}
		}
	}
	for _, file := range scan.files {
		walk(file, file.Tokens, "", 0)
	}
	names := make([]string, 0, len(found))
	for n := range found {
		names = append(names, n)
	}
	slices.Sort(names)
	for i, n := range names {
		if slices.ContainsFunc(names[:i], func(o string) bool { return strings.HasPrefix(n, o+"/") }) {
			continue // its folder is there already
		}
		clean := strings.TrimLeft(strings.ReplaceAll(n, "../", ""), "/")
		source, err := safe.NewRelPath(clean)
		dest, destErr := safe.NewRelPath(strings.TrimPrefix(path.Join("/app", n), "/"))
		if err != nil || destErr != nil || !source.Plain() || !dest.Plain() {
			continue
		}
		f.Files = append(f.Files, File{source, dest})
		s.Notes = append(s.Notes, found[n])
	}
	if f.Binary.String() != "" && slices.ContainsFunc(f.Files, func(x File) bool { return x.Dest.String() == "app/"+f.Binary.String() }) {
		f.Files = nil // the program would be overwritten
	}
}

// folderOf is the folder at the beginning of a path that a call writes:
// sprintf(path, "htdocs%s", url). All other text is as it was.
func folderOf(text, call string) (folder string, formatted bool) {
	before, _, ok := strings.Cut(text, "%")
	if !ok || before == "" || !slices.Contains([]string{"sprintf", "snprintf", "asprintf"}, call) {
		return text, false
	}
	return strings.TrimSuffix(before, "/"), true
}

// holdsData reports whether a folder has files and no sources.
func (p *project) holdsData(dir string) bool {
	some := false
	for name := range p.dir.Sub(dir).Files("*") {
		if isSource(name) || path.Ext(name) == ".h" || path.Ext(name) == ".hpp" || path.Base(name) == "CMakeLists.txt" {
			return false
		}
		some = true
	}
	return some
}

// pages claims the folders of plain pages that the build installs or the sources name:
// the program serves them, and no web server of their own does. So it is with those that
// its configuration names, which it reads where that lies.
func (p *project) pages(s *detect.Service, f *Facts, scan *scan) {
	if s.Kind != detect.Server {
		return
	}
	for page := range p.dir.Files("index.html") {
		dir := path.Dir(page)
		top, _, _ := strings.Cut(dir, "/")
		if dir == "." || aside(page) || slices.ContainsFunc(s.Parts, func(o detect.Part) bool { return within(dir, o.Path.String()) }) {
			continue
		}
		why, ok := p.names(scan, dir, top)
		if !ok {
			if why, ok = p.configures(f, dir, top); !ok {
				continue
			}
			at, err := safe.NewRelPath(dir)
			dest, err2 := safe.NewRelPath(path.Join("app", dir))
			if err == nil && err2 == nil && at.Plain() {
				f.Files = append(f.Files, File{at, dest})
			}
		}
		if rel, err := safe.NewRelPath(path.Join(p.dir.Path(), dir)); err == nil {
			s.Parts = append(s.Parts, detect.Part{Path: rel, Why: why})
		}
	}
}

// names finds where the sources or the build's files name a folder, or the one at the
// top of the tree that it lies in.
func (p *project) names(scan *scan, dir, top string) (detect.Note, bool) {
	for _, f := range scan.files {
		if line := mentions(f.Tokens, dir, top, 0); line > 0 && !aside(f.path) {
			return p.dir.Note(f.path, line, "names the folder %s", dir), true
		}
	}
	for _, name := range []string{"Makefile.am", p.file} {
		if why, ok := p.words(name, dir, top); ok {
			return why, true
		}
	}
	return detect.Note{}, false
}

// configures finds where a file that the program reads names the folder.
func (p *project) configures(f *Facts, dir, top string) (detect.Note, bool) {
	for _, file := range f.Files {
		if ext := path.Ext(file.Source.String()); !slices.Contains(readable, ext) || ext == ".html" || ext == ".htm" || strings.Contains(file.Source.String(), "/") {
			continue
		}
		if why, ok := p.words(file.Source.String(), dir, top); ok {
			return why, true
		}
	}
	return detect.Note{}, false
}

// words finds the line of a file that has the folder's name for a word.
func (p *project) words(name, dir, top string) (detect.Note, bool) {
	data, err := p.dir.Read(name)
	if err != nil {
		return detect.Note{}, false
	}
	for i, line := range strings.Split(string(data), "\n") {
		words := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t=:;()\"'", r) })
		if slices.ContainsFunc(words, func(w string) bool { w = strings.Trim(w, "./"); return w == top || w == dir }) {
			return p.dir.Note(name, i+1, "names the folder %s", dir), true
		}
	}
	return detect.Note{}, false
}

// mentions returns the line of a string that is one of the folders, or 0.
func mentions(ts []csource.Token, dir, top string, depth int) int {
	for _, t := range ts {
		if t.Kind == csource.String {
			text, _, _ := strings.Cut(t.Text, "%")
			if clean := strings.Trim(strings.TrimPrefix(text, "./"), "/"); clean == dir || clean == top {
				return t.Line
			}
		}
		if t.Kind == csource.Group && depth < 100 {
			if line := mentions(t.Inner, dir, top, depth+1); line > 0 {
				return line
			}
		}
	}
	return 0
}

// within reports whether a path is the folder or lies below it.
func within(p, dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }
