package ruby

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/ruby/source"
	"dockgen/internal/safe"
)

// storage finds the folders that the program keeps something in: files that people
// upload, and databases in files.
func (in *inspection) storage(s *detect.Service) error {
	r := in.rails
	if in.usesActiveStorage() {
		service := r.symbol("active_storage.service")
		config, err := in.yaml("config/storage.yml")
		if err != nil {
			return err
		}
		entry, _ := config.values[service].(map[string]any)
		kind, _ := entry["service"].(string)
		switch {
		case strings.EqualFold(kind, "disk"):
			root, _ := entry["root"].(string)
			in.state(s, strings.TrimPrefix(root, "./"), "storage")
			s.Notes = append(s.Notes, r.d.Note("config/storage.yml", config.lines.At(service), "files that people upload are kept in the volume of storage/"))
		case strings.EqualFold(kind, "s3"):
			s.Notes = append(s.Notes, r.d.Note("config/storage.yml", config.lines.At(service), "files that people upload go to S3: give the program its keys, or a service that speaks S3, as MinIO, by the endpoint"))
		}
	}
	if in.p.has("carrierwave", "shrine", "kt-paperclip", "paperclip", "refile", "dragonfly") && !in.p.has("fog-aws", "aws-sdk-s3", "carrierwave-aws", "fog") && in.d.HasDir("public") {
		at := "public/uploads"
		if in.p.has("kt-paperclip", "paperclip") {
			at = "public/system"
		}
		in.state(s, at, at)
	}
	return nil
}

// filled are names of folders that a program fills, where git has them without a file.
var filled = []string{"data", "log", "logs", "storage", "uploads", "public/uploads"}

// keptFolders finds the folders that git keeps empty for a program that is none of Rails's,
// whose log goes elsewhere.
func (in *inspection) keptFolders(s *detect.Service) {
	for _, dir := range filled {
		at := in.d.Sub(dir)
		if keeps := at.Names(".keep", ".gitkeep", ".gitignore"); len(keeps) == 0 || len(at.Names("*")) > len(keeps) || len(at.Dirs()) > 0 {
			continue
		}
		in.state(s, dir, dir)
		s.Notes = append(s.Notes, in.d.Note(dir, 0, "is in git without a file, for the program to write to: it is kept"))
	}
}

// usesActiveStorage reports whether the program keeps files by Active Storage: it has its
// tables, or a model that attaches.
func (in *inspection) usesActiveStorage() bool {
	if !in.p.has("activestorage") && in.p.l != nil || !in.d.Has("config/storage.yml") {
		return false
	}
	for _, name := range []string{"db/schema.rb", "db/structure.sql"} {
		if data, err := in.d.Read(name); err == nil {
			return strings.Contains(string(data), "active_storage_blobs")
		}
	}
	for name := range in.d.Sub("db/migrate").Files("*active_storage*.rb") {
		return name != ""
	}
	return in.d.HasDir("storage")
}

// state makes a folder of the program one that it may write to.
func (in *inspection) state(s *detect.Service, dir, fallback string) {
	at, err := safe.NewRelPath(dir)
	if err != nil || !at.Plain() || at.String() == "." || dir == "" {
		at = safe.RelPathOf(fallback)
	}
	for _, have := range s.State {
		if have == at || strings.HasPrefix(at.String(), have.String()+"/") {
			return
		}
	}
	s.State = slices.DeleteFunc(s.State, func(have safe.RelPath) bool { return strings.HasPrefix(have.String(), at.String()+"/") })
	s.State = append(s.State, at)
}

// railsPath is the path below the program that "Rails.root.join("storage")" names.
func railsPath(n *source.Node) (string, bool) {
	if n == nil || n.Kind != source.Call || n.Text != "join" || n.Recv.Path() != "Rails.root" {
		return "", false
	}
	var parts []string
	for _, a := range n.Args {
		t, ok := a.Static()
		if !ok {
			return "", false
		}
		parts = append(parts, t)
	}
	return path.Join(parts...), true
}
