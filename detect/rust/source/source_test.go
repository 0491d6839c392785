package source

import (
	"slices"
	"strings"
	"testing"
)

func calls(src string) []string {
	var out []string
	for _, c := range NewFile(src).Calls {
		name := c.Path
		if c.Macro {
			name += "!"
		}
		if c.Method() {
			name = "." + name
		}
		out = append(out, name)
	}
	return out
}

func TestCalls(t *testing.T) {
	for _, c := range []struct {
		why, src string
		want     []string
	}{
		{"a path, a method and a macro", `fn main() { std::env::var("A").unwrap(); format!("x"); }`, []string{"std::env::var", ".unwrap", "format!"}},
		{"comments nest, and strings are no code", "fn main() { /* /* a() */ b() */ let s = \"c()\"; let r = r#\"d(\"\")\"#; e(); }", []string{"e"}},
		{"lifetimes are no characters", `fn f<'a>(x: &'a str) -> char { g('\''); h('a'); 'x' }`, []string{"g", "h"}},
		{"a turbofish", `fn main() { a::<u8>::b(); "8".parse::<u16>(); }`, []string{"a::b", ".parse"}},
		{"what tests alone compile is left out", "#[cfg(test)] mod tests { fn f() { a(); } } #[test] fn g() { b(); } fn h() { c(); }", []string{"c"}},
		{"a raw identifier", "fn main() { r#try(); }", []string{"try"}},
	} {
		if got := calls(c.src); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
}

func TestItems(t *testing.T) {
	f := NewFile(`
mod routes;
#[path = "other.rs"] mod elsewhere;
const PORT: u16 = 8_080u16;
impl Config { pub async fn load() -> Self { let host = "h"; Self { port: 1 } } }
#[derive(Parser)] struct Args { #[arg(long, env = "PORT", default_value_t = 3000)] pub port: u16, path: Option<PathBuf> }
`)
	if len(f.Mods) != 2 || f.Mods[1].Path != "other.rs" {
		t.Errorf("modules are %v", f.Mods)
	}
	if len(f.Fns) != 1 || f.Fns[0].Owner != "Config" {
		t.Errorf("functions are %v", f.Fns)
	}
	if f.Bindings[0].Name != "PORT" || f.Bindings[0].Expr[0].Text != "8080" || f.Bindings[1].Fn != f.Fns[0] {
		t.Errorf("bindings are %v and %v", f.Bindings[0], f.Bindings[1])
	}
	env, ok := f.Fields[0].Attrs[0].Named("env")
	if !ok || env[0].Text != "PORT" || f.Fields[1].Name != "path" {
		t.Errorf("fields are %+v", f.Fields)
	}
}

// What is no Rust must come to an end as well.
func FuzzNewFile(f *testing.F) {
	for _, s := range []string{"fn f(", "r#\"", "'", "/*", "#[", "a::<", "let x", "struct S {", "impl", ")]}", "b'\\", "x.y.z()?", "\"\\"} {
		f.Add(s)
	}
	f.Fuzz(func(_ *testing.T, s string) { NewFile(s) })
}

// Each part of what goes on and on is looked at with what stands near it alone: to look
// at all the rest for each would take minutes.
func TestWithoutEnd(t *testing.T) {
	for _, s := range []string{"let a=", "a.b().", "a::<"} {
		NewFile(strings.Repeat(s, 1<<14))
	}
}
