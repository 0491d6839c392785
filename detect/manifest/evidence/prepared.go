package evidence

import (
	"bytes"
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// runners are programs that run what a project has written, as scripts of its own or
// tasks of its framework.
var runners = []string{"python", "php", "node", "ruby", "perl", "manage.py", "django-admin", "flask", "alembic", "bundle", "rails", "rake", "npm", "npx", "yarn", "pnpm", "bun", "bunx", "deno", "mix"}

// doneBefore are the tasks that the build has done when the program starts, or that leave
// nothing behind.
var doneBefore = []string{"collectstatic", "compress", "compilemessages", "makemigrations", "check", "install", "ci", "build", "optimize", "optimize:clear", "cache:clear", "cache:warmup", "config:cache",
	"config:clear", "route:cache", "route:clear", "view:cache", "view:clear", "event:cache", "storage:link", "assets:precompile", "assets:install", "flush", "deps.get", "--version", "-c", "-e", "-r"}

// prepared tells of the commands that the project's own image runs before its program, by
// a script that the Dockerfile starts, and that no process here runs: first users, tables
// that no migration makes. What is under a condition is left to whoever set it.
func prepared(d *detect.Dir, s *detect.Service) error {
	if s.Kind != detect.Server && s.Kind != detect.Worker || !s.Entrypoint.IsZero() {
		return nil
	}
	script := startScript(d)
	if script == "" || strings.Contains(s.Start.V.String(), path.Base(script)) {
		return nil
	}
	data, err := d.Read(script)
	if err != nil {
		return err
	}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(bytes.NewReader(data), "")
	if err != nil {
		return nil //nolint:nilerr // a script that only its own shell reads is no reason to speak
	}
	var missing []string
	line := 0
	for i, stmt := range file.Stmts {
		if i == len(file.Stmts)-1 {
			break // the program itself
		}
		for _, words := range inOrder(stmt) {
			command, ok := task(s, words)
			if ok && !slices.Contains(missing, command) {
				missing, line = append(missing, command), cmp.Or(line, int(stmt.Pos().Line()))
			}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	more := ""
	if n := len(missing) - 3; n > 0 {
		more, missing = fmt.Sprintf(" and %d more", n), missing[:3]
	}
	s.Notes = append(s.Notes, d.Note(script, line, "runs %s%s before the program, and nothing here does: run it in a container of the image, once or before each release (docker compose run --rm)", strings.Join(missing, ", "), more))
	return nil
}

// startScript is the script of a shell that the Dockerfile starts, "" for none.
func startScript(d *detect.Dir) string {
	if file, _ := Started(d, ".sh"); file != "" {
		return file
	}
	words, _ := LastCommand(d)
	for _, w := range words[:min(2, len(words))] {
		if file := CopiedAs(d, w); file != "" && (path.Ext(file) == ".sh" || strings.Contains(path.Base(file), "entrypoint")) {
			return file
		}
	}
	return ""
}

// inOrder are the words of the commands that a statement runs one after the other in any
// case, without those that a shell has to make up.
func inOrder(stmt *syntax.Stmt) [][]string {
	if stmt.Background || stmt.Negated {
		return nil
	}
	switch x := stmt.Cmd.(type) {
	case *syntax.BinaryCmd:
		switch x.Op {
		case syntax.AndStmt:
			return append(inOrder(x.X), inOrder(x.Y)...)
		case syntax.OrStmt: // what follows is for a failure
			return inOrder(x.X)
		}
	case *syntax.CallExpr:
		var words []string
		for _, w := range x.Args {
			words = append(words, w.Lit())
		}
		if len(words) > 0 && len(x.Assigns) == 0 && words[0] != "exec" && !slices.Contains(words, "") {
			return [][]string{words}
		}
	}
	return nil
}

// task is a command that a runner runs and no process of the service has.
func task(s *detect.Service, command []string) (string, bool) {
	if !slices.Contains(runners, strings.TrimRight(path.Base(command[0]), "0123456789.")) {
		return "", false
	}
	var words []string
	for i, a := range command {
		if slices.Contains(doneBefore, a) {
			return "", false
		}
		if i > 0 && !strings.HasPrefix(a, "-") && !slices.Contains([]string{"run", "exec", "artisan"}, a) {
			words = append(words, strings.TrimSuffix(path.Base(a), path.Ext(a)))
		}
	}
	argv, err := safe.NewArgv(command...)
	if err != nil || len(words) == 0 || covered(s.Start.V, words) || slices.ContainsFunc(s.Processes, func(p detect.Process) bool {
		return covered(p.Start.V, words) || p.Kind == detect.Job && migrates(words)
	}) || migrates(words) && slices.ContainsFunc(s.Notes, func(n detect.Note) bool { return n.About == detect.Migrations }) {
		return "", false
	}
	return argv.String(), true
}

// covered reports whether a command has all of the words, in a path of its own too.
func covered(argv safe.Argv, words []string) bool {
	has := argv.Args()
	for _, a := range argv.Args() {
		has = append(has, strings.FieldsFunc(a, func(r rune) bool { return r == '/' || r == '.' })...)
	}
	return !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(has, w) })
}

// migrates reports whether the words are about the tables of a database.
func migrates(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return strings.Contains(w, "migrat") || slices.Contains([]string{"upgrade", "db:create", "db:prepare", "db:setup", "setup", "ecto.setup", "ecto.create"}, w)
	})
}
