package julia

import (
	"fmt"
	"strings"
	"testing"

	"dockgen/detect"
	"dockgen/internal/scantest"
)

func scan(t *testing.T, files map[string]string) *detect.Project {
	t.Helper()
	return scantest.Files(t, detect.Config{Detectors: []detect.Detector{Detector{}}}, files)
}

func deps(names ...string) string {
	out := "[deps]\n"
	for i, n := range names {
		out += fmt.Sprintf("%s = \"00000000-0000-0000-0000-%012d\"\n", n, i+1)
	}
	return out
}

func TestRanges(t *testing.T) {
	for in, want := range map[string]string{"1.10": "^1.10", "1.6, 1.10": "^1.6 || ^1.10", "~1.10": "~1.10", "1.6 - 1.10": "1.6 - 1.10", "≥ 1.6": ">= 1.6", "=1.10.4": "=1.10.4"} {
		if got := ranges(in); got != want {
			t.Errorf("ranges(%q) = %q, want %q", in, got, want)
		}
	}
}

// What starts, what it is, where it listens.
func TestEntries(t *testing.T) {
	const pkg = "name = \"Teas\"\nuuid = \"00000000-0000-0000-0000-00000000000a\"\n"
	for _, c := range []struct {
		why   string
		files map[string]string
		want  string
	}{
		{"a library", map[string]string{"Project.toml": pkg + deps("HTTP"), "src/Teas.jl": "module Teas\nusing HTTP\nbrew() = HTTP.get(\"http://x\")\nend"},
			"library: package Teas has no script that starts it, and no function main"},
		{"a library that can serve, as a framework does", map[string]string{"Project.toml": pkg + deps("HTTP"), "src/Teas.jl": "module Teas\nusing HTTP\nserve(; port = 8080) = HTTP.serve(h, port)\nend"},
			"library: package Teas has no script that starts it, and no function main"},
		{"examples start nothing", map[string]string{"Project.toml": pkg + deps("HTTP"), "src/Teas.jl": "module Teas end", "examples/server.jl": "using HTTP\nHTTP.serve(h)"},
			"library: package Teas has no script that starts it, and no function main; left out: examples is no part of what a project deploys (run dockgen in that folder to take it)"},
		{"what a generator copies starts nothing", map[string]string{"Project.toml": pkg + deps("HTTP"), "src/Teas.jl": "module Teas end", "files/new_app/main.jl": "using HTTP\nHTTP.serve(h)"},
			"library: package Teas has no script that starts it, and no function main"},
		{"a framework that others serve with", map[string]string{"Project.toml": strings.ReplaceAll(pkg, "Teas", "Genie") + deps("HTTP"), "src/Genie.jl": "module Genie\nusing HTTP\nroute(f, \"/\")\nfunction serve()\n HTTP.serve(h)\nend\nend"},
			"library: package Genie has no script that starts it, and no function main"},
		{"its tests are no project", map[string]string{"Project.toml": pkg + deps("HTTP"), "src/Teas.jl": "module Teas end", "server.jl": "using HTTP\nHTTP.serve(h, \"0.0.0.0\", 80)", "test/Project.toml": deps("Test"), "test/main.jl": "f()"},
			"server http [server.jl] 80; left out: test is no part of what a project deploys (run dockgen in that folder to take it)"},
		{"a routine of the package", map[string]string{"Project.toml": pkg + deps("HTTP"), "src/Teas.jl": "module Teas\ninclude(\"web.jl\")\nend", "src/web.jl": "module Web\nusing HTTP\nHTTP.register!(r, \"GET\", \"/teas\", f)\nfunction start(; port = 7001)\n HTTP.serve(r, \"0.0.0.0\", port)\nend\nend"},
			"server http [-e using Teas; Teas.Web.start()] 7001"},
		{"a main of Julia's own", map[string]string{"Project.toml": pkg, "src/Teas.jl": "module Teas\nfunction (@main)(args)\n println(args)\nend\nend"},
			"cli  [-e using Teas; Teas.main(ARGS)] 0"},
		{"an argument is the port", map[string]string{"Project.toml": deps("Mux"), "app.jl": "using Mux\nwait(serve(a, parse(Int, ARGS[1])))"},
			"server mux [app.jl 8080] 8080"},
		{"a default in place of the argument", map[string]string{"Project.toml": deps("HTTP"), "app.jl": "using HTTP\nport = length(ARGS) > 0 ? parse(Int, ARGS[1]) : 9000\nHTTP.listen(f, \"0.0.0.0\", port)"},
			"server http [app.jl] 9000"},
		{"ArgParse's default", map[string]string{"Project.toml": deps("ArgParse", "Oxygen"), "main.jl": "using ArgParse, Oxygen\ns = ArgParseSettings()\n@add_arg_table! s begin\n \"--host\"\n default = \"0.0.0.0\"\n \"--port\", \"-p\"\n arg_type = Int\n default = 9100\nend\nargs = parse_args(s)\nserve(host = args[\"host\"], port = args[\"port\"])"},
			"server oxygen [main.jl] 9100"},
		{"a field of the configuration", map[string]string{"Project.toml": deps("HTTP"), "run.jl": "using HTTP\nBase.@kwdef struct Config\n host::String = \"0.0.0.0\"\n port::Int = 9200\nend\nfunction main(c)\n HTTP.serve(h, c.host, c.port)\nend\nmain(Config())"},
			"server http [run.jl] 9200"},
		{"a parameter that a call gives", map[string]string{"Project.toml": deps("HTTP"), "run.jl": "using HTTP\nstart(r; host = \"127.0.0.1\", port = 1) = HTTP.serve(r, host, port)\nport = parse(Int, get(ENV, \"PORT\", \"9300\"))\nstart(router; host = \"0.0.0.0\", port)"},
			"server http [run.jl] 9300 $PORT"},
		{"a name in two branches", map[string]string{"Project.toml": deps("HTTP"), "run.jl": "using HTTP\nif haskey(ENV, \"TEA_PORT\")\n p = parse(Int, ENV[\"TEA_PORT\"])\nelse\n p = 9400\nend\nHTTP.serve(h, \"0.0.0.0\", p)"},
			"server http [run.jl] 9400 $TEA_PORT"},
		{"what a handler answers is no port", map[string]string{"Project.toml": deps("HTTP"), "run.jl": "using HTTP\nHTTP.serve(req -> HTTP.Response(2000, \"10.0.0.1\"), \"0.0.0.0\", 9500)"},
			"server http [run.jl] 9500"},
		{"a loopback address", map[string]string{"Project.toml": deps("Oxygen"), "app.jl": "using Oxygen\nserve(port = 9600)"},
			"server oxygen [app.jl] 9600; serve names no address, and Oxygen takes the loopback one, which nothing outside the container reaches: give it host = \"0.0.0.0\""},
		{"a variable says the address", map[string]string{"Project.toml": deps("Oxygen"), "app.jl": "using Oxygen\nserve(host = get(ENV, \"TEA_HOST\", \"127.0.0.1\"), port = 9700)"},
			"server oxygen [app.jl] 9700 TEA_HOST=0.0.0.0"},
		{"a script of Genie without its folders", map[string]string{"Project.toml": deps("Genie"), "app.jl": "using Genie\nroute(\"/\") do\nend\nup(9800, \"0.0.0.0\"; async = false)"},
			"server genie [app.jl] 9800"},
		{"Genie loads what only has pages", map[string]string{"Project.toml": deps("GenieFramework"), "app.jl": "module App\nusing GenieFramework\n@genietools\n@page(\"/\", \"app.jl.html\")\nend"},
			"server genie [-e using GenieFramework; Genie.loadapp(); up(async = false)] 8000 $PORT GENIE_ENV=prod GENIE_HOST=0.0.0.0"},
		{"what comes back at once is waited for", map[string]string{"Project.toml": deps("HTTP"), "app.jl": "using HTTP\nserver = HTTP.serve!(h, \"0.0.0.0\", 9900)"},
			"server http [-e include(\"app.jl\"); wait(Condition())] 9900; HTTP.serve! comes back at once, and a script that has no more to do ends: the image's command waits for it"},
		{"the Dockerfile's script", map[string]string{"Project.toml": deps("Genie"), "Dockerfile": "FROM julia:1.10\nCMD julia --project=. -t auto,1 startup.jl", "app.jl": "using Genie\nup()", "startup.jl": "using Genie\nup(8100, \"0.0.0.0\", async = false)"},
			"server genie [--threads=auto,1 startup.jl] 8100"},
		{"the Procfile's expression", map[string]string{"Project.toml": pkg + deps("Mux"), "Procfile": "web: julia --project -e \"using Teas; Teas.serve($PORT)\"", "src/Teas.jl": "module Teas\nusing Mux\nserve(p) = wait(Mux.serve(a, p))\nend"},
			"server mux [-e using Teas; Teas.serve(parse(Int, ENV[\"PORT\"]))] 8080 $PORT"},
		{"a worker on a queue", map[string]string{"Project.toml": deps("AMQPClient"), "worker.jl": "using AMQPClient\nbasic_consume(c, \"q\", f)\nwait()"},
			"worker  [worker.jl] 0"},
		{"a script that ends", map[string]string{"Project.toml": deps("CSV"), "main.jl": "println(1)"}, "job  [main.jl] 0"},
		{"a script without a manifest", map[string]string{"server.jl": "using HTTP, Dates\nHTTP.serve(h, \"0.0.0.0\", 9050)"},
			"server http [server.jl] 9050"},
		{"somebody else's main.jl", map[string]string{"main.jl": "println(1)"}, ""},
		{"notebooks", map[string]string{"Project.toml": deps("PlutoUI"), "tea.jl": "### A Pluto.jl notebook ###\nusing HTTP\nHTTP.serve(h)"},
			"notebooks: no package that serves them is in Project.toml, as PlutoSliderServer does"},
		{"notebooks that are served", map[string]string{"Project.toml": deps("Pluto"), "tea.jl": "### A Pluto.jl notebook ###\n"},
			"server pluto [-e import Pluto; Pluto.run(host = \"0.0.0.0\", port = 1234, launch_browser = false)] 1234"},
		{"notebooks above an environment of their own", map[string]string{"deploy/Project.toml": deps("PlutoSliderServer"), "tea.jl": "### A Pluto.jl notebook ###\n"},
			"server pluto [-e import PlutoSliderServer; PlutoSliderServer.run_directory(\"..\"; SliderServer_host = \"0.0.0.0\", SliderServer_port = 8080)] 8080"},
		{"Genie's configuration in a script", map[string]string{"Project.toml": deps("Genie"), "server.jl": "using Genie\nGenie.config.server_host = \"0.0.0.0\"\nGenie.config.server_port = parse(Int, get(ENV, \"PORT\", \"9070\"))\nGenie.startup(async = false)"},
			"server genie [server.jl] 9070 $PORT"},
		{"Genie's own address in a script", map[string]string{"Project.toml": deps("Genie"), "server.jl": "using Genie\nup(9080, async = false)"},
			"server genie [server.jl] 9080; up names no address, and Genie takes the loopback one, which nothing outside the container reaches: give it host = \"0.0.0.0\""},
		{"a socket of its own", map[string]string{"Project.toml": deps("HTTP", "Sockets"), "app.jl": "using HTTP, Sockets\ns = Sockets.listen(ip\"0.0.0.0\", 9060)\nHTTP.serve(h; server = s)"},
			"server http [app.jl] 9060"},
	} {
		var got []string
		p := scan(t, c.files)
		for _, s := range p.Services {
			text := fmt.Sprintf("%s %s %v %d", s.Kind, s.Framework.V, s.Start.V.Args()[2:], s.Port.V)
			if !s.PortEnv.IsZero() {
				text += " $" + s.PortEnv.String()
			}
			for _, e := range s.SetEnv {
				if !strings.HasPrefix(e.Name.String(), "JULIA_") {
					text += " " + e.Name.String() + "=" + e.Value.String()
				}
			}
			got = append(got, text)
			for _, n := range s.Notes {
				if !strings.Contains(n.Text, "is not there") {
					got = append(got, n.Text)
				}
			}
		}
		for _, n := range p.Notes {
			got = append(got, n.Text)
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.why, s, c.want)
		}
	}
}

func TestVersions(t *testing.T) {
	script := map[string]string{"main.jl": "f()"}
	for _, c := range []struct {
		why   string
		files map[string]string
		want  string
	}{
		{"nothing said", map[string]string{"Project.toml": deps("CSV")}, ""},
		{"a range that the default meets", map[string]string{"Project.toml": "[compat]\njulia = \"1.6\""}, "1.12"},
		{"one line", map[string]string{"Project.toml": "[compat]\njulia = \"~1.10\""}, "1.10"},
		{"a lock", map[string]string{"Project.toml": "[compat]\njulia = \"1\"", "Manifest.toml": "julia_version = \"1.10.4\"\nmanifest_format = \"2.0\"\n[deps]"}, "1.10.4"},
		{"a lock of a line", map[string]string{"Project.toml": "", "Manifest-v1.11.toml": "julia_version = \"1.11.5\"\nmanifest_format = \"2.0\"\n[deps]", "Manifest-v1.10.toml": "julia_version = \"1.10.4\"\nmanifest_format = \"2.0\"\n[deps]"}, "1.11.5"},
		{"a lock of before", map[string]string{"Project.toml": "", "Manifest.toml": "[[HTTP]]\nuuid = \"x\""}, "1.6"},
		{"a lock of a release to come", map[string]string{"Project.toml": "", "Manifest.toml": "julia_version = \"1.14.0-DEV\"\nmanifest_format = \"2.0\""}, ""},
		{"a version file", map[string]string{"Project.toml": "", ".tool-versions": "julia 1.11.2", "Manifest.toml": "julia_version = \"1.10.4\""}, "1.11.2"},
		{"mise", map[string]string{"Project.toml": "", "mise.toml": "[tools]\njulia = \"1.10\""}, "1.10"},
		{"the Dockerfile, within the range", map[string]string{"Project.toml": "[compat]\njulia = \"1.6\"", "Dockerfile": "FROM julia:1.11.3-bookworm AS x"}, "1.11.3"},
		{"the Dockerfile, outside", map[string]string{"Project.toml": "[compat]\njulia = \"1.11\"", "Dockerfile": "FROM julia:1.9"}, "1.12"},
		{"a package of Julia's own", map[string]string{"Project.toml": "[compat]\nDates = \"1.11\"", "Dockerfile": "FROM julia:1.10"}, "1.12"},
	} {
		files := map[string]string{}
		for name, text := range script {
			files[name] = text
		}
		for name, text := range c.files {
			files[name] = text
		}
		p := scan(t, files)
		if len(p.Services) != 1 {
			t.Errorf("%s: %v", c.why, p.Notes)
		} else if got := p.Services[0].Version.V.String(); got != c.want {
			t.Errorf("%s: got %q, want %q", c.why, got, c.want)
		}
	}
}

// Packages by path are part of the build, wherever in the project they lie.
func TestPackagesByPath(t *testing.T) {
	const core = "name = \"Core2\"\nuuid = \"00000000-0000-0000-0000-000000000001\""
	for _, c := range []struct {
		why   string
		files map[string]string
		want  string
	}{
		{"the lock says where", map[string]string{"web/Project.toml": deps("Core2"), "web/Manifest.toml": "manifest_format = \"2.0\"\n[[deps.Core2]]\npath = \"../core\"", "core/Project.toml": core, "web/main.jl": "f()"},
			". [core] using Pkg; Pkg.instantiate(); Pkg.precompile()"},
		{"the manifest does", map[string]string{"Project.toml": deps("Core2") + "[sources]\nCore2 = {path = \"lib/core\"}", "lib/core/Project.toml": core, "main.jl": "f()"},
			". [lib/core] using Pkg; Pkg.instantiate(); Pkg.precompile()"},
		{"neither does", map[string]string{"Project.toml": deps("Core2"), "core/Project.toml": core, "main.jl": "f()"},
			". [core] using Pkg; Pkg.develop(path = \"core\"); Pkg.instantiate(); Pkg.precompile()"},
		{"outside", map[string]string{"Project.toml": deps("Core2"), "Manifest.toml": "manifest_format = \"2.0\"\n[[deps.Core2]]\npath = \"../core\"", "main.jl": "f()"},
			". [] using Pkg; Pkg.instantiate(); Pkg.precompile()"},
	} {
		for _, s := range scan(t, c.files).Services {
			f := s.Facts.(*Facts)
			if got := fmt.Sprintf("%s %v %s", s.Root, f.Parts, f.Install.Args()[3]); got != c.want {
				t.Errorf("%s:\n got %s\nwant %s", c.why, got, c.want)
			}
		}
	}
}
