package rust

import (
	"strings"
	"testing"
	"testing/fstest"

	"dockgen/detect"
	"dockgen/internal/scantest"
)

func scan(t *testing.T, files map[string]string) *detect.Project {
	t.Helper()
	return scantest.Files(t, detect.Config{Name: "app", Detectors: []detect.Detector{Detector{}}}, files)
}

func one(t *testing.T, deps, main string) *detect.Service {
	t.Helper()
	p := scan(t, map[string]string{
		"Cargo.toml":  "[package]\nname = \"app\"\nedition = \"2021\"\n[dependencies]\n" + deps,
		"src/main.rs": main,
	})
	return scantest.One(t, p)
}

func TestListen(t *testing.T) {
	for _, c := range []struct {
		why, deps, main string
		port            int
		env             string // NAME=value among what the image sets, or the variable of the port
		note            string
	}{
		{"a tuple", `actix-web = "4"`, `fn main() { actix_web::HttpServer::new(f).bind(("127.0.0.1", 8080)).run(); }`, 8080, "", "listens on 127.0.0.1"},
		{"an array", `axum = "0.8"`, `fn main() { let addr = std::net::SocketAddr::from(([0, 0, 0, 0], 3001)); axum::Server::bind(&addr); }`, 3001, "", ""},
		{"a variable for the whole address", `axum = "0.8"`, `fn main() { let a = std::env::var("BIND").unwrap_or("127.0.0.1:4000".into()); tokio::net::TcpListener::bind(&a); }`, 4000, "BIND=0.0.0.0:4000", ""},
		{"a constant in a format", `warp = "0.3"`, `const PORT: u16 = 5000; fn main() { tokio::net::TcpListener::bind(format!("0.0.0.0:{PORT}")); }`, 5000, "", ""},
		{"a variable for the port", `axum = "0.8"`, `fn main() { let p = match std::env::var("PORT") { Ok(p) => p.parse().unwrap(), Err(_) => 6000 }; tokio::net::TcpListener::bind(("0.0.0.0", p)); }`, 6000, "PORT", ""},
		{"clap", "axum = \"0.8\"\nclap = \"4\"", `#[derive(Parser)] struct Args { #[arg(long, env = "HTTP_PORT", default_value_t = 7000)] port: u16, #[arg(long, default_value = "127.0.0.1")] host: String }
			fn main() { let args = Args::parse(); tokio::net::TcpListener::bind((args.host, args.port)); }`, 7000, "HTTP_PORT", ""},
		{"a query's parameter is no address", "axum = \"0.8\"\nsqlx = \"0.8\"", `fn main() { sqlx::query("x").bind(5).bind(("a", 7)); tokio::net::TcpListener::bind("0.0.0.0:7500"); }`, 7500, "", ""},
		{"an address that is nowhere in the sources", `ntex = "3"`, `fn main() { ntex::web::server(f).bind(config.server_addr.clone()).run(); }`, 8080, "", ""},
		{"two settings that lead to each other", `axum = "0.8"`, `struct C { port: u16 } fn main() { let c = C { port: c.port }; tokio::net::TcpListener::bind(("0.0.0.0", c.port)); }`, 8080, "", ""},
	} {
		s := one(t, c.deps, c.main)
		if s.Kind != detect.Server || int(s.Port.V) != c.port {
			t.Errorf("%s: a %s on %d, want a server on %d", c.why, s.Kind, s.Port.V, c.port)
		}
		got := s.PortEnv.String()
		for _, set := range s.SetEnv {
			if !strings.Contains(c.env, "=") {
				break
			}
			got = set.Name.String() + "=" + set.Value.String()
		}
		if got != c.env {
			t.Errorf("%s: %q, want %q", c.why, got, c.env)
		}
		var notes []string
		for _, n := range s.Notes {
			notes = append(notes, n.Text)
		}
		if c.note != "" && !strings.Contains(strings.Join(notes, "\n"), c.note) {
			t.Errorf("%s: the notes %q lack %q", c.why, notes, c.note)
		}
	}
}

// An option sets the loopback address to all where no variable does.
func TestFlagSetsTheHost(t *testing.T) {
	s := one(t, "axum = \"0.8\"\nclap = \"4\"", `#[derive(Parser)] struct Args { #[arg(long, default_value = "127.0.0.1")] host: String }
fn main() { let args = Args::parse(); tokio::net::TcpListener::bind((args.host, 8000)); }`)
	if got := s.Start.V.String(); got != "/app/app --host 0.0.0.0" {
		t.Errorf("starts %q", got)
	}
}

func TestHealth(t *testing.T) {
	for want, main := range map[string]string{
		"/api/health": `fn main() { Router::new().nest("/api", api()); axum::serve(l, r); } fn api() -> Router { Router::new().route("/health", get(f)) }`,
		"/healthz":    `fn main() { Router::new().route("/healthz", get(f)).nest("/api", x); axum::serve(l, r); }`,
		"/v1/ping":    `fn main() { Router::new().nest("/v1", Router::new().route("/ping", get(f))); axum::serve(l, r); }`,
		"":            `fn main() { Router::new().nest(prefix, api()); axum::serve(l, r); } fn api() -> Router { Router::new().route("/health", get(f)) }`,
	} {
		if got := one(t, `axum = "0.8"`, main).Health.V.String(); got != want {
			t.Errorf("health is %q, want %q", got, want)
		}
	}
}

// The file for the developer's machine has the program listen there alone, and lies over
// the others where nobody says otherwise: the variable over both does.
func TestLocalOverlay(t *testing.T) {
	p := scan(t, map[string]string{
		"Cargo.toml":       "[package]\nname = \"app\"\n[dependencies]\naxum = \"0.8\"\nconfig = \"0.15\"\n",
		"config/base.yaml": "server:\n  host: 0.0.0.0\n  port: 4000\n", "config/local.yaml": "server:\n  host: 127.0.0.1\n",
		"src/main.rs": `fn main() { let s = config::Config::builder().add_source(config::Environment::with_prefix("APP").prefix_separator("_").separator("__"));
			tokio::net::TcpListener::bind(format!("{}:{}", s.server.host, s.server.port)); }`,
	})
	got := ""
	for _, set := range p.Services[0].SetEnv {
		got += set.Name.String() + "=" + set.Value.String()
	}
	if got != "APP_SERVER__HOST=0.0.0.0" {
		t.Errorf("sets %q", got)
	}
}

// A database in a file stands in for a server where one library reads both.
func TestOptionalDatabase(t *testing.T) {
	for _, c := range []struct {
		deps     string
		optional bool
	}{
		{`sqlx = { version = "0.8", features = ["postgres"] }`, false},
		{`sqlx = { version = "0.8", features = ["postgres", "sqlite"] }`, true},
		{`sqlx = { version = "0.8", features = ["postgres", "mysql"] }`, true},
		{"sqlx = { version = \"0.8\", features = [\"postgres\"] }\nrusqlite = \"0.37\"", false},
		{"tokio-postgres = \"0.7\"\nrusqlite = \"0.37\"", true},
		{"diesel = { version = \"2\", features = [\"sqlite\"] }\ndiesel-async = { version = \"0.6\", features = [\"postgres\"] }", true},
	} {
		needs := one(t, "axum = \"0.8\"\n"+c.deps, `fn main() { tokio::net::TcpListener::bind("0.0.0.0:3000"); }`).Needs
		if len(needs) == 0 || needs[0].Optional != c.optional {
			t.Errorf("%s: %+v, want optional: %t", c.deps, needs, c.optional)
		}
	}
}

// What a configuration file says of a database is told by the variables over it.
func TestConfiguredNeeds(t *testing.T) {
	for prefix, want := range map[string]string{
		`"APP"`: "postgres APP_DATABASE__DATABASE_NAME=database APP_DATABASE__HOST=host APP_DATABASE__PASSWORD=password APP_DATABASE__PORT=port APP_DATABASE__USERNAME=user redis APP_REDIS_URI=url",
		"name":  "postgres redis",
	} {
		p := scan(t, map[string]string{
			"Cargo.toml":              "[package]\nname = \"app\"\n[dependencies]\naxum = \"0.8\"\nconfig = \"0.15\"\nredis = \"1\"\nsqlx = { version = \"0.8\", features = [\"postgres\"] }\n",
			"configuration/base.yaml": "redis_uri: redis://127.0.0.1\ndatabase:\n  host: localhost\n  port: 5432\n  username: u\n  password: p\n  database_name: d\n  require_ssl: no\nemail:\n  host: x\n",
			"src/main.rs": `fn main() { let c = config::Config::builder().add_source(config::Environment::with_prefix(` + prefix + `).prefix_separator("_").separator("__"));
				tokio::net::TcpListener::bind("0.0.0.0:3000"); }`,
		})
		got := ""
		for _, n := range p.Services[0].Needs {
			got += " " + n.Name
			for _, s := range n.Settings {
				got += " " + s.Env.String() + "=" + string(s.Part)
			}
		}
		if got = strings.TrimSpace(got); got != want {
			t.Errorf("%s: %s, want %s", prefix, got, want)
		}
	}
}

func TestVersion(t *testing.T) {
	for _, c := range []struct {
		why    string
		files  map[string]string
		want   string
		pinned bool
	}{
		{"the toolchain file before the manifest", map[string]string{"rust-toolchain.toml": "[toolchain]\nchannel = \"1.90.0\"\n"}, "1.90.0", true},
		{"its old form", map[string]string{"rust-toolchain": "1.85\n"}, "1.85", true},
		{"stable says nothing", map[string]string{"rust-toolchain.toml": "[toolchain]\nchannel = \"stable\"\n"}, "1.80", false},
		{"a version manager's file", map[string]string{".tool-versions": "rust 1.88.0\n"}, "1.88.0", true},
	} {
		c.files["Cargo.toml"] = "[package]\nname = \"app\"\nrust-version = \"1.80\"\n"
		c.files["src/main.rs"] = "fn main() {}"
		s := scan(t, c.files).Services[0]
		if s.Version.V.String() != c.want || s.Pinned != c.pinned {
			t.Errorf("%s: %s (pinned: %t), want %s", c.why, s.Version.V, s.Pinned, c.want)
		}
	}
}

// A server is told from the tools of its package by what main leads to, not by
// what the package depends on.
func TestBins(t *testing.T) {
	p := scan(t, map[string]string{
		"Cargo.toml":        "[package]\nname = \"app\"\n[dependencies]\naxum = \"0.8\"\n",
		"src/lib.rs":        "pub async fn serve() { axum::serve(tokio::net::TcpListener::bind(\"0.0.0.0:80\").await, r); } pub fn count() {}",
		"src/main.rs":       "#[tokio::main] async fn main() { app::serve().await }",
		"src/bin/import.rs": "fn main() { app::count() }",
	})
	if len(p.Services) != 1 || p.Services[0].Main.V.String() != "app" {
		t.Fatalf("services are %v", p.Services)
	}
	if notes := p.Services[0].Notes; !strings.Contains(notes[len(notes)-1].Text, "import is left out") {
		t.Errorf("the last note is %q", notes[len(notes)-1].Text)
	}
}

// The lock file has what any choice of features needs.
func TestFeaturesThatAreOff(t *testing.T) {
	lock := "[[package]]\nname = \"app\"\nversion = \"0\"\ndependencies = [\"actix-web\"]\n[[package]]\nname = \"actix-web\"\nversion = \"4\"\ndependencies = [\"openssl\"]\n" +
		"[[package]]\nname = \"openssl\"\nversion = \"0\"\ndependencies = [\"openssl-sys\"]\n[[package]]\nname = \"openssl-sys\"\nversion = \"0\"\n"
	for _, on := range []bool{false, true} {
		features := "[features]\nopenssl = [\"actix-web/openssl\"]\n"
		if on {
			features += "default = [\"openssl\"]\n"
		}
		s := scan(t, map[string]string{"Cargo.toml": "[package]\nname = \"app\"\n[dependencies]\nactix-web = \"4\"\n" + features, "Cargo.lock": lock, "src/main.rs": "fn main() {}"}).Services[0]
		if got := len(s.Packages) > 0; got != on {
			t.Errorf("with the feature on: %t, packages are %v", on, s.Packages)
		}
	}
}

// A dependency's path may lead to a manifest that has no package.
func TestPathToNoPackage(t *testing.T) {
	p := scan(t, map[string]string{
		"Cargo.toml":      "[package]\nname = \"a\"\nversion = \"1.0.0\"\n[dependencies]\nb = { path = \"b\" }\n",
		"src/main.rs":     "fn main() { loop {} }",
		"b/Cargo.toml":    "[workspace]\nmembers = []\n",
		"b/src/lib.rs":    "",
		"ui/package.json": "{}",
	})
	if len(p.Services) != 1 {
		t.Errorf("services %v, notes %v", p.Services, p.Notes)
	}
}

// TestWorkspaceAbove gives the folder of one member alone, in a repository whose root
// holds what it takes over.
func TestWorkspaceAbove(t *testing.T) {
	repo := fstest.MapFS{
		"Cargo.toml": {Data: []byte(`[workspace]
members = ["api", "lib"]
[workspace.package]
edition = "2024"
rust-version = "1.86"
[workspace.dependencies]
axum = "0.8"
db = { package = "sqlx", version = "0.8", features = ["postgres", "runtime-tokio"] }
lib = { path = "lib" }
own = { path = "api/own" }
`)},
	}
	files := map[string]string{
		"Cargo.toml":     "[package]\nname = \"api\"\nedition.workspace = true\nrust-version.workspace = true\n[dependencies]\naxum.workspace = true\ndb.workspace = true\nlib.workspace = true\nown.workspace = true\n",
		"src/main.rs":    "fn main() { let l = tokio::net::TcpListener::bind(\"0.0.0.0:4000\"); axum::serve(l, app); let _ = std::env::var(\"DATABASE_URL\"); }",
		"own/Cargo.toml": "[package]\nname = \"own\"\n",
		"own/src/lib.rs": "",
	}
	find := func(r *detect.Repository) *detect.Service {
		cfg := detect.Config{Name: "app", Detectors: []detect.Detector{Detector{}}}
		if r != nil {
			cfg.Repository = func() *detect.Repository { return r }
		}
		return scantest.Files(t, cfg, files).Services[0]
	}
	s := find(&detect.Repository{FS: repo, Dir: "api"})
	if v := s.Version; v.V.String() != "1.86" || v.Why[0].Path != "../Cargo.toml" || v.Why[0].Line != 5 {
		t.Errorf("version %v", v)
	}
	if s.Framework.V != "axum" || len(s.Needs) != 1 || s.Needs[0].Name != "postgres" {
		t.Errorf("framework %v, needs %v", s.Framework, s.Needs)
	}
	if s.Incomplete == nil || s.Incomplete.Root != ".." {
		t.Errorf("incomplete: %+v", s.Incomplete)
	}
	if said := texts(s.Notes); !strings.Contains(said, "dockgen init .. --service api") || !strings.Contains(said, "lib is at ../lib") || strings.Contains(said, "own is at") {
		t.Errorf("notes:\n%s", said)
	}

	repo["rust-toolchain.toml"] = &fstest.MapFile{Data: []byte("[toolchain]\nchannel = \"1.88.0\"\n")}
	if s = find(&detect.Repository{FS: repo, Dir: "api"}); s.Version.V.String() != "1.88.0" {
		t.Errorf("the toolchain file above: %v", s.Version)
	}
	for why, text := range map[string]string{"no TOML": "[[[", "no workspace": "[package]\nname = \"x\"\n", "excluded": "[workspace]\nexclude = [\"api\"]\n"} {
		repo["Cargo.toml"] = &fstest.MapFile{Data: []byte(text)}
		if s = find(&detect.Repository{FS: repo, Dir: "api"}); s.Incomplete == nil || s.Incomplete.Root != "" {
			t.Errorf("%s: %+v", why, s.Incomplete)
		}
	}
	if s = find(nil); s.Incomplete == nil || s.Version.IsSet() {
		t.Errorf("without a repository: %+v, version %v", s.Incomplete, s.Version)
	}
}

func texts(notes []detect.Note) string {
	var out []string
	for _, n := range notes {
		out = append(out, n.String())
	}
	return strings.Join(out, "\n")
}

// TestInlineModules finds the files of modules that are declared within others.
func TestInlineModules(t *testing.T) {
	s := scan(t, map[string]string{
		"Cargo.toml":                     "[package]\nname = \"app\"\nedition = \"2021\"\n[dependencies]\naxum = \"0.8\"\n",
		"src/main.rs":                    "mod platform { pub mod net { #[path = \"net_server.rs\"] pub mod server; } pub mod shared { pub mod port; } }\nfn main() { platform::net::server::run() }",
		"src/platform/net/net_server.rs": "pub fn run() { axum::serve(tokio::net::TcpListener::bind((\"0.0.0.0\", PORT)), app); }",
		"src/platform/shared/port.rs":    "pub const PORT: u16 = 4321;",
	}).Services[0]
	if s.Kind != detect.Server || s.Port.V != 4321 {
		t.Errorf("%s, port %v", s.Kind, s.Port)
	}
}

// TestTemplate leaves a template of projects out, and finds no mistake in it.
func TestTemplate(t *testing.T) {
	p := scan(t, map[string]string{"Cargo.toml": "[package]\nname = \"${APP}\"\nedition = \"2021\"\n", "src/main.rs": "fn main() {}"})
	if len(p.Services) != 0 || !strings.Contains(texts(p.Notes), "template of projects") {
		t.Errorf("%d services, notes %s", len(p.Services), texts(p.Notes))
	}
	p = scan(t, map[string]string{"cargo-generate.toml": "", "Cargo.toml": "[package]\nname = \"{{project-name}}\"\n[dependencies]\na = { version = \"1\"{% if x %}, optional = true{% endif %} }\n", "src/main.rs": "fn main() {}"})
	if len(p.Services) != 0 || !strings.Contains(texts(p.Notes), "cargo generate fills in") {
		t.Errorf("%d services, notes %s", len(p.Services), texts(p.Notes))
	}
}
