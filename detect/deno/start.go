package deno

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/evidence"
	"dockgen/internal/safe"
)

// command is "deno run" or "deno serve" with its words taken apart.
type command struct {
	task     string // that it stands in; "" where it is inferred
	serve    bool
	flags    []string // permissions and others that matter in production
	entry    string   // the project's own file; "" for one from elsewhere
	target   string   // what is run, as written
	args     []string
	port     string // of deno serve
	envFiles []string
	before   []manifest.Command
	watches  bool
	granted  bool // the flags are the task's own
	deployed bool // a Dockerfile starts it
	why      detect.Note
}

// argv is the command in the image: what is not there is not fetched any more.
func (c *command) argv() []string {
	out := []string{"deno", "run", "--cached-only"}
	if c.serve {
		out[1] = "serve"
		if c.port != "" {
			out = append(out, "--port", c.port)
		}
	}
	return append(append(append(out, c.flags...), c.target), c.args...)
}

// startTasks are the tasks that people name for production, the plainest promise first.
var startTasks = []string{"start:prod", "prod", "production", "start", "serve", "server", "preview", "run", "web"}

// maxExpand bounds how deep tasks call each other.
const maxExpand = 6

// findStart looks for the production command: in the tasks, a Procfile, the scripts
// of a package.json, the first line of an entry file, then by the names of files. One
// that watches the sources is a developer's: it tells the file alone.
func (p *project) findStart() (*command, error) {
	var watching *command
	consider := func(c *command) *command {
		if c != nil && c.watches {
			if watching == nil {
				watching = c
			}
			return nil
		}
		return c
	}
	processes, err := manifest.Procfile(p.Dir, "Procfile")
	if err != nil {
		return nil, err
	}
	for _, proc := range processes {
		if proc.Name == "web" {
			if c := consider(p.commandOf(proc.Text, "Procfile", p.Note("Procfile", proc.Line, "web: %s", proc.Text))); c != nil {
				return c, nil
			}
		}
	}
	for _, name := range startTasks {
		if line := p.config.task(name); line != "" {
			if c := consider(p.commandOf(line, name, p.config.note(name+": "+line, "tasks", name))); c != nil {
				return c, nil
			}
		}
	}
	if c, err := p.script(consider); c != nil || err != nil {
		return c, err
	}
	if c := consider(p.deployed()); c != nil {
		return c, nil
	}
	for _, name := range []string{"dev", "develop", "watch"} {
		if line := p.config.task(name); line != "" && watching == nil {
			watching = p.commandOf(line, name, p.config.note(name+": "+line, "tasks", name))
		}
	}
	if c := p.conventional(); c != nil && (watching == nil || watching.entry != c.entry && strings.HasPrefix(path.Base(watching.entry), "dev.")) {
		return c, nil
	}
	return watching, nil
}

// deployed is what the project's Dockerfile starts; the images of Deno have its name in
// their entry point, so that a command may begin with run.
func (p *project) deployed() *command {
	words, why := evidence.LastCommand(p.Dir)
	if i := slices.IndexFunc(words, func(w string) bool { return path.Base(w) == "deno" }); i >= 0 {
		words = words[i+1:]
	}
	switch {
	case len(words) < 2:
		return nil
	case words[0] == "task":
		return p.commandOf(p.config.task(words[1]), words[1], why)
	case words[0] != "run" && words[0] != "serve":
		return nil
	}
	c := p.read(manifest.Command{Args: append([]string{"deno"}, words...)})
	if c != nil {
		c.why, c.granted, c.deployed = why, true, true
	}
	return c
}

// script reads the start scripts of a package.json beside the configuration, which
// deno task runs as well.
func (p *project) script(consider func(*command) *command) (*command, error) {
	if !p.Has("package.json") {
		return nil, nil
	}
	var pkg struct {
		Scripts map[string]string `json:"scripts"`
	}
	lines, err := manifest.JSON(p.Dir, "package.json", &pkg)
	if err != nil {
		return nil, err
	}
	for _, name := range startTasks {
		if line := pkg.Scripts[name]; line != "" {
			if c := consider(p.commandOf(line, name, p.Note("package.json", lines.At("scripts", name), "%s: %s", name, line))); c != nil {
				return c, nil
			}
		}
	}
	if pkg.Scripts["start"] != "" && p.config.task("start") == "" {
		return nil, detect.NotService("package.json starts the program, and not by Deno")
	}
	return nil, nil
}

// commandOf reads the command that a shell line ends with; nil where Deno runs no
// program there.
func (p *project) commandOf(line, task string, why detect.Note) *command {
	cmds := p.expand(line, 0)
	for i := len(cmds) - 1; i >= 0; i-- {
		words := cmds[i]
		if len(words.Args) == 0 || words.Background {
			continue
		}
		c := p.read(words)
		if c != nil {
			c.task, c.why, c.before, c.granted = task, why, cmds[:i], true
		}
		return c
	}
	return nil
}

// expand replaces the tasks that a shell line runs by what they run.
func (p *project) expand(line string, depth int) []manifest.Command {
	cmds, err := manifest.Commands(line)
	if err != nil || depth > maxExpand {
		return nil
	}
	var out []manifest.Command
	for _, c := range cmds {
		if c.Program() == "deno" && len(c.Args) > 2 && c.Args[1] == "task" && p.config.task(c.Args[2]) != "" {
			out = append(out, p.expand(p.config.task(c.Args[2]), depth+1)...)
			continue
		}
		if out = append(out, c); len(out) > 100 {
			break
		}
	}
	return out
}

// valued are the flags of deno run whose value is a word of its own.
var valued = []string{"-c", "--config", "--import-map", "--lock", "--cert", "--location", "--seed", "-L", "--log-level", "--preload", "--require", "--port", "--host", "--conditions"}

// dropped are flags that mean nothing in an image, or do harm there.
var dropped = []string{"--watch", "--watch-hmr", "--watch-exclude", "--no-clear-screen", "--inspect", "--inspect-brk", "--inspect-wait", "--reload", "-r", "--check", "--env", "--env-file", "--cached-only", "--frozen", "--no-prompt", "--quiet", "-q", "--host"}

// read takes "deno run FLAGS FILE ARGS" apart; nil for another command.
func (p *project) read(words manifest.Command) *command {
	if words.Program() != "deno" || len(words.Args) < 2 || words.Opaque {
		return nil
	}
	args := words.Args[1:]
	c := &command{}
	switch args[0] {
	case "run":
		args = args[1:]
	case "serve":
		c.serve, args = true, args[1:]
	default:
		if !strings.HasPrefix(args[0], "-") && path.Ext(args[0]) == "" {
			return nil // deno test, deno task
		}
	}
	for i := 0; i < len(args); i++ {
		flag, value, joined := strings.Cut(args[i], "=")
		if !strings.HasPrefix(flag, "-") {
			return p.target(c, args[i], args[i+1:])
		}
		if !joined && slices.Contains(valued, flag) && i+1 < len(args) {
			i++
			value = args[i]
		}
		switch {
		case strings.HasPrefix(flag, "--watch"):
			c.watches = true
		case flag == "--env" || flag == "--env-file":
			c.envFiles = append(c.envFiles, orElse(value, ".env"))
		case flag == "--port" && c.serve:
			c.port = value
		case slices.Contains(dropped, flag):
		case value != "" && !joined:
			c.flags = append(c.flags, flag, value)
		default:
			c.flags = append(c.flags, args[i])
		}
	}
	return nil
}

func (p *project) target(c *command, target string, args []string) *command {
	if target == "-" {
		return nil
	}
	if slices.ContainsFunc(append(args, target), func(w string) bool { return strings.HasPrefix(w, "$") }) {
		return nil
	}
	if !p.Has(path.Clean(target)) && slices.ContainsFunc(generators(), func(g generator) bool { return p.mapped(target) == g.module }) {
		return nil // it makes a site
	}
	c.target, c.args = target, args
	if !strings.Contains(target, ":") {
		c.entry = path.Clean(target)
		if strings.HasPrefix(c.entry, "..") || path.IsAbs(c.entry) {
			return nil
		}
		c.target = c.entry
	}
	return c
}

// conventional takes a file of a usual name that runs.
func (p *project) conventional() *command {
	if p.config != nil && p.config.Exports != nil && p.config.Version != "" {
		return nil // a package for others, which may hold a server for them
	}
	for _, dir := range []string{".", "src"} {
		for _, base := range entries {
			for _, ext := range []string{".ts", ".js", ".tsx"} {
				name := path.Join(dir, base+ext)
				if !p.Has(name) || !p.isDeno(name) {
					continue
				}
				c := &command{entry: name, target: name, why: p.Note(name, 0, "is where a program begins")}
				if _, ok := p.exported(name); ok {
					c.serve = true
				} else if p.files = p.program.Reach(name, 200); p.opens() == nil && !p.stays() {
					continue
				}
				p.shebang(c)
				return c
			}
		}
	}
	return nil
}

// shebang takes the permissions of the entry file's first line:
// #!/usr/bin/env -S deno run --allow-net.
func (p *project) shebang(c *command) {
	text, err := p.Read(c.entry)
	if err != nil || !strings.HasPrefix(string(text), "#!") {
		return
	}
	first, _, _ := strings.Cut(string(text), "\n")
	i := strings.Index(first, "deno ")
	if i < 0 {
		return
	}
	cmds, err := manifest.Commands(first[i:] + " " + safe.Quote(c.entry))
	if err != nil || len(cmds) != 1 {
		return
	}
	if own := p.read(cmds[0]); own != nil {
		c.flags, c.granted, c.why = own.flags, true, p.Note(c.entry, 1, "%s", first)
	}
}

// isDeno reports whether a source is one of Deno's, where no configuration says so:
// it uses what Deno alone has, or imports from where Deno alone does.
func (p *project) isDeno(name string) bool {
	if p.config != nil {
		return true
	}
	f := p.program.Load(name)
	if f == nil {
		return false
	}
	if f.Global("Deno") > 0 {
		return true
	}
	for _, imp := range f.Imports() {
		if _, ok := remote(imp.Path); ok {
			return true
		}
	}
	return false
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
