package elixir

import "dockgen/detect"

const rebarFile = "rebar.config"

func inspectRebar(d *detect.Dir) ([]*detect.Service, error) {
	return nil, detect.NotService("library: rebar.config has no release")
}
