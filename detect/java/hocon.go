package java

import (
	"maps"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/java/script"
)

// hocon reads a file of Typesafe's configuration library, as Ktor, Play and Akka
// have it (https://github.com/lightbend/config/blob/main/HOCON.md): objects,
// keys with dots, lists left out. key = ${?NAME} beside a value makes it that
// variable's, with the value as its default.
func (c *config) hocon(d *detect.Dir, name string) {
	data, err := d.Read(name)
	if err != nil {
		return
	}
	at := map[string]int{} // of the file's keys, among the values
	p := hoconParser{toks: script.Lex(hashComments(data), script.Java)}
	p.object("", 0, func(key, value string, line int) {
		i, there := at[key]
		if !there {
			at[key] = len(c.values)
			c.values = append(c.values, configValue{key: key, value: value, note: d.Note(name, line, "%s = %s", key, shown(key, value))})
			return
		}
		old := c.values[i].value
		in, ok := strings.CutPrefix(value, "${")
		if parts := placeholders(old); ok && (len(parts) != 1 || parts[0].name == "") {
			c.values[i].value = "${" + strings.Trim(in, "?}") + ":" + old + "}"
		} else if !ok {
			c.values[i].value = value
		}
	})
	c.references(at)
}

// references puts the values of the file's other keys in: url = "jdbc:"${db.host}.
func (c *config) references(at map[string]int) {
	for _, i := range slices.Sorted(maps.Values(at)) {
		c.values[i].value = c.referred(c.values[i].value, at, 0)
	}
}

// referred is a text with the values of the keys that it refers to.
func (c *config) referred(text string, at map[string]int, depth int) string {
	const longest, deepest = 2048, 8
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "${")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		key, after, closed := strings.Cut(rest, "}")
		i, known := at[key]
		if !closed || !known || !strings.Contains(key, ".") || depth == deepest || b.Len()+len(rest) > longest {
			b.WriteString("${")
			text = rest
			continue
		}
		b.WriteString(c.referred(c.values[i].value, at, depth+1))
		text = after
	}
}

// hashComments makes comments that begin with # into those that the lexer knows.
func hashComments(data []byte) []byte {
	var b strings.Builder
	quoted := false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\n':
			quoted = false
		case c == '#' && !quoted:
			b.WriteString("//")
			continue
		}
		b.WriteByte(data[i])
	}
	return []byte(b.String())
}

type hoconParser struct {
	toks []script.Token
	pos  int
}

func (p *hoconParser) peek() script.Token { return p.toks[min(p.pos, len(p.toks)-1)] }

// object reads members up to the closing brace or the end.
func (p *hoconParser) object(prefix string, depth int, f func(key, value string, line int)) {
	for {
		t := p.peek()
		switch {
		case t.Kind == script.End:
			return
		case t.Is("}"):
			p.pos++
			return
		case t.Kind == script.Newline, t.Is(","), t.Is("{") && prefix == "":
			p.pos++
			continue
		}
		key, line := "", t.Line
		for t = p.peek(); t.Kind == script.Ident || t.Kind == script.String || t.Kind == script.Number || t.Is(".") || t.Is("-"); t = p.peek() {
			key += t.Text
			p.pos++
		}
		if key == "" {
			p.pos++
			continue
		}
		if prefix != "" {
			key = prefix + "." + key
		}
		if t.Is("=") || t.Is(":") || t.Is("+=") {
			p.pos++
		}
		if p.peek().Is("{") && depth < 40 {
			p.pos++
			p.object(key, depth+1, f)
			continue
		}
		if value, ok := p.value(); ok {
			f(key, value, line)
		}
	}
}

// value reads up to the end of the line; a list is stepped over.
func (p *hoconParser) value() (string, bool) {
	out, open, list := "", 0, false
	for {
		t := p.peek()
		switch {
		case t.Kind == script.End:
			return out, out != "" && !list
		case open == 0 && (t.Kind == script.Newline || t.Is(",") || t.Is("}")):
			return out, out != "" && !list
		case t.Is("["), t.Is("{"):
			list = list || t.Is("[")
			open++
		case t.Is("]"), t.Is("}"):
			open--
		}
		if t.Kind != script.Newline {
			out += t.Text
		}
		p.pos++
	}
}
