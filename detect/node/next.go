package node

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/javascript"
)

// nextConfigs are the names that Next.js takes
// (https://nextjs.org/docs/app/api-reference/config/next-config-js).
var nextConfigs = []string{"next.config.js", "next.config.mjs", "next.config.ts", "next.config.mts", "next.config.cjs"}

// refineNext reads the form of the output and where it goes.
func refineNext(p *project, f *framework) error {
	if !slices.ContainsFunc([]string{"app", "pages", "src/app", "src/pages"}, p.HasDir) && p.First(nextConfigs...) == "" && !p.scriptUses(p.buildScript(), "next") && !p.scriptUses("start", "next") {
		return detect.NotService("library: it depends on Next.js and has no pages (app, pages)")
	}
	if p.major("next") > 0 && p.major("next") < 12 {
		f.graceful = false
	}
	name := p.First(nextConfigs...)
	config := p.load(name)
	if config == nil {
		f.copies = append(f.copies, p.publicDir()...)
		return nil
	}
	if dir, line, ok := p.literal(config, "distDir"); ok {
		if _, ok := rel(dir); ok {
			f.output, f.copies = dir, []string{dir}
			f.caches, f.state = []string{path.Join(dir, "cache")}, []string{path.Join(dir, "cache")}
			p.remark(name, line, "distDir: the build writes to %s", dir)
		}
	}
	for _, prop := range config.Props("output") {
		v := p.program.Value(config, prop.Value)
		certain := config.IsLiteral(prop.Value) && !prop.Maybe
		switch {
		case !v.Set || v.Text != "standalone" && v.Text != "export":
		case !certain:
			p.remark(name, prop.Line, "output: %q under a condition that only the build knows: the image takes next start, which needs no such output", v.Text)
		case v.Text == "export":
			f.role, f.fallback, f.start = static, PageFallback, nil
			// An export goes to distDir, and the build's own files to .next.
			f.copies, f.state, f.caches = nil, nil, []string{".next/cache"}
			if f.output == ".next" {
				f.output = "out"
			}
			return nil
		default:
			p.nextStandalone(f)
			return nil
		}
	}
	if missing := p.configNeeds(name, config); missing != "" {
		f.development = true
		p.remark(name, 0, "next start reads %s, which takes %s: the image keeps the development packages; output: 'standalone' would need none of them", name, missing)
	}
	f.copies = append(f.copies, p.nextRuntime(name, config)...)
	if !f.development {
		p.remark(name, 0, "output: 'standalone' in %s would make the image much smaller: the server is then copied without node_modules", name)
	}
	return nil
}

// nextStandalone: the build traces what the server needs
// (https://nextjs.org/docs/app/api-reference/config/next-config-js/output).
func (p *project) nextStandalone(f *framework) {
	f.bundled = true
	f.start = []string{"node", "server.js"}
	f.copies = append([]string{path.Join(f.output, "static")}, p.publicDir()...)
	if p.npm.Workspace != nil && !p.npm.IsRoot() {
		f.traced = path.Join(f.output, "standalone") // holds the workspace's folders
	} else {
		f.copies = append(f.copies, path.Join(f.output, "standalone")+"=.")
	}
}

func (p *project) publicDir() []string {
	if p.HasDir("public") {
		return []string{"public"}
	}
	return nil
}

// configNeeds is a development package that reading the configuration takes, ""
// for none: the compiler, for one in TypeScript, or what it imports.
func (p *project) configNeeds(name string, config *javascript.File) string {
	if isTypeScript(name) && !p.prod("typescript") {
		return "typescript"
	}
	for _, imp := range config.Imports() {
		parts := strings.SplitN(imp.Path, "/", 3)
		pkg := parts[0]
		if strings.HasPrefix(pkg, "@") && len(parts) > 1 {
			pkg += "/" + parts[1]
		}
		if imp.Names != nil && p.has(pkg) && !p.prod(pkg) {
			return pkg
		}
	}
	return ""
}

// nextRuntime is what next start reads beside its output.
func (p *project) nextRuntime(name string, config *javascript.File) []string {
	out := []string{name}
	for _, imp := range config.Imports() {
		if file := p.program.Resolve(name, imp.Path); file != "" {
			out = append(out, file)
		}
	}
	out = append(out, p.publicDir()...)
	if i18n := p.First("next-i18next.config.js", "next-i18next.config.mjs", "next-i18next.config.cjs"); i18n != "" {
		out = append(out, i18n)
	}
	return out
}
