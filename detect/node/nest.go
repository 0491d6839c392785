package node

import (
	"cmp"
	"encoding/json"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/javascript"
	"dockgen/internal/safe"
)

// nestApp is one application of a workspace in which Nest's command line builds several out
// of one package.json (https://docs.nestjs.com/cli/monorepo).
type nestApp struct {
	name   string
	source string // of the program, relative to the folder
	entry  string // what the build makes of it
	why    detect.Note
}

// nestOptions are the compiler's settings of a workspace or of one project.
type nestOptions struct {
	TSConfig string          `json:"tsConfigPath"`
	Webpack  *bool           `json:"webpack"`
	Builder  json.RawMessage `json:"builder"` // "swc", or an object with a type
}

// builder names the program that builds, "" where nothing says.
func (o nestOptions) builder() string {
	var name string
	var object struct {
		Type string `json:"type"`
	}
	if json.Unmarshal(o.Builder, &name) != nil && json.Unmarshal(o.Builder, &object) == nil {
		name = object.Type
	}
	switch {
	case name != "":
		return name
	case o.Webpack == nil:
		return ""
	case *o.Webpack:
		return "webpack"
	}
	return "tsc"
}

// nestApps lists the applications of nest-cli.json; none for a project that is a single one.
// What is wrong in the file Nest says better.
func (p *project) nestApps() []nestApp {
	const name = "nest-cli.json"
	if !p.Has(name) || !p.has("@nestjs/core") {
		return nil
	}
	var file struct {
		Monorepo bool        `json:"monorepo"`
		Options  nestOptions `json:"compilerOptions"`
		Projects map[string]struct {
			Type       string      `json:"type"`
			Root       string      `json:"root"`
			EntryFile  string      `json:"entryFile"`
			SourceRoot string      `json:"sourceRoot"`
			Options    nestOptions `json:"compilerOptions"`
		} `json:"projects"`
	}
	lines, err := manifest.JSONC(p.Dir, name, &file)
	if err != nil || !file.Monorepo {
		return nil
	}
	var out []nestApp
	for app, x := range file.Projects {
		if x.Type != "application" {
			continue
		}
		main := orElse(x.EntryFile, "main")
		source := p.program.Find(path.Join(orElse(x.SourceRoot, path.Join(x.Root, "src")), main))
		config := path.Clean(orElse(x.Options.TSConfig, path.Join(x.Root, "tsconfig.app.json")))
		if source == "" || strings.HasPrefix(config, "..") {
			continue
		}
		entry := path.Join("dist", path.Dir(config), main+".js") // webpack's, the default of such a workspace
		if b := orElse(x.Options.builder(), file.Options.builder()); b != "" && b != "webpack" && b != "rspack" {
			c := p.readTSConfig(config, 0)
			if c == nil {
				continue
			}
			entry = compilation{config: c, out: orElse(c.CompilerOptions.OutDir, "dist")}.output(p, source)
		}
		out = append(out, nestApp{app, source, entry, p.Note(name, lines.At("projects", app), "application %s", app)})
	}
	slices.SortFunc(out, func(a, b nestApp) int {
		return cmp.Or(a.why.Line-b.why.Line, strings.Compare(a.name, b.name))
	})
	return out
}

// nestServices describes each application of the workspace.
func nestServices(d *detect.Dir, apps []nestApp) ([]*detect.Service, error) {
	var out []*detect.Service
	for _, app := range apps {
		p, err := newProject(d)
		if err != nil {
			return nil, err
		}
		p.aliases()
		p.nest = &app
		p.all = slices.DeleteFunc(p.program.Reach(app.source, maxSources), func(f *javascript.File) bool { return testFile(f.Path) })
		entry, ok := rel(app.entry)
		if !ok {
			return nil, p.Errorf(app.why.Path, app.why.Line, "%q is no name for what the build writes", app.entry)
		}
		svc := &detect.Service{PackageManager: p.npm.Manager.Name, Version: p.npm.Node, Name: safe.Slug(app.name, "app")}
		s := &start{argv: []string{onNode, entry.String()}, entry: entry.String(), source: app.source, why: app.why}
		fw := p.programOf(svc, s)
		if fw.name != "" {
			svc.Framework = detect.Found(fw.name, p.frameworkNote(fw))
		}
		if err := p.describe(svc, fw, s); err != nil {
			return nil, err
		}
		out = append(out, svc)
	}
	return out, nil
}

// nestCommand is the build of one application.
func (p *project) nestCommand(svc *detect.Service) error {
	argv, err := p.npm.Exec("nest", "build", p.nest.name)
	if err != nil {
		return err
	}
	svc.Build = detect.Found(argv, p.nest.why)
	return nil
}
