package source

import (
	"maps"
	"strings"
)

// Env is a variable of the environment that the module reads.
type Env struct {
	Name    string
	Line    int
	Default *Expr // nil where the code gives none
	// Required says that the module can't be imported without the variable.
	Required bool
	// Guarded says that the module asks whether it is there before it reads it.
	Guarded bool
	as      string // the name that the module puts it under
	// Reader is what reads it: "os", "decouple", "environ", "environs", "starlette",
	// "pydantic", "dj_database_url".
	Reader string
	// Method is how a library reads it: "db" of env.db("URL"), Cast the type that it
	// is turned into: "int" of config("X", cast=int).
	Method, Cast string
}

// Envs returns the variables of the environment that the module reads, in the
// order of the source. settings tells of a base class by its full name whether it is one
// whose fields are read from the environment, beside pydantic's own; it may be nil.
func (m *Module) Envs(settings func(full string) bool) []Env {
	r := &envReader{m: m, base: settings, guarded: map[string]bool{}, demanded: map[string]bool{}, readers: map[string]string{}}
	r.learn()
	r.read(m.Body, true)
	for i := range r.out {
		if e := &r.out[i]; r.demanded[e.Name] && e.Default == nil {
			e.Required = true
		}
		if r.guarded[r.out[i].Name] {
			r.out[i].Required, r.out[i].Guarded = false, true
		}
	}
	r.conditions()
	return r.out
}

// conditions learns from what the module does about a variable that it has put under a
// name: `if NAME:` does without it, `if not NAME: raise` doesn't.
func (r *envReader) conditions() {
	names := map[string]*Env{}
	for i := range r.out {
		if e := &r.out[i]; r.nothing(e.Default) && e.as != "" {
			names[e.as] = e
		}
	}
	if len(names) == 0 {
		return
	}
	for s := range Now(r.m.Body) {
		if s.Kind != If || s.Value == nil {
			continue
		}
		x, negated := s.Value, false
		switch {
		case x.Kind == Unknown && x.Text == "not" && len(x.Elts) == 1:
			x, negated = x.Elts[0], true
		case x.Kind == Binary && (x.Text == "is" || x.Text == "is not" || x.Text == "==" || x.Text == "!=") && (x.Elts[1].Is("None") || x.Elts[1].Kind == Str && x.Elts[1].Text == ""):
			x, negated = x.Elts[0], x.Text == "is" || x.Text == "=="
		}
		e := names[x.dotted()]
		if e == nil || x.Kind != Name {
			continue
		}
		raises := false
		for inner := range Now(s.Body) {
			raises = raises || inner.Kind == Raise || r.m.Callee(inner.Value) == "sys.exit"
		}
		switch {
		case negated && raises:
			e.Required = true
		case !negated:
			for i := range r.out { // with one that it falls back to
				if o := &r.out[i]; o == e || o.Line == e.Line && (o.as == "" || o.as == e.as) {
					o.Guarded = true
				}
			}
		}
	}
}

// nothing reports whether a default is none: None, or another variable without one.
func (r *envReader) nothing(e *Expr) bool {
	if e == nil || e.Is("None") {
		return true
	}
	if full := r.m.Callee(e); e.Kind == Call && (full == "os.environ.get" || full == "os.getenv") {
		return r.nothing(e.Arg("default", 1))
	}
	return false
}

type envReader struct {
	m       *Module
	base    func(string) bool
	guarded map[string]bool // the code asks whether they are there
	// demanded are those of which importing takes something that None has not:
	// os.environ.get("HOSTS").split(), int(os.getenv("PORT")).
	demanded map[string]bool
	readers  map[string]string // names of the module that read variables: env, config
	out      []Env
}

// constructors of objects that read variables when they are called.
var constructors = map[string]string{
	"environ.Env": "environ", "environ.FileAwareEnv": "environ", "environs.Env": "environs", "environs.FileAwareEnv": "environs",
	"decouple.AutoConfig": "decouple", "decouple.Config": "decouple",
	"starlette.config.Config": "starlette", "starlette_context.Config": "starlette",
}

// Readers returns the names in the module that read variables of the environment when
// they are called (env of `env = environ.Env()`), with their library.
func (m *Module) Readers() map[string]string {
	r := &envReader{m: m, guarded: map[string]bool{}, demanded: map[string]bool{}, readers: map[string]string{}}
	r.learn()
	return r.readers
}

// Inherit makes names that the module imports from elsewhere in its project read variables:
// the Readers of that other module, under the names that they have in this one.
func (m *Module) Inherit(readers map[string]string) {
	if m.readers == nil {
		m.readers = map[string]string{}
	}
	maps.Copy(m.readers, readers)
}

func (r *envReader) learn() {
	maps.Copy(r.readers, r.m.readers)
	for name, full := range r.m.imports {
		if full == "decouple.config" || full == "prettyconf.config" {
			r.readers[name] = "decouple"
		}
	}
	for s := range All(r.m.Body) {
		if s.Kind == Assign && s.Value != nil {
			if lib := constructors[r.m.Callee(s.Value)]; lib != "" {
				for _, t := range s.Targets {
					if t.Kind == Name {
						r.readers[t.Text] = lib
					}
				}
			}
		}
		for _, x := range s.exprs() {
			x.walk(r.guard)
		}
	}
}

// guard learns from `"X" in os.environ`.
func (r *envReader) guard(e *Expr) {
	if e.Kind != Binary || e.Text != "in" && e.Text != "not in" {
		return
	}
	if s, ok := e.Elts[0].String(); ok && r.m.Resolve(e.Elts[1]) == "os.environ" {
		r.guarded[s] = true
	}
}

// read walks statements; now says that they run on import.
func (r *envReader) read(body []*Stmt, now bool) {
	for _, s := range body {
		written := map[*Expr]bool{} // os.environ["X"] = "y" reads nothing
		if s.Kind == Assign && !s.Augmented {
			for _, t := range s.Targets {
				written[t] = true
			}
		}
		before := len(r.out)
		for _, x := range s.exprs() {
			x.walk(func(e *Expr) {
				if !written[e] {
					r.expr(e, now)
				}
			})
		}
		if s.Kind == Assign && len(s.Targets) == 1 && s.Targets[0].Kind == Name {
			for i := before; i < len(r.out); i++ {
				r.out[i].as = s.Targets[0].Text
			}
		}
		switch {
		case s.Kind == Def:
			r.read(s.Body, false)
		case s.Kind == Class:
			r.settings(s)
			r.read(s.Body, now)
		case IsMain(s), s.Kind == If, s.Kind == Block:
			r.read(s.Body, false) // whether it runs is not known
			r.read(s.Else, false)
		}
	}
}

func (r *envReader) expr(e *Expr, now bool) {
	switch e.Kind {
	case Index:
		if r.m.Resolve(e.X) == "os.environ" && len(e.Elts) == 1 {
			r.add(e.Elts[0], Env{Reader: "os", Required: now, Line: e.Line})
		}
	case Call:
		r.call(e, now)
		if now {
			r.demand(e)
		}
	}
}

// demand takes note of a variable of which a call takes something: see demanded.
func (r *envReader) demand(e *Expr) {
	var inner *Expr
	switch {
	case e.X != nil && e.X.Kind == Attr:
		inner = e.X.X
	case e.X.Is("int"), e.X.Is("float"):
		inner = e.Arg("", 0)
	}
	if inner == nil || inner.Kind != Call || inner.Arg("default", 1) != nil {
		return
	}
	if full := r.m.Callee(inner); full != "os.environ.get" && full != "os.getenv" {
		return
	}
	if name, ok := inner.Arg("key", 0).String(); ok {
		r.demanded[name] = true
	}
}

func (r *envReader) call(e *Expr, now bool) {
	switch callee := r.m.Callee(e); callee {
	case "os.getenv", "os.environ.get", "os.environ.setdefault", "os.environ.pop":
		r.add(e.Arg("key", 0), Env{Reader: "os", Default: e.Arg("default", 1), Line: e.Line})
		return
	case "dj_database_url.config":
		name := e.Arg("env", 0)
		if name == nil {
			name = &Expr{Kind: Str, Text: "DATABASE_URL"}
		}
		r.add(name, Env{Reader: "dj_database_url", Method: "db", Default: e.Arg("default", 1), Line: e.Line})
		return
	}
	object, method := e.X.dotted(), ""
	lib := r.readers[object]
	if lib == "" {
		if i := strings.LastIndexByte(object, '.'); i > 0 {
			lib, method = r.readers[object[:i]], object[i+1:]
		}
	}
	if lib == "" || method == "read_env" || method == "prefixed" {
		return
	}
	name := e.Arg("", 0)
	if name == nil {
		name = e.Arg("var", -1)
	}
	if name == nil {
		switch method { // django-environ's own names
		case "db", "db_url":
			name = &Expr{Kind: Str, Text: "DATABASE_URL"}
		case "cache", "cache_url":
			name = &Expr{Kind: Str, Text: "CACHE_URL"}
		case "email", "email_url":
			name = &Expr{Kind: Str, Text: "EMAIL_URL"}
		default:
			return
		}
	}
	v := Env{Reader: lib, Method: method, Default: e.Arg("default", -1), Line: e.Line, Cast: e.Arg("cast", -1).dotted()}
	switch {
	case v.Default != nil:
	case lib == "starlette":
		v.Default = e.Arg("", 2)
	case lib == "environs" || lib == "environ" && method == "":
		if x := e.Arg("", 1); x != nil && x.Kind != Name { // a name is a cast
			v.Default = x
		}
	}
	v.Required = now && v.Default == nil
	r.add(name, v)
}

func (r *envReader) add(name *Expr, v Env) {
	s, ok := name.String()
	if !ok || s == "" {
		return
	}
	v.Name = s
	if strings.HasPrefix(v.Reader, "environ") && strings.HasPrefix(s, "$") {
		return
	}
	r.out = append(r.out, v)
}

// Settings reports whether a class of the module is one whose fields are read from the
// environment; settings as for Envs.
func (m *Module) Settings(class string, settings func(full string) bool) bool {
	r := &envReader{m: m, base: settings}
	for s := range All(m.Body) {
		if s.Kind == Class && s.Name == class && r.isSettings(s, 0) {
			return true
		}
	}
	return false
}

// settings reads the fields of a class of settings, after
// https://docs.pydantic.dev/latest/concepts/pydantic_settings.
func (r *envReader) settings(class *Stmt) {
	if !r.isSettings(class, 0) {
		return
	}
	prefix := ""
	for _, s := range class.Body {
		if s.Kind == Assign && s.Value != nil && s.Targets[0].Is("model_config") {
			prefix = prefixOf(s.Value.Arg("env_prefix", -1), s.Value.Get("env_prefix"))
		}
		if s.Kind == Class && s.Name == "Config" {
			for _, c := range s.Body {
				if c.Kind == Assign && c.Targets[0].Is("env_prefix") {
					prefix = prefixOf(c.Value)
				}
			}
		}
	}
	for _, s := range class.Body {
		if s.Kind == Assign && s.Annotation != nil && s.Targets[0].Kind == Name && !strings.HasPrefix(s.Targets[0].Text, "_") && !s.Targets[0].Is("model_config") {
			r.field(s, prefix)
		}
	}
}

func prefixOf(exprs ...*Expr) string {
	for _, e := range exprs {
		if s, ok := e.String(); ok {
			return s
		}
	}
	return ""
}

func (r *envReader) isSettings(class *Stmt, depth int) bool {
	if depth > 8 {
		return false
	}
	for _, b := range class.Bases {
		full := r.m.Resolve(b.Value)
		if full == "pydantic.BaseSettings" || strings.HasPrefix(full, "pydantic_settings.") && strings.HasSuffix(full, "BaseSettings") || full == "pydantic.v1.BaseSettings" {
			return true
		}
		if r.base != nil && full != "" && r.base(full) {
			return true
		}
		for s := range All(r.m.Body) { // a class of the same module
			if s.Kind == Class && s != class && s.Line < class.Line && b.Value.Is(s.Name) && r.isSettings(s, depth+1) {
				return true
			}
		}
	}
	return false
}

func (r *envReader) field(s *Stmt, prefix string) {
	if d := s.Annotation.dotted(); d == "ClassVar" || s.Annotation.Kind == Index && strings.HasSuffix(s.Annotation.X.dotted(), "ClassVar") {
		return
	}
	v := Env{Reader: "pydantic", Line: s.Line, Default: s.Value}
	name := prefix + s.Targets[0].Text
	if c := s.Value; c != nil && c.Kind == Call && strings.HasSuffix(c.X.dotted(), "Field") {
		v.Default = c.Arg("default", 0)
		if v.Default == nil {
			v.Default = c.Arg("default_factory", -1)
		}
		for _, key := range []string{"env", "validation_alias", "alias"} {
			if names := c.Arg(key, -1).Strings(); len(names) > 0 {
				name = names[0]
			}
		}
	}
	if v.Default != nil && v.Default.Text == "..." {
		v.Default = nil
	}
	v.Required = v.Default == nil
	v.Name = strings.ToUpper(name)
	r.out = append(r.out, v)
}
