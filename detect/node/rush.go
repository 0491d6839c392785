package node

import (
	"path"
	"slices"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// rush returns the rush.json that lists the package, "" for none
// (https://rushjs.io/pages/configs/rush_json/).
func (p *project) rush() string {
	for d := range p.Parents() {
		if !d.Has("rush.json") {
			continue
		}
		folders, err := detect.Once(d, "rush:"+d.Path(), func() ([]string, error) {
			var file struct {
				Projects []struct {
					Folder string `json:"projectFolder"`
				} `json:"projects"`
			}
			_, err := manifest.JSONC(d, "rush.json", &file)
			out := make([]string, 0, len(file.Projects))
			for _, project := range file.Projects {
				out = append(out, path.Clean(project.Folder))
			}
			return out, err
		})
		if err == nil && slices.Contains(folders, relativeTo(d, p.Dir)) {
			return path.Join(d.Path(), "rush.json")
		}
	}
	return ""
}

// unlinked is a package that Lerna would have to link, "" for none.
func (p *project) unlinked() string {
	name, _ := p.npm.Unlinked()
	return name
}
