package node

import (
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// What runs beside the server, and what has to run before it.
func TestProcesses(t *testing.T) {
	manifest := func(scripts, deps, dev string) string {
		return "-- package.json --\n" + `{"scripts": {` + scripts + `}, "dependencies": {` + deps + `"express": "^5.0.0", "pg": "^8.0.0"}, "devDependencies": {` + dev + `"typescript": "^5.0.0"}}` +
			"\n-- package-lock.json --\n" + `{"lockfileVersion": 3, "packages": {"": {}}}` + "\n"
	}
	const server = "-- src/server.js --\nimport express from 'express'\nexpress().listen(3000)\n"
	const typed = "-- src/server.ts --\nimport express from 'express'\nexpress().listen(3000)\n-- tsconfig.json --\n{\"compilerOptions\": {\"outDir\": \"dist\", \"rootDir\": \"src\"}}\n"
	tests := []struct{ name, project, want string }{
		{"Knex out of the final image", manifest(`"start": "node src/server.js"`, `"knex": "^3.0.0", `, ``) + server + "-- knexfile.js --\nexport default { client: 'pg' }\n-- migrations/1.js --\n",
			"job migrate: node node_modules/knex/bin/cli.js migrate:latest"},
		{"its file by a flag of a script", manifest(`"start": "node src/server.js", "db:migrate": "knex --knexfile db/knexfile.js migrate:latest"`, `"knex": "^3.0.0", `, ``) + server + "-- db/knexfile.js --\n-- db/migrations/1.js --\n",
			"job migrate: node node_modules/knex/bin/cli.js --knexfile db/knexfile.js migrate:latest"},
		{"no migrations, no job", manifest(`"start": "node src/server.js"`, `"knex": "^3.0.0", `, ``) + server + "-- knexfile.js --\n", ""},
		{"a program that migrates itself needs no job", manifest(`"start": "node src/server.js"`, `"knex": "^3.0.0", `, ``) + "-- src/server.js --\nimport express from 'express'\nimport db from './db.js'\nawait db.migrate.latest()\nexpress().listen(3000)\n-- src/db.js --\n-- knexfile.js --\n-- migrations/1.js --\n", ""},
		{"a tool for development out of the build", manifest(`"build": "tsc", "start": "node dist/server.js"`, `"drizzle-orm": "^1.0.0", `, `"drizzle-kit": "^1.0.0", `) + typed + "-- drizzle.config.ts --\nexport default { dialect: 'postgresql' }\n-- drizzle/0000_a.sql --\n",
			"job migrate in the build: node_modules/.bin/drizzle-kit migrate"},
		{"nothing of development in the image", manifest(`"start": "node src/server.js"`, ``, `"sequelize-cli": "^6.0.0", `) + server + "-- .sequelizerc --\n-- migrations/1.js --\n", ""},
		{"what a person is asked about is none", manifest(`"build": "tsc", "start": "node dist/server.js", "migrate": "prisma migrate dev"`, `"@prisma/client": "^6.0.0", `, `"prisma": "^6.0.0", `) + typed + "-- prisma/schema.prisma --\ndatasource db {\n  provider = \"postgresql\"\n}\n",
			"job migrate in the build: node_modules/.bin/prisma migrate deploy"},
		{"a database that is a file, by the final image", manifest(`"start": "node src/server.js"`, `"@prisma/client": "^6.0.0", "prisma": "^6.0.0", `, ``) + server + "-- prisma/schema.prisma --\ndatasource db {\n  provider = \"sqlite\"\n  url = env(\"DATABASE_URL\")\n}\n-- prisma/migrations/1/migration.sql --\n",
			"job migrate: node node_modules/prisma/build/index.js migrate deploy"},
		{"but not by the build, which has not its volume", manifest(`"build": "tsc", "start": "node dist/server.js"`, `"@prisma/client": "^6.0.0", `, `"prisma": "^6.0.0", `) + typed + "-- prisma/schema.prisma --\ndatasource db {\n  provider = \"sqlite\"\n  url = env(\"DATABASE_URL\")\n}\n-- prisma/migrations/1/migration.sql --\n", ""},
		{"a script of the project's own", manifest(`"start": "node src/server.js", "migrate": "node src/migrate.js"`, ``, ``) + server + "-- src/migrate.js --\n",
			"job migrate: node src/migrate.js"},
		{"a target of the Makefile", manifest(`"start": "node src/server.js"`, ``, ``) + server + "-- src/migrate.js --\n-- Makefile --\nmigrate:\n\t@node src/migrate.js\n",
			"job migrate: node src/migrate.js"},
		{"a target that starts containers", manifest(`"start": "node src/server.js"`, ``, ``) + server + "-- src/migrate.js --\n-- Makefile --\nmigrate:\n\tdocker compose exec api node src/migrate.js\n", ""},
		{"workers by scripts", manifest(`"build": "tsc", "start": "node dist/server.js", "start:worker": "node dist/worker.js", "worker": "tsx watch src/worker.ts", "cron": "node dist/cron.js"`, ``, ``) + typed + "-- src/worker.ts --\n-- src/cron.ts --\n",
			"worker worker: node dist/worker.js\nworker cron: node dist/cron.js"},
		{"a worker by a Procfile", manifest(`"start": "node src/server.js"`, ``, ``) + server + "-- Procfile --\nweb: npm start\nmailer: node src/mail.js\n-- src/mail.js --\n",
			"worker mailer: node src/mail.js"},
		{"the same program with other words", manifest(`"start": "node src/server.js"`, ``, ``) + server + "-- Procfile --\nweb: npm start -- --services=web\nworker: npm start -- --services=worker\n",
			"worker worker: node src/server.js --services=worker"},
		{"Sequelize's own file says where things are", manifest(`"start": "node src/server.js", "db:migrate": "sequelize db:migrate"`, `"sequelize-cli": "^6.0.0", `, ``) + server + "-- .sequelizerc --\nmodule.exports = { 'config': path.resolve('database', 'config.js') }\n-- database/config.js --\n",
			"job migrate: node node_modules/sequelize-cli/lib/sequelize db:migrate"},
		{"a worker by its name and what it imports", manifest(`"start": "node src/server.js"`, `"bullmq": "^5.0.0", `, ``) + server + "-- src/worker.js --\nimport { Worker } from 'bullmq'\nnew Worker('mail', () => {})\n",
			"worker worker: node src/worker.js"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			project := files{}
			for _, f := range txtar.Parse([]byte(tt.project)).Files {
				project[f.Name] = string(f.Data)
			}
			s := one(t, project)
			var got []string
			for _, q := range s.Processes {
				in := ""
				if q.InBuild {
					in = " in the build"
				}
				got = append(got, string(q.Kind)+" "+q.Name.String()+in+": "+q.Start.V.String())
			}
			if text := strings.Join(got, "\n"); text != tt.want {
				t.Errorf("processes\n%s\nwant\n%s\nneeds %v, notes %v", text, tt.want, s.Needs, s.Notes)
			}
		})
	}
}
