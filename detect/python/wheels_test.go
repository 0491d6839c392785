package python

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWheelRuns(t *testing.T) {
	for _, c := range []struct {
		why, wheels, line string
		want              bool
	}{
		{"pure Python runs everywhere", "a-1-py3-none-any.whl", "3.14", true},
		{"of both Pythons", "a-1-py2.py3-none-any.whl", "3.9", true},
		{"its own line", "a-1-cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", "3.13", true},
		{"another line", "a-1-cp313-cp313-manylinux_2_17_x86_64.whl", "3.14", false},
		{"the stable ABI, from its line on", "a-1-cp39-abi3-manylinux_2_28_x86_64.whl", "3.14", true},
		{"the stable ABI, before its line", "a-1-cp312-abi3-manylinux_2_28_x86_64.whl", "3.11", false},
		{"wheels for other systems alone: it is compiled in any case", "a-1-cp312-cp312-win_amd64.whl", "3.14", true},
		{"free threading is another interpreter", "a-1-cp314-cp314t-manylinux_2_17_x86_64.whl", "3.14", false},
		{"musl's wheels don't run on Debian", "a-1-cp313-cp313-manylinux_2_17_x86_64.whl a-1-cp314-cp314-musllinux_1_2_x86_64.whl", "3.14", false},
		{"a name that is none", "a.whl", "3.14", true},
	} {
		l := &locked{Wheels: strings.Fields(c.wheels)}
		if got := l.hasWheel(c.line); got != c.want {
			t.Errorf("%s: %v, want %v", c.why, got, c.want)
		}
	}
}

func TestRuns(t *testing.T) {
	for _, c := range []struct {
		name, spec, line string
		want             bool
	}{
		{"numpy", "==1.26.4", "3.12", true},
		{"numpy", "==1.26.4", "3.13", false},
		{"numpy", "<2", "3.13", false},
		{"numpy", ">=1.20", "3.14", true},
		{"numpy", "~=2.2.0", "3.14", false},
		{"numpy", "~=2.2", "3.14", true},
		{"numpy", "!=2.1.0", "3.14", true},
		{"numpy", "^1.26", "3.13", false},
		{"pydantic", "==1.10.26", "3.13", true},
		{"pydantic", "==2.5.0", "3.13", false},
		{"pydantic", "<2", "3.14", false},
		{"sqlalchemy", "==1.4.54", "3.13", true},
		{"sqlalchemy", "==2.0.25", "3.13", false},
		{"django", "==4.2.8", "3.12", true},
		{"django", "==4.2.8", "3.14", false},
		{"unknown", "==0.1", "3.14", true},
		{"numpy", "", "3.14", true},
		{"numpy", "not a spec", "3.14", true},
	} {
		if got := runs(c.name, c.spec, c.line); got != c.want {
			t.Errorf("%s %s on %s: %v, want %v", c.name, c.spec, c.line, got, c.want)
		}
	}
}

func TestParseRequirement(t *testing.T) {
	for _, c := range []struct {
		why, text string
		want      requirement
		ok        bool
	}{
		{"a pin", "Flask_SQLAlchemy==3.1.1", requirement{Name: "flask-sqlalchemy", Spec: "==3.1.1"}, true},
		{"extras, blanks, a marker", `uvicorn [standard, x] >=0.3, <1 ; python_version < "3.11"`, requirement{Name: "uvicorn", Extras: []string{"standard", "x"}, Spec: ">=0.3, <1", Marker: `python_version < "3.11"`}, true},
		{"the old form in brackets", "greenlet (>=3.3.0,<4.0.0)", requirement{Name: "greenlet", Spec: ">=3.3.0,<4.0.0"}, true},
		{"a direct reference", "x @ git+https://example.org/x.git@v1", requirement{Name: "x", URL: "git+https://example.org/x.git@v1"}, true},
		{"prose", "this is not one", requirement{}, false},
		{"nothing", "", requirement{}, false},
	} {
		got, ok := parseRequirement(c.text)
		if ok != c.ok {
			t.Errorf("%s: ok is %v", c.why, ok)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s:\n%s", c.why, diff)
		}
	}
}

func TestExcluded(t *testing.T) {
	for _, c := range []struct {
		marker, line string
		want         bool
	}{
		{`python_version < "3.11"`, "3.12", true},
		{`python_version < "3.11"`, "3.10", false},
		{`python_full_version < '3.11.3' and platform_machine != 'x'`, "3.14", true},
		{`sys_platform == 'win32'`, "", true},
		{`python_version < "3.9" or sys_platform == "linux"`, "3.14", false},
		{"", "3.14", false},
	} {
		if got := excluded(c.marker, c.line); got != c.want {
			t.Errorf("%q on %s: %v, want %v", c.marker, c.line, got, c.want)
		}
	}
}

func TestPoetryRelease(t *testing.T) {
	for _, c := range []struct {
		why, line, want string
		lock            *lock
	}{
		{"the release that wrote the lock", "3.14", "poetry==2.1.3", &lock{Tool: "2.1.3"}},
		{"an old one has options that differ: the last of its series", "3.11", "poetry>=1.8,<2", &lock{Tool: "1.4.2", Format: "2.0"}},
		{"the first format of a lock", "3.10", "poetry>=1.8,<2", &lock{Format: "1.1"}},
		{"the format alone", "3.13", "poetry>=2,<3", &lock{Format: "2.1"}},
		{"an old Python", "3.7", "poetry>=1.5,<1.6", &lock{Format: "1.1"}},
		{"no lock", "3.14", "poetry>=2,<3", nil},
	} {
		if got := poetryRelease(c.lock, c.line); got != c.want {
			t.Errorf("%s: %s, want %s", c.why, got, c.want)
		}
	}
}

func TestConstraint(t *testing.T) {
	for _, c := range []struct{ text, pinned, allowed, refused string }{
		{"3.12", "3.12", "3.12.4", "3.11.9"},
		{"cpython-3.12.1", "3.12.1", "3.12.1", "3.12.2"},
		{"==3.12.*", "3.12", "3.12.4", "3.13.0"},
		{"^3.10", "", "3.14.0", "4.0.0"},
		{"^3.10.2", "", "3.11.0", "3.10.1"},
		{"~3.10", "", "3.10.9", "3.11.0"},
		{"~3", "", "3.14.0", "4.0.0"},
		{"~=3.10", "", "3.14.0", "3.9.0"},
		{">=3.8,<3.12", "", "3.11.9", "3.12.0"},
		{"3.10.*", "", "3.10.4", "3.11.0"},
		{"~3.9 || ^3.11", "", "3.13.0", "3.10.0"},
	} {
		allow, pinned, ok := constraint(c.text)
		if !ok || pinned != c.pinned {
			t.Errorf("%s: pinned %q, %v; want %q", c.text, pinned, ok, c.pinned)
			continue
		}
		if !allow(c.allowed) || allow(c.refused) {
			t.Errorf("%s: %s is %v, %s is %v", c.text, c.allowed, allow(c.allowed), c.refused, allow(c.refused))
		}
	}
	for _, text := range []string{"", "pypy3.10", "latest", "miniconda3-4.7.12", "3.x"} {
		if _, _, ok := constraint(text); ok {
			t.Errorf("%q is taken for a version", text)
		}
	}
}
