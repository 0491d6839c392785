package node

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/javascript"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/safe"
)

// project is one folder with a package.json, under inspection.
type project struct {
	*detect.Dir
	npm     *nodepkg.Project
	pkg     *nodepkg.Manifest
	program *javascript.Program
	all     []*javascript.File // read once: see sources
	notes   []detect.Note
	set     []detect.Setting // in the final image
	shown   []manifest.EnvLine
	vars    []*variable // once read: see variables

	moon       *moonProject     // nil: no workspace of Moon's
	nx         *nxBuild         // how Nx builds it; nil: it does not
	nest       *nestApp         // the application of Nest's workspace that it is; nil for none
	apart      []string         // folders of the Nx workspace that its build needs, relative to the root
	knownApart bool             // no others are needed
	leftOut    []nodepkg.Member // of the workspace, that it needs neither for its build nor for its install

	inside     string     // its folder, relative to the build context
	standing   safe.Argv  // sets what the build would end without
	buildEnv   []string   // NAME=value while building
	prismaEnv  []variable // what Prisma's schema reads
	sqliteFile string     // of Prisma's schema
}

func newProject(d *detect.Dir) (*project, error) {
	npm, err := nodepkg.Load(d)
	if err != nil {
		return nil, err
	}
	return &project{Dir: d, npm: npm, pkg: npm.Manifest, program: javascript.NewProgram(d), moon: moonOf(d)}, nil
}

// has reports whether the project depends on the package, for development or not.
func (p *project) has(names ...string) bool { return p.pkg.Depends(names...) }

func (p *project) prod(name string) bool { return p.pkg.Production(name) }

// version returns the range that the manifest gives for a dependency.
func (p *project) version(name string) string {
	spec, _, _ := p.pkg.Dependency(name)
	return spec
}

var majorRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[^0-9]*([0-9]{1,4})`) })

// major returns the major version that a range begins with, 0 where it has none.
func (p *project) major(name string) int {
	m := majorRE().FindStringSubmatch(p.version(name))
	if m == nil {
		return 0
	}
	n := 0
	for _, r := range m[1] {
		n = n*10 + int(r-'0')
	}
	return n
}

// remark adds what a person should know.
func (p *project) remark(name string, line int, format string, args ...any) {
	p.remarkAt(p.Note(name, line, ""), format, args...)
}

// remarkAt adds one about a place that is known, and about that note's topic.
func (p *project) remarkAt(at detect.Note, format string, args ...any) {
	at.Text = fmt.Sprintf(format, args...)
	p.notes = append(p.notes, at)
}

// notSources are folders and files that no running program is made of.
var (
	notSourceDirs  = []string{"test", "tests", "__tests__", "__mocks__", "spec", "cypress", "e2e", "mocks", "stories", "fixtures", "docs", "dist", "build", "out", "public", "static", "seeds", "seeders", "remix.init"}
	notSourceFiles = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(\.|-|_)(test|spec|stories|story|bench|e2e|cy)\.[cm]?[jt]sx?$|\.d\.[cm]?ts$|\.min\.js$|\.config\.[cm]?[jt]s$|rc\.[cm]?js$`)
	})
)

// maxSources bounds how many sources of a project are read.
const maxSources = 1500

// sources returns the project's own sources, tests and configuration apart.
// Folders with a manifest of their own are other projects.
func (p *project) sources() []*javascript.File {
	if p.all != nil {
		return p.all
	}
	p.all = []*javascript.File{}
	for name := range p.Files("*.js", "*.mjs", "*.cjs", "*.ts", "*.mts", "*.cts", "*.tsx", "*.jsx", "*.vue", "*.svelte", "*.astro") {
		if len(p.all) >= maxSources {
			break
		}
		if notSourceFiles().MatchString(name) || p.foreign(path.Dir(name)) {
			continue
		}
		if f := p.program.Load(name); f != nil {
			p.all = append(p.all, f)
		}
	}
	return p.all
}

// foreign reports whether a folder holds no sources of this project.
func (p *project) foreign(dir string) bool {
	if dir == "." {
		return false
	}
	at := ""
	for part := range strings.SplitSeq(dir, "/") {
		at = path.Join(at, part)
		if slices.Contains(notSourceDirs, strings.ToLower(part)) || slices.Contains(notRuntimeDirs, part) || strings.HasPrefix(part, ".") || p.Has(path.Join(at, "package.json")) {
			return true
		}
	}
	return false
}

// load returns a source, or a configuration that is one.
func (p *project) load(name string) *javascript.File { return p.program.Load(name) }

// rel makes a path of this project; false where its text can't stand in a file.
func rel(s string) (safe.RelPath, bool) {
	r, err := safe.NewRelPath(s)
	return r, err == nil
}

// literal returns the text of a property anywhere in a configuration, and the
// line where it stands: the first of that key whose value is known.
func (p *project) literal(f *javascript.File, key string) (string, int, bool) {
	if f == nil {
		return "", 0, false
	}
	for _, prop := range f.Props(key) {
		if v := p.program.Value(f, prop.Value); v.Set {
			return v.Text, prop.Line, true
		}
	}
	return "", 0, false
}

func itoa(n int) string { return strconv.Itoa(n) }

// sortedValues returns the values of a map, sorted.
func sortedValues(m map[string]string) []string {
	out := slices.Collect(maps.Values(m))
	slices.Sort(out)
	return out
}
