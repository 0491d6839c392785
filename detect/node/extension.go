package node

import "dockgen/detect/manifest"

// browserExtension reports whether a manifest of the folder is that of an extension.
// https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/manifest.json
func (p *project) browserExtension() bool {
	for _, name := range []string{"manifest.json", "src/manifest.json", "public/manifest.json"} {
		var m struct {
			Version any `json:"manifest_version"`
		}
		if p.Has(name) {
			if _, err := manifest.JSON(p.Dir, name, &m); err == nil && m.Version != nil {
				return true
			}
		}
	}
	return false
}
