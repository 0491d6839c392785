package templates_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/solver/pb"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"dockgen/internal/plan"
)

// dockerfile is a rendered Dockerfile as BuildKit reads it.
type dockerfile struct {
	text   string
	stages []instructions.Stage
	args   []instructions.ArgCommand
	plan   *plan.Plan
}

func (d dockerfile) final() instructions.Stage { return d.stages[len(d.stages)-1] }

// rule is one line of the scorecard; check returns what is wrong.
type rule struct {
	name  string
	check func(d dockerfile) []string
}

// TestScorecard holds every golden's Dockerfile against every rule.
func TestScorecard(t *testing.T) {
	for _, g := range goldens(t) {
		for _, r := range g.render(t).each() {
			text := r.file("Dockerfile")
			ast, err := parser.Parse(bytes.NewReader(text))
			if err != nil {
				t.Errorf("%s: %v", g.name(), err)
				continue
			}
			stages, args, err := instructions.Parse(ast.AST, nil)
			if err != nil {
				t.Errorf("%s: %v", g.name(), err)
				continue
			}
			d := dockerfile{string(text), stages, args, r.plan}
			for _, rule := range rules {
				for _, finding := range rule.check(d) {
					t.Errorf("%s: %s: %s", g.name(), rule.name, finding)
				}
			}
		}
	}
}

var rules = []rule{
	{"the directives come first", func(d dockerfile) []string {
		if !strings.HasPrefix(d.text, "# syntax=docker/dockerfile:1\n# check=error=true\n") {
			return []string{d.text[:min(len(d.text), 60)]}
		}
		return nil
	}},
	{"text is clean", func(d dockerfile) (out []string) {
		if strings.ContainsAny(d.text, "\r\t") || !strings.HasSuffix(d.text, "\n") || strings.HasSuffix(d.text, "\n\n") || strings.Contains(d.text, "\n\n\n") {
			out = append(out, "tabs, CR, blank runs or no final newline")
		}
		for i, line := range strings.Split(d.text, "\n") {
			if strings.TrimRight(line, " ") != line {
				out = append(out, fmt.Sprintf("line %d ends in blanks", i+1))
			}
		}
		return out
	}},
	{"lines fit a screen", func(d dockerfile) (out []string) {
		for i, line := range strings.Split(d.text, "\n") {
			// An exec form can't be broken.
			if len(line) > 160 && !strings.Contains(line, "[\"") && !strings.Contains(line, "=\"") {
				out = append(out, fmt.Sprintf("line %d has %d characters", i+1, len(line)))
			}
		}
		return out
	}},
	{"stages are few, named and used", func(d dockerfile) (out []string) {
		few := 5
		if d.plan.Layers {
			few = 7
		}
		for _, q := range d.plan.Processes {
			if q.Target == plan.MigrateStage { // its tool has a stage to be made in
				few = 7
			}
		}
		if len(d.stages) > few {
			out = append(out, fmt.Sprintf("%d stages", len(d.stages)))
		}
		for i, s := range d.stages {
			if s.Name == "" || s.Name != strings.ToLower(s.Name) {
				out = append(out, fmt.Sprintf("stage %d is called %q", i, s.Name))
			}
			if i == len(d.stages)-1 {
				if s.Name != "final" {
					out = append(out, fmt.Sprintf("the last stage is called %q", s.Name))
				}
				continue
			}
			used := slices.ContainsFunc(d.stages[i+1:], func(later instructions.Stage) bool { return later.BaseName == s.Name })
			used = used || d.plan.Gateway != nil && s.Name == "web" // Compose builds it
			used = used || s.Name == string(plan.MigrateStage) && slices.ContainsFunc(d.plan.Processes, func(q plan.Process) bool { return q.Target == plan.MigrateStage })
			used = used || strings.Contains(d.text, "--from="+s.Name+" ") || regexp.MustCompile(`from=`+regexp.QuoteMeta(s.Name)+`[, \n]`).MatchString(d.text)
			if !used && s.Name != "dev" { // which compose.dev.yaml takes
				out = append(out, fmt.Sprintf("stage %q is not used", s.Name))
			}
		}
		return out
	}},
	{"images have a version and come from the allow-list", func(d dockerfile) (out []string) {
		for _, s := range d.stages {
			base := d.expand(s.BaseName)
			if slices.ContainsFunc(d.stages, func(o instructions.Stage) bool { return o.Name == base }) {
				continue
			}
			name, tag, ok := strings.Cut(base, ":")
			if !ok || tag == "" || tag == "latest" {
				out = append(out, base+" has no version")
			}
			if !allowed(name) {
				out = append(out, base+" is from nowhere known")
			}
		}
		return out
	}},
	{"the final user is an unprivileged number with a group", func(d dockerfile) []string {
		var user string
		for _, c := range d.final().Commands {
			if u, ok := c.(*instructions.UserCommand); ok {
				user = u.User
			}
		}
		if !regexp.MustCompile(`^[1-9][0-9]*:[1-9][0-9]*$`).MatchString(user) {
			return []string{fmt.Sprintf("USER %q", user)}
		}
		return nil
	}},
	{"no secret in ARG or ENV", func(d dockerfile) (out []string) {
		secret := regexp.MustCompile(`(?i)(passw|secret|token|api_?key|credential|private_?key|access_?key)`)
		for _, s := range d.stages {
			for _, c := range s.Commands {
				switch c := c.(type) {
				case *instructions.EnvCommand:
					for _, kv := range c.Env {
						if secret.MatchString(kv.Key) {
							out = append(out, "ENV "+kv.Key)
						}
					}
				case *instructions.ArgCommand:
					for _, kv := range c.Args {
						if secret.MatchString(kv.Key) {
							out = append(out, "ARG "+kv.Key)
						}
					}
				}
			}
		}
		return out
	}},
	{"no ADD, sudo, piped download, open mode or lowered guard", func(d dockerfile) (out []string) {
		if regexp.MustCompile(`(?m)^ADD `).MatchString(d.text) {
			out = append(out, "ADD")
		}
		for _, bad := range []string{"sudo ", "chmod 777", "chmod -R 777", "--allow-untrusted", "--allow-unauthenticated", "--no-check-certificate", "strict-ssl", "--trusted-host", "curl -k", "PYTHONHTTPSVERIFY", "NODE_TLS_REJECT_UNAUTHORIZED", "dist-upgrade", "apt upgrade", "apt-get upgrade"} {
			if strings.Contains(d.text, bad) {
				out = append(out, bad)
			}
		}
		if regexp.MustCompile(`(curl|wget)[^\n]*\|\s*(sh|bash)`).MatchString(d.text) {
			out = append(out, "a download that goes into a shell")
		}
		return out
	}},
	{"the whole context never goes into the final stage", func(d dockerfile) (out []string) {
		built := slices.ContainsFunc(d.stages, func(s instructions.Stage) bool { return s.Name == "build" })
		if d.plan.BuildImage.IsZero() || d.plan.Service.Detector == "php" && !built {
			return nil // nothing is built: the files are the artifact
		}
		for _, c := range d.final().Commands {
			if c, ok := c.(*instructions.CopyCommand); ok && c.From == "" {
				for _, src := range c.SourcePaths {
					if src == "." || src == "./" {
						out = append(out, c.String())
					}
				}
			}
		}
		return out
	}},
	{"manifests come before sources", func(d dockerfile) (out []string) {
		for _, s := range d.stages {
			copied := false
			for _, c := range s.Commands {
				switch c := c.(type) {
				case *instructions.CopyCommand:
					copied = copied || c.From == "" && slices.ContainsFunc(c.SourcePaths, func(p string) bool { return p == "." || p == "./" })
				case *instructions.RunCommand:
					if copied && installs.MatchString(strings.Join(c.CmdLine, " ")) && !strings.Contains(strings.Join(c.CmdLine, " "), "--offline") {
						out = append(out, fmt.Sprintf("stage %s: %s", s.Name, strings.Join(c.CmdLine, " ")))
					}
				}
			}
		}
		return out
	}},
	{"package managers have a named cache, locked where they need it", func(d dockerfile) (out []string) {
		for _, s := range d.stages {
			for _, c := range s.Commands {
				run, ok := c.(*instructions.RunCommand)
				if !ok {
					continue
				}
				line := strings.Join(run.CmdLine, " ")
				if err := run.Expand(func(w string) (string, error) { return w, nil }); err != nil {
					out = append(out, err.Error())
				}
				mounts := instructions.GetMounts(run)
				cached := false
				for _, m := range mounts {
					if m.Type != instructions.MountTypeCache {
						continue
					}
					cached = true
					if m.CacheID == "" || m.CacheID == m.Target {
						out = append(out, "no id: "+m.Target)
					}
					if strings.HasPrefix(m.Target, "/var/cache/apt") && m.CacheSharing != instructions.MountSharingLocked {
						out = append(out, "apt's cache is not locked")
					}
				}
				if !cached && fetches.MatchString(line) {
					out = append(out, "no cache: "+line)
				}
			}
		}
		return out
	}},
	{"commands are in exec form and no package manager is process 1", func(d dockerfile) (out []string) {
		check := func(what string, shell bool, words []string) {
			if shell {
				out = append(out, what+" in shell form")
			}
			for i, w := range words[:min(len(words), 3)] {
				if strings.HasSuffix(w, "sh") && i+1 < len(words) && strings.HasPrefix(words[i+1], "/app/") {
					continue // a script of the project's own is the program
				}
				if slices.Contains([]string{"npm", "npx", "yarn", "pnpm", "sh", "bash", "/bin/sh", "make", "poetry", "pipenv", "uv", "pdm"}, w) {
					out = append(out, what+" runs "+w)
				}
			}
		}
		for _, c := range d.final().Commands {
			switch c := c.(type) {
			case *instructions.CmdCommand:
				check("CMD", c.PrependShell, c.CmdLine)
			case *instructions.EntrypointCommand:
				check("ENTRYPOINT", c.PrependShell, c.CmdLine)
			}
		}
		return out
	}},
	{"there is one health check with all timings, or the word NONE", func(d dockerfile) []string {
		var found []*instructions.HealthCheckCommand
		for _, c := range d.final().Commands {
			if h, ok := c.(*instructions.HealthCheckCommand); ok {
				found = append(found, h)
			}
		}
		if len(found) != 1 {
			return []string{fmt.Sprintf("%d of them", len(found))}
		}
		h := found[0].Health
		if len(h.Test) == 1 && h.Test[0] == "NONE" {
			if d.plan.Health.None {
				return nil
			}
			return []string{"NONE, though the plan has one"}
		}
		if h.Test[0] != "CMD" || h.Interval == 0 || h.Timeout == 0 || h.StartPeriod == 0 || h.Retries == 0 {
			return []string{fmt.Sprintf("%+v", h)}
		}
		return nil
	}},
	{"the port is unprivileged, exposed once and the one of the plan", func(d dockerfile) []string {
		var ports []string
		for _, c := range d.final().Commands {
			if e, ok := c.(*instructions.ExposeCommand); ok {
				ports = append(ports, e.Ports...)
			}
		}
		if d.plan.Port == 0 {
			if len(ports) > 0 {
				return []string{"exposed: " + strings.Join(ports, " ")}
			}
			return nil
		}
		if len(ports) != 1 || ports[0] != strconv.Itoa(int(d.plan.Port)) || d.plan.Port <= 1024 {
			return []string{fmt.Sprintf("exposed %v, planned %d", ports, d.plan.Port)}
		}
		return nil
	}},
	{"the final stage adds ten layers at most", func(d dockerfile) []string {
		n := 0
		for _, c := range d.final().Commands {
			switch c.(type) {
			case *instructions.CopyCommand, *instructions.RunCommand, *instructions.WorkdirCommand:
				n++
			}
		}
		if n > 10 {
			return []string{fmt.Sprintf("%d", n)}
		}
		return nil
	}},
	{"the file ends with how the image runs", func(d dockerfile) (out []string) {
		order := map[string]int{"LABEL": 0, "ENV": 1, "EXPOSE": 2, "USER": 3, "HEALTHCHECK": 4, "ENTRYPOINT": 5, "CMD": 6}
		last, seenUser := -1, false
		for _, c := range d.final().Commands {
			name := strings.ToUpper(c.Name())
			if u, is := c.(*instructions.UserCommand); is && u.User == "0:0" {
				continue // root makes the working directory; the image's user comes at the end
			}
			seenUser = seenUser || name == "EXPOSE" || name == "USER"
			n, ok := order[name]
			if !seenUser {
				continue
			}
			if !ok {
				out = append(out, name+" behind USER or EXPOSE")
			} else if n < last {
				out = append(out, name+" is out of order")
			}
			last = max(last, n)
		}
		return out
	}},
	{"stages of one language share its version", func(d dockerfile) (out []string) {
		tool := d.plan.Tooled() // which has a toolchain of its own where the program's is an old one
		for _, s := range d.stages {
			for _, img := range d.plan.Images() {
				if tool != nil && s.BaseName == tool.Own.BuildImage.Ref {
					continue
				}
				if name, _, _ := strings.Cut(s.BaseName, ":"); name == img.Name() && !strings.Contains(s.BaseName, "${"+img.Arg.String()+"}") {
					out = append(out, s.BaseName+" does not take "+img.Arg.String())
				}
			}
		}
		return out
	}},
	{"stages have a description", func(d dockerfile) (out []string) {
		for _, s := range d.stages {
			if s.DocComment == "" {
				out = append(out, s.Name)
			}
		}
		return out
	}},
}

var (
	installs = regexp.MustCompile(`\b(npm (ci|install)|pnpm install|yarn install|bun install|go mod download|pip install -r|uv sync --(locked|frozen) --no-install|poetry install|pipenv sync|composer install)\b`)
	fetches  = regexp.MustCompile(`\b(npm (ci|install)|pnpm install|yarn install|bun install|go mod download|go build|pip install|uv sync|poetry install|pipenv sync|composer install|apt-get install)\b`)
)

func allowed(name string) bool {
	if !strings.Contains(name, "/") {
		return true // an official image
	}
	for _, prefix := range []string{"gcr.io/distroless/", "mcr.microsoft.com/", "ghcr.io/astral-sh/", "ghcr.io/gleam-lang/", "nginxinc/", "oven/", "denoland/", "dunglas/"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// expand puts the global arguments' defaults into a reference.
func (d dockerfile) expand(ref string) string {
	for _, a := range d.args {
		for _, kv := range a.Args {
			if kv.Value != nil {
				ref = strings.ReplaceAll(ref, "${"+kv.Key+"}", *kv.Value)
			}
		}
	}
	return ref
}

// TestBuildKitLint runs all of BuildKit's checks, the experimental ones too.
func TestBuildKitLint(t *testing.T) {
	for _, g := range goldens(t) {
		for _, r := range g.render(t).each() {
			for _, finding := range lint(t, r.file("Dockerfile")) {
				t.Errorf("%s: %s: %s", g.name(), r.plan.Dockerfile, finding)
			}
		}
	}
}

func lint(t testing.TB, text []byte) []string {
	t.Helper()
	text = bytes.Replace(text, []byte("# check=error=true"), []byte("# check=experimental=all"), 1)
	caps := pb.Caps.CapSet(pb.Caps.All())
	source := llb.NewSourceMap(nil, "Dockerfile", "dockerfile", text)
	source.Definition = &llb.Definition{}
	opt := dockerfile2llb.ConvertOpt{MetaResolver: anyImage{}, LLBCaps: &caps, SourceMap: source}
	results, err := dockerfile2llb.DockerfileLint(context.Background(), text, opt)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, w := range results.Warnings {
		out = append(out, fmt.Sprintf("%s: %s (line %d)", w.RuleName, w.Detail, w.Location.Ranges[0].Start.Line))
	}
	if results.Error != nil {
		out = append(out, results.Error.Message)
	}
	return out
}

// anyImage answers for every base image without a network.
type anyImage struct{}

func (anyImage) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	config, err := json.Marshal(ocispecs.Image{Platform: ocispecs.Platform{OS: "linux", Architecture: "amd64"}})
	return ref, digest.FromBytes(config), config, err
}

// TestLintFinds makes sure that the lint above can find something.
func TestLintFinds(t *testing.T) {
	bad := "# syntax=docker/dockerfile:1\n# check=error=true\nFROM debian:13 as Build\nCMD echo hi\n"
	if got := lint(t, []byte(bad)); len(got) < 3 {
		t.Errorf("only %v", got)
	}
}
