package shell_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dockgen/detect"
	"dockgen/detect/shell"
	"dockgen/detect/static"
	"dockgen/internal/scantest"
)

func scan(t testing.TB, archive string) *detect.Project {
	t.Helper()
	return scantest.Files(t, detect.Config{Name: "demo", Detectors: []detect.Detector{static.Detector{}, shell.Detector{}}}, scantest.Archive(archive))
}

func one(t testing.TB, archive string) *detect.Service {
	t.Helper()
	return scantest.One(t, scan(t, archive))
}

func TestStart(t *testing.T) {
	for _, c := range []struct{ why, files, start string }{
		{"the one script whose name says it", "-- main.sh --\n#!/bin/bash\necho hi\n-- tool.sh --\n#!/bin/sh\ndocker ps\n", "bash /app/main.sh"},
		{"the interpreter of the first line", "-- run.sh --\n#!/bin/sh -e\necho hi\n", "sh /app/run.sh"},
		{"BusyBox's shell", "-- run.sh --\n#!/bin/ash\necho hi\n", "sh /app/run.sh"},
		{"by env", "-- run.sh --\n#!/usr/bin/env -S bash -e\necho hi\n", "bash /app/run.sh"},
		{"a Procfile, with words", "-- Procfile --\nworker: bash bin/poll.sh --fast\n-- bin/poll.sh --\necho hi\n", "bash /app/bin/poll.sh --fast"},
		{"Fly.io", "-- fly.toml --\n[processes]\napp = \"./go.sh\"\n-- go.sh --\n#!/bin/bash\necho hi\n", "bash /app/go.sh"},
		{"Render", "-- render.yaml --\nservices:\n  - type: worker\n    startCommand: ./go.sh\n-- go.sh --\n#!/bin/bash\necho hi\n", "bash /app/go.sh"},
		{"a Dockerfile upon a distribution", "-- Dockerfile --\nFROM debian:12\nCOPY . /app\nENTRYPOINT [\"/app/go.sh\"]\n-- go.sh --\n#!/bin/bash\necho hi\n", "bash /app/go.sh"},
	} {
		if got := strings.Join(one(t, c.files).Start.V.Args(), " "); got != c.start {
			t.Errorf("%s: %q, want %q", c.why, got, c.start)
		}
	}
}

func TestNothing(t *testing.T) {
	run := func(text string) string { return "-- run.sh --\n#!/bin/bash\n" + text + "\n" }
	for _, c := range []struct{ why, files, note string }{
		{"scripts of other names", "-- install.sh --\n#!/bin/bash\necho\n-- bootstrap.sh --\n#!/bin/bash\necho\n", ""},
		{"two that could be it", "-- run.sh --\n#!/bin/sh\necho\n-- start.sh --\n#!/bin/sh\necho\n", ""},
		{"no first line", "-- run.sh --\necho\n", ""},
		{"in a folder", "-- x/run.sh --\n#!/bin/sh\necho\n", ""},
		{"a tool for developers", run("docker compose up -d"), "docker is for a developer's machine"},
		{"behind another command", run("exec sudo -E make install"), "sudo is for"},
		{"in a function", run("f() { if x; then npm ci; fi; }\nx() { true; }\nf"), "npm is for"},
		{"links of dotfiles", run("ln -s \"$PWD/vimrc\" ~/.vimrc\nln -s a \"$HOME/b\""), "ln puts links"},
		{"a commit", run("git -C repo commit -m x"), "git changes a repository"},
		{"a command that nobody knows", run("frobnicate"), "frobnicate is in no package"},
		{"a question", run("read -p 'Sure? ' x"), "asks a person"},
		{"an entry of an image", "-- docker-entrypoint.sh --\n#!/bin/sh\nset -e\nexec \"$@\"\n", "comes from elsewhere"},
		{"upon an image of a program", "-- Dockerfile --\nFROM nginx\nCMD [\"./run.sh\"]\n" + run("echo"), "more than a distribution"},
		{"beside a manifest", "-- go.mod --\nmodule x\n" + run("echo"), "stands beside go.mod"},
		{"another shell", "-- run.sh --\n#!/usr/bin/env fish\necho\n", "no shell that is read here"},
		{"no script", run("if then ("), "no script that a shell takes"},
		{"a script that it calls", run("./lib.sh") + "-- lib.sh --\nbrew install x\n", "lib.sh:1: brew"},
		{"a program in Python", run("python3 app.py"), "another language"},
	} {
		p := scan(t, c.files)
		var notes []string
		for _, n := range p.Notes {
			notes = append(notes, n.String())
		}
		if len(p.Services) > 0 || c.note != "" && !strings.Contains(strings.Join(notes, "\n"), c.note) || c.note == "" && len(notes) > 0 {
			t.Errorf("%s: services %d, notes %q, want %q", c.why, len(p.Services), notes, c.note)
		}
	}
}

// Another service anywhere, and no script of the root is a program.
func TestLast(t *testing.T) {
	p := scan(t, "-- run.sh --\n#!/bin/sh\necho\n-- web/index.html --\n<!doctype html><title>x</title>\n")
	if len(p.Services) != 1 || p.Services[0].Language != "static" {
		t.Errorf("services: %v, notes %v", p.Services, p.Notes)
	}
}

func TestKind(t *testing.T) {
	for _, c := range []struct {
		why, text string
		kind      detect.Kind
		port      int
		graceful  bool
	}{
		{"it ends", "echo hi", detect.Job, 0, false},
		{"true", "while true; do sleep 5; done", detect.Worker, 0, false},
		{"a colon", "while :; do sleep 5; done", detect.Worker, 0, false},
		{"until", "until false; do sleep 5; done", detect.Worker, 0, false},
		{"arithmetic", "while ((1)); do sleep 5; done", detect.Worker, 0, false},
		{"a condition", "while read -r line; do echo; done < x", detect.Job, 0, false},
		{"it sleeps", "exec sleep infinity", detect.Worker, 0, false},
		{"a trap", "trap stop TERM\nstop() { exit; }\nwhile true; do sleep 1 & wait; done", detect.Worker, 0, true},
		{"socat", "exec socat TCP-LISTEN:8081,fork,reuseaddr EXEC:./x.sh", detect.Server, 8081, false},
		{"nc", "while true; do nc -l -p 9000 < x; done", detect.Server, 9000, false},
		{"Python's server", "python3 -m http.server", detect.Server, 8000, false},
		{"arguments", "echo \"$1\"", detect.CLI, 0, false},
	} {
		s := one(t, "-- run.sh --\n#!/bin/bash\n"+c.text+"\n")
		if s.Kind != c.kind || int(s.Port.V) != c.port || s.Graceful != c.graceful {
			t.Errorf("%s: %s on %d, graceful %v", c.why, s.Kind, s.Port.V, s.Graceful)
		}
	}
}

func TestFacts(t *testing.T) {
	s := one(t, `-- run.sh --
#!/bin/bash
set -u
here=$(cd "$(dirname "$0")" && pwd)
source "$here/lib/db.sh"
: "${DB_HOST:?}" "${LEVEL:=info}"
days=${DAYS:-7}
for f in a b; do echo "$f $days $ZONE $HOME"; done
query | envsubst < conf/mail.tpl | ssh "$MAIL_HOST" cat
tar cz -C static . > /srv/out/site.tgz
echo x > log/run.txt
-- lib/db.sh --
query() { PGPASSWORD="$DB_PASSWORD" psql -h "$DB_HOST" -U "${DB_USER}" app; }
-- conf/mail.tpl --
-- static/x --
-- other.sh --
`)
	var env, deb, files, settings []string
	for _, e := range s.Env {
		name := e.Name.String()
		if e.Required {
			name += "!"
		}
		env = append(env, name)
	}
	for _, p := range s.Packages {
		deb = append(deb, p.Deb.String())
	}
	for _, f := range s.Facts.(shell.Facts).Files {
		files = append(files, f.String())
	}
	for _, n := range s.Needs {
		for _, x := range n.Settings {
			settings = append(settings, n.Name+":"+x.Env.String()+"="+string(x.Part))
		}
	}
	slices.Sort(deb)
	for _, c := range []struct {
		what string
		got  []string
		want string
	}{
		{"variables", env, "DB_PASSWORD! DB_HOST! DB_USER! LEVEL DAYS ZONE! MAIL_HOST!"},
		{"packages", deb, "gettext-base openssh-client postgresql-client"},
		{"files", files, "run.sh lib/db.sh conf/mail.tpl static"},
		{"settings", settings, "postgres:DB_HOST=host postgres:DB_PASSWORD=password postgres:DB_USER=user postgres:PGDATABASE=database"},
	} {
		if got := strings.Join(c.got, " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
	if len(s.State) != 1 || s.State[0].String() != "log" || !s.Facts.(shell.Facts).Folders {
		t.Errorf("state %v, facts %+v", s.State, s.Facts)
	}
	if !slices.ContainsFunc(s.Notes, func(n detect.Note) bool { return strings.Contains(n.Text, "writes to /srv/out") }) {
		t.Errorf("notes: %v", s.Notes)
	}
}

// FuzzInspect holds that no script makes the detector fall over.
func FuzzInspect(f *testing.F) {
	for _, seed := range []string{"echo $1", "while true; do :; done", "exec \"$@\"", "trap x TERM", "a() { b; }; ${x:-$(y)}", "read -r", "exec", "ln", "nc -l", "python3", "git", "timeout 5", "() x a; ${a:-$(a)}", "for ((;;)); do x; done"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fsys := fstest.MapFS{"run.sh": {Data: []byte("#!/bin/bash\n" + text)}}
		if _, err := detect.Scan(context.Background(), fsys, detect.Config{Name: "x", Detectors: []detect.Detector{shell.Detector{}}}); err != nil && !strings.Contains(err.Error(), "run.sh") {
			t.Error(err)
		}
	})
}
