package node

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/javascript"
)

// nxImports are the modules that the sources of a project's folder import.
type nxImports struct {
	specs []string
	up    []string // files outside of the folder, relative to the workspace's root
	whole bool     // nothing was left unread
}

// maxNxSources bounds the sources of one project whose imports are read.
const maxNxSources = 4000

// imports reads what the sources below a project's folder import.
func (w *nxWorkspace) imports(p *nxProject) nxImports {
	found, _ := detect.Once(w.root, "nx imports:"+w.root.Path()+":"+p.dir, func() (nxImports, error) {
		d := w.root.Sub(p.dir)
		out := nxImports{whole: true}
		n, left := 0, javascript.MaxProgram
		for name := range d.Files("*.ts", "*.tsx", "*.js", "*.jsx", "*.mts", "*.cts", "*.mjs", "*.cjs", "*.vue", "*.svelte", "*.astro") {
			if n++; n > maxNxSources || left <= 0 {
				out.whole = false
				break
			}
			src, err := d.Read(name)
			if err != nil || len(src) > javascript.MaxSource {
				out.whole = false
				continue
			}
			left -= len(src)
			for _, imp := range javascript.Parse(name, src).Imports() {
				if strings.HasPrefix(imp.Path, ".") {
					if at := path.Join(p.dir, path.Dir(name), imp.Path); !within(at, p.dir) {
						out.up = append(out.up, at)
					}
					continue
				}
				out.specs = append(out.specs, imp.Path)
			}
		}
		slices.Sort(out.specs)
		out.specs = slices.Compact(out.specs)
		return out, nil
	})
	return found
}

// aliases are the names by which projects are imported, with the files that they mean,
// relative to the root (https://www.typescriptlang.org/tsconfig/#paths).
func (w *nxWorkspace) aliases() map[string][]string {
	found, _ := detect.Once(w.root, "nx paths:"+w.root.Path(), func() (map[string][]string, error) {
		p := &project{Dir: w.root}
		for _, name := range []string{"tsconfig.base.json", "tsconfig.json"} {
			if c := p.readTSConfig(name, 0); c != nil && c.CompilerOptions.Paths != nil {
				return c.CompilerOptions.Paths, nil
			}
		}
		return nil, nil
	})
	return found
}

// named returns the projects that an import may mean.
func (w *nxWorkspace) named(spec string) []*nxProject {
	var out []*nxProject
	for pattern, targets := range manifest.Sorted(w.aliases()) {
		prefix, wild := strings.CutSuffix(pattern, "*")
		if pattern != spec && !(wild && strings.HasPrefix(spec, prefix)) {
			continue
		}
		for _, t := range targets {
			if p := w.holding(strings.TrimSuffix(t, "*")); p != nil {
				out = append(out, p)
			}
		}
	}
	for _, p := range w.projects { // a package of the workspace
		if p.file == "package.json" && (p.Name == spec || strings.HasPrefix(spec, p.Name+"/")) {
			out = append(out, p)
		}
	}
	return out
}

// holding is the project with that file or folder, the innermost; nil for none.
func (w *nxWorkspace) holding(file string) *nxProject {
	var found *nxProject
	file = path.Clean(file)
	for _, p := range w.projects {
		if (file == p.dir || within(file, p.dir)) && (found == nil || len(p.dir) > len(found.dir)) {
			found = p
		}
	}
	return found
}

// closure lists the projects that p needs, itself first, by their imports, by
// implicitDependencies and by what its description says of their folders. It is not
// complete where sources were too many to be read.
func (w *nxWorkspace) closure(p *nxProject) (out []*nxProject, complete bool) {
	out, complete = []*nxProject{p}, true
	add := func(found *nxProject) {
		if found != nil && !slices.Contains(out, found) {
			out = append(out, found)
		}
	}
	for i := 0; i < len(out); i++ {
		at := out[i]
		imports := w.imports(at)
		complete = complete && imports.whole
		for _, spec := range imports.specs {
			for _, found := range w.named(spec) {
				add(found)
			}
		}
		for _, file := range imports.up {
			add(w.holding(file))
		}
		description, _ := w.root.Sub(at.dir).Read(at.file)
		for _, other := range w.projects {
			if slices.Contains(at.Implicit, other.Name) || slices.Contains(at.Implicit, "*") || strings.Contains(string(description), `"`+other.dir+"/") || strings.Contains(string(description), " "+other.dir+"/") ||
				strings.Contains(string(description), `"`+other.Name+":") {
				add(other)
			}
		}
		if i > 0 && len(out) > maxNxProjects {
			return out, false
		}
	}
	return out, complete
}

// uses are the packages that the projects import, and those that come with them: a
// driver that an ORM loads by its name is imported nowhere.
func (w *nxWorkspace) uses(projects []*nxProject) []string {
	var out []string
	for _, p := range projects {
		for _, spec := range w.imports(p).specs {
			name := packageOf(spec)
			out = append(out, name)
			switch {
			case name == "@nestjs/core":
				out = append(out, "@nestjs/platform-express", "@nestjs/platform-fastify", "reflect-metadata")
			case slices.Contains([]string{"typeorm", "@nestjs/typeorm", "sequelize", "sequelize-typescript", "@nestjs/sequelize", "knex", "objection", "@mikro-orm/core", "@mikro-orm/nestjs"}, name):
				out = append(out, "pg", "mysql", "mysql2", "mariadb", "mssql", "tedious", "sqlite3", "better-sqlite3", "mongodb", "oracledb", "typeorm", "sequelize")
			case name == "@prisma/client":
				out = append(out, "prisma")
			case name == "@nestjs/mongoose":
				out = append(out, "mongoose")
			case name == "@nestjs/bull" || name == "@nestjs/bullmq":
				out = append(out, "bull", "bullmq")
			case name == "react-dom":
				out = append(out, "react")
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// packageOf is the package that an import takes something of.
func packageOf(spec string) string {
	parts := strings.SplitN(spec, "/", 3)
	if strings.HasPrefix(spec, "@") && len(parts) > 1 {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}
