package elixir

import "dockgen/detect"

const gleamFile = "gleam.toml"

func inspectGleam(d *detect.Dir) ([]*detect.Service, error) {
	return nil, detect.NotService("Gleam is not read yet")
}
