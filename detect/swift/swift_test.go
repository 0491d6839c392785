package swift

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"dockgen/detect"
	"dockgen/internal/scantest"
)

func scan(t *testing.T, files map[string]string) *detect.Project {
	t.Helper()
	return scantest.Files(t, detect.Config{Detectors: []detect.Detector{Detector{}}}, files)
}

func TestPrograms(t *testing.T) {
	for _, c := range []struct{ why, manifest, want string }{
		{"a library", `.target(name: "A")`, "library: Package.swift has no executable target"},
		{"a reference is no target", `.executableTarget(name: "Run", dependencies: [.target(name: "App")]), .target(name: "App", dependencies: [.product(name: "Vapor", package: "vapor")])`, "Run server"},
		{"a comment says nothing", "// .executableTarget(name: \"A\")\n/* /* .executableTarget(name: \"B\") */ */", "library: Package.swift has no executable target"},
		{"a tool beside a server", `.executableTarget(name: "Web", dependencies: ["Hummingbird"]), .executableTarget(name: "Seed")`, "Web server"},
		{"a function of Lambda", `.executableTarget(name: "F", dependencies: [.product(name: "AWSLambdaRuntime", package: "x")])`, "F is an AWS Lambda function: it runs in Lambda's own base image"},
		{"the name of a package is no product", `.executableTarget(name: "T", dependencies: [.product(name: "X", package: "Vapor")])`, "T cli"},
	} {
		p := scan(t, map[string]string{"Package.swift": "// swift-tools-version:6.0\nlet package = Package(name: \"p\", targets: [" + c.manifest + "])", "Sources/App/a.swift": ""})
		var got []string
		for _, s := range p.Services {
			got = append(got, s.Main.V.String()+" "+string(s.Kind))
		}
		for _, n := range p.Notes {
			got = append(got, n.Text)
		}
		if text := strings.Join(got, "; "); text != c.want {
			t.Errorf("%s: got %q, want %q", c.why, text, c.want)
		}
	}
}

func FuzzInspect(f *testing.F) {
	f.Add("// swift-tools-version:5.9\n.executableTarget(name: \"a\", dependencies: [\"Vapor\"], path: \"x\")", "app.get(\"health\")\nEnvironment.get(\"A\")\nconfiguration.port = 1")
	f.Add(".target(name: \"a\", path: \"../..\")", "var port @Option hostname(\"a\", port: 99999)")
	f.Fuzz(func(t *testing.T, manifest, text string) {
		tree := fstest.MapFS{"Package.swift": {Data: []byte(manifest)}, "Sources/a/main.swift": {Data: []byte(text)}}
		_, _ = detect.Scan(context.Background(), tree, detect.Config{Detectors: []detect.Detector{Detector{}}})
	})
}
