package node

import (
	"strings"
	"testing"
)

func TestNeeds(t *testing.T) {
	read := func(names ...string) string {
		var b strings.Builder
		for _, n := range names {
			b.WriteString("use(process.env." + n + ");\n")
		}
		return listens + "\n" + b.String()
	}
	schema := func(provider string) string {
		return "datasource db {\n  provider = \"" + provider + "\"\n  url = env(\"DB_ADDRESS\")\n}\n"
	}
	for _, c := range []struct {
		why    string
		deps   []string
		source string
		more   files
		want   string // name[?](VAR=part ...), in order
	}{
		{"a URL", []string{"pg"}, read("DATABASE_URL"), nil, "postgres(DATABASE_URL=url)"},
		{"a variable of any name that the client is given", []string{"mongodb"}, "import { MongoClient } from 'mongodb'\nconst where = process.env.ATLAS_URI || ''\nconst c = new MongoClient(where, {})\n" + listens, nil, "mongo(ATLAS_URI=url)"},
		{"the same of an ODM", []string{"mongoose"}, "const mongoose = require('mongoose')\nmongoose.connect(process.env.DB)\n" + listens, nil, "mongo(DB=url)"},
		{"the parts", []string{"mysql2"}, read("DB_HOST", "DB_USER", "DB_PASS", "DB_NAME"), nil, "mysql(DB_HOST=host DB_USER=user DB_PASS=password DB_NAME=database)"},
		{"the client's own names", []string{"pg"}, read("PGHOST", "PGUSER"), nil, "postgres(PGHOST=host PGUSER=user)"},
		{"a development dependency is none", nil, read("REDIS_URL"), nil, ""},
		{"a queue is Redis", []string{"bullmq"}, read("REDIS_HOST", "REDIS_PORT"), nil, "redis(REDIS_HOST=host REDIS_PORT=port)"},
		{"a variable that is looked at first", []string{"ioredis"}, listens + "\nif (process.env.REDIS_URL) connect(process.env.REDIS_URL)", nil, "redis?(REDIS_URL=url)"},
		{"a password that may be missing", []string{"mysql2"}, listens + "\nuse(process.env.DB_HOST, process.env.DB_PASSWORD ? read(process.env.DB_PASSWORD) : null)", nil, "mysql(DB_HOST=host DB_PASSWORD=password)"},
		{"a file's driver beside it", []string{"pg", "better-sqlite3"}, read("POSTGRES_HOST"), nil, "postgres?(POSTGRES_HOST=host)"},
		{"Prisma names the database", []string{"@prisma/client"}, listens, files{"prisma/schema.prisma": schema("postgresql")}, "postgres(DB_ADDRESS=url)"},
		{"Prisma on a file needs none", []string{"@prisma/client"}, listens, files{"prisma/schema.prisma": schema("sqlite")}, ""},
		{"knex names the client, the others are left over", []string{"knex", "pg", "mysql2"}, listens, files{"knexfile.js": "module.exports = { client: 'mysql2' }"}, "mysql()"},
		{"a client for other people's databases", []string{"pg", "mysql2", "mongodb"}, listens, nil, "postgres?() mysql?() mongo?()"},
		{"addresses with a scheme", []string{"@elastic/elasticsearch", "kafkajs"}, read("ELASTIC_NODE", "KAFKA_BROKERS"), nil, "kafka(KAFKA_BROKERS=url) elasticsearch(ELASTIC_NODE=url)"},
		{"a name that only begins alike", []string{"@elastic/elasticsearch"}, read("ESLINT_URL"), nil, "elasticsearch()"},
	} {
		project := files{"package.json": manifestOf(`"start": "node a.js"`, append([]string{"express"}, c.deps...)...), "a.js": c.source, "drivers.js": "import 'mongodb'"}
		for name, text := range c.more {
			project[name] = text
		}
		var got []string
		for _, n := range one(t, project).Needs {
			text := n.Name
			if n.Optional {
				text += "?"
			}
			var parts []string
			for _, s := range n.Settings {
				parts = append(parts, s.Env.String()+"="+string(s.Part))
			}
			got = append(got, text+"("+strings.Join(parts, " ")+")")
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%s: got %q, want %q", c.why, text, c.want)
		}
	}
}

func TestEnv(t *testing.T) {
	s := one(t, files{
		"package.json": manifestOf(`"start": "node a.js"`, "express"),
		"a.js": listens + `
const { REGION = 'eu', lower } = process.env
if (!process.env.JWT_SECRET) throw new Error('JWT_SECRET')
process.env.SET_BY_US = '1'
log(process.env.LOG_LEVEL ?? 'info', process.env.NODE_ENV, process.env['X_MODE'], "process.env.IN_TEXT") // process.env.IN_COMMENT`,
	})
	var got []string
	for _, e := range s.Env {
		name := e.Name.String()
		if e.Required {
			name += "!"
		}
		got = append(got, name)
	}
	if text := strings.Join(got, " "); text != "JWT_SECRET! LOG_LEVEL X_MODE REGION" {
		t.Errorf("got %q", text)
	}
}

func TestBuildArguments(t *testing.T) {
	s := one(t, files{
		"package.json": manifestOf(`"build": "vite build"`, "vite", "react"), "index.html": "",
		"src/a.tsx":    "f(import.meta.env.VITE_TITLE, import.meta.env.VITE_API_URL, import.meta.env.VITE_MAP_TOKEN, import.meta.env.DEV)",
		".env.example": "VITE_TITLE=Board\nVITE_API_URL=https://api.example.org\n",
	})
	var args []string
	for _, a := range s.Args {
		args = append(args, a.Name.String()+"="+a.Default.String())
	}
	// An address of somebody's is no default, and what looks like a secret is no argument.
	if text := strings.Join(args, " "); text != "VITE_TITLE=Board VITE_API_URL=" {
		t.Errorf("arguments: got %q", text)
	}
	if len(s.Secrets) != 1 || s.Secrets[0].Env.String() != "VITE_MAP_TOKEN" {
		t.Errorf("secrets: got %v", s.Secrets)
	}
}

func TestTraps(t *testing.T) {
	for _, c := range []struct {
		why   string
		files files
		want  string
	}{
		{"a development server's proxy", files{"package.json": manifestOf(`"build": "vite build"`, "vite"), "index.html": "", "vite.config.js": "export default { server: { proxy: { '/api': 'http://localhost:8000' } } }"}, "hands /api on to"},
		{"Create React App's", files{"package.json": manifestOf(`"build": "react-scripts build"`, "react-scripts"), "src/setupProxy.js": ""}, "hands requests on"},
		{"a host in the sources", files{"package.json": manifestOf(`"start": "node a.js"`, "express", "pg"), "a.js": listens + "\nnew Pool({ connectionString: 'postgres://u@db/x' })"}, "\"db\" of postgres"},
		{"none where it is this machine", files{"package.json": manifestOf(`"start": "node a.js"`, "express", "pg"), "a.js": listens + "\nnew Pool({ connectionString: 'postgres://u@localhost/x' })"}, ""},
	} {
		var all []string
		for _, n := range one(t, c.files).Notes {
			all = append(all, n.Text)
		}
		text := strings.Join(all, "; ")
		if c.want == "" && strings.Contains(text, "stands in the sources") || !strings.Contains(text, c.want) {
			t.Errorf("%s: the notes are %q, want one about %q", c.why, text, c.want)
		}
	}
}
