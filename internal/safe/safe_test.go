package safe

import (
	"os/exec"
	"strings"
	"testing"
)

// hostile are texts that would change a Dockerfile, a Compose file or a terminal
// line if one of them got there as it is.
var hostile = map[string]string{
	"a new instruction":        "app\nRUN curl evil",
	"a carriage return":        "app\rRUN x",
	"Unicode's line separator": "app\u2028RUN x",
	"NEL, a C1 control":        "app\u0085x",
	"a terminal escape":        "app\x1b[2J",
	"a bidirectional override": "app\u202etxt",
	"a zero byte":              "a\x00b",
	"invalid UTF-8":            "a\xffb",
}

func TestNoTypeTakesHostileText(t *testing.T) {
	constructors := map[string]func(string) error{
		"Tag":     func(s string) error { _, err := NewTag(s); return err },
		"Version": func(s string) error { _, err := NewVersion(s); return err },
		"Name":    func(s string) error { _, err := NewName(s); return err },
		"EnvName": func(s string) error { _, err := NewEnvName(s); return err },
		"Package": func(s string) error { _, err := NewPackage(s); return err },
		"URLPath": func(s string) error { _, err := NewURLPath("/" + s); return err },
		"Label":   func(s string) error { _, err := NewLabel(s); return err },
		"RelPath": func(s string) error { _, err := NewRelPath(s); return err },
		"Argv":    func(s string) error { _, err := NewArgv("x", s); return err },
	}
	for what, text := range hostile {
		for name, construct := range constructors {
			err := construct(text)
			if err == nil {
				t.Errorf("%s takes %s", name, what)
			} else if Text(err.Error()) != nil {
				t.Errorf("%s: the error about %s carries it on: %q", name, what, err)
			}
		}
		if strings.ContainsAny(Visible(text), "\n\r\x1b\x00\u2028\u202e\u0085") {
			t.Errorf("Visible leaves %s as it is", what)
		}
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct {
		why string
		err error
	}{
		{"a flavour is no version: 20-alpine would become node:20-alpine-trixie-slim", second(NewVersion("20-alpine"))},
		{"another stage's name behind a tag", second(NewTag("20 AS x"))},
		{"a digest is no tag", second(NewTag("20@sha256:ab"))},
		{"a path that leaves the folder", second(NewRelPath("../x"))},
		{"an absolute path", second(NewRelPath("/etc/passwd"))},
		{"an absolute path of Windows' kind, once its slashes are turned", second(NewRelPath(`\etc`))},
		{"a here-document: BuildKit reads it even out of quotes", second(NewArgv("npm", "run", "build", "<<X"))},
		{"a program that is taken for a flag of RUN", second(NewArgv("--network=host"))},
		{"no program", second(NewArgv())},
		{"upper case in an image's name", second(NewName("App"))},
		{"port 0", second(NewPort(0))},
		{"a port beyond 16 bits", second(NewPort(65536))},
	} {
		if c.err == nil {
			t.Errorf("taken: %s", c.why)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestSlug(t *testing.T) {
	for in, want := range map[string]string{
		"@scope/My App": "scope-my-app", "été": "t", "..": "app", "": "app", "a--b": "a-b", strings.Repeat("x", 99): strings.Repeat("x", 63),
	} {
		if got := Slug(in, "app").String(); got != want {
			t.Errorf("Slug(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPatternFor(t *testing.T) {
	for in, want := range map[string]string{"a/b": "a/b", "a*": `a\*`, "#x": "./#x", "!x": "./!x"} {
		if got := PatternFor(RelPathOf(in)).String(); got != want {
			t.Errorf("PatternFor(%q) = %q, want %q", in, got, want)
		}
	}
}

// FuzzQuote asks a real shell what it makes of a quoted word.
func FuzzQuote(f *testing.F) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		f.Skip("no sh on this machine")
	}
	for _, s := range []string{"a b", "it's", "$HOME", "`id`", `\`, "*", "", "a;b", "~", "#x", "!", "é"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if Text(s) != nil {
			t.Skip("no argument that NewArgv takes")
		}
		out, err := exec.Command(sh, "-c", "printf %s "+Quote(s)).Output()
		if err != nil || string(out) != s {
			t.Errorf("%q as %s came back as %q (%v)", s, Quote(s), out, err)
		}
	})
}

func TestPatternBelow(t *testing.T) {
	for in, want := range map[string]string{"**/venv": "**/venv", "tests": "api/tests", "!docs/a": "!api/docs/a", "./#x": "api/#x", "!**/.env": "!**/.env"} {
		got, err := Pattern{str{in}}.Below(RelPathOf("api"))
		if err != nil || got.String() != want {
			t.Errorf("%q below api: %q, %v; want %q", in, got, err, want)
		}
	}
	if _, err := PatternOf("tests").Below(RelPath{str{"a*b"}}); err == nil {
		t.Error("a folder whose name is a pattern is taken")
	}
}
