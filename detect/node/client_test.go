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
