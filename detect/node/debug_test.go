package node

import (
	"strings"
	"testing"
)

func TestDebugger(t *testing.T) {
	tests := []struct{ argv, want string }{
		{"node --watch server.js", "node --inspect=0.0.0.0:9229 --watch server.js"},
		{"node --inspect --watch server.js", "node --inspect=0.0.0.0:9229 --watch server.js"},
		{"node_modules/.bin/tsx watch src/a.ts", "node_modules/.bin/tsx watch --inspect=0.0.0.0:9229 src/a.ts"},
		{"node_modules/.bin/nodemon a.js", "node_modules/.bin/nodemon --inspect=0.0.0.0:9229 a.js"},
		{"node_modules/.bin/nodemon --exec ts-node a.js", ""},
		{"node_modules/.bin/nodemon src/a.ts", ""},
		{"node_modules/.bin/nest start --watch", "node_modules/.bin/nest start --debug 0.0.0.0:9229 --watch"},
		{"node_modules/.bin/nest start --debug --watch", "node_modules/.bin/nest start --debug 0.0.0.0:9229 --watch"},
		{"node_modules/.bin/vite --host 0.0.0.0", ""},
		{"npm run dev", ""},
	}
	for _, tt := range tests {
		got := ""
		if d := debugger(strings.Fields(tt.argv), false); d != nil {
			got = strings.Join(d.Start.Args(), " ")
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.argv, got, tt.want)
		}
	}
}
