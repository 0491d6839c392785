package ruby

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// stated is the command of the Procfile's line "web".
func (in *inspection) stated(procs []manifest.Process) (launch, bool) {
	for _, p := range procs {
		if p.Name == "web" {
			return in.fromProcess(p)
		}
	}
	return launch{}, false
}

// fromProcess makes the line of a Procfile a command without a shell: the last of those
// that are tied by &&, in which a variable is its default.
func (in *inspection) fromProcess(p manifest.Process) (launch, bool) {
	why := in.d.Note("Procfile", p.Line, "%s: %s", p.Name, p.Text)
	l := launch{Why: why}
	if len(p.Commands) == 0 {
		return l, false
	}
	for i, c := range p.Commands {
		if c.Opaque || c.Background || len(c.Args) == 0 || i > 0 && c.Op != "&&" && c.Op != ";" {
			return l, false
		}
	}
	last := len(p.Commands) - 1
	for _, c := range p.Commands[:last] {
		l.Before = append(l.Before, in.bundled(c.Args))
	}
	c := p.Commands[last]
	for _, e := range c.Env {
		name, err := safe.NewEnvName(e.Name)
		value, bad := safe.NewLabel(e.Value)
		if err == nil && bad == nil && !strings.Contains(e.Value, "$") {
			l.Set = append(l.Set, detect.Setting{Name: name, Value: value})
		}
	}
	words := in.unwrapped(slices.Clone(c.Args))
	for _, v := range c.Variables {
		value := v.Default
		switch {
		case v.Name == "RAILS_ENV" || v.Name == "RACK_ENV" || v.Name == "APP_ENV" || v.Name == "HANAMI_ENV":
			value = "production"
		case value != "":
		case v.Name == "PORT":
			value = in.usualPort(words)
		case in.counts()[v.Name] != "":
			value = in.counts()[v.Name]
		default:
			return l, false
		}
		if v.Name == "PORT" && v.Default == "" {
			l.Notes = append(l.Notes, in.d.Note("Procfile", p.Line, "reads PORT from a shell: the image starts it on %s", value))
		}
		for i := range words {
			words[i] = manifest.Expand(words[i], v.Name, value)
		}
	}
	words = in.bundled(words)
	if (words[0] == "ruby" || words[0] == "bundle" && len(words) > 1 && words[1] != "exec") && in.p.g != nil {
		if words[0] == "ruby" {
			words = append([]string{"bundle", "exec"}, words...)
		} else {
			return l, false // bundle install && ...
		}
	}
	if _, err := safe.NewArgv(words...); err != nil {
		return l, false
	}
	in.scriptPort(&l, words)
	l.Argv = words
	return l, true
}

// wrappers are programs that buildpacks of Heroku's put before a command: jemalloc's, and
// those of nginx, PgBouncer and stunnel. No image has them.
var wrappers = []string{"jemalloc.sh", "bin/start-nginx", "bin/start-nginx-solo", "bin/start-pgbouncer", "bin/start-pgbouncer-stunnel", "bin/start-stunnel", "bin/qgsocksify", "bin/qgtunnel"}

// unwrapped is a command without them, unless the project has one of its own.
func (in *inspection) unwrapped(words []string) []string {
	for len(words) > 1 && slices.Contains(wrappers, words[0]) && !in.d.Has(words[0]) {
		words = words[1:]
	}
	return words
}

// bundled is a command by the program of a gem as Bundler finds it.
func (in *inspection) bundled(words []string) []string {
	if len(words) > 0 && slices.Contains([]string{"rails", "rake", "puma", "sidekiq", "rackup", "unicorn", "thin"}, words[0]) {
		return append([]string{"bundle", "exec"}, words...)
	}
	return words
}

// chained is one command for several that come one after another: tasks of one Rake go
// into one call of it, and for all else it takes a shell.
func chained(commands [][]string) []string {
	out := slices.Clone(commands[0])
	head := 1
	if len(out) > 2 && out[0] == "bundle" && out[1] == "exec" {
		head = 3
	}
	tasks := func(words []string) bool {
		return len(words) > head && slices.Equal(words[:head], out[:head]) && strings.HasSuffix(words[head-1], "rake") &&
			!slices.ContainsFunc(words[head:], func(w string) bool { return strings.HasPrefix(w, "-") })
	}
	whole := tasks(out)
	for _, words := range commands[1:] {
		whole = whole && tasks(words)
	}
	if len(commands) == 1 {
		return out
	}
	if whole {
		for _, words := range commands[1:] {
			out = append(out, words[head:]...)
		}
		return out
	}
	lines := make([]string, len(commands))
	for i, words := range commands {
		lines[i] = safe.ArgvOf(words...).String()
	}
	return []string{"sh", "-c", strings.Join(lines, " && ")}
}

// counts are numbers that platforms give, with what a small container takes.
func (in *inspection) counts() map[string]string {
	return map[string]string{"RAILS_MAX_THREADS": "5", "WEB_CONCURRENCY": "2", "MAX_THREADS": "5", "MIN_THREADS": "1", "SIDEKIQ_CONCURRENCY": "5", "DB_POOL": "5", "WORKERS": "2"}
}

// usualPort is the port that a server has where the platform gives none.
func (in *inspection) usualPort(words []string) string {
	switch {
	case in.rails != nil:
		return "3000"
	case slices.Contains(words, "ruby"):
		return "4567"
	}
	return "9292"
}

// scriptPort finds the port of a script that the command runs.
func (in *inspection) scriptPort(l *launch, words []string) {
	i := slices.Index(words, "ruby")
	if i < 0 {
		return
	}
	for _, w := range words[i+1:] {
		if !strings.HasSuffix(w, ".rb") || !in.d.Has(w) {
			continue
		}
		g, err := in.fromScript(program{kind: detect.Server}, w)
		if err == nil && g.kind == detect.Server {
			l.Port, l.PortEnv = g.launch.Port, g.launch.PortEnv
			l.Notes = append(l.Notes, g.launch.Notes...)
		}
		return
	}
}

// workers are the further commands of the image.
func (in *inspection) workers(procs []manifest.Process) []detect.Process {
	var out []detect.Process
	add := func(name string, kind detect.Kind, why detect.Note, words ...string) {
		argv, err := safe.NewArgv(words...)
		if err == nil && !slices.ContainsFunc(out, func(o detect.Process) bool { return o.Name.String() == name || o.Start.V.String() == argv.String() }) {
			out = append(out, detect.Process{Name: safe.Slug(name, "worker"), Kind: kind, Start: detect.Found(argv, why)})
		}
	}
	stated := false
	web, _ := in.stated(procs)
	for _, p := range procs {
		if p.Name == "web" {
			continue
		}
		l, ok := in.fromProcess(p)
		if !ok || slices.Contains([]string{"console", "rake", "dev", "css", "js", "vite", "guard"}, p.Name) || besides(l.Argv) {
			continue
		}
		kind := detect.Worker
		words := l.Argv
		switch {
		case p.Name == "release" || p.Name == "postdeploy" || p.Name == "migrate":
			kind = detect.Job
			words = chained(append(l.Before, l.Argv))
		case slices.Equal(words, web.Argv):
			continue // the server once more, for a platform that wants it by another name
		case ends(l.Argv):
			l.Why.Text += ": does its work and ends, so that it is no service: run it by hand"
			in.p.notes = append(in.p.notes, l.Why)
			continue
		default:
			stated = true
		}
		add(p.Name, kind, l.Why, words...)
	}
	if stated {
		return out
	}
	has := in.p.has
	script := func(name, fallback string) []string {
		if in.d.Has(name) {
			return []string{"./" + name}
		}
		return []string{"bundle", "exec", fallback}
	}
	adapter := ""
	if in.rails != nil {
		adapter = in.rails.symbol("active_job.queue_adapter")
	}
	switch {
	case has("sidekiq") && (in.rails != nil || in.d.Has("config/sidekiq.yml")):
		add("worker", detect.Worker, in.p.why("sidekiq"), script("bin/sidekiq", "sidekiq")...)
	case has("solid_queue") && adapter == "solid_queue" && in.pumaPlugin("solid_queue"):
		in.p.notes = append(in.p.notes, in.d.Note("config/puma.rb", 0, "works through Solid Queue inside of the server: no worker beside it"))
	case has("solid_queue") && adapter == "solid_queue":
		words := []string{"./bin/jobs"}
		if !in.d.Has("bin/jobs") {
			words = []string{"bundle", "exec", "rake", "solid_queue:start"}
		}
		add("worker", detect.Worker, in.p.why("solid_queue"), words...)
	case has("good_job") && !in.inProcess():
		add("worker", detect.Worker, in.p.why("good_job"), "bundle", "exec", "good_job", "start")
	case has("delayed_job") && in.rails != nil:
		add("worker", detect.Worker, in.p.why("delayed_job"), "bundle", "exec", "rake", "jobs:work")
	case has("resque"):
		add("worker", detect.Worker, in.p.why("resque"), "bundle", "exec", "rake", "resque:work", "QUEUE=*")
	case has("que") && in.rails != nil:
		add("worker", detect.Worker, in.p.why("que"), "bundle", "exec", "que")
	case has("shoryuken"):
		add("worker", detect.Worker, in.p.why("shoryuken"), "bundle", "exec", "shoryuken", "-R")
	case has("karafka") && in.d.Has("karafka.rb"):
		add("worker", detect.Worker, in.p.why("karafka"), "bundle", "exec", "karafka", "server")
	case has("sneakers") && in.rails != nil:
		add("worker", detect.Worker, in.p.why("sneakers"), "bundle", "exec", "rake", "sneakers:run")
	}
	if at := in.d.First("config/clock.rb", "clock.rb", "lib/clock.rb"); at != "" && has("clockwork") {
		add("clock", detect.Worker, in.p.why("clockwork"), "bundle", "exec", "clockwork", at)
	}
	return out
}

// besides reports whether a command runs what is no program of the project: a server
// beside it, or what builds while somebody develops.
func besides(words []string) bool {
	program := words[0][strings.LastIndexByte(words[0], '/')+1:]
	if slices.Contains([]string{"yarn", "npm", "npx", "pnpm", "bun", "vite", "webpack-dev-server", "mailcatcher", "mailhog", "ngrok", "docker", "docker-compose", "elasticsearch", "memcached", "mongod", "postgres", "mysqld", "redis-server", "minio", "nginx", "sh", "bash"}, program) {
		return true
	}
	return slices.ContainsFunc(words, func(w string) bool {
		return strings.HasSuffix(w, ":watch") || w == "--watch" || w == "guard" || w == "assets" || strings.HasPrefix(w, "assets:")
	})
}

// tasks of Rails that do one thing and end, by what their names begin with
// (https://guides.rubyonrails.org/command_line.html).
var tasks = []string{"about", "assets:", "cache:", "db:", "initializers", "log:", "middleware", "notes", "restart", "routes", "secret", "stats", "time:", "tmp:", "zeitwerk:"}

// ends reports whether a command is such a task.
func ends(words []string) bool {
	for i, w := range words[:max(0, len(words)-1)] {
		if program := path.Base(w); program == "rails" || program == "rake" {
			task := words[i+1]
			return slices.ContainsFunc(tasks, func(t string) bool {
				return task == t || strings.HasSuffix(t, ":") && strings.HasPrefix(task, t)
			})
		}
	}
	return false
}

// inProcess reports whether GoodJob works inside the web server.
func (in *inspection) inProcess() bool {
	r := in.rails
	return r != nil && (r.is("good_job.execution_mode", "async") || r.is("good_job.execution_mode", "async_server") || r.is("good_job.execution_mode", "inline"))
}
