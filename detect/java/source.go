package java

import (
	"bytes"
	"path"
	"strings"

	"dockgen/detect"
	"dockgen/detect/java/script"
)

// source is one file of the program's own code.
type source struct {
	dir  *detect.Dir
	name string
	lang string // java, kotlin, scala, clojure
	pkg  string
	toks []script.Token
}

func (s *source) note(line int, format string, args ...any) detect.Note {
	return s.dir.Note(s.name, line, format, args...)
}

// code is what is read of a program's sources.
type code struct {
	files []*source
	count map[string]int // of files, by language
	mains []mainClass
	lisp  []*lispFile
}

// mainClass is a class with a main method.
type mainClass struct {
	class string
	boot  bool // carries @SpringBootApplication, or starts Spring
	src   *source
	line  int
}

// languages by the ending of their files; Groovy runs as Java does.
var languages = map[string]string{".java": "java", ".kt": "kotlin", ".scala": "scala", ".clj": "clojure", ".cljc": "clojure", ".groovy": "java"}

// maxSources is how many files are read; more is no one program's own code.
const maxSources = 6000

// interesting are words of which a file has to hold one to be looked into. The
// others only count.
var interesting = [][]byte{
	[]byte("main"), []byte("getenv"), []byte("sys.env"), []byte("extends App"), []byte("IOApp"), []byte("@Value"), []byte("Mapping("), []byte("@Path"), []byte("@Get"), []byte("@GET"), []byte("get("), []byte("port"), []byte("Port"),
	[]byte("listen"), []byte("Server"), []byte("bind"), []byte("SecurityFilterChain"), []byte("WebSecurityConfigurer"), []byte("File("), []byte("Paths.get"), []byte("Path.of"), []byte("@Scheduled"), []byte("Listener("),
}

// readCode reads the sources of the module, and of the modules that it is built with.
func (m *module) readCode() *code {
	c := &code{count: map[string]int{}}
	var beside []mainClass
	dirs := m.sources
	if !m.dir.HasDir("src/main") && m.dir.HasDir("src") && (m.tool == maven || m.tool == gradle) {
		dirs = append([]string{"src"}, dirs...)
	}
	for i, at := range dirs {
		d := m.dir.Sub(at)
		own := i == 0 || m.tool == sbt && !strings.HasPrefix(at, "..")
		for name := range d.Files("*.java", "*.kt", "*.scala", "*.clj", "*.cljc", "*.groovy") {
			if len(c.files) >= maxSources {
				return c
			}
			if strings.HasPrefix(at, "src") && at == "src" && (strings.HasPrefix(name, "test/") || strings.Contains(name, "Test/")) {
				continue
			}
			lang := languages[path.Ext(name)]
			if own {
				c.count[lang]++
			}
			if lang == "clojure" {
				if f := readLisp(d, name); f != nil {
					c.lisp = append(c.lisp, f)
				}
				continue
			}
			data, err := d.Read(name)
			if err != nil || !holdsAny(data) {
				continue
			}
			s := &source{dir: d, name: name, lang: lang}
			dialect := script.Java
			if lang == "kotlin" {
				dialect = script.Kotlin
			}
			s.toks = withoutLines(script.Lex(data, dialect))
			s.pkg = s.packageName()
			c.files = append(c.files, s)
			if own {
				c.mains = append(c.mains, s.mains()...)
			} else if m.tool == sbt {
				beside = append(beside, s.mains()...)
			}
		}
	}
	if len(c.mains) == 0 { // a project of sbt's that only packages others
		c.mains = beside
	}
	return c
}

func holdsAny(data []byte) bool {
	for _, w := range interesting {
		if bytes.Contains(data, w) {
			return true
		}
	}
	return false
}

func withoutLines(toks []script.Token) []script.Token {
	out := toks[:0]
	for _, t := range toks {
		if t.Kind != script.Newline {
			out = append(out, t)
		}
	}
	return out
}

// tok is the token at an index, End behind the last.
func (s *source) tok(i int) script.Token {
	if i < 0 || i >= len(s.toks) {
		return script.Token{Kind: script.End}
	}
	return s.toks[i]
}

// seq reports whether the tokens from i on are these words.
func (s *source) seq(i int, words ...string) bool {
	for n, w := range words {
		if !s.tok(i + n).Is(w) {
			return false
		}
	}
	return true
}

// dotted reads a name with dots from i on.
func (s *source) dotted(i int) (string, int) {
	if s.tok(i).Kind != script.Ident {
		return "", i
	}
	name := s.tok(i).Text
	i++
	for s.tok(i).Is(".") && s.tok(i+1).Kind == script.Ident {
		name += "." + s.tok(i+1).Text
		i += 2
	}
	return name, i
}

func (s *source) packageName() string {
	var parts []string
	for i := range s.toks {
		if s.tok(i).Is("package") && (i == 0 || !s.tok(i-1).Is(".")) {
			name, _ := s.dotted(i + 1)
			if name != "" && name != "object" {
				parts = append(parts, name)
			}
			if s.lang != "scala" {
				break
			}
		}
		if s.tok(i).Is("import") || s.tok(i).Is("class") || s.tok(i).Is("object") {
			break
		}
	}
	return strings.Join(parts, ".")
}

func (s *source) qualified(class string) string {
	if s.pkg == "" {
		return class
	}
	return s.pkg + "." + class
}

// mains finds the classes of the file that can be started.
func (s *source) mains() []mainClass {
	var out []mainClass
	base := strings.TrimSuffix(path.Base(s.name), path.Ext(s.name))
	boot := s.holds("SpringBootApplication") || s.holds("EnableAutoConfiguration") || s.holds("SpringApplication") || s.holds("runApplication")
	add := func(class string, line int) {
		out = append(out, mainClass{s.qualified(class), boot, s, line})
	}
	depth := 0
	type scope struct {
		class string
		depth int
	}
	var classes []scope
	for i, t := range s.toks {
		switch {
		case t.Is("{"):
			depth++
		case t.Is("}"):
			depth--
			for len(classes) > 0 && classes[len(classes)-1].depth >= depth {
				classes = classes[:len(classes)-1]
			}
		case (t.Is("class") || t.Is("object") || t.Is("interface") || t.Is("record") || t.Is("enum")) && s.tok(i+1).Kind == script.Ident && !s.tok(i-1).Is(".") && !s.tok(i-1).Is("::"):
			name := s.tok(i + 1).Text
			if t.Is("object") && s.tok(i-1).Is("companion") {
				continue
			}
			if n := len(classes); n == 0 || classes[n-1].depth < depth {
				if n > 0 {
					name = classes[n-1].class + "$" + name
				}
				classes = append(classes, scope{name, depth})
			} else {
				classes[n-1].class = name
			}
			if s.lang == "scala" && t.Is("object") && s.extendsApp(i) {
				add(name, t.Line)
			}
		case t.Is("main") && s.tok(i+1).Is("("):
			switch {
			case s.lang == "java" && (s.tok(i-1).Is("void") || strings.HasSuffix(s.name, ".groovy")):
				if len(classes) > 0 {
					add(classes[len(classes)-1].class, t.Line)
				} else if depth == 0 { // a class without a name: JEP 512
					add(base, t.Line)
				}
			case s.lang == "kotlin" && s.tok(i-1).Is("fun") && depth == 0:
				add(s.kotlinFile(base), t.Line)
			case s.lang == "kotlin" && s.tok(i-1).Is("fun") && s.holds("JvmStatic") && len(classes) > 0:
				add(strings.TrimSuffix(classes[len(classes)-1].class, "$Companion"), t.Line)
			case s.lang == "scala" && s.tok(i-1).Is("def") && len(classes) > 0:
				add(classes[len(classes)-1].class, t.Line)
			}
		case s.lang == "scala" && t.Is("@") && s.seq(i+1, "main", "def"):
			add(s.tok(i+3).Text, t.Line)
		}
	}
	return out
}

// kotlinFile is the class that holds a file's functions.
func (s *source) kotlinFile(base string) string {
	for i := range s.toks {
		if s.seq(i, "file", ":", "JvmName", "(") && s.tok(i+4).Kind == script.String {
			return s.tok(i + 4).Text
		}
	}
	return strings.ToUpper(base[:1]) + strings.NewReplacer("-", "_", ".", "_").Replace(base[1:]) + "Kt"
}

// scalaApps are what an object extends that can be started.
var scalaApps = []string{"App", "IOApp", "ZIOAppDefault", "ZIOApp", "Simple", "zio", "TaskApp", "HttpApp", "TwitterServer", "HttpServer", "IORuntimeApp", "MainRoutes", "Main"}

func (s *source) extendsApp(i int) bool {
	for n := i + 2; n < i+12; n++ {
		t := s.tok(n)
		if t.Is("{") || t.Is(":") || t.Kind == script.End {
			return false
		}
		if (s.tok(n-1).Is("extends") || s.tok(n-1).Is("with") || s.tok(n-1).Is(".")) && t.Kind == script.Ident {
			for _, app := range scalaApps {
				if t.Text == app {
					return true
				}
			}
		}
	}
	return false
}

func (s *source) holds(ident string) bool {
	for _, t := range s.toks {
		if t.Kind == script.Ident && t.Text == ident {
			return true
		}
	}
	return false
}

// language is that of the main class, else that of most files.
func (c *code) language(main string) string {
	for _, m := range c.mains {
		if m.class == main && main != "" {
			return m.src.lang
		}
	}
	best := ""
	for _, lang := range []string{"java", "kotlin", "scala", "clojure"} {
		if n := c.count[lang]; n > 0 && (best == "" || n > c.count[best]) {
			best = lang
		}
	}
	return best
}

// any reports whether one of the sources holds the identifier.
func (c *code) any(idents ...string) (*source, int, bool) {
	for _, s := range c.files {
		for _, t := range s.toks {
			if t.Kind != script.Ident {
				continue
			}
			for _, id := range idents {
				if t.Text == id {
					return s, t.Line, true
				}
			}
		}
	}
	return nil, 0, false
}
