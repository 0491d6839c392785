package evidence

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// images tells which backing service an image is, by the last element of its
// name. A variant holds more than the plain service: extensions that the
// program's schema may need.
var images = map[string]struct {
	need    string
	variant bool // one that the catalogue may have by this name
}{
	"postgres": {"postgres", false}, "postgresql": {"postgres", false}, "postgis": {"postgres", true}, "pgvector": {"postgres", true},
	"timescaledb": {"postgres", true}, "timescaledb-ha": {"postgres", true}, "mysql": {"mysql", false}, "mysql-server": {"mysql", false}, "mariadb": {"mariadb", false},
	"redis": {"redis", false}, "redis-stack": {"redis", true}, "redis-stack-server": {"redis", true}, "valkey": {"valkey", false},
	"mongo": {"mongo", false}, "mongodb": {"mongo", false}, "mongodb-community-server": {"mongo", false}, "rabbitmq": {"rabbitmq", false}, "kafka": {"kafka", false}, "cp-kafka": {"kafka", false},
	"nats": {"nats", false}, "memcached": {"memcached", false}, "elasticsearch": {"elasticsearch", false}, "opensearch": {"opensearch", false},
	"clickhouse": {"clickhouse", false}, "clickhouse-server": {"clickhouse", false}, "neo4j": {"neo4j", false}, "meilisearch": {"meilisearch", false},
	"minio": {"minio", false}, "seaweedfs": {"minio", false}, "mailpit": {"mailpit", false}, "mailhog": {"mailpit", false}, "mailcatcher": {"mailpit", false}, "azure-sql-edge": {"sqlserver", false},
}

// variants are those of the images that the catalogue has.
var variants = []string{"postgis", "pgvector"}

// twins are pairs of services that speak one protocol, so that a client library
// does not tell which of them it talks to.
var twins = map[string]string{"mysql": "mariadb", "mariadb": "mysql", "redis": "valkey", "valkey": "redis", "elasticsearch": "opensearch", "opensearch": "elasticsearch"}

// running is a backing service that a file of the project runs.
type running struct {
	name    string // in that file: its host name
	need    string // as the catalogue has it
	kind    string // of a variant: the name of its image
	image   string
	variant bool
	version safe.Version
	why     detect.Note
}

var (
	imageRE = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^([a-zA-Z0-9./_:-]*?)([a-z0-9._-]+)(?::([A-Za-z0-9._-]+))?(?:@sha256:[0-9a-f]+)?$`)
	})
	defaultRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\$\{[A-Za-z_][A-Za-z0-9_]*:?-([^}]*)\}`) })
	numberRE  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:pg|v|latest-pg)?([0-9]+(?:\.[0-9]+)*)`) })
)

// backingOf tells which service an image is, and in which version.
func backingOf(image string) (running, bool) {
	image = defaultRE().ReplaceAllString(image, "$1")
	m := imageRE().FindStringSubmatch(image)
	if m == nil {
		return running{}, false
	}
	known, ok := images[m[2]]
	if m[2] == "server" && strings.HasSuffix(m[1], "mssql/") {
		known.need, ok = "sqlserver", true
	}
	if !ok {
		return running{}, false
	}
	r := running{need: known.need, image: image, variant: known.variant}
	if known.variant {
		r.kind = m[2]
	}
	switch m[2] {
	case "cp-kafka", "minio", "mailhog", "mailcatcher", "azure-sql-edge":
		return r, true // they count their own releases
	}
	if v := numberRE().FindStringSubmatch(m[3]); v != nil {
		// A name such as 2.17.2-pg16 has the server's version at its end.
		if _, pg, ok := strings.Cut(m[3], "-pg"); ok && known.variant {
			v = numberRE().FindStringSubmatch(pg)
		}
		if v != nil {
			r.version, _ = safe.NewVersion(v[1])
		}
	}
	return r, true
}

// take lets the service's needs follow what the project runs: which of two that
// speak one protocol, and in which version.
func take(s *detect.Service, all []running) {
	for i := range s.Needs {
		n := &s.Needs[i]
		at := slices.IndexFunc(all, func(r running) bool { return r.need == n.Name })
		if at < 0 && !slices.ContainsFunc(s.Needs, func(o detect.Need) bool { return o.Name == twins[n.Name] }) {
			if at = slices.IndexFunc(all, func(r running) bool { return r.need == twins[n.Name] }); at >= 0 {
				n.As = all[at].need
				n.Why = append(n.Why, all[at].why)
			}
		}
		if at < 0 {
			continue
		}
		r := all[at]
		if !r.version.IsZero() && n.Version.Source < detect.Detected {
			n.Version = detect.Found(r.version, r.why)
		}
		if slices.Contains(variants, r.kind) {
			n.Variant = r.kind
			continue
		}
		if r.variant && !slices.ContainsFunc(s.Notes, func(o detect.Note) bool { return o.Path == r.why.Path && o.Line == r.why.Line }) {
			note := r.why
			note.Text = "the project runs " + r.image + ", which is more than plain " + r.need + ": put that image into compose.yaml if the program needs what it adds"
			s.Notes = append(s.Notes, note)
		}
	}
}

func index(i int) string { return strconv.Itoa(i) }

// Backing tells which backing service an image is, by the catalogue's name.
func Backing(image string) (need string, ok bool) {
	r, ok := backingOf(image)
	return r.need, ok
}

// Twin is the other service of the same protocol, "" where there is none.
func Twin(need string) string { return twins[need] }
