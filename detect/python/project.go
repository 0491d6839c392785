package python

import (
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// The package managers, as `dockgen detect` names them.
const (
	pip    = "pip"
	uv     = "uv"
	poet   = "poetry"
	pdm    = "pdm"
	pipenv = "pipenv"
	conda  = "conda"
)

// project is what the manifests of a folder say.
type project struct {
	d       *detect.Dir
	py      *pyproject
	setup   *setupFile
	pipfile *pipfile
	reqs    *reqFiles
	lock    *lock
	manager detect.Value[string]
	// direct are the dependencies of production that the project names itself,
	// optional those of its groups and extras by name.
	direct   []requirement
	optional map[string][]requirement
	groups   []string           // of optional, those that production needs
	closure  map[string]*locked // what the lock installs
	notes    []detect.Note
	unread   bool // the Pipfile can't be read, and requirements stand beside it
}

// readProject reads the manifests of the folder. It is nil where there are none.
func readProject(d *detect.Dir) (*project, error) {
	p := &project{d: d}
	var err error
	if p.py, err = readPyproject(d); err != nil {
		return nil, err
	}
	if p.setup, err = readSetup(d); err != nil {
		return nil, err
	}
	if p.pipfile, err = readPipfile(d); err != nil {
		if pickRequirements(d) == "" || d.Choices().PackageManager.V == pipenv {
			return nil, err
		}
		p.pipfile, p.unread = nil, true
		p.notes = append(p.notes, d.Note("Pipfile", 0, "left out: %v; the requirements file beside it is used", err))
	}
	if name := pickRequirements(d); name != "" {
		if p.reqs, err = readReqFiles(d, name); err != nil {
			return nil, err
		}
	}
	if err := p.choose(); err != nil || !p.manager.IsSet() {
		return nil, err
	}
	return p, p.collect()
}

// production and development are words in the names of requirements files.
var (
	productionWords  = []string{"prod", "production", "deploy", "release", "live"}
	commonWords      = []string{"base", "common", "main", "requirements", "app", "core", "runtime", "web", "server", "pinned", "lock"}
	developmentWords = []string{"dev", "development", "test", "tests", "testing", "local", "doc", "docs", "readthedocs", "rtd", "lint", "ci", "build", "typing", "extra", "extras", "optional", "bench", "gpu", "windows"}
)

// pickRequirements returns the requirements file that production installs, "" where
// none is there: what is named after production, then requirements.txt.
func pickRequirements(d *detect.Dir) string {
	best, rank := "", 0
	consider := func(name string, r int) {
		if r > rank {
			best, rank = name, r
		}
	}
	for _, name := range d.Names("requirements*.txt", "requirement.txt", "pip-requirements.txt") {
		consider(name, rankRequirements(strings.TrimPrefix(name, "requirements")))
		if name == "requirements.txt" {
			consider(name, 3)
		}
	}
	for _, name := range d.Sub("requirements").Names("*.txt") {
		consider(path.Join("requirements", name), rankRequirements(name)-1)
	}
	if best == "" && d.Has("requirements.in") {
		return "requirements.in"
	}
	return best
}

func rankRequirements(name string) int {
	words := strings.FieldsFunc(strings.ToLower(strings.TrimSuffix(name, ".txt")), func(r rune) bool { return r == '-' || r == '_' || r == '.' || r == ' ' })
	has := func(list []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(list, w) })
	}
	switch {
	case has(developmentWords):
		return 0
	case has(productionWords):
		return 5
	case has(commonWords):
		return 2
	}
	return 1
}

// choose finds the package manager: a lock file says it, then the manifest.
func (p *project) choose() error {
	d := p.d
	p.notes = append(p.notes, p.py.outside(d)...)
	home := d
	if w := uvWorkspaceAbove(d); w != nil {
		home = w
	}
	var locks []string
	for _, m := range []string{uv, poet, pdm, pipenv} {
		at := d
		if m == uv {
			at = home
		}
		if at.Has(lockNames[m]) && !(m == pipenv && p.unread) {
			locks = append(locks, m)
		}
	}
	if len(locks) > 0 {
		m := locks[0]
		if len(locks) > 1 {
			m = p.preferred(locks)
			p.notes = append(p.notes, d.Note(lockNames[m], 0, "there are %d lock files (%s): this one is used; delete the others", len(locks), names(locks, lockNames)))
		}
		if want := d.Choices().PackageManager; want.IsSet() && slices.Contains(locks, want.V) {
			m = want.V
		}
		at := d
		if m == uv {
			at = home
		}
		var err error
		if p.lock, err = readLock(at, m); err != nil {
			return err
		}
		p.manager = detect.Found(m, at.Note(lockNames[m], 0, "lock file"))
		if p.reqs != nil {
			p.notes = append(p.notes, d.Note(p.reqs.Top, 0, "not used: %s is the lock file", lockNames[m]))
		}
		return nil
	}
	switch {
	case p.reqs != nil && (len(p.reqs.Reqs) > 0 || len(p.reqs.Local) > 0 || !p.py.isProject()):
		p.manager = detect.Found(pip, d.Note(p.reqs.Top, 0, "requirements file"))
	case p.pipfile != nil:
		p.manager = detect.Found(pipenv, d.Note("Pipfile", 0, "manifest"))
		p.unlocked("Pipfile", "pipenv lock")
	case p.py.isProject():
		p.fromPyproject()
	case p.setup != nil:
		p.manager = detect.Found(pip, d.Note(d.First("setup.py", "setup.cfg"), 0, "package"))
		p.unlocked(d.First("setup.py", "setup.cfg"), "pip freeze > requirements.txt")
	case d.First("environment.yml", "environment.yaml") != "":
		p.manager = detect.Found(conda, d.Note(d.First("environment.yml", "environment.yaml"), 0, "conda environment"))
	}
	return nil
}

// fromPyproject names the manager of a pyproject.toml that has no lock.
func (p *project) fromPyproject() {
	d, t := p.d, p.py.Tool
	m, lock := pip, "uv lock"
	switch {
	case t.Poetry != nil && len(t.Poetry.Dependencies) > 0:
		m, lock = poet, "poetry lock"
	case t.PDM != nil && p.py.backend() != "pdm.backend" && strings.HasPrefix(p.py.backend(), "pdm"):
		m, lock = pdm, "pdm lock"
	case t.UV != nil && (t.UV.Workspace != nil || len(t.UV.Sources) > 0):
		m = uv
	}
	p.manager = detect.Found(m, d.Note(pyprojectName, 0, "manifest"))
	if len(p.py.outside(d)) == 0 { // a lock made here would be as broken
		p.unlocked(pyprojectName, lock)
	}
}

func (p *project) unlocked(name, command string) {
	p.notes = append(p.notes, p.d.Note(name, 0, "no lock file: each build takes the newest versions that %s allows; pin them with %s", name, command))
}

func names(keys []string, table map[string]string) string {
	var out []string
	for _, k := range keys {
		out = append(out, table[k])
	}
	return strings.Join(out, ", ")
}

// preferred picks among several locks the one of the tool that the manifest is
// written for.
func (p *project) preferred(locks []string) string {
	if p.py != nil {
		t := p.py.Tool
		switch {
		case t.Poetry != nil && len(t.Poetry.Dependencies) > 0 && slices.Contains(locks, poet):
			return poet
		case t.PDM != nil && t.UV == nil && slices.Contains(locks, pdm):
			return pdm
		}
	}
	return locks[0]
}

// collect gathers the dependencies that the chosen manager installs.
func (p *project) collect() error {
	d := p.d
	switch {
	case p.manager.V == pipenv && p.pipfile != nil:
		p.direct = p.pipfile.requirements(d)
	case p.manager.V == pip && p.reqs != nil:
		p.direct = p.reqs.Reqs
		if in := strings.TrimSuffix(p.reqs.Top, ".txt") + ".in"; in != p.reqs.Top && d.Has(in) {
			// What pip-compile read names the direct dependencies; its output pins all.
			source, err := readReqFiles(d, in)
			if err != nil {
				return err
			}
			p.direct = pinnedBy(source.Reqs, p.reqs.Reqs)
		}
	case p.py.isProject():
		p.direct = p.py.requirements(d)
	}
	if p.setup != nil && p.manager.V == pip && (p.reqs == nil || slices.Contains(p.reqs.Local, ".")) {
		p.direct = append(p.direct, p.setup.Reqs...)
	}
	if p.py.isProject() {
		if p.manager.V == pip && p.reqs != nil && slices.Contains(p.reqs.Local, ".") {
			p.direct = append(p.direct, p.py.requirements(d)...)
		}
		p.optional = p.py.optional(d)
		for _, name := range slices.Sorted(maps.Keys(p.optional)) {
			if forProduction(name) {
				p.groups = append(p.groups, name)
				p.direct = append(p.direct, p.optional[name]...)
			}
		}
	}
	if p.lock != nil {
		p.closure = p.lock.closure(p.direct, "")
		p.disagreement()
	}
	return nil
}

// forProduction reports whether a group or an extra is called after what production needs.
func forProduction(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' })
	return slices.ContainsFunc(words, func(w string) bool {
		return slices.Contains(productionWords, w) || w == "server" || w == "web" || w == "deployment"
	})
}

// pinnedBy gives the requirements the versions that another list pins.
func pinnedBy(reqs, pins []requirement) []requirement {
	out := slices.Clone(reqs)
	for i, r := range out {
		for _, pin := range pins {
			if pin.Name == r.Name && pin.pinned() != "" {
				out[i].Spec = pin.Spec
			}
		}
	}
	return out
}

// disagreement notes what the manifest asks for and the lock doesn't hold: a
// frozen install would fail.
func (p *project) disagreement() {
	for _, r := range p.direct {
		if p.lock.Packages[r.Name] == nil && r.Marker == "" && !strings.HasPrefix(r.URL, "path:") {
			p.notes = append(p.notes, detect.Note{Path: r.Why.Path, Line: r.Why.Line, Text: r.Name + " is not in " + p.lock.File + ": the build will stop until the lock is made again"})
		}
	}
	if p.lock.Declared == nil || p.py == nil || p.py.Project == nil {
		return
	}
	for name := range manifest.Sorted(p.lock.Declared) {
		if !slices.ContainsFunc(p.direct, func(r requirement) bool { return r.Name == name }) && !p.isOptional(name) {
			p.notes = append(p.notes, p.lock.Dir.Note(p.lock.File, 0, "holds %s, which %s doesn't ask for any more: run uv lock", name, pyprojectName))
		}
	}
}

func (p *project) isOptional(name string) bool {
	for _, list := range p.optional {
		if slices.ContainsFunc(list, func(r requirement) bool { return r.Name == name }) {
			return true
		}
	}
	return false
}

// find returns the direct dependency of that name.
func (p *project) find(name string) (requirement, bool) {
	if p == nil {
		return requirement{}, false
	}
	for _, r := range p.direct {
		if r.Name == name {
			return r, true
		}
	}
	return requirement{}, false
}

// brings are packages that another one, or one of its extras, always installs.
var brings = map[string][]string{
	"fastapi[standard]":  {"uvicorn", "fastapi-cli", "jinja2", "python-multipart"},
	"fastapi[all]":       {"uvicorn", "jinja2"},
	"litestar[standard]": {"uvicorn"},
	"channels[daphne]":   {"daphne"},
	"gunicorn[gevent]":   {"gevent"},
	"celery[redis]":      {"redis"},
	"psycopg[binary]":    {"psycopg-binary"},
	"psycopg[c]":         {"psycopg-c"},
	"dash":               {"flask"},
	"streamlit":          {"tornado"},
	"gradio":             {"fastapi", "uvicorn"},
}

// installed reports whether production has the package: by name, by the lock,
// or because another one brings it.
func (p *project) installed(name string) bool {
	if p == nil {
		return false
	}
	if _, ok := p.find(name); ok || p.closure[name] != nil {
		return true
	}
	for _, r := range p.direct {
		if slices.Contains(brings[r.Name], name) {
			return true
		}
		for _, e := range r.Extras {
			if slices.Contains(brings[r.Name+"["+e+"]"], name) {
				return true
			}
		}
	}
	return false
}

// version is the version of a package that the lock or a pin gives, or "".
func (p *project) version(name string) string {
	if p == nil {
		return ""
	}
	if l := p.closure[name]; l != nil {
		return l.Version
	}
	if r, ok := p.find(name); ok {
		return r.pinned()
	}
	if p.reqs != nil {
		for _, r := range p.reqs.Reqs {
			if r.Name == name {
				return r.pinned()
			}
		}
	}
	return ""
}
