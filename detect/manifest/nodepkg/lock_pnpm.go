package nodepkg

import (
	"strings"

	"dockgen/detect/manifest"
)

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
