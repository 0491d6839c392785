package evidence

import "dockgen/detect"

// Served is the command that a platform's file names for the folder's server; "" where
// none does. A Procfile is left to whoever asks, who may read more out of it.
func Served(d *detect.Dir) (string, detect.Note) {
	for _, from := range []func(*detect.Dir) ([]process, error){flyProcesses, herokuProcesses, railwayProcesses, renderProcesses} {
		all, err := from(d)
		if err != nil {
			continue // whoever reads the file for what it says reports it
		}
		for _, p := range all {
			if p.name == "web" && !developing(p.text) {
				return p.text, p.why
			}
		}
	}
	return "", detect.Note{}
}
