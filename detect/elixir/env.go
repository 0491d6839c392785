package elixir

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"dockgen/detect"
	"dockgen/detect/elixir/source"
	"dockgen/internal/safe"
)

// secretRE finds the names of variables that hold what nobody else may know.
var secretRE = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(SECRET|PASSWORD|PASSWD|TOKEN|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY|SIGNING|SALT|COOKIE|_KEY$|_PASS$|DSN$|DATABASE_URL$)`)
})

// reads are the variables that the program reads, in the configuration and in its sources.
func (a *application) reads() []read {
	var out []read
	for _, c := range a.configs {
		out = append(out, c.reads...)
	}
	for _, f := range a.sources {
		f.file.Walk(func(n *source.Node) bool {
			r, ok := environmentRead(n)
			if !ok || !isEnvName(r.name) {
				return true
			}
			// Whether it is read at the start is not known: it may be a function that nobody calls.
			r.required, r.why = false, a.dir.Note(f.name, n.Line, "reads $%s", r.name)
			out = append(out, r)
			return false
		})
	}
	return out
}

// environment lists what the program reads.
func (a *application) environment(s *detect.Service) {
	found := map[string]*detect.EnvVar{}
	for _, r := range a.reads() {
		if ownEnv(r.name) {
			continue
		}
		name, err := safe.NewEnvName(r.name)
		if err != nil {
			continue
		}
		v := found[r.name]
		if v == nil {
			v = &detect.EnvVar{Name: name, Secret: secretRE().MatchString(r.name), Why: []detect.Note{r.why}}
			found[r.name] = v
		}
		required := r.required
		// Phoenix's generator writes a host that nobody has; a live view refuses every other.
		if r.set && strings.Contains(r.standard, "example.com") {
			required = true
		}
		if required && !v.Required {
			v.Required, v.Why = true, []detect.Note{r.why}
		}
		if r.set && r.standard != "" && !v.Secret && v.Example.IsZero() {
			v.Example, _ = safe.NewLabel(r.standard)
		}
	}
	for _, set := range s.SetEnv {
		if v := found[set.Name.String()]; v != nil {
			v.Required = false
		}
	}
	for _, v := range found {
		s.Env = append(s.Env, *v)
	}
	slices.SortFunc(s.Env, func(a, b detect.EnvVar) int { return strings.Compare(a.Name.String(), b.Name.String()) })
}

// ownEnv are variables of the system, of Mix and of the release's own scripts.
func ownEnv(name string) bool {
	switch name {
	case "HOME", "PATH", "USER", "SHELL", "PWD", "TMPDIR", "TMP", "TEMP", "HOSTNAME", "LANG", "CI", "MIX_ENV", "MIX_TARGET", "TERM", "EDITOR":
		return true
	}
	return strings.HasPrefix(name, "RELEASE_")
}
