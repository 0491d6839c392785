package golang

import (
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dockgen/detect"
)

func TestHealth(t *testing.T) {
	tests := []struct{ why, source, requires, want string }{
		{"a pattern with its method", `import "net/http"
func main() { http.HandleFunc("GET /healthz", nil); http.ListenAndServe(":8080", nil) }`, "", "/healthz"},
		{"a POST is none", `import "net/http"
func main() { http.HandleFunc("POST /health", nil); http.ListenAndServe(":8080", nil) }`, "", ""},
		{"health before readiness", `import "net/http"
func main() { http.HandleFunc("/readyz", nil); http.HandleFunc("/health", nil); http.ListenAndServe(":8080", nil) }`, "", "/health"},
		{"within groups", `import "github.com/gin-gonic/gin"
func main() { r := gin.Default(); v1 := r.Group("/api").Group("/v1"); v1.GET("/health", nil); r.Run() }`, "github.com/gin-gonic/gin", "/api/v1/health"},
		{"a group's own path", `import "github.com/gin-gonic/gin"
func main() { r := gin.Default(); p := r.Group("/api/ping"); p.GET("/", nil); r.Run() }`, "github.com/gin-gonic/gin", "/api/ping/"},
		{"within a function of chi's", `import ("net/http"; "github.com/go-chi/chi/v5")
func main() {
	r := chi.NewRouter()
	r.Route("/api", func(r chi.Router) { r.Get("/livez", nil) })
	http.ListenAndServe(":8080", r)
}`, "github.com/go-chi/chi/v5", "/api/livez"},
		{"through a function of the project", `import "github.com/labstack/echo/v4"
func routes(g *echo.Group) { g.GET("/health", nil) }
func main() { e := echo.New(); routes(e.Group("/v2")); e.Start(":8080") }`, "github.com/labstack/echo/v4", "/v2/health"},
		{"in a constant", `import "net/http"
const path = "/status/health"
func main() { http.HandleFunc(path, nil); http.ListenAndServe(":8080", nil) }`, "", "/status/health"},
		{"none", `import "net/http"
func main() { http.HandleFunc("/healthcare", nil); http.ListenAndServe(":8080", nil) }`, "", ""},
	}
	for _, tt := range tests {
		var requires []string
		if tt.requires != "" {
			requires = append(requires, tt.requires)
		}
		if got := one(t, project(tt.source, requires...)).Health.V.String(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.why, got, tt.want)
		}
	}
}

func TestGraceful(t *testing.T) {
	serve := "; http.ListenAndServe(\":8080\", nil) }"
	tests := []struct {
		why, source string
		want        bool
	}{
		{"nothing", `import "net/http"
func main() { _ = 1` + serve, false},
		{"SIGTERM", `import ("net/http"; "os"; "os/signal"; "syscall")
func main() { c := make(chan os.Signal, 1); signal.Notify(c, os.Interrupt, syscall.SIGTERM)` + serve, true},
		{"the interrupt alone is not what Docker sends", `import ("net/http"; "context"; "os"; "os/signal")
func main() { signal.NotifyContext(context.Background(), os.Interrupt)` + serve, false},
		{"every signal", `import ("net/http"; "os"; "os/signal")
func main() { c := make(chan os.Signal, 1); signal.Notify(c)` + serve, true},
		{"signals in a list", `import ("net/http"; "os"; "os/signal"; "syscall")
var stop = []os.Signal{syscall.SIGTERM}
func main() { c := make(chan os.Signal, 1); signal.Notify(c, stop...)` + serve, true},
	}
	for _, tt := range tests {
		if got := one(t, project(tt.source)).Graceful; got != tt.want {
			t.Errorf("%s: %v", tt.why, got)
		}
	}
}

func TestEnvironment(t *testing.T) {
	s := one(t, project(`import ("log"; "net/http"; "os")
func config(key string) string { return os.Getenv(key) }
func mustGetenv(key string) string { v := os.Getenv(key); if v == "" { log.Fatal(key) }; return v }
func main() {
	if os.Getenv("A") == "" { log.Fatal("A") }
	b := os.Getenv("B"); _ = b
	if _, ok := os.LookupEnv("C"); !ok { panic("C") }
	d := config("D"); if d == "" { os.Exit(1) }
	e := mustGetenv("E_TOKEN"); _ = e
	f := os.Getenv("F"); if f == "" { f = "x" }; if f == "" { log.Fatal("never") }
	_ = os.Getenv("HOME")
	http.ListenAndServe(":8080", nil)
}`))
	var got []string
	for _, v := range s.Env {
		text := v.Name.String()
		if v.Required {
			text += "!"
		}
		if v.Secret {
			text += "?"
		}
		got = append(got, text)
	}
	if diff := cmp.Diff([]string{"A!", "B", "C!", "D!", "E_TOKEN!?", "F"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestNeeds(t *testing.T) {
	tests := []struct {
		why, source string
		requires    []string
		want        string
	}{
		{"a URL", `import ("github.com/jackc/pgx/v5"; "os")
func main() { pgx.Connect(nil, os.Getenv("DATABASE_URL")) }`, []string{"github.com/jackc/pgx/v5"}, "postgres(DATABASE_URL=url)"},
		{"parts", `import (_ "github.com/lib/pq"; "os")
func main() { _ = os.Getenv("DB_HOST") + os.Getenv("DB_USER") + os.Getenv("DB_PASS") + os.Getenv("DB_NAME") + os.Getenv("HTTP_PORT") }`, []string{"github.com/lib/pq"}, "postgres(DB_HOST=host DB_NAME=database DB_PASS=password DB_USER=user)"},
		{"lib/pq insists on TLS", `import (_ "github.com/lib/pq"; "os")
func main() { _ = os.Getenv("DATABASE_URL") }`, []string{"github.com/lib/pq"}, "postgres(DATABASE_URL=url/dsn)"},
		{"unless the program says otherwise", `import (_ "github.com/lib/pq"; "os")
func main() { _ = os.Getenv("DATABASE_URL") + "?sslmode=disable" }`, []string{"github.com/lib/pq"}, "postgres(DATABASE_URL=url)"},
		{"the MySQL driver takes no URL", `import (_ "github.com/go-sql-driver/mysql"; "os")
func main() { _ = os.Getenv("MYSQL_DSN") }`, []string{"github.com/go-sql-driver/mysql"}, "mysql(MYSQL_DSN=dsn)"},
		{"host and port in one", `import ("github.com/redis/go-redis/v9"; "os")
func main() { redis.NewClient(&redis.Options{Addr: os.Getenv("REDIS_ADDR")}) }`, []string{"github.com/redis/go-redis/v9"}, "redis(REDIS_ADDR=address)"},
		{"one of several databases is optional", `import (_ "github.com/go-sql-driver/mysql"; _ "modernc.org/sqlite")
func main() {}`, []string{"github.com/go-sql-driver/mysql", "modernc.org/sqlite"}, "mysql?()"},
		{"a file needs no server", `import _ "modernc.org/sqlite"
func main() {}`, []string{"modernc.org/sqlite"}, ""},
		{"what is off by default is none", `import ("flag"; "github.com/redis/go-redis/v9")
func main() { u := flag.String("redis-url", "", "cache"); redis.ParseURL(*u) }`, []string{"github.com/redis/go-redis/v9"}, ""},
		{"what no code imports is none", `func main() {}`, []string{"github.com/lib/pq"}, ""},
	}
	for _, tt := range tests {
		s := one(t, project(tt.source, tt.requires...))
		var got []string
		for _, n := range s.Needs {
			text := n.Name
			if n.Optional {
				text += "?"
			}
			var parts []string
			for _, set := range n.Settings {
				p := set.Env.String() + "=" + string(set.Part)
				if set.Dialect != "" {
					p += "/" + set.Dialect
				}
				parts = append(parts, p)
			}
			got = append(got, text+"("+strings.Join(parts, " ")+")")
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %q, want %q", tt.why, strings.Join(got, " "), tt.want)
		}
	}
}

func TestNative(t *testing.T) {
	tests := []struct {
		why, source string
		requires    []string
		linkage     detect.Linkage
		packages    string
	}{
		{"pure Go", `import _ "modernc.org/sqlite"
func main() {}`, []string{"modernc.org/sqlite"}, detect.StaticLink, ""},
		{"a driver in C", `import _ "github.com/mattn/go-sqlite3"
func main() {}`, []string{"github.com/mattn/go-sqlite3"}, detect.Libc, "+gcc(apk) +musl-dev(apk)"},
		{"an ORM's driver stands for it", `import "gorm.io/driver/sqlite"
func main() { sqlite.Open("x") }`, []string{"gorm.io/driver/sqlite"}, detect.Libc, "+gcc(apk) +musl-dev(apk)"},
		{"a library of the distribution", `import "github.com/h2non/bimg"
func main() { bimg.NewImage(nil) }`, []string{"github.com/h2non/bimg"}, detect.Libc, "+libvips-dev libvips42t64 +gcc(apk) +musl-dev(apk)"},
		{"C++", `import _ "github.com/marcboeker/go-duckdb"
func main() {}`, []string{"github.com/marcboeker/go-duckdb"}, detect.Libcxx, "+gcc(apk) +musl-dev(apk) +g++(apk)"},
		{"the program's own C", `import "C"
func main() {}`, nil, detect.Libc, "+gcc(apk) +musl-dev(apk)"},
		{"required and not imported", `func main() {}`, []string{"github.com/mattn/go-sqlite3"}, detect.StaticLink, ""},
		{"a program that it starts", `import "os/exec"
func main() { exec.Command("ffmpeg", "-i", "x").Run() }`, nil, detect.StaticLink, "ffmpeg"},
	}
	for _, tt := range tests {
		s := one(t, project(tt.source, tt.requires...))
		var got []string
		for _, p := range s.Packages {
			text := p.Deb.String()
			if text == "" {
				text = p.Apk.String() + "(apk)"
			}
			if p.Build {
				text = "+" + text
			}
			got = append(got, text)
		}
		if s.Linkage != tt.linkage || strings.Join(got, " ") != tt.packages {
			t.Errorf("%s: %s %q, want %s %q", tt.why, s.Linkage, strings.Join(got, " "), tt.linkage, tt.packages)
		}
	}
}

func TestFilesAndState(t *testing.T) {
	tree := "-- templates/a.html --\nx\n-- static/a.css --\nx\n-- config/config.go --\npackage config\n-- config.yaml --\nx: y\n-- .env --\nS=1\n"
	tests := []struct {
		why, source, files, state, dir, note string
	}{
		{why: "a glob and a folder", source: `import ("html/template"; "net/http")
func main() { template.ParseGlob("templates/*.html"); http.Dir("./static") }`, files: "static templates"},
		{why: "any file of a folder", source: `import "html/template"
func page(name string) { template.ParseFiles("templates/base.html", "templates/"+name+".html") }
func main() { page("a") }`, files: "templates"},
		{why: "folders that the settings name", source: `import ("flag"; "os")
func main() { c := flag.String("config", "./settings.json", "x"); flag.Parse(); os.ReadFile(*c) }
-- settings.json --
{"web": {"dir": "static/"}, "prefix": "templates/a", "url": "http://a/b", "gone": "x/y"}`, files: "settings.json static templates"},
		{why: "joined", source: `import ("os"; "path/filepath")
func main() { os.ReadFile(filepath.Join("static", "a.css")) }`, files: "static/a.css"},
		{why: "below a folder that is set", source: `import ("os"; "path/filepath")
func main() { os.ReadDir(filepath.Join(os.Getenv("ROOT"), "templates")) }`, files: "templates"},
		{why: "what is embedded is in the program", source: `import "embed"
//go:embed templates
var fs embed.FS
func main() { fs.ReadFile("templates/a.html") }`},
		{why: "a package is no data", source: `import "os"
func main() { os.ReadDir("config") }`},
		{why: "a file of secrets stays out", source: `import "github.com/joho/godotenv"
func main() { if err := godotenv.Load(".env"); err != nil { panic(err) } }`, note: "ends without a .env file"},
		{why: "a .env file that may be absent is no trap", source: `import "github.com/joho/godotenv"
func main() { _ = godotenv.Load(".env") }`},
		{why: "a database in a folder of its own", source: `import "database/sql"
func main() { sql.Open("sqlite", "file:var/db/app.sqlite?mode=rwc") }`, state: "var/db"},
		{why: "a database beside the program moves the working directory", source: `import "database/sql"
func main() { sql.Open("sqlite", "app.db") }`, state: "data", dir: "/app/data"},
		{why: "a database above it too", source: `import "database/sql"
func main() { sql.Open("sqlite", "./../app.db") }`, state: "data", dir: "/app/data/run"},
		{why: "a variable moves it", source: `import ("database/sql"; "os")
func main() { p := os.Getenv("DB_PATH"); if p == "" { p = "app.db" }; sql.Open("sqlite", p) }`, state: "data"},
		{why: "in memory is nowhere", source: `import "database/sql"
func main() { sql.Open("sqlite", ":memory:") }`},
		{why: "uploads", source: `import "os"
func main() { os.MkdirAll("./uploads", 0o755) }`, state: "uploads"},
		{why: "a mode that has a name is no path", source: `import "os"
const mode = 0o750
func main() { os.MkdirAll(os.Getenv("CACHE"), mode) }`},
		{why: "a flag for the folder", source: `import ("flag"; "os")
func main() { d := flag.String("data-dir", ".", "x"); os.Create(*d + "/x") }`, state: "data"},
	}
	for _, tt := range tests {
		s := one(t, project(tt.source)+tree)
		f := s.Facts.(*Facts)
		var files, state []string
		for _, x := range f.Files {
			files = append(files, x.Dest.String())
		}
		for _, x := range s.State {
			state = append(state, x.String())
		}
		if tt.dir == "" {
			tt.dir = "/app"
		}
		if got := strings.Join(files, " "); got != tt.files {
			t.Errorf("%s: files %q, want %q", tt.why, got, tt.files)
		}
		if got := strings.Join(state, " "); got != tt.state || path.Join("/app", f.RunDir.String()) != tt.dir {
			t.Errorf("%s: state %q in %s, want %q in %s", tt.why, got, f.RunDir, tt.state, tt.dir)
		}
		if !strings.Contains(texts(s.Notes), tt.note) {
			t.Errorf("%s: notes %q, want %q", tt.why, texts(s.Notes), tt.note)
		}
	}
}

func TestBuild(t *testing.T) {
	server := "-- main.go --\npackage main\nimport (_ \"x.y/dep\"; _ \"x.y/lib/sub\")\nfunc main() {}\n"
	tests := []struct {
		why, archive, dir, build, root string
		manifests                      string
		download                       bool
		note                           string
	}{
		{why: "plain", archive: "-- go.mod --\nmodule m\nrequire x.y/dep v1.0.0\n-- go.sum --\n" + server,
			dir: ".", root: ".", build: "go build -trimpath '-ldflags=-s -w' -o /out/m .", manifests: "go.mod go.sum", download: true},
		{why: "no go.sum", archive: "-- go.mod --\nmodule m\nrequire x.y/dep v1.0.0\n" + server,
			dir: ".", root: ".", build: "go build -trimpath '-ldflags=-s -w' -mod=mod -o /out/m .", manifests: "go.mod", note: "go.sum is missing"},
		{why: "vendored", archive: "-- go.mod --\nmodule m\nrequire x.y/dep v1.0.0\n-- go.sum --\n-- vendor/modules.txt --\n" + server,
			dir: ".", root: ".", build: "go build -trimpath '-ldflags=-s -w' -mod=vendor -o /out/m .", manifests: "go.mod go.sum"},
		{why: "replaced by a neighbour", archive: "-- svc/go.mod --\nmodule m\nrequire (\n\tx.y/dep v1.0.0\n\tx.y/lib v1.0.0\n)\nreplace x.y/lib => ../lib\n-- svc/go.sum --\n-- lib/go.mod --\nmodule x.y/lib\n-- lib/sub/x.go --\npackage sub\n" + strings.Replace(server, "main.go", "svc/main.go", 1),
			dir: "svc", root: ".", build: "go build -trimpath '-ldflags=-s -w' -o /out/m .", manifests: "svc/go.mod svc/go.sum lib/go.mod", download: true},
		{why: "replaced by what is elsewhere", archive: "-- go.mod --\nmodule m\nreplace x.y/lib => ../../lib\n" + server,
			dir: ".", root: ".", build: "go build -trimpath '-ldflags=-s -w' -o /out/m .", manifests: "go.mod", note: "which is not in this folder"},
		{why: "tags of the project's own image", archive: "-- go.mod --\nmodule m\n-- Dockerfile --\nFROM golang\nRUN CGO_ENABLED=0 go build \\\n  -tags=\"prod,unknown\" -o x .\n-- prod.go --\n//go:build prod\n\npackage main\n" + server,
			dir: ".", root: ".", build: "go build -trimpath '-ldflags=-s -w' -tags=prod -o /out/m .", manifests: "go.mod", note: "builds with -tags prod"},
		{why: "tags of the release", archive: "-- go.mod --\nmodule m\n-- .goreleaser.yml --\nbuilds:\n  - tags: [netgo]\n" + server,
			dir: ".", root: ".", build: "go build -trimpath '-ldflags=-s -w' -tags=netgo -o /out/m .", manifests: "go.mod"},
		{why: "tags of a variant of the build", archive: "-- go.mod --\nmodule m\n-- Makefile --\n.PHONY: build\nbuild:\n\tCGO_ENABLED=0 go build -o m .\nbuild-lite:\n\tgo build -tags lite -o m .\n-- lite.go --\n//go:build lite\n\npackage main\n" + server,
			dir: ".", root: ".", build: "go build -trimpath '-ldflags=-s -w' -o /out/m .", manifests: "go.mod"},
		{why: "tags for developers are not taken", archive: "-- go.mod --\nmodule m\n-- Makefile --\nrun:\n\tgo build -tags dev .\n-- dev.go --\n//go:build dev\n\npackage main\n" + server,
			dir: ".", root: ".", build: "go build -trimpath '-ldflags=-s -w' -o /out/m .", manifests: "go.mod"},
	}
	for _, tt := range tests {
		s := one(t, tt.archive)
		f := s.Facts.(*Facts)
		var manifests []string
		for _, m := range f.Manifests {
			manifests = append(manifests, m.String())
		}
		got := []string{s.Dir.String(), s.Root.String(), s.Build.V.String(), strings.Join(manifests, " ")}
		if diff := cmp.Diff([]string{tt.dir, tt.root, tt.build, tt.manifests}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.why, diff)
		}
		if f.Download != tt.download {
			t.Errorf("%s: download %v", tt.why, f.Download)
		}
		if !strings.Contains(texts(s.Notes), tt.note) {
			t.Errorf("%s: notes %q, want %q", tt.why, texts(s.Notes), tt.note)
		}
	}
}

func TestPlaceholderWithoutBuild(t *testing.T) {
	s := one(t, project("import \"embed\"\n//go:embed dist/*\nvar fs embed.FS\nfunc main() {}")+"-- dist/.gitkeep --\n")
	if !strings.Contains(texts(s.Notes), "no package.json with a build script is near") {
		t.Errorf("notes %q", texts(s.Notes))
	}
}
