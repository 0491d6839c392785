package c

import (
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// shared finds whether the program loads libraries that are no packages of the
// distribution: the project asks its package manager for shared ones.
func (p *project) shared(s *detect.Service, f *Facts) {
	var why string
	switch {
	case p.conan != nil && p.conan.Shared != nil:
		o := p.conan.Shared
		s.Notes = append(s.Notes, p.dir.Note(p.conanName, o.Line, "%s=%s: the shared libraries go into the image beside the program", o.Name, o.Value))
		why = "the shared libraries that Conan has brought"
	case p.vcpkg != nil && strings.Contains(p.presets.triplet, "dynamic"):
		why = "the shared libraries that vcpkg has brought"
	default:
		return
	}
	f.Libs = true
	s.SetEnv = append(s.SetEnv, detect.Setting{Name: safe.EnvNameOf("LD_LIBRARY_PATH"), Value: safe.LabelOf("/app/lib"), Why: why})
}
