package golang

import (
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

const (
	goose        = "github.com/pressly/goose"
	gooseCommand = "github.com/pressly/goose/v3/cmd/goose"
)

// Goose is goose's own program as the module pins it, which applies the migrations in
// an image of its own.
type Goose struct {
	Build safe.Argv    // makes /out/goose
	Start safe.Argv    // of the image
	Dir   safe.RelPath // of the migrations, relative to the service's root
	Dest  safe.RelPath // of the migrations in the image
}

// gooseDrivers are goose's names for the databases, with the form of their address.
// https://pressly.github.io/goose/documentation/environment-variables/
var gooseDrivers = map[string]struct {
	driver string
	part   detect.NeedPart
}{
	"postgres": {"postgres", detect.PartURL}, "mysql": {"mysql", detect.PartDSN}, "sqlserver": {"mssql", detect.PartURL}, "clickhouse": {"clickhouse", detect.PartURL},
}

// gooseJob adds goose as a job, where that is a tool of the module, or tells what brings
// the database up to date.
func (p *program) gooseJob(d *detect.Dir, s *detect.Service, sql *folder) {
	need := database(s)
	tool, has := p.gooseTool(d)
	source := safe.RelPathOf(detect.Under(path.Join(p.w.main.dir, sql.dir), s.Root.String()))
	switch code := len(d.Sub(sql.dir).Names("*.go")) > 0; {
	case code:
		s.Notes = append(s.Notes, d.Note(sql.dir, 0, "holds migrations in Go, which goose's own program can't run: a command of your own in cmd/migrate becomes a job").On(detect.Migrations))
		return
	case !has:
		s.Notes = append(s.Notes, d.Note(sql.example, 0, "nothing applies these migrations when the program starts: run goose -dir %s up before each release; with go get -tool %s dockgen writes a job that does", safe.Visible(sql.dir), gooseCommand).On(detect.Migrations))
		return
	case !source.Plain():
		s.Notes = append(s.Notes, d.Note(sql.dir, 0, "dockgen can't name this folder in a Dockerfile: run goose by hand").On(detect.Migrations))
		return
	}
	f := s.Facts.(*Facts)
	known := gooseDrivers[need.Name]
	// https://github.com/pressly/goose#install: the largest drivers are left out by tags.
	tags := []string{"no_clickhouse", "no_mssql", "no_sqlite3", "no_ydb"}
	tags = slices.DeleteFunc(tags, func(tag string) bool { return tag == "no_"+known.driver })
	args := []string{"go", "build", "-trimpath", "-ldflags=-s -w", "-tags=" + strings.Join(tags, ",")}
	if p.w.vendor {
		args = append(args, "-mod=vendor")
	}
	start, err := safe.NewArgv("/app/goose", "-dir", sql.dir, "up")
	dest, err2 := safe.NewRelPath(sql.dir)
	if err != nil || err2 != nil || !dest.Plain() || f.Resolves {
		return
	}
	f.Goose = &Goose{safe.ArgvOf(append(args, "-o", "/out/goose", gooseCommand)...), start, source, dest}
	s.Context.Keep = append(s.Context.Keep, source)
	addJob(s, start, d.Note(sql.example, 0, "is a migration of goose"), tool)
	job := &s.Processes[len(s.Processes)-1]
	job.Apart, job.Alone = true, true
	job.On = safe.RelPathOf(path.Join(p.w.main.dir, sql.dir))
	job.SetEnv = []detect.Setting{{Name: safe.EnvNameOf("GOOSE_DRIVER"), Value: safe.LabelOf(known.driver)}}
	address := detect.NeedSetting{Env: safe.EnvNameOf("GOOSE_DBSTRING"), Part: known.part}
	if need.Name == "postgres" {
		address.Dialect = dialect
	}
	job.Needs = []detect.Need{{Name: need.Name, As: need.As, Settings: []detect.NeedSetting{address}}}
}

// gooseTool reports whether goose's program is a tool of the module: by go.mod, or as
// was usual before Go 1.24 by a file that only imports it. A requirement alone does
// not do: go.sum lacks what the program imports beyond the library.
func (p *program) gooseTool(d *detect.Dir) (detect.Note, bool) {
	for _, t := range p.w.main.file.Tool {
		if t.Path == gooseCommand {
			return p.w.main.note(t.Syntax.Start.Line, "tool %s", t.Path), true
		}
	}
	for _, name := range []string{"tools.go", "tools/tools.go", "internal/tools/tools.go"} {
		src, err := d.Read(name)
		if err != nil || p.foreign(d, path.Dir(name)) {
			continue
		}
		fset := token.NewFileSet()
		tree, _ := parser.ParseFile(fset, name, src, parser.ImportsOnly)
		if tree == nil {
			continue
		}
		for _, imp := range tree.Imports {
			if text, err := strconv.Unquote(imp.Path.Value); err == nil && text == gooseCommand {
				return d.Note(name, fset.Position(imp.Pos()).Line, "imports %s", text), true
			}
		}
	}
	return detect.Note{}, false
}
