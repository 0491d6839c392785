package elixir

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// useless are folders at the top that no build reads.
var useless = []string{"test", "tests", "bench", "benchmarks", "cover", "deps", "_build", "doc", "docs", "node_modules", "spec", "e2e", "k8s", "helm", "terraform", "scripts", "tmp", "log", "logs"}

// build says what is copied when.
func (a *application) build(s *detect.Service, m *Mix) error {
	within := func(name string) (safe.RelPath, error) {
		return safe.NewRelPath(path.Join(m.Dir.String(), name))
	}
	add := func(list *[]safe.RelPath, name string) error {
		at, err := within(name)
		if err != nil {
			return a.dir.Errorf(name, 0, "%w", err)
		}
		*list = append(*list, at)
		return nil
	}
	if m.First {
		s.Context.Keep = append(s.Context.Keep, m.Dir)
		return nil
	}
	for _, name := range []string{mixFile, "mix.lock"} {
		if a.dir.Has(name) {
			if err := add(&m.Manifests, name); err != nil {
				return err
			}
		}
	}
	for _, p := range a.members {
		if p.path == "" || p.path == "." {
			continue
		}
		if err := add(&m.Nested, path.Join(p.path, mixFile)); err != nil {
			return err
		}
	}
	runtime := []string{}
	for _, c := range a.configs {
		if c.runtime {
			runtime = append(runtime, c.name)
		} else if err := add(&m.Nested, c.name); err != nil {
			return err
		}
	}
	// Files that the configuration reads beside those that it imports.
	known := map[string]bool{}
	for _, c := range a.configs {
		known[c.name] = true
	}
	for _, name := range a.dir.Sub("config").Names("*.exs", "*.ex") {
		name = path.Join("config", name)
		switch base := strings.TrimSuffix(path.Base(name), path.Ext(name)); {
		case known[name], base == "dev", base == "test", base == "ci", strings.HasPrefix(base, "dev."), strings.HasPrefix(base, "test."), strings.Contains(base, "secret"):
		default:
			if err := add(&m.Nested, name); err != nil {
				return err
			}
		}
	}
	rel := a.releaseFolder()
	for _, name := range append(runtime, rel) {
		if name != "" && (a.dir.Has(name) || a.dir.HasDir(name)) {
			if err := add(&m.Late, name); err != nil {
				return err
			}
		}
	}
	if err := a.sourceFolders(m, rel, add); err != nil {
		return err
	}
	for _, list := range [][]safe.RelPath{m.Manifests, m.Nested, m.Sources, m.Late} {
		s.Context.Keep = append(s.Context.Keep, list...)
	}
	return nil
}

// releaseFolder is where the templates and overlays of releases stand; "" for none.
func (a *application) releaseFolder() string {
	if a.dir.HasDir("rel") {
		return "rel"
	}
	return ""
}

// sourceFolders finds what the compiler reads: the folders at the top that are not
// known to be something else. Many of them, or files that a source names, are copied
// as a whole.
func (a *application) sourceFolders(m *Mix, rel string, add func(*[]safe.RelPath, string) error) error {
	for _, name := range a.dir.Dirs() {
		switch {
		case strings.HasPrefix(name, "."), name == "config", name == rel, slices.Contains(useless, name):
			continue
		case name == "assets" && m.Install == nil && len(m.Assets) == 0:
			continue
		case a.isOtherProject(name):
			continue
		}
		if err := add(&m.Sources, name); err != nil {
			return err
		}
	}
	m.Whole = len(m.Sources) > 6
	for name := range a.named() {
		if !strings.Contains(name, "/") && a.dir.Has(name) && name != mixFile && name != "mix.lock" {
			if err := add(&m.Sources, name); err != nil {
				return err
			}
			s := m.Sources[len(m.Sources)-1]
			m.Sources = append([]safe.RelPath{s}, m.Sources[:len(m.Sources)-1]...)
		}
	}
	slices.SortFunc(m.Sources, func(x, y safe.RelPath) int { return strings.Compare(x.String(), y.String()) })
	return nil
}

// isOtherProject reports whether a folder at the top is a project of its own that this one
// does not depend on.
func (a *application) isOtherProject(name string) bool {
	for _, p := range a.members {
		if p.path == name || strings.HasPrefix(p.path, name+"/") {
			return false
		}
	}
	sub := a.dir.Sub(name)
	return name != "assets" && sub.First("package.json", mixFile, "go.mod", "Cargo.toml", "docker-compose.yml", "compose.yaml") != ""
}

// named are the constants in mix.exs, the configuration and the sources that could name a
// file at the top: README.md, VERSION.
func (a *application) named() map[string]bool { return a.strings }

// up is how many folders a path goes down, which is how often to go up from there.
func up(p string) int {
	if p == "." || p == "" {
		return 0
	}
	return strings.Count(p, "/") + 1
}
