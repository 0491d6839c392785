package golang

import (
	"strings"

	"golang.org/x/mod/modfile"

	"dockgen/detect"
	"dockgen/internal/safe"
)

type requirement = modfile.Require

// secrets finds out whether modules come from places that want a login: the
// project's own files say GOPRIVATE or .netrc. A module's name alone tells
// nothing about who may read it.
func (p *program) secrets(s *detect.Service, f *Facts) {
	for _, why := range p.privateHints() {
		netrc, _ := safe.NewName("netrc")
		f.Secrets = []detect.BuildSecret{{ID: netrc, Target: safe.LabelOf("/root/.netrc"), Why: why}}
		s.Secrets = append(s.Secrets, f.Secrets...)
		s.Args = append(s.Args, detect.BuildArg{Name: safe.EnvNameOf("GOPRIVATE"), Default: label(p.private(why)), Why: why})
		return
	}
}

// hintFiles are where projects say how their modules are fetched.
var hintFiles = []string{"Dockerfile", "Makefile", ".gitlab-ci.yml", "Taskfile.yml", "mise.toml", ".envrc"}

// privateHints are the lines that name GOPRIVATE or .netrc.
func (p *program) privateHints() []detect.Note {
	var out []detect.Note
	d := p.w.top.Sub(p.w.main.dir)
	for _, name := range hintFiles {
		data, err := d.Read(name)
		if err != nil {
			continue
		}
		for i, line := range strings.Split(string(data), "\n") {
			if strings.Contains(line, "GOPRIVATE") || strings.Contains(line, ".netrc") {
				out = append(out, d.Note(name, i+1, "%s", strings.TrimSpace(line)))
			}
		}
	}
	return out
}

// private is the pattern that the line gives to GOPRIVATE, else the host and
// owner of the module itself, which its private neighbours share.
func (p *program) private(why detect.Note) string {
	if _, value, ok := strings.Cut(why.Text, "GOPRIVATE"); ok {
		value = strings.TrimLeft(value, "= :\"'")
		if i := strings.IndexAny(value, " \"'`;&"); i >= 0 {
			value = value[:i]
		}
		if value != "" && !strings.ContainsAny(value, "$<>(){}") {
			return value
		}
	}
	parts := strings.SplitN(p.w.main.name(), "/", 3)
	if len(parts) < 3 {
		return ""
	}
	return parts[0] + "/" + parts[1]
}
