// Package words splits Erlang and Gleam into their words: names, strings, numbers and
// signs, without comments. Both are read for single calls and terms, for which no tree
// is needed. Any text is taken.
package words

import "strings"

// Kind is what a Word is.
type Kind int

// The kinds of words.
const (
	Name     Kind = iota // in lower case, or in quotes in Erlang: an atom
	Variable             // in upper case
	String
	Number
	Sign
)

// Word is one word.
type Word struct {
	Kind Kind
	Text string
	Line int
}

// Is reports whether the word is that name or sign.
func (w Word) Is(text string) bool { return (w.Kind == Name || w.Kind == Sign) && w.Text == text }

// Erlang splits a text whose comments begin with "%".
func Erlang(text string) []Word { return split(text, "%", true) }

// Gleam splits a text whose comments begin with "//".
func Gleam(text string) []Word { return split(text, "//", false) }

func split(s, comment string, atoms bool) []Word {
	var out []Word
	line := 1
	add := func(k Kind, text string, at int) { out = append(out, Word{k, text, at}) }
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '\n':
			line++
			i++
		case c == ' ' || c == '\t':
			i++
		case strings.HasPrefix(s[i:], comment):
			for i < len(s) && s[i] != '\n' {
				i++
			}
		case c == '$' && atoms && i+1 < len(s) && s[i+1] != '{': // a sign's number: $a
			if i += 2; s[i-1] == '\\' {
				i++
			} else if s[i-1] == '\n' {
				line++
			}
			add(Number, "0", line)
		case c == '"' || c == '\'' && atoms:
			at := line
			var text string
			text, i = quoted(s, i, &line)
			if c == '"' {
				add(String, text, at)
			} else {
				add(Name, text, at)
			}
		case c >= '0' && c <= '9':
			start := i
			for i < len(s) && (isName(s[i]) || s[i] == '.' && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9') {
				i++
			}
			add(Number, strings.ReplaceAll(s[start:i], "_", ""), line)
		case isName(c):
			start := i
			for i < len(s) && (isName(s[i]) || atoms && s[i] == '@') {
				i++
			}
			k := Name
			if c >= 'A' && c <= 'Z' || c == '_' {
				k = Variable
			}
			add(k, s[start:i], line)
		default:
			add(Sign, s[i:i+1], line)
			i++
		}
	}
	return out
}

// quoted reads the text in quotes that begins at i, and where it ends.
func quoted(s string, i int, line *int) (string, int) {
	quote := s[i]
	var b strings.Builder
	for i++; i < len(s) && s[i] != quote; i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		if s[i] == '\n' {
			*line++
		}
		b.WriteByte(s[i])
	}
	return b.String(), min(i+1, len(s))
}

func isName(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// Call is a call of a function in another module, with the words of its arguments.
type Call struct {
	Module, Name string
	Args         [][]Word
	Line         int
}

// Calls finds the calls "module:name(args)"; between is ":" in Erlang and "." in Gleam.
func Calls(all []Word, between string) []Call {
	var out []Call
	for i := 0; i+3 < len(all); i++ {
		if all[i].Kind != Name || !all[i+1].Is(between) || all[i+2].Kind != Name || !all[i+3].Is("(") {
			continue
		}
		out = append(out, Call{all[i].Text, all[i+2].Text, arguments(all[i+4:]), all[i].Line})
	}
	return out
}

// arguments splits what follows "(" at the commas, up to the ")" that closes it.
func arguments(all []Word) [][]Word {
	var out [][]Word
	depth, start := 0, 0
	for i, w := range all {
		if w.Kind != Sign {
			continue
		}
		switch w.Text {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			if depth--; depth < 0 {
				if i > start || len(out) > 0 {
					out = append(out, all[start:i])
				}
				return out
			}
		case ",":
			if depth == 0 {
				out = append(out, all[start:i])
				start = i + 1
			}
		}
	}
	return out
}
