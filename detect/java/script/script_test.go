package script

import (
	"strings"
	"testing"
)

// show writes nodes as a reader would say them, to compare.
func show(nodes []Node) string {
	var out []string
	for _, n := range nodes {
		out = append(out, one(n))
	}
	return strings.Join(out, "; ")
}

func one(n Node) string {
	s := strings.Join(n.Path, ".")
	if n.On != nil {
		s = one(*n.On) + "." + s
	}
	switch {
	case n.Text:
		s = "'" + join(n.Parts) + "'"
	case n.Num != "":
		s = n.Num
	case n.List != nil:
		s = "[" + args(n.List) + "]"
	}
	if n.Called {
		s += "(" + args(n.Args) + ")"
	}
	if n.Nested {
		s += "{" + show(n.Block) + "}"
	}
	if n.Value != nil {
		s += n.Op + one(*n.Value)
	}
	for _, t := range n.Then {
		s += " " + one(t)
	}
	if n.Else != nil {
		s += "?:" + one(*n.Else)
	}
	return s
}

func args(list []Arg) string {
	var out []string
	for _, a := range list {
		s := one(a.Value)
		if a.Name != "" {
			s = a.Name + ":" + s
		}
		out = append(out, s)
	}
	return strings.Join(out, ",")
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		why  string
		d    Dialect
		src  string
		want string
	}{
		{"Groovy leaves brackets away", Groovy, "implementation 'a:b:1'\n", "implementation('a:b:1')"},
		{"a map of names", Groovy, "compile group: 'a', name: 'b'", "compile(group:'a',name:'b')"},
		{"what follows an argument", Groovy, "plugins { id 'x' version '1' apply false }", "plugins{id('x') version('1') apply(false)}"},
		{"the branches of an if", Groovy, "if (x) {\n a 'b'\n} else {\n c 'd'\n}\ne 'f'\n", "if(x){a('b')}; else{c('d')}; e('f')"},
		{"what follows a call", Kotlin, `plugins { kotlin("jvm") version "2.0" }`, "plugins{kotlin('jvm') version('2.0')}"},
		{"a name in backquotes", Kotlin, "plugins { `java-library`; application }", "plugins{java-library; application}"},
		{"an assignment and a setter", Kotlin, "application { mainClass = \"A\"\n mainClass.set(\"B\") }", "application{mainClass='A'; mainClass.set('B')}"},
		{"a call on a call", Kotlin, `x = JavaLanguageVersion.of(17).get()`, "x=JavaLanguageVersion.of(17).get()"},
		{"a dot on the next line", Kotlin, "a.b()\n  .c()", "a.b().c()"},
		{"types and delegates", Kotlin, "val v: String by project\nval w = \"1\"", "v by(project); w='1'"},
		{"generics", Kotlin, `tasks.withType<Test> { useJUnitPlatform() }`, "tasks.withType{useJUnitPlatform()}"},
		{"comments of all kinds, and strings that hold them", Groovy, "// a\n/* b\n */ url 'http://x' # \n", "url('http://x')"},
		{"a reference in a string", Groovy, `version "${boot}-x"`, "version('${boot}-x')"},
		{"an index", Kotlin, `extra["v"] = "1"`, "extra.v='1'"},
		{"an elvis", Kotlin, `version = findProperty("v") ?: "1"`, "version=findProperty('v')?:'1'"},
		{"a lambda's parameter is no statement", Groovy, "all { x -> y 'z' }", "all{y('z')}"},
		{"an annotation", Kotlin, "@file:Suppress(\"A\")\n@Suppress(\"B\") plugins { application }\n@a.B\nval x = 1", "plugins{application}; x=1"},
		{"a bracket too many", Groovy, ") } ]\na 'b'", "a('b')"},
		{"nothing closes", Groovy, "a { b { c 'd'", "a{b{c('d')}}"},
	} {
		if got := show(Parse([]byte(c.src), c.d)); got != c.want {
			t.Errorf("%s: %s, want %s", c.why, got, c.want)
		}
	}
}

// FuzzParse: no text makes the parser stop or go on for ever.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"a { b 'c' }", "x = [1, 2", `"${a.b}"`, "'''a", "((((", "a<b>c", "->", "val x: Map<String, List<Int>> by lazy { }", "\\", "'\\"} {
		f.Add(s)
	}
	f.Add(strings.Repeat("{(", 5000))
	f.Fuzz(func(t *testing.T, s string) {
		for _, d := range []Dialect{Groovy, Kotlin, Java} {
			for _, n := range Parse([]byte(s), d) {
				if n.Line < 0 || n.Line > strings.Count(s, "\n")+2 {
					t.Errorf("line %d of %q", n.Line, s)
				}
			}
		}
	})
}
