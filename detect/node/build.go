package node

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// buildScripts are the scripts that build, those made for an image or for
// production before the plain one.
var buildScripts = []string{"build:docker", "build-docker", "build:production", "build:prod", "build-prod", "build", "compile", "bundle", "build:ts", "build:server", "build:app", "tsc", "build:frontend", "build:client", "build:web", "build:ui"}

// notBuilds are programs whose work belongs into no image.
var notBuilds = []string{"docker", "docker-compose", "podman", "electron-builder", "electron-forge", "electron-packager", "pkg", "eas", "expo", "vsce", "storybook", "build-storybook"}

// buildScript is the script that builds, "" for none.
func (p *project) buildScript() string {
	for _, name := range buildScripts {
		if p.script(name) == "" {
			continue
		}
		cmds := p.expand(p.script(name), 0)
		if !slices.ContainsFunc(cmds, func(c manifest.Command) bool { return slices.Contains(notBuilds, c.Program()) || buildsImage(c) }) {
			return name
		}
	}
	return ""
}

// buildsImage reports whether a command hands on to one that builds an image:
// node tools/with-version.js docker buildx build .
func buildsImage(c manifest.Command) bool {
	i := slices.IndexFunc(c.Args, func(a string) bool { return slices.Contains([]string{"docker", "podman", "docker-compose"}, a) })
	return i >= 0 && i+1 < len(c.Args) && slices.Contains([]string{"build", "buildx", "compose"}, c.Args[i+1])
}

// compilers are programs whose output a start script may have made before.
var compilers = []string{"tsc", "tspc", "swc", "babel", "esbuild", "tsup", "tsdown", "ncc", "rollup", "webpack", "vite", "nest", "nx", "sass", "tailwindcss", "postcss", "gulp", "parcel", "grunt", "next", "nuxt", "remix", "astro"}

// findBuild decides what turns the sources into what runs.
func (p *project) findBuild(svc *detect.Service, fw *framework, s *start) error {
	if p.nx != nil {
		return p.nxCommand(svc)
	}
	if p.nest != nil {
		return p.nestCommand(svc)
	}
	if name := p.buildScript(); name != "" && !fw.ownBuild && p.buildHelps(fw, s, name) {
		argv, err := p.run(name)
		if err != nil {
			return err
		}
		svc.Build = detect.Found(argv, p.scriptNote(name))
		return nil
	}
	if fw.role == builtServer || fw.role == static {
		if len(fw.build) == 0 {
			return nil
		}
		argv, err := p.npm.Exec(fw.build...)
		if err != nil {
			return err
		}
		svc.Build = detect.Assumed(argv, p.pkg.Note("no script builds: "+fw.name+"'s own command", "scripts"))
		return nil
	}
	if s == nil || s.entry == s.source && !compiles(s.before) {
		return nil
	}
	// What installs compiles too: "postinstall": "tsc".
	for _, name := range []string{"postinstall", "prepare", "prestart", "prestart:prod"} {
		if compiles(p.expand(p.script(name), 0)) {
			argv, err := p.run(name)
			if err != nil {
				return err
			}
			svc.Build = detect.Found(argv, p.scriptNote(name))
			return nil
		}
	}
	for _, c := range s.before {
		if slices.Contains(compilers, c.Program()) && !c.Opaque {
			argv, err := p.npm.Exec(c.Args...)
			if err != nil {
				return err
			}
			svc.Build = detect.Found(argv, s.why)
			return nil
		}
	}
	if s.entry != s.source && isTypeScript(s.source) && p.has("typescript") {
		argv, err := p.npm.Exec("tsc")
		if err != nil {
			return err
		}
		svc.Build = detect.Assumed(argv, p.Note(s.source, 0, "no script builds: the compiler makes %s of it", s.entry))
	}
	return nil
}

func compiles(cmds []manifest.Command) bool {
	return slices.ContainsFunc(cmds, func(c manifest.Command) bool { return slices.Contains(compilers, c.Program()) })
}

// buildHelps reports whether the program needs what the script makes. A plain
// program with a script named build may build its front end with it, or a
// package for others.
func (p *project) buildHelps(fw *framework, s *start, script string) bool {
	if fw.role == builtServer || fw.role == static || s == nil || s.entry != s.source || compiles(s.before) {
		return true
	}
	cmds := p.expand(p.script(script), 0)
	cmds = slices.DeleteFunc(cmds, func(c manifest.Command) bool { // a bundle of what runs as it stands
		return c.Program() == onBun && len(c.Args) > 1 && c.Args[1] == "build" && slices.Contains(c.Args, s.source)
	})
	return slices.ContainsFunc(cmds, func(c manifest.Command) bool {
		return len(c.Args) > 0 && !slices.Contains([]string{"echo", "true", ":", "exit", "eslint", "jest", "vitest", "mocha", "tap", "prettier"}, c.Program()) && !typeCheck(c)
	})
}

// typeCheck is a compiler that writes nothing.
func typeCheck(c manifest.Command) bool {
	return c.Program() == "tsc" && slices.Contains(c.Args, "--noEmit")
}

// migrations are commands that change a database's schema.
func isMigration(c manifest.Command) bool {
	text := strings.Join(c.Args, " ")
	for _, known := range []string{"prisma migrate", "prisma db push", "knex migrate", "typeorm migration:run", "sequelize db:migrate", "sequelize-cli db:migrate", "drizzle-kit migrate", "drizzle-kit push", "migrate-mongo up", "node-pg-migrate", "db-migrate up", "mikro-orm migration:up", "umzug up", "ace migration:run"} {
		if strings.Contains(text, known) {
			return true
		}
	}
	return len(c.Args) > 1 && c.Program() == "node" && strings.Contains(strings.ToLower(c.Args[1]), "migrat")
}

// explainStart notes what of the start script is not in the image's command.
func (p *project) explainStart(s *start) {
	for _, c := range s.before {
		text := strings.Join(c.Args, " ")
		switch {
		case text == "" || compiles([]manifest.Command{c}) || c.Program() == "rimraf" || c.Program() == "rm" || c.Program() == "del":
		case isMigration(c):
			p.remarkAt(s.why.On(detect.Migrations), "the start script migrates the database first (%s): run that as a step of its own before the new image starts", text)
		case c.Program() == "echo" || c.Program() == "mkdir":
		default:
			p.remarkAt(s.why, "the start script runs %q first: it is not part of the image's command", text)
		}
	}
	if s.shifted.Text != "" {
		p.notes = append(p.notes, s.shifted)
	}
	for _, file := range s.envFiles {
		p.remarkAt(s.why, "the start script reads %s, which no image should hold: the command leaves it out; give the variables to the container (docker run --env-file)", file)
	}
	for _, e := range s.env {
		if e.Name != "NODE_ENV" && e.Name != "PORT" {
			if name, err := safe.NewEnvName(e.Name); err == nil && !strings.Contains(e.Value, "$") && !secretRE().MatchString(e.Name) {
				if value, err := safe.NewLabel(e.Value); err == nil {
					p.set = append(p.set, detect.Setting{Name: name, Value: value})
				}
			}
		}
	}
	switch {
	case s.runtime != "" && s.runtime != "node" && s.development:
		p.remarkAt(s.why, "%s runs the sources as they stand and is a development dependency: the image keeps those; a build step would make it smaller and quicker to start", s.runtime)
	case s.runtime == "node" && isTypeScript(s.entry):
		p.remarkAt(s.why, "Node takes the types out of %s itself, which it does since 22.18", s.entry)
	}
}
