package python

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

func (in *inspection) withUV(f *Facts, s *detect.Service) {
	f.Image = uv
	f.Cache, f.CacheDir = "uv", "/root/.cache/uv"
	f.Env = append(f.Env, set("UV_COMPILE_BYTECODE", "1"), set("UV_LINK_MODE", "copy"), set("UV_NO_DEV", "1"), set("UV_PROJECT_ENVIRONMENT", venv), set("UV_PYTHON", "/usr/local/bin/python"), set("UV_PYTHON_DOWNLOADS", "never"))
	dir := in.fromRoot(s)
	words := []string{"uv", "sync"}
	self := []string{"uv", "sync"}
	if in.p.lock != nil {
		words, self = append(words, "--locked"), append(self, "--locked")
		f.bind("", lockNames[uv])
	}
	f.bind("", pyprojectName)
	for _, g := range in.p.groups {
		flag := "--group"
		if in.p.py != nil && in.p.py.Project != nil && in.p.py.Project.Optional[g] != nil {
			flag = "--extra"
		}
		words, self = append(words, flag, g), append(self, flag, g)
	}
	if dir != "." {
		words = append(words, "--no-install-workspace", "--package", in.projectName())
		self = append(self, "--package", in.projectName())
		for _, m := range workspaceMembers(in.p.lock.Dir) {
			f.bind(m, pyprojectName)
		}
	} else {
		words = append(words, "--no-install-project")
		if in.p.py != nil && in.p.py.Tool.UV != nil && in.p.py.Tool.UV.Workspace != nil {
			words[len(words)-1] = "--no-install-workspace"
			for _, m := range workspaceMembers(in.d) {
				f.bind(m, pyprojectName)
			}
		}
	}
	f.Install = argv(words)
	if in.installsItself() || dir != "." {
		f.Self = argv(self)
	}
}

func (in *inspection) withPoetry(f *Facts, line string) {
	f.Tool, f.ToolSpec = "poetry", safe.LabelOf(poetryRelease(in.p.lock, line))
	f.Venv = safe.ArgvOf("python", "-m", "venv", venv)
	f.Cache, f.CacheDir = "poetry", "/root/.cache/pypoetry"
	f.Env = append(f.Env, set("VIRTUAL_ENV", venv), set("POETRY_NO_INTERACTION", "1"))
	f.bind("", pyprojectName)
	if in.p.lock != nil {
		f.bind("", lockNames[poet])
	}
	only := strings.Join(append([]string{"main"}, in.poetryGroups()...), ",")
	f.Install = argv([]string{toolHome + "/poetry/bin/poetry", "install", "--only", only, "--no-root", "--no-directory", "--compile"})
	for _, e := range in.poetryExtras() {
		f.Install = f.Install.With("--extras", e)
	}
	if in.installsItself() && in.p.py.Project == nil && !in.needsSelf() {
		return
	}
	if in.installsItself() {
		f.Self = argv([]string{toolHome + "/poetry/bin/poetry", "install", "--only", only, "--compile"})
		for _, e := range in.poetryExtras() {
			f.Self = f.Self.With("--extras", e)
		}
	}
}

// poetryRelease is the release of Poetry that installs a lock: the one that wrote it, or
// for those before 1.8 the last of that series, which reads all of their formats and
// knows the options that are used here. Python before 3.8 has to do with an older one.
func poetryRelease(l *lock, line string) string {
	switch {
	case compareLines(majorMinor(line), "3.8") < 0:
		return "poetry>=1.5,<1.6"
	case l == nil:
		return "poetry>=2,<3"
	case l.Tool != "" && satisfies(l.Tool, ">=1.8"):
		return "poetry==" + l.Tool
	case l.Tool != "", l.Format == "2.0", strings.HasPrefix(l.Format, "1."):
		return "poetry>=1.8,<2"
	}
	return "poetry>=2,<3"
}

func (in *inspection) poetryGroups() []string {
	var out []string
	for _, g := range in.p.groups {
		if t := in.p.py.Tool.Poetry; t != nil {
			if _, ok := t.Groups[g]; ok {
				out = append(out, g)
			}
		}
	}
	return out
}

func (in *inspection) poetryExtras() []string {
	var out []string
	for _, g := range in.p.groups {
		if !slices.Contains(in.poetryGroups(), g) {
			out = append(out, g)
		}
	}
	return out
}

func (in *inspection) withPDM(f *Facts) {
	// The extra pins what PDM itself needs, of which later releases have broken it.
	f.Tool, f.ToolSpec = "pdm", safe.LabelOf("pdm[locked]>=2.26,<3")
	f.Venv = safe.ArgvOf("python", "-m", "venv", venv)
	f.Cache, f.CacheDir = "pdm", "/root/.cache/pdm"
	f.Env = append(f.Env, set("PDM_CHECK_UPDATE", "0"), set("PDM_IGNORE_SAVED_PYTHON", "1"), set("VIRTUAL_ENV", venv))
	f.bind("", pyprojectName)
	command := "install"
	if in.p.lock != nil {
		f.bind("", lockNames[pdm])
		command = "sync"
	}
	words := []string{toolHome + "/pdm/bin/pdm", command, "--prod", "--no-self"}
	for _, g := range in.p.groups {
		words = append(words, "--with", g)
	}
	f.Install = argv(words)
	if in.installsItself() && in.needsSelf() {
		self := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == "--no-self" })
		f.Self = argv(self)
	}
}

func (in *inspection) withPipenv(f *Facts, line string) {
	spec := "pipenv>=2024,<2027"
	switch { // the last releases for old Pythons
	case compareLines(majorMinor(line), "3.7") < 0:
		spec = "pipenv<2022.5"
	case compareLines(majorMinor(line), "3.9") < 0:
		spec = "pipenv<2024.1"
	}
	f.Tool, f.ToolSpec = "pipenv", safe.LabelOf(spec)
	f.Venv = safe.ArgvOf("python", "-m", "venv", venv)
	f.Cache, f.CacheDir = "pip", "/root/.cache/pip"
	f.Env = append(f.Env, set("PIPENV_VERBOSITY", "-1"), set("VIRTUAL_ENV", venv))
	f.bind("", "Pipfile")
	if in.p.lock != nil {
		f.bind("", lockNames[pipenv])
		f.Install = safe.ArgvOf(toolHome+"/pipenv/bin/pipenv", "sync")
		return
	}
	f.Install = safe.ArgvOf(toolHome+"/pipenv/bin/pipenv", "install", "--skip-lock")
}

func (in *inspection) withPip(f *Facts, s *detect.Service, line string) {
	f.Venv = venvArgv(line)
	f.Cache, f.CacheDir = "pip", "/root/.cache/pip"
	install := pipArgv(line)
	p := in.p
	if p.reqs != nil {
		f.bind("", p.reqs.Files...)
		if p.reqs.Hashes {
			install = install.With("--require-hashes")
		}
		f.Install = install.With("-r", p.reqs.Top)
		if len(p.reqs.Local) > 0 {
			f.SourcesFirst = true // -e . reads the sources
		}
		return
	}
	if p.py.isProject() && p.py.Project != nil && !slices.Contains(p.py.Project.Dynamic, "dependencies") {
		// uv reads the list of dependencies out of the manifest, which pip can't.
		f.Image = uv
		f.Cache, f.CacheDir = "uv", "/root/.cache/uv"
		f.Env = append(f.Env, set("UV_COMPILE_BYTECODE", "1"), set("UV_LINK_MODE", "copy"), set("UV_PYTHON_DOWNLOADS", "never"), set("VIRTUAL_ENV", venv))
		f.bind("", pyprojectName)
		words := []string{"uv", "pip", "install", "-r", pyprojectName}
		for _, g := range p.groups {
			if p.py.Project.Optional[g] != nil {
				words = append(words, "--extra", g)
			}
		}
		f.Install = argv(words)
		if p.py.packaged() && in.needsSelf() {
			f.Self = safe.ArgvOf("uv", "pip", "install", "--no-deps", "-e", ".")
		}
		return
	}
	f.SourcesFirst = true
	f.Install = install.With("-e", ".")
}

// pipArgv calls the image's pip for the environment, which holds none of its own
// from 3.12 on.
func pipArgv(line string) safe.Argv {
	if compareLines(majorMinor(line), "3.12") >= 0 {
		return safe.ArgvOf("pip", "--python", venv+"/bin/python", "install")
	}
	return safe.ArgvOf(venv+"/bin/pip", "install")
}

func argv(words []string) safe.Argv {
	a, err := safe.NewArgv(words...)
	if err != nil { // a group's name that no command can hold: the dependencies alone
		return safe.ArgvOf(words[0], words[1])
	}
	return a
}
