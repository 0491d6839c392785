package julia

import (
	"slices"
	"strings"

	"dockgen/detect"
)

// scripts are the names that tell of a program which has no Project.toml.
var scripts = []string{"server.jl", "app.jl", "main.jl", "run_server.jl", "api.jl", "web.jl"}

// standard are the packages that come with Julia, and its own modules.
var standard = append([]string{"Base", "Core", "Main", "ArgTools", "CRC32c", "DelimitedFiles", "Downloads", "Future", "LazyArtifacts", "LibCURL", "LibGit2", "Libdl", "NetworkOptions", "Profile", "SHA", "SparseArrays", "Statistics", "SuiteSparse", "TOML", "Tar", "Threads", "Meta", "Iterators"}, versioned...)

// bareProject is that of scripts without a Project.toml: what they load is what they need.
// A folder below an environment, or one of its scripts, is none.
func bareProject(d *detect.Dir) *project {
	p := &project{d: d, file: d.First(scripts...), top: d, root: d, bare: true}
	if p.file == "" {
		return nil
	}
	for up := range d.Parents() {
		if up.First(manifests...) != "" || up.First(scripts...) != "" {
			return nil
		}
	}
	return p
}

// load takes what the sources load for what the project depends on.
func (pr *program) load() {
	modules := pr.modules()
	pr.inner = map[string]detect.Note{}
	for _, name := range pr.order {
		f := pr.files[name]
		for _, u := range f.Usings {
			if _, ok := pr.inner[u.Name]; !ok && !slices.Contains(modules, u.Name) {
				pr.inner[u.Name] = pr.note(f, u.Line, "loads %s", u.Name)
			}
		}
	}
}

// modules are those that the sources define.
func (pr *program) modules() []string {
	var out []string
	for _, f := range pr.files {
		for _, m := range f.Modules {
			out = append(out, m.Name)
		}
	}
	return out
}

// packages are those that the entry needs, which its build adds.
func (pr *program) packages() []string {
	modules := pr.modules()
	var out []string
	for _, f := range pr.reached {
		for _, u := range f.Usings {
			if !slices.Contains(standard, u.Name) && !slices.Contains(modules, u.Name) && !slices.Contains(out, u.Name) && identifier().MatchString(u.Name) {
				out = append(out, u.Name)
			}
		}
	}
	slices.Sort(out)
	return out
}

// add is what installs them.
func add(packages []string) string {
	var quoted []string
	for _, name := range packages {
		quoted = append(quoted, literal(name))
	}
	return "Pkg.add([" + strings.Join(quoted, ", ") + "])"
}
