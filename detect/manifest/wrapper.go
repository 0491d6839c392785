package manifest

import (
	"slices"
	"strings"
)

// unwrap takes off the programs that only prepare the environment of another,
// and reads references to scripts of the manifest.
func (c Command) unwrap() Command {
	for range 8 { // wrappers in wrappers; more is no script that people write
		if len(c.Args) == 0 {
			return c
		}
		args := c.Args
		switch program := c.Program(); program {
		case "exec", "command", "nohup", "tini", "dumb-init":
			c.Args = dropFlags(args[1:], "")
		case "env", "cross-env", "cross-env-shell":
			c.Args = c.assigns(dropFlags(args[1:], ""))
		case "dotenv", "dotenvx", "dotenv-cli":
			c.Args = c.envFiles(args[1:], "-e", "-f")
		case "env-cmd":
			c.Args = c.envFiles(args[1:], "-f", "--file")
		case "npx", "bunx", "pnpx":
			c.Manager = map[string]string{"npx": "npm", "bunx": "bun", "pnpx": "pnpm"}[program]
			c.OnBun = c.OnBun || program == "bunx" && len(args) > 1 && args[1] == "--bun"
			c.Args = dropFlags(args[1:], "-p --package -c")
		case "npm", "pnpm", "yarn", "bun":
			c.Manager = program
			if !c.manager(program, args[1:]) {
				return c
			}
		case "uv", "poetry", "pipenv", "pdm", "hatch", "rye":
			if len(args) < 3 || args[1] != "run" {
				return c
			}
			c.Args = pythonRun(program, args[2:])
		case "concurrently", "run-s", "run-p", "npm-run-all", "npm-run-all2":
			c.Scripts = runs(program, args[1:])
			return c
		default:
			return c
		}
		if c.Script != "" {
			return c
		}
	}
	return c
}

// dropFlags drops the leading flags; valued names those that take a value.
func dropFlags(args []string, valued string) []string {
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		if args[0] == "--" {
			return args[1:]
		}
		n := 1
		if slices.Contains(strings.Fields(valued), args[0]) && len(args) > 1 {
			n = 2
		}
		args = args[n:]
	}
	return args
}

// pythonRun is what a manager of Python's environments runs in one: a program, and by uv a
// module or a script as well. https://docs.astral.sh/uv/reference/cli/#uv-run
func pythonRun(manager string, args []string) []string {
	if manager != "uv" {
		return dropFlags(args, "-p --project -e --env")
	}
	for i, a := range args {
		if (a == "-m" || a == "--module") && i+1 < len(args) && len(dropFlags(args[:i], uvValued)) == 0 {
			return append([]string{"python", "-m"}, args[i+1:]...)
		}
	}
	if args = dropFlags(args, uvValued); len(args) > 0 && strings.HasSuffix(args[0], ".py") {
		return append([]string{"python"}, args...)
	}
	return args
}

// uvValued are the flags of uv run that take a value.
const uvValued = "--package --extra --group --only-group --no-group --env-file --with --with-editable --with-requirements -p --python --directory --project --index --default-index --index-url -i --no-extra -w --config-file --cache-dir"

func (c *Command) assigns(args []string) []string {
	for len(args) > 0 {
		name, value, ok := strings.Cut(args[0], "=")
		if !ok || !isName(name) {
			break
		}
		c.Env = append(c.Env, Assign{name, value})
		args = args[1:]
	}
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	return args
}

// envFiles reads the flags of a program that loads files of variables.
func (c *Command) envFiles(args []string, flags ...string) []string {
	for len(args) > 0 {
		flag, value, joined := strings.Cut(args[0], "=")
		switch {
		case args[0] == "--":
			return args[1:]
		case slices.Contains(flags, flag) && joined:
			c.EnvFiles = append(c.EnvFiles, value)
		case slices.Contains(flags, flag) && len(args) > 1:
			c.EnvFiles = append(c.EnvFiles, args[1])
			args = args[1:]
		case flag == "-v" && len(args) > 1: // dotenv -v NAME=value
			args = c.assigns(args[1:])
			continue
		case args[0] == "run": // dotenvx run --
		case !strings.HasPrefix(args[0], "-"):
			return args
		}
		args = args[1:]
	}
	return args
}

// managerCommands are what a package manager does itself; other words after
// yarn, pnpm and bun are scripts or installed programs.
var managerCommands = []string{
	"install", "i", "ci", "add", "remove", "rm", "update", "up", "publish", "pack", "config", "cache", "audit", "outdated", "why", "list", "ls",
	"info", "view", "version", "login", "logout", "whoami", "link", "unlink", "rebuild", "prune", "dedupe", "init", "create", "set", "plugin",
	"patch", "deploy", "fetch", "store", "import", "approve-builds", "workspaces", "upgrade", "bin", "root", "setup", "env", "licenses", "doctor",
}

// manager reads a package manager's command line. It reports whether c.Args now
// hold a program that the manager would only have found.
func (c *Command) manager(program string, args []string) bool {
	args = c.whereFlags(args)
	if len(args) == 0 {
		return false
	}
	verb, rest := args[0], args[1:]
	switch {
	case verb == "run" || verb == "run-script" || verb == "rum" || verb == "urn":
		rest = c.whereFlags(rest)
		if len(rest) == 0 {
			return false
		}
		if program == "bun" && strings.ContainsAny(rest[0], "./") {
			return false // bun run src/index.ts runs the file
		}
		c.Script, c.ScriptArgs = rest[0], afterDashes(program, rest[1:])
		if program == "npm" { // takes its flags behind the script's name, too
			own := rest[1:]
			if i := slices.Index(own, "--"); i >= 0 {
				own = own[:i]
			}
			for len(own) > 0 {
				if own = c.whereFlags(own); len(own) > 0 {
					own = own[1:]
				}
			}
		}
		return false
	case verb == "start" || verb == "test" || verb == "stop" || verb == "restart":
		c.Script, c.ScriptArgs = verb, afterDashes(program, rest)
		return false
	case verb == "t" || verb == "tst":
		c.Script = "test"
		return false
	case verb == "exec" || verb == "dlx" || verb == "x":
		c.Args = dropFlags(rest, "-p --package -c")
		return len(c.Args) > 0
	case program == "npm", program == "bun" && strings.ContainsAny(verb, "./"), slices.Contains(managerCommands, verb):
		return false
	case program == "yarn" && verb == "workspace" && len(rest) > 1:
		c.Filter = rest[0]
		return c.manager(program, rest[1:])
	case program == "bun" && (verb == "build" || verb == "test"):
		return false
	case program == "yarn" && verb == "node": // Yarn's own, with the loader of Plug'n'Play
		c.Args = args
		return true
	}
	// A script or an installed program: only the manifest knows which. A script
	// of that name wins there, so Script and Args both are set.
	c.Script, c.ScriptArgs, c.Args = verb, rest, args
	return false
}

// BunValued are Bun's flags that take a value (https://bun.sh/docs/cli/run).
func BunValued() []string {
	return []string{"--env-file", "--cwd", "--filter", "-F", "--port", "--preload", "-r", "--require", "--import", "-d", "--define", "-l", "--loader", "--conditions", "--tsconfig-override", "-c", "--config", "--main-fields", "--extension-order"}
}

// whereFlags drops a package manager's flags and keeps those that say where it works.
func (c *Command) whereFlags(args []string) []string {
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		flag, value, joined := strings.Cut(args[0], "=")
		var to *string
		switch flag {
		case "-C", "--dir", "--prefix", "--cwd":
			to = &c.Dir
		case "-w", "--workspace", "--filter", "-F":
			to = &c.Filter
		case "--bun", "-b":
			c.OnBun = c.OnBun || c.Manager == "bun"
		}
		if to == nil && !joined && c.Manager == "bun" && len(args) > 1 && slices.Contains(BunValued(), flag) {
			args = args[1:]
		}
		if to != nil && !joined && len(args) > 1 && !(flag == "-w" && c.Program() == "pnpm") { // pnpm -w is --workspace-root
			value, args = args[1], args[1:]
		}
		if to != nil {
			*to = value
		}
		args = args[1:]
	}
	return args
}

// afterDashes: npm hands on what stands behind "--"; the others everything.
func afterDashes(program string, args []string) []string {
	if i := slices.Index(args, "--"); i >= 0 {
		return args[i+1:]
	}
	if program == "npm" {
		return nil
	}
	return args
}

// runs are the scripts that a runner of several is told to start. Patterns
// ("build:*") stay as they are.
func runs(program string, args []string) []string {
	var out []string
	for i := 0; i < len(args); i++ {
		a := args[i]
		if strings.HasPrefix(a, "-") {
			if program == "concurrently" && !strings.Contains(a, "=") && slices.Contains([]string{"-n", "--names", "-c", "--prefix-colors", "-p", "--prefix", "-s", "--success", "-m", "--max-processes"}, a) {
				i++
			}
			continue
		}
		if program != "concurrently" {
			out = append(out, strings.Fields(a)[:min(1, len(strings.Fields(a)))]...)
			continue
		}
		if manager, script, ok := strings.Cut(a, ":"); ok && slices.Contains([]string{"npm", "yarn", "pnpm", "bun"}, manager) {
			out = append(out, script)
			continue
		}
		cmds, err := Commands(a)
		if err != nil {
			continue
		}
		for _, c := range cmds {
			if c.Script != "" {
				out = append(out, c.Script)
			}
		}
	}
	return out
}
