package evidence

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// examples marks the variables that an example file for people names, and adds
// those that the sources were not seen to read: a framework may read them.
func examples(d *detect.Dir, s *detect.Service) error {
	if s.Kind == detect.Static {
		return nil
	}
	for _, at := range upwards(d) {
		s.EnvShown = s.EnvShown || manifest.ShowsEnv(at)
	}
	lines, err := manifest.EnvExample(d)
	if err != nil {
		return err
	}
	for _, l := range lines {
		name, err := safe.NewEnvName(l.Name)
		if err != nil || l.Name != strings.ToUpper(l.Name) {
			continue
		}
		i := slices.IndexFunc(s.Env, func(e detect.EnvVar) bool { return e.Name == name })
		switch {
		case i >= 0:
			s.Env[i].Documented = true
			if s.Env[i].Example.IsZero() && !s.Env[i].Secret && !l.Off {
				s.Env[i].Example = example(l.Value)
			}
		case l.Off || slices.ContainsFunc(s.Args, func(a detect.BuildArg) bool { return a.Name == name }),
			slices.ContainsFunc(s.Secrets, func(b detect.BuildSecret) bool { return b.Env == name }):
			// commented out, or a matter of the build alone
		default:
			v := detect.EnvVar{Name: name, Documented: true, Secret: secretive(l.Name), Why: []detect.Note{d.Note(l.Path, l.Line, "example")}}
			if !v.Secret {
				v.Example = example(l.Value)
			}
			s.Env = append(s.Env, v)
		}
	}
	for i := range s.Needs {
		if len(s.Needs[i].Settings) == 0 {
			s.Needs[i].Settings = exampleSettings(d, &s.Needs[i], lines)
		}
	}
	return nil
}

// schemes tell by the scheme of a URL which backing service it is the address of.
var schemes = map[string]string{"postgres": "postgres", "postgresql": "postgres", "mysql": "mysql", "mysql2": "mysql", "mariadb": "mariadb", "redis": "redis", "mongodb": "mongo", "amqp": "rabbitmq", "nats": "nats"}

// exampleSettings finds the variables of an example file that hold an address of
// the backing service.
func exampleSettings(d *detect.Dir, n *detect.Need, lines []manifest.EnvLine) []detect.NeedSetting {
	var out []detect.NeedSetting
	for _, l := range lines {
		scheme, _, ok := strings.Cut(l.Value, "://")
		plain, _, _ := strings.Cut(scheme, "+")
		is := schemes[plain]
		if !ok || l.Off || is == "" || is != n.Name && twins[is] != n.Name || !schemeRE().MatchString(scheme) {
			continue
		}
		if name, err := safe.NewEnvName(l.Name); err == nil {
			out = append(out, detect.NeedSetting{Env: name, Part: detect.PartURL, Scheme: scheme})
			n.Why = append(n.Why, d.Note(l.Path, l.Line, "%s", l.Name))
		}
	}
	return out
}

func example(value string) safe.Label {
	v, err := safe.NewLabel(value)
	if err != nil {
		return safe.Label{}
	}
	return v
}

// secretive reports whether a variable of that name holds a secret, as a rule.
func secretive(name string) bool {
	name = strings.ToUpper(name)
	for _, word := range []string{"SECRET", "PASSWORD", "PASSWD", "TOKEN", "PRIVATE", "CREDENTIAL", "API_KEY", "APIKEY", "ACCESS_KEY", "DSN", "_PASS"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return strings.HasSuffix(name, "_KEY") || strings.HasSuffix(name, "_URL") || strings.HasSuffix(name, "_URI")
}
