package golang

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// Variables that the system or a library sets, and that nobody configures.
var systemEnv = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(HOME|PATH|USER|USERNAME|LOGNAME|SHELL|TERM|PWD|TMPDIR|TEMP|TMP|EDITOR|VISUAL|PAGER|HOSTNAME|NO_COLOR|LANG|LC_.*|XDG_.*|GO[A-Z]*|APPDATA|LOCALAPPDATA|PROGRAMDATA|USERPROFILE|SystemRoot|CI|DISPLAY|SSH_.*|INVOCATION_ID|NOTIFY_SOCKET|LISTEN_(PID|FDS)|KUBERNETES_.*|HTTPS?_PROXY|NO_PROXY)$`)
})

var secretRE = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(SECRET|PASSWORD|PASSWD|TOKEN|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY|_KEY$|_PASS$|DSN$)`)
})

// environment lists the variables that the program reads, those without which
// it ends among them.
func (e *eval) environment(s *detect.Service) {
	found := map[string]*detect.EnvVar{}
	add := func(name string, required bool, why detect.Note) {
		if systemEnv().MatchString(name) || !envNameRE().MatchString(name) {
			return
		}
		v := found[name]
		if v == nil {
			env, err := safe.NewEnvName(name)
			if err != nil {
				return
			}
			v = &detect.EnvVar{Name: env, Secret: secretRE().MatchString(name), Why: []detect.Note{why}}
			found[name] = v
		}
		if required && !v.Required {
			v.Required = true
			v.Why = append(v.Why[:0:0], why)
		}
	}
	must := e.mustBeSet()
	elsewhere := e.peers()
	for _, c := range e.calls {
		if name := e.reads(c); name != "" {
			if len(c.Args) > 1 && elsewhere[name].IsZero() { // getEnv("API_URL", "http://localhost:8000")
				if def := e.glance(c.Args[1], c.at); def.known() {
					elsewhere[name] = detect.LocalAddress(def.text())
				}
			}
			lower := strings.ToLower(c.name)
			required := must[name] || strings.Contains(lower, "must") || strings.Contains(lower, "require")
			add(name, required, e.note(c.at.f, c, "reads $%s", name))
		}
	}
	for _, ds := range manifest.Sorted(e.decls) {
		for _, d := range ds {
			if name, required := e.envTag(d); name != "" {
				_, hasDefault := tagDefault(d)
				add(name, required && !hasDefault, e.note(d.at.f, d.node, "%s is set by $%s", d.name, name))
			}
		}
	}
	for _, d := range e.flags {
		if d.env != "" && d.node != nil {
			add(d.env, false, e.note(d.at.f, d.node, "flag %s is set by $%s", d.option(), d.env))
		}
	}
	examples := e.examples()
	for _, set := range s.SetEnv {
		if v := found[set.Name.String()]; v != nil {
			v.Required = false // the image sets it
		}
	}
	for name, v := range found {
		if ex := examples[name]; ex != "" && !v.Secret {
			v.Example, _ = safe.NewLabel(ex)
		}
		v.Address = elsewhere[name]
		s.Env = append(s.Env, *v)
	}
	slices.SortFunc(s.Env, func(a, b detect.EnvVar) int { return strings.Compare(a.Name.String(), b.Name.String()) })
}

// reads is the variable that a call reads, "" for none.
func (e *eval) reads(c *call) string {
	name, ok := c.arg(0)
	if !ok {
		if len(c.Args) == 0 || c.path != "os" || c.name != "Getenv" && c.name != "LookupEnv" {
			return ""
		}
		ps := e.value(c.Args[0], c.at) // a constant
		if !ps.known() {
			return ""
		}
		name = ps.text()
	}
	switch {
	case c.path == "os" && (c.name == "Getenv" || c.name == "LookupEnv"), c.path == "syscall" && c.name == "Getenv":
		return name
	case c.path == "os":
		return ""
	case c.name == "BindEnv":
		return orElse(e.config.env[strings.ToLower(name)], "")
	case envNameRE().MatchString(name) && e.envHelper(c):
		return name
	case envNameRE().MatchString(name) && strings.Contains(strings.ToLower(c.name+" "+c.path), "env") && !strings.HasPrefix(c.name, "Set") && c.name != "Unsetenv":
		return name
	}
	return ""
}

// mustBeSet are the variables after whose reading the program ends, or returns
// an error, where they are empty.
func (e *eval) mustBeSet() map[string]bool {
	if e.required != nil {
		return e.required
	}
	out := map[string]bool{}
	e.required = out
	for _, sites := range e.funcs {
		for _, at := range sites {
			if at.fn.Body == nil {
				continue
			}
			ast.Inspect(at.fn.Body, func(n ast.Node) bool {
				st, ok := n.(*ast.IfStmt)
				if !ok || !e.gives(st.Body, at) {
					return true
				}
				for _, x := range emptyTests(st.Cond) {
					ps := e.glance(x, at)
					if env := ps.first(envOf); env != "" && !ps.known() {
						out[env] = true
					}
				}
				if u, ok := st.Cond.(*ast.UnaryExpr); ok && u.Op == token.NOT {
					if env := e.looked(u.X, st, at); env != "" {
						out[env] = true
					}
				}
				return true
			})
		}
	}
	for _, ds := range e.decls {
		for _, d := range ds {
			if _, hasDefault := tagDefault(d); !hasDefault {
				if name, required := e.envTag(d); required {
					out[name] = true
				}
			}
		}
	}
	return out
}

// peers are the values that the program gives a variable where it is empty, of those
// that are addresses on the developer's machine.
func (e *eval) peers() map[string]safe.Label {
	out := map[string]safe.Label{}
	for _, sites := range manifest.Sorted(e.funcs) {
		for _, at := range sites {
			if at.fn.Body == nil {
				continue
			}
			ast.Inspect(at.fn.Body, func(n ast.Node) bool {
				st, ok := n.(*ast.IfStmt)
				if !ok {
					return true
				}
				for _, x := range emptyTests(st.Cond) {
					ps := e.glance(x, at)
					env := ps.first(envOf)
					if env == "" || !out[env].IsZero() {
						continue
					}
					for _, s := range st.Body.List {
						if set, ok := s.(*ast.AssignStmt); ok && len(set.Rhs) == 1 {
							if def := e.glance(set.Rhs[0], at); def.known() {
								out[env] = detect.LocalAddress(def.text())
							}
						}
					}
				}
				return true
			})
		}
	}
	return out
}

// emptyTests are the x of x == "" in a condition, with all its ors and ands.
func emptyTests(cond ast.Expr) []ast.Expr {
	b, ok := cond.(*ast.BinaryExpr)
	if !ok {
		return nil
	}
	switch b.Op {
	case token.LOR, token.LAND:
		return append(emptyTests(b.X), emptyTests(b.Y)...)
	case token.EQL:
		if s, ok := str(b.Y); ok && s == "" {
			if c, ok := b.X.(*ast.CallExpr); ok && len(c.Args) == 1 { // len(x) == 0 has no string
				return []ast.Expr{c}
			}
			return []ast.Expr{b.X}
		}
		if lit, ok := b.Y.(*ast.BasicLit); ok && lit.Value == "0" {
			if c, ok := b.X.(*ast.CallExpr); ok && len(c.Args) == 1 {
				return c.Args
			}
		}
	}
	return nil
}

// looked is the variable of v, ok := os.LookupEnv("X") for the ok of a condition.
func (e *eval) looked(x ast.Expr, st *ast.IfStmt, at site) string {
	id, ok := x.(*ast.Ident)
	if !ok {
		return ""
	}
	env := ""
	ast.Inspect(at.fn.Body, func(n ast.Node) bool {
		as, isAssign := n.(*ast.AssignStmt)
		if !isAssign || as.Pos() > st.Body.Pos() || len(as.Lhs) != 2 || len(as.Rhs) != 1 {
			return true
		}
		if okVar, isIdent := as.Lhs[1].(*ast.Ident); isIdent && okVar.Name == id.Name {
			if c, isCall := as.Rhs[0].(*ast.CallExpr); isCall {
				if name, p := at.f.callee(c.Fun); p == "os" && name == "LookupEnv" {
					env = e.value(c, at).first(envOf)
				}
			}
		}
		return true
	})
	return env
}

// gives reports whether a block ends the program or hands an error up.
func (e *eval) gives(body *ast.BlockStmt, at site) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		c, ok := n.(*ast.CallExpr)
		if !ok {
			return !found
		}
		name, p := at.f.callee(c.Fun)
		switch {
		case strings.HasPrefix(name, "Fatal"), strings.HasPrefix(name, "Panic"), name == "panic" && p == "", p == "os" && name == "Exit",
			p == "errors" && name == "New", p == "fmt" && name == "Errorf":
			found = true
		}
		return !found
	})
	return found
}

// examples are the values of the project's example file.
func (e *eval) examples() map[string]string {
	lines, err := manifest.EnvExample(e.w.top.Sub(e.w.main.dir))
	if err != nil {
		return nil // it is documentation: no reason to stop
	}
	out := map[string]string{}
	for _, l := range lines {
		if !l.Off {
			out[l.Name] = l.Value
		}
	}
	return out
}

// examplePort is the port of the example file, else the one that servers are
// told to take.
func (e *eval) examplePort(env string) int {
	value := e.examples()[env]
	if n, err := strconv.Atoi(value[strings.LastIndexByte(value, ':')+1:]); err == nil && portOf(n) != 0 {
		return n
	}
	return fallbackPort
}

// graceful reports whether the program ends by itself on SIGTERM. One that does
// not is killed by it, but as process 1 the kernel spares it, and the Go runtime
// then exits with 2.
func (e *eval) graceful(s *detect.Service, fw framework) bool {
	if fw.signals {
		return true
	}
	for _, c := range e.calls {
		switch {
		case c.path == "os/signal" && c.name == "Notify":
			if len(c.Args) == 1 || e.mentions(c, "SIGTERM") {
				return true
			}
		case c.path == "os/signal" && c.name == "NotifyContext", c.path == "github.com/oklog/run" && c.name == "SignalHandler":
			if e.mentions(c, "SIGTERM") {
				return true
			}
		case c.name == "InterruptCh" && c.in("go.temporal.io/sdk/worker"):
			if s.Kind == detect.Server {
				s.Notes = append(s.Notes, e.note(c.at.f, c.CallExpr, "the worker takes SIGTERM for itself and the server goes on: docker stop kills it after its grace period"))
			}
			return true
		case c.path == "go.uber.org/fx" && c.name == "New",
			c.name == "SetupSignalHandler" || c.name == "SignalHandler",
			c.in("github.com/fvbock/endless"), c.in("github.com/tylerb/graceful"), c.in("github.com/facebookgo/grace"), c.in("github.com/ory/graceful"):
			return true
		}
	}
	return false
}

// mentions reports whether an argument of the call is that signal, or a list in
// a variable of a file that names it.
func (e *eval) mentions(c *call, name string) bool {
	found := false
	look := func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == name {
			found = true
		}
		return !found
	}
	for _, a := range c.Args {
		ast.Inspect(a, look)
	}
	if !found && c.Ellipsis.IsValid() {
		ast.Inspect(c.at.f.ast, look)
	}
	return found
}
