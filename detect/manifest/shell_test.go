package manifest

import (
	"fmt"
	"strings"
	"testing"
)

// show prints commands in short, so that a case is one line.
func show(cmds []Command) string {
	var out []string
	for _, c := range cmds {
		var b strings.Builder
		if c.Op != "" {
			fmt.Fprintf(&b, "%s ", c.Op)
		}
		for _, e := range c.Env {
			fmt.Fprintf(&b, "%s=%s ", e.Name, e.Value)
		}
		fmt.Fprintf(&b, "%q", c.Args)
		if c.Script != "" {
			fmt.Fprintf(&b, " script=%s%q", c.Script, c.ScriptArgs)
		}
		if len(c.Scripts) > 0 {
			fmt.Fprintf(&b, " scripts=%q", c.Scripts)
		}
		for _, v := range c.Variables {
			fmt.Fprintf(&b, " $%s:%s", v.Name, v.Default)
		}
		for _, f := range c.EnvFiles {
			fmt.Fprintf(&b, " <%s", f)
		}
		if c.Dir+c.Filter != "" {
			fmt.Fprintf(&b, " in=%s%s", c.Dir, c.Filter)
		}
		if c.Opaque {
			b.WriteString(" opaque")
		}
		if c.Background {
			b.WriteString(" &")
		}
		out = append(out, b.String())
	}
	return strings.Join(out, " ; ")
}

func TestCommands(t *testing.T) {
	cases := []struct{ why, line, want string }{
		{"a plain command", "node dist/server.js", `["node" "dist/server.js"]`},
		{"a default that is another variable's", "x --port ${PORT:-${OTHER:-8080}}", `["x" "--port" "$PORT"] $OTHER:8080 $PORT:8080`},
		{"an assignment before it", "NODE_ENV=production node a.js", `NODE_ENV=production ["node" "a.js"]`},
		{"uv", "exec uv run --no-dev --package api uvicorn api:app --port 80", `["uvicorn" "api:app" "--port" "80"]`},
		{"a module by uv", "uv run --frozen -m api.main -x", `["python" "-m" "api.main" "-x"]`},
		{"a script by uv", "uv run main.py", `["python" "main.py"]`},
		{"another manager of environments", "poetry run celery -A x worker", `["celery" "-A" "x" "worker"]`},
		{"what a manager does itself", "uv sync --frozen", `["uv" "sync" "--frozen"]`},
		{"cross-env", "cross-env NODE_ENV=production PORT=3000 node a.js", `NODE_ENV=production PORT=3000 ["node" "a.js"]`},
		{"dotenv with a file", "dotenv -e .env.prod -- node a.js", `["node" "a.js"] <.env.prod`},
		{"env-cmd", "env-cmd -f ./.env node a.js", `["node" "a.js"] <./.env`},
		{"exec and a port with a default", "exec gunicorn app:app --bind 0.0.0.0:${PORT:-8000}", `["gunicorn" "app:app" "--bind" "0.0.0.0:$PORT"] $PORT:8000`},
		{"a chain is split", "prisma migrate deploy && node a.js", `["prisma" "migrate" "deploy"] ; && ["node" "a.js"]`},
		{"three links keep their order", "a && b || c", `["a"] ; && ["b"] ; || ["c"]`},
		{"npm run", "npm run build -- --prod", `["npm" "run" "build" "--" "--prod"] script=build["--prod"]`},
		{"npm's own arguments are not the script's", "npm run build --silent", `["npm" "run" "build" "--silent"] script=build[]`},
		{"npm start is a script", "npm start", `["npm" "start"] script=start[]`},
		{"npm in another folder", "npm --prefix client run build", `["npm" "--prefix" "client" "run" "build"] script=build[] in=client`},
		{"npm's flag behind the script's name", "npm run build --prefix client -- --mode x", `["npm" "run" "build" "--prefix" "client" "--" "--mode" "x"] script=build["--mode" "x"] in=client`},
		{"a member behind the script's name", "npm run build -w apps/web", `["npm" "run" "build" "-w" "apps/web"] script=build[] in=apps/web`},
		{"a folder lasts for what follows", "cd client && npm install && npm run build", `["cd" "client"] ; && ["npm" "install"] in=client ; && ["npm" "run" "build"] script=build[] in=client`},
		{"a folder below a folder", "cd a && cd b && node x.js", `["cd" "a"] ; && ["cd" "b"] in=a ; && ["node" "x.js"] in=a/b`},
		{"pnpm in a member", "pnpm --filter web build", `["build"] script=build[] in=web`},
		{"yarn in a member", "yarn workspace web build", `["build"] script=build[] in=web`},
		{"yarn with a program or script", "yarn next build", `["next" "build"] script=next["build"]`},
		{"npx", "npx prisma generate", `["prisma" "generate"]`},
		{"pnpm exec", "pnpm exec next start -p $PORT", `["next" "start" "-p" "$PORT"] $PORT:`},
		{"bun runs a file", "bun run src/index.ts", `["bun" "run" "src/index.ts"]`},
		{"bun runs a script", "bun run start", `["bun" "run" "start"] script=start[]`},
		{"quotes", `node -e "console.log('a b')"`, `["node" "-e" "console.log('a b')"]`},
		{"a substitution can't be known", "node $(ls)", `["node" ""] opaque`},
		{"a redirection is more than its words", "node a.js > log", `["node" "a.js"] opaque`},
		{"a glob", "tsc src/*.ts", `["tsc" "src/*.ts"] opaque`},
		{"a quoted glob is none", `jest "src/**"`, `["jest" "src/**"]`},
		{"the background", "node a.js & node b.js", `["node" "a.js"] & ; & ["node" "b.js"]`},
		{"npm-run-all, its pattern unquoted", "run-p dev:* --print-label", `["run-p" "dev:*" "--print-label"] scripts=["dev:*"] opaque`},
		{"concurrently", `concurrently -n a,b "npm:dev" "npm run api"`, `["concurrently" "-n" "a,b" "npm:dev" "npm run api"] scripts=["dev" "api"]`},
		{"a subshell", "(cd a && node b.js)", `["cd" "a"] opaque ; && ["node" "b.js"] opaque`},
		{"only an assignment", "A=1", `A=1 []`},
		{"a loop", "while true; do node a; done", `[] opaque`},
		{"nothing", "", ``},
	}
	for _, c := range cases {
		cmds, err := Commands(c.line)
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
		} else if got := show(cmds); got != c.want {
			t.Errorf("%s: %s\n got %s\nwant %s", c.why, c.line, got, c.want)
		}
	}
	if _, err := Commands(`echo "a`); err == nil {
		t.Error("an open quote is no error")
	}
}

func TestExpand(t *testing.T) {
	for _, c := range []struct{ word, want string }{
		{"0.0.0.0:$PORT", "0.0.0.0:80"}, {"$PORT/$PORT", "80/80"}, {"$PORTS", "$PORTS"}, {"$PORT_A $PORT", "$PORT_A 80"}, {"$PORT1", "$PORT1"}, {"a", "a"}, {"", ""},
	} {
		if got := Expand(c.word, "PORT", "80"); got != c.want {
			t.Errorf("%q: %q, want %q", c.word, got, c.want)
		}
	}
}

func TestProcfile(t *testing.T) {
	d := dirOf(t, ".", map[string]string{"Procfile": "# x\nrelease: python manage.py migrate\nweb: gunicorn a:b --bind :$PORT\n\nbad line\n"})
	ps, err := Procfile(d, "Procfile")
	if err != nil || len(ps) != 2 {
		t.Fatalf("%+v, %v", ps, err)
	}
	if ps[1].Name != "web" || ps[1].Line != 3 || ps[1].Commands[0].Args[0] != "gunicorn" || ps[1].Commands[0].Variables[0].Name != "PORT" {
		t.Errorf("got %+v", ps[1])
	}
	if ps, err := Procfile(d, "Procfile.dev"); err != nil || ps != nil {
		t.Errorf("a Procfile that is not there: %v, %v", ps, err)
	}
}

func TestEnv(t *testing.T) {
	text := "# The database\nDATABASE_URL=\"postgres://u:p@localhost/x\" # yes\nexport PORT=3000\nEMPTY=\n# OPTIONAL=1\n# note = prose\nKEY='a#b'\nMULTI=\"a\nb\"\nLAST=x # y\n"
	d := dirOf(t, ".", map[string]string{".env.example": text, ".env": "TOKEN=hunter2\n#OLD=1\n"})
	lines, err := EnvExample(d)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range lines {
		got = append(got, fmt.Sprintf("%s=%q %q %v %d", l.Name, l.Value, l.Comment, l.Off, l.Line))
	}
	want := []string{
		`DATABASE_URL="postgres://u:p@localhost/x" "yes" false 2`, `PORT="3000" "" false 3`, `EMPTY="" "" false 4`,
		`OPTIONAL="1" "" true 5`, `KEY="a#b" "note = prose" false 7`, `MULTI="a\nb" "" false 8`, `LAST="x" "y" false 10`,
	}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got %s\nwant %s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	names, err := EnvNames(d, ".env")
	if err != nil || len(names) != 1 || names[0].Name != "TOKEN" || names[0].Value != "" || names[0].Comment != "" {
		t.Errorf("names of .env: %+v, %v", names, err)
	}
}

// What a script runs in one case or the other is seen, and what a plain reading calls opaque.
func TestBranches(t *testing.T) {
	cmds, err := Branches("set -e\nif [ -n \"$A\" ]; then\n  gosu app serve --a\nelif true; then\n  serve --b\nelse\n  cd web && serve --c\nfi\ncase \"$1\" in\n  start) exec serve --d ;;\n  *) exec \"$@\" ;;\nesac\nwhile true; do serve --e; done\n")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range cmds {
		if !c.Opaque {
			got = append(got, strings.Join(c.Args, " "))
		}
	}
	if want := "set -e|gosu app serve --a|serve --b|cd web|serve --c|serve --d"; strings.Join(got, "|") != want {
		t.Errorf("%q, want %q", got, want)
	}
	if _, err := Branches("if"); err == nil {
		t.Error("half a script is no error")
	}
}
