package source

import (
	"strings"
	"testing"
)

// line writes a call so that a test can name it.
func line(c Call, f *File) string {
	scope := func(name string) []Token { return f.Values[name] }
	var args []string
	for _, a := range c.Args {
		v := Eval(a, scope)
		switch {
		case v.Env != "":
			args = append(args, v.Text+"<"+v.Env+">")
		case v.Known:
			args = append(args, v.Text)
		default:
			args = append(args, "?")
		}
	}
	out := c.Chain + "." + c.Name + "(" + strings.Join(args, ",") + ")"
	if c.In != "" {
		out += " in " + c.In
	}
	if c.Development {
		out += " dev"
	}
	if c.Branch {
		out += " branch"
	}
	return out
}

func TestCalls(t *testing.T) {
	for _, c := range []struct{ why, name, text, call, want string }{
		{"a constant argument", "a.cs", `app.MapGet("/x", () => 1);`, "MapGet", "app.MapGet(/x,?)"},
		{"a comment calls nothing", "a.cs", "// app.X(\"/a\");\n/* app.X() */ app.Y();", "X", ""},
		{"a text calls nothing", "a.cs", `var s = "app.X(1)"; var v = @"\app.X("""; app.Y();`, "X", ""},
		{"a verbatim text", "a.cs", `X(@"C:\a""b");`, "X", `.X(C:\a"b)`},
		{"a raw text", "a.cs", "X(\"\"\"\n a \"quoted\"\n\"\"\");", "X", ".X(\n a \"quoted\"\n)"},
		{"an interpolated text with a variable", "a.cs", `var p = Environment.GetEnvironmentVariable("PORT") ?? "80"; X($"http://*:{p}/{{id}}");`, "X", ".X(http://*:80/{id}<PORT>)"},
		{"a sum", "a.cs", `const string H = "h"; X(H + ":" + 8 + "/");`, "X", ".X(h:8/)"},
		{"type arguments", "a.cs", `b.Add<A, B<C>>("n");`, "Add", "b.Add(n)"},
		{"a chain over lines", "a.cs", "b\n  .C()\n  .D(\"x\");", "D", "().D(x)"},
		{"the method that holds it", "a.cs", `class A { public static void M(this B b) { b.X(); } }`, "X", "b.X() in M"},
		{"a method of one expression", "a.cs", `class A { static void M(B b) => b.X("y"); }`, "X", "b.X(y) in M"},
		{"a block in development", "a.cs", `if (app.Environment.IsDevelopment()) { app.X(); }`, "X", "app.X() dev branch"},
		{"one statement in development", "a.cs", `if (env.IsDevelopment()) app.Z(); app.X();`, "X", "app.X()"},
		{"the statement itself", "a.cs", `if (env.IsDevelopment()) app.X();`, "X", "app.X() dev branch"},
		{"outside of development", "a.cs", `if (!env.IsDevelopment()) { app.X(); }`, "X", "app.X() branch"},
		{"the other branch", "a.cs", `if (env.IsDevelopment()) { app.Z(); } else { app.X(); }`, "X", "app.X() branch"},
		{"behind the block", "a.cs", `if (env.IsDevelopment()) { app.Z(); } app.X();`, "X", "app.X()"},
		{"code that is not compiled", "a.cs", "#if (UseSql)\nX(1);\n#elif !RELEASE\nX(2);\n#else\nX(3);\n#endif", "X", ".X(3)"},
		{"a constructor", "a.cs", `var c = new MongoClient("m");`, "MongoClient", "new.MongoClient(m)"},
		{"a character is no text that goes on", "a.cs", `var c = '"'; X("a");`, "X", ".X(a)"},
		{"F# without parentheses", "a.fs", "let w = choose [ route \"/x\" >=> text \"ok\" ]", "route", ".route(/x)"},
		{"an F# comment", "a.fs", "(* route \"/no\" *)\nroute \"/y\"", "route", ".route(/y)"},
		{"an F# generic's quote", "a.fs", "let f (x: 'a) = ()\nroute \"/y\"", "route", ".route(/y)"},
		{"a Basic comment", "a.vb", "' X(\"no\")\nX(\"yes\")", "X", ".X(yes)"},
	} {
		f := NewFile(c.name, c.text, map[string]bool{"RELEASE": true})
		got := ""
		for _, call := range f.Calls {
			if call.Name == c.call {
				got = line(call, f)
			}
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.why, got, c.want)
		}
	}
}

func TestLoops(t *testing.T) {
	for text, want := range map[string]bool{"while (true) {}": true, "for (;;) {}": true, "while (x) {}": false} {
		if got := NewFile("a.cs", text, nil).Loops; got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func FuzzFile(f *testing.F) {
	for _, s := range []string{`app.X($"{a}{{b}}" + "c");`, "#if A\nx\n#endif", "\"\"\"a\"\"\"", "X(", "if (a) b(); else { c(); }", "'", "$@\"{", "(* *"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, name := range []string{"a.cs", "a.fs", "a.vb"} {
			file := NewFile(name, s, nil)
			for _, c := range file.Calls {
				for _, a := range c.Args {
					Eval(a, func(n string) []Token { return file.Values[n] })
				}
			}
		}
	})
}
