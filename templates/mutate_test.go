package templates_test

import (
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing/fstest"
)

// vector is one way to break out of the place where a value is written. Every
// vector holds the word pwn, so that what it becomes can be found.
type vector struct{ name, text string }

var vectors = []vector{
	{"line feed", "x\nRUN pwn"},
	{"carriage return", "x\rRUN pwn"},
	{"next line", "x\u0085RUN pwn"},
	{"line separator", "x\u2028RUN pwn"},
	{"escape sequence", "pwn\x1b[2J"},
	{"bidirectional override", "pwn\u202egpj"},
	{"trailing backslash", `pwn\`},
	{"here-document", "pwn <<EOF"},
	{"variable", "pwn$HOME"},
	{"variable with a default", "pwn${X:-y}"},
	{"Compose's own", "pwn${Y?z}"},
	{"substitution", "x$(pwn)"},
	{"backquotes", "x`pwn`"},
	{"semicolon", "x;pwn"},
	{"and", "x && pwn"},
	{"pipe", "x|pwn"},
	{"redirection", "x>pwn"},
	{"network flag", "--network=host pwn"},
	{"mount flag", "--mount=type=bind,from=pwn,target=/x"},
	{"comma", "x,from=pwn,rw"},
	{"double quote", `x" pwn "`},
	{"single quote", `x' pwn '`},
	{"number sign", "#pwn"},
	{"exclamation mark", "!pwn"},
	{"space", "x pwn"},
	{"globs", "[pwn]*?"},
	{"another stage", "20 AS pwn"},
	{"digest", "20@sha256:pwn"},
	{"YAML alias", "*pwn"},
	{"YAML anchor", "&pwn x"},
	{"YAML tag", "!!pwn x"},
	{"YAML mapping", "pwn: x"},
	{"percent", "%pwn @pwn"},
	{"upwards", "../../pwn"},
	{"absolute", "/proc/self/fd/8/pwn"},
}

// Ordinary words that YAML or a shell could take for something else.
var oddWords = []vector{{"yes", "yes"}, {"exponent", "1e3"}, {"time of day", "12:30"}, {"null", "null"}, {"dash", "-"}, {"dot", "."}, {"empty", ""}, {"dots", ".."}, {"tilde", "~"}}

// site is one place of a project where a value stands.
type site struct {
	name string
	// with is the project with another value there; nil where none of that kind can stand there.
	with func(value string) fstest.MapFS
	// without is the project without the file or folder that holds it, gone without the
	// line alone, for a value can make a comment of it. Of a name that is mentioned, gone is
	// the project without the file or folder too, where the mention is what no parser takes;
	// nil of one that is not.
	without, gone fstest.MapFS
}

var (
	doubleRE = regexp.MustCompile(`"((?:[^"\\\n]|\\.)*)"`)
	singleRE = regexp.MustCompile(`'([^'\\\n]*)'`)
	bareRE   = regexp.MustCompile(`[^\s=:,;"'(){}\[\]]+`)
)

// largest is the size of the largest file whose values are changed.
const largest = 16 << 10

// sites lists every string in every file of a project, and every name of a file or folder.
func sites(project fstest.MapFS) []site {
	var out []site
	names := slices.Sorted(func(yield func(string) bool) {
		for name := range project {
			if !yield(name) {
				return
			}
		}
	})
	seen := map[string]bool{}
	for _, name := range names {
		if text := string(project[name].Data); len(text) <= largest {
			for _, form := range forms(name) {
				for _, at := range form.re.FindAllStringSubmatchIndex(text, -1) {
					from, to := at[len(at)-2], at[len(at)-1]
					line := 1 + strings.Count(text[:from], "\n")
					out = append(out, site{fmt.Sprintf("%s:%d %q", name, line, text[from:to]), func(value string) fstest.MapFS {
						return replaced(project, name, text[:from]+form.encode(value)+text[to:])
					}, without(project, name), replaced(project, name, withoutLine(text, from))})
				}
			}
		}
		for p := name; p != "."; p = path.Dir(p) {
			if !seen[p] {
				seen[p] = true
				out = append(out, site{"the name of " + p, func(value string) fstest.MapFS { return renamed(project, p, value, false) }, without(project, p), nil})
				out = append(out, site{"the name of " + p + ", mentioned so", func(value string) fstest.MapFS { return renamed(project, p, value, true) }, without(project, p), renamed(without(project, p), p, "x[y", true)})
			}
		}
	}
	return out
}

// withoutLine is the text without the line in which at lies.
func withoutLine(text string, at int) string {
	begin := strings.LastIndexByte(text[:at], '\n') + 1
	if end := strings.IndexByte(text[at:], '\n'); end >= 0 {
		return text[:begin] + text[at+end+1:]
	}
	return text[:begin]
}

// form is how a kind of file writes its values.
type form struct {
	re     *regexp.Regexp
	encode func(string) string
}

func forms(name string) []form {
	if path.Base(name) == "pnpm-lock.yaml" {
		return nil
	}
	double, single := form{doubleRE, escaped}, form{singleRE, func(s string) string { return strings.ReplaceAll(escaped(s), "'", `\u0027`) }}
	switch path.Ext(name) {
	case ".json", ".go", ".toml":
		return []form{double}
	case ".js", ".jsx", ".ts", ".mjs", ".cjs", ".py":
		return []form{double, single}
	case ".css", ".sum", ".lock", ".sql", ".md":
		return nil
	}
	return []form{{bareRE, func(s string) string { return s }}}
}

// escaped writes the inside of a string in double quotes, for all languages alike.
func escaped(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // of a string
	}
	text := string(b[1 : len(b)-1])
	for r, e := range map[string]string{`\u003c`: "<", `\u003e`: ">", `\u0026`: "&", "\u0085": `\u0085`, "\u202e": `\u202e`} {
		text = strings.ReplaceAll(text, r, e)
	}
	return text
}

func without(project fstest.MapFS, p string) fstest.MapFS {
	out := fstest.MapFS{}
	for n, f := range project {
		if n != p && !strings.HasPrefix(n, p+"/") {
			out[n] = f
		}
	}
	return out
}

func replaced(project fstest.MapFS, name, text string) fstest.MapFS {
	out := fstest.MapFS{}
	for n, f := range project {
		out[n] = f
	}
	out[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	return out
}

// renamed gives the last element of a path another name, and where mentions is
// set every mention of it in a file too.
func renamed(project fstest.MapFS, p, name string, mentions bool) fstest.MapFS {
	if name == "" || name == "." || name == ".." || strings.Contains(name, "/") {
		return nil
	}
	old, out := path.Base(p), fstest.MapFS{}
	for n, f := range project {
		if mentions && len(f.Data) <= largest {
			word := name
			if forms(n) != nil && forms(n)[0].re == doubleRE {
				word = escaped(name)
			}
			f = &fstest.MapFile{Data: []byte(strings.ReplaceAll(string(f.Data), old, word)), Mode: f.Mode}
		}
		if n == p || strings.HasPrefix(n, p+"/") {
			n = path.Join(path.Dir(p), name) + strings.TrimPrefix(n, p)
		}
		out[n] = f
	}
	return out
}
