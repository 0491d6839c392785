package golang

import (
	"strings"
	"testing"

	"dockgen/detect"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// gooseSQL and upSQL are folders of migrations.
const (
	gooseSQL = "-- migrations/001_a.sql --\n-- +goose Up\nSELECT 1;\n"
	upSQL    = "-- migrations/001_a.up.sql --\nSELECT 1;\n-- migrations/001_a.down.sql --\nSELECT 1;\n"
)

func TestMigrations(t *testing.T) {
	const pgx = "github.com/jackc/pgx/v5"
	server := func(imports, body string) string {
		return project(`import ("net/http"; "os"; "github.com/jackc/pgx/v5"; ` + imports + `)
func main() { c, _ := pgx.Connect(nil, os.Getenv("DATABASE_URL")); ` + body + `; http.ListenAndServe(":8080", nil) }`)
	}
	plain := server("", "")
	command := func(body string) string {
		return plain + `-- cmd/migrate/main.go --
package main
import ("os"; "github.com/jackc/pgx/v5")
func main() { c, _ := pgx.Connect(nil, os.Getenv("DATABASE_URL")); ` + body + ` }
`
	}
	tool := strings.Replace(plain, "go 1.26\n", "go 1.26\n\ntool "+gooseCommand+"\n", 1)
	tests := []struct{ why, project, start, note string }{
		{"no migrations", plain, "", ""},
		{"goose, which is no tool of the module", plain + gooseSQL, "", "go get -tool " + gooseCommand},
		{"goose as a tool", tool + gooseSQL, "/app/goose -dir migrations up", ""},
		{"goose in tools.go", plain + gooseSQL + "-- tools/tools.go --\n//go:build tools\n\npackage tools\n\nimport _ \"" + gooseCommand + "\"\n", "/app/goose -dir migrations up", ""},
		{"migrations in Go", tool + gooseSQL + "-- migrations/002_b.go --\npackage migrations\n", "", "holds migrations in Go"},
		{"golang-migrate", plain + upSQL, "/app/migrate", ""},
		{"golang-migrate, for several databases", plain + upSQL + strings.ReplaceAll(upSQL, "migrations/", "other/"), "", "run migrate -path migrations -database ADDRESS up before each release; of the 2 folders"},
		{"golang-migrate, one folder for each dialect", plain + strings.ReplaceAll(upSQL, "migrations/", "db/mysql/") + strings.ReplaceAll(upSQL, "migrations/", "db/pg/"), "/app/migrate", ""},
		{"for another dialect", plain + strings.ReplaceAll(upSQL, "migrations/", "db/sqlite3/"), "", ""},
		{"bun's, in the same form", strings.Replace(plain, "go 1.26\n", "go 1.26\n\nrequire github.com/uptrace/bun v1.2.0\n", 1) + upSQL, "", "runs those of github.com/uptrace/bun"},
		{"of a test", plain + strings.ReplaceAll(upSQL, "migrations/", "testdata/"), "", ""},
		{"golang-migrate by the program", server(`"github.com/golang-migrate/migrate/v4"`, `m, _ := migrate.New("file://migrations", ""); m.Up()`) + upSQL, "", ""},
		{"goose by the program", server(`"github.com/pressly/goose/v3"`, `goose.Up(nil, "migrations")`) + gooseSQL, "", ""},
		{"goose's provider", server(`"github.com/pressly/goose/v3"`, `p, _ := goose.NewProvider("", nil, nil); p.Up(nil)`) + gooseSQL, "", ""},
		{"gorm", server(`"gorm.io/gorm"`, `var db *gorm.DB; db.AutoMigrate()`) + gooseSQL, "", ""},
		{"embedded", plain + "-- x.go --\npackage main\nimport \"embed\"\n//go:embed migrations/*.sql\nvar fs embed.FS\n" + gooseSQL, "", ""},
		{"a command", command(`c.Exec(nil, "x")`), "/app/migrate", ""},
		{"a command that takes a word", command(`if os.Args[1] == "up" { c.Exec(nil, "x") }`), "/app/migrate up", ""},
		{"a command that takes what is unknown", command(`c.Exec(nil, os.Args[1])`), "", "left out"},
		{"a command that drops", command(`c.Migrator().DropTable("x")`), "", "left out"},
		{"a subcommand", server(`"github.com/spf13/cobra"`, `_ = &cobra.Command{Use: "migrate", RunE: run}`), "/app/app migrate", ""},
		{"a subcommand with a word", server(`"github.com/spf13/cobra"`, `_ = &cobra.Command{Use: "migrate [up|down]", RunE: run}`), "/app/app migrate up", ""},
		{"no database", project(`import "net/http"
func main() { http.ListenAndServe(":8080", nil) }`) + upSQL, "", ""},
	}
	for _, tt := range tests {
		s := one(t, strings.Replace(tt.project, "-- go.sum --", "\nrequire "+pgx+" v5.7.6\n-- go.sum --", 1))
		start := ""
		for _, p := range s.Processes {
			if p.Kind == detect.Job {
				start += strings.Join(p.Start.V.Args(), " ")
			}
		}
		if start != tt.start {
			t.Errorf("%s: starts %q, want %q", tt.why, start, tt.start)
		}
		notes := texts(s.Notes)
		if !strings.Contains(notes, tt.note) || tt.note == "" && strings.Contains(notes, "migrations when") {
			t.Errorf("%s: notes %q, want %q", tt.why, notes, tt.note)
		}
	}
}

// TestMigrateVersion holds that a release of golang-migrate is one that the image's Go
// builds, for that downloads no other Go.
func TestMigrateVersion(t *testing.T) {
	image := func(line string) catalog.Image {
		v, err := safe.NewVersion(line)
		if err != nil {
			t.Fatal(err)
		}
		return catalog.Image{Version: v}
	}
	for line, want := range map[string]string{"1.27": "4.20.1", "1.25": "4.20.1", "1.24": "4.19.1", "1.22": "4.17.1"} {
		if got := (&Migrate{}).Version(image(line)); got.String() != want {
			t.Errorf("Go %s: %s, want %s", line, got, want)
		}
	}
	for asked, want := range map[string]string{
		"/v4 v4.15.2": "4.15.2", " v3.5.4+incompatible": "4.20.1", "/v4 v4.0.0-20240101000000-0123456789ab": "4.20.1",
	} {
		s := one(t, strings.Replace(project(`import ("net/http"; "os"; "github.com/jackc/pgx/v5")
func main() { pgx.Connect(nil, os.Getenv("DATABASE_URL")); http.ListenAndServe(":8080", nil) }`),
			"-- go.sum --", "\nrequire github.com/jackc/pgx/v5 v5.7.6\nrequire "+golangMigrate+asked+"\n-- go.sum --", 1)+upSQL)
		if got := s.Facts.(*Facts).Migrate.Version(image("1.27")); got.String() != want {
			t.Errorf("%s: %s, want %s", asked, got, want)
		}
	}
}

// TestAwaited lets every service of the module that uses the database wait for the job.
func TestAwaited(t *testing.T) {
	const uses = "package main\nimport (\"net/http\"; _ \"github.com/jackc/pgx/v5\")\nfunc main() { http.ListenAndServe(\":8080\", nil) }\n"
	p, err := scan(t, "-- go.mod --\nmodule example.com/app\n\ngo 1.26\n\nrequire github.com/jackc/pgx/v5 v5.7.6\n-- go.sum --\n-- cmd/api/main.go --\n"+uses+
		"-- cmd/feed/main.go --\n"+uses+"-- cmd/web/main.go --\npackage main\nimport \"net/http\"\nfunc main() { http.ListenAndServe(\":8080\", nil) }\n"+upSQL)
	if err != nil {
		t.Fatal(err)
	}
	waits := map[string]string{}
	for _, s := range p.Services {
		text := ""
		for _, q := range s.Processes {
			text += "job on " + q.On.String()
		}
		for _, on := range s.WaitsFor {
			text += "waits for " + on.String()
		}
		waits[s.Name.String()] = text
	}
	if waits["api"] != "job on migrations" || waits["feed"] != "waits for migrations" || waits["web"] != "" {
		t.Errorf("%v", waits)
	}
}
