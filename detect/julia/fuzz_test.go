package julia

import (
	"testing"
	"testing/fstest"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// No source and no manifest makes the detector panic, or gives a value that is unsafe.
func FuzzSources(f *testing.F) {
	for _, s := range []string{
		"using HTTP\nHTTP.serve(h, \"0.0.0.0\", parse(Int, get(ENV, \"PORT\", \"8080\")))", "using Oxygen\n@get \"/health\" f\nserve(host =, port =)",
		"Genie.Configuration.config!(server_port =, path_build =, log_to_file =)", "f(; ) = g(;; a, b =)\nf()", "const PORT = PORT\nHTTP.listen(PORT, PORT)",
		"include(\"main.jl\")\ninclude(joinpath(@__DIR__, \"..\", \"x.jl\"))", "db = SQLite.DB(joinpath(\"..\", \"a.db\"))", "module A\nmodule B\nmain() = 1\nend end", "ARGS[1]; ENV[\"A\"] = 1; $(ENV[\"B\"])",
	} {
		f.Add(s, "[deps]\nHTTP = \"x\"\nOxygen = \"y\"\nGenie = \"z\"")
		f.Add(s, "name = \"A\"\nuuid = \"x\"\n[apps]\na = {}")
	}
	f.Fuzz(func(t *testing.T, text, manifest string) {
		tree := fstest.MapFS{"db/connection.yml": {Data: []byte("prod:\n  adapter: SQLite\n  database: db/a.sqlite\n")}, "Project.toml": {Data: []byte(manifest)}}
		for _, name := range []string{"main.jl", "src/A.jl", "routes.jl", "config/env/prod.jl", "bare/server.jl"} {
			tree[name] = &fstest.MapFile{Data: []byte(text)}
		}
		p, err := detect.Scan(t.Context(), tree, detect.Config{Detectors: []detect.Detector{Detector{}}})
		if err != nil {
			return // a manifest that can't be read is an error
		}
		for _, s := range p.Services {
			for _, word := range s.Start.V.Args() {
				if safe.Text(word) != nil {
					t.Errorf("%q in the command", word)
				}
			}
		}
	})
}
