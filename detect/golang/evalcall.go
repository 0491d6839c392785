package golang

import (
	"go/ast"
	"regexp"
	"strings"
	"sync"

	"dockgen/detect"
)

var (
	envNameRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`) })
	getterRE  = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(Get)?(String|Int|Int32|Int64|Uint|Uint16|Uint32|Uint64)$`)
	})
)

// call works out the result of a call.
func (e *eval) call(c *call) parts {
	switch c.path + "." + c.name {
	case "os.Getenv", "os.LookupEnv", "syscall.Getenv":
		if name, ok := c.arg(0); ok {
			return parts{{env: name, why: []detect.Note{e.note(c.at.f, c, "reads $%s", name)}}}
		}
		return nil
	case "os.ExpandEnv":
		if s, ok := c.arg(0); ok {
			return parts{{env: strings.Trim(s, "${}")}}
		}
		return nil
	case "fmt.Sprintf":
		return e.format(c)
	case "fmt.Sprint":
		var out parts
		for _, a := range c.Args {
			out = append(out, e.orUnknown(a, c.at)...)
		}
		return out
	case "path.Join", "path/filepath.Join":
		var out parts
		for i, a := range c.Args {
			if ps := e.orUnknown(a, c.at); i == 0 || len(out) > 0 && out[len(out)-1].known && out.text() == "" {
				out = ps
			} else {
				out = append(append(out, literal("/")...), ps...)
			}
		}
		return out
	case "path.Clean", "path/filepath.Clean", "path/filepath.Abs", "path/filepath.FromSlash":
		if len(c.Args) == 1 {
			return e.expr(c.Args[0], c.at)
		}
		return nil
	case "net.JoinHostPort":
		if len(c.Args) == 2 {
			return append(append(e.orUnknown(c.Args[0], c.at), literal(":")...), e.orUnknown(c.Args[1], c.at)...)
		}
		return nil
	case "strconv.Itoa", "strconv.Atoi", "strconv.FormatInt", "strconv.FormatUint", "strconv.ParseInt", "strconv.ParseUint", "strings.TrimSpace", "strings.TrimPrefix", "strings.Trim", "strings.ToLower", "flag.Arg",
		".string", ".int", ".int32", ".int64", ".uint", ".uint16", ".uint32", ".Port":
		if len(c.Args) > 0 {
			return e.expr(c.Args[0], c.at)
		}
		return nil
	case "cmp.Or":
		var alts []parts
		for _, a := range c.Args {
			alts = append(alts, e.expr(a, c.at))
		}
		return merge(alts)
	}
	for _, d := range e.flags {
		if d.node == c.CallExpr {
			return e.flag(d)
		}
	}
	if name, ok := c.arg(0); ok && envNameRE().MatchString(name) && (strings.Contains(strings.ToLower(c.name+"."+c.path), "env") || e.envHelper(c)) {
		return e.lookup(name, c)
	}
	if name, ok := c.arg(0); ok && getterRE().MatchString(c.name) && len(c.Args) == 1 {
		return e.setting(name, e.note(c.at.f, c, "reads %s", name))
	}
	return e.result(c, 0)
}

// envHelper reports whether a function of the project hands its first parameter
// to os.Getenv or os.LookupEnv.
func (e *eval) envHelper(c *call) bool {
	for _, fn := range e.callees(c) {
		for _, g := range e.calls {
			if g.at.fn != fn.fn || g.path != "os" || g.name != "Getenv" && g.name != "LookupEnv" || len(g.Args) == 0 {
				continue
			}
			if id, ok := g.Args[0].(*ast.Ident); ok {
				if i, ok := paramIndex(fn.fn, id.Name); ok && i == 0 {
					return true
				}
			}
		}
	}
	return false
}

// lookup is a helper such as getEnv("PORT", "8080").
func (e *eval) lookup(name string, c *call) parts {
	p := part{env: name, why: []detect.Note{e.note(c.at.f, c, "reads $%s", name)}}
	if len(c.Args) > 1 {
		if def := e.expr(c.Args[1], c.at); def.known() {
			p.text, p.known = def.text(), true
		}
	}
	return parts{p}
}

// format works out fmt.Sprintf with verbs that print an argument as it is.
func (e *eval) format(c *call) parts {
	if len(c.Args) == 0 {
		return nil
	}
	layout := e.expr(c.Args[0], c.at)
	if !layout.known() {
		return nil
	}
	var out parts
	text, arg := layout.text(), 1
	for {
		i := strings.IndexByte(text, '%')
		if i < 0 || i == len(text)-1 {
			return append(out, literal(text)...)
		}
		out = append(out, literal(text[:i])...)
		if text[i+1] == '%' {
			out = append(out, literal("%")...)
		} else if arg < len(c.Args) {
			out = append(out, e.orUnknown(c.Args[arg], c.at)...)
			arg++
		}
		text = text[i+2:]
	}
}

// callees are the project's functions that a call may mean.
func (e *eval) callees(c *call) []site {
	_, plain := c.Fun.(*ast.Ident)
	if !plain && c.path == "" && len(e.funcs[c.name]) > 1 {
		return nil // a method of one of several types
	}
	var out []site
	for _, fn := range e.funcs[c.name] {
		if c.path != "" {
			if dir, ok := e.w.localDir(c.path); !ok || dir != fn.f.pkg.dir {
				continue
			}
		} else if plain && fn.f.pkg != c.at.f.pkg {
			continue
		}
		if fn.fn.Body != nil && takes(fn.fn, len(c.Args)) {
			out = append(out, fn)
		}
	}
	return out
}

// result works out the n-th result of a function of the project.
func (e *eval) result(c *call, n int) parts {
	var alts []parts
	for _, fn := range e.callees(c) {
		if len(alts) > 8 {
			break
		}
		ast.Inspect(fn.fn.Body, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.FuncLit:
				return false
			case *ast.ReturnStmt:
				if n < len(node.Results) {
					alts = append(alts, e.expr(node.Results[n], fn))
				}
			}
			return true
		})
	}
	return merge(alts)
}
