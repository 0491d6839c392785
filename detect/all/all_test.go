package all

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"dockgen/detect"
)

// TestCoreNamesNoLanguage: what decides, writes and talks works for every
// language alike. A literal that is a language's name is where a special case begins.
func TestCoreNamesNoLanguage(t *testing.T) {
	names := map[string]bool{}
	for _, d := range Detectors() {
		for _, name := range append(detect.LanguagesOf(d), d.Name()) {
			names[name] = true
		}
	}
	for _, dir := range []string{"../../internal/plan", "../../internal/output", "../../cmd/dockgen", "../../internal/prompt"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			set := token.NewFileSet()
			f, err := parser.ParseFile(set, file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					if s, err := strconv.Unquote(lit.Value); err == nil && names[s] && s != "static" { // also a kind of service
						t.Errorf("%s: %q is a language", set.Position(lit.Pos()), s)
					}
				}
				return true
			})
		}
	}
}

// TestEveryDetectorIsListed: a folder of detect that has a detector is in the list.
func TestEveryDetectorIsListed(t *testing.T) {
	listed := map[string]bool{}
	for _, d := range Detectors() {
		listed[folder(d.Name())] = true
	}
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && e.Name() != "all" && e.Name() != "manifest" && !listed[e.Name()] {
			t.Errorf("detect/%s is not in detect/all", e.Name())
		}
	}
}

// folder is the folder of a language's code: its name, but where that is a
// keyword or a standard package's name.
func folder(language string) string {
	if language == "go" {
		return "golang"
	}
	return language
}
