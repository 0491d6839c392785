package evidence

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// process is a command that a file of the project names for this service: the one
// that serves, one that works beside it, or a job before a release.
type process struct {
	name string // "web" for the one that serves
	job  bool
	text string // as it stands
	why  detect.Note
}

// processes takes the commands that a Procfile, a platform's file or a Compose file
// names: the one that serves where the detector knows none, the others as processes
// of the image. What is a shell's line and no command becomes a note.
func processes(d *detect.Dir, s *detect.Service) error {
	if s.Kind != detect.Server && s.Kind != detect.Worker {
		return nil
	}
	for _, from := range []func(*detect.Dir) ([]process, error){procfile, flyProcesses, herokuProcesses, railwayProcesses, renderProcesses, composeProcesses} {
		all, err := from(d)
		if err != nil {
			return err
		}
		for _, p := range all {
			switch {
			case p.name == "web":
				takeStart(d, s, p)
			case p.job || !developing(p.text):
				takeProcess(d, s, p)
			}
		}
	}
	return nil
}

// takeStart takes the command that serves, where the detector found none, or only
// assumed one, for a program that an interpreter runs.
func takeStart(d *detect.Dir, s *detect.Service, p process) {
	if s.Kind != detect.Server || s.Start.Source > detect.Default || s.Linkage != detect.Interpreted || developing(p.text) {
		return
	}
	argv, port, why := command(d, s, p)
	if why != "" {
		s.Notes = append(s.Notes, detect.Note{Path: p.why.Path, Line: p.why.Line, Text: "not taken for the image's command: " + why})
		return
	}
	s.Start = detect.Found(argv, p.why)
	s.RuntimeStart = safe.Argv{}
	if port != 0 { // it stands in the command, so that nothing else may change it
		s.Port, s.PortEnv = detect.Assumed(port, p.why).Over(s.Port), safe.EnvName{}
		if s.Port.V != port {
			s.Port = detect.Found(port, p.why)
		}
	}
}

// takeProcess adds a further command of the image, unless the detector has it.
func takeProcess(d *detect.Dir, s *detect.Service, p process) {
	one := detect.Process{Name: safe.Slug(p.name, "worker"), Kind: detect.Worker}
	if p.job {
		one.Kind = detect.Job
		if len(s.Needs) == 0 && len(s.State) == 0 {
			return // there is nothing that would outlive it
		}
		one.Name = safe.Slug(jobName(p.text), "release")
	}
	has := func(o detect.Process) bool {
		return o.Name == one.Name || o.Start.V.String() == one.Start.V.String() || slices.ContainsFunc(o.Start.Why, func(n detect.Note) bool { return n.Path == p.why.Path && n.Line == p.why.Line })
	}
	if slices.ContainsFunc(s.Processes, has) || slices.ContainsFunc(s.Start.Why, func(n detect.Note) bool { return n.Path == p.why.Path && n.Line == p.why.Line }) {
		return
	}
	argv, _, why := command(d, s, p)
	switch {
	case why == notHere:
		return
	case why != "":
		s.Notes = append(s.Notes, detect.Note{Path: p.why.Path, Line: p.why.Line, Text: "not among the processes of the image: " + why})
		return
	case argv.String() == s.Start.V.String():
		return
	}
	one.Start = detect.Found(argv, p.why)
	if !slices.ContainsFunc(s.Processes, has) {
		s.Processes = append(s.Processes, one)
	}
}

// jobName is what a job before a release does.
func jobName(text string) string {
	for _, word := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r < 'a' || r > 'z' }) {
		if word == "migrate" || word == "migrations" || word == "migration" || word == "upgrade" {
			return "migrate"
		}
	}
	return "release"
}

// notHere says that a command is of another program than the image's.
const notHere = "its program is not in this image"

// usualPort is where a server listens that gets its port from outside alone.
const usualPort = safe.Port(8080)

// command reads a line as one command of the service's image; why says what keeps it
// from being one. The port of the command is set where $PORT stands in it.
func command(d *detect.Dir, s *detect.Service, p process) (argv safe.Argv, port safe.Port, why string) {
	cmds, err := manifest.Commands(p.text)
	if err != nil || len(cmds) == 0 {
		return argv, 0, "it is no shell's line that can be read"
	}
	c := cmds[len(cmds)-1]
	switch {
	case len(cmds) > 1:
		return argv, 0, "a shell runs several commands there"
	case c.Opaque || c.Background || len(c.Args) == 0:
		return argv, 0, "it needs a shell"
	case c.Script != "" || c.Program() == "sh" || c.Program() == "bash":
		return argv, 0, "another program reads there what runs"
	case !runsHere(d, s, c):
		return argv, 0, notHere
	}
	words := slices.Clone(c.Args)
	if s.Linkage != detect.Interpreted {
		words[0] = s.Start.V.Args()[0]
	}
	for _, v := range c.Variables {
		value := v.Default
		if v.Name == "PORT" {
			port = cmp.Or(s.Port.V, usualPort)
			value = port.String()
		}
		if value == "" {
			return argv, 0, "only a shell knows $" + v.Name
		}
		for i := range words {
			words[i] = manifest.Expand(words[i], v.Name, value)
		}
	}
	if len(c.Env) > 0 {
		set := []string{"env"}
		for _, e := range c.Env {
			if strings.Contains(e.Value, "$") {
				return argv, 0, "only a shell knows " + e.Value
			}
			set = append(set, e.Name+"="+e.Value)
		}
		words = append(set, words...)
	}
	if argv, err = safe.NewArgv(words...); err != nil {
		return argv, 0, err.Error()
	}
	return argv, port, ""
}

// outputs are folders that builds write to on a developer's machine: what lies there
// lies elsewhere in the image.
var outputs = []string{"target", "build", "dist", "out", "bin"}

// runsHere reports whether the image of the service has what a command runs: the
// program that it starts with anyway, its interpreter, or a file of the project.
func runsHere(d *detect.Dir, s *detect.Service, c manifest.Command) bool {
	program := c.Program()
	start := ""
	if words := s.Start.V.Args(); len(words) > 0 {
		start = path.Base(words[0])
	}
	if s.Linkage != detect.Interpreted {
		return program == start
	}
	for _, word := range c.Args {
		if top := strings.SplitN(path.Clean(word), "/", 2)[0]; strings.Contains(word, "/") && slices.Contains(outputs, top) && !d.Has(path.Clean(word)) {
			return false
		}
	}
	return program == start || program == s.Language || strings.Contains(c.Args[0], "/") && d.Has(path.Clean(c.Args[0])) || start == ""
}

// line is a command as a shell takes it, out of a line or a list of words.
func line(v any) string {
	list, ok := v.([]any)
	if !ok {
		return words(v)
	}
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = safe.Quote(fmt.Sprint(w))
	}
	return strings.Join(out, " ")
}

// procfile reads a Procfile (https://devcenter.heroku.com/articles/procfile).
func procfile(d *detect.Dir) ([]process, error) {
	lines, err := manifest.Procfile(d, "Procfile")
	var out []process
	for _, l := range lines {
		out = append(out, process{l.Name, l.Name == "release", l.Text, d.Note("Procfile", l.Line, "%s: %s", l.Name, safe.Visible(l.Text))})
	}
	return out, err
}

// flyProcesses reads fly.toml: groups of processes, and the command before a release
// (https://fly.io/docs/reference/configuration/#the-processes-section).
func flyProcesses(d *detect.Dir) ([]process, error) {
	const name = "fly.toml"
	if !d.Has(name) {
		return nil, nil
	}
	var f struct {
		Processes any `toml:"processes"` // a list, which is empty, in older files
		Deploy    struct {
			Release any `toml:"release_command"`
		} `toml:"deploy"`
	}
	lines, err := manifest.TOML(d, name, &f)
	if err != nil {
		return nil, err
	}
	var out []process
	if text := line(f.Deploy.Release); text != "" {
		out = append(out, process{"release", true, text, d.Note(name, lines.At("deploy", "release_command"), "release_command = %s", safe.Visible(text))})
	}
	processes, _ := f.Processes.(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(processes)) {
		text := line(processes[key])
		group := key
		if key == "app" {
			group = "web"
		}
		if text != "" {
			out = append(out, process{group, false, text, d.Note(name, lines.At("processes", key), "%s = %s", safe.Visible(key), safe.Visible(text))})
		}
	}
	return out, nil
}

// herokuProcesses reads heroku.yml (https://devcenter.heroku.com/articles/build-docker-images-heroku-yml).
func herokuProcesses(d *detect.Dir) ([]process, error) {
	const name = "heroku.yml"
	if !d.Has(name) {
		return nil, nil
	}
	var f struct {
		Run     map[string]any `yaml:"run"`
		Release struct {
			Command any `yaml:"command"`
		} `yaml:"release"`
	}
	lines, err := manifest.YAML(d, name, &f)
	if err != nil {
		return nil, err
	}
	var out []process
	if text := line(f.Release.Command); text != "" {
		out = append(out, process{"release", true, text, d.Note(name, lines.At("release", "command"), "release: %s", safe.Visible(text))})
	}
	for _, key := range slices.Sorted(maps.Keys(f.Run)) {
		text := line(f.Run[key])
		if table, ok := f.Run[key].(map[string]any); ok {
			text = line(table["command"])
		}
		if text != "" {
			out = append(out, process{key, false, text, d.Note(name, lines.At("run", key), "%s: %s", safe.Visible(key), safe.Visible(text))})
		}
	}
	return out, nil
}

// railwayProcesses reads the commands of railway.json and railway.toml
// (https://docs.railway.com/reference/config-as-code).
func railwayProcesses(d *detect.Dir) ([]process, error) {
	var f struct {
		Deploy struct {
			Start string `json:"startCommand" toml:"startCommand"`
			Pre   any    `json:"preDeployCommand" toml:"preDeployCommand"`
		} `json:"deploy" toml:"deploy"`
	}
	name := d.First("railway.json", "railway.toml")
	if name == "" {
		return nil, nil
	}
	read := manifest.TOML
	if path.Ext(name) == ".json" {
		read = manifest.JSON
	}
	lines, err := read(d, name, &f)
	if err != nil {
		return nil, err
	}
	var out []process
	if f.Deploy.Start != "" {
		out = append(out, process{"web", false, f.Deploy.Start, d.Note(name, lines.At("deploy", "startCommand"), "startCommand: %s", safe.Visible(f.Deploy.Start))})
	}
	if text := line(f.Deploy.Pre); text != "" {
		out = append(out, process{"release", true, text, d.Note(name, lines.At("deploy", "preDeployCommand"), "preDeployCommand: %s", safe.Visible(text))})
	}
	return out, nil
}

// renderProcesses reads the services of render.yaml, here or above, that are built
// from this folder (https://render.com/docs/blueprint-spec).
func renderProcesses(d *detect.Dir) ([]process, error) {
	const name = "render.yaml"
	for _, at := range upwards(d) {
		if !at.Has(name) {
			continue
		}
		var f struct {
			Services []struct {
				Type     string `yaml:"type"`
				Name     string `yaml:"name"`
				Root     string `yaml:"rootDir"`
				Start    string `yaml:"startCommand"`
				Docker   string `yaml:"dockerCommand"`
				Pre      string `yaml:"preDeployCommand"`
				Schedule string `yaml:"schedule"`
			} `yaml:"services"`
		}
		lines, err := manifest.YAML(at, name, &f)
		if err != nil {
			return nil, err
		}
		var out []process
		for i, one := range f.Services {
			if at.Sub(one.Root).Path() != d.Path() {
				continue
			}
			text := cmp.Or(one.Start, one.Docker)
			why := at.Note(name, lines.At("services", strconv.Itoa(i)), "%s: %s", safe.Visible(one.Type), safe.Visible(text))
			switch {
			case one.Pre != "":
				out = append(out, process{"release", true, one.Pre, at.Note(name, lines.At("services", strconv.Itoa(i), "preDeployCommand"), "preDeployCommand: %s", safe.Visible(one.Pre))})
				fallthrough
			case text != "" && (one.Type == "web" || one.Type == "pserv"):
				if text != "" && one.Type == "web" {
					out = append(out, process{"web", false, text, why})
				}
			case text != "" && one.Type == "worker":
				out = append(out, process{cmp.Or(one.Name, "worker"), false, text, why})
			}
		}
		return out, nil
	}
	return nil, nil
}

// composeProcesses are the services of the nearest Compose file that are built from
// this folder and run a command of their own beside the one that has ports.
func composeProcesses(d *detect.Dir) ([]process, error) {
	for _, at := range upwards(d) {
		name := at.First(composeNames()...)
		if name == "" {
			continue
		}
		data, err := at.Read(name)
		if err != nil || ours(data) {
			return nil, err
		}
		var f struct {
			Services map[string]composeService `yaml:"services"`
		}
		lines, err := manifest.YAML(at, name, &f)
		if err != nil {
			return nil, err
		}
		var built []string
		for _, key := range slices.Sorted(maps.Keys(f.Services)) {
			if builds(at, name, f.Services[key].Build, d.Path()) {
				built = append(built, key)
			}
		}
		if len(built) < 2 {
			return nil, nil
		}
		var out []process
		for _, key := range built {
			one := f.Services[key]
			if text := line(one.Command); text != "" && len(one.Ports) == 0 {
				out = append(out, process{key, jobName(text) == "migrate", text, at.Note(name, lines.At("services", key, "command"), "service %s: %s", safe.Visible(key), safe.Visible(text))})
			}
		}
		return out, nil
	}
	return nil, nil
}
