package static

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// requirementFiles list what building the documents takes, those for it alone first.
var requirementFiles = []string{"docs/requirements.txt", "doc/requirements.txt", "requirements-docs.txt", "docs-requirements.txt", "requirements/docs.txt", "requirements.txt"}

// python says how the packages of a generator of Python's are installed: from the
// file that lists them, else those that its configuration names.
func (g generator) python(d *detect.Dir, s *detect.Service, b *Build, config string, values map[string]any) (detect.Runtime, error) {
	runtime := detect.Runtime{Name: "python"}
	version, err := pythonVersion(d)
	if err != nil {
		return runtime, err
	}
	runtime.Version, s.Version = version, version
	s.PackageManager = detect.Assumed("pip", d.Note(config, 0, "%s is a package of Python's", g.name))
	install := safe.ArgvOf("pip", "install", "--root-user-action=ignore")
	base := strings.SplitN(g.pip[0], "[", 2)[0]
	for _, name := range requirementFiles {
		if !d.Has(name) {
			continue
		}
		all, err := requirements(d, name)
		if err != nil {
			return runtime, err
		}
		if !slices.ContainsFunc(all, func(n string) bool {
			return n == base || strings.HasPrefix(n, base+"-") || strings.HasSuffix(n, "-"+base)
		}) {
			continue // of something else: a theme of MkDocs's brings MkDocs along
		}
		file, err := safe.NewRelPath(name)
		if err != nil {
			return runtime, err
		}
		b.Inputs, b.Install = append(b.Inputs, file), install.With("-r", name)
		s.PackageManager = detect.Found("pip", d.Note(name, 0, "lists what building the site takes"))
		if older, ok := ofItsTime(d, name); ok && version.Source == detect.Default {
			runtime.Version, s.Version = older, older
		}
		return runtime, nil
	}
	specs, unknown := packagesOf(g, values)
	b.Install = install.With(specs...)
	s.Notes = append(s.Notes, d.Note(config, 0, "no file lists the packages that the build takes: it installs the newest of %s; write them to docs/requirements.txt", strings.Join(specs, ", ")))
	for _, name := range unknown {
		s.Notes = append(s.Notes, d.Note(config, 0, "the plug-in %s is in a package whose name dockgen does not know: list it in docs/requirements.txt", name))
	}
	return runtime, nil
}

// plugins are the packages of MkDocs's plug-ins whose names differ
// (https://github.com/mkdocs/catalog).
var plugins = map[string]string{
	"awesome-pages": "mkdocs-awesome-pages-plugin", "minify": "mkdocs-minify-plugin", "macros": "mkdocs-macros-plugin", "mkdocstrings": "mkdocstrings-python", "mermaid2": "mkdocs-mermaid2-plugin",
	"git-revision-date-localized": "mkdocs-git-revision-date-localized-plugin", "include-markdown": "mkdocs-include-markdown-plugin", "redirects": "mkdocs-redirects", "glightbox": "mkdocs-glightbox",
	"section-index": "mkdocs-section-index", "gen-files": "mkdocs-gen-files", "literate-nav": "mkdocs-literate-nav", "exclude": "mkdocs-exclude", "rss": "mkdocs-rss-plugin", "table-reader": "mkdocs-table-reader-plugin",
}

// builtin are the plug-ins of MkDocs and of its theme Material.
var builtin = []string{"search", "blog", "tags", "social", "privacy", "offline", "meta", "info", "typeset", "group", "optimize", "projects", "autorefs"}

var pluginRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z][a-z0-9_-]*$`) })

// packagesOf are the packages that a configuration names: a theme's, plug-ins'.
func packagesOf(g generator, values map[string]any) (specs, unknown []string) {
	add := func(name string) {
		if spec := name + ">=0"; !slices.Contains(specs, spec) {
			specs = append(specs, spec)
		}
	}
	for _, name := range g.pip {
		add(name)
	}
	theme, _ := values["theme"].(string)
	if table, ok := values["theme"].(map[string]any); ok {
		theme, _ = table["name"].(string)
	}
	if pluginRE().MatchString(theme) && theme != "mkdocs" && theme != "readthedocs" {
		add("mkdocs-" + strings.TrimPrefix(theme, "mkdocs-"))
	}
	list, _ := values["plugins"].([]any)
	for _, item := range list {
		name, _ := item.(string)
		if table, ok := item.(map[string]any); ok {
			for key := range manifest.Sorted(table) {
				name = key
			}
		}
		name = strings.TrimPrefix(name, "material/")
		switch pkg, ok := plugins[name]; {
		case ok:
			add(pkg)
		case name != "" && !slices.Contains(builtin, name):
			unknown = append(unknown, safe.Visible(name))
		}
	}
	slices.Sort(specs)
	return specs, unknown
}

var nameRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*`) })

// requirements are the names of the packages that a file lists, in lower case
// (https://pip.pypa.io/en/stable/reference/requirements-file-format).
func requirements(d *detect.Dir, file string) ([]string, error) {
	data, err := d.Read(file)
	if err != nil {
		return nil, err
	}
	var out []string
	for line := range strings.Lines(string(data)) {
		if name := nameRE().FindString(strings.TrimSpace(line)); name != "" {
			out = append(out, strings.ReplaceAll(strings.ToLower(name), "_", "-"))
		}
	}
	return out, nil
}

// sphinx reports whether a conf.py is Sphinx's: a file lists Sphinx, or the Read the
// Docs configuration builds with it.
func sphinx(d *detect.Dir, config string) bool {
	for _, name := range append(requirementFiles, path.Join(path.Dir(config), "requirements.txt")) {
		if !d.Has(name) {
			continue
		}
		all, err := requirements(d, name)
		if err == nil && slices.ContainsFunc(all, func(n string) bool {
			return n == "sphinx" || strings.HasPrefix(n, "sphinx-") || n == "furo" || n == "myst-parser"
		}) {
			return true
		}
	}
	settings, _, _ := readTheDocs(d)
	return settings != nil
}

// ofItsTime is the newest Python that a pinned package can be built with: htmlmin imports
// the module cgi, which 3.13 has no more (https://peps.python.org/pep-0594/), and plug-ins
// of MkDocs took it until they changed to another.
func ofItsTime(d *detect.Dir, file string) (detect.Value[safe.Version], bool) {
	var none detect.Value[safe.Version]
	data, err := d.Read(file)
	if err != nil {
		return none, false
	}
	_, family, err := catalog.Of("python")
	if err != nil {
		return none, false
	}
	older, ok := family.Line("3.12")
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		line = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(line)), "_", "-")
		name, pin, _ := strings.Cut(line, "==")
		minor, _ := strings.CutPrefix(pin, "0.")
		minor, _, _ = strings.Cut(minor, ".")
		if ok && (name == "htmlmin" || name == "mkdocs-minify-plugin" && strings.HasPrefix(pin, "0.") && len(minor) == 1 && minor < "7") {
			return detect.Assumed(older.Version, d.Note(file, n, "%s imports cgi, which Python 3.13 has no more", safe.Visible(line))), true
		}
	}
	return none, false
}

// pythonVersion is what the project asks for: a version file, Read the Docs's.
func pythonVersion(d *detect.Dir) (v detect.Value[safe.Version], err error) {
	asked, err := manifest.Versions(d, "python", ".python-version")
	if err != nil {
		return v, err
	}
	if n, err := safe.NewVersion(asked.V); asked.IsSet() && err == nil {
		return detect.Found(n, asked.Why...), nil
	}
	var docs struct {
		Build struct {
			Tools struct {
				Python any `yaml:"python"`
			} `yaml:"tools"`
		} `yaml:"build"`
	}
	if name := d.First(".readthedocs.yaml", ".readthedocs.yml"); name != "" {
		lines, err := manifest.YAML(d, name, &docs)
		if text, ok := docs.Build.Tools.Python.(string); err == nil && ok {
			if n, err := safe.NewVersion(text); err == nil {
				return detect.Found(n, d.Note(name, lines.At("build", "tools", "python"), "python: %s", text)), nil
			}
		}
	}
	_, family, err := catalog.Of("python")
	if err != nil {
		return v, err
	}
	return detect.Assumed(family.Default(), detect.Note{Text: "no version of Python is named"}), nil
}

// node adds the packages of a package.json that a generator's pipes call: PostCSS.
func (g generator) node(d *detect.Dir, s *detect.Service, b *Build) (detect.Runtime, error) {
	npm, err := nodepkg.Load(d)
	if err != nil {
		return detect.Runtime{}, err
	}
	if len(npm.Manifest.Dependencies)+len(npm.Manifest.DevDependencies) == 0 {
		return detect.Runtime{Name: "debian"}, nil
	}
	in, err := npm.Install(d)
	if err != nil {
		return detect.Runtime{}, err
	}
	b.Node = &in
	s.Secrets = append(s.Secrets, in.Secrets...)
	c := in.Context()
	s.Context.Ignore, s.Context.Keep = append(s.Context.Ignore, c.Ignore...), append(s.Context.Keep, c.Keep...)
	s.Notes = append(append(s.Notes, npm.Notes...), in.Notes...)
	s.Parts = append(s.Parts, detect.Part{Path: d.Rel(), Why: d.Note("package.json", 0, "packages that %s calls while it builds", g.name)})
	return detect.Runtime{Name: "node", Version: npm.Node}, nil
}

// debianHugo is the release in Debian 13 (https://packages.debian.org/trixie/hugo).
const debianHugo = 131

var minorRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^0\.([0-9]{1,4})`) })

// minor is the second number of a release that begins with 0.
func minor(version string) (int, bool) {
	m := minorRE().FindStringSubmatch(version)
	if m == nil {
		return 0, false
	}
	n, err := strconv.Atoi(m[1])
	return n, err == nil
}

// newerHugo notes a site or a theme that asks for a newer release than Debian's.
func newerHugo(d *detect.Dir, config string, values map[string]any, lines manifest.Lines) []detect.Note {
	var out []detect.Note
	check := func(file string, line int, text string) {
		if n, ok := minor(text); ok && n > debianHugo {
			out = append(out, d.Note(file, line, "asks for Hugo %s: the image takes Debian's, which is 0.%d; where the build stops, copy a newer one out of an image of Hugo's", text, debianHugo))
		}
	}
	check(config, lines.At("module", "hugoVersion", "min"), at(values, []string{"module", "hugoVersion", "min"}))
	for _, theme := range d.Sub("themes").Dirs() {
		name := path.Join("themes", theme, "theme.toml")
		var t struct {
			Min any `toml:"min_version"`
		}
		if !d.Has(name) {
			continue
		}
		if lines, err := manifest.TOML(d, name, &t); err == nil {
			text, _ := t.Min.(string)
			check(name, lines.At("min_version"), text)
		}
	}
	if d.Has("netlify.toml") {
		var n struct {
			Build struct {
				Environment map[string]any `toml:"environment"`
			} `toml:"build"`
		}
		if lines, err := manifest.TOML(d, "netlify.toml", &n); err == nil {
			text, _ := n.Build.Environment["HUGO_VERSION"].(string)
			check("netlify.toml", lines.At("build", "environment", "HUGO_VERSION"), text)
		}
	}
	return out
}
