package csource

import (
	"slices"
	"strings"
)

// otherSystems are the macros by which sources know a compiler or a system that no
// container of ours has.
var otherSystems = []string{
	"WIN32", "_WIN32", "__WIN32__", "_WIN64", "WIN64", "_MSC_VER", "__MINGW32__", "__MINGW64__", "__CYGWIN__", "_WIN32_WCE",
	"__APPLE__", "__FreeBSD__", "__OpenBSD__", "__NetBSD__", "__DragonFly__", "__sun", "__HAIKU__", "__ANDROID__", "ESP32", "ARDUINO",
}

// branch handles a directive that takes or leaves lines: a branch that can't be, as one
// for other systems or below #if 0, is passed over, and so is what stands in place of one
// that is certain. Of all others both are read.
func (l *lexer) branch(word, rest string) {
	switch word {
	case "if", "ifdef", "ifndef":
		if word == "ifndef" {
			rest = "!" + rest
		}
		l.open(rest)
	case "elif", "else":
		n := len(l.certain)
		if n == 0 {
			return
		}
		certain := l.certain[n-1]
		switch l.certain = l.certain[:n-1]; {
		case certain:
			for w := word; w != "endif" && w != ""; {
				w, _ = l.pass()
			}
		case word == "elif":
			l.open(rest)
		default:
			l.certain = append(l.certain, false)
		}
	case "endif":
		if n := len(l.certain); n > 0 {
			l.certain = l.certain[:n-1]
		}
	}
}

// open begins with the first of an if's branches that can be.
func (l *lexer) open(condition string) {
	for never(condition) {
		word, rest := l.pass()
		switch word {
		case "endif", "":
			return
		case "else":
			rest = "1" // both are not left out
		}
		condition = rest
	}
	l.certain = append(l.certain, always(condition))
}

// pass skips the lines of a branch, and reads the directive behind it: else, elif or
// endif, "" at the file's end.
func (l *lexer) pass() (word, rest string) {
	for depth := 0; l.Pos < len(l.Src); {
		line := strings.TrimSpace(l.logicalLine())
		if l.Pos < len(l.Src) {
			l.Line++
			l.Pos++
		}
		if !strings.HasPrefix(line, "#") {
			continue
		}
		word, rest := directiveWord(line)
		switch word {
		case "if", "ifdef", "ifndef":
			depth++
		case "endif":
			if depth--; depth < 0 {
				return word, rest
			}
		case "else", "elif":
			if depth == 0 {
				return word, rest
			}
		}
	}
	return "", ""
}

// directiveWord takes a directive apart.
func directiveWord(line string) (word, rest string) {
	text := strings.TrimSpace(strings.TrimPrefix(line, "#"))
	end := strings.IndexFunc(text, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') })
	if end < 0 {
		return text, ""
	}
	return text[:end], strings.TrimSpace(text[end:])
}

// never reports whether a condition is false for certain: it is true on other systems
// alone, or it is how lines are left out that somebody wants to keep.
func never(condition string) bool {
	return !slices.ContainsFunc(terms(condition, "||"), func(part string) bool {
		return !slices.ContainsFunc(terms(part, "&&"), func(term string) bool {
			return slices.Contains(otherSystems, term) || slices.Contains([]string{"0", "false", "!1", "!true"}, term)
		})
	})
}

// always reports whether a condition is true on ours for certain.
func always(condition string) bool {
	return !slices.ContainsFunc(terms(condition, "&&"), func(term string) bool {
		name, not := strings.CutPrefix(term, "!")
		if not {
			return name != "0" && name != "false" && !slices.Contains(otherSystems, name)
		}
		return !slices.Contains([]string{"__linux__", "__linux", "__unix__", "1", "true"}, term)
	})
}

// terms takes a condition apart at a sign, without comments, brackets and the word
// defined.
func terms(condition, sign string) []string {
	for _, comment := range []string{"/*", "//"} {
		condition, _, _ = strings.Cut(condition, comment)
	}
	parts := strings.Split(condition, sign)
	for i, p := range parts {
		p = strings.NewReplacer("(", " ", ")", " ", "defined", " ").Replace(p)
		parts[i] = strings.Join(strings.Fields(p), "")
	}
	return parts
}
