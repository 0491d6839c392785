package evidence

import (
	"slices"

	"dockgen/detect"
)

// without makes optional what the Compose file runs the program without: one that starts some
// of its backing services and hands it nothing that would lead to the others.
func without(s *detect.Service, one composeService, all []running, here func(...string) detect.Note) {
	env, on := variables(one.Environment), keys(one.DependsOn)
	some := slices.ContainsFunc(all, func(r running) bool { return slices.Contains(on, r.name) })
	if !some || one.EnvFile != nil || one.Image != "" && one.Build == nil {
		return
	}
	for i := range s.Needs {
		n := &s.Needs[i]
		there := slices.ContainsFunc(all, func(r running) bool { return r.need == n.Name || twins[r.need] == n.Name })
		told := slices.ContainsFunc(n.Settings, func(set detect.NeedSetting) bool { _, ok := env[set.Env.String()]; return ok })
		if n.Optional || there || told || len(n.Settings) > 0 {
			continue
		}
		n.Optional = true
		why := here()
		why.Text += " runs without it"
		n.Why = append(n.Why, why)
	}
}
