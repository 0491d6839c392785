// Package templates writes the container files of a plan. A language has one
// folder with its Dockerfile template; what languages share are partials.
//
// A template is written to be read: a line that holds nothing but an action
// leaves no line behind, blank runs become one blank line, and none is left
// inside a continued instruction. Values reach it as the types of package safe,
// and each goes through the function for the place where it stands: exec, sh,
// env, label, copy, mount.
package templates

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"text/template"

	"dockgen/internal/plan"
	"dockgen/internal/safe"
)

//go:embed */*.tmpl
var embedded embed.FS

// File is one file that was rendered; its path is relative to the project.
type File struct {
	Path    safe.RelPath
	Content []byte
}

// Data is what a Dockerfile template reads: the plan and the language's own facts.
type Data struct {
	*plan.Plan
	Facts any
}

// Languages lists the languages that have a folder of templates, sorted.
func Languages() []string {
	var out []string
	entries, err := fs.ReadDir(embedded, ".")
	if err != nil {
		panic(err) // the embedded tree has a root
	}
	for _, e := range entries {
		if e.Name() != "partials" {
			out = append(out, e.Name())
		}
	}
	return out
}

// Render returns the container files of the plans of one project, which plan.Join
// has brought together: a Dockerfile and an ignore file each, and one Compose file
// at the project's root, with an example of the variables that it takes.
func Render(plans ...*plan.Plan) ([]File, error) {
	var files []File
	for _, p := range plans {
		dockerfile, err := Dockerfile(p)
		if err != nil {
			return nil, err
		}
		files = append(files, File{p.Dockerfile, dockerfile}, File{p.Dockerignore, Dockerignore(p)})
	}
	compose, err := Compose(plans...)
	if err != nil {
		return nil, err
	}
	files = append(files, File{safe.RelPathOf("compose.yaml"), compose})
	dev, err := ComposeDev(plans...)
	if err != nil {
		return nil, err
	}
	if dev != nil {
		files = append(files, File{safe.RelPathOf("compose.dev.yaml"), dev})
	}
	if example := EnvExample(plans...); example != nil {
		files = append(files, File{safe.RelPathOf(".env.example"), example})
	}
	return files, nil
}

// Dockerfile renders the Dockerfile of a plan and parses it as BuildKit would.
func Dockerfile(p *plan.Plan) ([]byte, error) {
	set, err := parse(p.Service.Detector)
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	if err := set.ExecuteTemplate(&buf, "Dockerfile.tmpl", Data{p, p.Service.Facts}); err != nil {
		return nil, fmt.Errorf("rendering the Dockerfile of %s: %w", p.Service.Name, err)
	}
	out := tidy(buf.Bytes())
	if err := verify(out); err != nil {
		return nil, fmt.Errorf("rendering the Dockerfile of %s: %w", p.Service.Name, err)
	}
	return out, nil
}

// parse reads a language's templates and the partials.
func parse(language string) (*template.Template, error) {
	set := template.New(language).Funcs(funcs()).Option("missingkey=error")
	for _, pattern := range []string{"partials/*.tmpl", language + "/*.tmpl"} {
		names, err := fs.Glob(embedded, pattern)
		if err != nil {
			return nil, err
		}
		if len(names) == 0 {
			return nil, fmt.Errorf("there are no templates for %q", language)
		}
		for _, name := range names {
			text, err := embedded.ReadFile(name)
			if err != nil {
				return nil, err
			}
			if _, err := set.New(path.Base(name)).Parse(actionLineRE.ReplaceAllString(string(text), "$1")); err != nil {
				return nil, fmt.Errorf("parsing the template %s: %w", name, err)
			}
		}
	}
	return set, nil
}

var (
	// actionLineRE finds a line that holds nothing but one action that prints
	// nothing of its own, or a partial, which ends with its own line end.
	actionLineRE = regexp.MustCompile(`(?m)^[ \t]*(\{\{ *(?:if|else|end|range|with|define|template|block|/\*|\$)[^\n]*?\}\})[ \t]*\n`)
	trailingRE   = regexp.MustCompile(`(?m)[ \t]+$`)
	continuedRE  = regexp.MustCompile(`\\\n\n+`)
	blankRunRE   = regexp.MustCompile(`\n{3,}`)
)

// tidy takes trailing blanks, blank runs and blank lines inside an instruction out.
func tidy(b []byte) []byte {
	b = trailingRE.ReplaceAll(b, nil)
	b = continuedRE.ReplaceAll(b, []byte("\\\n"))
	b = blankRunRE.ReplaceAll(b, []byte("\n\n"))
	return append(bytes.TrimSpace(b), '\n')
}
