package node

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// reloaders are programs that serve again by themselves once a source changes.
var reloaders = []string{"nodemon", "tsx", "ts-node-dev", "tsnd", "node-dev", "nest", "next", "nuxt", "vite", "astro", "remix", "react-router", "svelte-kit", "ng", "vue-cli-service", "strapi", "wrangler", "gatsby", "eleventy", "react-scripts"}

// hosted are those that listen on the loopback address and on a port of their own
// unless they are told otherwise, by these flags.
var hosted = []string{"vite", "astro", "react-router", "remix", "ng", "vue-cli-service", "nuxt", "gatsby"}

// development finds how the program is served while it is worked on; nil where
// nothing says it.
func (p *project) development(svc *detect.Service, facts *Facts, s *start) {
	if svc.Kind != detect.Server && svc.Kind != detect.Static || p.npm.Manager.PnP {
		return
	}
	argv, why, env := p.devCommand(svc, s)
	if len(argv) == 0 {
		return
	}
	words, err := safe.NewArgv(p.hoisted(argv)...)
	if err != nil {
		return
	}
	at, err := safe.NewLabel(path.Join("/src", facts.Dir.String()))
	if err != nil {
		return
	}
	d := &detect.Dev{Start: detect.Found(words, why), Reloads: true, Dir: facts.Dir, At: at, Debug: debugger(words.Args(), p.Has("nodemon.json"))}
	for _, pattern := range []string{"node_modules/", ".next/", ".nuxt/", ".svelte-kit/", "dist/"} {
		d.Ignore = append(d.Ignore, safe.PatternOf(pattern))
	}
	for _, input := range facts.Install.Inputs {
		if !slices.Contains(d.Rebuild, input.Source) {
			d.Rebuild = append(d.Rebuild, input.Source)
		}
	}
	d.Env = append(d.Env, detect.Setting{Name: safe.EnvNameOf("NODE_ENV"), Value: safe.LabelOf("development")})
	for _, e := range env {
		if set, ok := setting(e.Name + "=" + e.Value); ok && e.Name != "NODE_ENV" && e.Name != "PORT" && !strings.Contains(e.Value, "$") {
			d.Env = append(d.Env, set)
		}
	}
	svc.Dev = d
}

// devCommand is the command that serves for development: what the script for it
// runs, without the package manager around it, else what Node itself can do.
func (p *project) devCommand(svc *detect.Service, s *start) ([]string, detect.Note, []manifest.Assign) {
	for _, name := range []string{"dev", "start:dev", "develop", "dev:server", "start:watch", "watch", "serve"} {
		if p.script(name) == "" {
			continue
		}
		cmds := p.expand(p.script(name), 0)
		if len(cmds) != 1 || cmds[0].Opaque || len(cmds[0].Variables) > 0 || len(cmds[0].Args) == 0 {
			if name == "dev" || name == "start:dev" {
				if argv, err := p.run(name); err == nil {
					return argv.Args(), p.scriptNote(name), nil
				}
			}
			continue
		}
		if argv := p.reloading(svc, cmds[0]); argv != nil {
			return argv, p.scriptNote(name), cmds[0].Env
		}
	}
	switch {
	case svc.Kind == detect.Static || s == nil || s.source == "":
		return nil, detect.Note{}, nil
	case !isTypeScript(s.source) && len(s.argv) > 1 && s.argv[0] == "node":
		return []string{"node", "--watch", s.source}, s.why, s.env
	case p.has("tsx"):
		return []string{"node_modules/.bin/tsx", "watch", s.source}, s.why, s.env
	}
	return nil, detect.Note{}, nil
}

// reloading is a command of a script as a container runs it; nil for none that
// serves again by itself.
func (p *project) reloading(svc *detect.Service, c manifest.Command) []string {
	program, rest := c.Program(), slices.Clone(c.Args[1:])
	if program == "node" {
		rest = slices.DeleteFunc(rest, func(a string) bool { return strings.HasPrefix(a, "--env-file") })
		if len(rest) == 0 {
			return nil
		}
		if !slices.ContainsFunc(rest, func(a string) bool { return strings.HasPrefix(a, "--watch") }) {
			rest = append([]string{"--watch"}, rest...)
		}
		return append([]string{"node"}, rest...)
	}
	if !slices.Contains(reloaders, program) || program == "nest" && !slices.Contains(rest, "start") {
		return nil
	}
	switch {
	case program == "tsx" && !slices.Contains(rest, "watch") && !slices.Contains(rest, "--watch"):
		rest = append([]string{"watch"}, rest...)
	case program == "next":
		rest = withoutFlags(rest, "-p", "--port", "-H", "--hostname") // the variable PORT says it
	case slices.Contains(hosted, program):
		rest = append(withoutFlags(rest, "--port", "--host", "-p"), "--host", "0.0.0.0", "--port", strconv.Itoa(int(svc.Port.V)))
	}
	return append([]string{"node_modules/.bin/" + program}, rest...)
}

// withoutFlags takes flags and their values off.
func withoutFlags(args []string, flags ...string) []string {
	var out []string
	for i := 0; i < len(args); i++ {
		name, _, joined := strings.Cut(args[i], "=")
		if !slices.Contains(flags, name) {
			out = append(out, args[i])
			continue
		}
		if !joined && i+1 < len(args) && !strings.HasPrefix(args[i+1], "-") {
			i++
		}
	}
	return out
}
