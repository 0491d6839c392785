package rust

import (
	"strings"
	"testing"

	"dockgen/detect"
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
