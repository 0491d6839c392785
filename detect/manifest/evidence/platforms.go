package evidence

import (
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// platforms reads what the files of hosting platforms say of the service in
// their own folder: its port and the path that is asked for its health.
func platforms(d *detect.Dir, s *detect.Service) error {
	for _, from := range []source{fly, render, digitalOcean, railway, heroku} {
		if err := from(d, s); err != nil {
			return err
		}
	}
	return nil
}

// fly reads fly.toml (https://fly.io/docs/reference/configuration/).
func fly(d *detect.Dir, s *detect.Service) error {
	if !d.Has("fly.toml") {
		return nil
	}
	type check struct {
		Path string `toml:"path"`
	}
	var f struct {
		HTTP struct {
			Port   int     `toml:"internal_port"`
			Checks []check `toml:"checks"`
		} `toml:"http_service"`
		Services []struct {
			Port   int     `toml:"internal_port"`
			Checks []check `toml:"http_checks"`
		} `toml:"services"`
		Checks map[string]check `toml:"checks"`
	}
	lines, err := manifest.TOML(d, "fly.toml", &f)
	if err != nil {
		return err
	}
	if f.HTTP.Port != 0 {
		takePort(s, f.HTTP.Port, d.Note("fly.toml", lines.At("http_service", "internal_port"), "internal_port = %d", f.HTTP.Port))
	}
	for _, c := range f.HTTP.Checks {
		takeHealth(s, c.Path, d.Note("fly.toml", lines.At("http_service", "checks"), "checked at %s", safe.Visible(c.Path)))
	}
	if len(f.Services) == 1 {
		takePort(s, f.Services[0].Port, d.Note("fly.toml", lines.At("services", "0", "internal_port"), "internal_port = %d", f.Services[0].Port))
		for _, c := range f.Services[0].Checks {
			takeHealth(s, c.Path, d.Note("fly.toml", lines.At("services", "0"), "checked at %s", safe.Visible(c.Path)))
		}
	}
	if len(f.Checks) == 1 {
		for name, c := range f.Checks {
			takeHealth(s, c.Path, d.Note("fly.toml", lines.At("checks", name), "checked at %s", safe.Visible(c.Path)))
		}
	}
	return nil
}

// render reads render.yaml (https://render.com/docs/blueprint-spec) here or above.
func render(d *detect.Dir, s *detect.Service) error {
	for _, at := range upwards(d) {
		if !at.Has("render.yaml") {
			continue
		}
		var f struct {
			Services []struct {
				Type   string `yaml:"type"`
				Root   string `yaml:"rootDir"`
				Health string `yaml:"healthCheckPath"`
			} `yaml:"services"`
		}
		lines, err := manifest.YAML(at, "render.yaml", &f)
		if err != nil {
			return err
		}
		for i, one := range f.Services {
			if one.Type == "web" && at.Sub(one.Root).Path() == d.Path() {
				takeHealth(s, one.Health, at.Note("render.yaml", lines.At("services", index(i), "healthCheckPath"), "healthCheckPath: %s", safe.Visible(one.Health)))
			}
		}
		return nil
	}
	return nil
}

// digitalOcean reads .do/app.yaml and the template of a deploy button
// (https://docs.digitalocean.com/products/app-platform/reference/app-spec/).
func digitalOcean(d *detect.Dir, s *detect.Service) error {
	for _, at := range upwards(d) {
		name := at.First(".do/app.yaml", ".do/deploy.template.yaml")
		if name == "" {
			continue
		}
		type app struct {
			Services []struct {
				Source string `yaml:"source_dir"`
				Port   int    `yaml:"http_port"`
				Health struct {
					Path string `yaml:"http_path"`
				} `yaml:"health_check"`
			} `yaml:"services"`
		}
		var f struct {
			app  `yaml:",inline"`
			Spec app `yaml:"spec"`
		}
		lines, err := manifest.YAML(at, name, &f)
		if err != nil {
			return err
		}
		services, above := f.Services, []string{"services"}
		if len(services) == 0 {
			services, above = f.Spec.Services, []string{"spec", "services"}
		}
		for i, one := range services {
			if at.Sub(strings.TrimPrefix(one.Source, "/")).Path() != d.Path() {
				continue
			}
			takePort(s, one.Port, at.Note(name, lines.At(append(above[:len(above):len(above)], index(i), "http_port")...), "http_port: %d", one.Port))
			takeHealth(s, one.Health.Path, at.Note(name, lines.At(append(above[:len(above):len(above)], index(i), "health_check")...), "checked at %s", safe.Visible(one.Health.Path)))
		}
		return nil
	}
	return nil
}

// railway reads railway.json and railway.toml (https://docs.railway.com/reference/config-as-code).
func railway(d *detect.Dir, s *detect.Service) error {
	var f struct {
		Deploy struct {
			Health string `json:"healthcheckPath" toml:"healthcheckPath"`
		} `json:"deploy" toml:"deploy"`
	}
	var lines manifest.Lines
	var err error
	name := d.First("railway.json", "railway.toml")
	switch name {
	case "railway.json":
		lines, err = manifest.JSON(d, name, &f)
	case "railway.toml":
		lines, err = manifest.TOML(d, name, &f)
	default:
		return nil
	}
	if err != nil {
		return err
	}
	takeHealth(s, f.Deploy.Health, d.Note(name, lines.At("deploy", "healthcheckPath"), "healthcheckPath is %s", safe.Visible(f.Deploy.Health)))
	return nil
}

// heroku reads the variables of app.json (https://devcenter.heroku.com/articles/app-json-schema).
func heroku(d *detect.Dir, s *detect.Service) error {
	if !d.Has("app.json") {
		return nil
	}
	var f struct {
		Env map[string]any `json:"env"`
	}
	lines, err := manifest.JSON(d, "app.json", &f)
	if err != nil {
		return err
	}
	for i := range s.Env {
		if _, ok := f.Env[s.Env[i].Name.String()]; ok {
			s.Env[i].Documented = true
			s.Env[i].Why = append(s.Env[i].Why, d.Note("app.json", lines.At("env", s.Env[i].Name.String()), "env"))
		}
	}
	return nil
}
