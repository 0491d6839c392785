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
	l := &Lock{Name: name, Dir: d, Manager: manager, packages: map[string][]string{}, scripts: map[string]bool{}, addons: map[string]addon{}, engines: map[string]string{}, asked: map[string]map[string]string{}}
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
		if !p.Link {
			l.addNPM(name, p)
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

func (l *Lock) readPnpm() error {
	var file struct {
		LockfileVersion string `yaml:"lockfileVersion"` // 5.4 is a number, '9.0' a text: YAML gives both as they stand
	}
	data, err := l.Dir.ReadLock(l.Name)
	if err != nil {
		return err
	}
	if err := manifest.YAMLSections(l.Dir, l.Name, &file, "lockfileVersion"); err != nil {
		return err
	}
	l.Format = file.LockfileVersion
	if strings.HasPrefix(l.Format, "5") {
		err = l.readPnpm5()
	} else {
		err = l.readPnpmImporters()
	}
	if err != nil {
		return err
	}
	l.readPnpmPackages(string(data))
	return nil
}

// pnpmDeps are the dependencies of one package. Version 6 wrote them at the top
// level where there was no workspace.
type pnpmDeps struct {
	Dependencies         map[string]pnpmDep `yaml:"dependencies"`
	DevDependencies      map[string]pnpmDep `yaml:"devDependencies"`
	OptionalDependencies map[string]pnpmDep `yaml:"optionalDependencies"`
}

type pnpmDep struct {
	Specifier string `yaml:"specifier"`
	Version   string `yaml:"version"`
}

func (l *Lock) readPnpmImporters() error {
	var file struct {
		Importers map[string]pnpmDeps `yaml:"importers"`
		pnpmDeps  `yaml:",inline"`
	}
	if err := manifest.YAMLSections(l.Dir, l.Name, &file, "importers", "dependencies", "devDependencies", "optionalDependencies"); err != nil {
		return err
	}
	if file.Importers == nil {
		file.Importers = map[string]pnpmDeps{".": file.pnpmDeps}
	}
	for at, deps := range file.Importers {
		asked := map[string]string{}
		for _, field := range []map[string]pnpmDep{deps.Dependencies, deps.DevDependencies, deps.OptionalDependencies} {
			for name, d := range field {
				asked[name] = d.Specifier
			}
		}
		l.asked[strings.TrimPrefix(strings.TrimPrefix(at, "./"), ".")] = asked
	}
	return nil
}

// readPnpm5 reads what was asked for in the locks of pnpm 3 to 7.
func (l *Lock) readPnpm5() error {
	type specifiers struct {
		Specifiers map[string]string `yaml:"specifiers"`
	}
	var file struct {
		Importers  map[string]specifiers `yaml:"importers"`
		specifiers `yaml:",inline"`
	}
	if err := manifest.YAMLSections(l.Dir, l.Name, &file, "importers", "specifiers"); err != nil {
		return err
	}
	if file.Importers == nil {
		file.Importers = map[string]specifiers{".": file.specifiers}
	}
	for at, s := range file.Importers {
		asked := s.Specifiers
		if asked == nil {
			asked = map[string]string{}
		}
		l.asked[strings.TrimPrefix(strings.TrimPrefix(at, "./"), ".")] = asked
	}
	return nil
}

// readPnpmPackages reads the keys of the sections "packages" and "snapshots" and
// the fields below them that say something about installing. The sections are most
// of a large file and are written by pnpm alone, two blanks a level, so their lines
// are read as such: a YAML parser takes a hundred times as long.
func (l *Lock) readPnpmPackages(data string) {
	in, snapshot := false, false
	var name, version, field string
	for line := range strings.Lines(data) {
		line = strings.TrimRight(line, "\n")
		switch indent := len(line) - len(strings.TrimLeft(line, " ")); {
		case line == "":
		case indent == 0:
			snapshot = line == "snapshots:"
			in = snapshot || line == "packages:"
		case !in:
		case indent == 2:
			key, _, _ := strings.Cut(strings.TrimSuffix(strings.TrimSpace(line), ":"), ": ")
			name, version = pnpmKey(strings.Trim(key, `'"`))
			if !snapshot {
				l.add(name, version)
			}
		case indent == 6 && field == "dependencies":
			dep, _, _ := strings.Cut(strings.TrimSpace(line), ":")
			l.needs(name, strings.Trim(dep, `'"`))
		case indent == 4:
			var value string
			field, value, _ = strings.Cut(strings.TrimSpace(line), ":")
			switch value = strings.TrimSpace(value); field {
			case "requiresBuild":
				l.scripts[name] = value == "true"
				l.saysRuns = true
			case "engines":
				if node := flowValue(value, "node"); node != "" {
					l.engines[name+"@"+version] = node
				}
			case "resolution":
				if strings.Contains(value, "type: git") || strings.Contains(value, "commit:") {
					l.git = append(l.git, name)
				}
			}
		}
	}
}

// pnpmKey splits "/@scope/name@1.2.3(peer@1)", "@scope/name@1.2.3" and the old
// "/@scope/name/1.2.3_peer".
func pnpmKey(key string) (name, version string) {
	old := strings.HasPrefix(key, "/")
	key = strings.TrimPrefix(key, "/")
	if i := strings.IndexByte(key, '('); i > 0 {
		key = key[:i]
	}
	if i := strings.LastIndexByte(key, '@'); i > 0 {
		return key[:i], key[i+1:]
	}
	if i := strings.LastIndexByte(key, '/'); old && i > 0 {
		version, _, _ := strings.Cut(key[i+1:], "_")
		return key[:i], version
	}
	return "", ""
}

// flowValue returns the value of a key in "{node: '>=18', npm: '>=9'}".
func flowValue(flow, key string) string {
	for part := range strings.SplitSeq(strings.Trim(flow, "{} "), ", ") {
		if k, v, ok := strings.Cut(part, ":"); ok && strings.TrimSpace(k) == key {
			return strings.Trim(strings.TrimSpace(v), `'"`)
		}
	}
	return ""
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
