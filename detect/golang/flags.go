package golang

import (
	"go/ast"
	"regexp"
	"strings"
	"sync"
)

// flagDef is a flag of the command line.
type flagDef struct {
	name string
	dash string // "-" or "--"
	env  string
	dflt ast.Expr // nil: none
	dest ast.Expr // the variable that it is stored in, nil where the call returns it
	node *ast.CallExpr
	at   site
}

func (d *flagDef) option() string { return d.dash + d.name }

var (
	flagCallRE = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(String|Int|Int32|Int64|Uint|Uint16|Uint32|Uint64|Text|IP|Bool)(Var)?(P)?$`)
	})
	flagLitRE  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(String|Int|Int64|Uint|Uint64|Path|Generic)Flag$`) })
	flagNameRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]*$`) })
)

// findFlags gathers the flags of package flag, of pflag (cobra), urfave/cli and
// kingpin, and of helper functions of the form intFlag("port", 3000, "...").
func findFlags(x *index) []*flagDef {
	var out []*flagDef
	for _, c := range x.calls {
		if d := flagOfCall(c); d != nil {
			out = append(out, d)
		}
	}
	for _, l := range x.lits {
		if !flagLitRE().MatchString(l.name) {
			continue
		}
		d := &flagDef{dash: "--", at: l.at}
		for _, e := range l.Elts {
			kv, ok := e.(*ast.KeyValueExpr)
			if !ok {
				continue
			}
			key, ok := kv.Key.(*ast.Ident)
			if !ok {
				continue
			}
			switch key.Name {
			case "Name":
				s, _ := str(kv.Value)
				d.name = firstName(s)
			case "Value":
				d.dflt = kv.Value
			case "Destination":
				d.dest = kv.Value
			case "EnvVar", "EnvVars", "Sources":
				d.env = firstString(kv.Value)
			}
		}
		if flagNameRE().MatchString(d.name) {
			out = append(out, d)
		}
	}
	return out
}

func flagOfCall(c *call) *flagDef {
	d := &flagDef{dash: "-", node: c.CallExpr, at: c.at}
	if strings.Contains(c.path, "pflag") || chainHas(c.recv(), "Flags", "PersistentFlags", "LocalFlags", "Flag") || c.at.f.importsAny("github.com/spf13/pflag", "github.com/spf13/cobra", "github.com/urfave/cli", "github.com/alecthomas/kingpin") {
		d.dash = "--"
	}
	args := c.Args
	switch m := flagCallRE().FindStringSubmatch(c.name); {
	case m != nil && len(args) == 0:
		return kingpinFlag(c, d)
	case m != nil:
		if m[2] != "" {
			if len(args) == 0 {
				return nil
			}
			d.dest, args = args[0], args[1:]
		}
		if m[3] != "" && len(args) == 4 {
			args = append(append([]ast.Expr{}, args[0]), args[2:]...)
		}
		if len(args) != 3 {
			return nil
		}
		d.dflt = args[1]
	case strings.HasSuffix(c.name, "Flag") && len(args) >= 2:
		d.dash, d.dflt = "--", args[1]
	default:
		return nil
	}
	s, ok := str(args[0])
	if d.name = firstName(s); !ok || !flagNameRE().MatchString(d.name) {
		return nil
	}
	return d
}

// kingpinFlag reads kingpin.Flag("listen", "help").Default(":8080").Envar("X").String().
func kingpinFlag(c *call, d *flagDef) *flagDef {
	for x := c.recv(); ; {
		inner, ok := x.(*ast.CallExpr)
		if !ok {
			return nil
		}
		sel, ok := inner.Fun.(*ast.SelectorExpr)
		if !ok || len(inner.Args) == 0 {
			return nil
		}
		switch sel.Sel.Name {
		case "Default":
			d.dflt = inner.Args[0]
		case "Envar":
			d.env, _ = str(inner.Args[0])
		case "Flag":
			d.name, _ = str(inner.Args[0])
			d.dash = "--"
			if flagNameRE().MatchString(d.name) {
				return d
			}
			return nil
		}
		x = sel.X
	}
}

// chainHas reports whether a chain of selectors and calls has one of the names.
func chainHas(x ast.Expr, names ...string) bool {
	for {
		switch e := x.(type) {
		case *ast.CallExpr:
			x = e.Fun
		case *ast.SelectorExpr:
			for _, n := range names {
				if e.Sel.Name == n {
					return true
				}
			}
			x = e.X
		default:
			return false
		}
	}
}

// firstName is the long name of "port, p".
func firstName(s string) string {
	name, _, _ := strings.Cut(s, ",")
	return strings.TrimSpace(name)
}

// firstString is the first string literal in an expression.
func firstString(x ast.Expr) string {
	found := ""
	ast.Inspect(x, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && found == "" {
			found, _ = str(lit)
		}
		return found == ""
	})
	return found
}

// importsAny reports whether the file imports a package at or below a path.
func (f *file) importsAny(prefixes ...string) bool {
	for _, imp := range f.imports {
		for _, p := range prefixes {
			if imp == p || strings.HasPrefix(imp, p+"/") {
				return true
			}
		}
	}
	return false
}
