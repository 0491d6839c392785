package main

import (
	"bytes"
	"io/fs"
	"path"
	"slices"
	"strings"

	"dockgen/internal/output"
	"dockgen/internal/safe"
	"dockgen/templates"
)

// composeNames are what Compose looks for, in its order
// (https://docs.docker.com/compose/intro/compose-application-model/#the-compose-file).
func composeNames() []string {
	return []string{"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"}
}

// maxCompose is the largest Compose file of somebody's that is read.
const maxCompose = 1 << 20

// besideTheirs leaves a Compose file that somebody wrote in its place: it is kept as
// it stands, with what it lacks, or all is there and nothing is written.
func (f *facts) besideTheirs(p *project, files []output.File) []output.File {
	for _, name := range composeNames() {
		info, err := fs.Lstat(p.root.FS(), name)
		if err != nil {
			continue
		}
		if !info.Mode().IsRegular() || info.Size() > maxCompose {
			return files
		}
		data, err := fs.ReadFile(p.root.FS(), name)
		if err != nil || bytes.Contains(data[:min(len(data), 200)], []byte(output.Marker)) {
			return files
		}
		ext, err := templates.Extend(data, f.plans()...)
		if err != nil {
			return files // a file that can't be read is replaced, or not, as a whole
		}
		f.theirs = ext
		out := slices.DeleteFunc(files, func(o output.File) bool {
			return o.Path.String() == "compose.yaml" || path.Base(o.Path.String()) == "compose.dev.yaml" || o.Path.String() == ".env.example"
		})
		out = append(out, output.File{Path: safe.RelPathOf(name), Content: ext.Content, Theirs: true, Missing: ext.Missing})
		if example := templates.EnvExample(ext.Plans...); example != nil && len(ext.Missing) > 0 {
			out = append(out, output.File{Path: safe.RelPathOf(".env.example"), Content: example})
		}
		return out
	}
	return files
}

// leave takes what would change a Compose file that somebody wrote out of the
// changes, and the example of its variables: without a yes it stays as it is.
func (f *facts) leave(io *streams, opts *initOptions) {
	for _, c := range f.changes {
		if len(c.Lacks()) == 0 {
			continue
		}
		io.say("left %s as it is, without %s: %s adds them, and keeps a backup", c.Path, strings.Join(c.Lacks(), ", "), command(opts, "--yes", "--force"))
		f.theirs.Missing = nil
		f.changes = slices.DeleteFunc(f.changes, func(o output.Change) bool { return len(o.Lacks()) > 0 || o.Path.String() == ".env.example" })
		return
	}
}
