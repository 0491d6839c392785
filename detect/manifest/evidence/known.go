package evidence

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// known takes what the Compose file says of how the service is reached, and of where it
// looks for the other services that are built from the project: key is its name there.
func known(s *detect.Service, key string, services map[string]composeService, here func(...string) detect.Note) {
	for _, name := range hostsOf(key, services[key]) {
		if host, err := safe.NewLabel(name); err == nil {
			s.Known.Hosts = append(s.Known.Hosts, host)
		}
	}
	for _, entry := range services[key].Ports {
		if port, err := safe.NewPort(hostPort(entry)); err == nil && port != 0 {
			s.Known.Ports = append(s.Known.Ports, port)
		}
	}
	if s.Kind == detect.Static {
		return
	}
	env := variables(services[key].Environment)
	for _, name := range slices.Sorted(maps.Keys(env)) {
		text := defaultRE().ReplaceAllString(env[name], "$1")
		variable, err := safe.NewEnvName(name)
		if err != nil || !built(detect.ParseAddress(text).Host, key, services) {
			continue
		}
		address, err := safe.NewLabel(text)
		if err != nil {
			continue
		}
		i := slices.IndexFunc(s.Env, func(e detect.EnvVar) bool { return e.Name == variable })
		if i < 0 {
			s.Env = append(s.Env, detect.EnvVar{Name: variable, Why: []detect.Note{here("environment", name)}})
			i = len(s.Env) - 1
		}
		s.Env[i].Address = address
	}
}

// overridden are the services with the ports and the variables that the file beside it
// adds, which Compose lays over it by itself. What else it says is a developer's.
// https://docs.docker.com/compose/how-tos/multiple-compose-files/merge/
func overridden(at *detect.Dir, name string, services map[string]composeService) map[string]composeService {
	beside := at.Sub(path.Dir(name))
	base, _, _ := strings.Cut(path.Base(name), ".")
	over := beside.First(base+".override.yaml", base+".override.yml")
	if over == "" {
		return services
	}
	var f struct {
		Services map[string]composeService `yaml:"services"`
	}
	if _, err := manifest.YAML(beside, over, &f); err != nil {
		return services
	}
	out := maps.Clone(services)
	for key, more := range f.Services {
		one, ok := out[key]
		if !ok {
			continue
		}
		env := map[string]any{}
		for _, from := range []any{one.Environment, more.Environment} {
			for k, v := range variables(from) {
				env[k] = v
			}
		}
		one.Environment = env
		one.Ports = append(slices.Clone(one.Ports), more.Ports...)
		one.Hostname, one.Container = cmp.Or(one.Hostname, more.Hostname), cmp.Or(one.Container, more.Container)
		out[key] = one
	}
	return out
}

// hostsOf are the names under which the other containers reach a service.
func hostsOf(key string, one composeService) []string {
	out := []string{key}
	for _, name := range []string{one.Hostname, one.Container} {
		if name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// built reports whether a host is another service of the file that the project builds.
func built(host, key string, services map[string]composeService) bool {
	if host == "" {
		return false
	}
	for other, one := range services {
		if other != key && one.Build != nil && slices.Contains(hostsOf(other, one), host) {
			return true
		}
	}
	return false
}

// hostPort is the port on the developer's machine of an entry under ports; 0 where it is
// a range, not said, or no number.
func hostPort(entry any) int {
	switch e := entry.(type) {
	case string:
		parts := strings.Split(defaultRE().ReplaceAllString(e, "$1"), ":")
		if len(parts) > 1 {
			return number(parts[len(parts)-2])
		}
	case map[string]any:
		switch p := e["published"].(type) {
		case string:
			return number(p)
		case int:
			return p
		}
	}
	return 0
}
