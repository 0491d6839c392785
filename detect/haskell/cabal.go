package haskell

import (
	"strings"
)

// section is one part of a .cabal file: its fields, with the words of conditions'
// branches as well.
type section struct {
	kind, name string
	line       int
	fields     map[string]field
}

type field struct {
	text string
	line int
}

// kinds are the words that begin a section.
var kinds = map[string]bool{
	"executable": true, "library": true, "common": true, "test-suite": true, "benchmark": true, "flag": true, "foreign-library": true,
	"source-repository": true, "custom-setup": true, "package": true, "source-repository-package": true, "repository": true,
}

// sections reads the layout of a .cabal file, and of cabal.project, which has the same:
// https://cabal.readthedocs.io/en/stable/cabal-package-description-file.html. The first
// holds the fields of the package. A field goes on in the lines that are indented more
// than it; "if" and "else" are looked through.
func sections(src string) []*section {
	top := &section{fields: map[string]field{}}
	out := []*section{top}
	cur, open, indent := top, "", 0
	for n, line := range strings.Split(src, "\n") {
		text := strings.TrimSpace(line)
		if text == "" || strings.HasPrefix(text, "--") || strings.Trim(text, "{}") == "" {
			continue
		}
		at := len(line) - len(strings.TrimLeft(line, " \t"))
		if open != "" && at > indent {
			f := cur.fields[open]
			f.text += "\n" + text
			cur.fields[open] = f
			continue
		}
		open = ""
		if at == 0 {
			cur = top
		}
		name, value, ok := strings.Cut(text, ":")
		if name = strings.ToLower(strings.TrimSpace(name)); ok && isField(name) {
			f := cur.fields[name]
			if f.text != "" {
				f.text += "\n"
			} else {
				f.line = n + 1
			}
			f.text += strings.TrimSpace(value)
			cur.fields[name] = f
			open, indent = name, at
			continue
		}
		word, rest, _ := strings.Cut(strings.TrimSpace(strings.TrimSuffix(text, "{")), " ")
		if word = strings.ToLower(word); kinds[word] {
			cur = &section{word, strings.Trim(strings.TrimSpace(rest), `"`), n + 1, map[string]field{}}
			out = append(out, cur)
		}
	}
	return out
}

func isField(s string) bool {
	for _, c := range s {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return s != ""
}

// items parts a field's list at its commas, or at spaces where words are wanted.
func items(text string, words bool) []string {
	depth := 0
	parts := strings.FieldsFunc(text, func(c rune) bool {
		switch c {
		case '{', '(':
			depth++
		case '}', ')':
			depth--
		case ',':
			return depth <= 0
		case ' ', '\n', '\t':
			return words
		}
		return false
	})
	var out []string
	for _, p := range parts {
		if p = strings.Trim(strings.TrimSpace(p), `"`); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// dependency parts "base >=4.18 && <5" into its package and its bounds.
func dependency(s string) (name, bounds string) {
	i := strings.IndexFunc(s, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_'
	})
	if i < 0 {
		return s, ""
	}
	return s[:i], strings.TrimSpace(s[i:])
}
