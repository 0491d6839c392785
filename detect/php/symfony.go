package php

import (
	"cmp"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/php/source"
	"dockgen/internal/safe"
)

// symfony completes an application of Symfony (https://symfony.com/doc/current/deployment.html).
//
// Its .env is committed and holds defaults; but it is also the file that Compose reads
// passwords from, so it stays out of the image: every setting comes from the environment.
func symfony(p *project, in *describing) error {
	s, f := in.s, in.f
	s.SetEnv = append(s.SetEnv, set("APP_ENV", "prod", ""), set("APP_DEBUG", "0", ""))
	for _, pattern := range []string{"var", "public/bundles", "public/build", "public/assets"} {
		if pattern == "public/assets" && !p.c.has("symfony/asset-mapper") {
			continue
		}
		p.leaveOut(s, safe.PatternOf(pattern))
	}
	f.Owned = append(f.Owned, safe.RelPathOf("var"))
	if p.fw.name == "shopware" {
		p.stateOf(s, f, p.fw.state, nil)
	}
	if p.c.requires("runtime/frankenphp-symfony") && f.Server == frankenphp {
		f.Worker = safe.LabelOf(path.Join(workdir, p.docroot, "index.php"))
		s.SetEnv = append(s.SetEnv, set("APP_RUNTIME", `Runtime\FrankenPhpSymfony\Runtime`, ""))
	}
	y := &kernel{p: p, in: in}
	if err := y.names(); err != nil {
		return err
	}
	y.database()
	y.messages()
	y.stores()
	y.steps()
	if p.c.has("symfony/intl") || p.c.has("symfony/translation") {
		p.want("intl", p.c.note("symfony/framework-bundle"))
	}
	p.kept(s, f)
	return p.frontend(s, f)
}

// kernel is what is looked up of one application.
type kernel struct {
	p     *project
	in    *describing
	dot   []manifest.EnvLine // the names in .env, or .env.dist
	dummy []detect.Setting   // what the build's own commands see
}

// names are the variables that .env gives defaults to, or .env.dist where that is all there
// is (https://github.com/symfony/dotenv, loadEnv): names alone.
func (y *kernel) names() error {
	p := y.p
	f := y.in.f
	f.Dotenv = p.c.has("symfony/dotenv") || p.c.has("symfony/runtime")
	file := cmp.Or(p.d.First(".env", ".env.dist"), ".env")
	var err error
	if y.dot, err = manifest.EnvNames(p.d, file); err != nil {
		return err
	}
	for _, l := range y.dot {
		if l.Name != "APP_ENV" && l.Name != "APP_DEBUG" && !strings.HasPrefix(l.Name, "SYMFONY_") && !strings.HasPrefix(l.Name, "POSTGRES_") && !strings.HasPrefix(l.Name, "MYSQL_") {
			p.variable(y.in.s, l.Name, true, p.d.Note(file, l.Line, "has a default for %s, which the image does not take", safe.Visible(l.Name)))
		}
	}
	if len(y.dot) > 0 && f.Dotenv && file == ".env" {
		y.in.s.Notes = append(y.in.s.Notes, p.d.Note(".env", 0, "stays out of the image, for Compose keeps passwords in a file of that name: what it gives defaults to comes from the environment"))
	}
	return nil
}

func (y *kernel) has(name string) bool {
	return slices.ContainsFunc(y.dot, func(l manifest.EnvLine) bool { return l.Name == name })
}

// bundled reports whether the application has a package: by the manifest and the lock, or
// where there is no lock, by the configuration that is for it alone.
func (y *kernel) bundled(name, config string) bool {
	return y.p.c.has(name) || y.p.c.locked == nil && y.p.d.First("config/packages/"+config+".yaml", "config/packages/"+config+".yml") != ""
}

// caches reports whether the application's cache is in Redis, and by which variable it
// finds it (https://symfony.com/doc/current/cache.html).
func (y *kernel) caches() (string, detect.Note, bool) {
	for _, name := range []string{"config/packages/cache.yaml", "config/packages/framework.yaml"} {
		if !y.p.d.Has(name) {
			continue
		}
		var file struct {
			Framework struct {
				Cache struct {
					App      any `yaml:"app"`
					Provider any `yaml:"default_redis_provider"`
				} `yaml:"cache"`
			} `yaml:"framework"`
		}
		lines, err := manifest.YAML(y.p.d, name, &file)
		app, _ := file.Framework.Cache.App.(string)
		if err != nil || !strings.HasPrefix(app, "cache.adapter.redis") {
			continue
		}
		provider, _ := file.Framework.Cache.Provider.(string)
		variable := "REDIS_URL"
		if m := envParameterRE().FindStringSubmatch(provider); m != nil {
			variable = m[1]
		}
		return variable, y.p.d.Note(name, lines.At("framework", "cache", "app"), "app: %s", safe.Visible(app)), true
	}
	return "", detect.Note{}, false
}

// variable is the name by which the configuration reads a value; usual where none is found.
func (y *kernel) variable(usual, file string) string {
	for _, name := range []string{"config/packages/" + file + ".yaml", "config/packages/" + file + ".yml"} {
		data, err := y.p.d.Read(name)
		if err != nil {
			continue
		}
		if m := envParameterRE().FindSubmatch(data); m != nil {
			if n, err := safe.NewEnvName(string(m[1])); err == nil {
				return n.String()
			}
		}
	}
	return usual
}

// envParameterRE is how a parameter names a variable: '%env(resolve:DATABASE_URL)%'
// (https://symfony.com/doc/current/configuration/env_var_processors.html).
var envParameterRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`%env\((?:[a-z0-9_-]+:)*([A-Z][A-Z0-9_]*)\)%`) })

// messages are Messenger's transports, and who works through them
// (https://symfony.com/doc/current/messenger.html).
func (y *kernel) messages() {
	p, s := y.p, y.in.s
	if !y.bundled("symfony/messenger", "messenger") {
		return
	}
	name := y.variable("MESSENGER_TRANSPORT_DSN", "messenger")
	y.dummy = append(y.dummy, set(name, "in-memory://", ""))
	var config struct {
		Framework struct {
			Messenger struct {
				Failure    any            `yaml:"failure_transport"`
				Transports map[string]any `yaml:"transports"`
				Routing    map[string]any `yaml:"routing"`
			} `yaml:"messenger"`
		} `yaml:"framework"`
	}
	const file = "config/packages/messenger.yaml"
	var receivers []string
	why := p.c.note("symfony/messenger")
	if p.d.Has(file) {
		lines, err := manifest.YAML(p.d, file, &config)
		if err == nil {
			why = p.d.Note(file, lines.At("framework", "messenger", "transports"), "has transports")
			for _, t := range slices.Sorted(maps.Keys(config.Framework.Messenger.Transports)) {
				dsn, _ := config.Framework.Messenger.Transports[t].(string)
				if table, ok := config.Framework.Messenger.Transports[t].(map[string]any); ok {
					dsn, _ = table["dsn"].(string)
				}
				if t == config.Framework.Messenger.Failure || strings.HasPrefix(dsn, "sync://") || strings.HasPrefix(dsn, "in-memory://") || !plainRE().MatchString(t) {
					continue
				}
				receivers = append(receivers, t)
			}
		}
	}
	if p.c.has("symfony/scheduler") {
		if schedule, note, ok := y.schedule(); ok {
			receivers = append(receivers, "scheduler_"+schedule)
			why = note
		}
	}
	if len(receivers) > 0 {
		p.want("pcntl", why)
		argv := append([]string{"php", "bin/console", "messenger:consume"}, receivers...)
		p.process(s, "messenger", detect.Worker, safe.ArgvOf(append(argv, "--time-limit=3600")...), why)
	}
	for _, t := range []struct{ name, service string }{{"symfony/amqp-messenger", "rabbitmq"}, {"symfony/redis-messenger", "redis"}} {
		if p.c.requires(t.name) {
			s.Needs = append(s.Needs, detect.Need{Name: t.service, Why: []detect.Note{p.c.note(t.name)}, Settings: []detect.NeedSetting{{Env: safe.EnvNameOf(name), Part: detect.PartURL, Dialect: "messenger"}}})
			return
		}
	}
	if p.c.requires("symfony/doctrine-messenger") {
		s.SetEnv = append(s.SetEnv, set(name, "doctrine://default?auto_setup=0", ""))
		s.Env = slices.DeleteFunc(s.Env, func(e detect.EnvVar) bool { return e.Name.String() == name })
	}
}

var plainRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z][a-z0-9_.]*$`) })

// schedule is the name of the schedule that a class provides: #[AsSchedule('default')].
func (y *kernel) schedule() (string, detect.Note, bool) {
	for _, f := range y.p.sources() {
		for i, t := range f.tokens {
			if t.Kind != source.Name || t.Text != "AsSchedule" || i == 0 || !f.tokens[i-1].Is("#[") {
				continue
			}
			name := "default"
			if i+2 < len(f.tokens) && f.tokens[i+1].Is("(") && f.tokens[i+2].Kind == source.String {
				name = f.tokens[i+2].Text
			}
			if plainRE().MatchString(name) {
				return name, y.p.d.Note(f.name, t.Line, "is a schedule"), true
			}
		}
	}
	return "", detect.Note{}, false
}

// stores are further services by their bundles.
func (y *kernel) stores() {
	p, s := y.p, y.in.s
	add := func(name, service, variable string, optional bool) {
		if !p.c.requires(name) || slices.ContainsFunc(s.Needs, func(n detect.Need) bool { return n.Name == service && !n.Optional }) {
			return
		}
		n := detect.Need{Name: service, Optional: optional, Why: []detect.Note{p.c.note(name)}}
		if y.has(variable) {
			n.Settings = []detect.NeedSetting{{Env: safe.EnvNameOf(variable), Part: detect.PartURL}}
		}
		s.Needs = append(s.Needs, n)
	}
	if variable, why, ok := y.caches(); ok && (p.c.has("predis/predis") || p.c.requires("ext-redis")) {
		n := detect.Need{Name: "redis", Why: []detect.Note{why}}
		if env, err := safe.NewEnvName(variable); err == nil {
			n.Settings = []detect.NeedSetting{{Env: env, Part: detect.PartURL}}
		}
		s.Needs = append(s.Needs, n)
	}
	add("snc/redis-bundle", "redis", "REDIS_URL", false)
	add("predis/predis", "redis", "REDIS_URL", !y.has("REDIS_URL"))
	add("doctrine/mongodb-odm-bundle", "mongo", "MONGODB_URL", false)
	add("friendsofsymfony/elastica-bundle", "elasticsearch", "ELASTICSEARCH_URL", false)
	add("meilisearch/search-bundle", "meilisearch", "MEILISEARCH_URL", false)
	add("php-amqplib/rabbitmq-bundle", "rabbitmq", "RABBITMQ_URL", false)
	if p.c.has("symfony/mailer") {
		y.dummy = append(y.dummy, set("MAILER_DSN", "null://null", ""))
	}
	if p.c.has("symfony/lock") && y.has("LOCK_DSN") {
		y.dummy = append(y.dummy, set("LOCK_DSN", "flock", ""))
	}
	if y.has("DEFAULT_URI") {
		y.dummy = append(y.dummy, set("DEFAULT_URI", "http://localhost", ""))
	}
	if y.has("CORS_ALLOW_ORIGIN") {
		y.dummy = append(y.dummy, set("CORS_ALLOW_ORIGIN", "localhost", ""))
	}
}

// steps are what Flex runs after an installation, and the assets.
func (y *kernel) steps() {
	p, f := y.p, y.in.f
	env := append([]detect.Setting{set("APP_ENV", "prod", "")}, y.dummy...)
	slices.SortStableFunc(env, func(a, b detect.Setting) int { return strings.Compare(a.Name.String(), b.Name.String()) })
	if len(y.dummy) > 0 {
		env[0].Why = "The commands below want an address where they use none: these values stay in this stage."
	}
	switch {
	case slices.Contains(p.c.Scripts["post-install-cmd"], "@auto-scripts") && len(p.c.AutoScripts) > 0:
		f.Steps = append(f.Steps, safe.ArgvOf("composer", "run-script", "--no-dev", "post-install-cmd"))
	case p.fw.command != "":
		f.Steps = append(f.Steps, safe.ArgvOf("php", "bin/console", "cache:warmup"))
	default:
		return
	}
	f.BuildEnv = env
	if p.c.has("symfony/asset-mapper") && p.d.Has("importmap.php") {
		f.Steps = append(f.Steps, safe.ArgvOf("php", "bin/console", "asset-map:compile"))
	}
	// The folder has to be there, whatever the commands do.
	f.Steps = append(f.Steps, safe.ArgvOf("mkdir", "-p", "var/cache", "var/log"))
}
