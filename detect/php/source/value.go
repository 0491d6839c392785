package source

import "strings"

// ValueKind is what a value is.
type ValueKind int

// The kinds of value: Unknown is an expression that is not understood.
const (
	Unknown ValueKind = iota
	Text              // a string without variables
	Num
	Bool
	Null
	Array
	Call  // a function: env('NAME', 'default'), storage_path('x')
	Class // Foo::class
)

// Value is an expression of a configuration file.
type Value struct {
	Kind  ValueKind
	Text  string // of Text, Num, Bool ("true"), Class; the function's name of a Call
	Items []Item // of an Array; the arguments of a Call, named ones by their name
	Line  int
}

// Item is an element of an array; Key is empty where it has none.
type Item struct {
	Key   string
	Value Value
}

// Get returns the element at that path of keys.
func (v Value) Get(path ...string) (Value, bool) {
	for _, key := range path {
		found := false
		for _, it := range v.Items {
			if it.Key == key && v.Kind == Array {
				v, found = it.Value, true
				break
			}
		}
		if !found {
			return Value{}, false
		}
	}
	return v, true
}

// Env returns the variable that an env call reads and its default, through casts
// and ?: as they stand in configuration files.
func (v Value) Env() (name string, fallback Value, ok bool) {
	if v.Kind != Call || len(v.Items) == 0 || v.Items[0].Value.Kind != Text {
		return "", Value{}, false
	}
	switch strings.ToLower(strings.TrimPrefix(v.Text, `\`)) {
	case "env", "getenv", "getenv_docker":
	default:
		return "", Value{}, false
	}
	if len(v.Items) > 1 {
		fallback = v.Items[1].Value
	}
	return v.Items[0].Value.Text, fallback, true
}

// maxNesting bounds how deep an expression is followed.
const maxNesting = 64

// Returned is the value that a configuration file returns.
func Returned(tokens []Token) (Value, bool) {
	depth := 0
	for i, t := range tokens {
		switch {
		case t.Is("{"):
			depth++
		case t.Is("}"):
			depth--
		case depth == 0 && t.IsName("return"):
			p := parser{tokens: tokens, at: i + 1}
			return p.value(0), true
		}
	}
	return Value{}, false
}

// CallAt parses the call whose name is the token of that index, and nothing behind it.
func CallAt(tokens []Token, i int) Value {
	p := parser{tokens: tokens, at: i}
	return p.name(0)
}

type parser struct {
	tokens []Token
	at     int
}

func (p *parser) peek() Token {
	if p.at < len(p.tokens) {
		return p.tokens[p.at]
	}
	return Token{Kind: Punct, Text: ";"}
}

// value reads an expression. One of several terms is Unknown, but for a default
// behind ?? or ?:, of which the first term says more.
func (p *parser) value(depth int) Value {
	v := p.term(depth)
	for depth < maxNesting {
		switch t := p.peek(); {
		case t.Is(",") || t.Is("]") || t.Is(")") || t.Is(";") || t.Is("=>") || t.Is("}"):
			return v
		case t.Is("??"), t.Is("?"):
			p.at++
			if p.peek().Is(":") {
				p.at++
			}
			p.skip()
			return v
		case t.Is("."):
			p.at++
			right := p.term(depth + 1)
			if v.Kind == Text && right.Kind == Text {
				v.Text += right.Text
			} else {
				v = Value{Line: v.Line}
			}
		default:
			line := v.Line
			p.skip()
			return Value{Line: line}
		}
	}
	return v
}

func (p *parser) term(depth int) Value {
	t := p.peek()
	if depth >= maxNesting {
		p.skip()
		return Value{Line: t.Line}
	}
	v := Value{Line: t.Line}
	switch {
	case t.Kind == String:
		p.at++
		if !t.Open {
			v.Kind, v.Text = Text, t.Text
		}
	case t.Kind == Number:
		p.at++
		v.Kind, v.Text = Num, t.Text
	case t.Is("["):
		p.at++
		v.Kind = Array
		v.Items = p.items("]", depth)
	case t.Is("(") && p.cast():
		p.at += 3
		return p.term(depth + 1)
	case t.Is("("):
		p.at++
		v = p.value(depth + 1)
		p.skip()
		p.at++
	case t.Kind == Name:
		return p.name(depth)
	default:
		if t.Is(",") || t.Is("]") || t.Is(")") || t.Is(";") {
			return v
		}
		p.at++
	}
	return v
}

// cast reports whether a cast stands here: (bool), (int), (string).
func (p *parser) cast() bool {
	if p.at+2 >= len(p.tokens) || !p.tokens[p.at+2].Is(")") {
		return false
	}
	switch strings.ToLower(p.tokens[p.at+1].Text) {
	case "bool", "boolean", "int", "integer", "string", "float", "array":
		return true
	}
	return false
}

func (p *parser) name(depth int) Value {
	t := p.peek()
	v := Value{Line: t.Line}
	p.at++
	lower := strings.ToLower(t.Text)
	switch {
	case p.peek().Is("(") && lower == "array":
		p.at++
		v.Kind = Array
		v.Items = p.items(")", depth)
	case p.peek().Is("("):
		p.at++
		v.Kind, v.Text = Call, t.Text
		v.Items = p.items(")", depth)
	case p.peek().Is("::"):
		p.at++
		member := p.peek()
		p.at++
		switch {
		case member.IsName("class"):
			v.Kind, v.Text = Class, t.Text
		case member.Kind == Name && p.peek().Is("("):
			p.at++
			v.Kind, v.Text = Call, t.Text+"::"+member.Text
			v.Items = p.items(")", depth)
		}
	case lower == "true" || lower == "false":
		v.Kind, v.Text = Bool, lower
	case lower == "null":
		v.Kind = Null
	case lower == "new":
		p.skip()
	}
	return v
}

// items reads elements up to the closing sign, and that.
func (p *parser) items(end string, depth int) []Item {
	var out []Item
	for p.at < len(p.tokens) && !p.peek().Is(end) {
		before := p.at
		var it Item
		if t := p.peek(); t.Kind == Name && p.at+1 < len(p.tokens) && p.tokens[p.at+1].Is(":") { // a named argument
			it.Key = t.Text
			p.at += 2
			it.Value = p.value(depth + 1)
		} else {
			it.Value = p.value(depth + 1)
			if p.peek().Is("=>") {
				it.Key = it.Value.Text
				p.at++
				it.Value = p.value(depth + 1)
			}
		}
		out = append(out, it)
		if p.peek().Is(",") {
			p.at++
		}
		if p.at == before { // what can't stand here
			p.at++
		}
	}
	p.at++
	return out
}

// skip passes over the rest of an expression, up to the sign that ends it.
func (p *parser) skip() {
	depth := 0
	for ; p.at < len(p.tokens); p.at++ {
		switch t := p.tokens[p.at]; {
		case t.Is("(") || t.Is("[") || t.Is("{") || t.Is("#["):
			depth++
		case t.Is(")") || t.Is("]") || t.Is("}"):
			if depth == 0 {
				return
			}
			depth--
		case depth == 0 && (t.Is(",") || t.Is(";") || t.Is("=>")):
			return
		}
	}
}
