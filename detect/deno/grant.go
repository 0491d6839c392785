package deno

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/javascript"
)

// A program gets just the permissions that its task grants. Where no task says
// anything, it gets those that its own sources use, and what packages of npm's need
// to start at all: the environment, and their own files.
// https://docs.deno.com/runtime/fundamentals/security/

// reads, writes and runs are the functions, of Deno and of its standard library, that
// need a permission.
var (
	reads  = []string{"readTextFile", "readTextFileSync", "readFile", "readFileSync", "readDir", "readDirSync", "open", "openSync", "stat", "statSync", "lstat", "serveDir", "serveFile", "walk", "cwd", "realPath", "openKv", "send"}
	writes = []string{"writeTextFile", "writeTextFileSync", "writeFile", "writeFileSync", "mkdir", "mkdirSync", "create", "remove", "rename", "copyFile", "makeTempFile", "makeTempDir", "openKv", "ensureDir", "ensureFile"}
	runs   = []string{"Command", "run", "spawn"}
	system = []string{"hostname", "osRelease", "loadavg", "systemMemoryInfo", "networkInterfaces"}
)

// grant completes the command's permissions, and says which of them are a guess.
func (p *project) grant(svc *detect.Service, c *command) {
	for _, file := range c.envFiles {
		p.remark(c.why, "the task reads %s, which no image should hold: the command leaves it out; give the variables to the container (docker run --env-file)", file)
	}
	for _, before := range c.before {
		if text := strings.Join(before.Args, " "); text != "" && !isBuild(before) {
			p.remark(c.why, "the task runs %q first: it is not part of the image's command", text)
		}
	}
	if c.watches {
		p.remark(c.why, "the task watches the sources while somebody develops: the image's command leaves that out")
	}
	if c.granted {
		if slices.ContainsFunc(c.flags, func(f string) bool { return f == "-A" || f == "--allow-all" }) {
			p.remark(c.why, "%s grants every permission: name those that the program needs, as --allow-net --allow-env", c.task)
		}
		return
	}
	uses := func(names []string) bool {
		return slices.ContainsFunc(p.files, func(f *javascript.File) bool {
			return slices.ContainsFunc(f.Calls(f.Whole()), func(x javascript.Call) bool {
				return slices.Contains(names, x.Name()) && (x.Callee[0] == "Deno" || p.imported(f, x.Callee[0]))
			})
		})
	}
	npm := false
	for _, m := range p.modules() {
		npm = npm || m.npm
	}
	var flags []string
	add := func(flag string, yes bool) {
		if yes {
			flags = append(flags, flag)
		}
	}
	env := slices.ContainsFunc(p.files, func(f *javascript.File) bool { return len(f.Env()) > 0 })
	add("--allow-net", svc.Kind == detect.Server || len(p.modules()) > 0)
	add("--allow-env", env || npm)
	add("--allow-read", uses(reads) || npm)
	add("--allow-write", uses(writes))
	add("--allow-run", uses(runs))
	add("--allow-sys", uses(system))
	c.flags = append(flags, c.flags...)
	if c.serve { // deno serve may listen without being told
		c.flags = slices.DeleteFunc(c.flags, func(f string) bool { return f == "--allow-net" && len(p.modules()) == 0 })
	}
	p.remark(c.why, "no task grants permissions: those of the command are what the sources use; name them in a task called start in deno.json")
}
