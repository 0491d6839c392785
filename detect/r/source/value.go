package source

import (
	"strconv"
	"strings"

	"dockgen/detect/manifest/tokens"
)

// Value is what is known of an expression without running it.
type Value struct {
	Text  string
	Known bool // Text is what it comes to, or its default
	Env   string
	Line  int
}

// Number is the value as a whole number.
func (v Value) Number() (int, bool) {
	if !v.Known {
		return 0, false
	}
	n, err := strconv.ParseFloat(v.Text, 64)
	if err != nil || n != float64(int(n)) {
		return 0, false
	}
	return int(n), true
}

// maxDepth is how far names and calls are followed, maxSteps how many tokens are looked at
// for one value.
const (
	maxDepth = 8
	maxSteps = 4000
)

// Eval reads an expression: a constant, a name that was given one, or a variable of
// the environment with its default.
func (f *File) Eval(t []Token) Value {
	e := &evaluation{f, maxSteps}
	return e.eval(t, 0)
}

// evaluation is the reading of one value.
type evaluation struct {
	*File
	steps int // that are left
}

func (f *evaluation) eval(t []Token, depth int) Value {
	t = trim(t)
	if f.steps -= len(t) + 1; len(t) == 0 || depth > maxDepth || f.steps < 0 {
		return Value{}
	}
	v := Value{Line: t[0].Line}
	if len(t) == 1 {
		switch t[0].Kind {
		case Text, Number:
			v.Text, v.Known = t[0].S, true
		case Name:
			if t[0].S == "TRUE" || t[0].S == "FALSE" {
				v.Text, v.Known = t[0].S, true
			} else if of, ok := f.consts[t[0].S]; ok {
				return f.eval(of, depth+1)
			}
		}
		return v
	}
	if c, ok := f.call(t); ok {
		switch c.Name {
		case "Sys.getenv":
			v.Env = f.eval(c.Arg("x", 0), depth+1).Text
			if of := c.Arg("unset", 1); len(of) > 0 {
				d := f.eval(of, depth+1)
				v.Text, v.Known = d.Text, d.Known && d.Text != ""
			}
			return v
		case "as.numeric", "as.integer", "as.double", "as.character", "strtoi", "as.logical", "suppressWarnings", "trimws", "nullify", "coalesce", "isTRUE":
			return f.eval(c.Arg("x", 0), depth+1)
		case "getOption":
			return f.eval(c.Arg("default", 1), depth+1)
		case "file.path", "here":
			return f.path(c, depth)
		}
	}
	return f.scan(t, depth)
}

// path joins the elements of a path. here::here() is the project's own folder.
func (f *evaluation) path(c Call, depth int) Value {
	var parts []string
	for _, a := range c.Args {
		p := f.eval(a.Value, depth+1)
		if !p.Known {
			return Value{}
		}
		parts = append(parts, p.Text)
	}
	return Value{Text: strings.Join(parts, "/"), Known: len(parts) > 0, Line: c.Line}
}

// scan reads what is no constant, as if (nzchar(p)) as.integer(p) else 8000: the
// variable in it, and its last number that is compared with nothing.
func (f *evaluation) scan(t []Token, depth int) Value {
	v := Value{Line: t[0].Line}
	for i, one := range t {
		switch one.Kind {
		case Name:
			if v.Env != "" {
				continue
			}
			if one.S == "Sys.getenv" {
				if c, ok := f.callAt(t, i); ok {
					of := f.eval(callTokens(t, i, c), depth+1)
					v.Env = of.Env
					if of.Known {
						v.Text, v.Known = of.Text, true
					}
				}
			} else if of, ok := f.consts[one.S]; ok {
				v.Env = f.eval(of, depth+1).Env
			}
		case Number, Text:
			if _, err := strconv.Atoi(one.S); err != nil || i > 0 && t[i-1].Kind == Mark && strings.ContainsAny(t[i-1].S[:1], "=!<>+-*/[") && !t[i-1].Is("<-") {
				continue
			}
			if len(one.S) > 1 { // a lone digit is no port
				v.Text, v.Known = one.S, true
			}
		}
	}
	return v
}

// call reads the tokens as one call, if they are no more than that.
func (f *File) call(t []Token) (Call, bool) {
	i := 0
	if len(t) > 3 && t[0].Kind == Name && (t[1].Is("::") || t[1].Is(":::")) {
		i = 2
	}
	c, ok := f.callAt(t, i)
	if !ok || len(callTokens(t, i, c))+i != len(t) {
		return Call{}, false
	}
	return c, true
}

// callAt reads the call whose name is at i.
func (f *File) callAt(t []Token, i int) (Call, bool) {
	if i+1 >= len(t) || t[i].Kind != Name || !t[i+1].Is("(") {
		return Call{}, false
	}
	end := tokens.Close(t, i+1)
	part := &File{Tokens: t[i+2 : end], match: brackets(t[i+2 : end])}
	return Call{Name: t[i].S, Line: t[i].Line, Args: part.args(0, end)}, true
}

func callTokens(t []Token, i int, _ Call) []Token {
	return t[i:min(tokens.Close(t, i+1)+1, len(t))]
}

// trim takes off line ends, and parentheses around the whole.
func trim(t []Token) []Token {
	for len(t) > 0 && t[0].Kind == Newline {
		t = t[1:]
	}
	for len(t) > 0 && t[len(t)-1].Kind == Newline {
		t = t[:len(t)-1]
	}
	return t
}

// Texts are the constant texts of an expression: one, or those of c("a", "b").
func (f *File) Texts(t []Token) []string {
	t = trim(t)
	if len(t) == 1 && t[0].Kind == Name {
		if of, ok := f.consts[t[0].S]; ok {
			t = trim(of)
		}
	}
	if len(t) == 1 && t[0].Kind == Text {
		return []string{t[0].S}
	}
	c, ok := f.call(t)
	if !ok || c.Name != "c" && c.Name != "list" {
		return nil
	}
	var out []string
	for _, a := range c.Args {
		if v := trim(a.Value); len(v) == 1 && v[0].Kind == Text {
			out = append(out, v[0].S)
		}
	}
	return out
}

// List reads list(a = 1, b = 2), as a call whose arguments it holds.
func (f *File) List(t []Token) (Call, bool) {
	t = trim(t)
	if len(t) == 1 && t[0].Kind == Name {
		t = trim(f.consts[t[0].S])
	}
	c, ok := f.call(t)
	return c, ok && (c.Name == "list" || c.Name == "c")
}
