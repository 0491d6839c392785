package c

import (
	"encoding/json"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// presets are what CMakePresets.json says of vcpkg
// (https://cmake.org/cmake/help/latest/manual/cmake-presets.7.html). The build does not
// use the presets: they hold paths of people's machines and generators of their own.
type presets struct {
	vcpkg    bool
	triplet  string
	ports    []string
	triplets []string
	why      detect.Note
}

func readPresets(d *detect.Dir) (out presets) {
	for _, name := range []string{"CMakePresets.json", "CMakeUserPresets.json"} {
		if !d.Has(name) {
			continue
		}
		var file struct {
			Configure []struct {
				Toolchain string                     `json:"toolchainFile"`
				Variables map[string]json.RawMessage `json:"cacheVariables"`
			} `json:"configurePresets"`
		}
		lines, err := manifest.JSONC(d, name, &file)
		if err != nil {
			continue // the build does without it
		}
		for i, p := range file.Configure {
			value := func(key string) string {
				var s string
				var typed struct {
					Value string `json:"value"`
				}
				if json.Unmarshal(p.Variables[key], &s) != nil && json.Unmarshal(p.Variables[key], &typed) == nil {
					s = typed.Value
				}
				return s
			}
			for _, t := range []string{p.Toolchain, value("CMAKE_TOOLCHAIN_FILE")} {
				out.vcpkg = out.vcpkg || strings.HasSuffix(t, "vcpkg.cmake")
			}
			at := d.Note(name, lines.At("configurePresets", itoa(i)), "")
			// The two that vcpkg finds by itself follow the processor of the build.
			if t := value("VCPKG_TARGET_TRIPLET"); strings.Contains(t, "linux") && t != "x64-linux" && t != "arm64-linux" && out.triplet == "" && plainTriplet(t) {
				out.triplet, out.why = t, at
			}
			for key, list := range map[string]*[]string{"VCPKG_OVERLAY_PORTS": &out.ports, "VCPKG_OVERLAY_TRIPLETS": &out.triplets} {
				for _, dir := range strings.Split(value(key), ";") {
					if rest, ok := strings.CutPrefix(dir, "${sourceDir}/"); ok && len(*list) == 0 {
						*list = append(*list, rest)
						if out.why.Path == "" {
							out.why = at
						}
					}
				}
			}
		}
	}
	return out
}

// plainTriplet reports whether a triplet is a name that vcpkg takes.
func plainTriplet(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// submodule is one of .gitmodules.
type submodule struct {
	path, url string
	line      int
}

// submodules reads .gitmodules beside the build file or at the top of the project
// (https://git-scm.com/docs/gitmodules).
func (p *project) submodules() []submodule {
	if p.subs != nil {
		return *p.subs
	}
	var out []submodule
	read := func(d *detect.Dir, prefix string) {
		if !d.Has(".gitmodules") {
			return
		}
		data, err := d.Read(".gitmodules")
		if err != nil {
			return
		}
		for i, line := range strings.Split(string(data), "\n") {
			line = strings.TrimSpace(line)
			switch key, value, _ := strings.Cut(line, "="); {
			case strings.HasPrefix(line, "["):
				out = append(out, submodule{line: i + 1})
			case len(out) == 0:
			case strings.TrimSpace(key) == "path":
				rel, ok := strings.CutPrefix(strings.TrimSpace(value), prefix)
				if !ok {
					rel = ""
				}
				out[len(out)-1].path = rel
			case strings.TrimSpace(key) == "url":
				out[len(out)-1].url = strings.TrimSpace(value)
			}
		}
	}
	read(p.dir, "")
	for up := range p.dir.Parents() {
		if len(out) == 0 {
			prefix := strings.TrimPrefix(strings.TrimPrefix(p.dir.Path(), up.Path()), "/")
			if up.Path() == "." {
				prefix = p.dir.Path()
			}
			read(up, prefix+"/")
		}
	}
	var kept []submodule
	for _, s := range out {
		if s.path != "" {
			kept = append(kept, s)
		}
	}
	p.subs = &kept
	return kept
}
