package catalog

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dockgen/internal/safe"
)

func service(t testing.TB, name string) *Service {
	t.Helper()
	s, err := table(t).Service(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestServiceImage(t *testing.T) {
	tests := []struct{ why, service, version, ref, volume string }{
		{"the default", "postgres", "", "postgres:18-trixie", "/var/lib/postgresql"},
		{"a patch release belongs to its line", "postgres", "18.6", "postgres:18-trixie", "/var/lib/postgresql"},
		{"17 keeps its data one folder below", "postgres", "17", "postgres:17-trixie", "/var/lib/postgresql/data"},
		{"trixie came after its end", "postgres", "12.4", "postgres:12-bookworm", "/var/lib/postgresql/data"},
		{"a newer one is like 18", "postgres", "19", "postgres:19-trixie", "/var/lib/postgresql"},
		{"8 is the default, not the newest innovation", "mysql", "8", "mysql:8.4", "/var/lib/mysql"},
		{"a minor of a floating major", "redis", "8.2", "redis:8-alpine", "/data"},
		{"the newest of a major", "redis", "7", "redis:7.4-alpine", "/data"},
		{"full versions only", "kafka", "4.2", "apache/kafka:4.2.1", "/var/lib/kafka/data"},
		{"full versions only, above all known", "elasticsearch", "9.6.1", "elasticsearch:9.6.1", "/usr/share/elasticsearch/data"},
		{"nothing is kept", "memcached", "", "memcached:1.6-alpine", ""},
	}
	for _, tt := range tests {
		t.Run(tt.service+" "+tt.version+" "+tt.why, func(t *testing.T) {
			var v safe.Version
			if tt.version != "" {
				v = version(t, tt.version)
			}
			img, err := service(t, tt.service).Image(v)
			if err != nil {
				t.Fatal(err)
			}
			if img.Ref != tt.ref || img.Volume != tt.volume {
				t.Errorf("got %q with %q, want %q with %q", img.Ref, img.Volume, tt.ref, tt.volume)
			}
		})
	}
}

func TestServiceThatThereIsNot(t *testing.T) {
	if _, err := table(t).Service("db2"); err == nil || !strings.Contains(err.Error(), "postgres") {
		t.Errorf("unknown name: %v", err)
	}
	_, err := service(t, "postgres").Image(version(t, "9.6"))
	if err == nil || !strings.Contains(err.Error(), "12 to 18") || strings.Contains(err.Error(), "--lang-version") {
		t.Errorf("unknown version: %v", err)
	}
}

var (
	memoryRE = regexp.MustCompile(`^[1-9][0-9]*[mg]$`)
	envRE    = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]*$`)
	holeRE   = regexp.MustCompile(`\{[^}]*\}`)
)

func TestEveryService(t *testing.T) {
	c := table(t)
	names, err := c.Services()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			s := service(t, name)
			if _, err := safe.NewName(s.Name); err != nil {
				t.Error(err)
			}
			for _, l := range s.Lines() {
				img, err := s.Image(l.Version)
				if err != nil {
					t.Fatal(err)
				}
				if !refRE.MatchString(img.Ref) || strings.Contains(strings.Replace(img.Ref, l.Version.String()+"-latest", "", 1), "latest") || // Microsoft's name for a line
					strings.HasSuffix(img.Ref, "-") {
					t.Errorf("%s: image %q", l.Version, img.Ref)
				}
				if img.Unlisted || img.Version != l.Version {
					t.Errorf("%s: image of line %s, unlisted %v", l.Version, img.Version, img.Unlisted)
				}
				if img.Volume != "" && !strings.HasPrefix(img.Volume, "/") {
					t.Errorf("%s: volume %q", l.Version, img.Volume)
				}
			}
			if d, _ := s.lines.Line(s.Default().String()); !d.Supported(c.AsOf()) {
				t.Errorf("the default %s is past its end", s.Default())
			}
			if !memoryRE.MatchString(s.Memory) {
				t.Errorf("memory limit %q", s.Memory)
			}
			if s.User != "" && len(s.Capabilities) > 0 {
				t.Errorf("user %s needs no capabilities, got %v", s.User, s.Capabilities)
			}
			if len(s.Tmpfs) > 0 && !s.ReadOnly {
				t.Errorf("tmpfs %v on a writable root", s.Tmpfs)
			}
			if !slices.IsSorted(s.Tmpfs) || !slices.IsSorted(s.Capabilities) ||
				!slices.IsSortedFunc(s.Environment, func(a, b Env) int { return strings.Compare(a.Name, b.Name) }) {
				t.Error("lists are not sorted")
			}
			checkNames(t, s)
			checkHealth(t, s)
			for dialect, u := range s.urls {
				for _, hole := range holeRE.FindAllString(u, -1) {
					if !slices.Contains([]string{"{user}", "{password}", "{host}", "{port}", "{database}"}, hole) {
						t.Errorf("%s URL %q: unknown %s", dialect, u, hole)
					}
				}
				if !strings.Contains(u, "{host}") {
					t.Errorf("%s URL %q names no host", dialect, u)
				}
			}
			if s.URL("") == "" || s.URL("no such dialect") != s.URL("") {
				t.Error("no common URL")
			}
		})
	}
}

func checkNames(t *testing.T, s *Service) {
	t.Helper()
	var names []string
	for _, e := range s.Environment {
		names = append(names, e.Name)
		if strings.Contains(e.Name, "PASS") {
			t.Errorf("the fixed value of %s is a password", e.Name)
		}
	}
	for _, n := range []string{s.UserEnv, s.DatabaseEnv} {
		if n != "" {
			names = append(names, n)
		}
	}
	for _, secret := range s.Secrets {
		names = append(names, secret.Env)
		if secret.FileEnv != "" && secret.FileEnv != secret.Env+"_FILE" {
			t.Errorf("%s has the file variable %s", secret.Env, secret.FileEnv)
		}
	}
	seen := map[string]bool{}
	for _, n := range names {
		if !envRE.MatchString(n) || seen[n] {
			t.Errorf("variable %q is malformed or there twice", n)
		}
		seen[n] = true
	}
	if s.UserEnv != "" && len(s.Secrets) == 0 {
		t.Errorf("%s without a password", s.UserEnv)
	}
}

func checkHealth(t *testing.T, s *Service) {
	t.Helper()
	h := s.Health
	if len(h.Test) < 2 || h.Test[0] != "CMD" && h.Test[0] != "CMD-SHELL" || h.Test[0] == "CMD-SHELL" && len(h.Test) != 2 {
		t.Fatalf("health check %q", h.Test)
	}
	line := strings.Join(h.Test, " ")
	if h.Test[0] == "CMD" && strings.Contains(line, "$") {
		t.Errorf("no shell expands %q", line)
	}
	if strings.Contains(line, "$$") {
		t.Errorf("%q is doubled already", line)
	}
	// What a shell hands to a program in its environment is not in the list of processes.
	line = regexp.MustCompile(`\b[A-Z]+="\$[A-Z_]+" `).ReplaceAllString(line, "")
	for _, secret := range s.Secrets {
		if strings.Contains(line, secret.Env) {
			t.Errorf("%q shows a password in the process list", line)
		}
	}
	for _, m := range regexp.MustCompile(`\$(\w+)`).FindAllStringSubmatch(line, -1) {
		if m[1] != s.UserEnv && m[1] != s.DatabaseEnv {
			t.Errorf("%q reads %s, which nothing sets", line, m[1])
		}
	}
	if h.Interval < time.Second || h.Timeout < time.Second || h.StartPeriod < h.Interval || h.Retries < 1 {
		t.Errorf("timings %+v", h)
	}
}

func TestServiceURL(t *testing.T) {
	tests := []struct{ why, service, dialect, prefix string }{
		{"SQLAlchemy refuses postgres://", "postgres", "sqlalchemy", "postgresql+psycopg://"},
		{"Rails has its own scheme", "mysql", "rails", "mysql2://"},
		{"Go's driver takes no URL", "mysql", "dsn", "{user}:{password}@tcp("},
		{"the account is in the admin database", "mongo", "", "mongodb://"},
	}
	for _, tt := range tests {
		if u := service(t, tt.service).URL(tt.dialect); !strings.HasPrefix(u, tt.prefix) {
			t.Errorf("%s: %q", tt.why, u)
		}
	}
}

func TestServiceVariant(t *testing.T) {
	tests := []struct{ variant, version, ref, volume string }{
		{"postgis", "", "postgis/postgis:18-3.6", "/var/lib/postgresql"},
		{"postgis", "15.2", "postgis/postgis:15-3.6", "/var/lib/postgresql/data"},
		{"pgvector", "17", "pgvector/pgvector:pg17", "/var/lib/postgresql/data"},
		{"postgis", "12", "", ""},
		{"timescaledb", "17", "", ""},
	}
	for _, tt := range tests {
		var v safe.Version
		if tt.version != "" {
			v = version(t, tt.version)
		}
		img, err := service(t, "postgres").Variant(tt.variant, v)
		if (err != nil) != (tt.ref == "") || img.Ref != tt.ref || img.Volume != tt.volume {
			t.Errorf("%s %s: %q with %q, %v", tt.variant, tt.version, img.Ref, img.Volume, err)
		}
	}
}
