package dotnet

import (
	"path"
	"strings"

	"dockgen/detect"
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
		case name == "Migrate", name == "MigrateAsync", name == "EnsureCreated", name == "EnsureCreatedAsync", name == "AddMigration":
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
	for _, p := range c.projects {
		for _, f := range g.sources(p) {
			// What Entity Framework's tools write into Migrations.
			if strings.HasSuffix(f.Name, "ModelSnapshot.cs") && f.Words["ModelSnapshot"] {
				s.Notes = append(s.Notes, g.top.Note(path.Dir(f.Name), 0, "nothing applies the migrations when the program starts: dotnet ef migrations bundle makes a program that does"))
				return nil
			}
		}
	}
	return nil
}
