package python_test

import (
	"strings"
	"testing"

	"dockgen/detect/python"
)

// Which packages of the project's own an installation reads, whatever tool makes it.
func TestLocals(t *testing.T) {
	lib := "-- libs/words/pyproject.toml --\n[project]\nname = \"words\"\nversion = \"1\"\ndependencies = [\"base\"]\n[tool.uv.sources]\nbase = {path = \"../base\"}\n-- libs/words/words/__init__.py --\n-- libs/base/pyproject.toml --\n[project]\nname = \"base\"\nversion = \"1\"\n-- libs/base/base/__init__.py --\n"
	app := "-- api/app.py --\nfrom flask import Flask\nimport words\napp = Flask(__name__)\n"
	for _, c := range []struct{ why, files, root, want string }{
		{"uv's sources", lib + app + "-- api/uv.lock --\nversion = 1\n-- api/pyproject.toml --\n[project]\nname = \"api\"\nversion = \"1\"\ndependencies = [\"flask\", \"words\"]\n[tool.uv.sources]\nwords = {path = \"../libs/words\", editable = true}\n", ".", "libs/base libs/words"},
		{"a source that only developers take", lib + app + "-- api/uv.lock --\nversion = 1\n-- api/pyproject.toml --\n[project]\nname = \"api\"\nversion = \"1\"\ndependencies = [\"flask\"]\n[dependency-groups]\ndev = [\"words\"]\n[tool.uv.sources]\nwords = {path = \"../libs/words\"}\n", "api", ""},
		{"a requirements file", lib + app + "-- api/requirements.txt --\nflask\n-e ../libs/words\n", ".", "libs/base libs/words"},
		{"PDM's spelling", lib + app + "-- api/pdm.lock --\n-- api/pyproject.toml --\n[project]\nname = \"api\"\nversion = \"1\"\ndependencies = [\"flask\", \"words @ file:///${PROJECT_ROOT}/../libs/words\"]\n", ".", "libs/base libs/words"},
		{"what is not there", app + "-- api/requirements.txt --\nflask\n-e ../libs/words\n", "api", ""},
		{"what lies outside of the project", app + "-- api/requirements.txt --\nflask\n-e ../../../words\n", "api", ""},
		{"what lies inside comes with the sources", "-- api/libs/words/setup.py --\nfrom setuptools import setup\nsetup(name='words')\n" + app + "-- api/requirements.txt --\nflask\n-e ./libs/words\n", "api", ""},
	} {
		t.Run(c.why, func(t *testing.T) {
			s := one(t, c.files)
			f, ok := s.Facts.(*python.Facts)
			if !ok {
				t.Fatalf("facts are %T", s.Facts)
			}
			var got []string
			for _, p := range f.Local {
				got = append(got, p.String())
			}
			if text := strings.Join(got, " "); text != c.want || s.Root.String() != c.root {
				t.Errorf("%q in %s, want %q in %s", text, s.Root, c.want, c.root)
			}
		})
	}
}
