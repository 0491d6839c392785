package msbuild

import (
	"iter"
	"path"
	"strings"
)

// Value is a text that may be unknown: it depends on what only a build can tell.
type Value struct {
	Text  string
	Known bool
}

func known(s string) Value { return Value{s, true} }

// expand replaces $(Name), $(Name.Method('x')) and $([MSBuild]::Function(...)).
func (e *evaluation) expand(s string) Value {
	var b strings.Builder
	ok := true
	for {
		open := strings.Index(s, "$(")
		if open < 0 {
			b.WriteString(s)
			return Value{b.String(), ok && !strings.Contains(s, "@(") && !strings.Contains(s, "%(")}
		}
		b.WriteString(s[:open])
		end := closing(s[open+1:])
		if end < 0 {
			return Value{}
		}
		v := e.reference(s[open+2 : open+1+end])
		ok = ok && v.Known
		b.WriteString(v.Text)
		s = s[open+2+end:]
	}
}

// unquoted yields the bytes of s that stand in no quotes, each with its place.
func unquoted(s string) iter.Seq2[int, byte] {
	return func(yield func(int, byte) bool) {
		quote := byte(0)
		for i := 0; i < len(s); i++ {
			switch c := s[i]; {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '\'' || c == '"' || c == '`':
				quote = c
			case !yield(i, c):
				return
			}
		}
	}
}

// closing is the index of the parenthesis that closes the one at the beginning of s;
// -1 where there is none.
func closing(s string) int {
	depth := 0
	for i, c := range unquoted(s) {
		switch c {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// reference is the value of what stands between $( and ).
func (e *evaluation) reference(s string) Value {
	s = strings.TrimSpace(s)
	if call, ok := strings.CutPrefix(s, "[MSBuild]::"); ok {
		return e.intrinsic(call)
	}
	if strings.HasPrefix(s, "[") {
		return Value{}
	}
	name, rest, method := strings.Cut(s, ".")
	v := e.property(strings.TrimSpace(name))
	if !method || !v.Known {
		return v
	}
	return e.method(v.Text, rest)
}

// call splits Name(arguments) and expands the arguments; nil where one is unknown.
func (e *evaluation) call(s string) (name string, args []string, ok bool) {
	open := strings.IndexByte(s, '(')
	if open < 0 {
		return s, nil, true
	}
	end := closing(s[open:])
	if end < 0 || strings.TrimSpace(s[open+end+1:]) != "" {
		return "", nil, false // a further method
	}
	for _, arg := range splitArgs(s[open+1 : open+end]) {
		v := e.expand(unquote(arg))
		if !v.Known {
			return "", nil, false
		}
		args = append(args, v.Text)
	}
	return strings.TrimSpace(s[:open]), args, true
}

func splitArgs(s string) []string {
	var out []string
	depth, start := 0, 0
	for i, c := range unquoted(s) {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	if strings.TrimSpace(s[start:]) != "" || len(out) > 0 {
		out = append(out, s[start:])
	}
	return out
}

func unquote(s string) string {
	s = strings.TrimSpace(s)
	if len(s) >= 2 && strings.IndexByte("'\"`", s[0]) >= 0 && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}

func truth(b bool) Value {
	if b {
		return known("true")
	}
	return known("false")
}

// method is what a method of .NET's String makes of a value.
func (e *evaluation) method(text, s string) Value {
	name, args, ok := e.call(s)
	if !ok {
		return Value{}
	}
	arg := func(i int) string {
		if i < len(args) {
			return args[i]
		}
		return ""
	}
	switch name {
	case "Contains":
		return truth(strings.Contains(text, arg(0)))
	case "StartsWith":
		return truth(strings.HasPrefix(text, arg(0)))
	case "EndsWith":
		return truth(strings.HasSuffix(text, arg(0)))
	case "Equals":
		return truth(text == arg(0))
	case "ToLower", "ToLowerInvariant":
		return known(strings.ToLower(text))
	case "ToUpper", "ToUpperInvariant":
		return known(strings.ToUpper(text))
	case "Trim":
		return known(strings.TrimSpace(text))
	case "Replace":
		if arg(0) != "" {
			return known(strings.ReplaceAll(text, arg(0), arg(1)))
		}
	}
	return Value{}
}

// intrinsic is one of MSBuild's own functions
// (https://learn.microsoft.com/visualstudio/msbuild/property-functions).
func (e *evaluation) intrinsic(s string) Value {
	name, args, ok := e.call(s)
	if !ok {
		return Value{}
	}
	switch {
	case name == "IsOSPlatform" && len(args) == 1:
		return truth(strings.EqualFold(args[0], "linux"))
	case name == "GetPathOfFileAbove" && len(args) > 0:
		from := e.thisDir()
		if len(args) > 1 {
			from = e.resolve(args[1])
		}
		return known(e.rooted(e.above(args[0], from)))
	case name == "GetDirectoryNameOfFileAbove" && len(args) > 1:
		if found := e.above(args[1], e.resolve(args[0])); found != "" {
			return known(e.rooted(path.Dir(found)))
		}
		return known("")
	case name == "EnsureTrailingSlash" && len(args) == 1:
		return known(strings.TrimSuffix(args[0], "/") + "/")
	case name == "NormalizePath" && len(args) > 0, name == "NormalizeDirectory" && len(args) > 0:
		for i, a := range args {
			args[i] = strings.ReplaceAll(a, `\`, "/")
		}
		return known(e.rooted(e.resolve(path.Join(args...))))
	case name == "ValueOrDefault" && len(args) == 2:
		if args[0] != "" {
			return known(args[0])
		}
		return known(args[1])
	}
	return Value{}
}

// above is the nearest file of that name in the folder or above it, "" where there is none.
func (e *evaluation) above(name, dir string) string {
	if name = strings.ReplaceAll(name, `\`, "/"); strings.Contains(name, "..") {
		return ""
	}
	for {
		if p := path.Join(dir, name); e.top.Has(p) {
			return p
		}
		if dir == "." || dir == "" || strings.HasPrefix(dir, "..") {
			return ""
		}
		dir = path.Dir(dir)
	}
}

// rooted writes a path of the project as one that is absolute, which MSBuild's
// directories are: the project's root is "/src/" here.
func (e *evaluation) rooted(p string) string {
	if p == "" {
		return ""
	}
	return path.Join(root, p)
}

const root = "/src"

// resolve is a path in a file as one relative to the project's root; one that
// leaves it begins with "..".
func (e *evaluation) resolve(p string) string {
	p = strings.ReplaceAll(strings.TrimSpace(p), `\`, "/")
	if below, ok := strings.CutPrefix(p, root); ok && (below == "" || below[0] == '/') {
		p = path.Clean("./" + below)
	} else {
		p = path.Join(e.thisDir(), p)
	}
	return p
}
