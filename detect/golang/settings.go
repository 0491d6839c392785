package golang

import (
	"go/ast"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// settings is how the program's configuration library maps names to variables.
type settings struct {
	defaults  map[string]binding // viper.SetDefault, by lower-case key
	env       map[string]string  // viper.BindEnv
	automatic bool               // viper.AutomaticEnv
	fixed     map[string]bool    // viper.Set, whatever else happens: nothing else sets these keys
	prefix    string             // viper.SetEnvPrefix
	process   string             // the prefix given to envconfig.Process
	envconfig bool
}

// findSettings reads the calls that set up viper (github.com/spf13/viper) and
// envconfig (github.com/kelseyhightower/envconfig).
func (e *eval) findSettings() settings {
	s := settings{defaults: map[string]binding{}, env: map[string]string{}, fixed: map[string]bool{}}
	for _, c := range e.calls {
		name, ok := c.arg(0)
		switch c.name {
		case "SetDefault":
			if ok && len(c.Args) == 2 {
				s.defaults[strings.ToLower(name)] = binding{rhs: c.Args[1], at: c.at}
			}
		case "BindEnv":
			if ok {
				env := strings.ToUpper(name)
				if explicit, ok := c.arg(1); ok {
					env = explicit
				}
				s.env[strings.ToLower(name)] = env
			}
		case "Set":
			if ok && len(c.Args) == 2 && c.always() {
				s.fixed[strings.ToLower(name)] = true
			}
		case "AutomaticEnv":
			s.automatic = true
		case "SetEnvPrefix":
			if ok && name != "" {
				s.prefix = strings.ToUpper(name) + "_"
			}
		case "Process", "MustProcess":
			if strings.HasSuffix(c.path, "/envconfig") && strings.Contains(c.path, "kelseyhightower") {
				s.envconfig = true
				if ok && name != "" {
					s.process = strings.ToUpper(name) + "_"
				}
			}
		}
	}
	return s
}

// setting works out viper.GetString("server.port"), and c.Int("port") of
// urfave/cli: by the flag, the default and the variable of that name.
func (e *eval) setting(name string, why detect.Note) parts {
	key := strings.ToLower(name)
	var alts []parts
	for _, d := range e.flags {
		if strings.EqualFold(d.name, name) {
			alts = append(alts, e.flag(d))
		}
	}
	if ps := e.configured(key); ps != nil {
		alts = append(alts, ps)
	}
	if b, ok := e.config.defaults[key]; ok {
		alts = append(alts, e.expr(b.rhs, b.at))
	}
	if env := e.settingEnv(key); env != "" && (len(alts) > 0 || e.config.automatic || e.config.env[key] != "") {
		alts = append(alts, parts{{env: env, why: []detect.Note{why}}})
	}
	return merge(alts)
}

// settingEnv is the variable that viper reads for a key, "" for none.
func (e *eval) settingEnv(key string) string {
	if e.config.fixed[key] {
		return ""
	}
	if env := e.config.env[key]; env != "" {
		return env
	}
	if !e.config.automatic {
		return ""
	}
	env := e.config.prefix + strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(key))
	if !envNameRE().MatchString(env) {
		return ""
	}
	return env
}

// tagged works out a field by its struct tags, as the libraries that fill
// structs from the environment read them: caarlos0/env (env, envDefault),
// cleanenv (env, env-default), envconfig (envconfig, default), kong and go-flags
// (env, default), viper by mapstructure.
func (e *eval) tagged(d *field) parts {
	env, _ := e.envTag(d)
	def, known := tagDefault(d)
	if key := firstName(d.tag.Get("mapstructure")); key != "" && !known && env == e.settingEnv(strings.ToLower(key)) {
		return e.setting(key, e.note(d.at.f, d.node, "%s is set by $%s", d.name, env))
	}
	if env == "" && !known {
		return nil
	}
	return parts{{text: def, known: known, env: env, why: []detect.Note{e.note(d.at.f, d.node, "%s is set by $%s", d.name, env)}}}
}

// envTag is the variable that a field's tags name, and whether it must be set.
func (e *eval) envTag(d *field) (name string, required bool) {
	for _, key := range []string{"env", "envconfig"} {
		v, ok := d.tag.Lookup(key)
		if !ok {
			continue
		}
		name, options, _ := strings.Cut(v, ",")
		if !envNameRE().MatchString(name) {
			continue
		}
		if key == "envconfig" {
			name = e.config.process + name
		}
		required := strings.Contains(options, "required") || strings.Contains(options, "notEmpty")
		for _, k := range []string{"required", "env-required"} {
			required = required || d.tag.Get(k) == "true"
		}
		return e.envPrefix(d.owner) + name, required
	}
	if e.config.envconfig && d.tag.Get("default") != "" {
		return e.config.process + strings.ToUpper(d.name), d.tag.Get("required") == "true"
	}
	if key := d.tag.Get("mapstructure"); key != "" {
		return e.settingEnv(strings.ToLower(firstName(key))), false
	}
	return "", false
}

// envPrefix is the envPrefix tag of the field that holds the struct.
func (e *eval) envPrefix(owner string) string {
	for _, fs := range manifest.Sorted(e.decls) {
		for _, f := range fs {
			if f.typ == owner {
				if p := f.tag.Get("envPrefix"); p != "" {
					return p
				}
			}
		}
	}
	return ""
}

func tagDefault(d *field) (string, bool) {
	for _, key := range []string{"envDefault", "env-default", "default"} {
		if v, ok := d.tag.Lookup(key); ok {
			return v, true
		}
	}
	if _, options, ok := strings.Cut(d.tag.Get("env"), ","); ok {
		for _, o := range strings.Split(options, ",") {
			if v, ok := strings.CutPrefix(strings.TrimSpace(o), "default="); ok {
				return v, true
			}
		}
	}
	return "", false
}

// madeBy reports whether a variable is made by one of the functions of a
// package, or is a parameter of one of its types.
func (e *eval) madeBy(x ast.Expr, at site, importPrefix string, names ...string) bool {
	id, ok := x.(*ast.Ident)
	if !ok {
		return false
	}
	if at.fn != nil {
		for _, f := range at.fn.Type.Params.List {
			for _, n := range f.Names {
				if n.Name == id.Name {
					_, p := at.f.callee(f.Type)
					return strings.HasPrefix(p, importPrefix)
				}
			}
		}
	}
	bs := e.vars[varKey{at.f.pkg, at.fn, id.Name}]
	if len(bs) == 0 {
		bs = e.vars[varKey{at.f.pkg, nil, id.Name}]
	}
	for _, b := range bs {
		c, ok := b.rhs.(*ast.CallExpr)
		if !ok {
			continue
		}
		if name, p := b.at.f.callee(c.Fun); strings.HasPrefix(p, importPrefix) && slices.Contains(names, name) {
			return true
		}
	}
	return false
}
