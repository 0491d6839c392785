// Package javascript reads JavaScript and TypeScript sources as far as a
// detector must: what they import, the calls and object literals in them, the
// variables of the environment that they use.
//
// It works on tokens, not on a syntax tree: a tree would need a parser for each
// of JavaScript, TypeScript and JSX, and most sources of a project are a mixture.
// Comments, strings and regular expressions are told apart, so that nothing is
// ever found inside of one. What it can't follow it leaves out.
package javascript

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/js"
)

// MaxSource is how many bytes of a source are read; what is larger is a bundle
// that a tool has written.
const MaxSource = 512 << 10

// maxFaults bounds how often the lexer starts again after what it can't read,
// such as an apostrophe in the text between two JSX tags.
const maxFaults = 100

type kind uint8

const (
	word  kind = iota // an identifier or a keyword
	str               // a string, or a template without substitutions; its text is the value
	num               // a number
	punct             // an operator, a bracket
	other             // a part of a template, a regular expression
)

type token struct {
	kind kind
	text string
	line int
}

func (t token) is(text string) bool { return t.kind == punct && t.text == text }

// tokenize splits a source into its tokens, without comments and blanks.
func tokenize(src []byte) []token {
	buf := make([]byte, len(src), len(src)+1) // a byte to spare: the lexer ends its input with a zero
	copy(buf, src)
	tokens := make([]token, 0, len(src)/5)
	in := parse.NewInputBytes(buf)
	lex := js.NewLexer(in)
	pos, line, faults := 0, 1, 0
	for pos < len(buf) {
		if buf[pos] == '@' { // a decorator, which the lexer does not know
			tokens = append(tokens, token{punct, "@", line})
			in.Move(1)
			in.Skip()
			pos++
			continue
		}
		tt, text := lex.Next()
		if (tt == js.DivToken || tt == js.DivEqToken) && regexpMayFollow(tokens) {
			if t, re := lex.RegExp(); t == js.RegExpToken {
				tt, text = t, re
			} else {
				tt = js.ErrorToken
			}
		}
		if tt == js.ErrorToken {
			// Go on behind the character that could not be read.
			if buf[pos] == '\n' {
				line++
			}
			if faults++; faults > maxFaults {
				return tokens
			}
			pos++
			in = parse.NewInputBytes(buf[pos:])
			lex = js.NewLexer(in)
			continue
		}
		if t, ok := newToken(tt, text, line); ok {
			tokens = append(tokens, t)
		}
		line += bytes.Count(text, []byte("\n"))
		pos += len(text)
	}
	return tokens
}

func newToken(tt js.TokenType, text []byte, line int) (token, bool) {
	switch {
	case tt == js.WhitespaceToken, tt == js.LineTerminatorToken, tt == js.CommentToken, tt == js.CommentLineTerminatorToken:
		return token{}, false
	case tt == js.StringToken, tt == js.TemplateToken:
		return token{str, unquote(text), line}, true
	case tt == js.TemplateStartToken, tt == js.TemplateMiddleToken, tt == js.TemplateEndToken, tt == js.RegExpToken:
		return token{other, string(text), line}, true
	case js.IsNumeric(tt):
		return token{num, strings.ReplaceAll(string(text), "_", ""), line}, true
	case js.IsPunctuator(tt), js.IsOperator(tt):
		return token{punct, string(text), line}, true
	}
	return token{word, string(text), line}, true
}

// regexpMayFollow reports whether a slash behind these tokens begins a regular
// expression. Behind "<" it is the end of a JSX tag.
func regexpMayFollow(tokens []token) bool {
	if len(tokens) == 0 {
		return true
	}
	switch last := tokens[len(tokens)-1]; last.kind {
	case punct:
		return !strings.Contains(")]}<", last.text)
	case word:
		switch last.text {
		case "return", "typeof", "case", "in", "of", "instanceof", "new", "delete", "void", "throw", "else", "do", "await", "yield":
			return true
		}
	}
	return false
}

// unquote returns what a string or a template without substitutions stands for.
func unquote(text []byte) string {
	if len(text) < 2 {
		return ""
	}
	s := string(text[1 : len(text)-1])
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch c := s[i]; c {
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r':
			b.WriteByte('\r')
		case '\n':
		case 'x':
			if n, err := strconv.ParseUint(s[i+1:min(i+3, len(s))], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
			}
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// Script returns the parts of a component file (.vue, .svelte, .astro) that are
// scripts, each on its own line still.
func Script(name string, src []byte) []byte {
	switch {
	case strings.HasSuffix(name, ".vue"), strings.HasSuffix(name, ".svelte"):
		return keep(src, "<script", ">", "</script>")
	case strings.HasSuffix(name, ".astro"):
		return keep(src, "---", "", "---")
	}
	return src
}

// keep blanks what does not stand between open (up to its end) and shut.
func keep(src []byte, open, end, shut string) []byte {
	out := bytes.Clone(src)
	blank := func(from, to int) {
		for i := from; i < to; i++ {
			if out[i] != '\n' {
				out[i] = ' '
			}
		}
	}
	at := 0
	for at < len(src) {
		from := bytes.Index(src[at:], []byte(open))
		if from < 0 {
			break
		}
		from += at + len(open)
		if end != "" {
			i := bytes.Index(src[from:], []byte(end))
			if i < 0 {
				break
			}
			from += i + len(end)
		}
		blank(at, from)
		to := bytes.Index(src[from:], []byte(shut))
		if to < 0 {
			return out
		}
		at = from + to
		blank(at, at+len(shut))
		at += len(shut)
	}
	blank(at, len(src))
	return out
}
