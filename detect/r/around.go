package r

import (
	"strings"

	"dockgen/detect"
	"dockgen/detect/r/source"
	"dockgen/internal/safe"
)

// context says what the build does not read.
func (p *project) context(s *detect.Service) {
	for _, pattern := range []string{"**/*.Rproj", "**/.Rproj.user", "**/.RData", "**/.Rhistory", "**/.Rcheck", "**/rsconnect", "**/renv/library", "**/renv/staging", "**/renv/sandbox", "**/renv/python", "**/packrat/lib*",
		// people keep passwords and tokens in them
		"**/.Renviron*", "**/.httr-oauth", "**/.secrets"} {
		s.Context.Ignore = append(s.Context.Ignore, safe.PatternOf(pattern))
	}
	if p.packaged {
		s.Context.Ignore = append(s.Context.Ignore, safe.PatternOf("dev"), safe.PatternOf("docs"), safe.PatternOf("tests"), safe.PatternOf("vignettes"), safe.PatternOf("man"))
	}
	if p.d.Has(".Renviron") {
		s.Notes = append(s.Notes, p.d.Note(".Renviron", 0, "stays out of the image, for such files hold passwords: pass its variables to the container"))
	}
}

// surroundings say what R needs to know of a container.
func (p *project) surroundings(s *detect.Service, f *Facts) {
	for _, name := range []string{".Rprofile"} {
		data, err := p.root.Read(name)
		if err != nil {
			continue
		}
		profile := source.Parse(name, string(data))
		for _, c := range profile.Calls {
			if c.Name == "source" && strings.HasSuffix(profile.Eval(c.Arg("file", 0)).Text, "activate.R") {
				f.Profile = true
			}
		}
	}
	if f.Renv || f.Profile {
		s.SetEnv = append(s.SetEnv, detect.Setting{Name: safe.EnvNameOf("RENV_CONFIG_AUTOLOADER_ENABLED"), Value: safe.LabelOf("FALSE"),
			Why: "The packages are in R's own library: .Rprofile has nothing to activate."})
	}
	s.SetEnv = append(s.SetEnv, detect.Setting{Name: safe.EnvNameOf("XDG_CACHE_HOME"), Value: safe.LabelOf("/tmp/cache"), Why: "Sass and fontconfig keep caches, and the image is read-only."})
	for _, key := range []struct{ field, label string }{{"Package", "title"}, {"Version", "version"}, {"License", "licenses"}} {
		text := strings.TrimSuffix(strings.TrimSpace(strings.Split(p.description[key.field].text, "+")[0]), " ")
		if v, err := safe.NewLabel(text); err == nil && text != "" && (key.field != "License" || !strings.Contains(text, "file")) {
			s.Labels = append(s.Labels, detect.ImageLabel{Key: "org.opencontainers.image." + key.label, Value: v})
		}
	}
	if name := p.description["Package"].text; p.packaged && validName(name) {
		s.Name = safe.Slug(strings.ReplaceAll(name, ".", "-"), "app")
	}
	for _, file := range p.files {
		for _, c := range file.Calls {
			if c.Name == "enableBookmarking" && file.Eval(c.Arg("store", 0)).Text == "server" {
				s.State = append(s.State, safe.RelPathOf("shiny_bookmarks"))
				return
			}
		}
	}
}
