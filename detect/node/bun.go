package node

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/javascript"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/safe"
)

// Bun is a runtime beside Node for the same packages: which of them runs a program
// is the first word of its start command. A script that names one is believed;
// where the command is inferred, the sources decide. That Bun installs the
// packages says nothing about what runs them.
const (
	onNode = "node"
	onBun  = "bun"
)

// engine is what runs the program.
func (s *start) engine() string {
	if len(s.argv) > 0 && s.argv[0] == onBun {
		return onBun
	}
	return onNode
}

// bunDrop are flags that mean nothing in an image, or do harm.
var bunDrop = []string{"--hot", "--watch", "--no-clear-screen", "--inspect", "--inspect-wait", "--inspect-brk", "--bun", "-b", "--silent", "--env-file", "--cwd", "--filter", "-F", "--install", "-i", "--if-present"}

// bunCommand reads the words after "bun": nil where they run no file.
func (p *project) bunCommand(args []string) *start {
	s := &start{argv: []string{onBun}}
	for i := 0; i < len(args); i++ {
		name, value, joined := strings.Cut(args[i], "=")
		switch {
		case name == "run" && i == 0:
		case strings.HasPrefix(name, "-"):
			if !joined && slices.Contains(manifest.BunValued(), name) && i+1 < len(args) {
				i++
				value = args[i]
			}
			switch {
			case name == "-e" || name == "--eval" || name == "-p" || name == "--print":
				return nil
			case name == "--env-file":
				s.envFiles = append(s.envFiles, value)
			case name == "--port":
				s.port = value // the variable says it, so that it can be changed
			case slices.Contains(bunDrop, name):
			case value != "" && !joined:
				s.argv = append(s.argv, name, value)
			default:
				s.argv = append(s.argv, args[i])
			}
		case slices.Contains([]string{"build", "test", "install", "i", "add", "x", "exec", "create", "init", "upgrade"}, name):
			return nil
		default:
			return p.nodeEntry(s, args[i], args[i+1:], "")
		}
	}
	return nil
}

// bunProject reports whether the project was set up for Bun: it installs with it,
// or has its types.
func (p *project) bunProject() bool {
	return p.npm.Manager.Name.V == onBun && p.npm.Manager.Name.Source >= detect.Detected || p.has("@types/bun", "bun-types")
}

// needsBun tells why a program runs on Bun alone; false where nothing says so.
func (p *project) needsBun(source string) (detect.Note, bool) {
	files := p.program.Reach(source, reach)
	for _, f := range files {
		if line := f.Global("Bun"); line > 0 {
			return p.Note(f.Path, line, "calls Bun's own interface"), true
		}
		for _, imp := range f.Imports() {
			if imp.Path == onBun || strings.HasPrefix(imp.Path, "bun:") {
				return p.Note(f.Path, imp.Line, "imports %q, which Bun alone has", imp.Path), true
			}
		}
	}
	if p.prod("elysia") && !p.has("@elysiajs/node") { // https://elysiajs.com/integrations/node
		note := p.pkg.DependencyNote("elysia")
		note.Text += " is made for Bun, and @elysiajs/node is not there"
		return note, true
	}
	if len(files) > 0 {
		if l, ok := p.exported(files[0]); ok {
			return p.Note(l.path, l.line, "its default export is a server of Bun's form"), true
		}
	}
	return detect.Note{}, false
}

// exported is how Bun serves the default export of the program's first file
// (https://bun.sh/docs/api/http#export-default-syntax). Cloudflare's workers have
// the same form.
func (p *project) exported(f *javascript.File) (listening, bool) {
	l := listening{path: f.Path}
	if !p.bunProject() || p.has("wrangler") || p.First("wrangler.toml", "wrangler.json", "wrangler.jsonc") != "" {
		return l, false
	}
	export := f.Default()
	l.line = f.Line(export)
	if props, ok := f.Object(export); ok {
		if !slices.ContainsFunc(props, func(x javascript.Prop) bool { return x.Key == "fetch" }) {
			return l, false
		}
		l.port = bunPort(f, l.line)
		p.listenOptions(f, props, &l)
		return l, true
	}
	words := f.Words(export)
	if len(words) == 0 || !slices.Contains([]string{"Hono", "OpenAPIHono", "Elysia"}, f.MadeBy(words[0])) && !slices.Contains([]string{"Hono", "Elysia"}, words[0]) {
		return l, false
	}
	l.port = bunPort(f, l.line)
	return l, true
}

// bunPort is what Bun's server takes where the program names no port: BUN_PORT,
// PORT, NODE_PORT, else 3000 (https://bun.sh/docs/api/http#changing-the-port-and-hostname).
func bunPort(f *javascript.File, line int) javascript.Value {
	return javascript.Value{Text: "3000", Set: true, Env: "PORT", Path: f.Path, Line: line}
}

// bunServe reads Bun.serve({ port, hostname, fetch }), and serve out of "bun".
func (p *project) bunServe(f *javascript.File, c javascript.Call) (listening, bool) {
	l := listening{path: f.Path, line: c.Line}
	if c.Name() != "serve" || len(c.Args) == 0 || (len(c.Callee) != 2 || c.Callee[0] != "Bun") && (len(c.Callee) != 1 || !p.imports(f, onBun)) {
		return l, false
	}
	l.port = bunPort(f, c.Line)
	if props, ok := f.Object(c.Args[0]); ok {
		p.listenOptions(f, props, &l)
	}
	return l, true
}

// bunListening finds the call by which a program listens that is Bun's own.
func (p *project) bunListening(source string) (listening, bool) {
	files := p.program.Reach(source, reach)
	for i, f := range files {
		if i == 0 {
			if l, ok := p.exported(f); ok {
				return l, true
			}
		}
		for _, c := range f.Calls(f.Whole()) {
			if l, ok := p.bunServe(f, c); ok {
				return l, true
			}
		}
	}
	return listening{}, false
}

// runsOnBun makes a service of Bun's out of one that was described as Node's: its
// images, its version, its own way to install.
func (p *project) runsOnBun(svc *detect.Service, s *start) error {
	svc.Language, svc.Images = onBun, onBun
	var err error
	if svc.Version, err = p.npm.Bun(); err != nil {
		return err
	}
	if p.npm.Manager.Name.V != onBun {
		svc.BuildOn = onNode // the image of Bun has no other package manager
		p.remarkAt(s.why, "Bun runs the program and %s installs its packages: the build takes an image of Node, the final one is Bun's", p.npm.Manager.Name.V)
	}
	if s.bun.Text != "" {
		p.remarkAt(s.bun, "Bun runs the program: %s", s.bun.Text)
	}
	return nil
}

// forBun adapts an install to Bun's own image, which brings the package manager.
func forBun(svc *detect.Service, in *nodepkg.Install) {
	if svc.Language == onBun && svc.BuildOn == "" {
		in.Setup = nodepkg.Setup{}
	}
}

// bunRuntime are the files that Bun reads when it runs sources as they stand: its
// own configuration, and the compiler's for aliases and JSX.
func (p *project) bunRuntime() []string {
	out := p.Names("bunfig.toml")
	for name := "tsconfig.json"; name != "" && len(out) < 8; {
		c := p.readTSConfig(name, 0)
		if c == nil {
			break
		}
		out = append(out, name)
		base, _ := c.Extends.(string)
		if !strings.HasPrefix(base, ".") {
			break
		}
		name = path.Join(path.Dir(name), base)
		if path.Ext(name) != ".json" {
			name += ".json"
		}
		if slices.Contains(out, name) {
			break
		}
	}
	return out
}

// bunBacking are the clients that Bun itself has (https://bun.sh/docs/api/sql,
// https://bun.sh/docs/api/redis), with the variables that they read.
func (p *project) bunBacking(files []*javascript.File) []detect.Need {
	var out []detect.Need
	for _, client := range []struct {
		need  string
		names []string
		env   string
	}{
		{"postgres", []string{"sql", "SQL"}, "DATABASE_URL"},
		{"redis", []string{"redis", "RedisClient"}, "REDIS_URL"},
	} {
		for _, f := range files {
			line := 0
			for _, imp := range f.Imports() {
				for _, name := range imp.Names {
					if imp.Path == onBun && slices.Contains(client.names, name) {
						line = imp.Line
					}
				}
			}
			for _, c := range f.Calls(f.Whole()) {
				if len(c.Callee) > 1 && c.Callee[0] == "Bun" && slices.Contains(client.names, c.Callee[1]) {
					line = c.Line
				}
			}
			if line > 0 {
				out = append(out, detect.Need{
					Name: client.need, Why: []detect.Note{p.Note(f.Path, line, "Bun's own client")},
					Settings: []detect.NeedSetting{{Env: safe.EnvNameOf(client.env), Part: detect.PartURL}},
				})
				break
			}
		}
	}
	return out
}
