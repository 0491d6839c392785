package dotnet

import (
	"path"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// traps notes what starts well and fails later: keys that are lost with each
// container, and a database whose schema nobody makes.
func (g *graph) traps(s *detect.Service, _ *Facts, c *closure) error {
	if s.Kind == detect.Static {
		return nil
	}
	var cookies, keys, migrates *found
	for _, call := range g.calls(c) {
		switch name := call.Name; {
		case name == "AddRazorPages", name == "AddControllersWithViews", name == "AddRazorComponents", name == "AddServerSideBlazor", name == "AddCookie", name == "AddSession", name == "AddAntiforgery":
			if cookies == nil {
				cookies = &call
			}
		case strings.HasPrefix(name, "PersistKeysTo"):
			keys = &call
		case name == "Migrate", name == "MigrateAsync", name == "EnsureCreated", name == "EnsureCreatedAsync", name == "AddMigration", name == "MigrateUp", name == "PerformUpgrade":
			migrates = &call
		}
	}
	if s.Kind == detect.Server && cookies != nil && keys == nil {
		// https://learn.microsoft.com/aspnet/core/security/data-protection/configuration/overview
		s.Notes = append(s.Notes, cookies.note(g, "%s protects cookies and forms by keys that a new container does not know: keep them by AddDataProtection().PersistKeysTo...", cookies.Name))
	}
	if migrates != nil {
		return nil
	}
	g.migrations(s, c)
	return nil
}

// migrations tells what brings the database up to date, where Entity Framework's
// tools have written migrations. Making the program for it in the build would run
// the project's own start there, without its database and its settings.
// https://learn.microsoft.com/ef/core/managing-schemas/migrations/applying#bundles
func (g *graph) migrations(s *detect.Service, c *closure) {
	for _, p := range c.projects {
		if p.role == tests {
			continue
		}
		for name := range g.top.Sub(p.Dir()).Files("*ModelSnapshot.cs") {
			if g.others(p, path.Dir(name)) {
				continue
			}
			command := "dotnet ef migrations bundle --project " + safe.Visible(p.Path)
			if start := c.projects[0]; start != p {
				command += " --startup-project " + safe.Visible(start.Path)
			}
			s.Notes = append(s.Notes, g.top.Note(path.Join(p.Dir(), path.Dir(name)), 0, "nothing applies the migrations when the program starts: %s makes a program that does, to be run before each release", command))
			return
		}
	}
}
