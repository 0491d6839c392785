package php

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/evidence"
	"dockgen/detect/php/source"
	"dockgen/internal/safe"
)

// laravel completes an application of Laravel or Lumen
// (https://laravel.com/docs/deployment).
func laravel(p *project, in *describing) error {
	s, f := in.s, in.f
	s.SetEnv = append(s.SetEnv,
		set("APP_ENV", "production", ""),
		set("LOG_CHANNEL", "stderr", ""),
		set("VIEW_COMPILED_PATH", "/tmp/views", "Views are compiled where every new version of the image begins anew."),
	)
	p.stateOf(s, f, []string{"storage"}, nil)
	for _, dir := range []string{"storage/app/public", "storage/framework/cache/data", "storage/framework/sessions", "storage/logs"} {
		f.Folders = append(f.Folders, safe.RelPathOf(dir))
	}
	// What discovers packages writes there.
	f.Before = append(f.Before, safe.ArgvOf("mkdir", "-p", "bootstrap/cache", "storage/framework/views"))
	if f.Server != cli { // as php artisan storage:link does
		f.Before = append(f.Before, safe.ArgvOf("ln", "-sfn", "../storage/app/public", "public/storage"))
	}
	for _, pattern := range []string{"bootstrap/cache/*.php", "public/build", "public/hot", "public/storage", "storage/**/*.key", "storage/framework/**/*.php", "database/*.sqlite*"} {
		p.leaveOut(s, safe.PatternOf(pattern))
	}
	l := &app{p: p, in: in}
	var err error
	if l.examples, err = manifest.EnvExample(p.d); err != nil {
		return err
	}
	p.variable(s, "APP_KEY", true, p.d.Note("config/app.php", 0, "encrypts with APP_KEY: php artisan key:generate --show makes one"))
	l.database()
	l.stores()
	l.search()
	l.reverb()
	l.octane()
	l.commands()
	l.health()
	return p.frontend(s, f)
}

// app is what is looked up of one application.
type app struct {
	p        *project
	in       *describing
	examples []manifest.EnvLine
}

// setting is the value that a variable has where nobody sets it: the default of the
// configuration file, at that path, or Laravel's own. What the example file for
// people says comes with it.
func (l *app) setting(file, variable, usual string, path ...string) (value, example string, why detect.Note) {
	value, why = usual, detect.Note{Path: "composer.json", Text: "Laravel's own default of " + variable + " is " + usual}
	if v, ok := l.p.config(file).Get(path...); ok {
		if name, fallback, ok := v.Env(); ok && name == variable && fallback.Kind == source.Text {
			value, why = fallback.Text, l.p.d.Note(file, v.Line, "%s is %s by default", variable, safe.Visible(fallback.Text))
		} else if v.Kind == source.Text {
			value, why = v.Text, l.p.d.Note(file, v.Line, "is %s", safe.Visible(v.Text))
		}
	}
	for _, e := range l.examples {
		if e.Name == variable && !e.Off && e.Value != "" {
			example = e.Value
			if e.Value != value {
				why = l.p.d.Note(e.Path, e.Line, "%s=%s", variable, safe.Visible(e.Value))
			}
		}
	}
	return value, example, why
}

// version is the major version of the framework; 0 where it is not known.
func (l *app) version() int {
	for _, name := range []string{"laravel/framework", "laravel/lumen-framework"} {
		if v, _, ok := numbers(strings.TrimSuffix(l.p.c.version(name), ".*")); ok {
			return v[0]
		}
	}
	return 0
}

// connections are Laravel's databases by the names of their drivers.
var connections = map[string]string{"mysql": "mysql", "mariadb": "mariadb", "pgsql": "postgres", "sqlsrv": "sqlserver", "mongodb": "mongo"}

// database is the default connection. The configuration decides and not the example
// file where the two differ and the former names a server: an example is for the
// first start on a developer's machine. MySQL is what Laravel itself wrote there for
// years, so that another server in the example is the one that somebody chose.
func (l *app) database() {
	usual := "mysql"
	if l.version() >= 11 {
		usual = "sqlite"
	}
	driver := l.driver()
	if driver.IsSet() {
		usual = driver.V
	}
	chosen, example, why := l.setting("config/database.php", "DB_CONNECTION", usual, "default")
	if driver.IsSet() && chosen == usual && why.Line == 0 {
		why = driver.Why[0]
	}
	set0 := chosen
	if (chosen == "sqlite" || chosen == "mysql") && connections[example] != "" {
		chosen = example
	}
	s := l.in.s
	if name := connections[chosen]; name != "" && example == "sqlite" && !driver.IsSet() && chosen == "mysql" && !evidence.RunsBeside(l.p.d, "mysql", "mariadb") {
		// Laravel itself began with MySQL for years: who writes SQLite into the example chose it.
		s.Needs = append(s.Needs, detect.Need{Name: name, Why: []detect.Note{why}, Settings: l.connection(name), Optional: true})
		s.SetEnv = append(s.SetEnv, set("DB_CONNECTION", "sqlite", ""))
		chosen = "sqlite"
	}
	if chosen == "sqlite" {
		s.SetEnv = append(s.SetEnv, set("DB_DATABASE", "/app/storage/database.sqlite", "The database lies where data is kept: a volume over database/ would hide new migrations."))
		s.Notes = append(s.Notes, detect.Note{Path: why.Path, Line: why.Line, Text: why.Text + ": SQLite, in storage/database.sqlite; set DB_CONNECTION for a server"})
		return
	}
	name := connections[chosen]
	if name == "" {
		return
	}
	if chosen != set0 {
		s.SetEnv = append(s.SetEnv, set("DB_CONNECTION", chosen, ""))
	}
	s.Needs = append(s.Needs, detect.Need{Name: name, Why: []detect.Note{why}, Settings: l.connection(name)})
}

// driver is the database whose extension the manifest requires: who has no configuration
// file says so there.
func (l *app) driver() detect.Value[string] {
	p := l.p
	if p.d.Has("config/database.php") || p.c.requires("ext-pdo_sqlite") || p.c.requires("ext-sqlite3") {
		return detect.Value[string]{}
	}
	for _, e := range []struct{ extension, name string }{{"ext-pdo_mysql", "mysql"}, {"ext-mysqli", "mysql"}, {"ext-pdo_pgsql", "pgsql"}, {"ext-pgsql", "pgsql"}} {
		if p.c.requires(e.extension) {
			return detect.Found(e.name, p.c.note(e.extension))
		}
	}
	return detect.Value[string]{}
}

// connection are the variables of a connection: Laravel's own, unless the application
// has its settings elsewhere and reads others.
func (l *app) connection(name string) []detect.NeedSetting {
	if name == "mongo" {
		return []detect.NeedSetting{{Env: safe.EnvNameOf("MONGODB_URI"), Part: detect.PartURL}}
	}
	if !l.p.d.Has("config/database.php") {
		if own := l.p.guessed(name); len(own) > 2 && !slices.ContainsFunc(own, func(o detect.NeedSetting) bool { return strings.HasPrefix(o.Env.String(), "DB_") }) {
			return own
		}
	}
	var out []detect.NeedSetting
	for _, v := range []struct {
		env  string
		part detect.NeedPart
	}{{"DB_HOST", detect.PartHost}, {"DB_PORT", detect.PartPort}, {"DB_DATABASE", detect.PartDatabase}, {"DB_USERNAME", detect.PartUser}, {"DB_PASSWORD", detect.PartPassword}} {
		out = append(out, detect.NeedSetting{Env: safe.EnvNameOf(v.env), Part: v.part})
	}
	return out
}

// stores are where sessions, the cache and the queue are kept.
func (l *app) stores() {
	usual := [3]string{"file", "file", "sync"}
	if l.version() >= 11 {
		usual = [3]string{"database", "database", "database"}
	}
	p, s := l.p, l.in.s
	redis, memcached := detect.Value[string]{}, detect.Value[string]{}
	queue := ""
	for i, store := range []struct {
		file, variable string
		path           []string
	}{
		{"config/session.php", "SESSION_DRIVER", []string{"driver"}},
		{"config/cache.php", "CACHE_STORE", []string{"default"}},
		{"config/cache.php", "CACHE_DRIVER", []string{"default"}},
		{"config/queue.php", "QUEUE_CONNECTION", []string{"default"}},
	} {
		chosen, example, why := l.setting(store.file, store.variable, usual[min(i/2+i%2, 2)], store.path...)
		take := chosen
		if example != "" && example != chosen && (example == "redis" || example == "memcached" || example == "database") {
			take = example
			s.SetEnv = append(s.SetEnv, set(store.variable, example, ""))
		}
		switch take {
		case "redis":
			redis = detect.Found(take, why).Or(redis)
		case "memcached":
			memcached = detect.Found(take, why).Or(memcached)
		}
		if store.variable == "QUEUE_CONNECTION" {
			queue = take
		}
	}
	client, _, _ := l.setting("config/database.php", "REDIS_CLIENT", "phpredis", "redis", "client")
	switch {
	case p.c.has("laravel/horizon"):
		redis = redis.Or(detect.Found("redis", p.c.note("laravel/horizon")))
	case !redis.IsSet() && p.c.requires("predis/predis"):
		s.Needs = append(s.Needs, detect.Need{Name: "redis", Optional: true, Why: []detect.Note{p.c.note("predis/predis")}, Settings: redisSettings()})
	}
	if redis.IsSet() {
		s.Needs = append(s.Needs, detect.Need{Name: "redis", Why: redis.Why, Settings: redisSettings()})
		switch {
		case p.c.has("predis/predis") && client != "predis" && !p.wants("redis"):
			s.SetEnv = append(s.SetEnv, set("REDIS_CLIENT", "predis", ""))
		case !p.c.has("predis/predis"):
			p.want("redis", redis.Why[0])
		}
	}
	if memcached.IsSet() {
		s.Needs = append(s.Needs, detect.Need{Name: "memcached", Why: memcached.Why, Settings: []detect.NeedSetting{{Env: safe.EnvNameOf("MEMCACHED_HOST"), Part: detect.PartHost}, {Env: safe.EnvNameOf("MEMCACHED_PORT"), Part: detect.PartPort}}})
	}
	l.queue(queue)
}

func redisSettings() []detect.NeedSetting {
	return []detect.NeedSetting{{Env: safe.EnvNameOf("REDIS_HOST"), Part: detect.PartHost}, {Env: safe.EnvNameOf("REDIS_PORT"), Part: detect.PartPort}}
}

func (p *project) wants(name string) bool {
	return slices.ContainsFunc(p.extensions, func(w wanted) bool { return w.name == name })
}

// queue is what works through it.
func (l *app) queue(connection string) {
	p, s := l.p, l.in.s
	switch {
	case p.c.has("laravel/horizon"):
		p.process(s, "horizon", detect.Worker, safe.ArgvOf("php", "artisan", "horizon"), p.c.note("laravel/horizon"))
	case connection != "" && connection != "sync" && connection != "null" && (p.d.HasDir("app/Jobs") || p.d.HasDir("app/Listeners") || p.d.HasDir("app/Notifications") || p.d.HasDir("app/Mail") || connection == "redis"):
		p.want("pcntl", p.d.Note("config/queue.php", 0, "a worker of the queue ends by it when it is told to"))
		p.process(s, "queue", detect.Worker, safe.ArgvOf("php", "artisan", "queue:work"), p.d.Note("config/queue.php", 0, "jobs go to the queue %s", safe.Visible(connection)))
	}
	if p.c.has("vladimir-yuldashev/laravel-queue-rabbitmq") {
		s.Needs = append(s.Needs, detect.Need{Name: "rabbitmq", Optional: connection != "rabbitmq", Why: []detect.Note{p.c.note("vladimir-yuldashev/laravel-queue-rabbitmq")}, Settings: []detect.NeedSetting{
			{Env: safe.EnvNameOf("RABBITMQ_HOST"), Part: detect.PartHost}, {Env: safe.EnvNameOf("RABBITMQ_PORT"), Part: detect.PartPort}, {Env: safe.EnvNameOf("RABBITMQ_USER"), Part: detect.PartUser}, {Env: safe.EnvNameOf("RABBITMQ_PASSWORD"), Part: detect.PartPassword},
		}})
	}
}

// reverb is the server of web sockets that events go to, where the application
// broadcasts by it (https://laravel.com/docs/reverb#production).
func (l *app) reverb() {
	p, s := l.p, l.in.s
	if !p.c.requires("laravel/reverb") {
		return
	}
	chosen, example, why := l.setting("config/broadcasting.php", "BROADCAST_CONNECTION", "null", "default")
	if chosen != "reverb" && example != "reverb" {
		return
	}
	if chosen != "reverb" {
		s.SetEnv = append(s.SetEnv, set("BROADCAST_CONNECTION", "reverb", ""))
	}
	p.want("pcntl", p.c.note("laravel/reverb"))
	p.process(s, "reverb", detect.Worker, safe.ArgvOf("php", "artisan", "reverb:start", "--host=0.0.0.0", "--port=8080"), why)
	for _, name := range []string{"REVERB_APP_ID", "REVERB_APP_KEY", "REVERB_APP_SECRET"} {
		p.variable(s, name, true, p.d.Note("config/reverb.php", 0, "reads %s", name))
	}
	s.Notes = append(s.Notes, detect.Note{Path: why.Path, Line: why.Line, Text: "browsers connect to Reverb themselves, on port 8080 of its service: put it behind the proxy that answers for REVERB_HOST"})
}

// search is Scout's engine.
func (l *app) search() {
	if !l.p.c.has("laravel/scout") {
		return
	}
	chosen, example, why := l.setting("config/scout.php", "SCOUT_DRIVER", "algolia", "driver")
	if chosen == "meilisearch" || example == "meilisearch" {
		optional := chosen != "meilisearch" && example != "meilisearch"
		l.in.s.Needs = append(l.in.s.Needs, detect.Need{Name: "meilisearch", Optional: optional, Why: []detect.Note{why}, Settings: []detect.NeedSetting{
			{Env: safe.EnvNameOf("MEILISEARCH_HOST"), Part: detect.PartURL}, {Env: safe.EnvNameOf("MEILISEARCH_KEY"), Part: detect.PartPassword},
		}})
	} else if l.p.c.requires("meilisearch/meilisearch-php") {
		l.in.s.Needs = append(l.in.s.Needs, detect.Need{Name: "meilisearch", Optional: true, Why: []detect.Note{l.p.c.note("meilisearch/meilisearch-php")}})
	}
}

// octane keeps the application in memory (https://laravel.com/docs/octane).
func (l *app) octane() {
	p, s, f := l.p, l.in.s, l.in.f
	if !p.c.has("laravel/octane") || p.d.Choices().Server.IsSet() {
		return
	}
	server, example, why := l.setting("config/octane.php", "OCTANE_SERVER", "roadrunner", "server")
	if example != "" {
		server = example
	}
	note := func(format string) {
		s.Notes = append(s.Notes, detect.Note{Path: why.Path, Line: why.Line, Text: format})
	}
	switch {
	case server == "frankenphp" && !older(l.in.line, "8.2"):
		f.Server = frankenphp
		s.Server = detect.Found(frankenphp, why)
		f.Octane = true
		s.Start = detect.Found(safe.ArgvOf("php", "artisan", "octane:frankenphp", "--host=0.0.0.0", "--port=8080", "--admin-port=2019"), why)
		f.Modules = nil
		f.Steps = append(f.Steps, safe.ArgvOf("cp", "vendor/laravel/octane/src/Commands/stubs/frankenphp-worker.php", "public/frankenphp-worker.php"))
	case server == "swoole":
		f.Server = cli
		s.Server = detect.Value[string]{}
		f.Octane = true
		p.want("swoole", why)
		s.Start = detect.Found(safe.ArgvOf("php", "artisan", "octane:swoole", "--host=0.0.0.0", "--port=8080"), why)
		f.Modules = nil
	default:
		note("Octane's " + safe.Visible(server) + " needs a program that is no package: Apache runs the application without Octane; OCTANE_SERVER=frankenphp is what dockgen can write")
		return
	}
	s.PortEnv = safe.EnvName{}
	s.SetEnv = append(s.SetEnv, set("OCTANE_HTTPS", "false", ""))
}

// commands are the schedule and the migrations.
func (l *app) commands() {
	p, s := l.p, l.in.s
	if len(p.d.Sub("database/migrations").Names("*.php")) > 0 {
		p.process(s, "migrate", detect.Job, safe.ArgvOf("php", "artisan", "migrate", "--force"), p.d.Note("database/migrations", 0, "holds migrations"))
	}
	for _, name := range []string{"routes/console.php", "app/Console/Kernel.php", "bootstrap/app.php"} {
		data, err := p.d.Read(name)
		if err != nil {
			continue
		}
		tokens := source.Tokens(string(data))
		for i := 0; i+2 < len(tokens); i++ {
			static := tokens[i].Kind == source.Name && (tokens[i].Text == "Schedule" || strings.HasSuffix(tokens[i].Text, `\Schedule`)) && tokens[i+1].Is("::") && tokens[i+2].Kind == source.Name && !tokens[i+2].IsName("class")
			if static || tokens[i].Kind == source.Variable && tokens[i].Text == "$schedule" && tokens[i+1].Is("->") {
				p.process(s, "scheduler", detect.Worker, safe.ArgvOf("php", "artisan", "schedule:work"), p.d.Note(name, tokens[i].Line, "schedules commands"))
				return
			}
		}
	}
}

// health is the route that Laravel 11 and later answer by themselves
// (https://laravel.com/docs/deployment#the-health-route).
func (l *app) health() {
	data, err := l.p.d.Read("bootstrap/app.php")
	if err != nil {
		return
	}
	tokens := source.Tokens(string(data))
	for i := 0; i+2 < len(tokens); i++ {
		if tokens[i].IsName("health") && tokens[i+1].Is(":") && tokens[i+2].Kind == source.String && !tokens[i+2].Open {
			path := tokens[i+2].Text
			if !strings.HasPrefix(path, "/") {
				path = "/" + path
			}
			if u, err := safe.NewURLPath(path); err == nil {
				l.in.s.Health = detect.Found(u, l.p.d.Note("bootstrap/app.php", tokens[i].Line, "health: %s", path))
			}
			return
		}
	}
}
