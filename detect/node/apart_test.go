package node

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"dockgen/detect"
)

// workspace is an application, web, that needs the package pricing, which needs iso; api
// and other are for others.
func workspace(more files) files {
	out := files{
		"package.json":                  `{"name": "root", "private": true, "workspaces": ["apps/*", "packages/*"]}`,
		"apps/web/package.json":         `{"name": "web", "scripts": {"start": "node server.js"}, "dependencies": {"pricing": "*", "express": "5"}}`,
		"apps/web/server.js":            `const express = require("express"); require("pricing"); express().listen(3000)`,
		"apps/api/package.json":         `{"name": "api", "scripts": {"start": "node server.js"}, "dependencies": {"koa": "3", "left-pad": "1"}}`,
		"apps/api/server.js":            `const Koa = require("koa"); new Koa().listen(4000)`,
		"packages/pricing/package.json": `{"name": "pricing", "version": "1.0.0", "main": "index.js", "peerDependencies": {"iso": "*"}}`,
		"packages/pricing/index.js":     `require("iso")`,
		"packages/iso/package.json":     `{"name": "iso", "version": "1.0.0", "main": "index.js"}`,
		"packages/other/package.json":   `{"name": "other", "version": "1.0.0", "main": "index.js"}`,
	}
	maps.Copy(out, more)
	return out
}

// npmLock agrees with workspace; more is put among its packages.
func npmLock(more string) string {
	return `{"lockfileVersion": 3, "packages": {
"": {"name": "root", "workspaces": ["apps/*", "packages/*"]},
"apps/web": {"dependencies": {"pricing": "*", "express": "5"}},
"apps/api": {"dependencies": {"koa": "3", "left-pad": "1"}},
"packages/pricing": {}, "packages/iso": {}, "packages/other": {},
"node_modules/web": {"resolved": "apps/web", "link": true},
"node_modules/express": {"version": "5.1.0", "dependencies": {"ms": "2"}},
"node_modules/koa": {"version": "3.0.0"}, "node_modules/left-pad": {"version": "1.3.0"}` + more + `}}`
}

// TestManifestsOfTheClosure holds which manifests are there for the install of one part of
// a workspace: those that it needs, unless something speaks for the others.
func TestManifestsOfTheClosure(t *testing.T) {
	const closure = "apps/web packages/iso packages/pricing"
	const all = "apps/api apps/web packages/iso packages/other packages/pricing"
	pnpm := func(lock string) files {
		return files{"package.json": `{"name": "root", "private": true}`, "pnpm-workspace.yaml": "packages: [apps/*, packages/*]\n", "pnpm-lock.yaml": lock}
	}
	const pnpmLock = `lockfileVersion: '9.0'
importers:
  .: {}
  apps/web: {dependencies: {pricing: {specifier: '*', version: 'link:../../packages/pricing'}, express: {specifier: '5', version: 5.1.0}}}
  apps/api: {dependencies: {koa: {specifier: '3', version: 3.0.0}, left-pad: {specifier: '1', version: 1.3.0}}}
  packages/pricing: {}
  packages/iso: {}
  packages/other: {}
packages:

  express@5.1.0:
    resolution: {integrity: sha512-x}

  left-pad@1.3.0:
    resolution: {integrity: sha512-x}
`
	for _, c := range []struct {
		why     string
		files   files
		want    string
		ignored string
	}{
		{"npm ci installs what is there", files{"package-lock.json": npmLock("")}, closure, "apps/api packages/other"},
		{"so does pnpm", pnpm(pnpmLock), closure, "apps/api packages/other"},
		{"so does Yarn 1", files{"yarn.lock": "# yarn lockfile v1\n\nexpress@5:\n  version \"5.1.0\"\n\nkoa@3:\n  version \"3.0.0\"\n\nleft-pad@1:\n  version \"1.3.0\"\n"}, closure, "apps/api packages/other"},
		{"so does Bun", files{"bun.lock": `{"lockfileVersion": 1, "workspaces": {"": {"name": "root"}, "apps/web": {"dependencies": {"pricing": "*", "express": "5"}}, "apps/api": {"dependencies": {"koa": "3", "left-pad": "1"}}}, "packages": {"express": ["express@5.1.0", "", {}, ""]}}`}, closure, "apps/api packages/other"},
		{"Yarn 4 stops: YN0028", files{".yarnrc.yml": "nodeLinker: node-modules\n", "yarn.lock": "__metadata:\n  version: 8\n\n\"express@npm:5\":\n  version: 5.1.0\n"}, all, "apps/api packages/other"},
		{"no lock to freeze", files{}, all, "apps/api packages/other"},
		{"a lock that does not agree with the part", files{
			"package-lock.json":     npmLock(""),
			"apps/web/package.json": `{"name": "web", "scripts": {"start": "node server.js"}, "dependencies": {"pricing": "*", "express": "5", "pino": "9"}}`,
		}, all, "apps/api packages/other"},
		{"a lock that does not agree with another part", files{
			"package-lock.json":     npmLock(""),
			"apps/api/package.json": `{"name": "api", "scripts": {"start": "node server.js"}, "dependencies": {"pino": "9"}}`,
		}, closure, "apps/api packages/other"},
		{"a package of a registry wants a member", files{"package-lock.json": npmLock(`, "node_modules/plug": {"version": "1.0.0", "peerDependencies": {"other": "1"}}`)}, closure + " packages/other", "apps/api"},
		{"a configuration leads into a member", files{
			"package-lock.json":      npmLock(""),
			"apps/web/tsconfig.json": `{"extends": "../../packages/other/base.json"}`,
		}, closure + " packages/other", "apps/api"},
		{"the root needs a member", files{
			"package.json":      `{"name": "root", "private": true, "workspaces": ["apps/*", "packages/*"], "devDependencies": {"other": "*"}}`,
			"package-lock.json": strings.Replace(npmLock(""), `"": {"name": "root"`, `"": {"name": "root", "devDependencies": {"other": "*"}`, 1),
		}, closure + " packages/other", "apps/api"},
		{"an undeclared package may be what another part brings", files{
			"package-lock.json":  npmLock(""),
			"apps/web/server.js": `const express = require("express"); require("left-pad"); express().listen(3000)`,
		}, all, "apps/api packages/other"},
		{"which pnpm does not let happen", func() files {
			f := pnpm(pnpmLock)
			f["apps/web/server.js"] = `const express = require("express"); require("left-pad"); express().listen(3000)`
			return f
		}(), closure, "apps/api packages/other"},
		{"unless it is told to", func() files {
			f := pnpm(pnpmLock)
			f[".npmrc"] = "shamefully-hoist=true\n"
			f["apps/web/server.js"] = `const express = require("express"); require("left-pad"); express().listen(3000)`
			return f
		}(), all, "apps/api packages/other"},
		{"an install script of another part reads sources, and does not run here", files{
			"package-lock.json":     npmLock(""),
			"apps/api/package.json": `{"name": "api", "scripts": {"start": "node server.js", "postinstall": "node make.js"}, "dependencies": {"koa": "3", "left-pad": "1"}}`,
		}, closure, "apps/api packages/other"},
		{"an install script of the part's own may read anything", files{
			"package-lock.json":     npmLock(""),
			"apps/web/package.json": `{"name": "web", "scripts": {"start": "node server.js", "postinstall": "node make.js"}, "dependencies": {"pricing": "*", "express": "5"}}`,
		}, all, ""},
	} {
		t.Run(c.why, func(t *testing.T) {
			found := scan(t, workspace(c.files))
			i := slices.IndexFunc(found.Services, func(s *detect.Service) bool { return s.Dir.String() == "apps/web" })
			if i < 0 {
				t.Fatalf("web is not found: %v", found.Notes)
			}
			svc := found.Services[i]
			facts, _ := svc.Facts.(*Facts)
			var got, ignored []string
			for _, in := range facts.Install.Inputs {
				if dir, ok := strings.CutSuffix(in.Source.String(), "/package.json"); ok {
					got = append(got, dir)
				}
			}
			for _, dir := range []string{"apps/api", "apps/web", "packages/iso", "packages/other", "packages/pricing"} {
				for _, pattern := range svc.Context.Ignore {
					if pattern.String() == dir {
						ignored = append(ignored, dir)
					}
				}
			}
			slices.Sort(got)
			want := strings.Fields(c.want)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("bound are the manifests of %v, want %v", got, want)
			}
			if strings.Join(ignored, " ") != c.ignored {
				t.Errorf("out of the context are %v, want %v", ignored, c.ignored)
			}
			for _, keep := range svc.Context.Keep {
				if dir, ok := strings.CutSuffix(keep.String(), "/package.json"); ok && !slices.Contains(got, dir) {
					t.Errorf("%s is let into the context, and not bound", keep)
				}
			}
		})
	}
}

// TestNotOfTheWorkspace holds what stands in a repository and is run by others of it.
func TestNotOfTheWorkspace(t *testing.T) {
	tool := workspace(files{
		"package-lock.json":             npmLock(""),
		"packages/tools/package.json":   `{"name": "tools", "private": true, "bin": {"make": "make.js"}}`,
		"packages/tools/make.js":        `console.log(1)`,
		"packages/other/package.json":   `{"name": "other", "version": "1.0.0", "devDependencies": {"tools": "*"}}`,
		"packages/alone/package.json":   `{"name": "alone", "private": true, "bin": {"alone": "main.js"}}`,
		"packages/alone/main.js":        `console.log(1)`,
		"packages/pricing/package.json": `{"name": "pricing", "version": "1.0.0", "main": "index.js"}`,
	})
	var got []string
	for _, s := range scan(t, tool).Services {
		got = append(got, s.Dir.String())
	}
	slices.Sort(got)
	if want := []string{"apps/api", "apps/web", "packages/alone"}; !slices.Equal(got, want) {
		t.Errorf("services are %v, want %v", got, want)
	}
	// A root that only starts what has a package of its own, by scripts for development.
	root := files{
		"package.json":        `{"name": "root", "scripts": {"dev": "npm-run-all dev:*", "dev:server": "cd server && npm run dev"}, "devDependencies": {"npm-run-all": "4"}}`,
		"server/package.json": `{"name": "server", "scripts": {"start": "node index.js"}, "dependencies": {"express": "4"}}`,
		"server/index.js":     `require("express")().listen(3000)`,
	}
	if svc := one(t, root); svc.Dir.String() != "server" {
		t.Errorf("the service is %s, want server", svc.Dir)
	}
	// What kind of modules lie there is no package.
	root["server/package.json"] = `{"type": "commonjs"}`
	root["package.json"] = `{"name": "root", "scripts": {"dev": "npm-run-all dev:*"}, "dependencies": {"express": "4"}}`
	if found := scan(t, root).Services; len(found) == 0 || found[0].Dir.String() != "." {
		t.Errorf("services are %v, want the root first", found)
	}
}

// TestNextRewrites holds the addresses that Next.js hands requests on to.
func TestNextRewrites(t *testing.T) {
	next := func(destination, page string) *detect.Service {
		return one(t, files{
			"package.json":   `{"name": "web", "scripts": {"build": "next build", "start": "next start"}, "dependencies": {"next": "15"}}`,
			"next.config.js": "module.exports = { async rewrites() { return [{ source: '/api/:path*', destination: " + destination + " }] } }",
			"app/page.jsx":   page,
		})
	}
	for _, c := range []struct{ why, destination, page, local, note string }{
		{"a variable with a default", "`${process.env.BACKEND_URL || 'http://localhost:8000'}/:path*`", "", "http://localhost:8000", ""},
		{"one that browsers read as well", "`${process.env.NEXT_PUBLIC_API || 'http://localhost:8000'}/:path*`", "export default () => process.env.NEXT_PUBLIC_API", "", ""},
		{"an address as it stands", "'http://localhost:8000/:path*'", "", "", "in a container is the container itself"},
		{"somebody else's", "'https://example.com/:path*'", "", "", ""},
	} {
		svc := next(c.destination, c.page)
		local := ""
		for _, a := range svc.Args {
			local += a.Local.String()
		}
		if local != c.local {
			t.Errorf("%s: the build's local address is %q, want %q", c.why, local, c.local)
		}
		said := slices.ContainsFunc(svc.Notes, func(n detect.Note) bool { return strings.Contains(n.Text, "in a container is the container itself") })
		if said != (c.note != "") {
			t.Errorf("%s: notes %v", c.why, svc.Notes)
		}
	}
}

// TestNeedsOfAnotherServer: what the server beside needs is none of the page's needs, though
// the page depends on it for its types.
func TestNeedsOfAnotherServer(t *testing.T) {
	found := scan(t, files{
		"package.json":                   `{"private": true, "workspaces": ["apps/*", "packages/*"]}`,
		"apps/api/package.json":          `{"name": "api", "scripts": {"start": "node server.js"}, "dependencies": {"express": "5", "database": "*"}}`,
		"apps/api/server.js":             `require("express")().listen(4000)`,
		"apps/web/package.json":          `{"name": "web", "scripts": {"build": "next build", "start": "next start"}, "dependencies": {"next": "15", "api": "*", "words": "*"}}`,
		"apps/web/app/page.jsx":          "export default () => null",
		"packages/database/package.json": `{"name": "database", "main": "i.js", "dependencies": {"pg": "8"}}`,
		"packages/words/package.json":    `{"name": "words", "main": "i.js", "dependencies": {"ioredis": "5"}}`,
	})
	for _, s := range found.Services {
		want := map[string]string{"api": "postgres", "web": "redis"}[s.Name.String()]
		if len(s.Needs) != 1 || s.Needs[0].Name != want {
			t.Errorf("%s needs %v, want %s alone", s.Name, s.Needs, want)
		}
	}
}

// TestLoadsADevelopmentDependency: what the program loads has to be in the image, whatever
// the manifest calls it.
func TestLoadsADevelopmentDependency(t *testing.T) {
	for _, c := range []struct {
		why, source string
		want        bool
	}{
		{"loaded as it starts", "const chalk = require('chalk'); require('express')().listen(3000)", true},
		{"not loaded", "require('express')().listen(3000)", false},
		{"one that nothing holds on to, as dotenv under a condition", "if (!process.env.X) require('chalk').config(); require('express')().listen(3000)", false},
	} {
		svc := one(t, files{
			"package.json":      `{"name": "a", "scripts": {"start": "node index.js"}, "dependencies": {"express": "5"}, "devDependencies": {"chalk": "4"}}`,
			"package-lock.json": `{"lockfileVersion": 3, "packages": {"": {"dependencies": {"express": "5"}, "devDependencies": {"chalk": "4"}}}}`,
			"index.js":          c.source,
		})
		facts, _ := svc.Facts.(*Facts)
		if got := facts.DepsArgv.String() == "npm ci"; got != c.want {
			t.Errorf("%s: the packages are installed by %s", c.why, facts.DepsArgv)
		}
	}
}
