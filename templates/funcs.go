package templates

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// fromSprig are the functions that templates may use of sprig's. All of them are
// hermetic: none reads the environment, the clock, the network or chance.
var fromSprig = []string{"append", "coalesce", "concat", "default", "dict", "first", "has", "hasPrefix", "indent", "join", "last", "list", "lower", "sub", "ternary", "trimSuffix", "uniq"}

// funcs returns what a template may call.
func funcs() template.FuncMap {
	all := sprig.HermeticTxtFuncMap()
	out := template.FuncMap{
		"exec":  execForm,
		"sh":    func(a safe.Argv) string { return a.String() },
		"fold":  fold,
		"word":  func(v fmt.Stringer) string { return safe.Quote(v.String()) },
		"quote": func(v fmt.Stringer) string { return quoted(v.String()) },
		"copy":  copyInstruction,
		"copies": func(flags, dest string, sources []safe.RelPath) (string, error) {
			return copyInstruction(flags, dest, sources...)
		},
		// below is parents where the folder root is what lies in the working directory.
		"below":     copyParents,
		"parents":   func(sources []safe.RelPath) (string, error) { return copyParents(safe.RelPathOf("."), sources) },
		"manifests": manifestsInstruction,
		"env":       envInstruction,
		"labels":    labelInstruction,
		"deno":      denoFuncs,
		"node":      nodeFuncs,
		"seconds":   func(d fmt.Stringer) string { return d.String() },
	}
	for _, name := range fromSprig {
		out[name] = all[name]
	}
	return out
}

// fold writes words behind what a line begins with, in lines that fit a screen: the
// first has room for as many characters less as the beginning has.
func fold(begins int, v any) (string, error) {
	var words []string
	switch v := v.(type) {
	case safe.Argv:
		for _, w := range v.Args() {
			words = append(words, safe.Quote(w))
		}
	case string: // the names of packages, joined
		words = strings.Fields(v)
	default:
		return "", fmt.Errorf("fold takes a command or words, not %T", v)
	}
	if line := strings.Join(words, " "); begins+len(line) <= 160 {
		return line, nil
	}
	var b strings.Builder
	column := begins
	for i, w := range words {
		switch {
		case i > 0 && column+1+len(w) > 120:
			b.WriteString(" \\\n        ")
			column = 8
		case i > 0:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(w)
		column += len(w)
	}
	return b.String(), nil
}

// execForm writes a command as a JSON list. The marshalling leaves <, > and & as
// they are; what is not valid JSON would silently become a shell command.
func execForm(a safe.Argv) (string, error) {
	if a.IsZero() {
		return "", fmt.Errorf("an empty command has no exec form")
	}
	return jsonList(a.Args())
}

// jsonList writes the words as a JSON list.
func jsonList(words []string) (string, error) {
	out := make([]string, len(words))
	for i, w := range words {
		var buf bytes.Buffer
		enc := json.NewEncoder(&buf)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(w); err != nil {
			return "", err
		}
		out[i] = strings.TrimSuffix(buf.String(), "\n")
	}
	return "[" + strings.Join(out, ", ") + "]", nil
}

// quoted writes a value between double quotes for ENV, LABEL and ARG, where \", \\
// and \$ are the only escapes.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`).Replace(s) + `"`
}

// copyInstruction writes "COPY FLAGS SOURCES... DEST". Paths that need it are
// written in the JSON form, with [ escaped, so that no name is taken for a
// pattern, a variable or a flag. The flags are the template's own.
func copyInstruction(flags, dest string, sources ...safe.RelPath) (string, error) {
	if len(sources) == 0 {
		return "", fmt.Errorf("COPY to %s has no sources", dest)
	}
	if len(sources) > 1 && !strings.HasSuffix(dest, "/") {
		return "", fmt.Errorf("COPY of several sources to %s, which is no folder", dest)
	}
	head := "COPY "
	if flags != "" {
		head += flags + " "
	}
	plain := true
	words := make([]string, 0, len(sources)+1)
	for _, s := range sources {
		plain = plain && s.Plain()
		words = append(words, s.String())
	}
	if plain {
		return head + strings.Join(append(words, dest), " "), nil
	}
	for i, w := range words {
		words[i] = "./" + escapePath(w)
	}
	form, err := jsonList(append(words, dest))
	return head + form, err
}

// manifestsInstruction writes the COPY of files that keep their folders; files that
// have none need no more than the plain form.
func manifestsInstruction(sources []safe.RelPath) (string, error) {
	for _, s := range sources {
		if strings.Contains(s.String(), "/") {
			return copyParents(safe.RelPathOf("."), sources)
		}
	}
	return copyInstruction("", "./", sources...)
}

// escapePath writes a path as COPY takes it in the JSON form: BuildKit still reads
// variables, quotes and patterns out of each word.
func escapePath(p string) string {
	return strings.NewReplacer("[", "[[]", "*", "[*]", "?", "[?]", "$", `\$`, `\`, `\\`, `"`, `\"`, "'", `\'`).Replace(p)
}

// envInstruction writes the settings as one ENV, with the reason of each above.
func envInstruction(settings []detect.Setting) string {
	return pairs("ENV", settings, func(s detect.Setting) (string, string, string) {
		return s.Name.String(), s.Value.String(), s.Why
	})
}

func labelInstruction(labels []detect.ImageLabel) string {
	return pairs("LABEL", labels, func(l detect.ImageLabel) (string, string, string) { return l.Key, l.Value.String(), "" })
}

func pairs[T any](instruction string, items []T, split func(T) (key, value, why string)) string {
	if len(items) == 0 {
		return ""
	}
	var b strings.Builder
	for _, it := range items {
		if _, _, why := split(it); why != "" {
			fmt.Fprintf(&b, "# %s\n", why)
		}
	}
	b.WriteString(instruction)
	for i, it := range items {
		key, value, _ := split(it)
		if i > 0 {
			b.WriteString(" \\\n   ")
		}
		fmt.Fprintf(&b, " %s=%s", key, bareOrQuoted(value))
	}
	return b.String()
}

// bareOrQuoted leaves a plain word as it is.
func bareOrQuoted(s string) string {
	if s != "" && safe.Quote(s) == s {
		return s
	}
	return quoted(s)
}
