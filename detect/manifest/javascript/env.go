package javascript

import (
	"maps"
	"slices"
)

// EnvRead is one use of a variable of the environment.
type EnvRead struct {
	Name     string
	Line     int
	Fallback bool // the program has a value for it when it is not set
	Guard    bool // the program looks whether it is set, and does without
	Demanded bool // the program ends when it is not set
	Called   bool // a method of its value is called, which fails when it is not set
	Default  Span // the fallback, where it is an expression of its own
}

// metaEnv is the length of import.meta.env in tokens.
const metaEnv = 5

// bundlerNames are what Vite itself puts into import.meta.env (https://vite.dev/guide/env-and-mode).
var bundlerNames = []string{"MODE", "BASE_URL", "PROD", "DEV", "SSR"}

// isEnv reports whether the span begins with process.env, Bun.env or import.meta.env.
func (f *File) isEnv(s Span) bool { return f.envPrefix(s.lo) > 0 }

// envPrefix returns how many tokens at i mean the environment, 0 for none.
func (f *File) envPrefix(i int) int {
	if f.at(i).kind != word || f.at(i-1).is(".") {
		return 0
	}
	if f.at(i+1).is(".") && f.at(i+2).text == "env" && (f.at(i).text == "process" || f.at(i).text == "Bun") {
		return 3
	}
	if f.at(i).text == "import" && f.at(i+1).is(".") && f.at(i+2).text == "meta" && f.at(i+3).is(".") && f.at(i+4).text == "env" {
		return metaEnv
	}
	return 0
}

// envName returns the variable that an expression as a whole reads.
func (f *File) envName(s Span) (string, bool) {
	n := f.envPrefix(s.lo)
	if n == 0 {
		return "", false
	}
	name, end := f.envMember(s.lo + n)
	return name, name != "" && end == s.hi
}

// envMember reads ".NAME", "?.NAME" or `["NAME"]` at i and returns where it ends.
func (f *File) envMember(i int) (string, int) {
	switch {
	case (f.at(i).is(".") || f.at(i).is("?.")) && f.at(i+1).kind == word:
		return f.at(i + 1).text, i + 2
	case f.at(i).is("[") && f.at(i+1).kind == str && f.at(i+2).is("]"):
		return f.at(i + 1).text, i + 3
	}
	return "", i
}

// Env lists the variables of the environment that the file reads. A variable
// that it sets is none that it reads.
func (f *File) Env() []EnvRead {
	var out []EnvRead
	for i := range f.tokens {
		n := f.envPrefix(i)
		if n == 0 {
			continue
		}
		name, end := f.envMember(i + n)
		next := f.at(end)
		if name == "" || next.is("=") {
			continue
		}
		for next.is(")") || next.is("!") { // Number(process.env.PORT) || 3000
			end++
			next = f.at(end)
		}
		if n == metaEnv && slices.Contains(bundlerNames, name) {
			continue
		}
		r := EnvRead{Name: name, Line: f.tokens[i].line}
		switch {
		case next.is("||"), next.is("??"), next.is("||="), next.is("??="):
			r.Fallback, r.Default = true, f.expression(end+1)
		case f.at(i-1).is("!") && !f.at(i-2).is("!"):
			r.Demanded = f.endsSoon(end)
			r.Fallback = !r.Demanded
		case next.is("?"), next.is("&&"), f.at(i - 1).is("!"), f.at(i-1).is("(") && (f.at(i-2).text == "if" || f.at(i-2).text == "Boolean"):
			r.Fallback, r.Guard = true, true
		case next.is("==="), next.is("!=="), next.is("=="), next.is("!="), next.is("?."):
			r.Fallback = true
		case next.is(".") && f.at(end+1).kind == word && f.at(end+2).is("("):
			r.Called = true
		}
		out = append(out, r)
	}
	for _, name := range slices.Sorted(maps.Keys(f.envs)) {
		e := f.envs[name]
		out = append(out, EnvRead{Name: name, Line: e.line, Fallback: !e.deflt.Empty(), Default: e.deflt})
	}
	for i, t := range f.tokens {
		// config.get("NAME"), as NestJS and env-var read it.
		if t.is("(") && f.at(i+1).kind == str && constantRE.MatchString(f.at(i+1).text) {
			callee, _ := f.callee(i)
			if len(callee) < 2 || callee[len(callee)-1] != "get" && callee[len(callee)-1] != "getOrThrow" || !isConfig(callee[len(callee)-2]) {
				continue
			}
			args := f.Split(Span{i + 1, f.shut[i]})
			r := EnvRead{Name: f.at(i + 1).text, Line: t.line}
			if len(args) > 1 {
				r.Fallback, r.Default = true, args[1]
			}
			if next := f.shut[i] + 1; f.at(next).is("??") || f.at(next).is("||") { // Deno.env.get("PORT") ?? 8000
				r.Fallback, r.Default = true, f.expression(next+1)
			}
			out = append(out, r)
		}
	}
	return out
}

// endsSoon reports whether a throw or an exit follows within a statement.
func (f *File) endsSoon(i int) bool {
	for end := i + 12; i < end; i++ {
		if t := f.at(i); t.kind == word && (t.text == "throw" || t.text == "exit") {
			return true
		}
	}
	return false
}

func isConfig(name string) bool {
	switch name {
	case "config", "configService", "env", "ConfigService", "conf":
		return true
	}
	return false
}

// Schema lists the variables that the file declares in a schema of the
// environment: an object whose keys are constants and whose values are the
// validators of zod, joi, envalid, yup, valibot or a JSON schema.
func (f *File) Schema() []EnvRead {
	var out []EnvRead
	for i, t := range f.tokens {
		if t.kind != word && t.kind != str || !constantRE.MatchString(t.text) || !f.at(i+1).is(":") || f.at(i-1).is("?") {
			continue
		}
		s := f.expression(i + 2)
		if !f.isValidator(s) {
			continue
		}
		r := EnvRead{Name: t.text, Line: t.line}
		// joi asks for nothing unless told so; the others do.
		r.Fallback = f.at(s.lo).text == "Joi" || f.at(s.lo).text == "joi" || f.at(s.lo).text == "yup"
		for _, c := range f.Calls(s) {
			switch c.Name() {
			case "required":
				r.Fallback = false
			case "default", "catch", "prefault":
				r.Fallback = true
				if len(c.Args) == 1 {
					r.Default = c.Args[0]
				}
			case "optional", "nullable", "nullish", "notRequired", "allow":
				r.Fallback = true
			}
			for _, a := range c.Args {
				if v, ok := f.Key(a, "default"); ok { // envalid
					r.Fallback, r.Default = true, v
				}
			}
		}
		if v, ok := f.Key(s, "default"); ok {
			r.Fallback, r.Default = true, v
		}
		out = append(out, r)
	}
	return out
}

// schemaTypes are what a schema calls the kinds of a variable: a JSON schema's words, and
// the constructors. An object of another type is none of a schema, as a bot's command.
var schemaTypes = []string{"string", "number", "integer", "boolean", "object", "array", "null", "String", "Number", "Boolean"}

// isValidator reports whether an expression is a call on a validation library's
// name, or an object with a type.
func (f *File) isValidator(s Span) bool {
	if f.at(s.lo).is("{") {
		kind, ok := f.Key(s, "type")
		return ok && slices.Contains(schemaTypes, f.at(kind.lo).text)
	}
	if f.at(s.lo).kind != word {
		return false
	}
	switch f.at(s.lo).text {
	case "z", "Joi", "joi", "v", "yup", "t", "Type":
		return f.at(s.lo + 1).is(".")
	case "str", "num", "bool", "url", "port", "host", "email", "json", "makeValidator":
		return f.at(s.lo + 1).is("(")
	}
	return false
}
