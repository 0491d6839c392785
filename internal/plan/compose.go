package plan

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// Text is a value in the Compose file: literal text, and references to variables
// that Compose takes from the file .env beside it, or from its environment.
type Text []Piece

// Piece is literal text or, where Var is set, a reference.
type Piece struct {
	Literal string
	Var     safe.EnvName
	// Default is taken where the variable is not set. Without one, and where
	// Required is set, Compose refuses to start.
	Default  safe.Label
	Required bool
}

// Variable is a variable of a container's environment. A nil value hands the
// variable of that name through, if there is one.
type Variable struct {
	Name  string
	Value Text
}

// Required is a variable without which Compose refuses to start.
type Required struct {
	Name   safe.EnvName
	Random bool // any random text will do, and dockgen's reader gets a command that makes it
	Strict bool // it has to hold capital letters too
	// Of is the backing service whose password it is; empty for the program's own.
	Of string
}

// Limits are what a container may use, in Compose's terms.
type Limits struct {
	CPUs   string
	Memory string
	PIDs   int
}

// Mount is a named volume in a container.
type Mount struct {
	Volume safe.Name
	Target string
}

// Compose is what the Compose file says about the program itself.
type Compose struct {
	// Service is its name there, Profile is set where it is not started with the
	// others because it runs once.
	Service safe.Name
	Profile string
	// Project is the Compose file's own name, which it has in common with the services beside it.
	Project safe.Name
	// HostPort is where the program's port is published on the loopback address.
	HostPort safe.Port
	// DebugPort is where the debugger's is, for development; 0: there is none.
	DebugPort safe.Port
	// Context is the folder that the build takes, relative to the Compose file.
	Context     safe.RelPath
	Args        []safe.EnvName // of the build, handed through
	Known       []Variable     // those of them whose value is known: addresses of the services beside
	Secrets     []FileSecret   // of the build
	Environment []Variable     // sorted by name
	Required    []Required     // in the order in which they were found
	Volumes     []Mount
	ReadOnly    bool
	Tmpfs       []string
	Limits      Limits
	// More are the optional variables that were left out, for they are too many.
	More int
	// Networks says that databases stand on a network of their own.
	Networks bool
	// After are services of a Compose file that somebody wrote, which start before.
	After []safe.Name
	// Network is one that exists already and that the server joins too; not set: none.
	Network safe.Name
	// Front says that the program is on the other network alone, for it talks to no database.
	Front bool
}

// FileSecret is a secret of the build: the content of a file, or of a variable.
type FileSecret struct {
	ID   safe.Name
	File string // relative to the Compose file or to "~"
	Env  safe.EnvName
}

// generated are the names of secrets that only the program itself has to know,
// so that any random text is a good one.
var generated = []string{
	"APP_SECRET", "AUTH_SECRET", "BETTER_AUTH_SECRET", "COOKIE_SECRET", "DJANGO_SECRET_KEY", "FLASK_SECRET_KEY", "JWT_SECRET", "JWT_SECRET_KEY",
	"NEXTAUTH_SECRET", "SECRET_KEY", "SECRET_KEY_BASE", "SESSION_SECRET", "SESSION_SECRET_KEY", "TOKEN_SECRET",
}

// machine are variables that say something of the machine: what a person's shell
// holds in them is wrong in a container.
var machine = []string{
	"CI", "DISPLAY", "EDITOR", "HOME", "HOST", "HOSTNAME", "LANG", "LANGUAGE", "LOGNAME", "PATH", "PWD", "SHELL", "TEMP", "TERM", "TMP", "TMPDIR", "USER", "USERNAME",
}

// composition decides the rest of what the Compose file says about the program.
func (p *Plan) composition(opts Options) error {
	s, c := p.Service, &p.Compose
	c.Project, c.Service, c.Context, c.HostPort = s.Name, s.Name, s.Root, p.Port
	if slices.ContainsFunc(p.Backing, func(b Backing) bool { return b.Name == c.Service }) {
		c.Service = safe.Slug(s.Name.String()+"-app", "app")
	}
	if g := p.Gateway; g != nil {
		c.HostPort = g.Port
		if c.Service == g.Service {
			c.Service = safe.Slug(s.Name.String()+"-app", "app")
		}
	}
	switch s.Kind {
	case detect.Job:
		c.Profile = "job"
	case detect.CLI:
		c.Profile = "tool"
	}
	c.Networks = len(p.Backing) > 0 || !opts.Network.IsZero()
	c.Network = opts.Network
	c.Limits = Limits{CPUs: "2", Memory: "1g", PIDs: 512}
	if s.Kind == detect.Static {
		c.Limits = Limits{CPUs: "1", Memory: "128m", PIDs: 128}
	}
	c.ReadOnly, c.Tmpfs = true, []string{"/tmp"}
	for _, dir := range p.State {
		if dir.String() == "." {
			// A volume over the program itself would hide every later version of it.
			c.ReadOnly, c.Tmpfs, c.Volumes = false, nil, nil
			break
		}
		c.Volumes = append(c.Volumes, Mount{safe.Slug(s.Name.String()+"-"+dir.String(), "state"), path.Join(Workdir, dir.String())})
	}
	if c.ReadOnly {
		for _, dir := range p.Scratch {
			c.Tmpfs = append(c.Tmpfs, path.Join(Workdir, dir.String()))
		}
		slices.Sort(c.Tmpfs)
	}
	slices.SortFunc(c.Volumes, func(a, b Mount) int { return strings.Compare(a.Target, b.Target) })
	p.buildInputs()
	p.programEnvironment()
	return p.processes()
}

// buildInputs are the build's arguments and secrets as Compose passes them.
func (p *Plan) buildInputs() {
	c := &p.Compose
	for _, a := range p.Service.Args {
		c.Args = append(c.Args, a.Name)
	}
	slices.SortFunc(c.Args, func(a, b safe.EnvName) int { return strings.Compare(a.String(), b.String()) })
	c.Args = slices.Compact(c.Args)
	for _, secret := range p.Service.Secrets {
		f := FileSecret{ID: secret.ID, Env: secret.Env}
		base := path.Base(secret.Target.String())
		switch {
		case secret.Target.IsZero() && !secret.Env.IsZero():
		case secret.Target.IsZero():
			continue
		case path.Base(secret.Why.Path) == base:
			f.File, f.Env = "./"+secret.Why.Path, safe.EnvName{}
		default:
			f.File, f.Env = "~/"+strings.TrimPrefix(secret.Target.String(), "/root/"), safe.EnvName{}
		}
		// Compose refuses to build without a secret that it names, so one that
		// the build can do without is left to docker build --secret.
		if !secret.Required && !strings.HasPrefix(f.File, "./") {
			continue
		}
		c.Secrets = append(c.Secrets, f)
	}
	slices.SortFunc(c.Secrets, func(a, b FileSecret) int { return strings.Compare(a.ID.String(), b.ID.String()) })
}

// programEnvironment completes the program's variables: those of the backing
// services are there already. What the image sets is not said twice, but for
// the port, which a reader looks for here.
func (p *Plan) programEnvironment() {
	c := &p.Compose
	set := map[string]bool{}
	for _, e := range p.Env {
		set[e.Name.String()] = true
		if e.Name == p.Service.PortEnv {
			c.set(e.Name, literal(e.Value.String()))
		}
	}
	for _, n := range p.missing {
		for _, setting := range n.Settings {
			if !n.Optional && !c.has(setting.Env) && !set[setting.Env.String()] {
				p.require(Required{Name: setting.Env})
				c.set(setting.Env, required(setting.Env))
			}
		}
	}
	var handed []safe.EnvName
	for _, e := range p.Service.Env {
		name := e.Name.String()
		if c.has(e.Name) || set[name] || slices.Contains(machine, name) || slices.Contains(c.Args, e.Name) {
			continue
		}
		switch {
		case e.Required && !e.Secret && usable(e.Example):
			c.set(e.Name, Text{{Var: e.Name, Default: e.Example}})
		case e.Required:
			p.require(Required{Name: e.Name, Random: slices.Contains(generated, name)})
			c.set(e.Name, required(e.Name))
		case e.Documented:
			handed = append(handed, e.Name)
		}
	}
	if len(handed) > maxHanded {
		p.Compose.More = len(handed)
	} else {
		for _, name := range handed {
			c.set(name, nil)
		}
	}
	c.Environment = sortedVariables(c.Environment)
}

// maxHanded is how many optional variables a reader wants to see: a program with
// more of them has a page of its own for them.
const maxHanded = 30

// usable reports whether an example's value is one that a container can start
// with: no placeholder, nothing of the developer's own machine, nothing that
// Compose's interpolation would read.
func usable(example safe.Label) bool {
	v := strings.ToLower(example.String())
	if v == "" || strings.ContainsAny(v, "${}<>'\"\\`") {
		return false
	}
	switch v {
	case "dev", "develop", "development", "local", "test", "testing":
		return false
	}
	for _, sign := range []string{"localhost", "127.0.0.1", "0.0.0.0", "your", "change", "example", "xxx", "todo", "replace", "secret", "..."} {
		if strings.Contains(v, sign) {
			return false
		}
	}
	return true
}

// require notes a variable that the user has to set, once.
func (p *Plan) require(r Required) {
	if !slices.ContainsFunc(p.Compose.Required, func(o Required) bool { return o.Name == r.Name }) {
		p.Compose.Required = append(p.Compose.Required, r)
	}
}

func (c *Compose) has(name safe.EnvName) bool {
	return slices.ContainsFunc(c.Environment, func(v Variable) bool { return v.Name == name.String() })
}

// set gives a variable of the program its value; the first one stays.
func (c *Compose) set(name safe.EnvName, value Text) {
	if !c.has(name) {
		c.Environment = append(c.Environment, Variable{name.String(), value})
	}
}

func literal(s string) Text { return Text{{Literal: s}} }

func required(name safe.EnvName) Text { return Text{{Var: name, Required: true}} }

// String writes the text as Compose interpolates it; literal dollar signs are doubled.
func (t Text) String() string {
	var b strings.Builder
	for _, piece := range t {
		switch {
		case piece.Var.IsZero():
			b.WriteString(strings.ReplaceAll(piece.Literal, "$", "$$"))
		case piece.Required:
			fmt.Fprintf(&b, "${%s:?set it in .env}", piece.Var)
		default:
			fmt.Fprintf(&b, "${%s:-%s}", piece.Var, piece.Default)
		}
	}
	return b.String()
}

func sortedVariables(vars []Variable) []Variable {
	slices.SortStableFunc(vars, func(a, b Variable) int { return strings.Compare(a.Name, b.Name) })
	return vars
}

// Command is the shell's line that writes the variable into the file .env.
func (r Required) Command() string {
	value := "..."
	if r.Random {
		value = "$(openssl rand -hex 32)"
	}
	if r.Strict {
		value = "Aa1" + value
	}
	return fmt.Sprintf(`echo "%s=%s" >> .env`, r.Name, value)
}

// KnownArg is the value of an argument of the build, where it is known.
func (c *Compose) KnownArg(name safe.EnvName) (string, bool) {
	for _, v := range c.Known {
		if v.Name == name.String() {
			return v.Value.String(), true
		}
	}
	return "", false
}
