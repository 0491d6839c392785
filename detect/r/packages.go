package r

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/r/source"
)

// packages are those that a project needs.
type packages struct {
	manager string // renv, packrat, rv, remotes, pak or install.packages
	why     detect.Note
	all     map[string]detect.Note
	locked  bool   // all holds what those need, too
	script  string // that installs them, as install.R
	remote  bool   // some come from GitHub
}

func (p packages) has(name string) bool { _, ok := p.all[name]; return ok }

// names are the packages' names, sorted as people do.
func (p packages) names() []string {
	out := make([]string, 0, len(p.all))
	for name := range p.all {
		out = append(out, name)
	}
	slices.SortFunc(out, func(a, b string) int {
		return cmp.Or(strings.Compare(strings.ToLower(a), strings.ToLower(b)), strings.Compare(a, b))
	})
	return out
}

func (p *packages) add(name string, why detect.Note) {
	if _, ok := p.all[name]; !ok && validName(name) && !with(name) {
		p.all[name] = why
	}
}

var nameRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z][A-Za-z0-9.]*$`) })

// validName reports whether a text can be the name of a package of R.
func validName(s string) bool { return len(s) < 100 && nameRE().MatchString(s) }

// withR are the packages that come with R: its own and the recommended ones
// (https://cran.r-project.org/doc/FAQ/R-FAQ.html#R-Add_002dOn-Packages).
var withR = []string{
	"KernSmooth", "MASS", "Matrix", "R", "base", "boot", "class", "cluster", "codetools", "compiler", "datasets", "foreign", "grDevices", "graphics", "grid",
	"lattice", "methods", "mgcv", "nlme", "nnet", "parallel", "rpart", "spatial", "splines", "stats", "stats4", "survival", "tcltk", "tools", "translations", "utils",
}

func with(name string) bool {
	_, ok := slices.BinarySearch(withR, name)
	return ok
}

// installers are scripts that install a project's packages, by the names they usually have.
var installers = []string{"install.R", "requirements.R", "install_packages.R", "install-packages.R", "installPackages.R", "init.R", "setup.R", "packages.R", "dependencies.R", "deps.R", "install_dependencies.R", "install_deps.R"}

// lockFiles are those of renv, and of vetiver, which writes one for its image
// (https://rstudio.github.io/vetiver-r/reference/vetiver_write_docker.html).
var lockFiles = []string{"renv.lock", "vetiver_renv.lock"}

type renvLock struct {
	R struct {
		Version string `json:"Version"`
	} `json:"R"`
	Packages map[string]struct {
		Source     string `json:"Source"`
		RemoteType string `json:"RemoteType"`
	} `json:"Packages"`
}

// needed finds which packages the project needs, and what installs them.
func (p *project) needed() error {
	p.packages = packages{all: map[string]detect.Note{}}
	d, ps := p.root, &p.packages
	switch {
	case d.First(lockFiles...) != "":
		var lock renvLock
		file := d.First(lockFiles...)
		lines, err := manifest.JSON(d, file, &lock)
		if err != nil {
			return err
		}
		ps.manager, ps.why, ps.locked = "renv", d.Note(file, 0, "is renv's lock file"), true
		for name, one := range lock.Packages {
			ps.add(name, d.Note(file, lines.At("Packages", name), "has %s", name))
			ps.remote = ps.remote || one.Source == "GitHub" || one.RemoteType == "github"
		}
		if lock.R.Version != "" {
			p.lockedR = detect.Found(lock.R.Version, d.Note(file, lines.At("R", "Version"), "R %s", lock.R.Version))
		}
		return nil
	case d.Has("packrat/packrat.lock"):
		all, err := dcf(d, "packrat/packrat.lock")
		if err != nil {
			return err
		}
		ps.manager, ps.why, ps.locked = "packrat", d.Note("packrat/packrat.lock", 0, "is packrat's lock file"), true
		for _, one := range all {
			if v := one["RVersion"]; v.text != "" {
				p.lockedR = detect.Found(v.text, d.Note("packrat/packrat.lock", v.line, "RVersion: %s", v.text))
			}
			if f := one["Package"]; f.text != "" {
				ps.add(f.text, d.Note("packrat/packrat.lock", f.line, "has %s", f.text))
			}
		}
		return nil
	}
	if d.Has("rproject.toml") {
		return p.rv(d)
	}
	description := p.description
	if d != p.d && d.Has("DESCRIPTION") {
		if all, err := dcf(d, "DESCRIPTION"); err == nil && len(all) > 0 {
			description = all[0]
		}
	}
	for _, key := range []string{"Depends", "Imports", "LinkingTo"} {
		for _, one := range description[key].dependencies() {
			ps.add(one.name, d.Note("DESCRIPTION", one.line, "%s: %s", key, one.name))
		}
	}
	if len(ps.all) > 0 {
		ps.manager, ps.why = "remotes", d.Note("DESCRIPTION", 0, "lists the packages")
		ps.remote = description["Remotes"].text != ""
		return nil
	}
	return p.loaded()
}

// rv reads the manifest of rv (https://a2-ai.github.io/rv-docs): a dependency is a name,
// or a table with one.
func (p *project) rv(d *detect.Dir) error {
	var file struct {
		Project struct {
			R            string `toml:"r_version"`
			Dependencies []any  `toml:"dependencies"`
		} `toml:"project"`
	}
	lines, err := manifest.TOML(d, "rproject.toml", &file)
	if err != nil {
		return err
	}
	ps := &p.packages
	ps.manager, ps.why = "rv", d.Note("rproject.toml", 0, "is the manifest of rv")
	if file.Project.R != "" {
		p.lockedR = detect.Found(file.Project.R, d.Note("rproject.toml", lines.At("project", "r_version"), "r_version = %q", file.Project.R))
	}
	for _, one := range file.Project.Dependencies {
		name, _ := one.(string)
		if table, ok := one.(map[string]any); ok {
			name, _ = table["name"].(string)
		}
		ps.add(name, d.Note("rproject.toml", lines.At("project", "dependencies"), "needs %s", name))
	}
	return nil
}

// loaded takes the packages of a script that installs them, or those that the sources
// load.
func (p *project) loaded() error {
	ps := &p.packages
	for _, name := range installers {
		f := p.file(name)
		if f == nil {
			continue
		}
		if manager := p.installs(f); manager != "" {
			ps.manager, ps.script, ps.why = manager, name, p.d.Note(name, 0, "installs the packages")
			break
		}
	}
	for _, f := range p.files {
		if f.Path == ps.script {
			continue
		}
		for name, line := range f.Packages {
			if name != p.description["Package"].text {
				ps.add(name, p.d.Note(f.Path, line, "loads %s", name))
			}
		}
	}
	if ps.has("dplyr") && ps.has("DBI") {
		for _, f := range p.files {
			for _, c := range f.Calls {
				if c.Name == "tbl" { // dplyr loads it for the tables of a database, and only suggests it
					ps.add("dbplyr", p.d.Note(f.Path, c.Line, "tbl() of a database needs dbplyr"))
				}
			}
		}
	}
	if ps.manager == "" && len(ps.all) > 0 {
		ps.manager = "install.packages"
	}
	return nil
}

// installs tells by which manager a script installs packages, "" where it does not.
func (p *project) installs(f *source.File) string {
	manager := ""
	for _, c := range f.Calls {
		var by string
		switch c.Name {
		case "install.packages", "install_packages":
			by = "install.packages"
		case "pkg_install", "pak":
			by = "pak"
		case "install_github", "install_version", "install_cran", "install_gitlab", "install_deps":
			by = "remotes"
			p.packages.remote = p.packages.remote || c.Name == "install_github"
		case "install":
			if c.Space != "BiocManager" {
				continue
			}
			by = "install.packages"
		case "p_load":
			by = "install.packages"
		default:
			continue
		}
		if manager == "" || by == "pak" {
			manager = by
		}
		for _, name := range f.Texts(c.Arg("pkgs", 0)) {
			p.packages.add(name, p.d.Note(f.Path, c.Line, "installs %s", name))
		}
	}
	return manager
}
