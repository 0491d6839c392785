package node

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/javascript"
	"dockgen/internal/safe"
)

// listening is where a program listens, as far as its sources tell.
type listening struct {
	port, host javascript.Value
	hostGiven  bool // the call names a host, be it one that is not known
	fastify    bool // whose default is the loopback address
	open       bool // it speaks no HTTP
	path       string
	line       int
}

// reach bounds how many files of a program are read for what it does at its start.
const reach = 200

// notServers are names whose listen is another thing.
var notServers = []string{"history", "router", "window", "navigation", "i18n", "store", "ipcMain", "ipcRenderer", "port", "parentPort", "navigator", "media", "channel", "events", "emitter"}

// listens reports whether the program that begins with the file listens.
func (p *project) listens(entry string) bool {
	_, ok := p.listening(p.program.Reach(entry, reach))
	return ok
}

// listening finds the call that opens the port: the first in the order of the files.
func (p *project) listening(files []*javascript.File) (listening, bool) {
	var best listening
	found := false
	if len(files) > 0 {
		if l, ok := p.exported(files[0]); ok {
			return l, true
		}
	}
	for i, f := range files {
		for _, c := range f.Calls(f.Whole()) {
			l, ok := p.listenCall(f, c)
			if !ok {
				continue
			}
			if l.port.Set || l.port.Env != "" {
				return l, true
			}
			if !found {
				best, found = l, true
			}
		}
		if i == 0 && found {
			return best, true // the program's own; another file's is another server's
		}
	}
	return best, found
}

// listenCall reads one call.
func (p *project) listenCall(f *javascript.File, c javascript.Call) (listening, bool) {
	if l, ok := p.bunServe(f, c); ok {
		return l, true
	}
	l := listening{path: f.Path, line: c.Line}
	switch name := c.Name(); {
	case name == "listen" && len(c.Callee) > 1 && !slices.Contains(notServers, c.Callee[len(c.Callee)-2]):
		if len(c.Args) == 0 {
			return l, false
		}
		l.fastify = p.prod("fastify") && !p.has("@nestjs/core") && p.fileUses(f, "fastify", "Fastify", c.Callee[0])
		if props, ok := f.Objects(c.Args[0]); ok {
			p.listenOptions(f, props, &l)
			return l, true
		}
		if len(c.Args) > 2 && p.prod("uWebSockets.js") && p.uWebSockets(f, c, &l) {
			return l, true
		}
		l.port = p.program.Value(f, c.Args[0])
		if !isPort(l.port) && l.port.Env == "" && l.port.Set {
			return l, false // a path of a socket, an event
		}
		if len(c.Args) > 1 && !f.IsFunction(c.Args[1]) {
			host := p.program.Value(f, c.Args[1])
			if _, err := strconv.Atoi(host.Text); err != nil {
				l.host, l.hostGiven = host, host.Set || host.Env != ""
			}
		}
		return l, true
	case (name == "bindAsync" || name == "bind") && len(c.Args) > 1 && (p.prod("@grpc/grpc-js") || p.prod("grpc")):
		l.open, l.port = true, p.grpcPort(f, c.Args[0])
		return l, true
	case name == "serve" && p.imports(f, "@hono/node-server", "srvx"):
		l.port = javascript.Value{Text: "3000", Set: true, Path: f.Path, Line: c.Line}
		if len(c.Args) > 0 {
			if props, ok := f.Object(c.Args[0]); ok {
				p.listenOptions(f, props, &l)
			}
		}
		return l, true
	case name == "startStandaloneServer" && len(c.Args) > 0:
		l.port = javascript.Value{Text: "4000", Set: true, Path: f.Path, Line: c.Line}
		if len(c.Args) > 1 {
			if listen, ok := f.Key(c.Args[1], "listen"); ok {
				props, _ := f.Object(listen)
				p.listenOptions(f, props, &l)
			}
		}
		return l, true
	case (name == "WebSocketServer" || name == "Server" && c.Callee[0] == "WebSocket" || c.Callee[0] == "Hapi" || c.Callee[0] == "hapi") && len(c.Args) > 0:
		props, _ := f.Object(c.Args[0])
		if !slices.ContainsFunc(props, func(x javascript.Prop) bool { return x.Key == "port" }) {
			return l, false
		}
		p.listenOptions(f, props, &l)
		return l, true
	case name == "start" && len(c.Args) > 0 && len(c.Callee) > 1 && p.has("@slack/bolt", "probot"):
		if p.isTrue(f, "socketMode") { // it calls Slack, and nobody calls it (https://docs.slack.dev/tools/bolt-js/concepts/socket-mode)
			return l, false
		}
		l.port = p.program.Value(f, c.Args[0])
		return l, isPort(l.port) || l.port.Env != ""
	}
	return l, false
}

// uWebSockets reads listen(host, port, then), as uWebSockets.js has it
// (https://unetworking.github.io/uWebSockets.js/generated/interfaces/TemplatedApp.html).
func (p *project) uWebSockets(f *javascript.File, c javascript.Call, l *listening) bool {
	if f.IsFunction(c.Args[1]) {
		return false
	}
	l.host, l.port = p.program.Value(f, c.Args[0]), p.program.Value(f, c.Args[1])
	l.hostGiven = l.host.Set || l.host.Env != ""
	return true
}

// grpcPort is the port of an address "host:port"; a template's is in a variable that
// is called so.
func (p *project) grpcPort(f *javascript.File, address javascript.Span) javascript.Value {
	v := p.program.Value(f, address)
	if v.Set {
		v.Text = v.Text[strings.LastIndexByte(v.Text, ':')+1:]
		if isPort(v) {
			return v
		}
	}
	for _, e := range f.Env() {
		if e.Name == "PORT" || strings.HasSuffix(e.Name, "_PORT") {
			return javascript.Value{Env: e.Name, Path: f.Path, Line: e.Line}
		}
	}
	return javascript.Value{}
}

// listenOptions reads { port, host }.
func (p *project) listenOptions(f *javascript.File, props []javascript.Prop, l *listening) {
	for _, x := range props {
		switch v := p.program.Value(f, x.Value); x.Key {
		case "port":
			l.port = v
		case "host", "hostname":
			l.host, l.hostGiven = v, true
		}
	}
}

func isPort(v javascript.Value) bool {
	n, err := strconv.Atoi(v.Text)
	return v.Set && err == nil && n > 0 && n < 65536
}

// fileUses reports whether the variable that the call is made on comes from that package.
func (p *project) fileUses(f *javascript.File, pkg, constructor, variable string) bool {
	for _, g := range p.program.Reach(f.Path, reach) {
		if p.imports(g, pkg) {
			return true
		}
	}
	return variable == pkg || variable == constructor
}

func (p *project) imports(f *javascript.File, modules ...string) bool {
	return slices.ContainsFunc(f.Imports(), func(i javascript.Import) bool { return slices.Contains(modules, i.Path) })
}

// findPort decides the service's port by what the command and the sources say.
func (p *project) findPort(svc *detect.Service, s *start, fw *framework, files []*javascript.File) {
	portEnv := fw.portEnv
	l, found := listening{}, false
	if s.server == nil && (fw.role != builtServer || s.source != "") {
		l, found = p.listening(files)
	}
	if found && l.port.Env != "" {
		portEnv = l.port.Env
	}
	if e, err := safe.NewEnvName(portEnv); err == nil {
		svc.PortEnv = e
	}
	set := func(text string, why ...detect.Note) bool {
		n, err := strconv.Atoi(text)
		if err != nil {
			return false
		}
		port, err := safe.NewPort(n)
		if err != nil {
			return false
		}
		svc.Port = detect.Found(port, why...)
		return true
	}
	switch {
	case p.portOfCommand(svc, s, set):
	case found && l.port.Set && set(l.port.Text, p.Note(l.port.Path, l.port.Line, "listens on %s", describe(l.port))):
	case portEnv != "" && p.portOfExample(portEnv, set):
	case found && l.port.Env == "" && !l.port.Set:
		svc.Port = detect.Assumed(safe.Port(orPort(fw.port)), p.Note(l.path, l.line, "listens on a port that the sources do not name"))
		p.remark(l.path, l.line, "the port is computed: %d is a guess; name it with dockgen init --port PORT", orPort(fw.port))
	case found && !l.port.Set:
		svc.Port = detect.Assumed(safe.Port(orPort(fw.port)), p.Note(l.path, l.line, "listens on %s, which has no default", l.port.Env))
		p.remark(l.path, l.line, "%s is required and has no default: the image sets it to the port", l.port.Env)
	default:
		svc.Port = detect.Assumed(safe.Port(orPort(fw.port)), detect.Note{Text: "the default of " + orElse(fw.name, "Node servers")})
	}
	p.findHost(svc, l, found, fw)
}

func orPort(port int) int {
	if port == 0 {
		return 3000
	}
	return port
}

func describe(v javascript.Value) string {
	if v.Env != "" {
		return "$" + v.Env + ", else " + v.Text
	}
	return v.Text
}

// portOfCommand reads PORT=4000 and -p 4000 of the start command.
func (p *project) portOfCommand(svc *detect.Service, s *start, set func(string, ...detect.Note) bool) bool {
	for _, e := range s.env {
		if e.Name == svc.PortEnv.String() && set(e.Value, s.why) {
			return true
		}
	}
	if s.port != "" && set(s.port, s.why) {
		return true
	}
	if v := flagValue(s.flags(), "-p", "--port"); v != "" && set(v, s.why) {
		return true
	}
	return false
}

// flags are the words of the command behind the program's file.
func (s *start) flags() []string {
	if len(s.argv) > 2 {
		return s.argv[2:]
	}
	return nil
}

func (p *project) portOfExample(name string, set func(string, ...detect.Note) bool) bool {
	for _, e := range p.examples() {
		if e.Name == name && !e.Off && set(e.Value, p.Note(e.Path, e.Line, "%s=%s", e.Name, e.Value)) {
			return true
		}
	}
	return false
}

// findHost makes a program that would listen on the loopback address alone
// reachable, where a variable does it, and says so where none does.
func (p *project) findHost(svc *detect.Service, l listening, found bool, fw *framework) {
	bind := func(name, why string) {
		if e, err := safe.NewEnvName(name); err == nil {
			svc.SetEnv = append(svc.SetEnv, detect.Setting{Name: e, Value: safe.LabelOf("0.0.0.0"), Why: why})
		}
	}
	loopback := l.host.Set && slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, strings.ToLower(l.host.Text))
	switch {
	case !found:
		if fw.hostEnv != "" {
			bind(fw.hostEnv, "")
		}
	case l.host.Env != "" && (loopback || !l.host.Set):
		bind(l.host.Env, "Listens on the loopback address otherwise, which nothing outside the container reaches.")
	case loopback:
		p.remark(l.path, l.line, "listens on %s: nothing outside the container can reach it; let it listen on 0.0.0.0, or on a variable with 0.0.0.0 as its default", l.host.Text)
	case l.fastify && !l.hostGiven:
		p.remark(l.path, l.line, "Fastify listens on localhost unless told otherwise: nothing outside the container can reach it; write listen({ port, host: '0.0.0.0' })")
	}
}

// programFiles are the sources of the program, in the order in which they are
// reached from its entry, then what it may load by other means.
func (p *project) programFiles(entry string) []*javascript.File {
	var out []*javascript.File
	seen := map[string]bool{}
	add := func(f *javascript.File) {
		if !seen[f.Path] {
			seen[f.Path] = true
			out = append(out, f)
		}
	}
	if entry != "" {
		for _, f := range p.program.Reach(entry, maxSources) {
			add(f)
		}
	}
	top := strings.SplitN(path.Clean(entry), "/", 2)[0]
	for _, f := range p.sources() {
		// The program of a folder keeps to that folder; beside it stand scripts and clients.
		if entry == "" || path.Dir(entry) == "." || strings.HasPrefix(f.Path, top+"/") {
			add(f)
		}
	}
	return out
}
