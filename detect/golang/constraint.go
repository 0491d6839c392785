package golang

import (
	"go/ast"
	"go/build/constraint"
	"go/version"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"dockgen/detect"
)

// The systems and processors that a file's name may end in (go help buildconstraint).
var (
	systems    = strings.Fields("aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows zos")
	processors = strings.Fields("386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x sparc64 wasm")
)

// fileName reports whether a file of that name is built for Linux. Files for
// one processor count: which one the image is for is open.
func (p *program) fileName(name string) bool {
	parts := strings.Split(strings.TrimSuffix(name, ".go"), "_")
	if n := len(parts); n > 1 {
		last := parts[n-1]
		if slices.Contains(processors, last) {
			return last != "wasm" && (n < 3 || !slices.Contains(systems, parts[n-2]) || parts[n-2] == "linux")
		}
		return !slices.Contains(systems, last) || last == "linux"
	}
	return true
}

// constraints reports whether the file's //go:build line holds on Linux with
// the build tags that are set and without cgo.
func (p *program) constraints(f *ast.File) bool {
	for _, group := range f.Comments {
		if group.Pos() > f.Package {
			break
		}
		for _, c := range group.List {
			if !constraint.IsGoBuild(c.Text) {
				continue
			}
			expr, err := constraint.Parse(c.Text)
			if err != nil {
				return true
			}
			// Eval stops at the first tag that decides; every tag counts as seen.
			constraintTags(expr, func(tag string) { p.seenTags[tag] = true })
			return expr.Eval(p.tag)
		}
	}
	return true
}

// constraintTags calls f with each tag of an expression.
func constraintTags(x constraint.Expr, f func(string)) {
	switch x := x.(type) {
	case *constraint.TagExpr:
		f(x.Tag)
	case *constraint.NotExpr:
		constraintTags(x.X, f)
	case *constraint.AndExpr:
		constraintTags(x.X, f)
		constraintTags(x.Y, f)
	case *constraint.OrExpr:
		constraintTags(x.X, f)
		constraintTags(x.Y, f)
	}
}

func (p *program) tag(name string) bool {
	switch name {
	case "linux", "unix", "amd64", "gc":
		return true
	}
	if strings.HasPrefix(name, "go1.") {
		return version.IsValid(name)
	}
	return p.tags[name]
}

// buildTag is a tag that the project's own build sets.
type buildTag struct {
	name string
	why  detect.Note
}

var (
	goBuildRE = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?:\bgo|\$[({]GO(?:CMD)?[)}]) (?:build|install)\b[^\n;&|]*|\$[({]GO_?BUILD[)}][^\n;&|]*`)
	})
	plainBuildRE = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?m)^build:[^\n]*\n(?:[ \t@]+[^\n]*\n)*?[ \t@]+[^\n]*\bgo build\b([^\n;&|]*)`)
	})
	tagsRE    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`-tags[= ]+("[^"$]*"|'[^'$]*'|[\w,.]+)`) })
	tagNameRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]*$`) })
)

// localTags are for a developer's machine, not for what is deployed.
var localTags = []string{"dev", "debug", "test", "tests", "testing", "e2e", "integration", "race", "local", "tools", "mock", "mocks"}

// buildTags reads the tags out of the first place that says how the project is
// built for production: its Dockerfile, the release configuration, the Makefile.
// It is a reading of command lines, so it takes nothing that holds a variable.
func (w *workspace) buildTags() []buildTag {
	d := w.top.Sub(w.main.dir)
	if w.main.file == nil {
		return nil
	}
	groups := [][]string{
		d.Names("Dockerfile", "Dockerfile.*", "*.Dockerfile"),
		{d.First(".goreleaser.yml", ".goreleaser.yaml", "goreleaser.yml", "goreleaser.yaml")},
		{d.First("Makefile", "makefile", "GNUmakefile"), d.First("Taskfile.yml", "Taskfile.yaml"), d.First("justfile", "Justfile")},
	}
	for _, names := range groups {
		for _, name := range names {
			if name == "" {
				continue
			}
			if tags := w.tagsIn(path.Join(w.main.dir, name)); len(tags) > 0 {
				return tags
			}
		}
	}
	return nil
}

func (w *workspace) tagsIn(name string) []buildTag {
	data, err := w.top.Read(name)
	if err != nil {
		return nil
	}
	if strings.Contains(name, "goreleaser") {
		return w.releaserTags(name)
	}
	text := strings.ReplaceAll(string(data), "\\\n", "  ") // a continued line is one, of the same length
	plain := ""                                            // what the recipe called build makes without tags: others are variants of it
	if m := plainBuildRE().FindStringSubmatch(text); m != nil && !strings.ContainsAny(m[1], "$") && !strings.Contains(m[1], "-tags") {
		plain = lastWord(m[1])
	}
	for _, at := range goBuildRE().FindAllStringIndex(text, -1) {
		m := tagsRE().FindStringSubmatch(text[at[0]:at[1]])
		if m == nil || plain != "" && lastWord(text[at[0]:at[1]]) == plain {
			continue
		}
		line := 1 + strings.Count(string(data[:at[0]]), "\n")
		if tags := w.tagList(name, line, strings.Trim(m[1], `"'`)); len(tags) > 0 {
			return tags
		}
	}
	return nil
}

func lastWord(line string) string {
	words := strings.Fields(line)
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}

func (w *workspace) tagList(name string, line int, list string) []buildTag {
	var out []buildTag
	for _, t := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		if tagNameRE().MatchString(t) && !slices.Contains(localTags, t) {
			out = append(out, buildTag{t, w.top.Note(name, line, "builds with -tags %s", t)})
		}
	}
	return out
}
