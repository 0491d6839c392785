package deno

import (
	"maps"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/javascript"
	"dockgen/internal/safe"
)

// remote takes the name of a module out of where it is imported from: "npm:hono@4",
// "jsr:@oak/oak@17", "https://deno.land/x/oak@v12/mod.ts", "https://deno.land/std@0.2/http/server.ts".
func remote(spec string) (name string, ok bool) {
	for _, prefix := range []string{"npm:", "jsr:"} {
		if rest, found := strings.CutPrefix(spec, prefix); found {
			rest = strings.TrimPrefix(rest, "/")
			scope := ""
			if strings.HasPrefix(rest, "@") {
				if i := strings.IndexByte(rest, '/'); i > 0 {
					scope, rest = rest[:i+1], rest[i+1:]
				}
			}
			rest, _, _ = strings.Cut(rest, "/")
			rest, _, _ = strings.Cut(rest, "@")
			return scope + rest, rest != ""
		}
	}
	rest, found := strings.CutPrefix(spec, "https://")
	if !found {
		return "", false
	}
	host, rest, _ := strings.Cut(rest, "/")
	parts := strings.Split(rest, "/")
	switch {
	case host == "deno.land" && parts[0] == "x" && len(parts) > 1:
		name, _, _ = strings.Cut(parts[1], "@")
		return name, true
	case host == "deno.land" && strings.HasPrefix(parts[0], "std"):
		return "std", true
	case host == "cdn.jsdelivr.net" && parts[0] == "gh" && len(parts) > 2: // gh/owner/name@version
		name, _, _ = strings.Cut(parts[2], "@")
		return name, true
	case strings.HasPrefix(rest, "@") && len(parts) > 1:
		base, _, _ := strings.Cut(parts[1], "@")
		return parts[0] + "/" + base, true
	}
	name, _, _ = strings.Cut(parts[0], "@")
	return name, name != ""
}

// module is one that the project imports from elsewhere.
type module struct {
	why detect.Note // where that is said
	npm bool        // from npm's registry
}

// modules are what the project imports from elsewhere, by their names: the import map's,
// a package.json's, then those of the sources themselves.
func (p *project) modules() map[string]module {
	out := map[string]module{}
	add := func(name, spec string, why detect.Note) {
		if _, known := out[name]; !known && name != "" {
			out[name] = module{why, strings.HasPrefix(spec, "npm:")}
		}
	}
	for at := p.config; at != nil; at = at.above {
		for _, key := range slices.Sorted(maps.Keys(at.deps)) {
			// The workspace's map is for all of its members.
			if name, ok := remote(at.deps[key]); ok && (at == p.config || p.imports(key)) {
				add(name, at.deps[key], at.note(at.deps[key], "imports", key))
			}
		}
	}
	if p.Has("package.json") {
		var pkg struct {
			Dependencies map[string]string `json:"dependencies"`
		}
		if lines, err := manifest.JSON(p.Dir, "package.json", &pkg); err == nil {
			for _, name := range slices.Sorted(maps.Keys(pkg.Dependencies)) {
				add(name, "npm:", p.Note("package.json", lines.At("dependencies", name), "%s %s", name, pkg.Dependencies[name]))
			}
		}
	}
	for _, f := range p.files {
		for _, imp := range f.Imports() {
			if name, ok := remote(imp.Path); ok {
				add(name, imp.Path, p.Note(f.Path, imp.Line, "imports %s", imp.Path))
			}
		}
	}
	return out
}

// imports reports whether a file of the program imports by that name of the import
// map; where the build writes the program there is no file to tell.
func (p *project) imports(key string) bool {
	return slices.ContainsFunc(p.files, func(f *javascript.File) bool {
		return slices.ContainsFunc(f.Imports(), func(i javascript.Import) bool {
			return i.Path == key || strings.HasPrefix(i.Path, strings.TrimSuffix(key, "/")+"/")
		})
	})
}

// mapped is the module that a name of the import map stands for, "" for none.
func (p *project) mapped(spec string) string {
	best, module := "", ""
	for key, target := range p.config.imports() {
		if len(key) > len(best) && (spec == key || strings.HasSuffix(key, "/") && strings.HasPrefix(spec, key)) {
			if name, ok := remote(target); ok {
				best, module = key, name
			}
		}
	}
	return module
}

// uses returns the first of the names that the project imports, "" for none.
func (p *project) uses(names ...string) string {
	all := p.modules()
	for _, n := range names {
		if _, ok := all[n]; ok {
			return n
		}
	}
	return ""
}

// framework is a row of the table of frameworks.
type framework struct {
	name    string
	modules []string
	server  bool // it brings the server
	why     detect.Note
}

// frameworks lists what a module of that name means, the more specific first.
func frameworks() []framework {
	return []framework{
		{name: "Fresh", modules: []string{"fresh", "@fresh/core"}, server: true},
		{name: "Oak", modules: []string{"oak", "@oak/oak"}},
		{name: "Hono", modules: []string{"hono", "@hono/hono"}},
		{name: "Express", modules: []string{"express"}},
		{name: "Fastify", modules: []string{"fastify"}},
		{name: "Elysia", modules: []string{"elysia"}},
		{name: "Drash", modules: []string{"drash"}},
		{name: "Aleph", modules: []string{"aleph"}, server: true},
		{name: "Ultra", modules: []string{"ultra"}, server: true},
		{name: "Mastro", modules: []string{"@mastrojs/mastro"}, server: true},
		{name: "Sift", modules: []string{"sift"}},
		{name: "Opine", modules: []string{"opine"}},
		{name: "GraphQL Yoga", modules: []string{"graphql-yoga"}},
		{name: "discord.js", modules: []string{"discord.js"}},
		{name: "Discordeno", modules: []string{"discordeno", "@discordeno/bot"}},
		{name: "grammY", modules: []string{"grammy"}},
	}
}

// framework is what the program is made with: a row of the table, else Deno's own
// server or the standard library's.
func (p *project) framework(listens bool) framework {
	all := p.modules()
	if len(p.files) == 0 && p.config != nil && p.config.above != nil { // the build writes the program
		for _, key := range slices.Sorted(maps.Keys(p.config.above.deps)) {
			if name, ok := remote(p.config.above.deps[key]); ok {
				all[name] = module{why: p.config.above.note(p.config.above.deps[key], "imports", key)}
			}
		}
	}
	for _, f := range frameworks() {
		for _, m := range f.modules {
			if found, ok := all[m]; ok {
				f.why = found.why
				return f
			}
		}
	}
	for _, f := range p.files {
		for _, c := range f.Calls(f.Whole()) {
			if c.Callee[0] == "Deno" && c.Name() == "serve" {
				return framework{name: "Deno.serve", why: p.Note(f.Path, c.Line, "Deno's own server")}
			}
		}
	}
	for _, name := range []string{"std", "@std/http"} {
		if found, ok := all[name]; ok && listens {
			return framework{name: "std/http", why: found.why}
		}
	}
	return framework{}
}

// backing is a kind of backing service, by the modules that talk to it.
type backing struct {
	name     string
	modules  []string
	prefixes []string
}

func backings() []backing {
	return []backing{
		{"postgres", []string{"pg", "postgres", "@db/postgres", "deno_postgres", "postgresjs", "@neondatabase/serverless"}, []string{"DATABASE", "POSTGRES", "POSTGRESQL", "PG", "DB"}},
		{"mysql", []string{"mysql", "mysql2", "@db/mysql"}, []string{"DATABASE", "MYSQL", "DB"}},
		{"mongo", []string{"mongo", "mongodb", "mongoose", "@db/mongo"}, []string{"MONGO", "MONGODB", "DATABASE", "DB"}},
		{"redis", []string{"redis", "ioredis", "@db/redis", "bullmq", "@iuioiua/redis"}, []string{"REDIS", "CACHE"}},
		{"rabbitmq", []string{"amqp", "amqplib"}, []string{"RABBITMQ", "AMQP", "CLOUDAMQP"}},
		{"kafka", []string{"kafkajs", "kafka"}, []string{"KAFKA"}},
		{"nats", []string{"nats", "@nats-io/transport-deno"}, []string{"NATS"}},
		{"elasticsearch", []string{"@elastic/elasticsearch"}, []string{"ELASTICSEARCH", "ELASTIC"}},
		{"clickhouse", []string{"@clickhouse/client", "@clickhouse/client-web"}, []string{"CLICKHOUSE"}},
	}
}

// findNeeds finds the backing services by what the program imports, and the
// variables that tell where they are by their names.
func (p *project) findNeeds(svc *detect.Service) {
	all := p.modules()
	for _, b := range backings() {
		i := slices.IndexFunc(b.modules, func(m string) bool { _, ok := all[m]; return ok })
		if i < 0 {
			continue
		}
		n := detect.Need{Name: b.name, Why: []detect.Note{all[b.modules[i]].why}}
		for _, prefix := range b.prefixes {
			for _, e := range svc.Env {
				if part, ok := partOf(e.Name.String(), prefix); ok && !slices.ContainsFunc(n.Settings, func(s detect.NeedSetting) bool { return s.Part == part }) {
					n.Settings = append(n.Settings, detect.NeedSetting{Env: e.Name, Part: part})
				}
			}
		}
		svc.Needs = append(svc.Needs, n)
	}
}

// partOf tells by its ending what a variable holds.
func partOf(name, prefix string) (detect.NeedPart, bool) {
	rest, ok := strings.CutPrefix(name, prefix)
	if !ok {
		return "", false
	}
	switch strings.TrimPrefix(rest, "_") {
	case "URL", "URI", "DSN", "CONNECTION_STRING":
		return detect.PartURL, true
	case "HOST", "HOSTNAME":
		return detect.PartHost, true
	case "PORT":
		return detect.PartPort, true
	case "USER", "USERNAME":
		return detect.PartUser, true
	case "PASSWORD", "PASS":
		return detect.PartPassword, true
	case "DATABASE", "NAME", "DB", "DB_NAME":
		return detect.PartDatabase, true
	}
	return "", false
}

// ownNames are variables that the platform, Deno or the image set.
var ownNames = []string{"DENO_DEPLOYMENT_ID", "DENO_REGION", "DENO_ENV", "DENO_DIR", "HOME", "PATH", "USER", "TERM", "CI", "NODE_ENV", "NO_COLOR", "PWD", "DENO_KV_PATH"}

// findEnv lists the variables that the program reads, and those of example files.
func (p *project) findEnv(svc *detect.Service) {
	examples, err := manifest.EnvExample(p.Dir)
	if err != nil {
		examples = nil
	}
	add := func(name string, required bool, example string, why detect.Note) {
		n, err := safe.NewEnvName(name)
		if err != nil || slices.Contains(ownNames, name) || n == svc.PortEnv {
			return
		}
		i := slices.IndexFunc(svc.Env, func(e detect.EnvVar) bool { return e.Name == n })
		if i < 0 {
			svc.Env = append(svc.Env, detect.EnvVar{Name: n, Secret: isSecret(name)})
			i = len(svc.Env) - 1
		}
		e := &svc.Env[i]
		e.Required = e.Required || required
		if label, err := safe.NewLabel(example); err == nil && !e.Secret && example != "" {
			e.Example = label
		}
		if len(e.Why) < 3 {
			e.Why = append(e.Why, why)
		}
	}
	for _, f := range p.files {
		for _, r := range f.Env() {
			add(r.Name, r.Demanded, "", p.Note(f.Path, r.Line, "read"))
		}
	}
	for _, e := range examples {
		if !e.Off {
			add(e.Name, false, e.Value, p.Note(e.Path, e.Line, "%s", e.Name))
		}
	}
}

// state are the folders that the program writes to. Deno keeps its key-value store
// and the browser's storage below its own folder, by the program they belong to.
func (p *project) state(svc *detect.Service, c *command) {
	for _, f := range p.files {
		for _, call := range f.Calls(f.Whole()) {
			store := call.Callee[0] == "Deno" && call.Name() == "openKv"
			if store && (len(call.Args) == 0 || !p.known(f, call.Args[0])) || call.Callee[0] == "localStorage" {
				if dir, err := safe.NewRelPath(".deno/location_data"); err == nil && !slices.Contains(svc.State, dir) {
					svc.State = append(svc.State, dir)
				}
				if store && !p.config.unstable("kv") && !slices.ContainsFunc(c.flags, func(s string) bool { return strings.HasPrefix(s, "--unstable") }) {
					c.flags = append(c.flags, "--unstable-kv")
					p.remark(p.Note(f.Path, call.Line, ""), "Deno.openKv needs --unstable-kv, which the command has: \"kv\" under unstable in deno.json says it for every task")
				}
			}
		}
	}
}

// known reports whether an argument is a literal.
func (p *project) known(f *javascript.File, s javascript.Span) bool {
	v := p.program.Value(f, s)
	return v.Set
}

// isSecret reports whether a variable of that name holds a secret.
func isSecret(name string) bool {
	for word := range strings.SplitSeq(strings.ToUpper(name), "_") {
		if slices.Contains([]string{"KEY", "APIKEY", "AUTH", "CREDENTIAL", "CREDENTIALS", "PASS", "PASSWD", "PASSWORD", "SECRET", "TOKEN", "DSN"}, word) {
			return true
		}
	}
	return false
}
