// Package crystal detects programs written in Crystal.
//
// shard.yml names the programs and the shards that they use; the sources tell where
// they listen and what they read from the environment.
package crystal

import (
	"context"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// Facts is what the template reads beside the plan.
type Facts struct {
	Binary safe.RelPath // the name of the program's file
	Files  []safe.RelPath
}

// frameworks are the shards that listen, with the port of those that name none.
// https://kemalcr.com, https://luckyframework.org, https://docs.amberframework.org
var frameworks = []struct {
	shard string
	port  safe.Port
}{{"lucky", 5000}, {"amber", 3000}, {"kemal", 3000}, {"grip", 4004}, {"athena", 3000}, {"spider-gazelle", 3000}, {"marten", 8000}}

// clients are the shards that talk to a backing service.
var clients = []struct{ shard, need, scheme string }{
	{"pg", "postgres", "postgres"}, {"avram", "postgres", "postgres"}, {"mysql", "mysql", "mysql"}, {"redis", "redis", "redis"}, {"mosquito", "redis", "redis"},
	{"cryomongo", "mongo", "mongodb"}, {"mongo", "mongo", "mongodb"}, {"amqp-client", "rabbitmq", "amqp"}, {"nats", "nats", "nats"},
}

// Detector finds Crystal programs.
type Detector struct{}

// Name is the language's name.
func (Detector) Name() string { return "crystal" }

// Markers are the manifest of a shard.
func (Detector) Markers() []string { return []string{"shard.yml"} }

// PackageManagers lists the one there is.
func (Detector) PackageManagers() []string { return []string{"shards"} }

type shard struct {
	Name    string `yaml:"name"`
	Version string `yaml:"version"`
	Crystal string `yaml:"crystal"`
	Targets map[string]struct {
		Main string `yaml:"main"`
	} `yaml:"targets"`
	Dependencies map[string]any `yaml:"dependencies"`
}

// Inspect describes the program of the shard in d.
func (Detector) Inspect(_ context.Context, d *detect.Dir) ([]*detect.Service, error) {
	var m shard
	lines, err := manifest.YAML(d, "shard.yml", &m)
	if err != nil {
		return nil, err
	}
	target := m.choose(d)
	if target == "" {
		return nil, detect.NotService("library: shard.yml has no targets")
	}
	why := d.Note("shard.yml", lines.At("targets", target), "target %s", target)
	binary, err := safe.NewRelPath(target)
	if err != nil || !binary.Plain() || strings.Contains(target, "/") {
		return nil, d.Errorf("shard.yml", why.Line, "%q is not the name of a program", target)
	}
	build, err := safe.NewArgv("shards", "build", "--production", "--release", "--no-debug", target)
	if err != nil {
		return nil, d.Errorf("shard.yml", why.Line, "%w", err)
	}
	f := &Facts{Binary: binary}
	s := &detect.Service{
		Name:           safe.Slug(strings.ReplaceAll(target, "_", "-"), "app"),
		Kind:           detect.CLI,
		Linkage:        detect.Libc,
		Main:           detect.Found(safe.LabelOf(target), why),
		PackageManager: detect.Found("shards", d.Note("shard.yml", 0, "is the manifest of a shard")),
		Build:          detect.Found(build, why),
		Start:          detect.Found(safe.ArgvOf("/app/"+target), why),
		Facts:          f,
		Labels:         []detect.ImageLabel{{Key: "org.opencontainers.image.title", Value: safe.LabelOf(target)}},
	}
	if v, err := safe.NewLabel(m.Version); err == nil && m.Version != "" {
		s.Labels = append(s.Labels, detect.ImageLabel{Key: "org.opencontainers.image.version", Value: v})
	}
	for _, fw := range frameworks {
		if _, ok := m.Dependencies[fw.shard]; ok && !s.Framework.IsSet() {
			note := d.Note("shard.yml", lines.At("dependencies", fw.shard), "depends on %s", fw.shard)
			s.Kind, s.Framework, s.Port = detect.Server, detect.Found(fw.shard, note), detect.Assumed(fw.port, note)
		}
	}
	// https://crystal-lang.org/reference/syntax_and_semantics/requires_annotation.html: what the standard library links
	packages(s, why, true, "ca-certificates", "crystal", "git", "libgmp-dev", "libssl-dev", "libxml2-dev", "libyaml-dev", "shards", "zlib1g-dev")
	packages(s, why, false, "libevent-2.1-7t64", "libgc1", "libgmp10", "libpcre2-8-0", "libxml2", "libyaml-0-2")
	for shard, lib := range map[string][2]string{"sqlite3": {"libsqlite3-dev", "libsqlite3-0"}} {
		if _, ok := m.Dependencies[shard]; ok {
			packages(s, why, true, lib[0])
			packages(s, why, false, lib[1])
		}
	}
	read(d, s)
	for _, c := range clients {
		if _, ok := m.Dependencies[c.shard]; !ok || slices.ContainsFunc(s.Needs, func(n detect.Need) bool { return n.Name == c.need }) {
			continue
		}
		need := detect.Need{Name: c.need, Why: []detect.Note{d.Note("shard.yml", lines.At("dependencies", c.shard), "depends on %s", c.shard)}}
		for _, e := range s.Env {
			if name := e.Name.String(); name == "DATABASE_URL" && (c.need == "postgres" || c.need == "mysql") || name == strings.ToUpper(c.need)+"_URL" || name == "AMQP_URL" && c.need == "rabbitmq" {
				need.Settings = append(need.Settings, detect.NeedSetting{Env: e.Name, Part: detect.PartURL, Scheme: c.scheme})
			}
		}
		s.Needs = append(s.Needs, need)
	}
	s.Context.Ignore = append(s.Context.Ignore, safe.PatternOf("lib"), safe.PatternOf("bin"), safe.PatternOf(".shards"))
	for _, dir := range []string{"public", "views", "config", "locales", "static"} {
		if d.HasDir(dir) && s.Kind == detect.Server {
			f.Files = append(f.Files, safe.RelPathOf(dir))
		}
	}
	if !d.Has("shard.lock") && len(m.Dependencies) > 0 {
		s.Notes = append(s.Notes, d.Note("shard.lock", 0, "is missing, and shards build --production wants it: run shards install and commit it"))
	}
	if s.Version, err = m.version(d.Note("shard.yml", lines.At("crystal"), "crystal: %s", m.Crystal)); err != nil {
		return nil, err
	}
	return []*detect.Service{s}, nil
}

// version is the newest Crystal of the catalogue in the range that the shard asks for,
// where a version alone means that one or a newer one
// (https://github.com/crystal-lang/shards/blob/master/docs/shard.yml.adoc#crystal);
// else the range's first.
func (m *shard) version(why detect.Note) (detect.Value[safe.Version], error) {
	var none detect.Value[safe.Version]
	text := strings.TrimSpace(m.Crystal)
	if text == "" {
		return none, nil
	}
	images, family, err := catalog.Of(Detector{}.Name())
	if err != nil {
		return none, err
	}
	if c, err := semver.NewConstraint(text); err == nil {
		allows := func(version string) bool { v, err := semver.NewVersion(version); return err == nil && c.Check(v) }
		if text[0] >= '0' && text[0] <= '9' {
			if c, err = semver.NewConstraint(">=" + text); err != nil {
				return none, nil //nolint:nilerr // no version: the image's own compiler it is
			}
		}
		if line, ok := family.Match(allows, images.AsOf()); ok {
			return detect.Found(line.Version, why), nil
		}
	}
	number, _, _ := strings.Cut(strings.TrimSpace(strings.SplitN(strings.TrimLeft(text, ">=~ "), ",", 2)[0]), "-")
	if v, err := safe.NewVersion(number); err == nil {
		return detect.Found(v, why), nil
	}
	return none, nil
}

// choose is the target to run: the user's, the one that has the shard's name or
// that of a server, else the first.
func (m *shard) choose(d *detect.Dir) string {
	names := make([]string, 0, len(m.Targets))
	for name := range m.Targets {
		if safe.Text(name) == nil && name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	if want := d.Choices().Main; want.IsSet() && slices.Contains(names, want.V.String()) {
		return want.V.String()
	}
	for _, name := range []string{m.Name, "start_server", "server", "app", "web"} {
		if slices.Contains(names, name) {
			return name
		}
	}
	if len(names) == 0 {
		return ""
	}
	return names[0]
}

func packages(s *detect.Service, why detect.Note, build bool, names ...string) {
	for _, n := range names {
		s.Packages = append(s.Packages, detect.Package{Deb: safe.PackageOf(n), Build: build, Run: !build, Why: why})
	}
}
