package dotnet

import (
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// elsewhere finds the settings that hold addresses of other programs on the developer's
// machine, with the variables that change them, and the ports on which this one listens there.
// https://learn.microsoft.com/aspnet/core/fundamentals/configuration/#environment-variables
func (g *graph) elsewhere(s *detect.Service, c *closure) error {
	d := g.top.Sub(c.projects[0].Dir())
	for _, name := range []string{"appsettings.json", "appsettings.Production.json", "appsettings.Development.json"} {
		if !d.Has(name) {
			continue
		}
		all := map[string]any{}
		lines, err := manifest.JSONC(d, name, &all)
		if err != nil && strings.Contains(name, "Development") {
			s.Notes = append(s.Notes, d.Note(name, 0, "is not looked at: it is no JSON"))
			continue // the program in its image reads none of it
		}
		if err != nil {
			return err
		}
		for _, key := range slices.Sorted(maps.Keys(all)) {
			if slices.Contains([]string{"ConnectionStrings", "Kestrel", "Logging", "Urls"}, key) {
				continue
			}
			addresses(all[key], []string{key}, func(keys []string, text string) {
				variable, err := safe.NewEnvName(strings.Join(keys, "__"))
				if err != nil || slices.ContainsFunc(s.Env, func(e detect.EnvVar) bool { return e.Name == variable }) {
					return
				}
				s.Env = append(s.Env, detect.EnvVar{Name: variable, Address: detect.LocalAddress(text), Why: []detect.Note{
					d.Note(name, lines.At(keys...), "%s", strings.Join(keys, ":")),
				}})
			})
		}
	}
	return g.launched(s, d)
}

// maxSettingDepth bounds how deep settings are looked into.
const maxSettingDepth = 8

// addresses yields the texts below a value that are addresses on the developer's machine.
// One in a list is left out.
func addresses(v any, keys []string, yield func([]string, string)) {
	switch v := v.(type) {
	case string:
		if !detect.LocalAddress(v).IsZero() {
			yield(keys, v)
		}
	case map[string]any:
		if len(keys) > maxSettingDepth {
			return
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			addresses(v[key], append(slices.Clone(keys), key), yield)
		}
	}
}

// launched reads the addresses under which a developer starts the program.
func (g *graph) launched(s *detect.Service, d *detect.Dir) error {
	name := path.Join("Properties", "launchSettings.json")
	if !d.Has(name) {
		return nil
	}
	var f struct {
		Profiles map[string]struct {
			URL string `json:"applicationUrl"`
		} `json:"profiles"`
	}
	if _, err := manifest.JSONC(d, name, &f); err != nil {
		return nil // nothing of the program depends on it
	}
	for _, profile := range slices.Sorted(maps.Keys(f.Profiles)) {
		for _, text := range strings.Split(f.Profiles[profile].URL, ";") {
			if a := detect.ParseAddress(text); a.Port != 0 && !slices.Contains(s.Known.Ports, a.Port) {
				s.Known.Ports = append(s.Known.Ports, a.Port)
			}
		}
	}
	return nil
}
