package engine

import (
	"strings"
	"testing"
)

func TestCheckUser(t *testing.T) {
	for user, ok := range map[string]bool{
		"": false, "0": false, "root": false, "node": false, "0:0": false, "10001:staff": false,
		"10001": true, "10001:0": true, "10001:10001": true, "65532:65532": true,
	} {
		if err := checkUser(user); (err == nil) != ok {
			t.Errorf("checkUser(%q) = %v", user, err)
		}
	}
}

func TestWrapper(t *testing.T) {
	for _, c := range []struct{ argv, want, reason string }{
		{"/app/server --port 1", "", "the program itself"},
		{"node server.js", "", "an interpreter with the program"},
		{"tini -- node server.js", "", "an init"},
		{"/sbin/docker-init -- sh", "", "an init, whatever it starts"},
		{"/bin/sh -c node server.js", "sh", "a shell"},
		{"npm start", "npm", "npm names its process so"},
		{"node /usr/local/bin/yarn start", "yarn", "a package manager in its interpreter"},
		{"/app/bin/server make", "", "an argument of the program"},
		{"nginx: master process nginx -g daemon off;", "", "a process that names itself"},
	} {
		if got := wrapper(strings.Fields(c.argv)); got != c.want {
			t.Errorf("%s: wrapper(%s) = %q, want %q", c.reason, c.argv, got, c.want)
		}
	}
}
