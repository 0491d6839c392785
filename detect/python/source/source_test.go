package source

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// show writes an expression in a form that tests can compare.
func show(e *Expr) string {
	if e == nil {
		return "nil"
	}
	var list []string
	for _, x := range e.Elts {
		list = append(list, show(x))
	}
	elts := strings.Join(list, " ")
	switch e.Kind {
	case Name, Num:
		return e.Text
	case Attr:
		return show(e.X) + "." + e.Text
	case Str:
		return "'" + e.Text + "'"
	case Format:
		return "f(" + elts + ")"
	case Call:
		var args []string
		for _, a := range e.Args {
			s := show(a.Value)
			if a.Name != "" {
				s = a.Name + "=" + s
			}
			if a.Star {
				s = "*" + s
			}
			args = append(args, s)
		}
		return show(e.X) + "(" + strings.Join(args, ", ") + ")"
	case Index:
		return show(e.X) + "[" + elts + "]"
	case List:
		return "[" + elts + "]"
	case Dict:
		var pairs []string
		for i, k := range e.Keys {
			pairs = append(pairs, show(k)+": "+show(e.Elts[i]))
		}
		return "{" + strings.Join(pairs, ", ") + "}"
	case Binary:
		return "(" + e.Text + " " + elts + ")"
	case Cond:
		return "if(" + elts + ")"
	}
	return "?"
}

func TestExpressions(t *testing.T) {
	for _, c := range []struct{ why, src, want string }{
		{"a call with both kinds of argument", `FastAPI(title="x", *a, **k)`, `FastAPI(title='x', *a, *k)`},
		{"adjacent literals are one", `"a" 'b' """c"""`, `'abc'`},
		{"raw strings keep their backslashes", `r"\d" "\""`, `'\d"'`},
		{"an f-string's fields are parsed", `f"0.0.0.0:{os.environ.get('PORT', 8000)}!"`, `f('0.0.0.0:' os.environ.get('PORT', 8000) '!')`},
		{"conversion and format are no part of the field", `f"{x!r} {y:>{w}} {{z}}"`, `f(x ' ' y '} {z}')`},
		{"a conditional", `"a" if "X" in os.environ else "b"`, `if('a' (in 'X' os.environ) 'b')`},
		{"a dictionary with an unpacked one", `{"a": 1, **b, "c": [1, 2,],}`, `{'a': 1, nil: b, 'c': [1 2]}`},
		{"sets and tuples count as lists", `({1, 2}, ("x",))`, `[[1 2] ['x']]`},
		{"precedence", `a or b and not c == d + e * 2`, `(or a (and b ?))`},
		{"comparisons of two words", `a is not b`, `(is not a b)`},
		{"comprehensions are passed", `[f(x) for x in y if x]`, `[f(x)]`},
		{"generators as an argument", `any(x for x in y)`, `any(x)`},
		{"lambda with a default", `f(lambda x=1, *a: x, key=2)`, `f(?, key=2)`},
		{"await stands for what it waits for", `await serve(app)`, `serve(app)`},
		{"an empty call and tuple", `f(())`, `f([])`},
		{"a slice", `a[1:2, ::3]`, `a[1 2 3]`},
		{"the walrus", `(x := f(1))`, `f(1)`},
		{"line ends in brackets mean nothing", "f(\n  1, # one\n\n  2)", `f(1, 2)`},
		{"a backslash joins lines", "1 + \\\n  2", `(+ 1 2)`},
		{"numbers", `[0x1F, 1_000, 1e-5, .5, 3j]`, `[0x1F 1_000 1e-5 .5 3j]`},
	} {
		m := Parse([]byte("v = " + c.src + "\n"))
		if got := show(m.Value("v")); got != c.want {
			t.Errorf("%s: %s gives %s, want %s", c.why, c.src, got, c.want)
		}
	}
}

func TestNothingInsideTextIsCode(t *testing.T) {
	m := Parse([]byte(`"""
app = FastAPI()
"""
# app = Flask(__name__)
x = "app = Sanic('x')"
def f():
    """app = Quart()"""
    app = Other()
`))
	if m.Value("app") != nil {
		t.Errorf("app was found in %s", show(m.Value("app")))
	}
}

func TestWhatRunsOnImport(t *testing.T) {
	m := Parse([]byte(`
try:
    import uvloop
except ImportError:
    uvloop = None
else:
    loop = 1
if DEBUG:
    app = dev()
elif TEST:
    app = test()
else:
    with open("x") as f, lock:
        app = prod()
def main():
    app = never()
class A:
    app = field()
if __name__ == "__main__":
    app = run()
match x:
    case {"a": [1, *rest]} if y:
        matched = 1
match = 3
`))
	var got []string
	for _, e := range m.Values("app") {
		got = append(got, show(e))
	}
	if diff := cmp.Diff([]string{"dev()", "test()", "prod()"}, got); diff != "" {
		t.Error("every branch counts, functions, classes and the main block don't:\n", diff)
	}
	for _, name := range []string{"uvloop", "loop", "matched", "match"} {
		if m.Value(name) == nil {
			t.Errorf("%s is not found", name)
		}
	}
	if len(m.Main()) != 1 {
		t.Errorf("the main block has %d statements, want 1", len(m.Main()))
	}
}

func TestResolve(t *testing.T) {
	m := Parse([]byte(`
from fastapi import FastAPI as F, APIRouter
import flask
import django.core.wsgi
import a.b as ab
from . import x
from ..pkg.mod import (
    y,
    z as w,
)
def f():
    from late import thing
`))
	for src, want := range map[string]string{
		"F": "fastapi.FastAPI", "flask.Flask": "flask.Flask", "django.core.wsgi.get": "django.core.wsgi.get", "ab.c": "a.b.c",
		"x": "..x", "w": "..pkg.mod.z", "thing": "late.thing", "unknown.name": "unknown.name", "f().x": "",
	} {
		e := Parse([]byte("v = " + src)).Value("v")
		if got := m.Resolve(e); got != want {
			t.Errorf("%s stands for %q, want %q", src, got, want)
		}
	}
	want := []Imported{
		{Module: "fastapi", Names: []string{"FastAPI", "APIRouter"}, Line: 2}, {Module: "flask", Line: 3}, {Module: "django.core.wsgi", Line: 4}, {Module: "a.b", Line: 5},
		{Level: 1, Names: []string{"x"}, Line: 6}, {Module: "pkg.mod", Level: 2, Names: []string{"y", "z"}, Line: 7}, {Module: "late", Names: []string{"thing"}, Line: 12},
	}
	if diff := cmp.Diff(want, m.Imports()); diff != "" {
		t.Error(diff)
	}
}

func TestFunctions(t *testing.T) {
	m := Parse([]byte(`
@app.get("/health", tags=["x"])
async def health(request: Request, *, q: str | None = None) -> dict[str, int]:
    return {"ok": 1}

def create_app(config=None, *args, **kwargs): return Flask(__name__)
def needs[T](name: T, /): pass
class Settings(BaseSettings, frozen=True):
    x: int = 1
`))
	if len(m.Body) != 4 {
		t.Fatalf("%d statements, want 4", len(m.Body))
	}
	if got := show(m.Body[0].Decorators[0]); got != "app.get('/health', tags=['x'])" {
		t.Errorf("the decorator is %s", got)
	}
	required := func(s *Stmt) (n int) {
		for _, p := range s.Params {
			if p.Required {
				n++
			}
		}
		return n
	}
	for i, want := range []int{1, 0, 1} {
		if got := required(m.Body[i]); got != want {
			t.Errorf("%s needs %d arguments, want %d", m.Body[i].Name, got, want)
		}
	}
	if got := show(m.Body[1].Body[0].Value); got != "Flask(__name__)" {
		t.Errorf("create_app returns %s", got)
	}
}

func TestBrokenSourceIsReadAroundTheFault(t *testing.T) {
	for why, src := range map[string]string{
		"Python 2's print":             "print 'hello %s' % x\napp = Flask(__name__)\n",
		"Python 2's except":            "try:\n    x()\nexcept Foo, e:\n    pass\napp = Flask(__name__)\n",
		"a conflict's marks":           "<<<<<<< HEAD\napp = Flask(__name__)\n=======\n",
		"a template's braces":          "{{ cookiecutter }} x\napp = Flask(__name__)\n",
		"tabs and spaces":              "if x:\n\ty = 1\n        z = 2\napp = Flask(__name__)\n",
		"a dedent that fits no block":  "if x:\n        y = 1\n    z = 2\napp = Flask(__name__)\n",
		"a string that isn't closed":   "x = 'abc\napp = Flask(__name__)\n",
		"a fault in a function":        "def f():\n    x = = 1\n    y = 2\napp = Flask(__name__)\n",
		"a header that can't be read":  "with a b c d:\n    x = 1\napp = Flask(__name__)\n",
		"types and other new keywords": "type X = int\nexec 'x'\napp = Flask(__name__)\n",
	} {
		if got := show(Parse([]byte(src)).Value("app")); got != "Flask(__name__)" {
			t.Errorf("%s: app is %s", why, got)
		}
	}
}

func TestEnvs(t *testing.T) {
	type env struct {
		Name     string
		Required bool
		Default  string
	}
	for _, c := range []struct {
		why, src string
		want     []env
	}{
		{"os in all its forms", `
import os
from os import environ, getenv as g
A = os.environ["A"]
B = os.environ.get("B")
C = os.getenv("C", "x")
D = environ["D"]
E = g("E", default=1)
if "F" in os.environ:
    F = os.environ["F"]
def f():
    return os.environ["G"]
os.environ.setdefault("H", "y")
`, []env{{"A", true, "nil"}, {"B", false, "nil"}, {"C", false, "'x'"}, {"D", true, "nil"}, {"E", false, "1"}, {"F", false, "nil"}, {"G", false, "nil"}, {"H", false, "'y'"}}},
		{"what is taken of it while the module is imported", `
import os
A = os.environ.get("A").split(" ")
B = int(os.getenv("B"))
C = int(os.getenv("C", "1"))
D = (os.environ.get("D") or "").split(",")
def f():
    return os.environ.get("E").split(",")
if X:
    F = int(os.getenv("F"))
`, []env{{"A", true, "nil"}, {"B", true, "nil"}, {"C", false, "'1'"}, {"D", false, "nil"}, {"E", false, "nil"}, {"F", false, "nil"}}},
		{"what the module does about it", `
import os, sys
A = os.environ.get("A")
if not A:
    raise RuntimeError("A")
B = os.getenv("B")
if B is None:
    sys.exit(1)
C = os.getenv("C")
if C:
    use(C)
os.environ["D"] = "written"
`, []env{{"A", true, "nil"}, {"B", true, "nil"}, {"C", false, "nil"}}},
		{"decouple", `
from decouple import config
A = config("A")
B = config("B", default=False, cast=bool)
`, []env{{"A", true, "nil"}, {"B", false, "False"}}},
		{"django-environ", `
import environ
env = environ.Env(DEBUG=(bool, False))
A = env("A")
B = env.bool("B", default=True)
DATABASES = {"default": env.db()}
C = env.db("C_URL", default="sqlite:///x")
environ.Env.read_env(".env")
`, []env{{"A", true, "nil"}, {"B", false, "True"}, {"DATABASE_URL", true, "nil"}, {"C_URL", false, "'sqlite:///x'"}}},
		{"environs", `
from environs import Env
env = Env()
env.read_env()
A = env.str("A", "d")
B = env.int("B")
`, []env{{"A", false, "'d'"}, {"B", true, "nil"}}},
		{"starlette", `
from starlette.config import Config
config = Config(".env")
A = config("A", cast=str)
B = config("B", cast=bool, default=False)
`, []env{{"A", true, "nil"}, {"B", false, "False"}}},
		{"pydantic", `
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic import Field
class Base(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", env_prefix="APP_")
    url: str
    debug: bool = False
    key: str = Field(..., alias="SECRET")
class Settings(Base):
    other: int | None = None
class Model(BaseModel):
    nothing: int
`, []env{{"APP_URL", true, "nil"}, {"APP_DEBUG", false, "False"}, {"SECRET", true, "nil"}, {"OTHER", false, "None"}}},
		{"dj-database-url", `
import dj_database_url
DATABASES = {"default": dj_database_url.config(default="sqlite:///db", conn_max_age=1)}
`, []env{{"DATABASE_URL", false, "'sqlite:///db'"}}},
	} {
		var got []env
		for _, e := range Parse([]byte(c.src)).Envs(nil) {
			got = append(got, env{e.Name, e.Required, show(e.Default)})
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s:\n%s", c.why, diff)
		}
	}
}

// TestHostileDepthEnds: what would take quadratic time here runs into the time limit of
// the test binary, and what recurses without a bound overflows its stack.
func TestHostileDepthEnds(t *testing.T) {
	for why, src := range map[string]string{
		"brackets":     strings.Repeat("(", 1<<17),
		"pairs":        strings.Repeat("[1,", 1<<16) + strings.Repeat("]", 1<<16),
		"attributes":   "a" + strings.Repeat(".a", 1<<17),
		"sums":         "1" + strings.Repeat("+1", 1<<17),
		"nots":         strings.Repeat("not ", 1<<16) + "x",
		"lambdas":      strings.Repeat("lambda:", 1<<16) + "x",
		"conditionals": strings.Repeat("1 if 1 else ", 1<<14) + "1",
		"blocks":       deepBlocks(600),
		"elifs":        "if x:\n  pass\n" + strings.Repeat("elif x:\n  pass\n", 1<<14),
		"f-strings":    "f'" + strings.Repeat("{f(", 1<<16) + "'",
		"decorators":   strings.Repeat("@a\n", 1<<16),
		"semicolons":   strings.Repeat("a;", 1<<16),
		"matches":      strings.Repeat("match ", 1<<12) + ":\n",
	} {
		t.Log(why) // the one that is named last is the one that hangs or overflows
		m := Parse([]byte(src))
		m.Envs(nil)
		for range Calls(m.Body) {
		}
	}
}

func deepBlocks(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "if x:\n")
	}
	return b.String()
}

func FuzzParse(f *testing.F) {
	f.Add("import os\napp = Flask(__name__)\nif x:\n  y = f'{a!r}'\n")
	f.Add("class A(B, c=1):\n  x: int = Field(..., alias='y')\n")
	f.Add("match x:\n case [1, *a] if b: pass\n")
	f.Add("@a.b('/x')\nasync def f(a, *, b=1, **c) -> d: await e\n")
	f.Fuzz(func(t *testing.T, src string) {
		m := Parse([]byte(src))
		m.Envs(nil)
		m.Imports()
		lines := strings.Count(src, "\n") + 1
		for s := range All(m.Body) {
			if s.Line < 1 || s.Line > lines {
				t.Fatalf("line %d of %d", s.Line, lines)
			}
		}
	})
}
