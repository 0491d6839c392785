package templates_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dockgen/detect"
	"dockgen/internal/composetest"
	"dockgen/internal/plan"
	"dockgen/internal/safe"
	"dockgen/templates"
)

// service is a program of no language in particular, which Compose does not look at.
func service(change func(*detect.Service)) *detect.Service {
	s := &detect.Service{
		Name: safe.Slug("shop", "x"), Language: "go", Detector: "go", Kind: detect.Server, Dir: safe.RelPathOf("."), Root: safe.RelPathOf("."),
		Start: detect.Found(safe.ArgvOf("/app/server")), Port: detect.Found(safe.Port(8080)), PortEnv: safe.EnvNameOf("PORT"),
		Linkage: detect.StaticLink, Graceful: true,
	}
	change(s)
	return s
}

func url(env, scheme string) detect.NeedSetting {
	return detect.NeedSetting{Env: safe.EnvNameOf(env), Part: detect.PartURL, Scheme: scheme}
}

func part(env string, p detect.NeedPart) detect.NeedSetting {
	return detect.NeedSetting{Env: safe.EnvNameOf(env), Part: p}
}

func version(s string) detect.Value[safe.Version] {
	v, err := safe.NewVersion(s)
	if err != nil {
		panic(err)
	}
	return detect.Found(v)
}

// Every file is kept in testdata, so that a change of it is seen.
func TestCompose(t *testing.T) {
	tests := map[string]func(*detect.Service){
		"plain": func(*detect.Service) {},
		"postgres": func(s *detect.Service) {
			s.Needs = []detect.Need{{Name: "postgres", Settings: []detect.NeedSetting{{Env: safe.EnvNameOf("DATABASE_URL"), Part: detect.PartURL, Scheme: "postgres", Dialect: "dsn"}}}}
			s.Env = []detect.EnvVar{
				{Name: safe.EnvNameOf("DATABASE_URL"), Required: true, Secret: true},
				{Name: safe.EnvNameOf("JWT_SECRET"), Required: true, Secret: true},
				{Name: safe.EnvNameOf("STRIPE_KEY"), Required: true, Secret: true},
				{Name: safe.EnvNameOf("LOG_LEVEL"), Required: true, Example: safe.LabelOf("info")},
				{Name: safe.EnvNameOf("API_URL"), Required: true, Example: safe.LabelOf("http://localhost:4000")},
				{Name: safe.EnvNameOf("SMTP_HOST"), Documented: true},
				{Name: safe.EnvNameOf("HOME"), Documented: true},
				{Name: safe.EnvNameOf("UNSEEN")},
			}
		},
		"postgres 16 in parts": func(s *detect.Service) {
			s.Needs = []detect.Need{{Name: "postgres", Version: version("16"), Settings: []detect.NeedSetting{
				part("DB_HOST", detect.PartHost), part("DB_PORT", detect.PartPort), part("DB_USER", detect.PartUser), part("DB_PASSWORD", detect.PartPassword), part("DB_NAME", detect.PartDatabase),
			}}}
		},
		"mysql": func(s *detect.Service) {
			s.Needs = []detect.Need{{Name: "mysql", Settings: []detect.NeedSetting{part("DSN", detect.PartDSN)}}}
		},
		"mariadb and redis": func(s *detect.Service) {
			s.Needs = []detect.Need{
				{Name: "redis", Settings: []detect.NeedSetting{url("REDIS_URL", ""), part("REDIS_HOST", detect.PartHost), part("REDIS_PASSWORD", detect.PartPassword)}},
				{Name: "mariadb", Settings: []detect.NeedSetting{url("DATABASE_URL", "mysql+pymysql")}},
			}
		},
		"valkey and mongo": func(s *detect.Service) {
			s.Needs = []detect.Need{
				{Name: "valkey", Settings: []detect.NeedSetting{url("REDIS_URL", "redis")}},
				{Name: "mongo", Settings: []detect.NeedSetting{url("MONGODB_URI", "")}},
			}
		},
		"queues": func(s *detect.Service) {
			s.Needs = []detect.Need{
				{Name: "rabbitmq", Settings: []detect.NeedSetting{url("AMQP_URL", "")}},
				{Name: "kafka", Settings: []detect.NeedSetting{url("KAFKA_BROKERS", "")}},
				{Name: "nats", Settings: []detect.NeedSetting{url("NATS_URL", "")}},
				{Name: "memcached", Settings: []detect.NeedSetting{url("MEMCACHED_SERVERS", "")}},
			}
		},
		"search": func(s *detect.Service) {
			s.Needs = []detect.Need{
				{Name: "elasticsearch", Settings: []detect.NeedSetting{url("ELASTICSEARCH_URL", "")}},
				{Name: "opensearch", Settings: []detect.NeedSetting{url("OPENSEARCH_URL", "")}},
				{Name: "clickhouse", Settings: []detect.NeedSetting{url("CLICKHOUSE_URL", "")}},
			}
		},
		"extensions": func(s *detect.Service) {
			s.Needs = []detect.Need{{Name: "postgres", Variant: "postgis", Version: version("17"), Settings: []detect.NeedSetting{url("DATABASE_URL", "postgis")}}}
		},
		"vectors": func(s *detect.Service) {
			s.Needs = []detect.Need{{Name: "postgres", Variant: "pgvector", Settings: []detect.NeedSetting{url("DATABASE_URL", "")}}}
		},
		"sqlserver and neo4j": func(s *detect.Service) {
			s.Needs = []detect.Need{
				{Name: "sqlserver", Settings: []detect.NeedSetting{url("DATABASE_URL", ""), part("DB_USER", detect.PartUser), part("DB_NAME", detect.PartDatabase)}},
				{Name: "neo4j", Settings: []detect.NeedSetting{url("NEO4J_URI", ""), part("NEO4J_USER", detect.PartUser), part("NEO4J_PASSWORD", detect.PartPassword)}},
			}
		},
		"files, search and mail": func(s *detect.Service) {
			s.Needs = []detect.Need{
				{Name: "minio", Settings: []detect.NeedSetting{url("S3_ENDPOINT", ""), part("S3_ACCESS_KEY", detect.PartUser), part("S3_SECRET", detect.PartPassword), part("S3_BUCKET", detect.PartDatabase)}},
				{Name: "meilisearch", Settings: []detect.NeedSetting{url("MEILI_HOST", ""), part("MEILI_KEY", detect.PartPassword)}},
				{Name: "mailpit", Settings: []detect.NeedSetting{part("SMTP_HOST", detect.PartHost), part("SMTP_PORT", detect.PartPort)}},
			}
		},
		"optional and unknown": func(s *detect.Service) {
			s.Needs = []detect.Need{
				{Name: "redis", Optional: true, Settings: []detect.NeedSetting{url("REDIS_URL", "")}},
				{Name: "carrier pigeon", Settings: []detect.NeedSetting{url("PIGEON_URL", "")}},
			}
		},
		"an address that nothing tells": func(s *detect.Service) { s.Needs = []detect.Need{{Name: "postgres"}, {Name: "redis"}} },
		"too many settings": func(s *detect.Service) {
			for i := range 31 {
				s.Env = append(s.Env, detect.EnvVar{Name: safe.EnvNameOf(fmt.Sprintf("SETTING_%d", i)), Documented: true})
			}
		},
		"worker": func(s *detect.Service) {
			s.Kind, s.Port, s.PortEnv = detect.Worker, detect.Value[safe.Port]{}, safe.EnvName{}
			s.Needs = []detect.Need{{Name: "redis", Settings: []detect.NeedSetting{url("REDIS_URL", "")}}}
		},
		"job": func(s *detect.Service) {
			s.Kind, s.Port, s.PortEnv = detect.Job, detect.Value[safe.Port]{}, safe.EnvName{}
			s.Needs = []detect.Need{{Name: "postgres", Settings: []detect.NeedSetting{url("DATABASE_URL", "")}}}
		},
		"processes": func(s *detect.Service) {
			s.Detector, s.Language, s.Linkage = "python", "python", detect.Interpreted
			s.Start = detect.Found(safe.ArgvOf("gunicorn", "shop.wsgi"))
			s.Needs = []detect.Need{
				{Name: "postgres", Settings: []detect.NeedSetting{url("DATABASE_URL", "postgresql")}},
				{Name: "redis", Settings: []detect.NeedSetting{url("CELERY_BROKER_URL", "")}},
			}
			s.State = []safe.RelPath{safe.RelPathOf("media")}
			s.Processes = []detect.Process{
				{Name: safe.Slug("worker", ""), Kind: detect.Worker, Start: detect.Found(safe.ArgvOf("celery", "-A", "shop", "worker", "--loglevel", "INFO"))},
				{Name: safe.Slug("migrate", ""), Kind: detect.Job, Start: detect.Found(safe.ArgvOf("python", "manage.py", "migrate", "--noinput"))},
				{Name: safe.Slug("beat", ""), Kind: detect.Worker, Start: detect.Found(safe.ArgvOf("celery", "-A", "shop", "beat", "-s", "/tmp/$beat"))},
			}
		},
		"processes of a compiled program": func(s *detect.Service) {
			s.Name = safe.Slug("worker", "")
			s.Processes = []detect.Process{
				{Name: safe.Slug("seed", ""), Kind: detect.Job, Start: detect.Found(safe.ArgvOf("/app/server", "seed"))},
				{Name: safe.Slug("migrate", ""), Kind: detect.Job, Start: detect.Found(safe.ArgvOf("/app/server", "migrate"))},
				{Name: safe.Slug("worker", ""), Kind: detect.Worker, Start: detect.Found(safe.ArgvOf("/app/server", "work"))},
			}
		},
		"job with a job": func(s *detect.Service) {
			s.Kind, s.Port, s.PortEnv = detect.Job, detect.Value[safe.Port]{}, safe.EnvName{}
			s.Processes = []detect.Process{{Name: safe.Slug("migrate", ""), Kind: detect.Job, Start: detect.Found(safe.ArgvOf("/app/server", "migrate"))}}
		},
		"command": func(s *detect.Service) {
			s.Kind, s.Port, s.PortEnv = detect.CLI, detect.Value[safe.Port]{}, safe.EnvName{}
		},
		"static": func(s *detect.Service) { s.Kind, s.Language = detect.Static, "static" },
		"state and build inputs": func(s *detect.Service) {
			s.Root = safe.RelPathOf("services/the $shop")
			s.State = []safe.RelPath{safe.RelPathOf("uploads/img"), safe.RelPathOf("data")}
			s.Args = []detect.BuildArg{{Name: safe.EnvNameOf("VITE_B")}, {Name: safe.EnvNameOf("VITE_A"), Default: safe.LabelOf("x")}}
			s.Secrets = []detect.BuildSecret{
				{ID: safe.Slug("npmrc", ""), Target: safe.LabelOf("/root/.npmrc"), Why: detect.Note{Path: "services/the $shop/.npmrc"}},
				{ID: safe.Slug("netrc", ""), Target: safe.LabelOf("/root/.netrc"), Required: true},
				{ID: safe.Slug("index", ""), Env: safe.EnvNameOf("UV_INDEX_X_PASSWORD"), Required: true},
				{ID: safe.Slug("optional", ""), Env: safe.EnvNameOf("OPTIONAL_TOKEN")},
			}
		},
		"state in the working directory": func(s *detect.Service) { s.State = []safe.RelPath{safe.RelPathOf(".")} },
		"named like its database": func(s *detect.Service) {
			s.Name = safe.Slug("redis", "")
			s.Needs = []detect.Need{{Name: "redis", Settings: []detect.NeedSetting{url("REDIS_URL", "")}}}
		},
		"values that YAML or Compose could misread": func(s *detect.Service) {
			s.Name = safe.Slug("123", "")
			s.Needs = []detect.Need{{Name: "postgres", Settings: []detect.NeedSetting{url("YES", ""), part("NO", detect.PartPort)}}}
			s.Env = []detect.EnvVar{
				{Name: safe.EnvNameOf("A"), Required: true, Example: safe.LabelOf("yes: no # x")},
				{Name: safe.EnvNameOf("B"), Required: true, Example: safe.LabelOf("${HOME} $x")},
				{Name: safe.EnvNameOf("C"), Required: true, Example: safe.LabelOf("0x1f")},
				{Name: safe.EnvNameOf("D"), Required: true, Example: safe.LabelOf("*a &b !c")},
			}
			s.Start = detect.Found(safe.ArgvOf("/app/server", "$HOME"))
		},
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			p, err := plan.New(service(change), plan.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got, err := templates.Compose(p)
			if err != nil {
				t.Fatal(err)
			}
			for _, problem := range composetest.Check(got, nil) {
				t.Error(problem)
			}
			golden := filepath.Join("testdata", "compose", strings.ReplaceAll(name, " ", "-")+".yaml")
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s (-want +got), rewrite it with go test ./templates -update:\n%s", golden, diff)
			}
		})
	}
}

// What the loader makes of the addresses, with a password in them.
func TestComposeAddresses(t *testing.T) {
	p, err := plan.New(service(func(s *detect.Service) {
		s.Needs = []detect.Need{
			{Name: "postgres", Settings: []detect.NeedSetting{url("DATABASE_URL", "postgresql+asyncpg"), part("PGPASSWORD", detect.PartPassword)}},
			{Name: "mysql", Settings: []detect.NeedSetting{part("MYSQL_DSN", detect.PartDSN), url("MYSQL_URL", "")}},
			{Name: "mongo", Settings: []detect.NeedSetting{url("MONGO_URL", "")}},
			{Name: "redis", Settings: []detect.NeedSetting{url("REDIS_URL", ""), part("REDIS_PORT", detect.PartPort), part("REDIS_USER", detect.PartUser)}},
		}
	}), plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	content, err := templates.Compose(p)
	if err != nil {
		t.Fatal(err)
	}
	project, err := composetest.Load(content, map[string]string{"POSTGRES_PASSWORD": "pg", "MYSQL_PASSWORD": "my", "MYSQL_ROOT_PASSWORD": "root", "MONGO_INITDB_ROOT_PASSWORD": "mo"})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for k, v := range project.Services["shop"].Environment {
		got[k] = *v
	}
	want := map[string]string{
		"PORT":         "8080",
		"DATABASE_URL": "postgresql+asyncpg://app:pg@postgres:5432/app",
		"PGPASSWORD":   "pg",
		"MYSQL_DSN":    "app:my@tcp(mysql:3306)/app?parseTime=true",
		"MYSQL_URL":    "mysql://app:my@mysql:3306/app",
		"MONGO_URL":    "mongodb://app:mo@mongo:27017/app?authSource=admin",
		"REDIS_URL":    "redis://redis:6379/0",
		"REDIS_PORT":   "6379",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
}

// The path of a database's volume follows its major version: the wrong one keeps
// nothing, or stops the server.
func TestComposeVolumePath(t *testing.T) {
	for v, want := range map[string]string{"": "/var/lib/postgresql", "18": "/var/lib/postgresql", "17": "/var/lib/postgresql/data", "14.2": "/var/lib/postgresql/data", "19": "/var/lib/postgresql"} {
		p, err := plan.New(service(func(s *detect.Service) {
			need := detect.Need{Name: "postgres"}
			if v != "" {
				need.Version = version(v)
			}
			s.Needs = []detect.Need{need}
		}), plan.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Backing[0].Image.Volume; got != want {
			t.Errorf("postgres %q keeps its data in %s, want %s", v, got, want)
		}
	}
}

// A version that nobody has an image of any more is no reason to stop.
func TestComposeUnknownVersion(t *testing.T) {
	p, err := plan.New(service(func(s *detect.Service) {
		s.Needs = []detect.Need{{Name: "postgres", Version: version("9.6")}}
	}), plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if p.Backing[0].Image.Version.String() != "18" || !slices.ContainsFunc(p.Notes, func(n detect.Note) bool { return strings.Contains(n.Text, "9.6") }) {
		t.Errorf("got %s with notes %v", p.Backing[0].Image.Ref, p.Notes)
	}
}

// No value of a project changes what the file says beside that value.
func FuzzCompose(f *testing.F) {
	for _, seed := range []string{"plain", "yes: no # x", "${HOME}", "$$", "a}b", "'", "\"", "\\", "*a &b !c", "- x", "{a: b}", "| \t", "0x1f", "1e3", "12:30", "~", "é\u00a0", "@`%"} {
		f.Add(seed, "services/"+seed)
	}
	f.Fuzz(func(t *testing.T, value, dir string) {
		example, err := safe.NewLabel(value)
		if err != nil || value == "" {
			t.Skip()
		}
		root, err := safe.NewRelPath(dir)
		if err != nil {
			t.Skip()
		}
		p, err := plan.New(service(func(s *detect.Service) {
			s.Root = root
			s.Env = []detect.EnvVar{{Name: safe.EnvNameOf("VALUE"), Required: true, Example: example}}
			s.SetEnv = []detect.Setting{{Name: safe.EnvNameOf("PORT"), Value: example}}
		}), plan.Options{})
		if err != nil {
			t.Skip()
		}
		content, err := templates.Compose(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range composetest.Check(content, nil) {
			t.Errorf("%s\n%s", problem, content)
		}
		vars := map[string]string{}
		if slices.Contains(composetest.Required(content), "VALUE") {
			vars["VALUE"] = value
		}
		project, err := composetest.Load(content, vars)
		if err != nil {
			t.Fatalf("%v\n%s", err, content)
		}
		s := project.Services["shop"]
		if len(project.Services) != 1 || len(s.Environment) != 2 {
			t.Fatalf("%d services, environment %v\n%s", len(project.Services), s.Environment, content)
		}
		if got := s.Environment["VALUE"]; got == nil || *got != value {
			t.Errorf("VALUE is %v, want %q\n%s", got, value, content)
		}
		if want := "/project/" + root.String(); root.String() != "." && s.Build.Context != want {
			t.Errorf("the context is %q, want %q", s.Build.Context, want)
		}
	})
}

// What the user asks for is laid over what the program needs.
func TestComposeAsked(t *testing.T) {
	change := func(s *detect.Service) {
		s.Needs = []detect.Need{
			{Name: "postgres", Settings: []detect.NeedSetting{url("DATABASE_URL", "")}},
			{Name: "redis", Optional: true, Settings: []detect.NeedSetting{url("REDIS_URL", "")}},
			{Name: "mysql", Settings: []detect.NeedSetting{url("OLD_URL", "")}},
		}
	}
	seventeen := version("17").V
	p, err := plan.New(service(change), plan.Options{With: []string{"valkey", "mailpit"}, Without: []string{"mysql"}, Versions: map[string]safe.Version{"postgres": seventeen}, Network: safe.Slug("proxy", "")})
	if err != nil {
		t.Fatal(err)
	}
	content, err := templates.Compose(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range composetest.Check(content, nil) {
		t.Error(problem)
	}
	for _, want := range []string{"image: postgres:17-trixie", "image: valkey/valkey:8.1-alpine", "image: axllent/mailpit:v1.31", "REDIS_URL: redis://valkey:6379/0", "OLD_URL: ${OLD_URL:?set it in .env}", "  proxy:\n    external: true\n"} {
		if !strings.Contains(string(content), want) {
			t.Errorf("no %q in\n%s", want, content)
		}
	}
	if strings.Contains(string(content), "mysql") || strings.Contains(string(content), "image: redis") {
		t.Errorf("starts what is not wanted:\n%s", content)
	}
}
