package php

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"dockgen/detect/php/source"
)

// text is what a constant or a variable holds, and where that is said.
type text struct {
	value, file string
	line        int
}

// known are the texts of the constants of all sources, and the variables and properties of one.
type known struct{ constants, variables map[string]text }

// knownTo are those that one source can see.
func (p *project) knownTo(f file) known {
	if p.constants == nil {
		p.constants = map[string]text{}
		for _, f := range p.sources() {
			named(f, p.constants)
		}
	}
	out := known{p.constants, map[string]text{}}
	assigned(f, out.variables)
	return out
}

// named are constants with a text: define('NAME', 'text') and const NAME = 'text'.
func named(f file, out map[string]text) {
	tokens := f.tokens
	for i := 0; i+4 < len(tokens); i++ {
		t := tokens[i]
		switch {
		case t.IsName("define") && tokens[i+1].Is("(") && tokens[i+2].IsText() && tokens[i+3].Is(",") && tokens[i+4].IsText():
			out[tokens[i+2].Text] = text{tokens[i+4].Text, f.name, t.Line}
		case t.IsName("const") && tokens[i+1].Kind == source.Name && tokens[i+2].Is("=") && tokens[i+3].IsText():
			out[tokens[i+1].Text] = text{tokens[i+3].Text, f.name, t.Line}
		}
	}
}

// assigned are variables and properties with a text: $name = 'text'.
func assigned(f file, out map[string]text) {
	for i := 0; i+2 < len(f.tokens); i++ {
		if t := f.tokens[i]; t.Kind == source.Variable && f.tokens[i+1].Is("=") && f.tokens[i+2].IsText() {
			out[t.Text] = text{f.tokens[i+2].Text, f.name, t.Line}
		}
	}
}

// at is the text of the piece that begins at a token, and where the next one begins: a
// string, a constant, one of a class, a variable, or a property of the object itself.
func (k known) at(tokens []source.Token, i int) (text, int, bool) {
	t := tokens[i]
	behind := func(sign string) (source.Token, bool) {
		if i+2 < len(tokens) && tokens[i+1].Is(sign) {
			return tokens[i+2], true
		}
		return source.Token{}, false
	}
	switch t.Kind {
	case source.String:
		if t.Open {
			return k.filled(t), i + 1, true
		}
		return text{value: t.Text, line: t.Line}, i + 1, true
	case source.Variable:
		if property, ok := behind("->"); ok {
			return k.variables["$"+property.Text], i + 3, true
		}
		return k.variables[t.Text], i + 1, true
	case source.Name:
		if member, ok := behind("::"); ok {
			if member.Kind == source.Variable {
				return k.variables[member.Text], i + 3, true
			}
			return k.constants[member.Text], i + 3, true
		}
		return k.constants[strings.TrimPrefix(t.Text, `\`)], i + 1, true
	}
	return text{}, i + 1, false
}

// insertedRE is a variable in a string: "$name", "{$name}", "{$this->name}".
var insertedRE = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\{?\$(?:this->)?([A-Za-z_][A-Za-z0-9_]*)\}?`)
})

// filled is a string with the texts of its variables; what is not known is left out.
func (k known) filled(t source.Token) text {
	out := text{line: t.Line}
	out.value = insertedRE().ReplaceAllStringFunc(t.Text, func(m string) string {
		v := k.variables["$"+insertedRE().FindStringSubmatch(m)[1]]
		if loopback(v.value) {
			out.file, out.line = v.file, v.line
		}
		return v.value
	})
	return out
}

// joined is the text of pieces that dots tie together, from a token on. Its place is that
// of the piece that names the program's own machine, where one does.
func (k known) joined(tokens []source.Token, i int) (text, int) {
	var out text
	for {
		piece, next, ok := k.at(tokens, i)
		if !ok {
			return out, next
		}
		out.value += piece.value
		if out.file == "" && piece.file != "" && (loopback(piece.value) || strings.ContainsAny(piece.value, ":=")) {
			out.file, out.line = piece.file, piece.line
		}
		if next+1 >= len(tokens) || !tokens[next].Is(".") {
			return out, next
		}
		i = next + 1
	}
}

// address is a source of data of PDO's, or what pg_connect takes, with what is known of its
// parts. The host is the place that names the program's own machine.
type address struct {
	value string
	line  int
	host  text
}

// begins are what the sources of data begin with, behind their driver.
var begins = []string{"host=", "dbname=", "unix_socket=", "port="}

// addresses are those in a file.
func (p *project) addresses(f file) []address {
	var out []address
	k := p.knownTo(f)
	for i := 0; i < len(f.tokens); {
		line := f.tokens[i].Line
		t, next := k.joined(f.tokens, i)
		i = max(next, i+1)
		driver, rest, ok := strings.Cut(t.value, ":")
		ok = ok && drivers[driver] != "" && slices.ContainsFunc(begins, func(s string) bool { return strings.HasPrefix(rest, s) })
		if !ok && !strings.Contains(t.value, "host=localhost ") {
			continue
		}
		if t.file == "" {
			t.file, t.line = f.name, line
		}
		out = append(out, address{t.value, line, t})
	}
	return out
}
