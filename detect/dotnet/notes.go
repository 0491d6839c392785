package dotnet

import (
	"strings"

	"dockgen/detect"
)

// traps notes what starts well and fails later: keys that are lost with each
// container, and a database whose schema nobody makes.
func (g *graph) traps(s *detect.Service, f *Facts, c *closure) error {
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
	g.migrations(s, f, c)
	return nil
}
