package ruby

import (
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/ruby/source"
	"dockgen/internal/safe"
)

// puma reads what Puma's configuration says of the address, and of what no container
// has (https://puma.io/puma/Puma/DSL.html).
func (in *inspection) puma(l *launch) {
	name := in.pumaConfig(l.Argv)
	own := serverIn(l.Argv) == "puma"
	if name == "" {
		port := safe.Port(9292) // Puma's own
		if in.rails != nil {
			port = 3000
		}
		l.Port = detect.Assumed(port, detect.Note{Path: l.Why.Path, Line: l.Why.Line, Text: "the usual port"})
		if own {
			l.Argv = append(l.Argv, "-p", port.String())
		}
		return
	}
	nodes, err := in.parse(name)
	if err != nil {
		return
	}
	var c pumaConfig
	c.read(in, name, nodes)
	if c.deployed.Path != "" && own { // a server that Capistrano keeps: a socket, log files, a daemon
		port := "3000"
		if in.rails == nil {
			port = "9292"
		}
		c.deployed.Text += ", which is for a server and no container: the file is left aside"
		l.Notes = append(l.Notes, c.deployed)
		l.Argv = []string{"bundle", "exec", "puma", "-C", "-", "-e", "production", "-b", "tcp://0.0.0.0:" + port}
		p, _ := portIn(l.Argv)
		l.Port = detect.Assumed(p, c.deployed)
		return
	}
	switch {
	case c.port.IsSet():
		l.Port, l.PortEnv = c.port, c.env
	case own && (c.socket.Path != "" || c.local.Path != ""):
		why := c.socket
		if why.Path == "" {
			why = c.local
		}
		why.Text += ", which nothing outside of the container reaches: the command says another address"
		l.Notes = append(l.Notes, why)
		l.Argv = append(l.Argv, "-b", "tcp://0.0.0.0:3000")
		l.Port = detect.Assumed(safe.Port(3000), why)
	default:
		port := safe.Port(9292) // Puma's own
		if in.rails != nil {
			port = 3000
		}
		l.Port = detect.Assumed(port, in.d.Note(name, 0, "names no port"))
		if own {
			l.Argv = append(l.Argv, "-p", port.String())
		}
	}
	if l.Port.V == 0 { // the variable has no default
		port := safe.Port(3000)
		if in.p.has("hanami") {
			port = 2300
		}
		l.Port = detect.Assumed(port, l.Port.Why...)
	}
	if c.pidEnv {
		l.Set = append(l.Set, setting("PIDFILE", "/tmp/server.pid", ""))
	} else if c.pid.Path != "" && own {
		l.Argv = append(l.Argv, "--pidfile", "/tmp/server.pid")
	}
	if c.state && own {
		l.Argv = append(l.Argv, "--state", "/tmp/puma.state")
	}
}

// pumaPlugin reports whether Puma's configuration loads a plugin unless somebody says
// otherwise: without a condition, or where a condition does not hold.
func (in *inspection) pumaPlugin(name string) bool {
	var loads func(nodes []*source.Node) bool
	loads = func(nodes []*source.Node) bool {
		return slices.ContainsFunc(nodes, func(n *source.Node) bool {
			what, _ := first(nodeArgs(n)).Static()
			if n.Kind != source.If {
				return n.Is("plugin") && what == name
			}
			yes, no := n.Body, n.Else
			if n.Not {
				yes, no = no, yes
			}
			return !mentions(n.Recv, "production") && !loads(yes) && loads(no)
		})
	}
	nodes, err := in.parse("config/puma.rb")
	return err == nil && loads(nodes)
}

func (in *inspection) pumaConfig(argv []string) string {
	for i, w := range argv {
		if (w == "-C" || w == "--config") && i+1 < len(argv) {
			if name := strings.TrimPrefix(argv[i+1], "./"); in.d.Has(name) {
				return name
			}
			return ""
		}
	}
	return in.d.First("config/puma/production.rb", "config/puma.rb")
}

// pumaConfig is what matters of Puma's configuration.
type pumaConfig struct {
	port     detect.Value[safe.Port]
	env      string
	socket   detect.Note // a socket it listens on
	local    detect.Note // the loopback address
	deployed detect.Note // what only a server has that is deployed to
	pid      detect.Note
	pidEnv   bool
	state    bool
}

func (c *pumaConfig) read(in *inspection, name string, nodes []*source.Node) {
	vars := map[string]*source.Node{}
	value := func(n *source.Node) *source.Node {
		if n != nil && n.Kind == source.Call && n.Recv == nil && len(n.Args) == 0 && vars[n.Text] != nil {
			return vars[n.Text]
		}
		return n
	}
	source.Walk(nodes, func(n *source.Node) bool {
		if n.Kind == source.Assign && n.Recv.Kind == source.Call && n.Recv.Recv == nil {
			vars[n.Recv.Text] = first(n.Args)
		}
		if n.Kind == source.If && developing(n) {
			c.read(in, name, n.Else)
			return false
		}
		if n.Kind == source.If && !mentions(n.Recv, "production") { // somebody's variable decides
			was := c.deployed
			c.read(in, name, n.Body)
			c.read(in, name, n.Else)
			c.deployed = was
			return false
		}
		if n.Kind != source.Call || n.Recv != nil {
			return true
		}
		switch arg := value(first(n.Args)); n.Text {
		case "port":
			if p, env, ok := portOf(arg); ok {
				c.port, c.env = detect.Found(p, in.d.Note(name, n.Line, "port %s", describePort(p, env))), env
			}
			if len(n.Args) > 1 {
				if host, ok := value(n.Args[1]).Static(); ok && loopback(host) {
					c.port, c.local = detect.Value[safe.Port]{}, in.d.Note(name, n.Line, "listens on %s", host)
				}
			}
		case "bind":
			c.bind(in, name, n, address(arg))
		case "pidfile":
			if _, ok := envRead(arg); ok {
				c.pidEnv = c.pidEnv || arg.Text != "[]"
			} else {
				c.pid = in.d.Note(name, n.Line, "pidfile")
			}
		case "state_path":
			c.state = true
		case "stdout_redirect", "daemonize", "activate_control_app":
			if arg == nil || arg.Text != "false" {
				c.deployed = in.d.Note(name, n.Line, "calls %s", n.Text)
			}
		}
		return true
	})
}

// mentions reports whether an expression holds a text.
func mentions(n *source.Node, text string) bool {
	found := false
	source.Walk([]*source.Node{n}, func(c *source.Node) bool {
		found = found || c.Kind == source.Str && c.Text == text || c.Kind == source.Call && c.Text == text+"?"
		return true
	})
	return found
}

// developing reports whether a condition asks for the development environment.
func developing(n *source.Node) bool {
	found := false
	source.Walk([]*source.Node{n.Recv}, func(c *source.Node) bool {
		if s, ok := c.Static(); ok && s == "development" || c != nil && c.Kind == source.Call && c.Text == "development?" {
			found = true
		}
		return true
	})
	return found && !n.Not && n.Recv.Kind == source.Op && n.Recv.Text == "==" || found && n.Recv.Kind == source.Call
}

func describePort(p safe.Port, env string) string {
	switch {
	case env == "":
		return p.String()
	case p == 0:
		return "of the variable " + env
	}
	return p.String() + ", or that of the variable " + env
}

// address is a text with its variables shown as their defaults.
func address(n *source.Node) string {
	if n == nil || n.Kind != source.Str {
		return ""
	}
	if len(n.Args) == 0 {
		return n.Text
	}
	var b strings.Builder
	for _, a := range n.Args {
		if a.Kind == source.Str {
			b.WriteString(a.Text)
		} else if p, env, ok := portOf(first(a.Body)); ok {
			b.WriteString("{" + env + "}" + strconv.Itoa(int(p)))
		} else {
			b.WriteString("?")
		}
	}
	return b.String()
}

// bind reads "tcp://0.0.0.0:3000", "unix:///path" or "ssl://...".
func (c *pumaConfig) bind(in *inspection, name string, n *source.Node, at string) {
	scheme, rest, ok := strings.Cut(at, "://")
	if !ok {
		return
	}
	if scheme == "unix" {
		c.socket = in.d.Note(name, n.Line, "listens on a socket")
		return
	}
	rest, _, _ = strings.Cut(rest, "?")
	colon := strings.LastIndexByte(rest, ':')
	if colon < 0 || scheme != "tcp" {
		return
	}
	host, port := rest[:colon], rest[colon+1:]
	if loopback(host) {
		c.local = in.d.Note(name, n.Line, "listens on %s", host)
		return
	}
	env := ""
	if strings.HasPrefix(port, "{") {
		env, port, _ = strings.Cut(port[1:], "}")
	}
	v, err := strconv.Atoi(port)
	if err != nil {
		return
	}
	p, _ := safe.NewPort(v)
	c.port, c.env = detect.Found(p, in.d.Note(name, n.Line, "bind %s", describePort(p, env))), env
}

// unicorn reads the address that Unicorn's configuration names
// (https://yhbt.net/unicorn/Unicorn/Configurator.html).
func (in *inspection) unicorn(l *launch, program string) {
	l.Port = detect.Assumed(safe.Port(8080), detect.Note{Path: l.Why.Path, Line: l.Why.Line, Text: program + "'s own port"})
	i := slices.Index(l.Argv, "-c")
	if i < 0 || i+1 >= len(l.Argv) {
		l.Argv = append(l.Argv, "-l", "0.0.0.0:8080")
		return
	}
	name := strings.TrimPrefix(l.Argv[i+1], "./")
	nodes, err := in.parse(name)
	if err != nil {
		return
	}
	outside, deployed := false, detect.Note{}
	source.Walk(nodes, func(n *source.Node) bool {
		switch {
		case n.Is("listen"):
			if p, env, ok := portOf(first(n.Args)); ok && p != 0 {
				l.Port, l.PortEnv, outside = detect.Found(p, in.d.Note(name, n.Line, "listens on port %s", describePort(p, env))), env, true
			} else if s, ok := first(n.Args).Static(); ok && strings.Contains(s, ":") {
				if p, _ := portIn([]string{"-l", s}); p != 0 {
					l.Port, outside = detect.Found(p, in.d.Note(name, n.Line, "listens on port %d", p)), true
				}
			}
		case n.Is("stderr_path"), n.Is("stdout_path"), n.Is("pid"):
			deployed = in.d.Note(name, n.Line, "calls %s, which is for a server and no container: the file is left aside", n.Text)
		}
		return true
	})
	if deployed.Path != "" {
		l.Notes = append(l.Notes, deployed)
		l.Argv = slices.Delete(l.Argv, i, i+2)
		l.Argv, l.PortEnv = append(l.Argv, "-l", "0.0.0.0:"+l.Port.V.String()), ""
	} else if !outside {
		l.Argv = append(l.Argv, "-l", "0.0.0.0:8080")
	}
}
