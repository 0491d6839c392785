package rust

import (
	"maps"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// lock is a Cargo.lock: who needs whom.
type lock struct {
	present bool
	byName  map[string][]lockPackage
}

type lockPackage struct {
	Name    string   `toml:"name"`
	Version string   `toml:"version"`
	Source  string   `toml:"source"`
	Deps    []string `toml:"dependencies"`
}

// readLock reads the workspace's lock file, once for all its members.
func readLock(d *detect.Dir) (*lock, error) {
	return detect.Once(d, "rust lock:"+d.Path(), func() (*lock, error) {
		l := &lock{byName: map[string][]lockPackage{}}
		if !d.Has("Cargo.lock") {
			return l, nil
		}
		var file struct {
			Package []lockPackage `toml:"package"`
		}
		if err := manifest.TOMLLock(d, "Cargo.lock", &file); err != nil {
			return nil, err
		}
		l.present = true
		for _, p := range file.Package {
			l.byName[p.Name] = append(l.byName[p.Name], p)
		}
		return l, nil
	})
}

// crates is the set of packages that the program is made of, by name, with the
// version of each: what the local packages ask for, and what follows from it. Without
// a lock it is what the manifests name.
func (l *lock) crates(locals []*pkg) map[string]string {
	out := map[string]string{}
	off := offCrates(locals)
	var take func(name, version string)
	take = func(name, version string) {
		for _, p := range l.byName[name] {
			if version != "" && p.Version != version {
				continue
			}
			key := name
			if had, ok := out[key]; ok && (had == p.Version || out[key+" "+p.Version] != "") {
				continue
			}
			out[key] = p.Version
			out[key+" "+p.Version] = p.Version
			for _, dep := range p.Deps {
				name, rest, _ := strings.Cut(dep, " ")
				version, _, _ := strings.Cut(rest, " ")
				if !off[name] {
					take(name, version)
				}
			}
		}
	}
	for _, p := range locals {
		for _, d := range p.deps {
			if d.optional && !p.on[d.key] {
				continue
			}
			if d.path == "" && l.present {
				take(d.name, "")
			}
			if _, ok := out[d.name]; !ok {
				out[d.name] = ""
			}
		}
	}
	return out
}

// offCrates are crates that come in only by features which are off: the lock file
// has what any choice of features needs. With openssl = ["actix-web/openssl"] off,
// the dependency of actix-web on openssl is none.
func offCrates(locals []*pkg) map[string]bool {
	off, on := map[string]bool{}, map[string]bool{}
	for _, p := range locals {
		for name, list := range p.toml.Features {
			for _, item := range list {
				if _, feature, ok := strings.Cut(item, "/"); ok && !p.on[name] {
					off[feature] = true
				}
			}
		}
		for _, d := range p.deps {
			if d.optional && !p.on[d.key] {
				continue
			}
			on[d.name] = true
			for _, f := range d.features {
				on[f] = true
			}
		}
	}
	out := map[string]bool{}
	for feature := range off {
		if on[feature] {
			continue
		}
		crates := []string{feature}
		switch feature {
		case "sqlite":
			crates = []string{"libsqlite3-sys", "sqlx-sqlite"}
		case "postgres":
			crates = []string{"pq-sys", "sqlx-postgres"}
		case "mysql":
			crates = []string{"mysqlclient-sys", "sqlx-mysql"}
		case "default-tls", "native-tls":
			crates = []string{"native-tls", "tokio-native-tls", "hyper-tls"}
		}
		for _, c := range crates {
			if !on[c] {
				out[c] = true
			}
		}
	}
	return out
}

// git reports whether anything in the lock comes from a repository, and the
// first such source.
func (l *lock) git() string {
	for _, name := range slices.Sorted(maps.Keys(l.byName)) {
		for _, p := range l.byName[name] {
			if strings.HasPrefix(p.Source, "git+") {
				return p.Source
			}
		}
	}
	return ""
}
