package templates_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
	"mvdan.cc/sh/v3/syntax"

	"dockgen/internal/composetest"
	"dockgen/internal/contexttest"
	"dockgen/internal/plan"
	"dockgen/internal/safe"
)

// TestHostileValues puts every vector into every place of every golden's project
// where a value stands. What comes out is an error that is fit to print, or
// files that say the same as with an ordinary value there.
//
// "The same" is the skeleton of the Dockerfile: its stages, its instructions in
// their order, the programs that they run. A hostile value may change it in the
// ways in which a harmless one does: the skeleton is that of the project as it
// is, with another word in that place, or with nothing there. Beyond that every
// file is held against rules that no value may break.
func TestHostileValues(t *testing.T) {
	for n, g := range append(goldens(t), apps(t)...) {
		t.Run(g.name(), func(t *testing.T) {
			g.seen = map[string]bool{}
			as, err := g.skeleton(g.project)
			if err != nil {
				t.Fatal(err)
			}
			for i, s := range sites(g.project) {
				// A run has time for a tenth of the places, another tenth of each
				// project's, and the names of folders, which reach the most instructions.
				if *everything || i%10 == n%10 || strings.HasSuffix(s.name, ", mentioned so") && path.Ext(s.name) == "" {
					g.attack(t, s, as, i)
				}
			}
		})
	}
}

var everything = flag.Bool("everything", false, "TestHostileValues: try every vector in every place, not some of them")

// attack tries vectors in one place.
func (g golden) attack(t *testing.T, s site, as string, n int) {
	var known []string
	for i, v := range slices.Concat(vectors, oddWords) {
		if !*everything && (i+n)%24 != 0 {
			continue
		}
		project := s.with(v.text)
		if project == nil {
			continue
		}
		got, err := g.skeleton(project)
		switch {
		case err != nil && !printable(err):
			t.Errorf("%s, %s: %q", s.name, v.name, err)
		case err != nil || got == as:
			continue
		}
		if known == nil {
			known = g.harmless(t, s)
		}
		if !slices.Contains(known, got) {
			t.Errorf("%s, %s:\n%s\nand as it is:\n%s", s.name, v.name, got, as)
		}
	}
}

// harmless are the skeletons that words do in a place, or nothing, or what no parser
// takes, as a bracket that nothing closes, or a line feed where it ends a section; the
// last is that of the project without the file or folder.
func (g golden) harmless(t *testing.T, s site) []string {
	out := []string{""}
	projects := []fstest.MapFS{s.without, s.gone}
	for _, word := range []string{"pwn", "x-pwn", "src/pwn.js", "pwn.js", "x", "", "8", "x y", ".", "./x", "a=b", `x\`, "`", "'", "\"", "x[y", "x\ny z"} {
		projects = append(projects, s.with(word))
	}
	for _, project := range projects {
		if project == nil {
			continue
		}
		got, err := g.skeleton(project)
		if err != nil && !printable(err) {
			t.Errorf("%s: %q", s.name, err)
		}
		out = append(out, got)
	}
	return out
}

// printable reports whether an error can be shown: it is about a file, or holds
// nothing that a terminal would act on.
func printable(err error) bool {
	var broken *brokenRule
	return !errors.As(err, &broken) && safe.Text(err.Error()) == nil
}

// brokenRule is what no value may lead to.
type brokenRule struct{ text string }

func (e *brokenRule) Error() string { return e.text }

// skeleton is the form of what is written for a project; "" where nothing is. A
// broken rule is an error.
func (g golden) skeleton(project fstest.MapFS) (out string, err error) {
	defer func() {
		if r := recover(); r != nil {
			out, err = "", &brokenRule{fmt.Sprintf("panic: %v", r)}
		}
	}()
	r, err := g.try(project)
	if err != nil {
		return "", err
	}
	for _, n := range r.project.Notes {
		if safe.Text(n.String()) != nil {
			return "", &brokenRule{fmt.Sprintf("note %q", n)}
		}
	}
	if r.plan == nil {
		return "", nil
	}
	for _, one := range r.each() {
		c := &checker{r: one, project: project, seen: g.seen}
		c.dockerfile()
		c.compose()
		c.ignore()
		if len(c.broken) > 0 {
			return "", &brokenRule{strings.Join(c.broken, "\n") + "\n" + string(one.file("Dockerfile"))}
		}
		out += c.b.String()
	}
	return out, nil
}

// checker writes the skeleton and notes every rule that is broken.
type checker struct {
	r       rendered
	project fstest.MapFS
	b       strings.Builder
	broken  []string
	stages  []string
	seen    map[string]bool // Compose files that were found good
}

func (c *checker) fail(format string, args ...any) {
	c.broken = append(c.broken, fmt.Sprintf(format, args...))
}

func (c *checker) dockerfile() {
	for _, f := range c.r.files {
		for line := range strings.Lines(string(f.Content)) {
			if err := safe.Text(strings.TrimSuffix(line, "\n")); err != nil {
				c.fail("%s: %q %v", f.Path, line, err)
			}
		}
	}
	ast, err := parser.Parse(bytes.NewReader(c.r.file("Dockerfile")))
	if err != nil {
		c.fail("%v", err)
		return
	}
	stages, args, err := instructions.Parse(ast.AST, nil)
	if err != nil {
		c.fail("%v", err)
		return
	}
	for _, a := range args {
		for _, kv := range a.Args {
			if kv.Value == nil || !regexp.MustCompile(`^[0-9]+(\.[0-9]+)*$`).MatchString(*kv.Value) {
				c.fail("%s", a.String())
			}
		}
	}
	for _, s := range stages {
		c.stage(s)
	}
	if n := len(stages) - 1; stages[n].Name != "final" {
		c.fail("the last stage is %q", stages[n].Name)
	}
}

func (c *checker) stage(s instructions.Stage) {
	p := c.r.plan
	patterns := []string{p.BuildImage.Pattern, p.RunImage.Pattern}
	if p.Gateway != nil {
		patterns = append(patterns, p.Gateway.Image.Pattern)
	}
	if tool := p.Tooled(); tool != nil {
		patterns = append(patterns, tool.Own.BuildImage.Pattern, tool.Own.RunImage.Pattern)
	}
	for _, r := range p.Runtimes {
		patterns = append(patterns, r.Image.Pattern)
	}
	name, _, _ := strings.Cut(s.BaseName, ":")
	if !slices.Contains(c.stages, s.BaseName) && (!slices.Contains(patterns, s.BaseName) || !allowed(name)) {
		c.fail("FROM %s", s.BaseName)
	}
	if !regexp.MustCompile(`^[a-z]+$`).MatchString(s.Name) || strings.Contains(s.Name+s.Platform, "pwn") {
		c.fail("a stage %q on %q", s.Name, s.Platform)
	}
	c.stages = append(c.stages, s.Name)
	fmt.Fprintf(&c.b, "FROM %s AS %s\n", name, s.Name)
	user := ""
	for _, command := range s.Commands {
		fmt.Fprintf(&c.b, "  %s", strings.ToUpper(command.Name()))
		switch x := command.(type) {
		case *instructions.RunCommand:
			c.run(x)
		case *instructions.CopyCommand:
			c.copy(x)
		case *instructions.EnvCommand:
			c.words(x.String())
		case *instructions.LabelCommand:
			c.words(x.String())
		case *instructions.ArgCommand:
			for _, kv := range x.Args {
				c.words(kv.ValueString())
			}
		case *instructions.WorkdirCommand:
			c.words(x.Path)
			if at := expanded(x.Path); !strings.HasPrefix(at, "/src") && !strings.HasPrefix(at, "/app") {
				c.fail("WORKDIR %s", x.Path)
			}
		case *instructions.ExposeCommand:
			if !slices.Equal(x.Ports, []string{p.Port.String()}) && (s.Name != "web" || p.Gateway == nil || !slices.Equal(x.Ports, []string{p.Gateway.Port.String()})) {
				c.fail("EXPOSE %v", x.Ports)
			}
		case *instructions.UserCommand:
			user = x.User
		case *instructions.HealthCheckCommand:
			fmt.Fprintf(&c.b, " %s", x.Health.Test[0])
			if x.Health.Test[0] == "CMD" && s.Name != "web" && !slices.Equal(x.Health.Test[1:], p.Health.Argv.Args()) {
				c.fail("HEALTHCHECK %q, planned %q", x.Health.Test, p.Health.Argv.Args())
			}
		case *instructions.CmdCommand:
			planned := p.Cmd
			if s.Name == "dev" && p.Dev != nil {
				planned = p.Dev.Start.V
			}
			c.exec("CMD", x.PrependShell, x.CmdLine, planned)
		case *instructions.EntrypointCommand:
			planned := p.Entrypoint
			for _, q := range p.Processes {
				if s.Name == string(q.Target) && q.Target == plan.MigrateStage {
					planned = q.Start
				}
			}
			c.exec("ENTRYPOINT", x.PrependShell, x.CmdLine, planned)
		default:
			c.fail("%s", command.Name())
		}
		c.b.WriteByte('\n')
	}
	if s.Name == "final" && (user != p.RunImage.User || !regexp.MustCompile(`^[1-9][0-9]*:[1-9][0-9]*$`).MatchString(user)) {
		c.fail("USER %q", user)
	}
}

func (c *checker) exec(what string, shell bool, words []string, planned safe.Argv) {
	if shell || !slices.Equal(words, planned.Args()) {
		c.fail("%s %q, planned %q", what, words, planned.Args())
	}
}

// run notes the programs that a RUN runs. No value may be a program, and none
// may be read by the shell.
func (c *checker) run(x *instructions.RunCommand) {
	for _, flag := range x.FlagsUsed {
		if flag != "mount" {
			c.fail("RUN --%s", flag)
		}
	}
	if err := x.Expand(func(s string) (string, error) { return s, nil }); err != nil {
		c.fail("RUN: %v", err)
	}
	for _, m := range instructions.GetMounts(x) {
		fmt.Fprintf(&c.b, " %s", m.Type)
		if m.From != "" && !slices.Contains(c.stages, m.From) {
			c.fail("RUN --mount=type=%s,from=%s,source=%s", m.Type, m.From, m.Source)
		}
	}
	text := strings.Join(x.CmdLine, " ")
	if !x.PrependShell || len(x.Files) > 0 {
		c.fail("RUN %q with %d files", text, len(x.Files))
	}
	file, err := syntax.NewParser().Parse(strings.NewReader(text), "")
	if err != nil {
		c.fail("RUN %s: %v", text, err)
		return
	}
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CallExpr:
			if len(n.Args) > 0 {
				program := n.Args[0].Lit()
				fmt.Fprintf(&c.b, " %s", program)
				if program == "" || strings.Contains(program, "pwn") {
					c.fail("RUN %s runs %q", text, program)
				}
			}
		case *syntax.CmdSubst:
			if known := []string{"$(nproc)", `$(basename "$(dirname "$(rustc --print target-libdir)")")`, `$(dirname "$(rustc --print target-libdir)")`, `$(rustc --print target-libdir)`,
				"$(find /deps -name conan_toolchain.cmake)", "$(find /deps -name conan_meson_native.ini)", "$(find /deps -name conanbuild.sh)"}; !slices.Contains(known, text[n.Pos().Offset():n.End().Offset()]) {
				c.fail("RUN %s", text)
			}
		case *syntax.Redirect, *syntax.ProcSubst, *syntax.Subshell:
			c.fail("RUN %s", text)
		case *syntax.ParamExp:
			if known := []string{"CARGO_BUILD_TARGET", "CONAN_VERSION", "VCPKG_REF"}; !strings.HasPrefix(n.Param.Value, "TARGET") && !slices.Contains(known, n.Param.Value) {
				c.fail("RUN %s reads $%s", text, n.Param.Value)
			}
		}
		return true
	})
}

func (c *checker) copy(x *instructions.CopyCommand) {
	if x.From != "" && !slices.Contains(c.stages, x.From) && !strings.HasPrefix(x.From, "ghcr.io/astral-sh/uv:") && !strings.HasPrefix(x.From, "oven/bun:") && !strings.HasPrefix(x.From, "composer:") {
		c.fail("COPY --from=%s", x.From)
	}
	if x.Chmod != "" || x.Chown != "" && x.Chown != c.r.plan.RunImage.User {
		c.fail("COPY --chown=%s --chmod=%s", x.Chown, x.Chmod)
	}
	for _, p := range append(slices.Clone(x.SourcePaths), x.DestPath) {
		c.words(p)
	}
}

// words expands variables as BuildKit does: those that a value names must not be.
func (c *checker) words(s string) {
	if strings.Contains(expanded(s), "LEAK") {
		c.fail("a variable is read in %s", s)
	}
}

type leaks struct{}

func (leaks) Get(name string) (string, bool) { return "LEAK", name != "PATH" }
func (leaks) Keys() []string                 { return nil }

func expanded(s string) string {
	out, _, err := shell.NewLex('\\').ProcessWord(s, leaks{})
	if err != nil {
		return "LEAK: " + err.Error()
	}
	return out
}

var interpolatedRE = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)(:\?set it in \.env|:-[^$}]*)\}`)

func (c *checker) compose() {
	content := c.r.file("compose.yaml")
	if c.seen[string(content)] { // most values are not in it
		return
	}
	c.seen[string(content)] = true
	for _, problem := range composetest.Check(content, c.r.dockerfiles()) {
		c.fail("compose.yaml: %s", problem)
	}
	for line := range strings.Lines(string(content)) {
		left := interpolatedRE.ReplaceAllString(strings.ReplaceAll(line, "$$", ""), "")
		if strings.Contains(left, "$") && !strings.HasPrefix(line, "#") {
			c.fail("compose.yaml: %s", line)
		}
	}
	vars := map[string]string{}
	for _, name := range composetest.Required(content) {
		vars[name] = "x"
	}
	project, err := composetest.Load(content, vars)
	if err != nil {
		return // Check has said so
	}
	var want []string
	for _, p := range c.r.plans {
		want = append(want, p.Compose.Service.String())
		for _, b := range p.Backing {
			want = append(want, b.Name.String())
		}
		if p.Gateway != nil {
			want = append(want, p.Gateway.Service.String())
		}
		for _, q := range p.Processes {
			want = append(want, q.Service.String())
			one := project.Services[q.Service.String()]
			if words := append(one.Entrypoint, one.Command...); !slices.Equal([]string(words), append(q.Entrypoint.Args(), q.Cmd.Args()...)) {
				c.fail("compose.yaml runs %q as %s, planned %q %q", words, q.Service, q.Entrypoint.Args(), q.Cmd.Args())
			}
		}
	}
	got := project.ServiceNames()
	slices.Sort(want)
	want = slices.Compact(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		c.fail("compose.yaml has the services %v, planned %v", got, want)
	}
}

func (c *checker) ignore() {
	patterns, err := ignorefile.ReadAll(bytes.NewReader(c.r.file(".dockerignore")))
	if err != nil {
		c.fail(".dockerignore: %v", err)
		return
	}
	m, err := patternmatcher.New(patterns)
	if err != nil {
		c.fail(".dockerignore: %v", err)
		return
	}
	for _, secret := range []string{".env", "a/b/.env.local", ".git/config", "x/node_modules/y.js", "id_rsa", "a/tls.key"} {
		if out, err := m.MatchesOrParentMatches(secret); err != nil || !out {
			c.fail(".dockerignore lets %s in (%v)", secret, err)
		}
	}
	var left []string
	root := c.r.plan.Service.Root.String()
	for name := range c.project {
		if root != "." {
			rest, ok := strings.CutPrefix(name, root+"/")
			if !ok {
				continue
			}
			name = rest
		}
		if out, err := m.MatchesOrParentMatches(name); err == nil && !out {
			left = append(left, name)
		}
	}
	sources, err := contexttest.Sources(c.r.file("Dockerfile"))
	if err != nil {
		c.fail("%v", err)
	}
	for _, s := range sources {
		if !contexttest.Holds(left, expanded(s)) {
			c.fail("the Dockerfile reads %s, which is not there", s)
		}
	}
}

// apps are the applications of the builds with Docker, as goldens.
func apps(t *testing.T) []golden {
	t.Helper()
	dirs, err := filepath.Glob("../testdata/e2e/*/e2e.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out []golden
	for _, file := range dirs {
		g := golden{file: filepath.Dir(file), language: "e2e", project: fstest.MapFS{}}
		err := fs.WalkDir(os.DirFS(g.file), ".", func(p string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || p == "e2e.txt" || p == "lock.Dockerfile" {
				return err
			}
			data, err := os.ReadFile(filepath.Join(g.file, p))
			g.project[p] = &fstest.MapFile{Data: data, Mode: 0o644}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, g)
	}
	return out
}
