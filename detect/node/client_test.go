package node

import "testing"

// TestPageBesideTheServer: a page that the server's folder lacks is built into it, unless
// the page's own Dockerfile says that it is deployed by itself.
func TestPageBesideTheServer(t *testing.T) {
	project := func(more files) files {
		all := files{
			"server/package.json": `{"name":"server","scripts":{"start":"node index.js"},"dependencies":{"express":"^5.0.0"}}`,
			"server/index.js":     "const express = require('express')\nconst app = express()\napp.use(express.static(require('path').join(__dirname, 'public')))\napp.listen(3000)\n",
			"client/package.json": `{"name":"client","scripts":{"build":"react-scripts build"},"dependencies":{"react-scripts":"^5.0.0"}}`,
			"client/src/index.js": "", "client/public/index.html": "<p>",
		}
		for name, text := range more {
			all[name] = text
		}
		return all
	}
	for _, c := range []struct {
		why   string
		files files
		want  int
	}{
		{"built into the server", project(nil), 1},
		{"deployed by itself", project(files{"client/Dockerfile": "FROM node\n"}), 2},
	} {
		if got := len(scan(t, c.files).Services); got != c.want {
			t.Errorf("%s: %d services, want %d", c.why, got, c.want)
		}
	}
}

// TestPageByTheRootsBuild: where the root's build does nothing but make the page, the page's
// stage does it, and a module's own __dirname is the folder that the program is started in.
func TestPageByTheRootsBuild(t *testing.T) {
	svc := one(t, files{
		"package.json":            `{"name": "shop", "type": "module", "scripts": {"build": "npm install && npm install --prefix frontend && npm run build --prefix frontend", "start": "node backend/server.js"}, "dependencies": {"express": "^4.0.0"}}`,
		"backend/server.js":       "import express from 'express'\nimport path from 'path'\nconst app = express()\nconst __dirname = path.resolve()\napp.use(express.static(path.join(__dirname, '/frontend/dist')))\napp.get('*', (q, r) => r.sendFile(path.resolve(__dirname, 'frontend', 'dist', 'index.html')))\napp.listen(5000)\n",
		"frontend/package.json":   `{"name": "frontend", "scripts": {"build": "vite build"}, "devDependencies": {"vite": "^6.0.0"}}`,
		"frontend/index.html":     "<p>",
		"frontend/vite.config.js": "export default {}",
	})
	facts, _ := svc.Facts.(*Facts)
	if facts.Frontend == nil || facts.FrontendTo.String() != "frontend/dist" {
		t.Fatalf("the page goes to %q, want frontend/dist: %v", facts.FrontendTo, svc.Notes)
	}
	if svc.Build.IsSet() {
		t.Errorf("the program is built by %v, which makes the page alone", svc.Build.V)
	}
	for _, c := range facts.Copies {
		if c.From.String() == "dist" {
			t.Errorf("%v is copied, and nothing makes it", c.From)
		}
	}
}
