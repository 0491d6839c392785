package golang

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// serving are the names of subcommands that start a server or a worker.
var serving = []string{"serve", "server", "web", "http", "httpd", "api", "start", "run", "daemon", "worker", "standalone"}

// subcommand adds to the start command the word that makes a program of several
// subcommands serve, where its root command does nothing by itself
// (github.com/spf13/cobra, github.com/urfave/cli).
func (e *eval) subcommand(s *detect.Service) {
	if s.Kind != detect.Server && s.Kind != detect.Worker {
		return
	}
	type sub struct {
		name  string
		wants string // arguments that it must be given
		rank  int
		lit   literalOf
	}
	var subs []sub
	for _, l := range e.lits {
		if l.name != "Command" && l.name != "App" || !strings.HasPrefix(l.path, "github.com/spf13/cobra") && !strings.HasPrefix(l.path, "github.com/urfave/cli") {
			continue
		}
		name, runs, root, wants, must := "", false, false, "", false
		for _, el := range l.Elts {
			kv, ok := el.(*ast.KeyValueExpr)
			if !ok {
				continue
			}
			key, ok := kv.Key.(*ast.Ident)
			if !ok {
				continue
			}
			switch key.Name {
			case "Use", "Name":
				text := e.value(kv.Value, l.at).text()
				name, wants, _ = strings.Cut(strings.TrimSpace(text), " ")
			case "Args":
				must = wantsArgs(kv.Value)
			case "Run", "RunE", "Action":
				runs = !e.helps(kv.Value, l.at)
			case "Commands":
				root = true
			}
		}
		rank := slices.Index(serving, strings.ToLower(name))
		switch {
		case runs && rank < 0 && (root || l.name == "App" || e.isRoot(l)):
			return // the root command serves
		case runs && rank >= 0:
			if !must {
				wants = ""
			}
			subs = append(subs, sub{name, wants, rank, l})
		}
	}
	if len(subs) == 0 {
		return
	}
	best := slices.MinFunc(subs, func(a, b sub) int { return a.rank - b.rank })
	// Cobra takes options behind the subcommand alone, which they belong to; cli where they belong.
	words := append(s.Start.V.Args(), best.name)
	if strings.HasPrefix(best.lit.path, "github.com/spf13/cobra") {
		words = slices.Insert(s.Start.V.Args(), 1, best.name)
	}
	argv, err := safe.NewArgv(words...)
	if err != nil {
		return
	}
	s.Start.V = argv
	if best.wants != "" {
		s.Notes = append(s.Notes, e.note(best.lit.at.f, best.lit, "%s wants arguments, %s: say them with dockgen init --start '%s ...'", best.name, best.wants, s.Start.V))
	}
	s.Start.Why = append(s.Start.Why, e.note(best.lit.at.f, best.lit, "subcommand %s", best.name))
}

// wantsArgs reports whether a check of cobra's asks for arguments: ExactArgs(1).
func wantsArgs(x ast.Expr) bool {
	c, ok := x.(*ast.CallExpr)
	if !ok || len(c.Args) == 0 {
		return false
	}
	sel, ok := c.Fun.(*ast.SelectorExpr)
	n, isNumber := c.Args[0].(*ast.BasicLit)
	return ok && isNumber && n.Value != "0" && slices.Contains([]string{"ExactArgs", "MinimumNArgs", "RangeArgs", "ExactValidArgs"}, sel.Sel.Name)
}

// helps reports whether a function does nothing but print how the program is used.
func (e *eval) helps(x ast.Expr, at site) bool {
	fn, ok := x.(*ast.FuncLit)
	if !ok || len(fn.Body.List) > 3 {
		return false
	}
	if len(fn.Body.List) > 0 && e.prints(fn.Body, at, 0) {
		return true
	}
	found := false
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok {
			if sel, ok := c.Fun.(*ast.SelectorExpr); ok && (sel.Sel.Name == "Help" || sel.Sel.Name == "Usage" || sel.Sel.Name == "ShowAppHelp") {
				found = true
			}
		}
		return !found
	})
	return found
}

// prints reports whether nothing happens in a body but that texts are put together and
// printed, by itself or by functions of the project.
func (e *eval) prints(body *ast.BlockStmt, at site, depth int) bool {
	if depth > 2 || len(body.List) > 12 {
		return false
	}
	for _, st := range body.List {
		switch st := st.(type) {
		case *ast.AssignStmt:
			if !textual(st) {
				return false
			}
		case *ast.ExprStmt:
			x, ok := st.X.(*ast.CallExpr)
			if !ok {
				return false
			}
			c := newCall(x, at)
			if c.path == "fmt" && strings.Contains(c.name, "rint") || c.path == "os" && c.name == "Exit" || c.name == "Help" || c.name == "Usage" {
				continue
			}
			fns := e.callees(c)
			if len(fns) != 1 || !e.prints(fns[0].fn.Body, fns[0], depth+1) {
				return false
			}
		default:
			return false
		}
	}
	return len(body.List) > 0
}

// textual reports whether an assignment is of a text, or of several that are joined.
func textual(st *ast.AssignStmt) bool {
	return len(st.Rhs) == 1 && func() bool {
		switch x := st.Rhs[0].(type) {
		case *ast.BasicLit:
			return x.Kind == token.STRING
		case *ast.BinaryExpr:
			return x.Op == token.ADD
		}
		return false
	}()
}

// isRoot reports whether the literal is the command that is executed: its
// variable has the word root in its name.
func (e *eval) isRoot(l literalOf) bool {
	for key, bs := range e.vars {
		if !strings.Contains(strings.ToLower(key.name), "root") {
			continue
		}
		for _, b := range bs {
			if b.rhs != nil && b.rhs.Pos() <= l.Pos() && l.End() <= b.rhs.End() {
				return true
			}
		}
	}
	return false
}
