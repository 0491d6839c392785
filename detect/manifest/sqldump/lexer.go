package sqldump

import "strings"

// maxWords bounds the words of one statement that are looked at: an INSERT may be as
// long as the file.
const maxWords = 400

type lexer struct {
	text string
	at   int
}

// statement returns the words of the next statement, without what is in strings; it
// takes out of comments who wrote the file.
func (l *lexer) statement(d *Dump) ([]word, bool) {
	var words []word
	add := func(w word) {
		if len(words) < maxWords {
			words = append(words, w)
		}
	}
	for l.at < len(l.text) {
		rest := l.text[l.at:]
		switch c := rest[0]; {
		case strings.HasPrefix(rest, "--"), c == '#':
			l.comment(l.line(), d)
		case strings.HasPrefix(rest, "/*!") || strings.HasPrefix(rest, "/*M!"):
			// What the server runs all the same, from a version on.
			d.dialect("mysql")
			d.MariaDB = d.MariaDB || rest[2] == 'M'
			l.at += 3
			for l.at < len(l.text) && (l.text[l.at] == '!' || l.text[l.at] >= '0' && l.text[l.at] <= '9') {
				l.at++
			}
		case strings.HasPrefix(rest, "*/"):
			l.at += 2
		case strings.HasPrefix(rest, "/*"):
			if end := strings.Index(rest, "*/"); end >= 0 {
				l.at += end + 2
			} else {
				l.at = len(l.text)
			}
		case c == '\'' || c == '"' || c == '`':
			text := l.quoted(c)
			if c == '`' {
				d.dialect("mysql")
			}
			if c != '\'' {
				add(word{text, true})
			}
		case c == '\\' && len(words) == 0:
			// A command of psql's: \connect name
			if line := l.line(); strings.HasPrefix(line, `\c `) || strings.HasPrefix(line, `\connect`) {
				d.dialect("postgres")
				d.Creates = true
			}
		case c == ';':
			l.at++
			l.rows(words)
			if len(words) > 0 {
				return words, true
			}
		case letter(c):
			n := 1
			for n < len(rest) && (letter(rest[n]) || rest[n] >= '0' && rest[n] <= '9' || rest[n] == '$') {
				n++
			}
			add(word{rest[:n], false})
			l.at += n
		default:
			l.at++
		}
	}
	return words, len(words) > 0
}

func letter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

// comment notes the tool that wrote the file, as it says at its top.
func (l *lexer) comment(line string, d *Dump) {
	switch {
	case strings.Contains(line, "MariaDB"):
		d.dialect("mysql")
		d.MariaDB = true
	case strings.Contains(line, "MySQL dump"):
		d.dialect("mysql")
	case strings.Contains(line, "PostgreSQL database dump"):
		d.dialect("postgres")
	}
}

// line takes the rest of the line.
func (l *lexer) line() string {
	line, _, _ := strings.Cut(l.text[l.at:], "\n")
	l.at = min(len(l.text), l.at+len(line)+1)
	return line
}

// quoted takes a string or a name, in which the quote is doubled or escaped.
func (l *lexer) quoted(quote byte) string {
	var b strings.Builder
	for l.at++; l.at < len(l.text); l.at++ {
		c := l.text[l.at]
		if c == '\\' && quote == '\'' && l.at+1 < len(l.text) {
			l.at++
			continue
		}
		if c == quote {
			if l.at+1 >= len(l.text) || l.text[l.at+1] != quote {
				l.at++
				break
			}
			l.at++
		}
		if b.Len() < 128 {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// rows leaves out the rows behind COPY ... FROM stdin, which a line of its own ends.
func (l *lexer) rows(words []word) {
	if len(words) < 3 || !words[0].is("COPY") || !words[len(words)-1].is("stdin") {
		return
	}
	if end := strings.Index(l.text[l.at:], "\n\\."); end >= 0 {
		l.at += end + 3
	} else {
		l.at = len(l.text)
	}
}
