package node

import (
	"slices"
	"testing"

	"dockgen/detect"
)

// TestAntora: the playbook that the script names says where the site goes.
func TestAntora(t *testing.T) {
	s := one(t, files{
		"package.json":    `{"name": "docs", "scripts": {"build": "antora --fetch docs/book.yml"}, "devDependencies": {"antora": "^3.1.0"}}`,
		"docs/book.yml":   "content:\n  sources:\n    - url: ..\noutput:\n  dir: ./public\n",
		"docs/antora.yml": "name: x\n",
	})
	if got := s.Facts.(*Facts).Site.Dir.String(); got != "docs/public" || s.Framework.V != "Antora" {
		t.Errorf("%s writes to %s", s.Framework.V, got)
	}
	if !slices.ContainsFunc(s.Notes, func(n detect.Note) bool { return n.Path == "docs/book.yml" && n.Line == 3 }) {
		t.Errorf("nothing tells of the history: %v", s.Notes)
	}
	if found := scan(t, files{"package.json": `{"name": "docs", "devDependencies": {"antora": "^3.1.0"}}`}); len(found.Services) != 0 {
		t.Error("a site without a playbook")
	}
}
