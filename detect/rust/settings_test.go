package rust

import (
	"slices"
	"strings"
	"testing"

	"dockgen/detect"
	"dockgen/internal/scantest"
)

// The port of another server is not the program's, and a file of settings is one by its
// name in the sources.
func TestSettingsPort(t *testing.T) {
	const bind = `async fn run(s: &HttpSettings) { axum::serve(tokio::net::TcpListener::bind(s.address()).await, app).await }`
	for _, c := range []struct {
		why, deps string
		files     map[string]string
		port      int
		source    detect.Source
	}{
		{"a port of Redis", `axum = "0.8"`, map[string]string{"src/main.rs": `struct RedisConfig { port: u16 } fn redis() -> RedisConfig { RedisConfig { port: 6379 } }
async fn serve(port: u16) { let addr = format!("0.0.0.0:{port}"); axum::serve(tokio::net::TcpListener::bind(&addr).await, app).await; }
fn main() { serve(config().port); }`}, 3000, detect.Default},
		{"a file of a name of its own, and the part that a struct holds", "axum = \"0.8\"\nconfig = \"0.15\"", map[string]string{"app_settings.toml": "[database]\nport = 5432\n[http]\nhost = \"0.0.0.0\"\nport = 8123\n",
			"src/main.rs": `struct HttpSettings { host: String, port: u16 } struct DatabaseSettings { host: String, port: u16 }
impl DatabaseSettings { fn address(&self) -> String { format!("{}:{}", self.host, self.port) } }
impl HttpSettings { fn address(&self) -> String { format!("{}:{}", self.host, self.port) } }
fn main() { let s = load("app_settings.toml"); run(&s.http); }
` + bind}, 8123, detect.Detected},
		{"a variable that is parsed into a type, and handed over by its name", `axum = "0.8"`, map[string]string{".env.example": "PORT=8127\n", "src/main.rs": `struct Config { port: u16 }
impl Config { fn init() -> Result<Self> { let port_str = std::env::var("PORT").context("missing")?; let port = port_str.parse::<u16>().context("bad")?; Ok(Self { port, }) } }
async fn serve(port: u16) { axum::serve(tokio::net::TcpListener::bind(format!("0.0.0.0:{port}")).await, app).await; }
fn main() { serve(Config::init().port); }`}, 8127, detect.Detected},
		{"a file that is built in", "axum = \"0.8\"\ntoml = \"1\"", map[string]string{"settings/application.toml": "[client_cfg]\nservice_port = 6789\n",
			"src/main.rs": `struct ClientCfg { service_port: u16 }
fn main() { init(include_str!("../settings/application.toml")); let cfg = get(); let port = cfg.client_cfg.service_port; axum::serve(tokio::net::TcpListener::bind(format!("0.0.0.0:{port}")), app); }`}, 6789, detect.Detected},
		{"a default of the config crate", "axum = \"0.8\"\nconfig = \"0.15\"", map[string]string{"src/main.rs": `struct Settings { port: u16 }
fn main() { Config::builder().set_default("host", "0.0.0.0").set_default("port", 8888); axum::serve(tokio::net::TcpListener::bind(("0.0.0.0", settings.port)), app); }`}, 8888, detect.Detected},
		{"what figment fills from the environment", "axum = \"0.8\"\nfigment = \"0.10\"", map[string]string{".env.example": "IP=127.0.0.1\nPORT=8124\n", "src/main.rs": `#[derive(Debug, Deserialize)] struct Config { ip: IpAddr, port: u16 }
fn main() { let config: Config = Figment::new().merge(Env::raw()).extract().unwrap(); axum::serve(tokio::net::TcpListener::bind(SocketAddr::from((config.ip, config.port))).await, app).await; }`}, 8124, detect.Detected},
		{"Rocket's own configuration", `rocket = "0.5"`, map[string]string{"src/main.rs": `#[rocket::main] async fn main() { let c = Config::build(Environment::Production).address("0.0.0.0").port(8456).finalize(); rocket::custom(c).launch().await; }`}, 8456, detect.Detected},
	} {
		files := map[string]string{"Cargo.toml": "[package]\nname = \"app\"\nedition = \"2021\"\n[dependencies]\n" + c.deps}
		for name, text := range c.files {
			files[name] = text
		}
		s := scan(t, files).Services[0]
		if int(s.Port.V) != c.port || s.Port.Source != c.source {
			t.Errorf("%s: port %v, want %d", c.why, s.Port, c.port)
		}
	}
}

// TestBuiltBelow holds that what a build makes below a served folder is made.
func TestBuiltBelow(t *testing.T) {
	s := scantest.One(t, scan(t, map[string]string{
		"Cargo.toml":       "[package]\nname = \"app\"\nedition = \"2021\"\n[dependencies]\nactix-web = \"4\"\nactix-files = \"0.6\"\n",
		"src/main.rs":      `fn main() { HttpServer::new(move || App::new().service(actix_files::Files::new("/static", "./static"))).bind("0.0.0.0:8080"); }`,
		"static/a.css":     "a",
		"package.json":     `{"scripts": {"build": "rollup -c"}, "devDependencies": {"rollup": "4"}}`,
		"rollup.config.js": `export default [{output: {file: "static/bundle/bundle.js"}}]`,
	}))
	f := s.Facts.(*Facts)
	if f.Frontend == nil || f.Served.String() != "static/bundle" {
		t.Errorf("%v at %s, notes %s", f.Frontend, f.Served, texts(s.Notes))
	}
}

// TestClaims holds that what a token holds is no variable.
func TestClaims(t *testing.T) {
	s := one(t, "axum = \"0.8\"\nfigment = \"0.10\"", `#[derive(Deserialize)] struct Config { port: u16 } #[derive(Deserialize)] struct Claims { sub: String }
fn user(claims: Claims) { claims.sub.unwrap(); }
fn main() { let config: Config = Figment::new().merge(Env::raw()).extract().unwrap(); user(c); axum::serve(tokio::net::TcpListener::bind(("0.0.0.0", config.port)).await, app).await; }`)
	if slices.ContainsFunc(s.Env, func(e detect.EnvVar) bool { return e.Name.String() == "SUB" }) || s.PortEnv.String() != "PORT" {
		t.Errorf("reads %v, port of $%s", s.Env, s.PortEnv)
	}
}

// TestCargoEnv holds that the program is asked for what .cargo/config.toml sets for Cargo
// alone, and that a folder which that names is the program's.
func TestCargoEnv(t *testing.T) {
	s := scantest.One(t, scan(t, map[string]string{
		"Cargo.toml":         "[package]\nname = \"app\"\nedition = \"2021\"\n[dependencies]\naxum = \"0.8\"\n",
		".cargo/config.toml": "[env]\nRUST_LOG = \"debug\"\nAPP_KEY = \"dev\"\nAPP_WEB = \"web/\"\nAPP_SIZE = \"9\"\n",
		"src/main.rs":        `fn main() { get_env("APP_KEY")?; get_env("APP_WEB")?; env_or("APP_SIZE", "9"); axum::serve(tokio::net::TcpListener::bind("0.0.0.0:8080"), app); }`,
		"web/index.html":     "<p>",
	}))
	var got []string
	for _, e := range s.Env {
		if e.Required {
			got = append(got, e.Name.String())
		}
	}
	for _, e := range s.SetEnv {
		got = append(got, e.Name.String()+"="+e.Value.String())
	}
	for _, f := range s.Facts.(*Facts).Files {
		got = append(got, f.Source.String())
	}
	if text := strings.Join(got, " "); text != "APP_KEY APP_WEB=web web" || len(s.Parts) != 1 {
		t.Errorf("%s, parts %v", text, s.Parts)
	}
}

// TestSwaggerUI holds that what a build script calls is there.
func TestSwaggerUI(t *testing.T) {
	lock := "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\"utoipa-swagger-ui\"]\n\n[[package]]\nname = \"utoipa-swagger-ui\"\nversion = \"9.0.1\"\n"
	for features, want := range map[string]bool{"axum": true, "vendored": false} {
		s := scantest.One(t, scan(t, map[string]string{
			"Cargo.toml":  "[package]\nname = \"app\"\nedition = \"2021\"\n[dependencies]\naxum = \"0.8\"\nutoipa-swagger-ui = { version = \"9\", features = [\"" + features + "\"] }\n",
			"Cargo.lock":  lock,
			"src/main.rs": `fn main() { axum::serve(tokio::net::TcpListener::bind("0.0.0.0:8080"), app); }`,
		}))
		if got := slices.ContainsFunc(s.Packages, func(p detect.Package) bool { return p.Build && p.Deb.String() == "curl" }); got != want {
			t.Errorf("%s: packages %v", features, s.Packages)
		}
	}
}

// TestWantedFile tells of a file of settings that a program can't be started without.
func TestWantedFile(t *testing.T) {
	const serve = ` fn main() { let o = Opts::parse(); axum::serve(tokio::net::TcpListener::bind("0.0.0.0:80"), app); }`
	for typ, want := range map[string]bool{"PathBuf": true, "Option<PathBuf>": false} {
		s := one(t, "axum = \"0.8\"\nclap = \"4\"", "#[derive(Parser)] struct Opts { #[arg(short, long)] config_file: "+typ+" }"+serve)
		if said := texts(s.Notes); strings.Contains(said, "--config-file FILE") != want {
			t.Errorf("%s: notes\n%s", typ, said)
		}
	}
}
