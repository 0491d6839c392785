package ruby

import (
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/ruby/source"
	"dockgen/internal/safe"
)

// launch is how the program is started.
type launch struct {
	Argv       []string
	Why        detect.Note
	Assumed    bool
	Entrypoint string // a script of the project's that prepares the database first
	Port       detect.Value[safe.Port]
	PortEnv    string // the variable that the port comes from
	Set        []detect.Setting
	Before     [][]string // commands that come before, of the Procfile's line
	Notes      []detect.Note
}

// serve decides how the server is started: as the Procfile says, as Rails' own image
// does it, or by the server that is among the gems.
func (in *inspection) serve(procs []manifest.Process) launch {
	l, ok := in.stated(procs)
	if !ok {
		l = in.ownServer()
	}
	in.listen(&l)
	return l
}

// ownServer is the start of the server that the gems bring.
func (in *inspection) ownServer() launch {
	p := in.p
	if in.rails != nil && in.d.Has("bin/rails") && p.has("puma") {
		if script, why := in.entrypoint(); script != "" {
			l := launch{Argv: []string{"./bin/rails", "server"}, Entrypoint: script, Why: why}
			if p.has("thruster") && in.d.Has("bin/thrust") {
				l.Argv = append([]string{"./bin/thrust"}, l.Argv...)
			}
			return l
		}
	}
	bundle := func(name string, args ...string) launch {
		return launch{Argv: append([]string{"bundle", "exec"}, args...), Why: p.why(name)}
	}
	config := func(names ...string) string { return in.d.First(names...) }
	env := "production"
	switch {
	case p.has("puma"):
		if c := config("config/puma.rb", "config/puma/production.rb", "puma.rb"); c != "" {
			return bundle("puma", "puma", "-C", c)
		}
		return bundle("puma", "puma")
	case p.has("falcon"):
		return bundle("falcon", "falcon", "serve", "--bind", "http://0.0.0.0:9292")
	case p.has("unicorn"):
		if c := config("config/unicorn.rb", "unicorn.rb", "config/unicorn/production.rb"); c != "" {
			return bundle("unicorn", "unicorn", "-E", env, "-c", c)
		}
		return bundle("unicorn", "unicorn", "-E", env)
	case p.has("pitchfork"):
		if c := config("config/pitchfork.rb", "pitchfork.rb", "pitchfork.conf.rb"); c != "" {
			return bundle("pitchfork", "pitchfork", "-E", env, "-c", c)
		}
		return bundle("pitchfork", "pitchfork", "-E", env)
	case p.has("iodine"):
		return bundle("iodine", "iodine", "-b", "0.0.0.0", "-p", "3000")
	case p.has("passenger"):
		l := bundle("passenger", "passenger", "start", "--address", "0.0.0.0", "--port", "3000", "--environment", env)
		l.Notes = append(l.Notes, detect.Note{Path: l.Why.Path, Line: l.Why.Line, Text: "passenger fetches its own web server when it starts first: prefer puma in a container"})
		return l
	case p.has("thin"):
		return bundle("thin", "thin", "start", "-R", "config.ru", "-a", "0.0.0.0", "-p", "3000", "-e", env)
	}
	return in.noServer()
}

// noServer is the start of a project whose gems for production bring no server that is
// fit for it: Rack's own command, or Rails', takes WEBrick where that is there.
func (in *inspection) noServer() launch {
	p := in.p
	if v := p.version("hanami"); v != "" && compare(v, "2.0") < 0 {
		// https://guides.hanamirb.org/v1.3/command-line/applications/#server
		return launch{Argv: []string{"bundle", "exec", "hanami", "server", "--host=0.0.0.0"}, Why: p.why("hanami"), Notes: []detect.Note{
			p.d.Note(p.g.name, 0, "no server is among the gems of production, and WEBrick is made for developing: add gem \"puma\", then run bundle install"),
		}}
	}
	l := launch{Argv: []string{"bundle", "exec", "rackup", "-o", "0.0.0.0", "-p", "9292", "-E", "production"}, Assumed: true, Why: in.d.Note("config.ru", 0, "rackup file")}
	if in.rails != nil {
		l.Argv = []string{"bundle", "exec", "rails", "server", "-b", "0.0.0.0", "-p", "3000"}
	}
	note := p.d.Note(p.g.name, 0, "no server is among the gems of production: add gem \"puma\", then run bundle install")
	switch {
	case p.has("webrick"):
		note.Text = "WEBrick is made for developing: add gem \"puma\", then run bundle install"
	case !p.has("rackup") && atLeast(p.version("rack"), "3.0"):
		note.Text += "; without it rackup is not there either, and the image does not start"
	}
	l.Notes = append(l.Notes, note)
	return l
}

// entrypoint is the script of Rails' own that prepares the database and then becomes
// the command that it is given.
func (in *inspection) entrypoint() (string, detect.Note) {
	const name = "bin/docker-entrypoint"
	if !in.d.Has(name) {
		return "", detect.Note{}
	}
	data, err := in.d.Read(name)
	if err != nil {
		return "", detect.Note{}
	}
	text := string(data)
	rows := strings.Split(strings.TrimSpace(text), "\n")
	last := strings.TrimSpace(rows[len(rows)-1])
	if !strings.HasPrefix(text, "#!") || !slices.Contains([]string{`exec "${@}"`, `exec "$@"`}, last) {
		in.p.notes = append(in.p.notes, in.d.Note(name, len(rows), "does not end in exec \"$@\", so that it is left aside"))
		return "", detect.Note{}
	}
	return name, in.d.Note(name, 0, "prepares the database, then becomes the server")
}

// listen finds the port of a server.
func (in *inspection) listen(l *launch) {
	words := l.Argv
	if slices.ContainsFunc(words, func(w string) bool { return w[strings.LastIndexByte(w, '/')+1:] == "thrust" }) {
		// https://github.com/basecamp/thruster: it starts the command with PORT=TARGET_PORT.
		l.Port, l.PortEnv = detect.Assumed(safe.Port(3000), in.p.why("thruster")), "HTTP_PORT"
		l.Set = append(l.Set, setting("TARGET_PORT", "3001", "Thruster stands before Puma"))
		return
	}
	if port, at := portIn(words); port != 0 {
		l.Port = detect.Found(port, l.Why)
		if l.PortEnv != "" && at >= 0 {
			l.PortEnv = ""
		}
		return
	}
	switch program := serverIn(words); program {
	case "puma":
		in.puma(l)
	case "rails":
		in.puma(l)
		if !l.Port.IsSet() || l.Port.V == 9292 {
			l.Port, l.PortEnv = detect.Assumed(safe.Port(3000), l.Why), "PORT"
		}
	case "unicorn", "pitchfork":
		in.unicorn(l, program)
	default:
		ports := map[string]safe.Port{"rackup": 9292, "falcon": 9292, "thin": 3000, "hanami": 2300, "padrino": 3000, "iodine": 3000, "passenger": 3000, "agoo": 6464}
		if p, ok := ports[program]; ok {
			l.Port = detect.Assumed(p, l.Why)
		} else if l.Why.Path != "" && strings.HasSuffix(l.Why.Path, "Procfile") && !l.Port.IsSet() {
			// A program behind a script: it listens where the platform tells it to
			// (https://devcenter.heroku.com/articles/procfile#the-web-process-type).
			usual, _ := strconv.Atoi(in.usualPort(words))
			l.Port, l.PortEnv = detect.Assumed(safe.Port(usual), l.Why), "PORT"
		}
	}
}

// serverIn is the program that serves, in a command with or without bundle exec.
func serverIn(words []string) string {
	for _, w := range words {
		w = w[strings.LastIndexByte(w, '/')+1:]
		if slices.Contains([]string{"puma", "rails", "unicorn", "unicorn_rails", "rackup", "falcon", "thin", "pitchfork", "hanami", "padrino", "iodine", "passenger", "agoo"}, w) {
			return strings.TrimSuffix(w, "_rails")
		}
	}
	return ""
}

// portIn is the port that a command names, and where.
func portIn(words []string) (safe.Port, int) {
	number := func(s string) safe.Port {
		n, err := strconv.Atoi(s)
		if err != nil {
			return 0
		}
		p, err := safe.NewPort(n)
		if err != nil {
			return 0
		}
		return p
	}
	for i, w := range words {
		flag, value, ok := strings.Cut(w, "=")
		if !ok && i+1 < len(words) {
			value = words[i+1]
		}
		switch flag {
		case "-p", "--port":
			return number(value), i
		case "-b", "--bind", "-l", "--listen":
			if colon := strings.LastIndexByte(value, ':'); colon >= 0 && number(value[colon+1:]) != 0 {
				return number(value[colon+1:]), i
			}
		default:
			if rest, ok := strings.CutPrefix(w, "-p"); ok && number(rest) != 0 {
				return number(rest), i
			}
		}
	}
	return 0, -1
}

// portOf is the port that an expression gives, and the variable that changes it.
func portOf(n *source.Node) (safe.Port, string, bool) {
	if r, ok := envRead(n); ok {
		v, _ := strconv.Atoi(r.fallback)
		p, _ := safe.NewPort(v)
		return p, r.name, true
	}
	if n != nil && (n.Kind == source.Num || n.Kind == source.Str) {
		v, err := strconv.Atoi(n.Text)
		p, bad := safe.NewPort(v)
		return p, "", err == nil && bad == nil
	}
	return 0, "", false
}
