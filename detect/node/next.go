package node

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/javascript"
	"dockgen/internal/safe"
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
	p.nextRewrites(config)
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

// handsOn is the address on the developer's machine that rewrites of Next.js take where the
// variable is not set: the build writes it into what the server hands requests on to. What
// browsers read as well has to be an address of theirs.
func (p *project) handsOn(svc *detect.Service, v *variable) safe.Label {
	config := p.load(p.First(nextConfigs...))
	if config == nil || svc.Kind != detect.Server || len(config.Props("destination")) == 0 || slices.ContainsFunc(v.why, func(n detect.Note) bool { return n.Text == "read" }) {
		return safe.Label{}
	}
	for _, r := range config.Env() {
		if r.Name != v.name || r.Default.Empty() {
			continue
		}
		text := config.Text(r.Default) // in a template more follows
		if text == "" {
			text = p.program.Value(config, r.Default).Text
		}
		if label, err := safe.NewLabel(text); err == nil && localURL(text) {
			return label
		}
	}
	return safe.Label{}
}

// nextRewrites notes the addresses of the developer's machine that the configuration has as
// they stand: in a container they are the container's own.
func (p *project) nextRewrites(config *javascript.File) {
	for _, prop := range config.Props("destination") {
		v := p.program.Value(config, prop.Value)
		if v.Set && v.Env == "" && localURL(v.Text) {
			p.remarkAt(p.Note(config.Path, prop.Line, "").On(detect.HandingOn), "hands requests on to %s, which in a container is the container itself: read the address from a variable, as process.env.BACKEND_URL || %q, and compose.yaml gives it to the build", safe.Visible(v.Text), safe.Visible(v.Text))
			return
		}
	}
}

func localURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && isLocal(u.Hostname())
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
