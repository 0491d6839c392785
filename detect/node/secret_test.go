package node

import (
	"strings"
	"testing"
)

// A file that the build context leaves out must not be copied: the build would stop.
func TestSecretsAreNotCopied(t *testing.T) {
	s := one(t, files{
		"package.json":     manifestOf(`"start": "node server.js"`, "express"),
		"server.js":        "const k = require('./credentials.json'); require('fs').readFileSync('tls.p12')\n" + listens,
		"credentials.json": "{}", "tls.p12": "x", "settings.json": "{}",
	})
	var copied []string
	for _, c := range s.Facts.(*Facts).Copies {
		copied = append(copied, c.From.String())
	}
	if got := strings.Join(copied, " "); got != "package.json server.js settings.json" {
		t.Errorf("copies %s", got)
	}
	said := map[string]int{}
	for _, n := range s.Notes {
		if strings.Contains(n.Text, "mount it at") {
			said[n.Path]++
		}
	}
	if said["credentials.json"] != 1 || said["tls.p12"] != 1 {
		t.Errorf("notes %v", said)
	}
}
