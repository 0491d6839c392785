package julia

// notebooks are those of Pluto, where a package serves them:
// https://github.com/JuliaPluto/PlutoSliderServer.jl.
func (pr *program) notebooks() *entry {
	first := ""
	for _, name := range pr.order {
		if pr.files[name].notebook {
			first = name
			break
		}
	}
	folder := "."
	if first == "" {
		if first, folder = pr.above, ".."; first == "" {
			return nil
		}
	}
	if why, ok := pr.dep("PlutoSliderServer"); ok {
		return &entry{file: first, expr: `import PlutoSliderServer; PlutoSliderServer.run_directory("` + folder + `"; SliderServer_host = "0.0.0.0", SliderServer_port = 8080)`, why: why}
	}
	if why, ok := pr.dep("Pluto"); ok {
		return &entry{file: first, expr: `import Pluto; Pluto.run(host = "0.0.0.0", port = 1234, launch_browser = false)`, why: why}
	}
	return nil
}
