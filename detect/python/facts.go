package python

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"dockgen/detect"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/safe"
)

// The folders of the image that the commands name.
const (
	workdir  = "/app"      // the sources, plan's working directory
	venv     = "/opt/venv" // the virtual environment: outside the sources, so that it is a layer of its own
	toolHome = "/opt"      // the package manager's own environment, left behind in the build
)

// Facts are what the Dockerfile's template needs beside what all languages share.
type Facts struct {
	// Image is the tool that is copied from its own image ("uv"), Tool a package manager
	// that is installed beside the environment: "poetry", as "poetry==1.8.2".
	Image    string
	Tool     string
	ToolSpec safe.Label
	// Venv makes the environment, where the manager doesn't.
	Venv safe.Argv
	// Env is the environment of the build.
	Env []detect.Setting
	// Cache is the manager's cache: a name and a folder.
	Cache, CacheDir string
	// Binds are the manifests that Install reads; SourcesFirst says that it reads the sources.
	Binds        []safe.RelPath
	SourcesFirst bool
	// Secrets are what Install needs and no layer may keep.
	Secrets []detect.BuildSecret
	// Install installs the dependencies, Extra what the manifest lacks, Self the project.
	Install safe.Argv
	Extra   safe.Argv
	Self    safe.Argv
	// Debugger installs what a debugger attaches to, for development; it may be empty.
	Debugger safe.Argv
	// Compile makes the bytecode of the sources, which the program can't write itself.
	Compile safe.Argv
	// Steps run once the sources and the environment are there: collectstatic.
	Steps []Step
	// Dir is the folder that the program runs in, relative to the build's root.
	Dir safe.RelPath
	// Base is the folder of the build's context that is the program's own, where that is
	// not all of it: the manifests lie in it, and the sources.
	Base safe.RelPath
	// Local are folders of the context beside Base whose packages are installed by their
	// paths: before all else, or with LocalLast by Self, so that an edit installs nothing else.
	Local     []safe.RelPath
	LocalLast bool
	// Frontend is the build of web assets that the program serves; nil for none. Assets are
	// what it makes of them, and Apart is its folder, which the program does not read.
	Frontend *nodepkg.Frontend
	Assets   []safe.RelPath
	Apart    safe.RelPath
	// Path are folders of the image, beside the environment's, that modules are looked up
	// in; SelfPath is the one of the project itself, where an interpreter doesn't read what the
	// installation left in the environment.
	Path, SelfPath string
}

// Runtime are the interpreter's settings in the final image. Where that has an
// interpreter of its own (alone), it finds the environment by a path.
func (f *Facts) Runtime(version safe.Version, alone bool) ([]detect.Setting, error) {
	var out []detect.Setting
	search, why := f.Path, ""
	if alone {
		search = venv + "/lib/python" + majorMinor(version.String()) + "/site-packages:" + f.SelfPath
		why = "The image's own interpreter finds the environment by this path."
	}
	if search != "" {
		label, err := safe.NewLabel(search)
		if err != nil {
			return nil, err
		}
		out = append(out, detect.Setting{Name: safe.EnvNameOf("PYTHONPATH"), Value: label, Why: why})
	}
	return append(out, set("PYTHONDONTWRITEBYTECODE", "1"), set("PYTHONUNBUFFERED", "1")), nil
}

// Step is a command of the build, with variables that it alone sees.
type Step struct {
	Why  string
	Env  []detect.Setting
	Argv safe.Argv
}

// Mounts are the bound manifests that a mount can name. The others are copied.
func (f *Facts) Mounts() []safe.RelPath {
	return slices.DeleteFunc(slices.Clone(f.Binds), func(p safe.RelPath) bool { return !p.Plain() })
}

// Source is where the build's context holds a bound manifest.
func (f *Facts) Source(manifest safe.RelPath) (safe.RelPath, error) {
	return f.Base.Join(manifest.String())
}

// Copies are the manifests whose names no mount can hold, in the build's context.
func (f *Facts) Copies() ([]safe.RelPath, error) {
	var out []safe.RelPath
	for _, p := range f.Binds {
		if p.Plain() {
			continue
		}
		at, err := f.Source(p)
		if err != nil {
			return nil, err
		}
		out = append(out, at)
	}
	return out, nil
}

// facts decides how the environment is made.
func (in *inspection) facts(s *detect.Service, g program) (*Facts, error) {
	f := &Facts{Dir: safe.RelPathOf("."), Base: safe.RelPathOf(".")}
	s.Root = in.d.Rel()
	if in.p != nil && in.p.lock != nil && in.p.lock.Dir.Path() != in.d.Path() {
		s.Root = in.p.lock.Dir.Rel()
	}
	dir := path.Join(in.fromRoot(s), in.root)
	rel, err := safe.NewRelPath(dir)
	if err != nil {
		return nil, err
	}
	f.Dir = rel
	line := s.Version.V.String()
	manager := ""
	if in.p != nil {
		manager = in.p.manager.V
	}
	if wants := manifestOf(manager); wants != "" && in.p.lock != nil && !in.p.lock.Dir.Has(wants) {
		return nil, detect.NotService("%s has no %s beside it, without which nothing can be installed", lockNames[manager], wants)
	}
	switch manager {
	case uv:
		in.withUV(f, s)
	case poet:
		in.withPoetry(f, line)
	case pdm:
		in.withPDM(f)
	case pipenv:
		in.withPipenv(f, line)
	case pip:
		in.withPip(f, s, line)
	default:
		f.Venv = venvArgv(line)
		f.Cache, f.CacheDir = "pip", "/root/.cache/pip"
	}
	if in.p != nil && f.Self.IsZero() && in.scm() {
		f.Env = append(f.Env, set("SETUPTOOLS_SCM_PRETEND_VERSION", "0.0.0"))
	} else if in.p != nil && in.scm() {
		f.Env = append(f.Env, set("SETUPTOOLS_SCM_PRETEND_VERSION", first(in.projectVersion(), "0.0.0")))
		s.Notes = append(s.Notes, in.d.Note(pyprojectName, 0, "the version comes from git's tags, which the build doesn't see: it builds version %s", first(in.projectVersion(), "0.0.0")))
	}
	f.Compile = safe.ArgvOf("python", "-m", "compileall", "-q", workdir)
	if compareLines(majorMinor(line), "3.7") >= 0 { // a check by the file's time would fail where times are rewritten
		f.Compile = safe.ArgvOf("python", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", workdir)
	}
	in.searchPath(f, s, g)
	in.extra(f, s, g, line)
	return f, in.steps(f, s)
}

// searchPath says where the interpreter looks for the project's modules.
func (in *inspection) searchPath(f *Facts, s *detect.Service, g program) {
	here := path.Join(workdir, in.fromRoot(s))
	f.SelfPath = path.Join(here, in.root)
	if in.installsItself() && in.d.HasDir("src") {
		f.SelfPath = path.Join(here, "src")
	}
	switch {
	case in.path != "":
		f.Path = path.Join(here, in.path)
		f.SelfPath = f.Path
	case g.launch.Argv[0] == "waitress-serve": // it doesn't look into the folder it runs in
		f.Path = path.Join(here, in.root)
	}
}

// modules are the programs that can be run as a module of the interpreter as well.
var modules = map[string]string{
	"gunicorn": "gunicorn", "uvicorn": "uvicorn", "hypercorn": "hypercorn", "daphne": "daphne", "granian": "granian", "waitress-serve": "waitress",
	"streamlit": "streamlit", "celery": "celery", "sanic": "sanic", "fastapi": "fastapi", "litestar": "litestar",
}

// runtimeStart is a command as the words behind the interpreter's name; it is none
// for a program that is no module.
func (in *inspection) runtimeStart(argv []string) safe.Argv {
	switch module, ok := modules[argv[0]]; {
	case argv[0] == "python":
		return safe.ArgvTail(argv[1:]...)
	case ok:
		return safe.ArgvTail(append([]string{"-m", module}, argv[1:]...)...)
	}
	for _, s := range in.scripts() {
		module, object, ok := strings.Cut(s.Target, ":")
		if s.Name == argv[0] && ok && identifierRE().MatchString(module) && identifierRE().MatchString(object) {
			return safe.ArgvTail(append([]string{"-c", "import sys; from " + module + " import " + object + "; sys.exit(" + object + "())"}, argv[1:]...)...)
		}
	}
	return safe.Argv{}
}

var identifierRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]*$`) })

// manifestOf is the file whose versions a manager's lock file holds; "" for pip.
func manifestOf(manager string) string {
	switch manager {
	case uv, poet, pdm:
		return pyprojectName
	case pipenv:
		return "Pipfile"
	}
	return ""
}

// fromRoot is the folder's path in the build's context.
func (in *inspection) fromRoot(s *detect.Service) string {
	if s.Root.String() == in.d.Path() {
		return "."
	}
	if s.Root.String() == "." {
		return in.d.Path()
	}
	return strings.TrimPrefix(in.d.Path(), s.Root.String()+"/")
}

func set(name, value string) detect.Setting {
	return detect.Setting{Name: safe.EnvNameOf(name), Value: safe.LabelOf(value)}
}

// venvArgv makes the environment. From 3.12 on it has held pip alone, which nothing in
// the image needs; before, setuptools came with it, which old programs import.
func venvArgv(line string) safe.Argv {
	if compareLines(majorMinor(line), "3.12") >= 0 {
		return safe.ArgvOf("python", "-m", "venv", "--without-pip", venv)
	}
	if strings.HasPrefix(line, "2.") {
		return safe.ArgvOf("virtualenv", venv)
	}
	return safe.ArgvOf("python", "-m", "venv", venv)
}

func majorMinor(v string) string {
	parts := strings.SplitN(v, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

// bind adds files of the folder that the installation reads.
func (f *Facts) bind(prefix string, names ...string) {
	for _, n := range names {
		if p, err := safe.NewRelPath(path.Join(prefix, n)); err == nil && !slices.Contains(f.Binds, p) {
			f.Binds = append(f.Binds, p)
		}
	}
}

// needsSelf reports whether the program has to be installed as a package: it is started
// by a command of its own, or looks itself up among what is installed.
func (in *inspection) needsSelf() bool {
	if in.started {
		return true
	}
	for _, f := range in.c.files {
		if in.c.mentions(f, "importlib.metadata", "importlib_metadata", "pkg_resources") {
			return true
		}
	}
	return len(in.c.d.Sub("src").Dirs()) > 0 && in.path == "" && in.installsItself()
}

// scm reports whether the package's version is taken from version control.
func (in *inspection) scm() bool {
	if in.p == nil || in.p.py == nil || in.p.py.Build == nil {
		return false
	}
	return slices.ContainsFunc(in.p.py.Build.Requires, func(s string) bool {
		r, ok := parseRequirement(s)
		return ok && slices.Contains([]string{"setuptools-scm", "hatch-vcs", "versioningit", "setuptools-git-versioning", "poetry-dynamic-versioning", "uv-dynamic-versioning"}, r.Name)
	})
}

func (in *inspection) projectVersion() string {
	if in.p != nil && in.p.py != nil && in.p.py.Project != nil {
		return in.p.py.Project.Version
	}
	return ""
}

// steps are the commands that the build runs on the sources.
func (in *inspection) steps(f *Facts, s *detect.Service) error {
	if in.django == nil || s.Kind != detect.Server {
		return nil
	}
	g := in.django
	why, ok := g.collects()
	if !ok {
		if g.lists("INSTALLED_APPS", "django.contrib.staticfiles") {
			s.Notes = append(s.Notes, in.d.Note(first(g.Manage, "manage.py"), 0, "static files are not collected: the settings name no STATIC_ROOT"))
		}
		return nil
	}
	step := Step{Why: "Static files are collected while the image is built; the values are for this step alone.", Argv: safe.ArgvOf("python", path.Base(g.Manage), "collectstatic", "--noinput")}
	if g.Settings != "" && g.SetIn.Path != g.Manage {
		if v, err := safe.NewLabel(g.Settings); err == nil {
			step.Env = append(step.Env, detect.Setting{Name: safe.EnvNameOf(settingsEnv), Value: v})
		}
	}
	for _, d := range g.dummies() {
		name, err := safe.NewEnvName(d.Name)
		if err != nil {
			continue
		}
		value, err := safe.NewLabel(d.Value)
		if err != nil {
			return err
		}
		step.Env = append(step.Env, detect.Setting{Name: name, Value: value})
	}
	if len(step.Env) == 0 {
		step.Why = "Static files are collected while the image is built."
	}
	f.Steps = append(f.Steps, step)
	if c, ok := g.get("COMPRESS_OFFLINE"); ok && !c.expr.Is("False") && g.lists("INSTALLED_APPS", "compressor") {
		step.Argv = safe.ArgvOf("python", path.Base(g.Manage), "compress", "--force")
		step.Why = "django-compressor serves what it made beforehand (COMPRESS_OFFLINE), with DEBUG on by default too."
		f.Steps = append(f.Steps, step)
	}
	if !g.lists("MIDDLEWARE", "whitenoise") && !in.p.installed("whitenoise") {
		s.Notes = append(s.Notes, detect.Note{Path: why.Path, Line: why.Line, Text: fmt.Sprintf("static files are collected, but nothing in the program serves them: add whitenoise (%s), or let a web server do it", in.p.addCommand("whitenoise"))})
	}
	return nil
}
