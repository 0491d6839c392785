package elixir

import (
	"testing"

	"dockgen/detect"
	"dockgen/internal/scantest"
)

// phoenix are the files of an application with two endpoints, a database and what is added.
func phoenix(t *testing.T, runtime, project string, more ...string) *detect.Service {
	t.Helper()
	files := append([]string{
		"mix.exs", "defmodule X.MixProject do\n use Mix.Project\n def application, do: [mod: {X.Application, []}]\n def project, do: [app: :x, version: \"0.1.0\", " + project + "deps: [{:phoenix, \"~> 1.8\"}, {:postgrex, \">= 0.0.0\"}, {:ecto_ch, \"~> 0.7\"}]]\nend",
		"lib/x/repo.ex", "defmodule X.Repo do\n use Ecto.Repo, otp_app: :x\nend",
		"lib/x_web/device_endpoint.ex", "defmodule XWeb.DeviceEndpoint do\n use Phoenix.Endpoint, otp_app: :x\nend",
		"lib/x_web/endpoint.ex", "defmodule XWeb.Endpoint do\n use Phoenix.Endpoint, otp_app: :x\nend",
		"config/runtime.exs", "import Config\n" + runtime,
	}, more...)
	p := scan(t, files...)
	if len(p.Services) != 1 {
		t.Fatalf("%d services: %v", len(p.Services), p.Notes)
	}
	return p.Services[0]
}

func TestEndpointOfSeveral(t *testing.T) {
	s := phoenix(t, `
port = System.get_env("HTTP_PORT") || "4000"
config :x, XWeb.Endpoint, http: [port: String.to_integer(port)], server: true
port = System.get_env("STATUS_PORT") || "4040"
config :x, XWeb.DeviceEndpoint, https: [port: 443]
config :x, status_port: port
`, "")
	if s.Port.V != 4000 || s.PortEnv.String() != "HTTP_PORT" {
		t.Errorf("port %d by %s, want 4000 by HTTP_PORT: the site's, with the variable as it was there", s.Port.V, s.PortEnv)
	}
}

func TestVariableMadeOfItself(t *testing.T) {
	s := phoenix(t, `
database = System.get_env("POSTGRES_DB", "x")
database = if config_env() == :test do
  "#{database}_test#{System.get_env("MIX_TEST_PARTITION")}"
else
  database
end
config :x, X.Repo, database: database, hostname: System.get_env("POSTGRES_HOST", "postgres")
`, "")
	for _, set := range s.Needs[0].Settings {
		if set.Part == detect.PartDatabase && set.Env.String() != "POSTGRES_DB" {
			t.Errorf("the database's name comes by %s", set.Env)
		}
	}
	if len(s.Needs[0].Settings) != 2 {
		t.Errorf("settings %v", s.Needs[0].Settings)
	}
}

func TestOptionalBehindACondition(t *testing.T) {
	for _, c := range []struct {
		name, runtime string
		want          bool
	}{
		{"asked for first", "if url = System.get_env(\"CLICKHOUSE_URL\") do\n config :x, X.Stats, url: url\nend", true},
		{"required", "config :x, X.Stats, url: System.fetch_env!(\"CLICKHOUSE_URL\")", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, n := range phoenix(t, c.runtime, "").Needs {
				if n.Name == "clickhouse" && n.Optional != c.want || n.Name == "postgres" && n.Optional {
					t.Errorf("%s is optional: %v", n.Name, n.Optional)
				}
			}
		})
	}
}

func TestBuildPath(t *testing.T) {
	if s := phoenix(t, "", `build_path: "/mix/_build", `); !s.Facts.(Facts).Mix.BuildPath {
		t.Error("the release is looked for in _build, and lies in /mix/_build")
	}
	if s := phoenix(t, "", ""); s.Facts.(Facts).Mix.BuildPath {
		t.Error("the folder is the usual one")
	}
}

func TestAssetsThatNothingBuilds(t *testing.T) {
	const name = "no script builds anything"
	pkg := func(scripts string) string { return `{"dependencies":{"phoenix":"1.8.0"},"scripts":{` + scripts + `}}` }
	if s := phoenix(t, "", "", "assets/package.json", pkg("")); !scantest.Noted(s.Notes, name) {
		t.Errorf("notes %v", s.Notes)
	}
	if s := phoenix(t, "", "", "assets/package.json", pkg(`"build":"node esbuild.mjs"`)); scantest.Noted(s.Notes, name) {
		t.Errorf("notes %v", s.Notes)
	}
	if s := phoenix(t, "", `aliases: ["assets.deploy": ["esbuild default --minify"]], `, "assets/package.json", pkg("")); scantest.Noted(s.Notes, name) {
		t.Errorf("notes %v", s.Notes)
	}
}
