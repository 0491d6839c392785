package elixir

import (
	"strings"
	"testing"
	"testing/fstest"

	"dockgen/detect"
	"dockgen/internal/scantest"
)

// scan detects a project out of its files, whose names and texts follow each other.
func scan(t *testing.T, files ...string) *detect.Project {
	t.Helper()
	return scantest.Files(t, detect.Config{Name: "project", Detectors: []detect.Detector{Detector{}}}, scantest.Pairs(files...))
}

const start = `
defmodule X.MixProject do
  use Mix.Project
  def application, do: [mod: {X.Application, []}]
  def project, do: [app: :x, version: "0.1.0", deps: [], `

// Version files, the range, Heroku's build pack and a Dockerfile: the Elixir and the OTP that come of it.
func TestVersions(t *testing.T) {
	for _, c := range []struct {
		why        string
		elixir, on string
		files      []string
	}{
		{"asdf writes both into one", "1.17.3", "otp-26", []string{".tool-versions", "elixir 1.17.3-otp-26\n"}},
		{"the OTP stands in a line of its own", "1.18.4", "otp-28", []string{".tool-versions", "erlang 28.0.1\nelixir 1.18.4\n"}},
		{"an OTP of which there is no image", "1.18.4", "otp-27", []string{".tool-versions", "erlang 24.1\nelixir 1.18.4\n"}},
		{"an OTP alone chooses an Elixir of its time", "1.18", "otp-25", []string{".tool-versions", "erlang 25.3\n", "mix.exs", start + `elixir: "~> 1.14"]
end`}},
		{"mise", "1.16.2", "otp-26", []string{"mise.toml", "[tools]\nelixir = \"1.16.2-otp-26\"\n"}},
		{"Heroku's build pack", "1.15.7", "otp-25", []string{"elixir_buildpack.config", "erlang_version=25.3.2\nelixir_version=1.15.7\n"}},
		{"a Dockerfile of Phoenix's generator", "1.18.4", "otp-27", []string{"Dockerfile", "ARG E=1.18.4\nARG O=27.3.4\nFROM hexpm/elixir:${E}-erlang-${O}-debian-bookworm-20250610-slim AS builder\n"}},
		{"old tags name no OTP", "1.9.4", "plain", []string{".tool-versions", "elixir 1.9.4-otp-22\n"}},
		{"a range", "1.16", "otp-26", []string{"mix.exs", start + `elixir: "~> 1.16.0"]
end`}},
		{"nothing", "", "otp-28", nil},
	} {
		files := append([]string{"mix.exs", start + "]\nend"}, c.files...)
		p := scan(t, files...)
		if len(p.Services) != 1 {
			t.Errorf("%s: %d services, %v", c.why, len(p.Services), p.Notes)
			continue
		}
		s := p.Services[0]
		if on := strings.TrimPrefix(s.RunOn, "mix-"); s.Version.V.String() != c.elixir || s.BuildOn != c.on || on != c.on {
			t.Errorf("%s: Elixir %q on %s and %s, want %q on %s", c.why, s.Version.V, s.BuildOn, s.RunOn, c.elixir, c.on)
		}
	}
}

// What is no service, and the reason.
func TestNotServices(t *testing.T) {
	for why, files := range map[string][]string{
		"library: application/0":                    {"mix.exs", "defmodule X do\n def project, do: [app: :x]\nend"},
		"library: mix.exs publishes it":             {"mix.exs", start + "package: []]\nend"},
		"escript: a command":                        {"mix.exs", "defmodule X do\n def project, do: [app: :x, escript: [main_module: X]]\nend"},
		"Nerves: firmware":                          {"mix.exs", strings.Replace(start, "deps: []", "deps: [{:nerves, \"~> 1.10\"}]", 1) + "]\nend"},
		"umbrella: none of its applications":        {"mix.exs", "defmodule X do\n def project, do: [apps_path: \"apps\"]\nend", "apps/a/mix.exs", "defmodule A do\n def project, do: [app: :a]\nend"},
		"library: rebar.config has no release":      {"rebar.config", "{deps, []}."},
		"compiled to JavaScript":                    {"gleam.toml", "name = \"x\"\ntarget = \"javascript\""},
		"library: src/x.gleam has no function main": {"gleam.toml", "name = \"x\""},
	} {
		p := scan(t, files...)
		found := false
		for _, n := range p.Notes {
			found = found || strings.HasPrefix(n.Text, why)
		}
		if len(p.Services) > 0 || !found {
			t.Errorf("%s: %d services, notes %v", why, len(p.Services), p.Notes)
		}
	}
}

// A mix.exs that can't be understood names the file and a way out.
func TestBadManifest(t *testing.T) {
	fsys := fstest.MapFS{"mix.exs": {Data: []byte("IO.puts(1)")}}
	_, err := detect.Scan(t.Context(), fsys, detect.Config{Detectors: []detect.Detector{Detector{}}})
	if err == nil || !strings.Contains(err.Error(), "mix.exs") || !strings.Contains(err.Error(), "project/0") {
		t.Errorf("%v", err)
	}
}
