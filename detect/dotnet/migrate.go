package dotnet

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// efDesign is the package by whose help Entity Framework's tools start a program.
const efDesign = "Microsoft.EntityFrameworkCore.Design"

// Bundle is how Entity Framework's tools make a program of the migrations
// (https://learn.microsoft.com/ef/core/managing-schemas/migrations/applying#bundles).
type Bundle struct {
	Tool     safe.Version // of dotnet-ef
	Under    safe.Argv    // sets what the project's own start asks for in the build
	Build    safe.Argv    // names the projects
	Settings bool         // appsettings.json is there, which the program reads beside it
}

// snapshot is what Entity Framework's tools keep of a context that has migrations.
type snapshot struct {
	project *project
	dir     string // of the migrations, relative to the top
}

// migrations adds the job that applies Entity Framework's migrations, where nothing
// else does and the project says clearly how they are reached: one context, tools that
// the program itself refers to, an address by a connection string. Making it runs the
// project's own start up to its host, in the build; where that may want more than a
// connection string, a note tells the command.
func (g *graph) migrations(s *detect.Service, f *Facts, c *closure) {
	found := g.snapshots(c)
	if len(found) == 0 {
		return
	}
	start, one := c.projects[0], found[0]
	projects := []string{"--project", "./" + detect.Under(one.project.Path, c.root)}
	if start != one.project {
		projects = append(projects, "--startup-project", "./"+detect.Under(start.Path, c.root))
	}
	tell := func(why string) {
		words := make([]string, len(projects))
		for i, w := range projects {
			words[i] = safe.Visible(strings.TrimPrefix(w, "./"))
		}
		if why != "" {
			why = "; dockgen leaves that to you, for " + why
		}
		s.Notes = append(s.Notes, g.top.Note(one.dir, 0, "nothing applies the migrations when the program starts: dotnet ef migrations bundle %s makes a program that does, to be run before each release%s", strings.Join(words, " "), why).On(detect.Migrations))
	}
	setting, why := g.unclear(s, f, c, found)
	if why != "" {
		tell(why)
		return
	}
	tool, note := g.efTool(c)
	if tool.IsZero() {
		tell("which dotnet-ef suits is not known")
		return
	}
	argv, err := safe.NewArgv(append([]string{"/tools/dotnet-ef", "migrations", "bundle"}, projects...)...)
	if err != nil {
		tell("a name of its projects is no word of a command")
		return
	}
	f.Bundle = &Bundle{Tool: tool, Build: argv, Under: g.placeholders(s), Settings: g.top.Sub(start.Dir()).Has("appsettings.json")}
	s.Processes = append(s.Processes, detect.Process{
		Name: safe.Slug("migrate", "migrate"), Kind: detect.Job, Apart: true,
		Start: detect.Found(safe.ArgvOf("./efbundle"), g.top.Note(one.dir, 0, "holds migrations of Entity Framework"), note),
	})
	s.Notes = append(s.Notes, g.top.Note(one.dir, 0, "the image that applies the migrations is made by dotnet ef, which runs the program up to its host with a placeholder in %s: what else it asks for by then needs a default", setting))
}

// snapshots are the contexts with migrations that a program is made of.
func (g *graph) snapshots(c *closure) (out []snapshot) {
	for _, p := range c.projects {
		if p.role == tests {
			continue
		}
		for name := range g.top.Sub(p.Dir()).Files("*ModelSnapshot.cs") {
			if !g.others(p, path.Dir(name)) {
				out = append(out, snapshot{p, path.Join(p.Dir(), path.Dir(name))})
			}
		}
	}
	return out
}

// unclear says what keeps the bundle from being made without a person; else it is the
// variable that holds the address.
func (g *graph) unclear(s *detect.Service, f *Facts, c *closure, found []snapshot) (setting safe.EnvName, why string) {
	start := c.projects[0]
	i := slices.IndexFunc(s.Needs, func(n detect.Need) bool {
		return !n.Optional && len(n.Settings) > 0 && slices.Contains([]string{"postgres", "mysql", "sqlserver"}, n.Name)
	})
	switch {
	case len(found) > 1:
		return setting, "there are several contexts, and each wants one: --context"
	case start.Package(efDesign) == nil && start.Package("Microsoft.EntityFrameworkCore.Tools") == nil:
		return setting, "the program's own project does not refer to " + efDesign
	case i < 0 || s.Needs[i].Settings[0].Dialect != "ado":
		return setting, "no connection string is known by which the program learns of its database"
	case f.Native, start.Bool("SelfContained"), start.Bool("PublishSelfContained"), start.Bool("PublishSingleFile"), len(start.targets) > 1, f.Node, f.Sdk:
		return setting, "the program is built in a way of its own"
	case c.locked, len(f.Secrets) > 0, len(c.nuget) > 0:
		return setting, "its packages are not those of the usual feed alone"
	case !start.version.V.IsZero() && number(start.version.V) < 8:
		return setting, "it is for an old .NET"
	case len(s.Env) > 0:
		return setting, "the program reads " + s.Env[0].Name.String() + " as well, which it may want for that"
	}
	for _, call := range g.calls(c) {
		if call.Name == "AutoDetect" || call.Name == "Connect" && strings.HasSuffix(call.Chain, "ConnectionMultiplexer") {
			return setting, call.Name + " connects before the host is built"
		}
	}
	if g.words(c, func(w string) bool { return w == "IDesignTimeDbContextFactory" }) {
		return setting, "a factory of the project's own says there where the database is"
	}
	for _, p := range g.all() {
		if p.role == runs && p != start && g.migrates(p, found[0].project) {
			return setting, safe.Visible(p.Path) + " may do it"
		}
	}
	return s.Needs[i].Settings[0].Env, ""
}

// migrates reports whether another program refers to the project with the migrations,
// and applies some when it starts.
func (g *graph) migrates(p, with *project) bool {
	c, err := g.closure(p)
	return err == nil && slices.Contains(c.projects, with) && slices.ContainsFunc(g.calls(c), func(call found) bool { return call.Name == "Migrate" || call.Name == "MigrateAsync" })
}

// releaseRE is the number of a release, as "10.0.2".
var releaseRE = regexp.MustCompile(`^[0-9]+\.[0-9]+\.[0-9]+$`)

// efTool is the release of dotnet-ef: that of the project's tools, or that of the
// library which it has to suit.
func (g *graph) efTool(c *closure) (safe.Version, detect.Note) {
	take := func(text string) safe.Version {
		v, err := safe.NewVersion(text)
		if err != nil || !releaseRE.MatchString(text) {
			return safe.Version{}
		}
		return v
	}
	for d := g.top.Sub(c.projects[0].Dir()); ; d = g.top.Sub(path.Dir(d.Path())) {
		for _, name := range []string{".config/dotnet-tools.json", "dotnet-tools.json"} {
			var file struct {
				Tools map[string]struct {
					Version string `json:"version"`
				} `json:"tools"`
			}
			if !d.Has(name) {
				continue
			}
			lines, err := manifest.JSONC(d, name, &file)
			if v := take(file.Tools["dotnet-ef"].Version); err == nil && !v.IsZero() {
				return v, d.Note(name, lines.At("tools", "dotnet-ef"), "dotnet-ef %s", v)
			}
		}
		if d.Path() == "." {
			break
		}
	}
	for _, name := range []string{efDesign, "Microsoft.EntityFrameworkCore.Tools"} {
		if pkg := c.projects[0].Package(name); pkg != nil {
			if v := take(pkg.Value); !v.IsZero() {
				return v, pkg.Why
			}
		}
	}
	return safe.Version{}, detect.Note{}
}

// placeholders set what the program's start asks for while the bundle is made: an
// environment that is not development, which is what dotnet ef takes by itself, and
// addresses of the right form that lead nowhere.
func (g *graph) placeholders(s *detect.Service) safe.Argv {
	words := []string{"env", "ASPNETCORE_ENVIRONMENT=Production"}
	for _, n := range s.Needs {
		for _, setting := range n.Settings {
			value := "Server=build"
			switch n.Name {
			case "postgres":
				value = "Host=build"
			case "redis":
				value = "build"
			case "sqlserver", "mysql":
			default:
				continue
			}
			if word := setting.Env.String() + "=" + value; setting.Dialect == "ado" && !slices.Contains(words, word) {
				words = append(words, word)
			}
		}
	}
	return safe.ArgvOf(words...)
}
