package javascript

import (
	"slices"
	"strings"
	"testing"

	"dockgen/detect"
	"dockgen/internal/scantest"
)

// program returns the program of a folder that holds the files.
func program(t testing.TB, files map[string]string) *Program {
	t.Helper()
	return NewProgram(scantest.Dir(t, detect.Choices{}, files))
}

func TestValue(t *testing.T) {
	for _, tc := range []struct{ why, src, text, env string }{
		{"a number", `const x = 3000`, "3000", ""},
		{"an environment variable with a default", `const x = process.env.PORT || 3000;`, "3000", "PORT"},
		{"the nullish form", "const x = process.env.PORT ?? 8_080\nconst y = 1", "8080", "PORT"},
		{"converted", `const x = parseInt(process.env.PORT || "4000", 10)`, "4000", "PORT"},
		{"converted before the default", `const x = Number(process.env.PORT) || 4000`, "4000", "PORT"},
		{"by the unary plus", `const x = +(process.env["PORT"] ?? 80)`, "80", "PORT"},
		{"a conditional", `const x = process.env.PORT ? Number(process.env.PORT) : 5000`, "5000", "PORT"},
		{"with TypeScript's assertions", `const x = (process.env.PORT as string)! || 3001 as number`, "3001", "PORT"},
		{"through another name", "const y = process.env.PORT || 1\nconst x = y", "1", "PORT"},
		{"a typed declaration", `const x: number | string = process.env.PORT || 7`, "7", "PORT"},
		{"out of a pattern", `const { PORT = 9000 } = process.env; const x = PORT`, "9000", "PORT"},
		{"NestJS's service", `const x = configService.get<number>('PORT', 3333)`, "3333", "PORT"},
		{"an application setting", "app.set('port', process.env.PORT || 3002);\nconst x = app.get('port')", "3002", "PORT"},
		{"env-var", `const x = env.get("PORT").default(3003).asPortNumber()`, "3003", "PORT"},
		{"convict", `const x = {format: "port", default: 8081, env: "PORT"}`, "8081", "PORT"},
		{"the first of a list", `const x = [args.port, process.env.PORT, 3004].map((v) => parseInt(v)).find((v) => !isNaN(v))`, "3004", "PORT"},
		{"a list alone is no value", `const x = [3000, 3001]`, "", ""},
		{"a static of a class", "class S { public static readonly PORT: number = 8080; go() {} }\nconst x = process.env.PORT || S.PORT", "8080", "PORT"},
		{"a property that is set elsewhere", "class S { private port: string | number; constructor() { this.port = process.env.PORT || 8081 } go() { const x = this.port } }", "8081", "PORT"},
		{"a property of an instance", "class S { port = 8082; go() { const x = this.port } }", "8082", ""},
		{"what only looks so", "function f(S = 1, PORT = 8083) {}\nconst x = S.PORT", "", "PORT"},
		{"a member that the file sets", "const config = JSON.parse(read());\nconfig.port = process.env.PORT || config.port || 7777;\nconst x = config.port", "7777", "PORT"},
		{"a member of a member that it sets", "class S { run() { this.config.port = Number(process.env.PORT) || 5001; const x = this.config.port } }", "5001", "PORT"},
		{"taken out of an object", "const config = { port: process.env.PORT ?? 4002 };\nconst { port } = config;\nconst x = port", "4002", "PORT"},
		{"under another name", "const config = { port: 4003 };\nconst { port: p } = config;\nconst x = p", "4003", ""},
		{"a comment that says otherwise", "// const x = 1\nconst x = /* 2 */ 3", "3", ""},
		{"a string that looks like code", `const s = "const x = 1"; const x = 2`, "2", ""},
		{"a regular expression with a quote", "const r = /[\"'/]/g; const x = 4", "4", ""},
		{"an apostrophe in JSX", "const e = <p>Don't</p>;\nconst x = 5", "5", ""},
	} {
		p := program(t, map[string]string{"a.ts": tc.src})
		f := p.Load("a.ts")
		got := p.Value(f, f.consts["x"])
		if got.Text != tc.text || got.Env != tc.env {
			t.Errorf("%s: %q gives %q, %q, want %q, %q", tc.why, tc.src, got.Text, got.Env, tc.text, tc.env)
		}
	}
}

func TestValueAcrossFiles(t *testing.T) {
	p := program(t, map[string]string{
		"src/index.ts":        "import { env } from './env.js'\nimport config from './config'\nimport { PORT as port } from '@/ports'\nimport short from './short'\napp.listen(env.PORT); app.listen(config.server.port); app.listen(port); app.listen(short.port)",
		"src/env.ts":          "const s = z.object({ PORT: z.coerce.number().default(3005) }); export const env = s.parse(process.env)",
		"src/config/index.js": "module.exports = { server: { port: process.env.APP_PORT || 3006 } }",
		"src/short.js":        "const port = process.env.SHORT || 3008; module.exports = { port }",
		"src/ports.ts":        "export const PORT = 3007",
	})
	p.Alias("@/", "src")
	f := p.Load("src/index.ts")
	var got []string
	for _, c := range f.Calls(f.Whole()) {
		v := p.Value(f, c.Args[0])
		got = append(got, v.Env+"="+v.Text)
	}
	if want := []string{"PORT=3005", "APP_PORT=3006", "=3007", "SHORT=3008"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if n := len(p.Reach("src/index.ts", 10)); n != 5 {
		t.Errorf("%d files are reached, want 5", n)
	}
}

func TestSchema(t *testing.T) {
	f := Parse("env.js", []byte(`const s = Joi.object({ A: Joi.string().required(), B: Joi.number().default(3), C: Joi.string() })
cleanEnv(process.env, { D: str({ default: "x" }), E: num() })
const schema = { properties: { F: { type: "string", default: "y" }, G: { type: "string" } } }
z.object({ H: z.string(), I: z.string().optional() }); const other = { J: 1 }`))
	var got []string
	for _, r := range f.Schema() {
		name := r.Name
		if !r.Fallback {
			name += "!"
		}
		got = append(got, name)
	}
	if want := []string{"A!", "B", "C", "D", "E!", "F", "G!", "H!", "I"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Each decorator and each variable of a long file is looked at with what stands near it
// alone: to look at all the rest for each would take minutes.
func TestWithoutEnd(t *testing.T) {
	for _, s := range []string{"@a(", "@a\n", "let a="} {
		Parse("a.ts", []byte(strings.Repeat(s, 1<<15)))
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "`${`", "a.b(c, {d: 1})[0]", "/*", "'", "const {a = 1", "import {a as b} from 'x'", "require(", "<p>Don't</p>", "`a${b}c`"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		p := program(t, map[string]string{"a.js": src})
		file := p.Load("a.js")
		if file == nil {
			return
		}
		file.Imports()
		file.Env()
		file.Schema()
		file.Props("output")
		for _, c := range file.Calls(file.Whole()) {
			for _, a := range c.Args {
				p.Value(file, a)
			}
		}
		for _, s := range file.consts {
			p.Value(file, s)
		}
	})
}
