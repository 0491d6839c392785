package node

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/javascript"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/safe"
)

// readPackage reads the folder's package.json; nil where there is none.
func readPackage(d *detect.Dir) (*nodepkg.Manifest, error) {
	if !d.Has("package.json") {
		return nil, nil
	}
	return nodepkg.ReadManifest(d)
}

// nxProjectOf is the project that Nx builds, with the packages that its sources use as
// the dependencies of a manifest.
func nxProjectOf(d *detect.Dir, b *nxBuild) (*project, error) {
	w := b.workspace
	closure, complete := w.closure(b.project)
	uses := w.uses(closure)
	switch b.framework {
	case "Angular":
		uses = append(uses, "@angular/core")
	case "Next.js":
		uses = append(uses, "next", "react", "react-dom")
	case "Vite":
		uses = append(uses, "vite")
	case "Nuxt":
		uses = append(uses, "nuxt")
	case "Remix":
		uses = append(uses, "@remix-run/dev", "@remix-run/serve", "@remix-run/node", "@remix-run/react")
	}
	npm, err := nodepkg.LoadShared(nodepkg.Shared{Dir: d, Root: w.root, Name: b.project.Name, Uses: uses})
	if err != nil {
		return nil, err
	}
	p := &project{Dir: d, npm: npm, pkg: npm.Manifest, program: javascript.NewProgram(d), nx: b}
	p.program.LookAbove()
	p.aliases()
	for _, other := range closure[1:] {
		p.apart = append(p.apart, other.dir)
	}
	p.knownApart = complete && len(npm.Workspace.Members) == 0
	return p, nil
}

// nxService describes the project that Nx builds.
func (p *project) nxService() (*detect.Service, error) {
	b := p.nx
	svc := &detect.Service{PackageManager: p.npm.Manager.Name, Version: p.npm.Node, Name: safe.Slug(path.Base(b.project.Name), "app")}
	var fw *framework
	s := &start{}
	switch {
	case b.framework != "":
		var err error
		if fw, err = p.nxFramework(); err != nil {
			return nil, err
		}
		if fw.role == builtServer {
			s = &start{argv: slices.Clone(fw.start), why: b.why}
		}
		svc.Kind = fw.kind()
	default:
		entry, ok := rel(path.Join(b.output, b.entry))
		if !ok {
			return nil, p.Errorf(b.project.file, 0, "%q is no name for what the build writes", b.entry)
		}
		s = &start{argv: []string{onNode, entry.String()}, entry: entry.String(), source: p.program.Find(b.main), why: b.why}
		if s.source == "" {
			s.source = b.main
		}
		fw = p.programOf(svc, s)
		fw.bundled = b.bundled
	}
	if fw.name != "" {
		svc.Framework = detect.Found(fw.name, p.frameworkNote(fw))
	}
	if out, err := b.workspace.root.Rel().Join(b.output); err == nil && b.output != b.project.dir {
		svc.Parts = append(svc.Parts, detect.Part{Path: out, Why: detect.Note{Path: out.String(), Text: "what its build writes"}})
	}
	return svc, p.describe(svc, fw, s)
}

// nxFramework is the row of the framework, with what its own configuration says and
// where Nx has it write.
func (p *project) nxFramework() (*framework, error) {
	b := p.nx
	rows := frameworks()
	fw := rows[slices.IndexFunc(rows, func(f framework) bool { return f.name == b.framework })]
	if fw.refine != nil && !b.page && b.inPlace {
		if err := fw.refine(p, &fw); err != nil {
			return nil, err
		}
	}
	if len(fw.copies) == 0 && fw.role == builtServer {
		fw.copies = []string{fw.output}
	}
	switch {
	case fw.role == static && !b.page: // an export of Next.js
		fw.output = path.Join(b.output, fw.output)
	case b.page:
		fw.output = b.output
		switch ui := strings.TrimPrefix(p.viteUI(), "Vite"); b.framework {
		case "Vite", "webpack", "Rsbuild":
			fw.name += ui
		}
	case b.framework == "Next.js" && !b.inPlace: // .next, public and the configuration are below its output
		fw.caches, fw.state = nil, []string{path.Join(b.output, ".next/cache")}
		fw.start = append(slices.Clone(fw.start), b.output)
	}
	return &fw, nil
}

// nxCommand is the build by Nx.
func (p *project) nxCommand(svc *detect.Service) error {
	words := []string{"nx", p.nx.target, p.nx.project.Name}
	if p.nx.configuration != "" {
		words = append(words, "--configuration="+p.nx.configuration)
	}
	argv, err := p.npm.Exec(words...)
	if err != nil {
		return fmt.Errorf("the build by Nx: %w", err)
	}
	svc.Build = detect.Found(argv, p.nx.why)
	p.buildEnv = append(p.buildEnv, "NX_DAEMON=false")
	if p.nx.workspace.cloud {
		p.buildEnv = append(p.buildEnv, "NX_NO_CLOUD=true")
	}
	return nil
}

// moved reports whether Nx writes the program away from the project's folder: it is
// started where its output stands then.
func (b *nxBuild) moved() bool { return b != nil && !b.inPlace }

// nxArtifacts are what the image takes of a program that Nx writes to a folder of its
// own: all of that, beside the packages.
func (p *project) nxArtifacts(svc *detect.Service, facts *Facts, fw *framework) error {
	out, ok := rel(p.nx.output)
	if !ok {
		return p.Errorf(p.nx.project.file, 0, "the output path %q leaves the workspace", p.nx.output)
	}
	p.modules(facts, svc, !fw.bundled, false)
	p.nxModules(facts)
	if p.npm.Manager.Name.V == "pnpm" && facts.Deps {
		// What the compiler adds, as tslib, stands in no manifest: npm's flat folder has it.
		facts.DepsArgv = facts.DepsArgv.With("--shamefully-hoist")
	}
	facts.Copies = []nodepkg.Artifact{{From: out, To: out, Dir: true}}
	svc.Facts = facts
	return nil
}

// nxModules decides which packages a program that Nx has made runs with: those of the
// manifest that the build wrote for it, or all that the root has for production.
func (p *project) nxModules(facts *Facts) {
	b := p.nx
	in := facts.Install
	prisma := p.prod("@prisma/client") // which is made in the build, among the root's packages
	if prisma && facts.ModulesFrom != "" {
		facts.ModulesFrom, facts.Deps, facts.DepsPruned, facts.DepsArgv = "build", false, false, safe.Argv{}
		facts.Pruned, facts.Base = !in.Prune.IsZero(), false
	}
	if !b.manifest || !b.moved() || prisma || len(facts.Prepare) > 0 || facts.ModulesFrom == "" {
		if b.moved() && facts.ModulesFrom != "" && !b.manifest {
			p.remark(b.project.file, 0, "the image has the packages of the whole workspace: generatePackageJson of the build would name those of %s alone", b.project.Name)
		}
		return
	}
	var lock string
	var argv safe.Argv
	switch {
	case p.npm.Lock == nil || len(p.npm.Stale()) > 0:
		return
	case in.Manager.Name.V == "npm":
		lock, argv = "package-lock.json", safe.ArgvOf("npm", "ci", "--omit=dev")
	case in.Manager.Name.V == "pnpm":
		lock, argv = "pnpm-lock.yaml", safe.ArgvOf("pnpm", "install", "--frozen-lockfile", "--prod")
	case in.Manager.Name.V == "yarn" && !in.Manager.Berry:
		lock, argv = "yarn.lock", safe.ArgvOf("yarn", "install", "--frozen-lockfile", "--production")
	default:
		return // Nx writes no lock for Bun
	}
	out, ok := rel(b.output)
	if !ok {
		return
	}
	facts.Written = nil
	for _, name := range []string{"package.json", lock} {
		if at, err := out.Join(name); err == nil {
			facts.Written = append(facts.Written, at)
		}
	}
	facts.ModulesFrom, facts.Deps, facts.DepsPruned, facts.Pruned, facts.DepsArgv = "deps", true, false, false, argv
	facts.Base = !in.Setup.Run.IsZero() || facts.Base
	facts.WrittenInstall = in
	facts.WrittenInstall.Sources, facts.WrittenInstall.Inputs = false, slices.DeleteFunc(slices.Clone(in.Inputs), func(x nodepkg.Input) bool {
		return path.Base(x.Target.String()) != ".npmrc" && path.Base(x.Target.String()) != ".yarnrc"
	})
}

// nxRoot reports whether the folder is the root of a workspace whose projects Nx builds.
func nxRoot(d *detect.Dir) bool {
	if !d.Has("nx.json") || d.Has("project.json") || !d.Has("package.json") {
		return false
	}
	w, err := readNx(d)
	return err == nil && slices.ContainsFunc(w.projects, func(p *nxProject) bool { return p.file == "project.json" })
}

// nxIgnored are the folders of projects that this one does not need.
func (p *project) nxIgnored() []string {
	if !p.knownApart {
		return nil
	}
	own := p.nx.project.dir
	needed := append([]string{own}, p.apart...)
	var out []string
	for _, other := range p.nx.workspace.projects {
		if slices.ContainsFunc(needed, func(n string) bool { return n == other.dir || within(n, other.dir) || within(other.dir, n) }) || p.mentioned(other.dir, needed) {
			continue
		}
		if !slices.ContainsFunc(out, func(o string) bool { return within(other.dir, o) }) {
			out = append(out, other.dir)
		}
	}
	return slices.DeleteFunc(out, func(dir string) bool { return strings.HasPrefix(dir, ".") })
}
