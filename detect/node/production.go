package node

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect/manifest"
)

// production turns a command into its production form. It returns nil for what
// only serves while developing; a start without argv names the source that a
// program such as tsx runs.
func (p *project) production(c manifest.Command) *start {
	args := c.Args
	switch program := c.Program(); program {
	case "node", "nodejs":
		return p.nodeCommand(args[1:])
	case onBun:
		return p.bunCommand(args[1:])
	case "nodemon", "node-dev", "supervisor", "forever":
		s := p.nodeCommand(runnerArgs(args[1:]))
		if s != nil && isTypeScript(s.source) && s.entry == s.source { // nodemon runs such files by ts-node
			return &start{source: s.source, runtime: orElse(flagProgram(args), "ts-node")}
		}
		return s
	case "ts-node", "ts-node-dev", "tsnd", "ts-node-esm", "tsx", "esno", "esmo", "babel-node", "swc-node", "vite-node", "jiti", "sucrase-node":
		rest := runnerArgs(args[1:])
		if len(rest) == 0 {
			return nil
		}
		source := p.program.Find(rest[0])
		if source == "" {
			return nil
		}
		return &start{source: source, runtime: program}
	case "pm2", "pm2-runtime", "pm2-docker":
		return p.pm2(args[1:])
	case "nest":
		if len(args) > 1 && args[1] == "start" && !slices.Contains(args, "--watch") && !slices.Contains(args, "-w") {
			return p.compiled("src/main.ts")
		}
		return nil
	case "fastify":
		if len(args) > 1 && args[1] == "start" && p.prod("fastify-cli") && !slices.Contains(args, "-w") && !slices.Contains(args, "--watch") {
			return p.fastifyCLI(args[2:])
		}
		return nil
	case "functions-framework", "functions-framework-nodejs":
		return p.functions(args[1:])
	case "serve", "http-server", "sirv":
		return serveCommand(args[1:])
	case "remix-serve", "react-router-serve":
		pkg := map[string]string{"remix-serve": "@remix-run/serve", "react-router-serve": "@react-router/serve"}[program]
		if len(args) < 2 || !p.has(pkg) {
			return nil
		}
		return nil // the framework's own command: see framework.start
	}
	return nil
}

// runnerArgs skips the flags of a program that runs a file again and again.
func runnerArgs(args []string) []string {
	valued := []string{"-e", "--ext", "-w", "--watch", "-i", "--ignore", "--ignore-watch", "-r", "--require", "-P", "--project", "--exec", "-x", "--import", "--loader", "--env-file", "--tsconfig", "-O", "--compiler-options", "--delay"}
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "--exec" || a == "-x":
			if i+1 < len(args) { // nodemon --exec ts-node src/index.ts, nodemon --exec "ts-node src/index.ts"
				rest := append(strings.Fields(args[i+1]), args[i+2:]...)
				if len(rest) > 1 {
					return rest[1:]
				}
				return rest
			}
		case slices.Contains(valued, a):
			if a == "--watch" && (i+1 >= len(args) || !strings.HasPrefix(args[i+1], "-") && strings.Contains(path.Base(args[i+1]), ".")) {
				continue // node's own --watch takes no value
			}
			i++
		case a == "watch" || a == "--" || strings.HasPrefix(a, "-"):
		default:
			return args[i:]
		}
	}
	return nil
}

// flagProgram is the program of nodemon's --exec.
func flagProgram(args []string) string {
	return strings.SplitN(flagValue(args, "--exec", "-x"), " ", 2)[0]
}

// dropNodeFlag reports whether a flag of the start script means nothing in an
// image, or does harm.
func dropNodeFlag(flag string) bool {
	name, _, _ := strings.Cut(flag, "=")
	switch name {
	case "--watch", "--watch-path", "--watch-preserve-output", "--inspect", "--inspect-brk", "--inspect-port", "--env-file", "--env-file-if-exists":
		return true
	}
	return false
}

// nodeCommand reads the words after "node".
func (p *project) nodeCommand(args []string) *start {
	s := &start{argv: []string{"node"}}
	loader := ""
	for i := 0; i < len(args); i++ {
		a := args[i]
		name, value, joined := strings.Cut(a, "=")
		switch {
		case name == "--env-file" || name == "--env-file-if-exists":
			if !joined && i+1 < len(args) {
				i++
				value = args[i]
			}
			s.envFiles = append(s.envFiles, value)
		case dropNodeFlag(a):
		case slices.Contains([]string{"-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions"}, name):
			if !joined && i+1 < len(args) {
				i++
				value = args[i]
			}
			if l := typeScriptLoader(value); l != "" {
				loader = l
			}
			s.argv = append(s.argv, name, value)
		case a == "-e" || a == "--eval" || a == "-p" || a == "--test" || a == "--run":
			return nil
		case strings.HasPrefix(a, "-"):
			s.argv = append(s.argv, a)
		case a == "ace", a == "inspect":
			return nil
		default:
			return p.nodeEntry(s, a, args[i+1:], loader)
		}
	}
	return nil
}

func typeScriptLoader(module string) string {
	pkg := strings.SplitN(module, "/", 2)[0]
	switch pkg {
	case "ts-node", "tsx", "esbuild-register", "sucrase", "jiti":
		return pkg
	}
	if strings.HasPrefix(module, "@swc-node/") || strings.HasPrefix(module, "@babel/register") {
		return module
	}
	return ""
}

// nodeEntry finds the file that "node ENTRY" means, and what it is made of.
func (p *project) nodeEntry(s *start, entry string, rest []string, loader string) *start {
	entry = path.Clean(entry)
	if entry == "." {
		entry = path.Clean(orElse(p.pkg.Main, "index.js"))
	}
	if _, ok := rel(entry); !ok {
		return nil
	}
	s.entry, s.source = entry, p.program.Find(entry)
	if made := p.sourceOf(entry); made != "" && p.isOutput(entry) && (isTypeScript(made) || p.buildScript() != "" && !strings.HasPrefix(entry, "lib/")) {
		s.source = made // an old output may lie about; the build writes it anew
	}
	if s.source != "" && s.source != entry && isTypeScript(s.source) && !p.isOutput(entry) && loader == "" && !isTypeScript(entry) {
		s.source = "" // index.js beside index.ts is the compiler's output
	}
	if s.source != "" && !p.HasDir(entry) && !p.isOutput(entry) {
		entry = keepWritten(entry, s.source)
	}
	if s.source == "" {
		s.source = p.sourceOf(entry)
	}
	if loader == "" && p.isOutput(entry) && isTypeScript(s.source) {
		if made, why := p.shifted(entry, s.source); made != "" {
			entry, s.entry, s.shifted = made, made, why
		}
	}
	if loader != "" {
		s.runtime = loader
		if !p.prod(loader) {
			return &start{source: s.source, runtime: loader}
		}
	}
	s.argv = append(append(s.argv, entry), rest...)
	return s
}

// keepWritten prefers the word of the script where it names the file as well.
func keepWritten(entry, source string) string {
	if path.Ext(entry) != "" && entry == source {
		return entry
	}
	if strings.HasPrefix(source, entry) {
		return source
	}
	return entry
}

// pm2 runs one process a container needs no manager for: the script it starts.
func (p *project) pm2(args []string) *start {
	for i, a := range args {
		if a == "start" || strings.HasPrefix(a, "-") {
			continue
		}
		if strings.HasSuffix(a, ".json") || strings.Contains(path.Base(a), ".config.") || strings.HasPrefix(path.Base(a), "ecosystem") || strings.HasPrefix(path.Base(a), "pm2.") {
			return p.ecosystem(a)
		}
		return p.nodeCommand(args[i : i+1])
	}
	return nil
}

// ecosystem reads pm2's file (https://pm2.keymetrics.io/docs/usage/application-declaration/).
func (p *project) ecosystem(name string) *start {
	var script, argText string
	if strings.HasSuffix(name, ".json") {
		var file struct {
			Apps []struct{ Script, Args string }
		}
		if _, err := manifest.JSONC(p.Dir, path.Clean(name), &file); err != nil || len(file.Apps) == 0 {
			return nil
		}
		script, argText = file.Apps[0].Script, file.Apps[0].Args
	} else {
		f := p.load(path.Clean(name))
		script, _, _ = p.literal(f, "script")
		argText, _, _ = p.literal(f, "args")
	}
	switch script {
	case "":
		return nil
	case "npm", "yarn", "pnpm":
		return p.commandOf(script+" "+argText, p.Note(name, 0, "script: %s %s", script, argText))
	}
	return p.nodeCommand(append([]string{script}, strings.Fields(argText)...))
}

// fastifyCLI runs a plugin; its own default is the loopback address unless it
// sees that it is in a container.
func (p *project) fastifyCLI(args []string) *start {
	argv := []string{"node", "node_modules/fastify-cli/cli.js", "start"}
	entry := ""
	for _, a := range args {
		if a != "-P" && a != "--pretty-logs" && a != "--debug" && a != "-d" {
			argv = append(argv, a)
		}
		if !strings.HasPrefix(a, "-") && path.Ext(a) != "" {
			entry = path.Clean(a)
		}
	}
	source := p.program.Find(entry)
	if source == "" {
		source = p.sourceOf(entry)
	}
	return &start{argv: argv, entry: entry, source: source, server: &framework{
		name: "Fastify", role: library, port: 3000, portEnv: "PORT", hostEnv: "FASTIFY_ADDRESS", graceful: true, // by close-with-grace
	}}
}

// serveCommand: serve -s build, http-server dist. The folder is a site.
func serveCommand(args []string) *start {
	valued := []string{"-l", "--listen", "-p", "--port", "-c", "--config", "-a", "-H", "--host"}
	for i := 0; i < len(args); i++ {
		switch a := args[i]; {
		case slices.Contains(valued, a):
			i++
		case strings.HasPrefix(a, "-"):
		default:
			if r, ok := rel(a); ok {
				return &start{site: r.String()}
			}
		}
	}
	return nil
}

// runSource finds how a source runs in production: what the build makes of it,
// the program that runs TypeScript where that is installed, or Node itself.
func (p *project) runSource(s *start) *start {
	if s.runtime == "" || s.runtime == onNode {
		if why, ok := p.needsBun(s.source); ok {
			s.argv, s.entry, s.runtime, s.bun = []string{onBun, s.source}, s.source, "", why
			return s
		}
	}
	if !isTypeScript(s.source) && s.runtime != "babel-node" {
		s.argv, s.entry = []string{"node", s.source}, s.source
		s.runtime = ""
		return s
	}
	if made := p.compiled(s.source); made != nil {
		made.why, made.before, made.env, made.envFiles = s.why, s.before, s.env, s.envFiles
		return made
	}
	s.entry = s.source
	switch runtime := p.typeScriptRuntime(s.runtime); runtime {
	case "":
		// https://nodejs.org/api/typescript.html: since 22.18 Node takes the types away itself.
		s.argv, s.runtime = []string{"node", s.source}, "node"
	case "tsx":
		s.argv, s.runtime, s.development = []string{"node", "--import", "tsx", s.source}, runtime, !p.prod("tsx")
	case "ts-node":
		s.argv, s.runtime, s.development = []string{"node", "-r", "ts-node/register/transpile-only", s.source}, runtime, !p.prod("ts-node")
		if p.pkg.Type == "module" {
			s.argv = []string{"node", "--loader", "ts-node/esm/transpile-only", s.source}
		}
	}
	return s
}

// typeScriptRuntime is the package that can run TypeScript; "" for none.
func (p *project) typeScriptRuntime(asked string) string {
	switch asked {
	case "tsx", "esno", "esmo":
		return "tsx"
	case "ts-node", "ts-node-dev", "tsnd", "ts-node-esm":
		return "ts-node"
	}
	switch {
	case p.has("tsx"):
		return "tsx"
	case p.has("ts-node", "ts-node-dev"): // which depends on it
		return "ts-node"
	}
	return ""
}
