package rust

import (
	"strings"
	"testing"

	"dockgen/detect"
)

func TestSubcommand(t *testing.T) {
	const (
		bind    = `tokio::net::TcpListener::bind("0.0.0.0:3000");`
		options = `#[derive(Parser)] struct Cli { #[command(subcommand)] command: Cmd } `
	)
	for _, c := range []struct {
		why, main   string
		start, jobs string
		note        string
	}{
		{"no subcommands", `#[derive(Parser)] struct Cli { name: String } fn main() { Cli::parse(); ` + bind + ` }`, "/app/app", "", ""},
		{"by what it leads to", options + `#[derive(Subcommand)] enum Cmd { Start { what: String }, LaunchAll(Opts) }
			fn main() { match Cli::parse().command { Cmd::Start { what } => println!("{what}"), Cmd::LaunchAll(o) => all(o).await } } fn all(o: Opts) { ` + bind + ` }`, "/app/app launch-all", "", ""},
		{"by its name", options + `#[derive(Subcommand)] enum Cmd { Check, Serve } fn main() { let c = Cli::parse(); c.run(); ` + bind + ` }`, "/app/app serve", "", ""},
		{"the better name of two", options + `#[derive(Subcommand)] enum Cmd { Run, Serve } fn main() { match Cli::parse().command { Cmd::Run => all(), Cmd::Serve => { all() } } } fn all() { ` + bind + ` }`, "/app/app serve", "", ""},
		{"a name of its own", options + `#[derive(Subcommand)] enum Cmd { #[command(name = "up-now")] Serve } fn main() { Cli::parse(); ` + bind + ` }`, "/app/app up-now", "", ""},
		{"names with underscores", options + `#[derive(Subcommand)] #[command(rename_all = "snake_case")] enum Cmd { StartAll } fn main() { match Cli::parse().command { Cmd::StartAll => { ` + bind + ` } } }`, "/app/app start_all", "", ""},
		{"an enumeration alone", `#[derive(Parser)] enum Cmd { Start, DefaultConfig } fn main() { match Cmd::parse() { Cmd::Start => all(), Cmd::DefaultConfig => {} } } fn all() { ` + bind + ` }`, "/app/app start", "", ""},
		{"none is needed", `#[derive(Parser)] struct Cli { #[command(subcommand)] command: Option<Cmd> } #[derive(Subcommand)] enum Cmd { Serve } fn main() { Cli::parse(); ` + bind + ` }`, "/app/app", "", ""},
		{"an option of the program's own", `#[derive(Parser)] struct Cli { #[arg(long, default_value = "127.0.0.1:3000")] bind: String, #[command(subcommand)] command: Cmd } #[derive(Subcommand)] enum Cmd { Serve }
			fn main() { let c = Cli::parse(); tokio::net::TcpListener::bind(c.bind); }`, "/app/app --bind 0.0.0.0:3000 serve", "", ""},
		{"an option of the subcommand's", options + `#[derive(Subcommand)] enum Cmd { Serve(Opts) } #[derive(Args)] struct Opts { #[arg(long, default_value = "127.0.0.1:3000")] bind: String }
			fn main() { match Cli::parse().command { Cmd::Serve(o) => { tokio::net::TcpListener::bind(o.bind); } } }`, "/app/app serve --bind 0.0.0.0:3000", "", ""},
		{"one that migrates", options + `#[derive(Subcommand)] enum Cmd { Serve, Migrate }
			fn main() { match Cli::parse().command { Cmd::Serve => all(), Cmd::Migrate => migrate() } } fn all() { connect(std::env::var("DATABASE_URL")); ` + bind + ` } fn migrate() { sqlx::migrate!().run(); }`, "/app/app serve", "/app/app migrate", ""},
		{"one that migrates, as the other does", options + `#[derive(Subcommand)] enum Cmd { Serve, Migrate }
			fn main() { match Cli::parse().command { Cmd::Serve => all(), Cmd::Migrate => migrate() } } fn all() { migrate(); connect(std::env::var("DATABASE_URL")); ` + bind + ` } fn migrate() { sqlx::migrate!().run(); }`, "/app/app serve", "", ""},
		{"one that wants to know more", options + `#[derive(Subcommand)] enum Cmd { Serve, Migrate { to: i64 } }
			fn main() { match Cli::parse().command { Cmd::Serve => all(), Cmd::Migrate { to } => migrate() } } fn all() { connect(std::env::var("DATABASE_URL")); ` + bind + ` } fn migrate() { sqlx::migrate!().run(); }`, "/app/app serve", "", ""},
		{"unknown ones", options + `#[derive(Subcommand)] enum Cmd { Edge, Offline } fn main() { Cli::parse(); ` + bind + ` }`, "/app/app", "", "one of its subcommands (edge, offline)"},
	} {
		s := one(t, "axum = \"0.8\"\nclap = \"4\"\nsqlx = { version = \"0.8\", features = [\"postgres\"] }", c.main)
		jobs := ""
		for _, p := range s.Processes {
			jobs += strings.Join(p.Start.V.Args(), " ")
		}
		if start := strings.Join(s.Start.V.Args(), " "); s.Kind != detect.Server || start != c.start || jobs != c.jobs {
			t.Errorf("%s: a %s that starts %q, with the job %q, want %q and %q", c.why, s.Kind, start, jobs, c.start, c.jobs)
		}
		notes := ""
		for _, n := range s.Notes {
			notes += n.Text + "\n"
		}
		if !strings.Contains(notes, c.note) || c.note == "" && strings.Contains(notes, "subcommands") {
			t.Errorf("%s: notes %q, want %q", c.why, notes, c.note)
		}
	}
}

// What another subcommand reads is not required of the one that serves, nor is an option
// that may be left out where something unwraps it.
func TestSubcommandEnv(t *testing.T) {
	s := one(t, "axum = \"0.8\"\nclap = \"4\"", `#[derive(Parser)] struct Cli { #[command(subcommand)] command: Cmd }
		#[derive(Subcommand)] enum Cmd { Serve(ServeOpts), Mail(MailOpts) }
		#[derive(Args)] struct ServeOpts { #[arg(long, env)] needed: String, #[arg(long, env)] cert: Option<String> }
		#[derive(Args)] struct MailOpts { #[arg(long, env)] recipient: String }
		fn main() { match Cli::parse().command { Cmd::Serve(o) => all(o), Cmd::Mail(o) => {} } }
		fn all(o: ServeOpts) { if o.cert.is_some() { read(o.cert.clone().unwrap()); } tokio::net::TcpListener::bind("0.0.0.0:3000"); }`)
	var required []string
	for _, e := range s.Env {
		if e.Required {
			required = append(required, e.Name.String())
		}
	}
	if got := strings.Join(required, " "); got != "NEEDED" {
		t.Errorf("required are %q, want NEEDED", got)
	}
}

// actix_server binds by a name, an address and what serves there.
func TestNamedBind(t *testing.T) {
	s := one(t, "actix-web = \"4\"\nclap = \"4\"\nderive_builder = \"0.20\"", `struct Mail { #[builder(default = "587")] port: u16 } #[derive(Parser)] struct Opts { #[arg(long, env = "HTTP_PORT")] http_port: Option<u16>, #[arg(long, env = "HTTP_HOST")] http_host: Option<String> }
		struct Conf { #[builder(default = "3890")] ldap_port: u16, #[builder(default = "17170")] http_port: u16 }
		fn main() { let c = conf(); b.bind("ldap", ("0.0.0.0", c.ldap_port), f).bind("http", (c.http_host.clone(), c.http_port), move || g()).run(); }`)
	if s.Kind != detect.Server || s.Port.V != 17170 {
		t.Errorf("a %s on %d, want a server on 17170", s.Kind, s.Port.V)
	}
}
