package rust

import (
	"maps"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/rust/source"
	"dockgen/internal/safe"
)

// systemEnv are variables that the system, Cargo or the compiler sets.
func systemEnv(name string) bool {
	switch name {
	case "HOME", "PATH", "USER", "USERNAME", "LOGNAME", "SHELL", "TERM", "PWD", "TMPDIR", "TEMP", "TMP", "EDITOR", "VISUAL", "PAGER", "HOSTNAME", "NO_COLOR", "LANG", "CI",
		"DISPLAY", "APPDATA", "LOCALAPPDATA", "USERPROFILE", "OUT_DIR", "DOCS_RS", "COMSPEC",
		"INVOCATION_ID", "NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "COLORTERM":
		return true
	}
	for _, prefix := range []string{"CARGO_", "RUST_BACKTRACE", "RUST_LIB_BACKTRACE", "XDG_", "LC_", "SSH_", "DEP_", "KUBERNETES_", "VERGEN_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// secretName reports whether a variable of that name holds a secret.
func secretName(name string) bool {
	for _, word := range []string{"SECRET", "PASSWORD", "PASSWD", "TOKEN", "CREDENTIAL", "PRIVATE", "API_KEY", "APIKEY", "ACCESS_KEY"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return strings.HasSuffix(name, "_KEY") || strings.HasSuffix(name, "_PASS") || strings.HasSuffix(name, "DSN")
}

// environment lists the variables that the program reads.
func (pr *program) environment(s *detect.Service) {
	found := map[string]*detect.EnvVar{}
	cargo := pr.cargoEnv()
	add := func(name string, required bool, why detect.Note) {
		env, ok := envName(name)
		if !ok || systemEnv(name) {
			return
		}
		v := found[name]
		if v == nil {
			v = &detect.EnvVar{Name: env, Secret: secretName(name), Why: []detect.Note{why}}
			found[name] = v
		}
		if required && !v.Required {
			v.Required, v.Why = true, []detect.Note{why}
		}
	}
	pr.calls(func(f *file, c *source.Call) {
		at := scope{f, c.Fn}
		switch {
		case !c.Macro && !c.Method() && len(c.Args) > 0 && (readsEnv(c.Path) || strings.HasSuffix(c.Path, "env::var")):
			if ps := pr.eval(c.Args[0], at, 0); ps.known() {
				add(ps.text(), false, pr.note(f, c.Line, "reads $%s", ps.text()))
			}
		case c.Macro && (c.Path == "dotenv" || c.Path == "std::dotenv") && len(c.Args) > 0:
			if ps := pr.eval(c.Args[0], at, 0); ps.known() {
				add(ps.text(), true, pr.note(f, c.Line, "reads $%s", ps.text()))
			}
		case c.Method() && (c.Path == "expect" || c.Path == "unwrap") && !ofField(c.Recv):
			if ps := pr.eval(c.Recv, at, 0); len(ps) == 1 && ps[0].env != "" && !ps[0].known {
				add(ps[0].env, true, pr.note(f, c.Line, "ends without $%s", ps[0].env))
			}
		case !c.Macro && !c.Method() && len(c.Args) > 0 && len(c.Args[0]) == 1 && c.Args[0][0].Kind == source.String && strings.Contains(strings.ToLower(c.Path), "env"):
			// A helper of the program's own: required_env("TOKEN"), env_or("PORT", 80).
			name := c.Args[0][0].Text
			lower := strings.ToLower(c.Path)
			if why, ok := cargo[name]; ok && len(c.Args) == 1 {
				add(name, true, why)
			}
			add(name, strings.Contains(lower, "require") || strings.Contains(lower, "must"), pr.note(f, c.Line, "reads $%s", name))
		}
	})
	for _, name := range slices.Sorted(maps.Keys(pr.fields)) {
		for _, f := range pr.fields[name] {
			ps := pr.option(f, 0)
			if len(ps) != 1 || ps[0].env == "" || pr.sub.other(pr, f.Owner) {
				continue
			}
			add(ps[0].env, !ps[0].known && !ps[0].defaulted && !optionalType(f.Type), pr.note(f.file, f.Line, "%s is set by $%s", f.Name, ps[0].env))
		}
	}
	examples := pr.examples()
	for _, set := range s.SetEnv {
		if v := found[set.Name.String()]; v != nil {
			v.Required = false // the image sets it
		}
	}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		v := found[name]
		if ex := examples[name]; ex != "" && !v.Secret {
			v.Example, _ = safe.NewLabel(ex)
		}
		s.Env = append(s.Env, *v)
	}
}

// ofField reports whether an expression ends in a structure's field, as self.key.clone()
// does: whoever unwraps an optional one has looked before.
func ofField(ts []source.Token) bool {
	for i := 1; i < len(ts); i++ {
		if ts[i-1].Is(".") && ts[i].Kind == source.Ident && !ts[i].Is("await") && (i+1 == len(ts) || !ts[i+1].IsGroup("(") && !ts[i+1].Is(":")) {
			return true
		}
	}
	return false
}

// optionalType reports whether a field may be left out.
func optionalType(ts []source.Token) bool {
	return slices.ContainsFunc(ts, func(t source.Token) bool { return t.Is("Option") || t.Is("Vec") || t.Is("bool") })
}

func (pr *program) examples() map[string]string {
	out := map[string]string{}
	for _, d := range []*detect.Dir{pr.pkg.dir, pr.pkg.ws.dir} {
		lines, err := manifest.EnvExample(d)
		if err != nil {
			continue
		}
		for _, l := range lines {
			if _, had := out[l.Name]; !had && !l.Off {
				out[l.Name] = l.Value
			}
		}
	}
	return out
}
