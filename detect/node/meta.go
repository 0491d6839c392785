package node

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/javascript"
)

// refineNuxt tells a generated site from a server, and Nuxt 2 from its successors.
func refineNuxt(p *project, f *framework) error {
	name := p.First(configs("nuxt.config")...)
	config := p.load(name)
	if p.major("nuxt") == 2 {
		f.output, f.copies, f.bundled = ".nuxt", []string{".nuxt", "static", name}, false
		f.start = []string{"node", "node_modules/nuxt/bin/nuxt.js", "start"}
	}
	preset, line, ok := p.literal(config, "preset")
	generates := p.scriptRuns(p.buildScript(), "generate")
	switch {
	case generates, ok && strings.HasPrefix(preset, "static"), p.major("nuxt") == 2 && p.literalIs(config, "target", "static"):
		f.role, f.output, f.start, f.copies = static, ".output/public", nil, nil
		if p.major("nuxt") == 2 {
			f.output = "dist"
		}
		f.fallback = PageFallback
		if config != nil && p.isFalse(config, "ssr") {
			f.fallback = AppFallback
		}
	case ok && preset != "node-server" && preset != "node":
		// The variable wins over the configuration (https://nitro.build/config#preset).
		f.set = nil
		p.remark(name, line, "the preset %q is for another host: the build takes NITRO_PRESET=node-server instead", preset)
		p.buildEnv = append(p.buildEnv, "NITRO_PRESET=node-server")
	}
	return nil
}

// refineReactRouter: ssr false makes a page for the browser alone
// (https://reactrouter.com/how-to/spa).
func refineReactRouter(p *project, f *framework) error {
	name := p.First(configs("react-router.config")...)
	config := p.load(name)
	if dir, _, ok := p.literal(config, "buildDirectory"); ok {
		if r, ok := rel(dir); ok {
			f.output = r.String()
		}
	}
	if config != nil && p.isFalse(config, "ssr") {
		f.role, f.output, f.fallback, f.start = static, path.Join(f.output, "client"), AppFallback, nil
		return nil
	}
	f.start[len(f.start)-1] = "./" + path.Join(f.output, "server/index.js")
	f.copies = []string{f.output}
	if p.HasDir("public") && !p.has("@react-router/serve") {
		f.copies = append(f.copies, "public")
	}
	return nil
}

// refineRemix: the classic compiler writes build/ and public/build, Vite writes
// build/server and build/client (https://v2.remix.run/docs/guides/vite).
func refineRemix(p *project, f *framework) error {
	f.graceful = p.major("@remix-run/serve") >= 2 || p.has("@remix-run/serve") && p.major("@remix-run/serve") == 1 && !strings.Contains(p.version("@remix-run/serve"), "1.0")
	if p.major("@remix-run/serve") == 1 {
		f.start[1] = "node_modules/@remix-run/serve/dist/cli.js"
		if strings.Contains(p.version("@remix-run/serve"), "1.0") {
			f.start[1] = "node_modules/@remix-run/serve/cli.js"
		}
	}
	vite := p.scriptRuns(p.buildScript(), "vite:build") || p.First(configs("vite.config")...) != "" && !p.Has("remix.config.js")
	if vite {
		f.build = []string{"remix", "vite:build"}
		f.start[len(f.start)-1] = "./build/server/index.js"
		f.copies = []string{"build"}
		if config := p.load(p.First(configs("vite.config")...)); config != nil && p.isFalse(config, "ssr") {
			f.role, f.output, f.fallback, f.start = static, "build/client", AppFallback, nil
		}
		return nil
	}
	f.copies = []string{"build", "public"}
	config := p.load(p.First(configs("remix.config")...))
	for _, key := range []string{"serverBuildPath", "serverBuildDirectory"} {
		if dir, _, ok := p.literal(config, key); ok {
			if r, ok := rel(dir); ok {
				f.output = r.String()
				if strings.HasSuffix(f.output, ".js") {
					f.output = path.Dir(f.output)
				}
				f.copies[0] = f.output
			}
		}
	}
	f.start[len(f.start)-1] = "./" + path.Join(f.output, "index.js")
	return nil
}

// refineStrapi: a package of a workspace may take the types of Strapi alone.
func refineStrapi(p *project, _ *framework) error {
	if !p.prod("@strapi/strapi") && !p.prod("strapi") && !p.HasDir("config") && !p.scriptUses("start", "strapi") && !p.scriptUses("develop", "strapi") {
		return detect.NotService("library: it has Strapi for development, and neither a config folder nor a script that starts it")
	}
	return nil
}

// refineMedusa: a plug-in has Medusa for development, and so has a storefront its client alone.
// Version 1 compiles into dist, and its program is another package's.
func refineMedusa(p *project, f *framework) error {
	if !p.prod("@medusajs/medusa") || p.First(configs("medusa-config")...) == "" {
		return detect.NotService("library: it has Medusa for development, and no medusa-config that starts it")
	}
	if p.major("@medusajs/medusa") == 1 {
		f.build, f.output, f.graceful = nil, "dist", false
		f.copies = []string{"dist", "build", "data", p.First(configs("medusa-config")...), "package.json"}
		f.copies = slices.DeleteFunc(f.copies, func(name string) bool {
			return name == "data" && !p.HasDir(name) || name == "build" && !p.has("@medusajs/admin")
		})
		f.start, f.state = []string{"node", "node_modules/@medusajs/medusa/cli.js", "start"}, []string{"uploads"}
	}
	return nil
}

// refineTanStack: since it builds upon Vite alone, the build makes a handler, and a plug-in
// makes the server around it (https://tanstack.com/start/latest/docs/framework/react/guide/hosting).
func refineTanStack(p *project, _ *framework) error {
	if p.has("nitro", "nitropack", "@tanstack/nitro-v2-vite-plugin", "vinxi") {
		return nil
	}
	config := p.load(p.viteConfig())
	if config == nil || len(config.Props("target")) > 0 {
		return nil
	}
	return detect.NotService("its build makes a handler of requests and no server (TanStack Start without nitro): nitro() among the plugins of %s makes one", p.viteConfig())
}

// refineSvelteKit: the adapter decides what the build writes
// (https://svelte.dev/docs/kit/adapters).
func refineSvelteKit(p *project, f *framework) error {
	name := p.First("svelte.config.js", "svelte.config.ts", "svelte.config.mjs")
	config := p.load(name)
	if config == nil {
		return nil
	}
	adapter, line := "", 0
	for _, imp := range config.Imports() {
		// Of several, chosen by a variable of the build, the one that makes a server.
		if strings.Contains(imp.Path, "adapter-") && adapter != "@sveltejs/adapter-node" {
			adapter, line = imp.Path, imp.Line
		}
	}
	switch adapter {
	case "@sveltejs/adapter-node":
		if dir, _, ok := p.literal(config, "out"); ok {
			if r, ok := rel(dir); ok {
				f.output, f.start = r.String(), []string{"node", path.Join(r.String(), "index.js")}
			}
		}
		if prefix, _, ok := p.literal(config, "envPrefix"); ok {
			f.portEnv, f.hostEnv = prefix+"PORT", prefix+"HOST"
		}
		f.copies = []string{f.output, "package.json"}
		// Its output imports the packages that are dependencies, and bundles the others.
		f.bundled = len(p.pkg.Dependencies) == 0
	case "@sveltejs/adapter-static":
		f.role, f.start, f.fallback = static, nil, PageFallback
		if dir, _, ok := p.literal(config, "pages"); ok {
			if r, ok := rel(dir); ok {
				f.output = r.String()
				p.remark(name, line, "adapter-static writes to %s", r)
			}
		}
		if page, _, ok := p.literal(config, "fallback"); ok && page != "404.html" {
			f.fallback = AppFallback
			if page != "index.html" {
				f.fallbackPage = page
			}
		}
	default:
		p.remark(name, line, "%s writes no server that runs in a container: the image takes vite preview, which serves the same build; for production install @sveltejs/adapter-node", orElse(adapter, "no adapter"))
		f.start = []string{"node", "node_modules/vite/bin/vite.js", "preview", "--host", "0.0.0.0", "--port", "3000"}
		f.bundled, f.development, f.graceful, f.portEnv, f.hostEnv = false, true, false, "", ""
		f.copies = []string{".svelte-kit", name, p.viteConfig(), "package.json"}
		if p.HasDir("static") {
			f.copies = append(f.copies, "static")
		}
	}
	return nil
}

// refineAstro: a site, unless an adapter makes a server of it
// (https://docs.astro.build/en/guides/integrations-guide/node/).
func refineAstro(p *project, f *framework) error {
	name := p.First(configs("astro.config")...)
	config := p.load(name)
	if config == nil {
		return nil
	}
	if dir, line, ok := p.literal(config, "outDir"); ok {
		if r, ok := rel(dir); ok {
			f.output = r.String()
			p.remark(name, line, "outDir: the build writes to %s", r)
		}
	}
	adapters := config.Props("adapter")
	if len(adapters) == 0 {
		return nil
	}
	for _, imp := range config.Imports() {
		switch imp.Path {
		case "@astrojs/node":
			f.role, f.bundled, f.port, f.portEnv, f.hostEnv = builtServer, false, 4321, "PORT", "HOST"
			f.copies = []string{f.output}
			f.start = []string{"node", "./" + path.Join(f.output, "server/entry.mjs")}
			if p.literalIs(config, "mode", "middleware") {
				f.start = nil // a program of the project's own listens
			}
			return nil
		case "@astrojs/vercel", "@astrojs/netlify", "@astrojs/cloudflare", "@astrojs/vercel/serverless", "@astrojs/vercel/static":
			p.remark(name, imp.Line, "%s builds for another host: what it writes to %s is served as files; for a server of its own install @astrojs/node", imp.Path, f.output)
		}
	}
	return nil
}

// isFalse reports whether a property of that key is the literal false anywhere in the file.
func (p *project) isFalse(f *javascript.File, key string) bool {
	for _, prop := range f.Props(key) {
		if f.Is(prop.Value, "false") {
			return true
		}
	}
	return false
}

// isTrue reports whether a property of that key is the literal true anywhere in the file.
func (p *project) isTrue(f *javascript.File, key string) bool {
	return slices.ContainsFunc(f.Props(key), func(prop javascript.Prop) bool { return f.Is(prop.Value, "true") })
}

func (p *project) literalIs(f *javascript.File, key, want string) bool {
	got, _, ok := p.literal(f, key)
	return ok && got == want
}

// scriptRuns reports whether a script runs a command with that word.
func (p *project) scriptRuns(script, want string) bool {
	cmds, _ := manifest.Commands(p.script(script))
	for _, c := range cmds {
		for _, a := range c.Args {
			if a == want {
				return true
			}
		}
	}
	return false
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// angularJSON is what of angular.json matters
// (https://angular.dev/reference/configs/workspace-config).
type angularJSON struct {
	DefaultProject string `json:"defaultProject"`
	Projects       map[string]struct {
		ProjectType string `json:"projectType"`
		Root        string `json:"root"`
		Architect   map[string]struct {
			Builder string `json:"builder"`
			Options struct {
				OutputPath any    `json:"outputPath"`
				OutputMode string `json:"outputMode"`
				SSR        any    `json:"ssr"`
			} `json:"options"`
		} `json:"architect"`
	} `json:"projects"`
}

// refineAngular finds the application's output: the builders since version 17
// put the page into browser/.
func refineAngular(p *project, f *framework) error {
	if !p.Has("angular.json") {
		return detect.NotService("an Angular package without an angular.json: a library")
	}
	var file angularJSON
	lines, err := manifest.JSONC(p.Dir, "angular.json", &file)
	if err != nil {
		return err
	}
	name := file.DefaultProject
	for n, project := range file.Projects {
		if project.ProjectType == "application" && file.DefaultProject == "" && (name == "" || n < name) {
			name = n
		}
	}
	build, ok := file.Projects[name].Architect["build"]
	if !ok {
		return detect.NotService("angular.json has no application to build: a library")
	}
	base, browser := path.Join("dist", name), "browser"
	switch out := build.Options.OutputPath.(type) {
	case string:
		base = out
	case map[string]any:
		if s, ok := out["base"].(string); ok {
			base = s
		}
		if s, ok := out["browser"].(string); ok {
			browser = s
		}
	}
	if strings.HasPrefix(build.Builder, "@angular-devkit/build-angular:browser") {
		browser = "" // the older builders have no such folder
	}
	r, ok := rel(path.Join(base, browser))
	if !ok {
		return p.Errorf("angular.json", lines.At("projects", name), "the output path %q of %s leaves the project", base, name)
	}
	f.output = r.String()
	p.remark("angular.json", lines.At("projects", name, "architect", "build", "options", "outputPath"), "the build of %s writes to %s", name, r)
	if ssr := build.Options.SSR; ssr != nil && ssr != false && build.Options.OutputMode != "static" {
		f.role, f.bundled, f.port, f.portEnv = builtServer, true, 4000, "PORT"
		f.copies = []string{base}
		f.start = []string{"node", path.Join(base, "server/server.mjs")}
	}
	return nil
}
