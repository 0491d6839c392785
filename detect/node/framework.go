package node

import (
	"dockgen/detect"
)

// role is what a framework makes of a project.
type role int

const (
	builtServer role = iota // its build writes a server
	library                 // the project's own program uses it to listen
	static                  // its build writes files for a web server
	worker                  // the project's own program uses it and listens on nothing
)

// framework is one row of the table: what a dependency of that name means.
type framework struct {
	name string
	deps []string // any of these
	role role

	build  []string // what its build runs where the manifest has no build script
	output string   // the folder that its build writes
	copies []string // what the program needs of the build, if that is not output alone
	// bundled says that the output needs no installed packages beside it.
	bundled bool
	start   []string // of its server, as process 1
	port    int
	portEnv string
	health  string   // what its server answers by itself
	hostEnv string   // set to 0.0.0.0 in the image
	set     []string // NAME=value in the final image
	caches  []string // folders that a later build reads again
	state   []string // folders that the running server writes to
	// graceful says that its server ends by itself on SIGTERM.
	graceful bool
	// fallback is what a web server answers where no file is: see Fallback.
	fallback     Fallback
	fallbackPage string   // the page of AppFallback, where it is not index.html
	hashed       []string // folders of the output whose names hold a digest of the content
	// tasks says that a task runner or scripts of the project's own make the site: what lies
	// in the output already may be read as well.
	tasks  bool
	pages  bool   // what it makes the site of are pages, and no program
	traced string // a folder of the output that stands for the whole workspace
	// development says that the start command needs packages that are for development.
	development bool
	// ownBuild says that the script which builds makes something else, and its own command
	// has to build the server.
	ownBuild bool
	dev      []string    // programs that only serve while developing: "next dev"
	at       detect.Note // where it is seen, if that is not in the manifest
	// refine looks closer, at the configuration; it may change any field.
	refine func(*project, *framework) error
}

// frameworks lists what is known, the more specific before what it builds upon:
// a Next.js project has React, a Nuxt one Vue and often Vite.
func frameworks() []framework {
	return append(append(metaFrameworks(), siteGenerators()...), libraries()...)
}

// metaFrameworks bring the server with them.
func metaFrameworks() []framework {
	return []framework{
		{name: "Next.js", hashed: []string{"_next/static"}, deps: []string{"next"}, build: []string{"next", "build"}, output: ".next", copies: []string{".next"},
			start: []string{"node", "node_modules/next/dist/bin/next", "start"}, port: 3000, portEnv: "PORT", hostEnv: "HOSTNAME",
			set: []string{"NEXT_TELEMETRY_DISABLED=1"}, caches: []string{".next/cache"}, state: []string{".next/cache"},
			graceful: true, dev: []string{"next dev"}, refine: refineNext},
		// https://nitro.build/deploy/runtimes/node: PORT or NITRO_PORT, HOST; ends on SIGTERM.
		{name: "Nuxt", hashed: []string{"_nuxt"}, deps: []string{"nuxt", "nuxt3", "nuxt-nightly"}, build: []string{"nuxt", "build"}, output: ".output", bundled: true,
			start: []string{"node", ".output/server/index.mjs"}, port: 3000, portEnv: "PORT", hostEnv: "HOST",
			graceful: true, dev: []string{"nuxt dev", "nuxi dev", "nuxt preview", "nuxi preview", "nuxt"}, refine: refineNuxt},
		{name: "React Router", hashed: []string{"assets"}, deps: []string{"@react-router/dev"}, build: []string{"react-router", "build"}, output: "build",
			start: []string{"node", "node_modules/@react-router/serve/bin.cjs", "./build/server/index.js"}, port: 3000, portEnv: "PORT",
			hostEnv: "HOST", graceful: true, dev: []string{"react-router dev"}, refine: refineReactRouter},
		{name: "Remix", hashed: []string{"assets"}, deps: []string{"@remix-run/dev", "@remix-run/serve", "@remix-run/express"}, build: []string{"remix", "build"}, output: "build",
			start: []string{"node", "node_modules/@remix-run/serve/dist/cli.js", "build"}, port: 3000, portEnv: "PORT",
			hostEnv: "HOST", dev: []string{"remix dev"}, refine: refineRemix},
		{name: "SvelteKit", hashed: []string{"_app/immutable"}, deps: []string{"@sveltejs/kit"}, build: []string{"vite", "build"}, output: "build", bundled: true,
			start: []string{"node", "build/index.js"}, port: 3000, portEnv: "PORT", hostEnv: "HOST",
			graceful: true, dev: []string{"vite dev", "vite preview", "svelte-kit dev"}, refine: refineSvelteKit},
		{name: "SolidStart", deps: []string{"@solidjs/start", "solid-start"}, build: []string{"vinxi", "build"}, output: ".output", bundled: true,
			start: []string{"node", ".output/server/index.mjs"}, port: 3000, portEnv: "PORT", hostEnv: "HOST", graceful: true, dev: []string{"vinxi dev", "vinxi start"}},
		{name: "TanStack Start", deps: []string{"@tanstack/react-start", "@tanstack/solid-start", "@tanstack/start"}, build: []string{"vite", "build"}, output: ".output", bundled: true,
			start: []string{"node", ".output/server/index.mjs"}, port: 3000, portEnv: "PORT", hostEnv: "HOST", graceful: true, dev: []string{"vite dev", "vinxi dev"}, refine: refineTanStack},
		{name: "Analog", deps: []string{"@analogjs/platform"}, build: []string{"vite", "build"}, output: "dist/analog", bundled: true,
			start: []string{"node", "dist/analog/server/index.mjs"}, port: 3000, portEnv: "PORT", hostEnv: "HOST", graceful: true},
		{name: "Nitro", deps: []string{"nitropack", "nitro"}, build: []string{"nitro", "build"}, output: ".output", bundled: true,
			start: []string{"node", ".output/server/index.mjs"}, port: 3000, portEnv: "PORT", hostEnv: "HOST", graceful: true, dev: []string{"nitropack dev", "nitro dev"}},
		// https://docs.strapi.io/cms/deployment
		{name: "Strapi", deps: []string{"@strapi/strapi", "strapi"}, build: []string{"strapi", "build"}, output: "dist", copies: []string{"dist", "build", "public", "config", "src", "database", "tsconfig.json"},
			start: []string{"node", "node_modules/@strapi/strapi/bin/strapi.js", "start"}, port: 1337, portEnv: "PORT", hostEnv: "HOST",
			state: []string{"public/uploads", ".tmp"}, graceful: true, dev: []string{"strapi develop", "strapi dev"}, refine: refineStrapi},
		// https://docs.medusajs.com/learn/build: the build's folder is a project of its own, which
		// has the same dependencies; its server ends on SIGTERM by itself.
		{name: "Medusa", deps: []string{"@medusajs/medusa"}, build: []string{"medusa", "build"}, output: ".medusa", copies: []string{".medusa/server=."},
			start: []string{"node", "node_modules/@medusajs/cli/cli.js", "start"}, port: 9000, portEnv: "PORT", hostEnv: "HOST",
			// Its command keeps a file of its own below the home folder, which is read-only.
			set: []string{"XDG_CONFIG_HOME=/tmp"}, state: []string{"static"}, health: "/health", graceful: true, dev: []string{"medusa develop"}, refine: refineMedusa},
		{name: "AdonisJS", deps: []string{"@adonisjs/core"}, build: []string{"node", "ace", "build"}, output: "build", copies: []string{"build"},
			start: []string{"node", "build/bin/server.js"}, port: 3333, portEnv: "PORT", hostEnv: "HOST", graceful: true, dev: []string{"ace serve"}, refine: refineAdonis},
		{name: "Astro", hashed: []string{"_astro"}, deps: []string{"astro"}, role: static, build: []string{"astro", "build"}, output: "dist", fallback: PageFallback,
			caches: []string{"node_modules/.astro"}, dev: []string{"astro dev", "astro preview", "astro"}, refine: refineAstro},
		{name: "Angular", deps: []string{"@angular/core"}, role: static, build: []string{"ng", "build"}, output: "dist", fallback: AppFallback,
			dev: []string{"ng serve", "ng"}, refine: refineAngular},
	}
}

// siteGenerators write files for a web server.
func siteGenerators() []framework {
	return []framework{
		{name: "Gatsby", deps: []string{"gatsby"}, role: static, build: []string{"gatsby", "build"}, output: "public", fallback: PageFallback,
			dev: []string{"gatsby develop", "gatsby serve"}},
		{name: "Docusaurus", hashed: []string{"assets"}, deps: []string{"@docusaurus/core"}, role: static, build: []string{"docusaurus", "build"}, output: "build", fallback: PageFallback, dev: []string{"docusaurus start", "docusaurus serve"}},
		{name: "VitePress", hashed: []string{"assets"}, deps: []string{"vitepress"}, role: static, build: []string{"vitepress", "build"}, output: ".vitepress/dist", fallback: PageFallback, dev: []string{"vitepress dev", "vitepress preview"}, refine: refineVitePress},
		{name: "VuePress", hashed: []string{"assets"}, deps: []string{"vuepress", "vuepress-vite", "vuepress-webpack"}, role: static, build: []string{"vuepress", "build"}, output: ".vuepress/dist", fallback: PageFallback, dev: []string{"vuepress dev"}, refine: refineVitePress},
		{name: "Eleventy", deps: []string{"@11ty/eleventy"}, role: static, build: []string{"eleventy"}, output: "_site", fallback: PageFallback, dev: []string{"eleventy --serve"}, refine: refineEleventy},
		{name: "Hexo", deps: []string{"hexo"}, role: static, build: []string{"hexo", "generate"}, output: "public", fallback: PageFallback, dev: []string{"hexo server", "hexo serve"}},
		// https://gridsome.org/docs/deployment
		{name: "Gridsome", hashed: []string{"assets"}, deps: []string{"gridsome"}, role: static, build: []string{"gridsome", "build"}, output: "dist", fallback: PageFallback, dev: []string{"gridsome develop"}},
		// https://observablehq.com/framework/deploying
		{name: "Observable Framework", deps: []string{"@observablehq/framework"}, role: static, build: []string{"observable", "build"}, output: "dist", fallback: PageFallback, dev: []string{"observable preview"}},
		// https://sli.dev/guide/hosting
		{name: "Slidev", hashed: []string{"assets"}, deps: []string{"@slidev/cli"}, role: static, build: []string{"slidev", "build"}, output: "dist", fallback: AppFallback, dev: []string{"slidev"}},
		// https://honkit.netlify.app/setup.html
		{name: "HonKit", deps: []string{"honkit"}, role: static, build: []string{"honkit", "build"}, output: "_book", fallback: PageFallback, dev: []string{"honkit serve"}},
		// https://docs.antora.org/antora/latest/run-antora
		{name: "Antora", deps: []string{"antora", "@antora/cli"}, role: static, build: []string{"antora", "antora-playbook.yml"}, output: "build/site", fallback: PageFallback, refine: refineAntora},
		{name: "Create React App", hashed: []string{"static"}, deps: []string{"react-scripts", "@craco/craco", "react-app-rewired"}, role: static, build: []string{"react-scripts", "build"}, output: "build", fallback: AppFallback, dev: []string{"react-scripts start", "craco start"}},
		{name: "Vue CLI", deps: []string{"@vue/cli-service"}, role: static, build: []string{"vue-cli-service", "build"}, output: "dist", fallback: AppFallback, dev: []string{"vue-cli-service serve"}, refine: refineVueCLI},
		{name: "Quasar", hashed: []string{"assets"}, deps: []string{"quasar"}, role: static, build: []string{"quasar", "build"}, output: "dist/spa", fallback: AppFallback, dev: []string{"quasar dev"}},
		{name: "Ember", deps: []string{"ember-cli"}, role: static, build: []string{"ember", "build", "--environment=production"}, output: "dist", fallback: AppFallback, dev: []string{"ember serve", "ember server"}},
		{name: "Preact CLI", deps: []string{"preact-cli"}, role: static, build: []string{"preact", "build"}, output: "build", fallback: AppFallback, dev: []string{"preact watch"}},
		{name: "Vite", hashed: []string{"assets"}, deps: []string{"vite", "rolldown-vite"}, role: static, build: []string{"vite", "build"}, output: "dist", fallback: AppFallback, dev: []string{"vite", "vite dev", "vite serve", "vite preview"}, refine: refineVite},
		{name: "Rsbuild", hashed: []string{"static"}, deps: []string{"@rsbuild/core"}, role: static, build: []string{"rsbuild", "build"}, output: "dist", fallback: AppFallback, dev: []string{"rsbuild", "rsbuild dev", "rsbuild preview"}, refine: refineRsbuild},
		{name: "Parcel", deps: []string{"parcel", "parcel-bundler"}, role: static, build: []string{"parcel", "build"}, output: "dist", fallback: AppFallback, dev: []string{"parcel", "parcel serve"}, refine: refineParcel},
		{name: "webpack", deps: []string{"html-webpack-plugin"}, role: static, build: []string{"webpack", "--mode", "production"}, output: "dist", fallback: AppFallback, dev: []string{"webpack serve", "webpack-dev-server"}, refine: refineWebpack},
	}
}

// libraries are what a program of the project's own uses.
func libraries() []framework {
	return []framework{
		{name: "NestJS", deps: []string{"@nestjs/core"}, role: library, build: []string{"nest", "build"}, output: "dist", start: []string{"node", "dist/main.js"}, port: 3000, dev: []string{"nest start"}},
		{name: "Fastify", deps: []string{"fastify"}, role: library, port: 3000},
		{name: "Express", deps: []string{"express"}, role: library, port: 3000},
		{name: "Koa", deps: []string{"koa"}, role: library, port: 3000},
		{name: "Elysia", deps: []string{"elysia"}, role: library, port: 3000},
		{name: "Hono", deps: []string{"hono"}, role: library, port: 3000},
		{name: "hapi", deps: []string{"@hapi/hapi"}, role: library, port: 3000},
		{name: "Sails", deps: []string{"sails"}, role: library, port: 1337},
		{name: "Feathers", deps: []string{"@feathersjs/feathers"}, role: library, port: 3030},
		{name: "LoopBack", deps: []string{"@loopback/rest"}, role: library, port: 3000},
		{name: "Restify", deps: []string{"restify"}, role: library, port: 8080},
		{name: "Polka", deps: []string{"polka"}, role: library, port: 3000},
		{name: "h3", deps: []string{"h3"}, role: library, port: 3000},
		{name: "micro", deps: []string{"micro"}, role: library, port: 3000},
		{name: "Apollo Server", deps: []string{"@apollo/server", "apollo-server"}, role: library, port: 4000},
		{name: "GraphQL Yoga", deps: []string{"graphql-yoga"}, role: library, port: 4000},
		{name: "Connect", deps: []string{"connect"}, role: library, port: 3000},
		{name: "Socket.IO", deps: []string{"socket.io"}, role: library, port: 3000},
		{name: "uWebSockets.js", deps: []string{"uWebSockets.js"}, role: library, port: 9001},
		{name: "ws", deps: []string{"ws"}, role: library, port: 8080},
		{name: "Moleculer", deps: []string{"moleculer"}, role: worker},
		{name: "Temporal", deps: []string{"@temporalio/worker"}, role: worker},
		{name: "BullMQ", deps: []string{"bullmq"}, role: worker},
		{name: "Bull", deps: []string{"bull", "bee-queue"}, role: worker},
		{name: "Agenda", deps: []string{"agenda"}, role: worker},
		{name: "discord.js", deps: []string{"discord.js"}, role: worker},
		{name: "Telegraf", deps: []string{"telegraf"}, role: worker},
		{name: "grammY", deps: []string{"grammy"}, role: worker},
		{name: "Slack Bolt", deps: []string{"@slack/bolt"}, role: worker},
		{name: "KafkaJS", deps: []string{"kafkajs"}, role: worker},
		{name: "amqplib", deps: []string{"amqplib"}, role: worker},
		{name: "node-cron", deps: []string{"node-cron", "cron", "node-schedule", "bree"}, role: worker},
	}
}

// kindOf is the kind of service that a framework makes.
func (f *framework) kind() detect.Kind {
	switch f.role {
	case static:
		return detect.Static
	case worker:
		return detect.Worker
	}
	return detect.Server
}
