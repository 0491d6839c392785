package dart

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"dockgen/detect"
	"dockgen/internal/scantest"
)

func TestPrograms(t *testing.T) {
	for _, c := range []struct {
		why   string
		files map[string]string
		want  string
	}{
		{"a Flutter application", map[string]string{"pubspec.yaml": "name: a\ndependencies:\n  flutter:\n    sdk: flutter\n"}, "a Flutter application or plugin: it runs on devices, and its web build needs Flutter's SDK, which has no image of its own"},
		{"a library", map[string]string{"pubspec.yaml": "name: a\n"}, "library: no program in bin/"},
		{"the server among programs", map[string]string{"pubspec.yaml": "name: a\n", "bin/a.dart": "", "bin/my_server.dart": "main() => HttpServer.bind('0.0.0.0', 99);"}, "bin/my_server.dart server 99"},
		{"a port of a variable", map[string]string{"pubspec.yaml": "name: a\ndependencies: {shelf: any}\n", "bin/main.dart": "var p = int.parse(Platform.environment['PORT'] ?? '5000');"}, "bin/main.dart server 5000 PORT"},
		{"a text and a comment say nothing", map[string]string{"pubspec.yaml": "name: a\n", "bin/main.dart": "/* /* HttpServer.bind(1) */ */ var s = 'HttpServer.bind(${x('a')})';"}, "bin/main.dart cli 0"},
		{"an old range", map[string]string{"pubspec.yaml": "name: a\nenvironment:\n  sdk: '>=2.12.0 <3.0.0'\n", "bin/main.dart": ""}, "bin/main.dart cli 0 3.13"},
		{"from before null safety, which 3 lacks", map[string]string{"pubspec.yaml": "name: a\nenvironment:\n  sdk: '>=2.5.0 <3.0.0'\n", "bin/main.dart": ""}, "bin/main.dart cli 0 2.19"},
		{"an exact line", map[string]string{"pubspec.yaml": "name: a\nenvironment:\n  sdk: '>=3.4.0 <3.5.0'\n", "bin/main.dart": ""}, "bin/main.dart cli 0 3.4"},
	} {
		p, err := scantest.Try(t, detect.Config{Detectors: []detect.Detector{Detector{}}}, c.files)
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
			continue
		}
		var got []string
		for _, s := range p.Services {
			got = append(got, s.Main.V.String(), string(s.Kind), s.Port.V.String(), s.PortEnv.String(), s.Version.V.String())
		}
		for _, n := range p.Notes {
			got = append(got, n.Text)
		}
		if text := strings.Join(strings.Fields(strings.Join(got, " ")), " "); text != c.want {
			t.Errorf("%s: got %q, want %q", c.why, text, c.want)
		}
	}
}

func TestBadRange(t *testing.T) {
	tree := fstest.MapFS{"pubspec.yaml": {Data: []byte("name: a\nenvironment:\n  sdk: nonsense\n")}, "bin/main.dart": {}}
	_, err := detect.Scan(context.Background(), tree, detect.Config{Detectors: []detect.Detector{Detector{}}})
	if err == nil || !strings.Contains(err.Error(), `pubspec.yaml:3: "nonsense" is not a range of versions`) {
		t.Errorf("got %v", err)
	}
}

func FuzzInspect(f *testing.F) {
	f.Add("name: a\ndependencies:\n  shelf: ^1.0.0\n  b:\n    path: ../b\nenvironment:\n  sdk: ^3.0.0\n", "serve(h, 'localhost', 8080); Platform.environment['A'] part 'x.g.dart'")
	f.Fuzz(func(t *testing.T, spec, text string) {
		tree := fstest.MapFS{"pubspec.yaml": {Data: []byte(spec)}, "bin/main.dart": {Data: []byte(text)}}
		_, _ = detect.Scan(context.Background(), tree, detect.Config{Detectors: []detect.Detector{Detector{}}})
	})
}
