package static

import (
	"bufio"
	"bytes"
	"cmp"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/detect/manifest/site"
	"dockgen/internal/safe"
)

// generator makes a site out of sources. A row of the table says how it is told from
// others, how it gets into the build, and how it is called.
type generator struct {
	name    string
	configs []string // that no other tool has
	shared  []string // that other tools have too: one of folders must stand beside
	folders []string // of the generator's sources
	// key and not are keys of a shared configuration: one that it must have, one that it
	// must not have.
	key, not string

	deb  safe.Package // Debian's package that has it; not set: it is no such
	tool string       // the catalogue's tool whose image has it
	pip  []string     // packages of Python's that have it, for a project that lists none

	output  string   // where it writes, unless the configuration says otherwise
	outKey  []string // of the configuration that says otherwise
	command []string // that builds the site for production; {dir} is the configuration's folder, {out} where it writes
	cache   safe.EnvName
	gitKey  string       // of the configuration that asks for git's history
	gitOff  safe.EnvName // switches that off
	ignore  []safe.Pattern
}

// generators are the ones that bring their own way to build: those of a language's
// package manager are that language's.
func generators() []generator {
	return []generator{
		// https://www.getzola.org/documentation/getting-started/configuration
		{
			name: "Zola", shared: []string{"config.toml", "zola.toml"}, folders: []string{"content", "templates", "themes", "sass"}, key: "base_url",
			tool: "zola", output: "public", outKey: []string{"output_dir"}, command: []string{"zola", "build", "--force"},
			ignore: []safe.Pattern{safe.PatternOf("public")},
		},
		// https://gohugo.io/configuration/introduction and https://gohugo.io/commands/hugo
		{
			name: "Hugo", configs: []string{"hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config/_default/hugo.toml", "config/_default/hugo.yaml", "config/_default/config.toml", "config/_default/config.yaml", "config/_default/config.yml"},
			shared: []string{"config.toml", "config.yaml", "config.yml", "config.json"}, folders: []string{"archetypes", "content", "themes"}, not: "base_url",
			deb: safe.PackageOf("hugo"), output: "public", outKey: []string{"publishDir"}, command: []string{"hugo", "--gc", "--minify"},
			cache: safe.EnvNameOf("HUGO_CACHEDIR"), gitKey: "enableGitInfo", gitOff: safe.EnvNameOf("HUGO_ENABLEGITINFO"),
			ignore: []safe.Pattern{safe.PatternOf(".hugo_build.lock"), safe.PatternOf("public"), safe.PatternOf("resources/_gen")},
		},
		// https://rust-lang.github.io/mdBook/format/configuration/general.html
		{
			name: "mdBook", configs: []string{"book.toml"}, deb: safe.PackageOf("mdbook"), output: "book", outKey: []string{"build", "build-dir"},
			command: []string{"mdbook", "build"}, ignore: []safe.Pattern{safe.PatternOf("book")},
		},
		// https://www.mkdocs.org/user-guide/configuration
		{
			name: "MkDocs", configs: []string{"mkdocs.yml", "mkdocs.yaml"}, pip: []string{"mkdocs"}, output: "site", outKey: []string{"site_dir"},
			command: []string{"mkdocs", "build"}, ignore: []safe.Pattern{safe.PatternOf("site")},
		},
		// https://docs.getpelican.com/en/latest/publish.html
		{
			name: "Pelican", configs: []string{"pelicanconf.py"}, pip: []string{"pelican[markdown]"}, output: "output",
			command: []string{"pelican", "content", "--settings", "{settings}", "--output", "{out}"}, ignore: []safe.Pattern{safe.PatternOf("output")},
		},
		// https://www.sphinx-doc.org/en/master/man/sphinx-build.html
		{
			name: "Sphinx", configs: []string{"conf.py", "source/conf.py", "docs/conf.py", "docs/source/conf.py", "doc/conf.py", "doc/source/conf.py"}, pip: []string{"sphinx"}, output: "_build/html",
			command: []string{"sphinx-build", "-b", "{builder}", "{dir}", "{out}"}, ignore: []safe.Pattern{safe.PatternOf("_build")},
		},
	}
}

// Build is how a generator makes the site.
type Build struct {
	Tool    string       // a generator's name
	Image   string       // the runtime whose image the stage begins with: "debian", "python", "node"
	Package safe.Package // of Debian's; not set: it comes otherwise
	Copied  string       // the catalogue's tool whose program is copied; "" for none
	// Install installs the packages of Python's that Inputs list.
	Install safe.Argv
	Inputs  []safe.RelPath
	Cargo   safe.Argv        // installs the generator, where Debian's is too old
	Node    *nodepkg.Install // packages that the generator's own pipes call; nil for none
	Command safe.Argv
	Cache   safe.EnvName
	Unset   safe.EnvName // a variable that the build sets to false; may be empty
}

// generatorConfigs are the names of all configurations, for Markers, and of the files
// that stand beside one in a folder further down.
func generatorConfigs() []string {
	out := []string{".gitmodules", ".readthedocs.yaml", ".readthedocs.yml", "requirements.txt"}
	for _, g := range generators() {
		for _, name := range append(g.configs, g.shared...) {
			if !strings.Contains(name, "/") {
				out = append(out, name)
			}
		}
	}
	return out
}

// generated describes the site that a generator makes of the folder; nil where
// it holds no generator's sources.
func generated(d *detect.Dir) (*detect.Service, error) {
	if parts := strings.Split(d.Path(), "/"); slices.Contains(parts, "themes") || slices.Contains(parts, "config") {
		return nil, nil // a theme brings a site of its own that shows it
	}
	for _, g := range generators() {
		config := d.First(g.configs...)
		if config == "" && slices.ContainsFunc(g.folders, d.HasDir) {
			config = d.First(g.shared...)
		}
		if g.name == "Sphinx" {
			config = cmp.Or(sphinxConfig(d), config)
		}
		if config == "" || g.name == "Sphinx" && !sphinx(d, config) {
			continue
		}
		values, lines, err := values(d, config)
		if err != nil {
			return nil, err
		}
		if shared := slices.Contains(g.shared, config); shared && (g.key != "" && !lines.Has(g.key) || g.not != "" && lines.Has(g.not)) {
			continue
		}
		if beside := manifestBeside(d); beside != "" && len(g.pip) > 0 || beside == "Cargo.toml" && !onlyWorkspace(d) {
			return nil, detect.NotService("the documents of the project beside them (%s): run dockgen in a folder that holds the site alone to take them", beside)
		}
		return g.service(d, config, values, lines)
	}
	return nil, nil
}

// values reads a configuration that is a document; one that is a program says nothing.
func values(d *detect.Dir, config string) (map[string]any, manifest.Lines, error) {
	out := map[string]any{}
	read := manifest.TOML
	switch path.Ext(config) {
	case ".yaml", ".yml":
		read = manifest.YAML
	case ".json":
		read = manifest.JSON
	case ".py":
		return out, manifest.Lines{}, nil
	}
	lines, err := read(d, config, &out)
	return out, lines, err
}

// at is the text under a path of keys.
func at(values map[string]any, keys []string) string {
	for i, key := range keys {
		if i == len(keys)-1 {
			text, _ := values[key].(string)
			return text
		}
		values, _ = values[key].(map[string]any)
	}
	return ""
}

func (g generator) service(d *detect.Dir, config string, values map[string]any, lines manifest.Lines) (*detect.Service, error) {
	s := &detect.Service{
		Kind:      detect.Static,
		Framework: detect.Found(g.name, d.Note(config, 0, "configuration of %s", g.name)),
		Port:      serverPort(),
		Context:   detect.Context{Ignore: g.ignore, Keep: []safe.RelPath{safe.RelPathOf(config)}},
	}
	output := g.output
	if out := at(values, g.outKey); out != "" {
		output = out
		s.Notes = append(s.Notes, d.Note(config, lines.At(g.outKey...), "%s: the build writes to %s", strings.Join(g.outKey, "."), out))
	}
	out, err := safe.NewRelPath(output)
	if err != nil {
		return nil, d.Errorf(config, lines.At(g.outKey...), "%s: %w", strings.Join(g.outKey, "."), err)
	}
	files := site.Of(d, out)
	files.NotFound = safe.RelPathOf("404.html") // which every theme makes
	words := slices.Clone(g.command)
	settings := d.First("publishconf.py", config)
	builder, asked := sphinxBuilder(d)
	for i, w := range words {
		words[i] = strings.NewReplacer("{dir}", path.Dir(config), "{out}", out.String(), "{settings}", settings, "{builder}", builder).Replace(w)
	}
	b := &Build{Tool: g.name, Image: "debian", Package: g.deb, Copied: g.tool, Cache: g.cache}
	if b.Command, err = safe.NewArgv(words...); err != nil {
		return nil, d.Errorf(config, 0, "the command that builds: %w", err)
	}
	s.Build = detect.Found(b.Command, d.Note(config, 0, "how %s builds for production", g.name))
	if g.name == "Sphinx" && asked.Path != "" {
		s.Build.Why = append(s.Build.Why, asked)
	}
	if on, _ := values[g.gitKey].(bool); on {
		b.Unset = g.gitOff
		s.Notes = append(s.Notes, d.Note(config, lines.At(g.gitKey), "%s is switched off in the image: the history stays out of the build context", g.gitKey))
	}
	runtime := detect.Runtime{Name: b.Image}
	switch {
	case len(g.pip) > 0:
		runtime, err = g.python(d, s, b, config, values)
	case d.Has("package.json"):
		runtime, err = g.node(d, s, b)
	}
	if err != nil {
		return nil, err
	}
	if g.name == "mdBook" {
		s.Notes = append(s.Notes, bookPrograms(d, config, values, lines)...)
		runtime = newerBook(d, s, b, runtime)
	}
	if g.name == "Hugo" {
		s.Notes = append(s.Notes, newerHugo(d, config, values, lines)...)
	}
	b.Image, s.Runtimes = runtime.Name, []detect.Runtime{runtime}
	s.Facts = &Facts{Site: files, Build: b}
	notes, err := emptySubmodules(d)
	s.Notes = append(s.Notes, notes...)
	return s, err
}

// manifestBeside is the manifest of a program or a library in the folder, "" for none:
// its documents are not what it deploys.
func manifestBeside(d *detect.Dir) string {
	if name := d.First("setup.py", "setup.cfg", "go.mod", "Cargo.toml", "pom.xml", "build.gradle", "build.gradle.kts", "composer.json", "mix.exs", "CMakeLists.txt"); name != "" {
		return name
	}
	var py struct {
		Build map[string]any `toml:"build-system"`
	}
	if d.Has("pyproject.toml") {
		if _, err := manifest.TOML(d, "pyproject.toml", &py); err == nil && py.Build != nil {
			return "pyproject.toml"
		}
	}
	return ""
}

// onlyWorkspace reports whether Cargo.toml holds no package of its own: the crates of a
// book's examples and tools are tied together so, and the book is what the folder is for.
func onlyWorkspace(d *detect.Dir) bool {
	var cargo struct {
		Package   map[string]any `toml:"package"`
		Workspace map[string]any `toml:"workspace"`
	}
	_, err := manifest.TOML(d, "Cargo.toml", &cargo)
	return err == nil && cargo.Package == nil && cargo.Workspace != nil && d.Has("src/SUMMARY.md")
}

// emptySubmodules notes the git submodules that are not checked out: a theme that
// is missing gives a site without pages, and no error.
func emptySubmodules(d *detect.Dir) ([]detect.Note, error) {
	if !d.Has(".gitmodules") {
		return nil, nil
	}
	data, err := d.Read(".gitmodules")
	if err != nil {
		return nil, err
	}
	var notes []detect.Note
	sc := bufio.NewScanner(bytes.NewReader(data))
	for line := 1; sc.Scan(); line++ {
		key, value, _ := strings.Cut(sc.Text(), "=")
		if strings.TrimSpace(key) != "path" {
			continue
		}
		sub := d.Sub(strings.TrimSpace(value))
		if len(sub.Names("*")) == 0 && len(sub.Dirs()) == 0 {
			notes = append(notes, d.Note(".gitmodules", line, "the submodule %s is empty: run git submodule update --init before the build", strings.TrimSpace(value)))
		}
	}
	return notes, sc.Err()
}
