package golang

import (
	"go/ast"
	"slices"
	"strings"

	"dockgen/detect"
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
		name string
		rank int
		lit  literalOf
	}
	var subs []sub
	for _, l := range e.lits {
		if l.name != "Command" && l.name != "App" || !strings.HasPrefix(l.path, "github.com/spf13/cobra") && !strings.HasPrefix(l.path, "github.com/urfave/cli") {
			continue
		}
		name, runs, root := "", false, false
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
				name, _, _ = strings.Cut(strings.TrimSpace(text), " ")
			case "Run", "RunE", "Action":
				runs = true
			case "Commands":
				root = true
			}
		}
		rank := slices.Index(serving, strings.ToLower(name))
		switch {
		case runs && rank < 0 && (root || l.name == "App" || e.isRoot(l)):
			return // the root command serves
		case runs && rank >= 0:
			subs = append(subs, sub{name, rank, l})
		}
	}
	if len(subs) == 0 {
		return
	}
	best := slices.MinFunc(subs, func(a, b sub) int { return a.rank - b.rank })
	if !startWith(s, best.name) {
		return
	}
	s.Start.Why = append(s.Start.Why, e.note(best.lit.at.f, best.lit, "subcommand %s", best.name))
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
