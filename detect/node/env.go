package node

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/javascript"
	"dockgen/internal/safe"
)

// ownNames are variables that the platform, Node or a package manager set, or
// that the image sets anyway.
var ownNames = []string{"NODE_ENV", "PATH", "HOME", "PWD", "USER", "SHELL", "CI", "TZ", "LANG", "TERM", "DEBUG", "NODE_OPTIONS", "HOSTNAME", "FORCE_COLOR", "NO_COLOR", "INIT_CWD",
	"PORT", "HOST", "NODE_APP_INSTANCE", "JEST_WORKER_ID", "VITEST", "ANALYZE", "TURBOPACK", "NEXT_RUNTIME", "NEXT_PHASE",
	"VERCEL", "VERCEL_ENV", "VERCEL_URL", "VERCEL_BRANCH_URL", "VERCEL_PROJECT_PRODUCTION_URL", "NETLIFY", "RENDER", "FLY_APP_NAME", "FLY_REGION", "HEROKU", "GITHUB_ACTIONS", "CODESPACES", "npm_package_version", "npm_lifecycle_event", "npm_config_user_agent", "npm_package_name"}

// publicPrefixes begin the variables that a build writes into what browsers get.
var publicPrefixes = []string{"NEXT_PUBLIC_", "VITE_", "REACT_APP_", "GATSBY_", "PUBLIC_", "VUE_APP_", "EXPO_PUBLIC_", "NG_APP_", "PARCEL_", "DOCUSAURUS_", "STORYBOOK_"}

// secretRE finds the names that hold a secret: BuildKit, hadolint and Trivy do
// not want those in ARG or ENV.
var secretRE = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(^|_)(apikey|api_key|auth|credentials?|key|password|pword|passwd|pass|secret|token|dsn)(_|$)`)
})

// constantRE is how people write the names of variables that come from outside.
var constantRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`) })

func isPublic(name string) bool {
	return slices.ContainsFunc(publicPrefixes, func(p string) bool { return strings.HasPrefix(name, p) })
}

// examples are the variables that the example files show.
func (p *project) examples() []manifest.EnvLine {
	if p.shown == nil {
		p.shown, _ = manifest.EnvExample(p.Dir)
		if p.shown == nil {
			p.shown = []manifest.EnvLine{}
		}
	}
	return p.shown
}

// variable is what is known of one variable of the environment.
type variable struct {
	name     string
	required bool
	guarded  bool // the program looks whether it is set, and does without
	called   bool // a method of its value is called
	soft     bool // somewhere there is a value for it, or a look whether it is set
	example  string
	address  safe.Label // of another service on the developer's machine, which it stands for
	why      []detect.Note
}

// elsewhere takes the program's own value for the variable, where it is an address.
func (v *variable) elsewhere(text string) {
	if v.address.IsZero() {
		v.address = detect.LocalAddress(text)
	}
}

// variables are those that the files read, declare or show, in that order.
func (p *project) variables(files []*javascript.File) []*variable {
	if p.vars != nil {
		return p.vars
	}
	out := []*variable{}
	index := map[string]*variable{}
	get := func(name string) *variable {
		if index[name] == nil {
			index[name] = &variable{name: name}
			out = append(out, index[name])
		}
		return index[name]
	}
	for _, f := range files {
		for _, r := range f.Schema() {
			v := get(r.Name)
			v.required = v.required || !r.Fallback
			v.why = append(v.why, p.Note(f.Path, r.Line, "declared"))
			v.elsewhere(f.Text(r.Default))
		}
		for _, r := range f.Env() {
			v := get(r.Name)
			v.guarded, v.required = v.guarded || r.Guard, v.required || r.Demanded
			v.called, v.soft = v.called || r.Called, v.soft || r.Fallback
			v.elsewhere(f.Text(r.Default))
			if len(v.why) < 2 {
				v.why = append(v.why, p.Note(f.Path, r.Line, "read"))
			}
		}
		for _, imp := range f.Imports() {
			if strings.HasPrefix(imp.Path, "$env/static/") { // SvelteKit reads these while building
				for _, name := range sortedValues(imp.Names) {
					get(name).why = append(get(name).why, p.Note(f.Path, imp.Line, "read by the build"))
				}
			}
		}
	}
	for _, f := range p.builds() {
		for _, r := range f.Env() {
			if v := get(r.Name); len(v.why) < 2 {
				v.why = append(v.why, p.Note(f.Path, r.Line, "read by the build"))
			}
		}
	}
	for _, v := range p.bundled() {
		get(v.Name).why = append(get(v.Name).why, p.Note(v.Path, v.Line, "read by the build"))
	}
	for _, v := range p.prismaEnv {
		known := get(v.name)
		known.required = true
		known.why = append(known.why, v.why...)
	}
	for _, e := range p.examples() {
		if e.Off {
			continue
		}
		v := get(e.Name)
		v.example = e.Value
		if len(v.why) < 3 {
			v.why = append(v.why, p.Note(e.Path, e.Line, "%s", e.Name))
		}
	}
	for _, f := range files {
		if !p.imports(f, "express-session", "cookie-session", "@fastify/session", "@fastify/secure-session") {
			continue
		}
		for _, prop := range f.Props("secret") { // a session without one ends in an error
			if v := p.program.Value(f, prop.Value); v.Env != "" && !v.Set && index[v.Env] != nil {
				index[v.Env].required = true
			}
		}
	}
	for _, v := range out {
		v.required = v.required || v.called && !v.soft
	}
	p.vars = out
	return out
}

// findEnv tells the running program's variables from those that the build
// writes into its result.
func (p *project) findEnv(svc *detect.Service, fw *framework, files []*javascript.File) {
	for _, v := range p.variables(files) {
		name, err := safe.NewEnvName(v.name)
		// Vue CLI gives a page process.env.BASE_URL (https://cli.vuejs.org/guide/mode-and-env).
		if err != nil || slices.Contains(ownNames, v.name) || svc.Kind == detect.Static && v.name == "BASE_URL" || !constantRE().MatchString(v.name) || name == svc.PortEnv {
			continue
		}
		example, err := safe.NewLabel(v.example)
		if err != nil || secretRE().MatchString(v.name) {
			example = safe.Label{}
		}
		if svc.Kind == detect.Static && !isPublic(v.name) && !slices.ContainsFunc(v.why, func(n detect.Note) bool { return n.Text != "declared" }) {
			continue // a page's own schema, of what it has read already
		}
		built := isPublic(v.name) || svc.Kind == detect.Static || p.readByBuild(v)
		switch {
		case built && secretRE().MatchString(v.name):
			svc.Secrets = append(svc.Secrets, detect.BuildSecret{ID: safe.Slug(v.name, "secret"), Env: name, Why: v.why[0]})
		case built:
			svc.Args = append(svc.Args, detect.BuildArg{Name: name, Default: harmless(example), Local: p.handsOn(svc, v), Why: v.why[0]})
		}
		if built && (isPublic(v.name) || svc.Kind == detect.Static) {
			continue
		}
		svc.Env = append(svc.Env, detect.EnvVar{Name: name, Required: v.required, Secret: secretRE().MatchString(v.name), Example: example, Address: v.address, Why: v.why})
	}
	if len(svc.Args) > 0 {
		p.remark("", 0, "%s %s written into the build's result: public, and fixed when the image is built (docker build --build-arg)", argNames(svc.Args), isAre(len(svc.Args)))
	}
}

// builds are the configurations that a build runs.
func (p *project) builds() []*javascript.File {
	var out []*javascript.File
	for _, base := range []string{"next.config", "vite.config", "svelte.config", "astro.config", "gatsby-config", "vue.config"} {
		if f := p.load(p.First(configs(base)...)); f != nil {
			out = append(out, f)
		}
	}
	return out
}

// bundled are the names of public variables in files that bundlers read, and
// that no build context should hold: they come as arguments instead.
func (p *project) bundled() []manifest.EnvLine {
	var out []manifest.EnvLine
	for _, name := range []string{".env", ".env.production"} {
		lines, err := manifest.EnvNames(p.Dir, name)
		if err != nil {
			continue
		}
		var public []string
		for _, l := range lines {
			if isPublic(l.Name) {
				out = append(out, l)
				public = append(public, l.Name)
			}
		}
		if len(public) > 0 {
			p.remark(name, 0, "the build would read %s out of it, but it stays out of the build context: give the values by --build-arg", strings.Join(public[:min(3, len(public))], ", "))
		}
	}
	return out
}

func (p *project) readByBuild(v *variable) bool {
	return slices.ContainsFunc(v.why, func(n detect.Note) bool { return n.Text == "read by the build" })
}

// harmless keeps an example as a default where it says nothing about anybody:
// a flag, a number, a path; not an address, which would be wrong elsewhere.
func harmless(v safe.Label) safe.Label {
	s := v.String()
	if strings.Contains(s, "://") || strings.Contains(s, "@") || strings.ContainsAny(s, "<>$` ") || len(s) > 64 || strings.Contains(strings.ToLower(s), "your") {
		return safe.Label{}
	}
	return v
}

func argNames(args []detect.BuildArg) string {
	var names []string
	for _, a := range args[:min(3, len(args))] {
		names = append(names, a.Name.String())
	}
	text := strings.Join(names, ", ")
	if n := len(args) - 3; n > 0 {
		text += " and " + itoa(n) + " more"
	}
	return text
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
