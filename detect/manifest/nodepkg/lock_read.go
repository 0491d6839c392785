package nodepkg

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

func readLock(d *detect.Dir, name, manager string) (*Lock, error) {
	l := &Lock{Name: name, Dir: d, Manager: manager, packages: map[string][]string{}, scripts: map[string]bool{}, addons: map[string]addon{}, engines: map[string]string{}, asked: map[string]map[string]string{}, wanted: map[string]bool{}}
	var err error
	switch name {
	case "package-lock.json", "npm-shrinkwrap.json":
		err = l.readNPM()
	case "pnpm-lock.yaml":
		err = l.readPnpm()
	case "yarn.lock":
		err = l.readYarn()
	case "bun.lock":
		err = l.readBun()
	default:
		l.Opaque = true
	}
	return l, err
}

// npmPackage is one entry of npm's lock (https://docs.npmjs.com/cli/configuring-npm/package-lock-json).
type npmPackage struct {
	Name                 string          `json:"name"`
	Version              string          `json:"version"`
	Resolved             string          `json:"resolved"`
	Link                 bool            `json:"link"`
	HasInstallScript     bool            `json:"hasInstallScript"`
	Optional             bool            `json:"optional"`
	Engines              json.RawMessage `json:"engines"` // a list in old packages
	Dependencies         json.RawMessage `json:"dependencies"`
	DevDependencies      map[string]string
	OptionalDependencies map[string]string
	PeerDependencies     json.RawMessage `json:"peerDependencies"`
}

func (l *Lock) readNPM() error {
	var file struct {
		LockfileVersion int                   `json:"lockfileVersion"`
		Packages        map[string]npmPackage `json:"packages"`
		Dependencies    map[string]npmPackage `json:"dependencies"` // all there is in version 1
	}
	if err := manifest.JSONLock(l.Dir, l.Name, &file, false); err != nil {
		return err
	}
	if file.LockfileVersion > 0 {
		l.Format = string(rune('0' + file.LockfileVersion%10))
	}
	if file.Packages == nil {
		root := map[string]string{}
		for name, p := range file.Dependencies {
			l.addNPM(name, p)
			root[name] = "*" // version 1 does not keep what was asked for
		}
		l.asked[""] = root
		return nil
	}
	l.saysRuns = true
	workspace := false
	for at, p := range file.Packages {
		i := strings.LastIndex(at, "node_modules/")
		if i < 0 {
			deps := texts(p.Dependencies)
			for _, more := range []map[string]string{p.DevDependencies, p.OptionalDependencies} {
				for n, s := range more {
					deps[n] = s
				}
			}
			l.asked[at] = deps
			continue
		}
		name := at[i+len("node_modules/"):]
		if p.Name != "" {
			name = p.Name // an alias: npm:other@1
		}
		if p.Link {
			workspace = true
			continue
		}
		l.addNPM(name, p)
	}
	for at, p := range file.Packages {
		if !workspace || !strings.Contains(at, "node_modules/") {
			continue // nobody asks
		}
		for dep := range keys(p.Dependencies) {
			l.wanted[dep] = true
		}
		for dep := range keys(p.PeerDependencies) {
			l.wanted[dep] = true
		}
	}
	return nil
}

func (l *Lock) addNPM(name string, p npmPackage) {
	l.add(name, p.Version)
	if p.HasInstallScript && !p.Optional {
		l.scripts[name] = true
		for dep := range keys(p.Dependencies) {
			l.needs(name, dep)
		}
	}
	if node := texts(p.Engines)["node"]; node != "" {
		l.engines[name+"@"+p.Version] = node
	}
	if strings.HasPrefix(p.Resolved, "git") || strings.HasPrefix(p.Version, "git") {
		l.git = append(l.git, name)
	}
}

// readYarn reads both forms: Yarn 1 has its own, later ones write YAML; their
// skeleton is the same, an entry's names at the start of a line, its fields below.
// The section "__metadata" tells them apart.
func (l *Lock) readYarn() error {
	data, err := l.Dir.ReadLock(l.Name)
	if err != nil {
		return err
	}
	l.Format, l.pairs = "1", map[string]bool{}
	var names []string
	var field string
	meta := false
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\n")
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "" || strings.HasPrefix(trimmed, "#"):
		case line[0] != ' ':
			names, field = names[:0], ""
			if meta = strings.HasPrefix(line, "__metadata:"); meta {
				l.Berry = true
				continue
			}
			for _, descriptor := range strings.Split(strings.ReplaceAll(strings.TrimSuffix(trimmed, ":"), `"`, ""), ", ") {
				l.pairs[descriptor] = true
				name, spec := splitDescriptor(descriptor)
				if strings.HasPrefix(spec, "git") || strings.Contains(spec, ".git#") || strings.HasPrefix(spec, "github:") {
					l.git = append(l.git, name)
				}
				names = append(names, name)
				l.pairs[name] = true
			}
		case strings.HasPrefix(line, "    ") && field == "dependencies":
			dep, _, _ := strings.Cut(trimmed, " ")
			for _, n := range names {
				l.needs(n, strings.Trim(dep, `":`))
			}
		case strings.HasSuffix(line, ":") && !strings.HasPrefix(line, "    "):
			field = strings.TrimSuffix(trimmed, ":")
		case strings.HasPrefix(line, "  version") && line[2] != ' ':
			v := strings.Trim(strings.TrimLeft(strings.TrimPrefix(trimmed, "version"), ": "), `"`)
			if meta {
				l.Format = v
				continue
			}
			for _, n := range names {
				l.add(n, v)
			}
		}
	}
	return nil
}

// splitDescriptor splits "@scope/name@npm:^1.2.3" at its second "@".
func splitDescriptor(s string) (name, spec string) {
	if s == "" {
		return "", ""
	}
	if i := strings.IndexByte(s[1:], '@'); i >= 0 {
		return s[:i+1], s[i+2:]
	}
	return s, ""
}

func (l *Lock) readBun() error {
	var file struct {
		LockfileVersion int `json:"lockfileVersion"`
		Workspaces      map[string]struct {
			Dependencies, DevDependencies, OptionalDependencies map[string]string
		} `json:"workspaces"`
		Packages map[string]json.RawMessage `json:"packages"`
	}
	if err := manifest.JSONLock(l.Dir, l.Name, &file, true); err != nil {
		return err
	}
	l.Format = string(rune('0' + file.LockfileVersion%10))
	for at, w := range file.Workspaces {
		asked := map[string]string{}
		for _, field := range []map[string]string{w.Dependencies, w.DevDependencies, w.OptionalDependencies} {
			for n, s := range field {
				asked[n] = s
			}
		}
		l.asked[at] = asked
	}
	for _, raw := range file.Packages {
		var entry []json.RawMessage
		var id string
		if json.Unmarshal(raw, &entry) != nil || len(entry) == 0 || json.Unmarshal(entry[0], &id) != nil {
			continue
		}
		name, version := splitDescriptor(id)
		l.add(name, version)
		var meta struct{ Dependencies map[string]string }
		if len(entry) > 2 && json.Unmarshal(entry[2], &meta) == nil {
			for dep := range meta.Dependencies {
				l.needs(name, dep)
			}
		}
		if strings.HasPrefix(version, "git") {
			l.git = append(l.git, name)
		}
	}
	return nil
}

// plainRange reports whether the range is one that a registry answers, and not a
// path, an address, a tag of a workspace or an alias, which locks word in their own way.
func plainRange(spec string) bool {
	return !strings.ContainsAny(spec, ":/") && spec != ""
}

// satisfies reports whether a locked version of the package is within the range;
// true where one of the two can't be compared.
func (l *Lock) satisfies(name, spec string) bool {
	c, err := semver.NewConstraint(spec)
	if err != nil {
		return true
	}
	versions := l.packages[name]
	return len(versions) == 0 || slices.ContainsFunc(versions, func(v string) bool {
		sv, err := semver.NewVersion(v)
		return err != nil || c.Check(sv) || sv.Prerelease() != ""
	})
}
