package source

import (
	"fmt"
	"strings"
	"testing"
)

var kinds = map[Kind]string{Other: "other", Loop: "loop", Case: "case", When: "when", Def: "def", Class: "class", Module: "module", Begin: "begin", Lambda: "lambda", Splat: "splat"}

// show writes a tree in one line, for tests.
func show(n *Node) string {
	if n == nil {
		return "_"
	}
	var b strings.Builder
	all := func(nodes []*Node) string {
		var out []string
		for _, n := range nodes {
			out = append(out, show(n))
		}
		return strings.Join(out, ", ")
	}
	switch n.Kind {
	case Str:
		if len(n.Args) > 0 {
			return "interp(" + all(n.Args) + ")"
		}
		return fmt.Sprintf("%q", n.Text)
	case Sym:
		return ":" + n.Text
	case Num, Lit, Const, Var:
		return n.Text
	case Array:
		return "[" + all(n.Args) + "]"
	case Hash:
		return "{" + all(n.Args) + "}"
	case Pair:
		return show(n.Recv) + " => " + all(n.Args)
	case Op:
		return "(" + n.Text + " " + all(n.Args) + ")"
	case Assign:
		return show(n.Recv) + " " + n.Text + " " + all(n.Args)
	case Call:
		if n.Recv != nil {
			b.WriteString(show(n.Recv) + ".")
		}
		b.WriteString(n.Text)
		if len(n.Args) > 0 {
			b.WriteString("(" + all(n.Args) + ")")
		}
	case If:
		word := "if"
		if n.Not {
			word = "unless"
		}
		b.WriteString(word + " " + show(n.Recv))
	default:
		fmt.Fprintf(&b, "<%s %s>", kinds[n.Kind], n.Text)
		if len(n.Args) > 0 {
			b.WriteString("(" + all(n.Args) + ")")
		}
	}
	if len(n.Params) > 0 {
		fmt.Fprintf(&b, "|%s|", strings.Join(n.Params, " "))
	}
	if len(n.Body) > 0 {
		b.WriteString("{" + all(n.Body) + "}")
	}
	if len(n.Else) > 0 {
		b.WriteString(" else {" + all(n.Else) + "}")
	}
	return b.String()
}

func TestParse(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"a gem with options", `gem "pg", "~> 1.5", group: :test, require: false`, `gem("pg", "~> 1.5", {:group => :test, :require => false})`},
		{"hash rockets", `gem 'a', :groups => [:x, :y]`, `gem("a", {:groups => [:x, :y]})`},
		{"a block belongs to the outer command", "group :a, :b do\n gem 'x'\nend\ngem 'y'", `group(:a, :b){gem("x")} | gem("y")`},
		{"a condition behind", `gem "x" if ENV["CI"]`, `if ENV.[]("CI"){gem("x")}`},
		{"else and elsif", "if a\n b\nelsif c\n d\nelse\n e\nend", `if a{b} else {if c{d} else {e}}`},
		{"a block with braces gives the default", `port ENV.fetch("PORT") { 3000 }`, `port(ENV.fetch("PORT"){3000})`},
		{"or", `x = ENV["A"] || "b"`, `x = (|| ENV.[]("A"), "b")`},
		{"ternary", `host = e == "production" ? "::" : "::1"`, `host = if (== e, "production"){"::"} else {"::1"}`},
		{"a chain over lines", "Rails.application\n  .configure do\n  config.force_ssl = true\nend", `Rails.application.configure{config.force_ssl = true}`},
		{"a list without brackets", `config.cache_store = :redis_cache_store, { url: ENV["R"] }`, `config.cache_store = [:redis_cache_store, {:url => ENV.[]("R")}]`},
		{"lambda in a hash", `config.ssl_options = { redirect: { exclude: ->(r) { r.path == "/up" } } }`, `config.ssl_options = {:redirect => {:exclude => <lambda >{(== r.path, "/up")}}}`},
		{"words with a loop", "%w[a b].each do |g|\n gem g\nend", `["a", "b"].each|g|{gem(g)}`},
		{"interpolation", `"https://#{ENV['H']}:1"`, `interp("https://", <begin >{ENV.[]("H")}, ":1")`},
		{"a comment with an end", "# end\na # b\n", `a`},
		{"a block comment", "=begin\ngem 'x'\n=end\na", `a`},
		{"the end of the program", "a\n__END__\nb", `a`},
		{"a heredoc", "x = <<~SQL.strip\n  end\nSQL\ny", `x = "  end\n".strip | y`},
		{"a regex is no division", "get %r{/x} do\n a / b\nend\nputs /end/", `get(<other /x>){(/ a, b)} | puts(<other end>)`},
		{"a class", "class App < Sinatra::Base\n def self.x(a)\n  1\n end\nend", `<class App>{<def self.x>{1}}`},
		{"an endless method", "def a = 1\nb", `<def a>{1} | b`},
		{"rescue", "begin\n a\nrescue E => e\n b\nensure\n c\nend\nd", `<begin >{a} else {b, c} | d`},
		{"case", "case a\nwhen 1, 2 then b\nelse c\nend", `<case >{<when >(1, 2){b}} else {c}`},
		{"while with do", "while a do\n b\nend\nc", `<loop >{b} | c`},
		{"keywords as names", `x.class; y.end; a if: 1`, `x.class | y.end | a({:if => 1})`},
		{"unbalanced", "end\n)\na do\n b", `a{b}`},
		{"a negative argument", "foo -1\nfoo - 1", `foo((- 1)) | (- foo, 1)`},
		{"a string as a key", `map("a" => b, "c": d)`, `map({"a" => b, :c => d})`},
		{"git_source", `git_source(:github) { |repo| "https://x/#{repo}" }`, `git_source(:github)|repo|{interp("https://x/", <begin >{repo})}`},
		{"a symbol list behind a condition", `config.hosts << "a" unless b`, `unless b{(<< config.hosts, "a")}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out []string
			for _, n := range Parse(c.src, 1) {
				out = append(out, show(n))
			}
			if got := strings.Join(out, " | "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestLines(t *testing.T) {
	nodes := Parse("# a\ngem 'x'\n\nx = <<~A\n b\n c\nA\ngem 'y',\n  require: false\ngem 'z'\n", 1)
	var lines []int
	Walk(nodes, func(n *Node) bool {
		if n.Is("gem") {
			lines = append(lines, n.Line)
		}
		return true
	})
	if got := fmt.Sprint(lines); got != "[2 8 10]" {
		t.Errorf("the calls are on lines %s", got)
	}
}

func TestERB(t *testing.T) {
	got := ERB("a: <%= ENV['X'] %>\n<% if y %>\nb: <%# no %>1\n<% end %>\nc: <%% %>\n", func(code []*Node) string {
		if len(code) == 1 && code[0].Kind == Call && code[0].Text == "[]" {
			return "x"
		}
		return ""
	})
	if want := "a: x\n\nb: 1\n\nc: <% %>\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("gem 'x', group: :a do |b| end")
	f.Add(strings.Repeat("(", 10000))
	f.Add(strings.Repeat("[{", 10000))
	f.Add(strings.Repeat("if a\n", 5000))
	f.Add(strings.Repeat("a do ", 5000))
	f.Add(strings.Repeat("\"#{", 3000))
	f.Add(strings.Repeat("a ? ", 3000))
	f.Add(strings.Repeat("-> ", 3000))
	f.Add(strings.Repeat("!", 30000))
	f.Add(strings.Repeat("a.b(", 3000))
	f.Add(strings.Repeat("x = ", 9000))
	f.Add("<<~A\n<<~B\n")
	f.Add("%w[")
	f.Add("?")
	f.Fuzz(func(_ *testing.T, s string) {
		Parse(s, 1)
		ERB(s, func([]*Node) string { return "" })
	})
}
