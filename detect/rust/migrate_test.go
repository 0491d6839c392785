package rust

import (
	"strings"
	"testing"

	"dockgen/detect"
)

func TestMigrations(t *testing.T) {
	const serve = `fn main() { let db = connect(std::env::var("DATABASE_URL")); %s; tokio::net::TcpListener::bind("0.0.0.0:3000"); }`
	sqlx, diesel := "sqlx = { version = \"0.8\", features = [\"postgres\"] }\n", "diesel = { version = \"2\", features = [\"postgres\"] }\n"
	sql := map[string]string{"migrations/1_a.sql": "SELECT 1;"}
	for _, c := range []struct {
		why, deps, body string
		files           map[string]string
		start, note     string
	}{
		{"no migrations", sqlx, "", nil, "", ""},
		{"sqlx", sqlx, "", sql, "/app/sqlx migrate run --source /app/migrations", ""},
		{"sqlx with a file that it can't read", sqlx, "", map[string]string{"migrations/1_a.sql": "", "migrations/all_b.sql": ""}, "", ""},
		{"sqlx with files of no form", sqlx, "", map[string]string{"migrations/schema.sql": ""}, "", ""},
		{"sqlx beside dbmate", sqlx, "", map[string]string{"migrations/1_a.sql": "-- migrate:up\nSELECT 1;"}, "", ""},
		{"sqlx with settings of its own", sqlx, "", map[string]string{"migrations/1_a.sql": "", "sqlx.toml": "[migrate]"}, "", ""},
		{"sqlx in the program", sqlx, "sqlx::migrate!().run(&db)", sql, "", ""},
		{"sqlx in a folder", sqlx, "let m = sqlx::migrate::Migrator::new(p); m.run(&db)", sql, "", ""},
		{"Diesel", diesel, "", map[string]string{"migrations/1_a/up.sql": "SELECT 1;"}, "/app/diesel migration run --migration-dir /app/migrations", ""},
		{"Diesel in another folder", diesel, "", map[string]string{"db/1_a/up.sql": "SELECT 1;", "diesel.toml": "[migrations_directory]\ndir = \"db\"\n"}, "/app/diesel migration run --migration-dir /app/migrations", ""},
		{"Diesel in a folder of the developer's machine", diesel, "", map[string]string{"migrations/1_a/up.sql": "SELECT 1;", "diesel.toml": "[migrations_directory]\ndir = \"/home/me/app/migrations\"\n"}, "/app/diesel migration run --migration-dir /app/migrations", ""},
		{"Diesel in the program", diesel, "db.run_pending_migrations(M)", map[string]string{"migrations/1_a/up.sql": "SELECT 1;"}, "", ""},
		{"a binary", sqlx, "", map[string]string{"src/bin/migrate.rs": `fn main() { sqlx::migrate!().run(connect(std::env::var("DATABASE_URL"))); }`, "migrations/1_a.sql": ""}, "/app/migrate", ""},
		{"a binary that takes words", sqlx, "", map[string]string{"src/bin/migrate.rs": `fn main() { let a = std::env::args().nth(1); connect(std::env::var("DATABASE_URL")); }`}, "", "migrate is left out"},
		{"a binary that is told of no database", sqlx, "", map[string]string{"src/bin/migrate.rs": `fn main() { }`}, "", "migrate is left out"},
		{"no database", "axum = \"0.8\"\n", "", sql, "", ""},
	} {
		files := map[string]string{
			"Cargo.toml":  "[package]\nname = \"app\"\nedition = \"2021\"\n[dependencies]\naxum = \"0.8\"\n" + strings.ReplaceAll(c.deps, "axum = \"0.8\"\n", ""),
			"src/main.rs": strings.ReplaceAll(serve, "%s", c.body),
		}
		for name, text := range c.files {
			files[name] = text
		}
		p := scan(t, files)
		if len(p.Services) != 1 {
			t.Errorf("%s: %d services, want 1", c.why, len(p.Services))
			continue
		}
		s := p.Services[0]
		start, notes := "", ""
		for _, one := range s.Processes {
			if one.Kind == detect.Job {
				start += strings.Join(one.Start.V.Args(), " ")
			}
		}
		for _, n := range s.Notes {
			notes += n.Text + "\n"
		}
		if start != c.start {
			t.Errorf("%s: starts %q, want %q", c.why, start, c.start)
		}
		if !strings.Contains(notes, c.note) || c.note == "" && (strings.Contains(notes, "migrations") || strings.Contains(notes, "left out")) {
			t.Errorf("%s: notes %q, want %q", c.why, notes, c.note)
		}
	}
}
