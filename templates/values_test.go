package templates_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"dockgen/detect/c"
	"dockgen/detect/crystal"
	"dockgen/detect/dart"
	"dockgen/detect/deno"
	"dockgen/detect/dotnet"
	"dockgen/detect/elixir"
	"dockgen/detect/golang"
	"dockgen/detect/haskell"
	"dockgen/detect/java"
	"dockgen/detect/julia"
	"dockgen/detect/node"
	"dockgen/detect/php"
	"dockgen/detect/python"
	"dockgen/detect/r"
	"dockgen/detect/ruby"
	"dockgen/detect/rust"
	"dockgen/detect/shell"
	"dockgen/detect/static"
	"dockgen/detect/swift"
	"dockgen/detect/zig"
	"dockgen/internal/plan"
	"dockgen/templates"
)

// facts are the types that a detector hands to its template, one a language.
func facts() map[string]any {
	return map[string]any{
		"deno": deno.Facts{}, "go": golang.Facts{}, "node": node.Facts{}, "python": python.Facts{}, "c": c.Facts{}, "zig": zig.Facts{}, "crystal": crystal.Facts{}, "rust": rust.Facts{}, "static": static.Facts{}, "shell": shell.Facts{},
		"elixir":  elixir.Facts{},
		"php":     php.Facts{},
		"ruby":    ruby.Facts{},
		"dotnet":  dotnet.Facts{},
		"java":    java.Facts{},
		"swift":   swift.Facts{},
		"dart":    dart.Facts{},
		"haskell": haskell.Facts{},
		"r":       r.Facts{},
		"julia":   julia.Facts{},
	}
}

// TestValues walks every type that a template can reach from its data. A plain
// string, an interface or a map could carry anything out of a project into a file;
// named strings are constants, package safe's types have constructors that refuse
// what is dangerous, and the catalogue is a file of dockgen's own.
func TestValues(t *testing.T) {
	all := facts()
	for _, language := range templates.Languages() {
		if all[language] == nil {
			t.Errorf("the facts of %q are not in this test", language)
		}
	}
	w := &walker{seen: map[reflect.Type]bool{}}
	w.visit(reflect.TypeFor[plan.Plan](), "Plan")
	for language, v := range all {
		w.visit(reflect.TypeOf(v), language+".Facts")
	}
	slices.Sort(w.found)
	for _, f := range w.found {
		if field, _, _ := strings.Cut(f, " is "); ours[field] == "" {
			t.Errorf("%s: give it a type of package safe", f)
		}
	}
}

// ours are the fields of plain text that hold words of dockgen's own, or that no
// template prints. A new field is not to be added here but to get a type.
var ours = map[string]string{
	"detect.ImageLabel.Key": "constants", "detect.Setting.Why": "constants", "python.Step.Why": "constants", "ruby.Step.Why": "constants",
	"detect.Service.Language": "a detector's constant", "detect.Service.Detector": "a detector's name", "detect.Service.Images": "the catalogue's key",
	"detect.Service.BuildOn": "the catalogue's key", "detect.Service.RunOn": "the catalogue's key", "detect.Value[string].V": "names out of the detectors' tables",
	"detect.Service.Facts": "the language's own, which are walked too",
	"detect.Front.Build":   "a nodepkg.Frontend, which is walked as a part of facts",
	"detect.Need.Name":     "the catalogue's key", "detect.NeedSetting.Scheme": "constants", "detect.NeedSetting.Dialect": "constants",
	"detect.Note.Path": "for people; compose.yaml escapes the one it names", "detect.Note.Text": "for people", "detect.Runtime.Name": "the catalogue's key",
	"node.Facts.ModulesFrom": "a stage of the template", "nodepkg.Manager.Path": "for notes", "nodepkg.Setup.Tool": "the catalogue's key",
	"plan.Compose.Profile": "constants", "plan.Compose.Tmpfs": "made of safe paths, and escaped", "plan.FileSecret.File": "escaped where it is written",
	"plan.IgnoreGroup.Title": "constants", "plan.Limits.CPUs": "constants", "plan.Limits.Memory": "the catalogue's",
	"plan.Mount.Target": "made of safe paths, and escaped", "plan.Piece.Literal": "doubles its dollar signs", "plan.Plan.Optional": "the catalogue's keys",
	"plan.RuntimeImage.Name": "the catalogue's key", "plan.Variable.Name": "a safe.EnvName or the catalogue's",
	"detect.Need.Variant": "the catalogue's key", "plan.Required.Of": "the catalogue's key",
	"detect.Need.As": "the catalogue's key", "python.Facts.Path": "becomes a safe.Label", "python.Facts.SelfPath": "becomes a safe.Label", "static.Build.Tool": "a generator's name", "static.Build.Image": "the catalogue's key", "static.Build.Copied": "the catalogue's key",
	"php.Facts.Server": "constants", "php.Step.Why": "constants",
	"java.Facts.Tool": "constants", "java.Facts.Form": "constants", "java.Facts.Ext": "constants", "java.Facts.Glob": "a plain file name with stars: globName",
	"java.Library.Group": "constants", "java.Library.Name": "constants", "java.Library.Suffix": "constants", "detect.Process.BuildOn": "the catalogue's key",
	"java.Cache.ID": "constants", "java.Cache.Target": "constants",
	"python.Facts.Cache": "constants", "python.Facts.CacheDir": "constants", "python.Facts.Image": "constants", "python.Facts.Tool": "constants",
}

type walker struct {
	seen  map[reflect.Type]bool
	found []string
}

func (w *walker) visit(t reflect.Type, at string) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		w.visit(t.Elem(), at)
		return
	case reflect.String:
		if t.PkgPath() == "" {
			w.found = append(w.found, at+" is a plain string")
		}
		return
	case reflect.Interface, reflect.Map, reflect.Func, reflect.Chan:
		w.found = append(w.found, fmt.Sprintf("%s is a %s", at, t))
		return
	case reflect.Struct:
	default:
		return
	}
	if w.seen[t] || slices.Contains([]string{"dockgen/internal/safe", "dockgen/internal/catalog", "time"}, t.PkgPath()) {
		return
	}
	w.seen[t] = true
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() {
			w.visit(f.Type, t.String()+"."+f.Name)
		}
	}
}
