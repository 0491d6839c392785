package elixir

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/elixir/source"
)

// read is a variable of the environment that a file reads.
type read struct {
	name     string
	required bool
	standard string // what is taken where it is not set
	set      bool   // there is such a value
	why      detect.Note
	at       *configFile
}

// entry is one "config :app, Key, values".
type entry struct {
	app, key string
	values   *source.Node
	at       *configFile
}

// configFile is one file of configuration as production sees it.
type configFile struct {
	name    string
	dir     *detect.Dir
	runtime bool // evaluated when the release starts
	vars    variables
	now     int // how many variables were given a value so far
	reads   []read
	entries []entry
	imports []string // of import_config, as they are written
	asked   []string // variables whose being there decides what is configured
}

// readConfig reads a file below config/.
func readConfig(d *detect.Dir, name string) (*configFile, error) {
	text, err := d.Read(name)
	if err != nil {
		return nil, err
	}
	base := path.Base(name)
	c := &configFile{name: name, dir: d, runtime: base == "runtime.exs" || base == "releases.exs", vars: variables{}}
	for _, n := range source.Parse(text).Body {
		c.visit(n, false, false)
	}
	return c, nil
}

// visit reads what the node says. guarded: it holds only under a condition that is
// not known. needed: without a value the program ends.
func (c *configFile) visit(n *source.Node, guarded, needed bool) {
	if n == nil {
		return
	}
	each := func(list []*source.Node, guarded bool) {
		for _, x := range list {
			c.visit(x, guarded, false)
		}
	}
	switch {
	case c.environment(n, guarded, needed):
		return
	case n.Kind == source.Op && len(n.Args) == 2:
		switch n.Text {
		case "=":
			if n.Args[0].Kind == source.Name {
				c.bind(n.Args[0].Text, n.Args[1])
			}
		case "||":
			if n.Args[1].IsCall("", "raise") {
				c.visit(n.Args[0], guarded, true)
				return
			}
		case "|>":
			c.visit(n.Args[0], guarded, isConversion(n.Args[1]))
			c.visit(n.Args[1], guarded, false)
			return
		}
	case n.IsCall("", "if") || n.IsCall("", "unless"):
		c.branch(n, guarded)
		return
	case n.IsCall("", "case") || n.IsCall("", "cond"):
		each(n.Args, guarded)
		c.clauses(n, guarded)
		return
	case n.IsCall("", "def") || n.IsCall("", "defp") || n.Kind == source.Block && n.Text == "fn":
		each(n.Body, true)
		return
	case n.IsCall("", "import_config"):
		if len(n.Args) == 1 {
			c.imports = append(c.imports, n.Args[0].Text)
		}
	case n.IsCall("", "config"):
		c.entry(n)
	case isConversion(n) && len(n.Args) > 0:
		c.visit(n.Args[0], guarded, true)
		return
	}
	c.visit(n.Target, guarded, false)
	each(n.Args, guarded)
	each(n.Body, guarded)
	for _, s := range n.Sections {
		each(s, true)
	}
}

// isConversion reports whether a call can't work with nil.
func isConversion(n *source.Node) bool {
	return n.IsCall("String", "to_integer") || n.IsCall("String", "split") || n.IsCall("Base", "decode64!") || n.IsCall("String", "to_atom")
}

func (c *configFile) branch(n *source.Node, guarded bool) {
	if len(n.Args) == 0 {
		return
	}
	c.visit(n.Args[0], guarded, false)
	n.Args[0].Walk(func(x *source.Node) bool {
		if r, ok := environmentRead(x); ok && !r.required && n.Text == "if" {
			c.asked = append(c.asked, r.name)
		}
		return true
	})
	yes, known := condition(n.Args[0])
	if n.Text == "unless" {
		yes = !yes
	}
	then, other := n.Body, n.Sections["else"]
	if o := n.Options(); o != nil && !n.HasDo {
		then, other = []*source.Node{o.Get("do")}, []*source.Node{o.Get("else")}
	}
	if !known || yes {
		for _, x := range then {
			c.visit(x, guarded || !known, false)
		}
	}
	if !known || !yes {
		for _, x := range other {
			c.visit(x, guarded || !known, false)
		}
	}
}

// bind gives a variable its value, which a later line may replace by one that is made of it.
func (c *configFile) bind(name string, v *source.Node) {
	if v.IsCall("", "if") && len(v.Args) > 0 && v.HasDo {
		if yes, known := condition(v.Args[0]); known {
			branch := v.Body
			if !yes {
				branch = v.Sections["else"]
			}
			if len(branch) > 0 {
				v = branch[len(branch)-1]
			}
		}
	}
	if v.Kind == source.Name {
		if old, ok := c.variable(v.Text); ok {
			v = old
		}
	}
	c.set(name, v)
}

// variables are the values of each variable, in the order of the file.
type variables map[string][]binding

// binding is a value that a variable has from there on.
type binding struct {
	from  int
	value *source.Node
}

func (c *configFile) set(name string, v *source.Node) {
	c.now++
	c.vars[name] = append(c.vars[name], binding{c.now, v})
}

// variable is the value that a variable has here.
func (c *configFile) variable(name string) (*source.Node, bool) {
	for _, b := range slices.Backward(c.vars[name]) {
		if b.from <= c.now {
			return b.value, true
		}
	}
	return nil, false
}

// clauses reads those of a case; of "case config_env()" only the one of production.
func (c *configFile) clauses(n *source.Node, guarded bool) {
	about := len(n.Args) > 0 && isEnvironment(n.Args[0])
	for _, clause := range n.Body {
		known := false
		if about && clause.Kind == source.Clause && len(clause.Args) > 0 && clause.Args[0].Kind == source.Atom {
			if clause.Args[0].Text != "prod" {
				continue
			}
			known = true
		}
		for _, x := range clause.Body {
			c.visit(x, guarded || !known, false)
		}
		if known {
			return
		}
	}
}

// environment notes a variable that the node reads, and reports whether it was one.
func (c *configFile) environment(n *source.Node, guarded, needed bool) bool {
	add := func(r read) bool {
		if !isEnvName(r.name) {
			return false
		}
		r.required = r.required && !guarded
		r.why = c.dir.Note(c.name, n.Line, "reads $%s", r.name)
		r.at = c
		c.reads = append(c.reads, r)
		return true
	}
	if r, ok := environmentRead(n); ok {
		r.required = r.required || needed && !r.set
		return add(r)
	}
	if n.Kind == source.Op && n.Text == "||" {
		if r, ok := environmentRead(n.Args[0]); ok && !r.required && !n.Args[1].IsCall("", "raise") {
			r.standard, r.set = literal(n.Args[1])
			if !r.set {
				c.visit(n.Args[1], guarded, false)
			}
			r.set = true
			return add(r)
		}
	}
	return false
}

// environmentRead is the variable that an expression reads by itself, in one of the
// usual forms.
func environmentRead(n *source.Node) (read, bool) {
	if n == nil {
		return read{}, false
	}
	if n.Kind == source.Op && n.Text == "|>" && n.Args[0].Kind == source.String {
		if call := n.Args[1]; call.Kind == source.Call {
			piped := *call
			piped.Args = append([]*source.Node{n.Args[0]}, call.Args...)
			return environmentRead(&piped)
		}
	}
	if n.Kind == source.Tuple && len(n.Args) >= 2 && n.Args[0].Kind == source.Atom && n.Args[0].Text == "system" && n.Args[1].Kind == source.String {
		r := read{name: n.Args[1].Text}
		if len(n.Args) > 2 {
			r.standard, r.set = literal(n.Args[2])
		}
		return r, true
	}
	if n.Kind != source.Call || len(n.Args) == 0 {
		return read{}, false
	}
	first := n.Args[0]
	if (n.Text == "fetch!" || n.Text == "get" || n.Text == "[]") && (n.Target.IsCall("System", "get_env") || first.IsCall("System", "get_env")) {
		if last := n.Args[len(n.Args)-1]; last.Kind == source.String {
			return read{name: last.Text, required: n.Text == "fetch!"}, true
		}
	}
	if first.Kind != source.String || !strings.Contains(n.Text, "env") || !isEnvName(first.Text) {
		return read{}, false
	}
	r := read{name: first.Text, required: strings.HasSuffix(n.Text, "!")}
	if len(n.Args) > 1 {
		last := n.Args[len(n.Args)-1]
		switch {
		case n.Text == "env!" && len(n.Args) == 2: // Dotenvy's second argument is a type
		case last.Kind == source.List && r.required: // of a helper: values for other environments
		case last.Kind == source.List: // of a helper: values by the environment
			r.standard, r.set = literal(last.Get("prod"))
		default:
			r.standard, _ = literal(last)
			r.set, r.required = true, false
		}
	}
	return r, true
}

// literal is a constant as text.
func literal(n *source.Node) (string, bool) {
	switch {
	case n == nil:
		return "", false
	case n.Kind == source.Number:
		return n.Text, true
	case n.Kind == source.String:
		return n.Text, len(n.Args) == 0
	}
	return "", false
}

// isEnvName reports whether a text looks like a variable's name: capitals.
func isEnvName(s string) bool {
	if s == "" || len(s) > 100 || s[0] >= '0' && s[0] <= '9' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c != '_' && (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// entry reads "config :app, Key, key: value" and "config :app, key: value".
func (c *configFile) entry(n *source.Node) {
	if len(n.Args) < 2 || n.Args[0].Kind != source.Atom {
		return
	}
	// The variables as they are here: a later line may give one of them another value.
	at := *c
	e := entry{app: n.Args[0].Text, at: &at, values: n.Args[1]}
	if len(n.Args) > 2 {
		e.key, _ = n.Args[1].Str()
		e.values = n.Args[2]
	}
	c.entries = append(c.entries, e)
}

// resolve follows a variable of the file.
func (c *configFile) resolve(n *source.Node) *source.Node {
	for range maxCalls {
		if n == nil || n.Kind != source.Name {
			return n
		}
		v, ok := c.variable(n.Text)
		if !ok {
			return n
		}
		n = v
	}
	return n
}

// setting is the variable that a value comes from, and the constant that stands in
// for it: of String.to_integer(System.get_env("PORT") || "4000").
func (c *configFile) setting(n *source.Node) (env, constant string) {
	var look func(n *source.Node, depth int)
	look = func(n *source.Node, depth int) {
		c.resolve(n).Walk(func(x *source.Node) bool {
			if depth > maxCalls {
				return false
			}
			if r, ok := environmentRead(x); ok {
				if env == "" {
					env = r.name
				}
				if r.set && constant == "" {
					constant = r.standard
				}
				return false
			}
			if s, ok := literal(x); ok && constant == "" {
				constant = s
			}
			if x.Kind == source.Name {
				if v, ok := c.variable(x.Text); ok {
					look(v, depth+1)
				}
			}
			return true
		})
	}
	look(n, 0)
	return env, constant
}
