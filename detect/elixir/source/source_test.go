package source

import (
	"strings"
	"testing"
)

// show prints a tree in a short form.
func show(n *Node) string {
	if n == nil {
		return "nil"
	}
	var parts []string
	for _, a := range n.Args {
		parts = append(parts, show(a))
	}
	args := strings.Join(parts, " ")
	parts = nil
	for _, b := range n.Body {
		parts = append(parts, show(b))
	}
	body := strings.Join(parts, "; ")
	switch n.Kind {
	case Name, Module, Number:
		return n.Text
	case Atom:
		return ":" + n.Text
	case String:
		return `"` + n.Text + `"`
	case Charlist:
		return "'" + n.Text + "'"
	case List:
		return "[" + args + "]"
	case Tuple:
		return "{" + args + "}"
	case Map:
		return "%{" + args + "}"
	case Pair:
		return n.Text + "=" + show(n.Value())
	case Attr:
		return strings.TrimSuffix("@"+n.Text+" "+args, " ")
	case Op:
		return "(" + n.Text + " " + args + ")"
	case Capture:
		return "&" + args
	case Clause:
		return "<" + args + " -> " + body + ">"
	case Words:
		return "~" + n.Text
	case Block:
		return "{" + body + "}"
	case Call:
		s := n.Text + "(" + args + ")"
		if n.Target != nil {
			s = show(n.Target) + "." + s
		}
		if n.HasDo {
			s += " do " + body
			for _, sec := range []string{"else", "rescue"} {
				for _, b := range n.Sections[sec] {
					s += " " + sec + " " + show(b)
				}
			}
			s += " end"
		}
		return s
	}
	return "?"
}

func TestParse(t *testing.T) {
	for in, want := range map[string]string{
		`app: :x`:                                       `app=:x`,
		`[app: :x, deps: deps()]`:                       `[app=:x deps=deps()]`,
		`{:a, "~> 1.0", only: [:dev]}`:                  `{:a "~> 1.0" only=[:dev]}`,
		`def project do [a: 1] end`:                     `def(project) do [a=1] end`,
		`defp p(:test), do: ["lib"]`:                    `defp(p(:test) [do=["lib"]])`,
		`x = System.get_env("A") || raise "no"`:         `(= x (|| System.get_env("A") raise("no")))`,
		`"PORT" |> System.get_env("4000")`:              `(|> "PORT" System.get_env("4000"))`,
		`config :a, A.B, http: [port: 1], x: 2`:         `config(:a A.B [http=[port=1] x=2])`,
		"if config_env() == :prod do\n a\nelse\nb\nend": `if((== config_env() :prod)) do a else b end`,
		"case x do\n nil -> 1\n y, z -> 2\n 3\nend":     `case(x) do <nil -> 1>; <y z -> 2; 3> end`,
		"fn a -> a end":                                 `{<a -> a>}`,
		"a\n|> b()\n|> c":                               `(|> (|> a b()) c)`,
		"a\n-1":                                         `a -- (- 1)`,
		`@x "1"`:                                        `@x "1"`,
		`[v: @x]`:                                       `[v=@x]`,
		`deps() ++ [{:a, ">= 0.0.0"}]`:                  `(++ deps() [{:a ">= 0.0.0"}])`,
		`~w(a b)a`:                                      `~a b`,
		`"assets.deploy": ["x --minify"]`:               `assets.deploy=["x --minify"]`,
		`&(&1 == "")`:                                   `&(== &1 "")`,
		`a[:b][:c]`:                                     `a.[](:b).[](:c)`,
		`%{"a" => {:hex, :b}}`:                          `%{a={:hex :b}}`,
		`get "/x", X, :y`:                               `get("/x" X :y)`,
		`a -1`:                                          `a((- 1))`,
		`a - 1`:                                         `(- a 1)`,
		`foo bar() do x end`:                            `foo(bar()) do x end`,
		`for c <- list, do: c`:                          `for((<- c list) [do=c])`,
		"\"a #{System.get_env(\"B\")} c\"":              `"a #{} c"`,
		"# comment\nx # y":                              `x`,
		`'a'`:                                           `'a'`,
		`~r/a"b/ ; c`:                                   `? -- c`,
		"\"\"\"\n quote \" in\n\"\"\"":                  "\"\n quote \" in\n\"",
		`Plug.Cowboy.child_spec(scheme: :http)`:         `Plug.Cowboy.child_spec([scheme=:http])`,
		`:cowboy.start_clear(:http, [{:port, 80}])`:     `:cowboy.start_clear(:http [{:port 80}])`,
		`{0, 0, 0, 0}`:                                  `{0 0 0 0}`,
		`if x, do: a, else: b`:                          `if(x [do=a else=b])`,
		`x not in [1]`:                                  `(in x [1])`,
	} {
		var parts []string
		for _, n := range Parse([]byte(in)).Body {
			parts = append(parts, show(n))
		}
		if got := strings.Join(parts, " -- "); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}

// What is inserted into a string is read too: variables of the environment stand there.
func TestInserted(t *testing.T) {
	found := false
	Parse([]byte("url = \"//#{System.get_env(\"HOST\", \"a}b\")}/\"")).Walk(func(n *Node) bool {
		found = found || n.IsCall("System", "get_env")
		return true
	})
	if !found {
		t.Error("the call in the string is not found")
	}
}

func TestLines(t *testing.T) {
	f := Parse([]byte("a\n\"\"\"\nx\n\"\"\"\n[\n  b: 1\n]"))
	if got := f.Body[2].Args[0].Line; got != 6 {
		t.Errorf("b stands on line %d, want 6", got)
	}
}

// Any text is taken, and in time.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"def a do", "[[[[", "\"#{", "~w(", "a do b", "fn ->", ")", "->,", "%{", "@", "&&&", "?", ":\"", strings.Repeat("[", 5000), strings.Repeat("\"#{", 300), strings.Repeat("a do ", 3000), strings.Repeat("not ", 3000)} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<16 {
			t.Skip()
		}
		Parse(b).Walk(func(*Node) bool { return true })
	})
}
