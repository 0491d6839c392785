package detect

import (
	"fmt"
	"slices"
	"strings"
)

// toolFolders are folders whose scripts serve the people who work on a project.
var toolFolders = []string{"bin", "ci", "devtools", "extra", "hack", "script", "scripts", "tool", "tools", "util", "utils"}

// takeOutScripts drops what runs once, in another language, beside what a project
// deploys: in the same folder, or in one for tools below it. A job with a folder of
// its own stays.
func (p *Project) takeOutScripts() {
	all := slices.Clone(p.Services)
	p.Services = slices.DeleteFunc(p.Services, func(s *Service) bool {
		if s.Kind != Job && s.Kind != CLI {
			return false
		}
		for _, other := range all {
			if other.Kind == Job || other.Kind == CLI || other.Language == s.Language && s.Dir == other.Dir || !Within(s.Dir.String(), other.Dir.String()) {
				continue
			}
			below := strings.Split(strings.TrimPrefix(s.Dir.String(), other.Dir.String()+"/"), "/")
			if s.Dir != other.Dir && !slices.Contains(toolFolders, below[0]) {
				continue
			}
			if other.Language == s.Language {
				p.note(Note{Path: s.Dir.String(), Text: fmt.Sprintf("left out: a tool of the %s in %s (run dockgen in that folder to take it)", other.Kind, other.Dir)})
				return true
			}
			p.note(Note{Path: s.Dir.String(), Text: fmt.Sprintf("left out: a script in %s beside the %s in %s (dockgen init --lang %s takes it)", s.Language, other.Kind, other.Dir, s.Language)})
			return true
		}
		return false
	})
}
