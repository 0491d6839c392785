package evidence

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// composeService is what is read of a service in a Compose file. What may have
// several forms is read as it is, so that a form nobody thought of is no error.
type composeService struct {
	Image       string `yaml:"image"`
	Build       any    `yaml:"build"`
	Command     any    `yaml:"command"`
	Ports       []any  `yaml:"ports"`
	Environment any    `yaml:"environment"`
	EnvFile     any    `yaml:"env_file"`
	DependsOn   any    `yaml:"depends_on"`
	Restart     any    `yaml:"restart"`
	Profiles    []any  `yaml:"profiles"`
	Hostname    string `yaml:"hostname"`
	Container   string `yaml:"container_name"`
	Healthcheck struct {
		Test any `yaml:"test"`
	} `yaml:"healthcheck"`
}

func composeNames() []string {
	return []string{
		"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml", "docker-compose.prod.yml", "docker-compose.production.yml", "docker-compose.dev.yml",
		"docker/docker-compose.yml", "docker/docker-compose.yaml", "docker/compose.yaml", "docker/compose.yml", "deploy/docker-compose.yml", "deploy/docker-compose.yaml", "deploy/compose.yaml",
		"deploy/docker-compose/docker-compose.yml", "deploy/docker-compose/docker-compose.yaml", "deployments/docker-compose.yml", "deployments/docker-compose.yaml", "deployment/docker-compose.yml",
		".devcontainer/docker-compose.yml", ".devcontainer/compose.yaml",
	}
}

// composeFiles reads the nearest Compose file: the backing services with their
// versions, and what it says of the service that is built from this folder.
func composeFiles(d *detect.Dir, s *detect.Service) error {
	for _, at := range upwards(d) {
		name := at.First(composeNames()...)
		if name == "" {
			continue
		}
		data, err := at.Read(name)
		if err != nil {
			return err
		}
		var f struct {
			Services map[string]composeService `yaml:"services"`
		}
		lines, err := manifest.YAML(at, name, &f)
		if err != nil {
			return err
		}
		all := backingServices(at, name, f.Services, lines)
		if !ours(data) {
			if key := programOf(s, at.Sub(path.Dir(name)), f.Services, d.Path()); key != "" {
				here := func(words ...string) detect.Note {
					line := lines.At(append([]string{"services", key}, words...)...)
					return at.Note(name, line, "service %s", safe.Visible(key))
				}
				one := f.Services[key]
				if line, _ := LastLine(d); one.Command == nil && line != "" {
					one.Command = line // the image's own, which may be one for developing
				}
				fromProgram(s, one, all, here)
				known(s, key, overridden(at, name, f.Services), here)
			} else if key := published(s, f.Services); key != "" && d.Path() == at.Path() {
				here := func(words ...string) detect.Note {
					line := lines.At(append([]string{"services", key}, words...)...)
					return at.Note(name, line, "service %s", safe.Visible(key))
				}
				fromProgram(s, f.Services[key], nil, here) // what stands beside it there may be one choice of several
			}
		}
		take(s, all)
		return nil
	}
	return nil
}

// RunsBeside reports whether the nearest Compose file of the project runs one of these
// backing services, as the catalogue calls them: for a detector that has to choose between
// a server and a file.
func RunsBeside(d *detect.Dir, needs ...string) bool {
	f, ok := composeBeside(d)
	return ok && slices.ContainsFunc(backingServices(f.at, f.name, f.services, f.lines), func(r running) bool { return slices.Contains(needs, r.need) })
}

// composeFile is a Compose file of the project's own.
type composeFile struct {
	at       *detect.Dir
	name     string
	services map[string]composeService
	lines    manifest.Lines
}

// composeBeside reads the Compose file that is nearest to a folder, once; false where there
// is none that can be read, or where it is ours, for our own answer is no evidence.
func composeBeside(d *detect.Dir) (composeFile, bool) {
	f, err := detect.Once(d, "compose beside:"+d.Path(), func() (*composeFile, error) {
		if f, ok := readComposeBeside(d); ok {
			return &f, nil
		}
		return nil, nil
	})
	if f == nil || err != nil {
		return composeFile{}, false
	}
	return *f, true
}

func readComposeBeside(d *detect.Dir) (composeFile, bool) {
	for _, at := range upwards(d) {
		name := at.First(composeNames()...)
		if name == "" {
			continue
		}
		data, err := at.Read(name)
		if err != nil || ours(data) {
			return composeFile{}, false
		}
		var f struct {
			Services map[string]composeService `yaml:"services"`
		}
		lines, err := manifest.YAML(at, name, &f)
		return composeFile{at, name, f.Services, lines}, err == nil
	}
	return composeFile{}, false
}

func backingServices(at *detect.Dir, name string, services map[string]composeService, lines manifest.Lines) []running {
	var out []running
	for _, key := range slices.Sorted(maps.Keys(services)) {
		r, ok := backingOf(services[key].Image)
		if !ok {
			continue
		}
		r.name = key
		r.why = at.Note(name, lines.At("services", key, "image"), "image: %s", safe.Visible(services[key].Image))
		out = append(out, r)
	}
	// Where one service is there twice, the one that is not named as a test's.
	slices.SortStableFunc(out, func(a, b running) int {
		return cmp.Compare(strings.Count(a.name, "test"), strings.Count(b.name, "test"))
	})
	return out
}

// programOf is the service of the Compose file that runs the program of the folder:
// of several that are made of it, as a worker and a dashboard beside the server, the one
// that is called as the program is, else the one whose command is most like the program's.
func programOf(s *detect.Service, at *detect.Dir, services map[string]composeService, folder string) string {
	best, most := "", -1
	start := s.Start.V.Args()
	for _, key := range slices.Sorted(maps.Keys(services)) {
		if !builds(at, ".", services[key].Build, folder) {
			continue
		}
		if key == s.Name.String() {
			return key
		}
		like := 0
		command := strings.Fields(words(services[key].Command))
		if beside(s, command) {
			continue
		}
		for _, w := range command {
			if slices.Contains(start, w) {
				like++
			}
		}
		if len(command) == 0 { // the image's own command
			like = 1
		}
		if like > most {
			best, most = key, like
		}
	}
	return best
}

// beside reports whether a command is that of a process which runs from the same image: a
// worker, the dashboard of its queue (celery flower). It listens where the program does not.
func beside(s *detect.Service, command []string) bool {
	start := s.Start.V.Args()
	if len(command) == 0 || len(start) > 0 && command[0] == start[0] {
		return false
	}
	return slices.ContainsFunc(s.Processes, func(p detect.Process) bool {
		args := p.Start.V.Args()
		return len(args) > 0 && args[0] == command[0] && !slices.Contains([]string{"python", "python3", "sh", "bash"}, args[0])
	})
}

// published is the service of the Compose file that runs the program's own image as it
// is published: called as the program is, and none that the catalogue runs beside one.
func published(s *detect.Service, services map[string]composeService) string {
	for _, key := range slices.Sorted(maps.Keys(services)) {
		one := services[key]
		if _, known := backingOf(one.Image); known || one.Build != nil {
			continue
		}
		m := imageRE().FindStringSubmatch(defaultRE().ReplaceAllString(one.Image, "$1"))
		if m != nil && m[2] == s.Name.String() {
			return key
		}
	}
	return ""
}

// builds reports whether the build of a service in the Compose file takes the folder.
func builds(at *detect.Dir, file string, build any, folder string) bool {
	at = at.Sub(path.Dir(file))
	switch b := build.(type) {
	case string:
		return at.Sub(b).Path() == folder
	case map[string]any:
		context, _ := b["context"].(string)
		if strings.Contains(context, "://") {
			return false
		}
		dir := at.Sub(context)
		if dockerfile, ok := b["dockerfile"].(string); ok && path.Dir(dockerfile) != "." && dir.Path() != folder {
			return dir.Sub(path.Dir(dockerfile)).Path() == folder
		}
		return dir.Path() == folder
	}
	return false
}

// fromProgram takes what the Compose file says of the program itself.
func fromProgram(s *detect.Service, one composeService, all []running, here func(...string) detect.Note) {
	if !developing(words(one.Command)) {
		if len(one.Ports) == 1 {
			if target := targetPort(one.Ports[0]); target != 0 {
				takePort(s, target, here("ports"))
			}
		}
		takeHealth(s, pathOfCheck(words(one.Healthcheck.Test)), here("healthcheck"))
	}
	env := variables(one.Environment)
	for i := range s.Env {
		if _, ok := env[s.Env[i].Name.String()]; ok {
			s.Env[i].Documented = true
		}
	}
	if s.Kind == detect.Static {
		return // the service beside it that is built from the same folder has a program
	}
	on := keys(one.DependsOn)
	without(s, one, all, here)
	for _, r := range all {
		settings := settingsFor(env, r.name)
		if len(settings) == 0 && !slices.Contains(on, r.name) {
			continue
		}
		i := slices.IndexFunc(s.Needs, func(n detect.Need) bool { return n.Name == r.need || n.Name == twins[r.need] })
		if i < 0 {
			s.Needs = append(s.Needs, detect.Need{Name: r.need, Settings: settings, Why: []detect.Note{here("depends_on"), r.why}})
			continue
		}
		if len(s.Needs[i].Settings) == 0 {
			s.Needs[i].Settings = settings
		}
		if n := &s.Needs[i]; n.Optional && slices.Contains(on, r.name) {
			n.Optional = false // one of several, and the project runs the program with it
			n.Why = append(n.Why, here("depends_on"))
		}
	}
}

// targetPort is the port inside the container of an entry under ports; 0 where it
// is a range or no number.
func targetPort(entry any) int {
	switch e := entry.(type) {
	case int:
		return e
	case string:
		e, _, _ = strings.Cut(defaultRE().ReplaceAllString(e, "$1"), "/")
		return number(e[strings.LastIndexByte(e, ':')+1:])
	case map[string]any:
		return number(fmt.Sprint(e["target"]))
	}
	return 0
}

// words joins a command in any of its forms.
func words(v any) string {
	switch c := v.(type) {
	case string:
		return c
	case []any:
		var out []string
		for _, w := range c {
			out = append(out, fmt.Sprint(w))
		}
		return strings.Join(out, " ")
	}
	return ""
}

// keys are the names of a list or of a mapping.
func keys(v any) []string {
	var out []string
	switch l := v.(type) {
	case []any:
		for _, w := range l {
			out = append(out, fmt.Sprint(w))
		}
	case map[string]any:
		out = slices.Sorted(maps.Keys(l))
	}
	return out
}

// variables are an environment in either of its forms. The values are looked at
// for the names of hosts alone, and go nowhere.
func variables(v any) map[string]string {
	out := map[string]string{}
	switch l := v.(type) {
	case []any:
		for _, w := range l {
			name, value, _ := strings.Cut(fmt.Sprint(w), "=")
			out[name] = value
		}
	case map[string]any:
		for name, value := range l {
			if value != nil {
				out[name] = fmt.Sprint(value)
			} else {
				out[name] = ""
			}
		}
	}
	return out
}

var schemeRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z][a-z0-9+]{1,31}$`) })

// settingsFor finds the variables whose values name the host, and those beside
// them that hold the other parts of the address: DB_HOST, DB_PORT, DB_USER.
func settingsFor(env map[string]string, host string) []detect.NeedSetting {
	var out []detect.NeedSetting
	add := func(name string, s detect.NeedSetting) {
		var err error
		if s.Env, err = safe.NewEnvName(name); err == nil {
			out = append(out, s)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(env)) {
		value := defaultRE().ReplaceAllString(env[name], "$1")
		scheme, rest, isURL := strings.Cut(value, "://")
		switch {
		case isURL && !strings.HasPrefix(scheme, "jdbc:") && schemeRE().MatchString(scheme) && hostIn(rest) == host:
			add(name, detect.NeedSetting{Part: detect.PartURL, Scheme: scheme})
		case value == host:
			add(name, detect.NeedSetting{Part: detect.PartHost})
			prefix, ok := strings.CutSuffix(name, "HOST")
			for part, suffixes := range parts() {
				for _, suffix := range suffixes {
					if _, there := env[prefix+suffix]; ok && there {
						add(prefix+suffix, detect.NeedSetting{Part: part})
					}
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b detect.NeedSetting) int { return strings.Compare(a.Env.String(), b.Env.String()) })
	return slices.CompactFunc(out, func(a, b detect.NeedSetting) bool { return a.Env == b.Env })
}

// parts are what the variables beside a HOST are called, by their part.
func parts() map[detect.NeedPart][]string {
	return map[detect.NeedPart][]string{
		detect.PartPort:     {"PORT"},
		detect.PartUser:     {"USER", "USERNAME"},
		detect.PartPassword: {"PASSWORD", "PASS"},
		detect.PartDatabase: {"DATABASE", "DB", "DBNAME", "NAME"},
	}
}

// hostIn is the host in what follows the scheme of a URL.
func hostIn(rest string) string {
	rest, _, _ = strings.Cut(rest, "/")
	rest = rest[strings.LastIndexByte(rest, '@')+1:]
	host, _, _ := strings.Cut(rest, ":")
	return host
}
