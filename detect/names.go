package detect

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dockgen/internal/safe"
)

// plainFolders are names that say what lies in a folder and not what it is for: the
// folder above tells that.
var plainFolders = []string{"src", "html", "app", "code", "source", "sources", "public", "www"}

// nameServices gives every service a name of its own: its manifest's; its folder's,
// where several claim one name, as copies of a template do; a number at the end.
func (p *Project) nameServices(project string) {
	claimed := map[safe.Name][]*Service{}
	for _, s := range p.Services {
		if s.Name.IsZero() {
			s.Name = safe.Slug(folderName(s.Dir, project), "app")
		}
		claimed[s.Name] = append(claimed[s.Name], s)
	}
	for _, s := range p.Services { // in their order, so that the names are the same every time
		if group := claimed[s.Name]; len(group) > 1 && group[0] == s {
			p.byFolder(group, claimed)
		}
	}
	used := map[safe.Name]bool{}
	for _, s := range p.Services {
		name := s.Name
		for i := 2; used[name]; i++ {
			name = safe.Slug(fmt.Sprintf("%s-%d", s.Name, i), "app")
		}
		used[name] = true
		s.Name = name
	}
}

func folderName(dir safe.RelPath, project string) string {
	base, above := path.Base(dir.String()), path.Base(path.Dir(dir.String()))
	switch {
	case base == ".":
		return project
	case slices.Contains(plainFolders, strings.ToLower(base)) && above != ".":
		return above
	}
	return base
}

// maxNameParts is how many folders a name is made of at most.
const maxNameParts = 3

// byFolder names the services after their folders, if that tells them apart; else with
// the name behind it, as for the same command of several modules.
func (p *Project) byFolder(group []*Service, claimed map[safe.Name][]*Service) {
	shared := group[0].Name
	for i := range 2 * maxNameParts {
		n, both := i%maxNameParts+1, i >= maxNameParts
		names := map[safe.Name]bool{}
		var list []safe.Name
		for _, s := range group {
			parts := strings.Split(s.Dir.String(), "/")
			text := strings.Join(parts[max(0, len(parts)-n):], "-")
			if both && safe.Slug(parts[len(parts)-1], "app") != shared {
				text += "-" + shared.String()
			}
			name := safe.Slug(text, "app")
			if s.Dir.String() == "." {
				name = shared
			}
			if len(claimed[name]) == 0 || name == shared {
				names[name] = true
			}
			list = append(list, name)
		}
		if len(names) == len(group) {
			for i, s := range group {
				s.Name = list[i]
				claimed[s.Name] = append(claimed[s.Name], s)
			}
			return
		}
	}
}
