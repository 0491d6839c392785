package crystal_test

import (
	"testing"

	"dockgen/detect"
	"dockgen/detect/crystal"
	"dockgen/internal/scantest"
)

func inspect(t *testing.T, source, asks string) *detect.Service {
	t.Helper()
	files := map[string]string{"src/app.cr": source, "shard.yml": "name: app\nversion: 1.0.0\ntargets:\n  app:\n    main: src/app.cr\ndependencies:\n  kemal:\n    github: kemalcr/kemal\n" + asks}
	found := scantest.Files(t, detect.Config{Name: "app", Detectors: []detect.Detector{crystal.Detector{}}}, files).Services
	if len(found) != 1 {
		t.Fatalf("%d services", len(found))
	}
	return found[0]
}

func TestPort(t *testing.T) {
	tests := []struct {
		name, source, want string
	}{
		{"the framework's own", "require \"kemal\"\nKemal.run", "3000"},
		{"an argument", "Kemal.run(4000)", "4000"},
		{"a setting", "Kemal.config.port = 4000", "4000"},
		{"a server of the standard library", "server.bind_tcp \"0.0.0.0\", 4000", "4000"},
		{"a property of the configuration", "class Config\n  property port : Int32 = 4000\nend", "4000"},
		{"a property without a value", "class DB\n  property port : Int32\nend", "3000"},
		{"a string in an interpolation", "url = \"a#{listen ? \"&listen=1\" : \"\"}b\"", "3000"},
		{"a here-document", "html = <<-END\n  #{x ? \"&listen=1\" : \"\"} server.listen 5000\nEND\nKemal.run(4000)", "4000"},
		{"a quotation mark as a character", "c = '\"'\nKemal.run(4000)\nd = '\"'", "4000"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := inspect(t, tt.source, "").Port.V.String(); got != tt.want {
				t.Errorf("port %s, want %s", got, tt.want)
			}
		})
	}
}

func TestVersion(t *testing.T) {
	tests := []struct{ asks, want string }{
		{"crystal: \">= 1.10.0, < 2.0.0\"\n", "1.14"},
		{"crystal: 1.10.0\n", "1.14"},
		{"crystal: ~> 1.14.0\n", "1.14"},
		{"crystal: \"< 1.0\"\n", ""},
		{"crystal: \">= 1.99\"\n", "1.99"},
	}
	for _, tt := range tests {
		if got := inspect(t, "Kemal.run", tt.asks).Version.V.String(); got != tt.want {
			t.Errorf("%q: version %q, want %q", tt.asks, got, tt.want)
		}
	}
}

func FuzzSource(f *testing.F) {
	f.Add("a = \"x#{y ? \"z\" : {1 => 2}}\"\n<<-'END'\nEND\n'\\\\'\nKemal.run(3000)")
	f.Fuzz(func(t *testing.T, source string) { inspect(t, source, "") })
}
