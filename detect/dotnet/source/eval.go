package source

import (
	"strconv"
	"strings"
)

// Result is what an expression comes to.
type Result struct {
	Text  string
	Known bool
	// Env is the environment variable that the text depends on, with its default in
	// the text's place; EnvLine is where it is read.
	Env     string
	EnvLine int
}

// Scope finds the expression that a name stands for; nil where it is unknown.
type Scope func(name string) []Token

const maxEval = 12

// Eval evaluates an expression of constants: texts, numbers, sums, ?? and variables
// of the environment.
func Eval(t []Token, scope Scope) Result { return eval(t, scope, 0) }

func eval(t []Token, scope Scope, depth int) Result {
	for len(t) > 1 && t[0].Is("(") && closes(t) {
		t = t[1 : len(t)-1]
	}
	if len(t) == 0 || depth > maxEval {
		return Result{}
	}
	if parts := cutAt(t, "??"); len(parts) == 2 {
		left := eval(parts[0], scope, depth+1)
		if left.Known && left.Env == "" {
			return left
		}
		right := eval(parts[1], scope, depth+1)
		if left.Env != "" && right.Known {
			return Result{Text: right.Text, Known: true, Env: left.Env, EnvLine: left.EnvLine}
		}
		return Result{Env: left.Env, EnvLine: left.EnvLine}
	}
	if parts := cutAll(t, "+"); len(parts) > 1 {
		return join(parts, scope, depth)
	}
	switch {
	case len(t) == 1 && t[0].Kind == Text:
		return interpolated(t[0], scope, depth)
	case len(t) == 1 && t[0].Kind == Number:
		return Result{Text: t[0].S, Known: true}
	}
	if name, args, ok := callOf(t); ok {
		return function(name, args, t[0].Line, scope, depth)
	}
	if last := t[len(t)-1]; last.Kind == Word && names(t) && scope != nil {
		if v := scope(last.S); v != nil {
			return eval(v, scope, depth+1)
		}
	}
	return Result{}
}

func join(parts [][]Token, scope Scope, depth int) Result {
	out := Result{Known: true}
	for _, p := range parts {
		v := eval(p, scope, depth+1)
		if v.Env != "" {
			out.Env, out.EnvLine = v.Env, v.EnvLine
		}
		out.Known = out.Known && v.Known
		out.Text += v.Text
	}
	return out
}

func interpolated(t Token, scope Scope, depth int) Result {
	if t.Holes == nil {
		return Result{Text: t.S, Known: true}
	}
	out := Result{Text: t.S, Known: true}
	for i, h := range t.Holes {
		v := eval(h, scope, depth+1)
		if v.Env != "" {
			out.Env, out.EnvLine = v.Env, v.EnvLine
		}
		out.Known = out.Known && v.Known
		out.Text = strings.Replace(out.Text, "{"+strconv.Itoa(i)+"}", v.Text, 1)
	}
	return out
}

// function is what a call comes to: the few that say what an address is made of.
func function(name string, args [][]Token, line int, scope Scope, depth int) Result {
	arg := func(i int) Result {
		if i < len(args) {
			return eval(args[i], scope, depth+1)
		}
		return Result{}
	}
	switch name {
	case "GetEnvironmentVariable":
		if v := arg(0); v.Known {
			return Result{Env: v.Text, EnvLine: line}
		}
	case "GetConnectionString":
		if v := arg(0); v.Known && v.Env == "" {
			return Result{Env: "ConnectionStrings__" + v.Text, EnvLine: line}
		}
	case "Concat":
		return join(args, scope, depth)
	case "Parse", "ToInt32", "int", "ToString", "string", "Uri":
		return arg(0)
	case "Format":
		v := arg(0)
		for i := 1; i < len(args); i++ {
			w := arg(i)
			if w.Env != "" {
				v.Env, v.EnvLine = w.Env, w.EnvLine
			}
			v.Known = v.Known && w.Known
			v.Text = strings.ReplaceAll(v.Text, "{"+strconv.Itoa(i-1)+"}", w.Text)
		}
		return v
	}
	return Result{}
}

// callOf splits an expression that is one call.
func callOf(t []Token) (name string, args [][]Token, ok bool) {
	for i, tok := range t {
		switch {
		case tok.Is("("):
			if i == 0 || !closes(t[i:]) {
				return "", nil, false
			}
			return t[i-1].S, splitTokens(t[i+1 : len(t)-1]), true
		case tok.Kind == Word, tok.Is("."), tok.Is("?."):
		default:
			return "", nil, false
		}
	}
	return "", nil, false
}

// names reports whether the tokens are a name with dots.
func names(t []Token) bool {
	for i, tok := range t {
		if i%2 == 0 && tok.Kind != Word || i%2 == 1 && !tok.Is(".") {
			return false
		}
	}
	return true
}

// closes reports whether the last token closes the bracket that is the first.
func closes(t []Token) bool {
	depth := 0
	for i, tok := range t {
		switch {
		case tok.Is("("):
			depth++
		case tok.Is(")"):
			if depth--; depth == 0 {
				return i == len(t)-1
			}
		}
	}
	return false
}

func cutAt(t []Token, mark string) [][]Token {
	parts := cutAll(t, mark)
	if len(parts) < 2 {
		return parts
	}
	return [][]Token{parts[0], t[len(parts[0])+1:]}
}

func cutAll(t []Token, mark string) [][]Token {
	var out [][]Token
	depth, start := 0, 0
	for i, tok := range t {
		switch {
		case tok.Is("("), tok.Is("["), tok.Is("{"):
			depth++
		case tok.Is(")"), tok.Is("]"), tok.Is("}"):
			depth--
		case depth == 0 && tok.Is(mark):
			out = append(out, t[start:i])
			start = i + 1
		}
	}
	return append(out, t[start:])
}
