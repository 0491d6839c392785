package source

import "strings"

// Use is a function or a class that a file uses.
type Use struct {
	Name string // lower case, without a leading backslash
	New  bool   // a class: new Name, or Name::
	Line int
	Args []Value
	// Guarded says that the name was asked for before: function_exists('name').
	Guarded bool
}

// Uses lists the calls of functions, the classes that are made or whose members
// are used, in their order.
func Uses(tokens []Token) []Use {
	asked := map[string]bool{}
	var out []Use
	for i, t := range tokens {
		if t.Kind != Name {
			continue
		}
		name := strings.ToLower(strings.TrimPrefix(t.Text, `\`))
		var before, after Token
		if i > 0 {
			before = tokens[i-1]
		}
		if i+1 < len(tokens) {
			after = tokens[i+1]
		}
		switch {
		case before.Is("->") || before.Is("?->") || before.Is("::") || before.IsName("function") || before.IsName("class") || before.IsName("interface") || before.IsName("trait"):
			// a member, or a declaration
		case before.IsName("new") || before.IsName("instanceof"):
			u := Use{Name: name, New: true, Line: t.Line}
			if after.Is("(") {
				u.Args = arguments(tokens, i+1)
			}
			out = append(out, u)
		case after.Is("::"):
			out = append(out, Use{Name: name, New: true, Line: t.Line})
		case after.Is("(") && !keyword(name):
			u := Use{Name: name, Line: t.Line, Args: arguments(tokens, i+1)}
			switch name {
			case "function_exists", "class_exists", "extension_loaded":
				if len(u.Args) > 0 {
					asked[strings.ToLower(strings.TrimPrefix(u.Args[0].Text, `\`))] = true
				}
			}
			out = append(out, u)
		}
	}
	for i := range out {
		out[i].Guarded = asked[out[i].Name]
	}
	return out
}

// keyword reports whether a word before a parenthesis is one of the language, and no function's.
func keyword(name string) bool {
	switch name {
	case "and", "array", "catch", "declare", "echo", "elseif", "empty", "exit", "fn", "for", "foreach", "function", "if", "isset", "list", "match", "or", "print", "return", "switch", "unset", "use", "while":
		return true
	}
	return false
}

// Declared lists the functions and classes that a file declares, in lower case.
func Declared(tokens []Token) []string {
	var out []string
	for i := 1; i < len(tokens); i++ {
		if before := tokens[i-1]; tokens[i].Kind == Name && (before.IsName("function") || before.IsName("class")) && !(i > 1 && tokens[i-2].Is("::")) {
			out = append(out, strings.ToLower(tokens[i].Text))
		}
	}
	return out
}

// maxArguments bounds the tokens that the arguments of one call are read from:
// they are looked at for a literal or two.
const maxArguments = 60

func arguments(tokens []Token, open int) []Value {
	p := parser{tokens: tokens[:min(len(tokens), open+1+maxArguments)], at: open + 1}
	var out []Value
	for _, it := range p.items(")", maxNesting-8) {
		out = append(out, it.Value)
	}
	return out
}

// Arguments are the tokens of a call's arguments, one list each; open is the place of the
// parenthesis.
func Arguments(tokens []Token, open int) [][]Token {
	if open >= len(tokens) || !tokens[open].Is("(") {
		return nil
	}
	var out [][]Token
	depth, from := 0, open+1
	for i := open; i < len(tokens) && i < open+maxArguments; i++ {
		switch t := tokens[i]; {
		case t.Is("("), t.Is("["), t.Is("{"):
			depth++
		case t.Is(")"), t.Is("]"), t.Is("}"):
			if depth--; depth == 0 {
				return append(out, tokens[from:i])
			}
		case t.Is(",") && depth == 1:
			out, from = append(out, tokens[from:i]), i+1
		}
	}
	return out
}

// EnvRead is a variable of the environment that a file reads.
type EnvRead struct {
	Name    string
	Default string
	Set     bool // there is a default
	Line    int
}

// Envs lists what a file reads of the environment: env('X'), getenv('X'),
// $_ENV['X'] and $_SERVER['X'].
func Envs(tokens []Token) []EnvRead {
	var out []EnvRead
	for i, t := range tokens {
		switch {
		case t.Kind == Name && i+2 < len(tokens) && tokens[i+1].Is("(") && tokens[i+2].Kind == String && !tokens[i+2].Open:
			if i > 0 && (tokens[i-1].Is("->") || tokens[i-1].IsName("function")) {
				continue
			}
			v := CallAt(tokens, i)
			name, fallback, ok := v.Env()
			if !ok {
				continue
			}
			r := EnvRead{Name: name, Line: t.Line}
			if fallback.Kind != Unknown && fallback.Kind != Null {
				r.Default, r.Set = fallback.Text, true
			} else if len(v.Items) > 1 {
				r.Set = true
			}
			out = append(out, r)
		case t.Kind == Variable && (t.Text == "$_ENV" || t.Text == "$_SERVER") && i+3 < len(tokens) && tokens[i+1].Is("[") && tokens[i+2].Kind == String && tokens[i+3].Is("]"):
			r := EnvRead{Name: tokens[i+2].Text, Line: t.Line}
			r.Set = i+4 < len(tokens) && (tokens[i+4].Is("??") || tokens[i+4].Is("?"))
			if i+5 < len(tokens) && tokens[i+4].Is("??") && tokens[i+5].Kind == String && !tokens[i+5].Open {
				r.Default = tokens[i+5].Text
			}
			if i+4 < len(tokens) && tokens[i+4].Is("=") {
				continue // it is written
			}
			if t.Text == "$_SERVER" && server(r.Name) {
				continue
			}
			out = append(out, r)
		}
	}
	return out
}

// server reports whether $_SERVER has that name from the web server, and not
// from the environment (https://www.php.net/manual/en/reserved.variables.server.php).
func server(name string) bool {
	for _, prefix := range []string{"HTTP", "REQUEST_", "SERVER_", "REMOTE_", "SCRIPT_", "PHP_", "PATH", "DOCUMENT_", "QUERY_", "CONTENT_", "AUTH_", "GATEWAY_", "REDIRECT_", "SSL_", "ORIG_", "CONTEXT_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return name == "argv" || name == "argc" || name == "UNIQUE_ID" || name == "HOSTNAME" || name == "HOME" || name == "USER"
}
