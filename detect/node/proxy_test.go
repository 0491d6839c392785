package node

import (
	"fmt"
	"strings"
	"testing"
)

// TestSetupProxy holds what Create React App's server hands on, in the forms that the
// middleware's versions take.
func TestSetupProxy(t *testing.T) {
	for _, c := range []struct{ why, version, source, want string }{
		{"mounted", "2.0.6", `app.use("/api", createProxyMiddleware({ target: "http://localhost:5000" }))`, "/api:5000"},
		{"mounted, by a version that gives the path again", "3.0.0", `app.use("/api", createProxyMiddleware({ target: "http://localhost:5000/api" }))`, "/api:5000"},
		{"mounted, by a version that does not", "3.0.0", `app.use("/api", createProxyMiddleware({ target: "http://localhost:5000" }))`, "/api:5000 without it"},
		{"a list of paths", "2.0.6", `app.use(["/api", "/auth/google"], createProxyMiddleware({ target: "http://localhost:5000" }))`, "/api:5000 /auth/google:5000"},
		{"the old form", "0.21.0", `app.use(proxy("/api/*", { target: process.env.BACK || "http://localhost:5000" }))`, "/api:5000"},
		{"a filter", "3.0.0", `app.use(createProxyMiddleware({ pathFilter: "/api", target: "http://localhost:5000" }))`, "/api:5000"},
		{"all of it", "3.0.0", `app.use(createProxyMiddleware({ target: "http://localhost:5000" }))`, ""},
	} {
		svc := one(t, files{
			"package.json":      `{"name": "page", "scripts": {"build": "react-scripts build"}, "dependencies": {"react-scripts": "5.0.1", "http-proxy-middleware": "` + c.version + `"}}`,
			"public/index.html": "<p>",
			"src/setupProxy.js": "const { createProxyMiddleware } = require('http-proxy-middleware'); module.exports = function (app) {" + c.source + "}",
		})
		var got []string
		for _, call := range svc.Calls {
			text := fmt.Sprintf("%s:%d", call.Prefix, call.Port)
			if call.Strip {
				text += " without it"
			}
			got = append(got, text)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", c.why, got, c.want)
		}
	}
}
