package golang

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// isConfigFlag reports whether a flag is called after the configuration's file.
func isConfigFlag(name string) bool {
	return slices.Contains([]string{"config", "conf", "cfg", "config-file", "configfile", "config_file", "config-path", "settings"}, strings.ToLower(name))
}

// ofOthers are words of sections that tell of other services' ports, or of ports beside
// the service's.
var ofOthers = []string{
	"db", "database", "databases", "datasource", "mysql", "mariadb", "postgres", "postgresql", "pgsql", "mongo", "mongodb", "redis", "cache", "queue", "rabbitmq", "amqp", "kafka", "nats",
	"smtp", "mail", "email", "elastic", "elasticsearch", "etcd", "consul", "jaeger", "metrics", "prometheus", "pprof", "grpc", "proxy", "ldap", "ssh",
}

// flagFilePort is the one port in the configuration that the program reads by the
// default of a flag.
func (e *eval) flagFilePort() (int, detect.Note) {
	for _, d := range e.flags {
		if d.dflt == nil || !isConfigFlag(d.name) {
			continue
		}
		p, ok := e.localPath(d.dflt, d.at)
		full := path.Join(e.w.main.dir, p)
		if !ok || !e.w.top.Has(full) {
			continue
		}
		tree, lines, err := e.settingsIn(full)
		if err != nil {
			continue // the program's own business: it may be a template
		}
		found := portsIn(tree, nil, 0)
		if len(found) != 1 {
			continue
		}
		return found[0].n, e.w.top.Note(full, lines.At(found[0].keys...), "%s: %d", strings.Join(found[0].keys, "."), found[0].n)
	}
	return 0, detect.Note{}
}

// settingsIn reads a file of settings.
func (e *eval) settingsIn(full string) (tree map[string]any, lines manifest.Lines, err error) {
	tree = map[string]any{}
	switch path.Ext(full) {
	case ".yaml", ".yml":
		lines, err = manifest.YAML(e.w.top, full, &tree)
	case ".json":
		lines, err = manifest.JSON(e.w.top, full, &tree)
	case ".toml":
		lines, err = manifest.TOML(e.w.top, full, &tree)
	}
	return tree, lines, err
}

// settingsFiles are the folders of data that a file of settings names, which lie where the
// program is run: "db/migrations", and db where "db/db_" is only how a name begins.
func (e *eval) settingsFiles(p string) map[string]detect.Note {
	full := path.Join(e.w.main.dir, p)
	tree, lines, err := e.settingsIn(full)
	if err != nil {
		return nil
	}
	out := map[string]detect.Note{}
	var walk func(v any, keys []string)
	walk = func(v any, keys []string) {
		switch v := v.(type) {
		case map[string]any:
			for key, inner := range manifest.Sorted(v) {
				if len(keys) < 8 {
					walk(inner, append(slices.Clone(keys), key))
				}
			}
		case string:
			dir := path.Clean(v)
			if !strings.Contains(v, "/") || len(v) > 200 || path.IsAbs(dir) || strings.HasPrefix(dir, "..") || safe.FileName(dir) != nil || detect.IsSecretFile(dir) {
				return
			}
			if !e.w.top.HasDir(path.Join(e.w.main.dir, dir)) {
				dir = path.Dir(dir)
			}
			at := path.Join(e.w.main.dir, dir)
			if dir == "." || !e.w.top.HasDir(at) || !e.holdsData(at) {
				return
			}
			out[dir] = e.w.top.Note(full, lines.At(keys...), "%s names %s, which is read at run time", strings.Join(keys, "."), dir)
		}
	}
	walk(tree, nil)
	return out
}

// keyed is a number and the keys that lead to it.
type keyed struct {
	keys []string
	n    int
}

// portsIn are the values of keys called port, but for other services'.
func portsIn(tree map[string]any, above []string, depth int) []keyed {
	var out []keyed
	for key, v := range manifest.Sorted(tree) {
		keys := append(slices.Clone(above), key)
		if slices.Contains(ofOthers, strings.ToLower(key)) || depth > 8 {
			continue
		}
		switch v := v.(type) {
		case map[string]any:
			out = append(out, portsIn(v, keys, depth+1)...)
		case int, int64, uint64, string:
			if n, err := strconv.Atoi(fmt.Sprint(v)); err == nil && strings.EqualFold(key, "port") && portOf(n) != 0 {
				out = append(out, keyed{keys, n})
			}
		}
	}
	return out
}
