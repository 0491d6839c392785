package evidence_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"dockgen/detect"
	"dockgen/detect/manifest/evidence"
	"dockgen/internal/safe"
	"dockgen/internal/scantest"
)

// fake finds one service in every folder with a marker; the test says what it knows.
type fake struct{ change func(*detect.Service) }

func (fake) Name() string      { return "go" }
func (fake) Markers() []string { return []string{"marker"} }
func (f fake) Inspect(context.Context, *detect.Dir) ([]*detect.Service, error) {
	s := &detect.Service{Kind: detect.Server, Port: detect.Assumed(safe.Port(8080)), Start: detect.Found(safe.ArgvOf("/app/server"))}
	if f.change != nil {
		f.change(s)
	}
	return []*detect.Service{s}, nil
}

// scan returns the service of the project, which is written as "name: content" lines
// joined into a map.
func scan(t *testing.T, project map[string]string, change func(*detect.Service)) *detect.Service {
	t.Helper()
	fsys := scantest.Tree(project)
	marked := false
	for name := range fsys {
		marked = marked || strings.HasSuffix(name, "marker")
	}
	if !marked {
		fsys["marker"] = &fstest.MapFile{Mode: 0o644}
	}
	p, err := detect.Scan(context.Background(), fsys, detect.Config{Name: "app", Detectors: []detect.Detector{fake{change}}, Refiners: evidence.Refiners(), Joiners: evidence.Joiners()})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Services) != 1 {
		t.Fatalf("%d services", len(p.Services))
	}
	return p.Services[0]
}

func TestPort(t *testing.T) {
	known := func(s *detect.Service) { s.Port = detect.Found(safe.Port(9999)) }
	tests := []struct {
		name    string // the reason
		project map[string]string
		change  func(*detect.Service)
		want    safe.Port
		why     string
	}{
		{"a Dockerfile of the service", map[string]string{"Dockerfile": "FROM x AS b\nEXPOSE 1\nFROM y\nENV PORT=3000\nEXPOSE ${PORT}\nCMD [\"./server\"]\n"}, nil, 3000, "Dockerfile:5: EXPOSE 3000"},
		{"a stage that stands on another", map[string]string{"Dockerfile": "FROM x AS Base\nEXPOSE 3000\nFROM y\nEXPOSE 4000\nFROM base AS plus\nRUN true\n"}, nil, 3000, "Dockerfile:2: EXPOSE 3000"},
		{"what the sources say stays", map[string]string{"Dockerfile": "FROM x\nEXPOSE 3000\n"}, known, 9999, ""},
		{"a Dockerfile for developers is no evidence", map[string]string{"Dockerfile": "FROM node\nEXPOSE 5173\nCMD npm run dev\n"}, nil, 8080, ""},
		{"the port that a developer's command gives the program by itself", map[string]string{"Dockerfile": "FROM python\nEXPOSE 6001\nCMD [\"manage.py\", \"runserver\", \"0.0.0.0:6001\"]\n"}, nil, 6001, "Dockerfile:2: EXPOSE 6001"},
		{"a Compose file in the folder for deploying", map[string]string{"server/marker": "", "deploy/docker-compose/docker-compose.yaml": "services:\n  server:\n    build: {context: ../../server}\n    ports: ['8888:8888']\n"}, nil, 8888, "deploy/docker-compose/docker-compose.yaml:4: service server"},
		{"the port of a web server for files is not the program's", map[string]string{"Dockerfile": "FROM node AS b\nFROM nginx:alpine\nEXPOSE 80\n"}, nil, 8080, ""},
		{"several ports tell nothing", map[string]string{"Dockerfile": "FROM x\nEXPOSE 3000 9000\n"}, nil, 8080, ""},
		{"dockgen's own Dockerfile is no evidence", map[string]string{"Dockerfile": "# syntax=docker/dockerfile:1\n\n# Written by dockgen for x\nFROM x\nEXPOSE 3000\n"}, nil, 8080, ""},
		{"what the start command hides can't change behind its back", map[string]string{"Dockerfile": "FROM x\nEXPOSE 3000\n"}, func(s *detect.Service) {
			s.Start = detect.Found(safe.ArgvOf("serve", "--config", "bind 8080 all"))
		}, 8080, ""},
		{"a folder for container files", map[string]string{"docker/default.Dockerfile": "FROM x\nEXPOSE 3000\n"}, nil, 3000, "docker/default.Dockerfile:2: EXPOSE 3000"},
		{"neither can what a variable holds", map[string]string{"Dockerfile": "FROM x\nEXPOSE 3000\n"}, func(s *detect.Service) {
			s.SetEnv = []detect.Setting{{Name: safe.EnvNameOf("ADDR"), Value: safe.LabelOf(":8080")}}
		}, 8080, ""},
		{"a Compose file that builds this folder", map[string]string{"docker-compose.yml": "services:\n  web:\n    build: .\n    ports:\n      - \"${P:-80}:4000/tcp\"\n"}, nil, 4000, "docker-compose.yml:4: service web"},
		{"one above that builds this folder", map[string]string{"api/marker": "", "compose.yaml": "services:\n  api:\n    build:\n      context: ./api\n    ports: [\"127.0.0.1:80:4000\"]\n"}, nil, 4000, "compose.yaml:5: service api"},
		{"the Dockerfile of the folder, with the context above", map[string]string{"api/marker": "", "compose.yaml": "services:\n  api:\n    build: {context: ., dockerfile: api/Dockerfile}\n    ports: [{target: 4000, published: 80}]\n"}, nil, 4000, "compose.yaml:4: service api"},
		{"a service of another folder says nothing of this one", map[string]string{"api/marker": "", "compose.yaml": "services:\n  web:\n    build: ./web\n    ports: [\"80:4000\"]\n"}, nil, 8080, ""},
		{"a Compose file that runs the published image", map[string]string{"compose.yaml": "services:\n  x:\n    image: example/app:2\n    ports: [\"80:4000\"]\n"}, func(s *detect.Service) { s.Name = safe.Slug("app", "x") }, 4000, "compose.yaml:4: service x"},
		{"the image of another", map[string]string{"compose.yaml": "services:\n  x:\n    image: example/app-proxy:2\n    ports: [\"80:4000\"]\n"}, func(s *detect.Service) { s.Name = safe.Slug("app", "x") }, 8080, ""},
		{"a developer's command says nothing of production", map[string]string{"compose.yaml": "services:\n  web:\n    build: .\n    command: npm run dev\n    ports: [\"5173:5173\"]\n"}, nil, 8080, ""},
		{"nor does one of the image's own", map[string]string{"compose.yaml": "services:\n  web:\n    build: .\n    ports: [\"5173:5173\"]\n", "Dockerfile": "FROM node\nCMD [\"pnpm\", \"dev\", \"--host\", \"0.0.0.0\"]\n"}, nil, 8080, ""},
		{"Fly", map[string]string{"fly.toml": "app = 'x'\n[http_service]\n  internal_port = 4000\n"}, nil, 4000, "fly.toml:3: internal_port = 4000"},
		{"Fly's older form", map[string]string{"fly.toml": "[[services]]\n  internal_port = 4000\n"}, nil, 4000, "fly.toml:2: internal_port = 4000"},
		{"DigitalOcean", map[string]string{"api/marker": "", ".do/app.yaml": "services:\n  - source_dir: /api\n    http_port: 4000\n"}, nil, 4000, ".do/app.yaml:3: http_port: 4000"},
		{"a platform is believed before a Dockerfile", map[string]string{"fly.toml": "[http_service]\ninternal_port = 4000\n", "Dockerfile": "FROM x\nEXPOSE 3000\n"}, nil, 4000, "fly.toml:2: internal_port = 4000"},
		{"of several that are built here, the one that runs the program", map[string]string{"compose.yaml": "services:\n  board:\n    build: .\n    command: flower --port=5555\n    ports: ['80:5555']\n  web:\n    build: .\n    ports: ['80:4000']\n"}, nil, 4000, "compose.yaml:8: service web"},
		{"and not the dashboard of its worker's queue", map[string]string{"compose.yaml": "services:\n  board:\n    build: .\n    command: celery -A x flower --port=5555\n    ports: ['80:5555']\n  web:\n    build: .\n    command: python serve.py\n    ports: ['80:4000']\n"}, func(s *detect.Service) {
			s.Processes = []detect.Process{{Name: safe.Slug("worker", "x"), Kind: detect.Worker, Start: detect.Found(safe.ArgvOf("celery", "-A", "x", "worker"))}}
		}, 4000, "compose.yaml:9: service web"},
		{"of several programs of one folder, the one of its name", map[string]string{"compose.yaml": "services:\n  another:\n    build: {context: ., dockerfile: docker/Dockerfile-another}\n    ports: ['80:5555']\n  app:\n    build: {context: ., dockerfile: docker/Dockerfile-app}\n    ports: ['80:4000']\n"}, func(s *detect.Service) { s.Name = safe.Slug("app", "x") }, 4000, "compose.yaml:7: service app"},
		{"a port that is none", map[string]string{"Dockerfile": "FROM x\nEXPOSE 99999\n"}, nil, 8080, ""},
		{"a worker has no port", map[string]string{"Dockerfile": "FROM x\nEXPOSE 3000\n"}, func(s *detect.Service) {
			s.Kind, s.Port = detect.Worker, detect.Value[safe.Port]{}
		}, 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := scan(t, tt.project, tt.change)
			why := ""
			if len(s.Port.Why) > 0 {
				why = s.Port.Why[0].String()
			}
			if s.Port.V != tt.want || why != tt.why {
				t.Errorf("got %d, %q; want %d, %q", s.Port.V, why, tt.want, tt.why)
			}
		})
	}
}

func TestPortOfStart(t *testing.T) {
	tests := []struct{ start, want []string }{
		{[]string{"serve", "--bind", "0.0.0.0:8080"}, []string{"serve", "--bind", "0.0.0.0:3000"}},
		{[]string{"serve", "--http", ":8080"}, []string{"serve", "--http", ":3000"}},
		{[]string{"serve", "-p", "8080", "--workers", "18080"}, []string{"serve", "-p", "3000", "--workers", "18080"}},
		{[]string{"serve", "--port=8080"}, []string{"serve", "--port=3000"}},
		{[]string{"serve"}, []string{"serve"}},
	}
	for _, tt := range tests {
		s := scan(t, map[string]string{"Dockerfile": "FROM x\nEXPOSE 3000\n"}, func(s *detect.Service) { s.Start = detect.Found(safe.ArgvOf(tt.start...)) })
		if diff := cmp.Diff(tt.want, s.Start.V.Args()); diff != "" || s.Port.V != 3000 {
			t.Errorf("%v: port %s, start (-want +got):\n%s", tt.start, s.Port.V, diff)
		}
	}
}

func TestHealth(t *testing.T) {
	tests := []struct {
		name    string
		project map[string]string
		want    string
	}{
		{"the Dockerfile's check", map[string]string{"Dockerfile": "FROM x\nHEALTHCHECK --interval=5s CMD curl -f http://localhost:8080/healthz || exit 1\n"}, "/healthz"},
		{"in exec form", map[string]string{"Dockerfile": "FROM x\nHEALTHCHECK CMD [\"wget\", \"-q\", \"http://127.0.0.1:8080/up?x=1\"]\n"}, "/up"},
		{"of another host", map[string]string{"Dockerfile": "FROM x\nHEALTHCHECK CMD curl http://example.com/healthz\n"}, ""},
		{"the root tells nothing", map[string]string{"Dockerfile": "FROM x\nHEALTHCHECK CMD curl http://localhost/\n"}, ""},
		{"Compose", map[string]string{"compose.yml": "services:\n  a:\n    build: .\n    healthcheck:\n      test: [CMD, curl, 'http://localhost:80/ready']\n"}, "/ready"},
		{"Render", map[string]string{"render.yaml": "services:\n  - type: web\n    healthCheckPath: /hz\n"}, "/hz"},
		{"Fly", map[string]string{"fly.toml": "[[http_service.checks]]\npath = '/hz'\n"}, "/hz"},
		{"Railway", map[string]string{"railway.json": `{"deploy": {"healthcheckPath": "/hz"}}`}, "/hz"},
		{"DigitalOcean", map[string]string{".do/deploy.template.yaml": "spec:\n  services:\n    - health_check: {http_path: /hz}\n"}, "/hz"},
		{"what is no path", map[string]string{"render.yaml": "services:\n  - type: web\n    healthCheckPath: \"/a b$x\"\n"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := scan(t, tt.project, nil).Health.V.String(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestNeeds(t *testing.T) {
	needs := func(names ...string) func(*detect.Service) {
		return func(s *detect.Service) {
			for _, n := range names {
				s.Needs = append(s.Needs, detect.Need{Name: n})
			}
		}
	}
	compose := func(image string) map[string]string {
		return map[string]string{"docker-compose.yml": "services:\n  db:\n    image: " + image + "\n"}
	}
	tests := []struct {
		name    string
		project map[string]string
		change  func(*detect.Service)
		want    string // the needs as JSON, without their evidence
	}{
		{"the version that the project runs", compose("postgres:16.3-alpine"), needs("postgres"), `[{"name":"postgres","version":"16.3"}]`},
		{"files for a web server ask for none", map[string]string{"docker-compose.yml": "services:\n  web:\n    build: .\n    depends_on: [db]\n  db:\n    image: postgres:16\n"}, func(s *detect.Service) { s.Kind = detect.Static }, `null`},
		{"what a program stands on", map[string]string{"docker-compose.yml": "services:\n  web:\n    build: .\n    depends_on: [db]\n  db:\n    image: postgres:16\n"}, nil, `[{"name":"postgres","version":"16"}]`},
		{"a version in a default", compose("postgres:${PG:-15}"), needs("postgres"), `[{"name":"postgres","version":"15"}]`},
		{"a tag without a version", compose("postgres:alpine"), needs("postgres"), `[{"name":"postgres","version":""}]`},
		{"a variant's server version", compose("timescale/timescaledb:2.17.2-pg16"), needs("postgres"), `[{"name":"postgres","version":"16"}]`},
		{"pgvector's tag", compose("pgvector/pgvector:pg17"), needs("postgres"), `[{"name":"postgres","version":"17"}]`},
		{"of two that speak one protocol, the one that is run", compose("mariadb:11.4"), needs("mysql"), `[{"name":"mysql","as":"mariadb","version":"11.4"}]`},
		{"Confluent counts its versions by itself", compose("confluentinc/cp-kafka:7.6.0"), needs("kafka"), `[{"name":"kafka","version":""}]`},
		{"a service that nothing of the program needs", compose("mongo:7"), needs("postgres"), `[{"name":"postgres","version":""}]`},
		{"what the tests in CI run", map[string]string{".github/workflows/ci.yml": "jobs:\n  test:\n    services:\n      pg:\n        image: postgres:15\n"}, needs("postgres"), `[{"name":"postgres","version":"15"}]`},
		{"a version that a matrix names is none", map[string]string{".github/workflows/ci.yml": "jobs:\n  test:\n    services:\n      pg:\n        image: postgres:${{ matrix.pg }}\n"}, needs("postgres"), `[{"name":"postgres","version":""}]`},
		{"the program's own service depends on it", map[string]string{"compose.yaml": "services:\n  web:\n    build: .\n    environment:\n      - DATABASE_URL=postgresql://u:p@db:5432/x\n    depends_on: [db]\n  db:\n    image: postgres:17\n"}, nil,
			`[{"name":"postgres","version":"17","settings":[{"env":"DATABASE_URL","part":"url","scheme":"postgresql"}]}]`},
		{"the parts of an address", map[string]string{"compose.yaml": "services:\n  web:\n    build: .\n    environment:\n      DB_HOST: db\n      DB_PORT: 3306\n      DB_USER: u\n      DB_PASSWORD: p\n      DB_NAME: n\n      OTHER: x\n  db:\n    image: mysql:8.4\n"}, needs("mysql"),
			`[{"name":"mysql","version":"8.4","settings":[{"env":"DB_HOST","part":"host"},{"env":"DB_NAME","part":"database"},{"env":"DB_PASSWORD","part":"password"},{"env":"DB_PORT","part":"port"},{"env":"DB_USER","part":"user"}]}]`},
		{"an example of an address", map[string]string{".env.example": "DB=postgresql+asyncpg://u:p@localhost/x\nCACHE=redis://localhost\n#OLD=postgres://x\n"}, needs("postgres"), `[{"name":"postgres","version":"","settings":[{"env":"DB","part":"url","scheme":"postgresql+asyncpg"}]}]`},
		{"a Compose file of dockgen's still names the data's version", map[string]string{"compose.yaml": "# Written by dockgen for x\nservices:\n  web:\n    build: .\n    depends_on: [mongo]\n  postgres:\n    image: postgres:17-trixie\n  mongo:\n    image: mongo:8.0\n"}, needs("postgres"), `[{"name":"postgres","version":"17"}]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := scan(t, tt.project, tt.change)
			type need struct {
				Name     string               `json:"name"`
				As       string               `json:"as,omitempty"`
				Version  string               `json:"version"`
				Settings []detect.NeedSetting `json:"settings,omitempty"`
			}
			var got []need
			for _, n := range s.Needs {
				got = append(got, need{n.Name, n.As, n.Version.V.String(), n.Settings})
			}
			data, err := json.Marshal(got)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(data)); diff != "" {
				t.Errorf("needs (-want +got):\n%s", diff)
			}
		})
	}
}

// A program that has a client of every broker lets whoever runs it choose.
func TestAlternatives(t *testing.T) {
	for _, c := range []struct {
		why     string
		project map[string]string
		names   []string
		want    int // how many are optional
	}{
		{"three that nothing configures", nil, []string{"kafka", "postgres", "rabbitmq", "redis"}, 3},
		{"two may both be needed", nil, []string{"kafka", "redis"}, 0},
		{"one of three is run", map[string]string{"compose.yaml": "services:\n  redis:\n    image: redis:8\n"}, []string{"kafka", "rabbitmq", "redis"}, 0},
	} {
		files := map[string]string{}
		for k, v := range c.project {
			files[k] = v
		}
		s := scan(t, files, func(s *detect.Service) {
			for _, n := range c.names {
				s.Needs = append(s.Needs, detect.Need{Name: n})
			}
		})
		got := 0
		for _, n := range s.Needs {
			if n.Optional {
				got++
			}
		}
		if got != c.want {
			t.Errorf("%s: %d are optional, want %d", c.why, got, c.want)
		}
	}
}

func TestExamples(t *testing.T) {
	s := scan(t, map[string]string{".env.example": "LOG_LEVEL=info\nAPI_TOKEN=abc\nREAD=here\n# OFF=1\nBAD NAME=1\nlower=1\n", ".env": "REAL=secret\n"}, func(s *detect.Service) {
		s.Env = []detect.EnvVar{{Name: safe.EnvNameOf("READ"), Required: true}}
	})
	got := map[string]string{}
	for _, e := range s.Env {
		if !e.Documented {
			t.Errorf("%s is not marked", e.Name)
		}
		got[e.Name.String()] = e.Example.String()
	}
	if diff := cmp.Diff(map[string]string{"READ": "here", "LOG_LEVEL": "info", "API_TOKEN": ""}, got); diff != "" {
		t.Errorf("examples (-want +got):\n%s", diff)
	}
}

func TestContext(t *testing.T) {
	s := scan(t, map[string]string{
		"certs/ca.pem": "-----BEGIN CERTIFICATE-----\nx\n", "certs/both.pem": "-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n", "certs/other.pem": "what is this\n",
		".npmrc": "legacy-peer-deps=true\n//r/:_authToken=${NPM_TOKEN}\n", "sub/.npmrc": "//r/:_authToken=abc\n",
		"templates/go/Dockerfile.tmpl": "x", "venv/pyvenv.cfg": "home = /usr\n",
	}, func(s *detect.Service) { s.Context.Keep = []safe.RelPath{safe.RelPathOf("templates")} })
	var public, keep []string
	for _, p := range s.Context.Public {
		public = append(public, p.Path.String())
	}
	for _, k := range s.Context.Keep {
		keep = append(keep, k.String())
	}
	if diff := cmp.Diff([]string{".npmrc", "certs/ca.pem"}, public); diff != "" {
		t.Errorf("public (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"templates", "templates/go/Dockerfile.tmpl"}, keep); diff != "" {
		t.Errorf("keep (-want +got):\n%s", diff)
	}
	if len(s.Context.Ignore) != 1 || s.Context.Ignore[0].String() != "**/venv" {
		t.Errorf("ignore: %v", s.Context.Ignore)
	}
}

func TestIgnoredByGit(t *testing.T) {
	keep := func(paths ...string) func(*detect.Service) {
		return func(s *detect.Service) {
			for _, p := range paths {
				s.Context.Keep = append(s.Context.Keep, safe.RelPathOf(p))
			}
			s.Env = []detect.EnvVar{{Name: safe.EnvNameOf("SECRET_KEY"), Required: true, Secret: true}}
		}
	}
	tests := []struct {
		name    string
		project map[string]string
		keep    string
		want    string // the file whose rule ignores it; "" for none
	}{
		{"by name, at any depth", map[string]string{".gitignore": ".env\nconfig.json\n"}, "a/b/config.json", ".gitignore"},
		{"from the top alone", map[string]string{".gitignore": ".env\n/config.json\n"}, "a/config.json", ""},
		{"below a folder that is ignored", map[string]string{".gitignore": ".env\ndist/\n"}, "web/dist/index.html", ".gitignore"},
		{"taken back", map[string]string{".gitignore": ".env\n*.json\n!keep.json\n"}, "keep.json", ""},
		{"by the list of a folder below", map[string]string{".gitignore": ".env\n", "api/marker": "", "api/.gitignore": "/gen\n"}, "gen/x.go", "api/.gitignore"},
		{"a line of a tab", map[string]string{".gitignore": ".env\n", "api/marker": "", "api/.gitignore": "/gen\n\t\n"}, "main.go", ""},
		{"comments and blanks", map[string]string{".gitignore": ".env\n\n# main.go\n"}, "main.go", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := scan(t, tt.project, keep(tt.keep))
			got := ""
			for _, n := range s.Notes {
				if strings.HasPrefix(n.Text, "the build reads it and git ignores it") {
					_, got, _ = strings.Cut(n.Text, "(")
					got, _, _ = strings.Cut(got, ")")
				} else {
					t.Errorf("unexpected note: %s", n)
				}
			}
			if got != tt.want {
				t.Errorf("ignored by %q, want %q", got, tt.want)
			}
		})
	}
	s := scan(t, map[string]string{".gitignore": "node_modules\n"}, keep())
	if len(s.Notes) != 1 || !strings.Contains(s.Notes[0].Text, "echo .env >> .gitignore") {
		t.Errorf("notes: %v", s.Notes)
	}
}

// What was added by force is in every clone. The entries are as git writes them.
func TestTrackedByForce(t *testing.T) {
	index := []byte("DIRC\x00\x00\x00\x02\x00\x00\x00\x03")
	for _, name := range []string{".gitignore", "gen/one.go", "keep.json"} {
		entry := append(make([]byte, 60), 0, byte(len(name)))
		entry = append(entry, name...)
		index = append(index, append(entry, make([]byte, 8-len(entry)%8)...)...)
	}
	s := scan(t, map[string]string{".gitignore": "gen\n*.json\n.env\n", ".git/index": string(index)}, func(s *detect.Service) {
		for _, k := range []string{"gen", "keep.json", "other.json"} {
			s.Context.Keep = append(s.Context.Keep, safe.RelPathOf(k))
		}
	})
	if len(s.Notes) != 1 || s.Notes[0].Path != "other.json" {
		t.Errorf("notes: %v, want one of other.json", s.Notes)
	}
}

// Weak evidence that can't be read is a note, and the detection goes on.
func TestMalformed(t *testing.T) {
	for name, text := range map[string]string{
		"docker-compose.yml": "services:\n\t- x: [", "fly.toml": "[[[", "render.yaml": "a: [", "railway.json": "{", "app.json": "[", ".do/app.yaml": "services: 7", "Dockerfile": "\n", ".gitignore": "[\n",
	} {
		s := scan(t, map[string]string{name: text}, func(s *detect.Service) { s.Needs = []detect.Need{{Name: "postgres"}} })
		if s.Port.V != 8080 {
			t.Errorf("%s: port %d", name, s.Port.V)
		}
		if name != ".gitignore" && len(s.Notes) == 0 {
			t.Errorf("%s: nothing is said of it", name)
		}
	}
}

// No file of the project makes a refiner panic or gives a value that is unsafe.
func FuzzRefiners(f *testing.F) {
	for _, name := range []string{"compose.yaml", "Dockerfile", "fly.toml", ".gitignore", ".env.example"} {
		f.Add(name, "services:\n  web:\n    build: .\n    image: postgres:16\n    ports: ['80:80']\n")
		f.Add(name, "FROM x\nEXPOSE $PORT\nHEALTHCHECK CMD curl http://localhost/x\n")
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		known := map[string]bool{"compose.yaml": true, "Dockerfile": true, "fly.toml": true, ".gitignore": true, ".env.example": true, "render.yaml": true}
		if !known[name] {
			t.Skip()
		}
		scan(t, map[string]string{name: text}, func(s *detect.Service) { s.Needs = []detect.Need{{Name: "postgres"}} })
	})
}

func TestExtensions(t *testing.T) {
	for sql, want := range map[string]string{
		"CREATE EXTENSION IF NOT EXISTS vector;":                               "pgvector",
		"create extension\n  if not exists \"postgis\" with schema public;":    "postgis",
		"CREATE EXTENSION postgis;":                                            "postgis",
		"CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\";":                        "",
		"-- CREATE EXTENSION vector;\n/* CREATE EXTENSION\nvector; */\nSELECT": "",
		"CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE EXTENSION vector":      "pgvector",
	} {
		s := scan(t, map[string]string{"migrations/1.sql": sql}, func(s *detect.Service) { s.Needs = []detect.Need{{Name: "postgres"}} })
		if s.Needs[0].Variant != want {
			t.Errorf("%q wants %q, want %q", sql, s.Needs[0].Variant, want)
		}
	}
}
