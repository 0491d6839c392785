package manifest

import (
	"errors"
	"strings"
	"testing"

	"dockgen/detect"
)

func TestLines(t *testing.T) {
	cases := []struct {
		why, name, text string
		path            []string
		want            int
	}{
		{"a nested key of JSON", "a.json", "{\n \"scripts\": {\n  \"start\": \"x\"\n }\n}", []string{"scripts", "start"}, 3},
		{"a key with a dot and a slash is one key", "a.json", "{\"d\":\n{\"@a/b.c\": 1}}", []string{"d", "@a/b.c"}, 2},
		{"what is not there has the line of what is above", "a.json", "{\n \"scripts\": {}}", []string{"scripts", "start"}, 2},
		{"an element of a list", "a.json", "{\"w\": [\n\"a\",\n\"b\"]}", []string{"w", "1"}, 3},
		{"comments of JSONC", "a.jsonc", "// c\n{\n/* x\n */ \"a\": 1,\n}", []string{"a"}, 4},
		{"a key below a table of TOML", "a.toml", "[tools]\nnode = \"22\"\n", []string{"tools", "node"}, 2},
		{"a dotted key of TOML", "a.toml", "x = 1\ntools.node = \"22\"\n", []string{"tools", "node"}, 2},
		{"the table itself", "a.toml", "\n[a.b]\n", []string{"a"}, 2},
		{"an inline table", "a.toml", "\ndep = { version = \"1\", features = [\"x\"] }\n", []string{"dep", "features", "0"}, 2},
		{"the second of an array of tables", "a.toml", "[[bin]]\nname=\"a\"\n[[bin]]\nname=\"b\"\n", []string{"bin", "1", "name"}, 4},
		{"a table below an array of tables", "a.toml", "[[bin]]\n[[bin]]\n[bin.x]\ny=1\n", []string{"bin", "1", "x", "y"}, 4},
		{"an element of a TOML list over lines", "a.toml", "a = [\n \"x\",\n # c\n \"y\",\n]\n", []string{"a", "1"}, 4},
		{"YAML", "a.yaml", "a:\n  b:\n    - x\n    - y\n", []string{"a", "b", "1"}, 4},
	}
	for _, c := range cases {
		d := dirOf(t, ".", map[string]string{c.name: c.text})
		var l Lines
		var err error
		switch {
		case strings.HasSuffix(c.name, ".json"):
			l, err = JSON(d, c.name, nil)
		case strings.HasSuffix(c.name, ".jsonc"):
			l, err = JSONC(d, c.name, nil)
		case strings.HasSuffix(c.name, ".toml"):
			l, err = TOML(d, c.name, nil)
		default:
			l, err = YAML(d, c.name, nil)
		}
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
		} else if got := l.At(c.path...); got != c.want {
			t.Errorf("%s: line %d, want %d (%v)", c.why, got, c.want, l)
		}
	}
}

func TestErrorsHaveLines(t *testing.T) {
	cases := []struct {
		why, name, text string
		line            int
	}{
		{"a comma too many", "a.json", "{\n\"a\": 1,\n}", 3},
		{"the wrong type", "a.json", "{\n\"n\": \"x\"\n}", 2},
		{"a comment where none is allowed", "a.json", "{\n// x\n}", 2},
		{"cut off", "a.json", "{\n\"a\":", 2},
		{"TOML", "a.toml", "a = 1\nb = \n", 2},
		{"the wrong type in TOML", "a.toml", "x = 1\nn = \"x\"\n", 2},
		{"YAML", "a.yaml", "a: 1\nb: [\n", 0}, // the library says no more than "line 2" or 3: see below
		{"an empty file is no JSON", "a.json", "", 1},
	}
	for _, c := range cases {
		d := dirOf(t, ".", map[string]string{"sub/" + c.name: c.text}).Sub("sub")
		var v struct {
			N int `json:"n" toml:"n" yaml:"n"`
		}
		var err error
		switch {
		case strings.HasSuffix(c.name, ".json"):
			_, err = JSON(d, c.name, &v)
		case strings.HasSuffix(c.name, ".toml"):
			_, err = TOML(d, c.name, &v)
		default:
			_, err = YAML(d, c.name, &v)
		}
		var fe *detect.FileError
		if !errors.As(err, &fe) {
			t.Errorf("%s: %v is no FileError", c.why, err)
			continue
		}
		if fe.Path != "sub/"+c.name {
			t.Errorf("%s: path %q", c.why, fe.Path)
		}
		if c.line != 0 && fe.Line != c.line || fe.Line == 0 {
			t.Errorf("%s: line %d, want %d: %v", c.why, fe.Line, c.line, err)
		}
	}
}

func TestYAMLSections(t *testing.T) {
	d := dirOf(t, ".", map[string]string{"l.yaml": "version: '9'\n\nimporters:\n  .:\n    a: 1\n\npackages:\n  broken: [\n"})
	var v struct {
		Version   string
		Importers map[string]map[string]int
	}
	if err := YAMLSections(d, "l.yaml", &v, "version", "importers"); err != nil {
		t.Fatal(err)
	}
	if v.Version != "9" || v.Importers["."]["a"] != 1 {
		t.Errorf("got %+v", v)
	}
}

func TestDeepDocuments(t *testing.T) {
	for name, text := range map[string]string{
		"a.json": strings.Repeat("[", 200_000), "a.yaml": strings.Repeat("[", 200_000), "a.toml": "a=" + strings.Repeat("[", 200_000),
		"b.yaml": "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n",
	} {
		d := dirOf(t, ".", map[string]string{name: text})
		var err error
		var v any
		switch name[1:] {
		case ".json":
			_, err = JSONC(d, name, &v)
		case ".toml":
			_, err = TOML(d, name, &v)
		default:
			_, err = YAML(d, name, &v)
		}
		if err == nil {
			t.Errorf("%s: a document that nests without end was taken", name)
		}
	}
}
