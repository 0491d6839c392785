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
		case ext == "" && p.dir.HasDir(clean) && (slices.Contains(folders, call) || strings.HasPrefix(text, "./") || strings.HasPrefix(text, "../")) && p.holdsData(clean):
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
