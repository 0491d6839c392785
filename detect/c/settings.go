package c

import (
	"path"
	"strconv"
	"strings"

	"dockgen/detect"
)

// settingsPort looks for the port in the settings that come with the program: a file that
// is called by its name, as etc/web.conf.in is, of lines "Port 8888", "port = 8888" or
// "http_port": 8888. What stands behind a sign of a comment does not count.
func (p *project) settingsPort(program string) (int, detect.Note) {
	for _, dir := range []string{".", "etc", "conf", "config", "data"} {
		for _, ext := range []string{".conf", ".cfg", ".ini", ".json", ".yaml", ".yml"} {
			for _, end := range []string{"", ".in", ".example", ".sample", ".default", ".dist"} {
				name := path.Join(dir, program+ext+end)
				if !p.dir.Has(name) {
					continue
				}
				data, err := p.dir.Read(name)
				if err != nil {
					continue
				}
				if port, line := portLine(string(data)); port != 0 {
					return port, p.dir.Note(name, line, "the settings that come with it: port %d", port)
				}
			}
		}
	}
	return 0, detect.Note{}
}

// portLine finds the first setting of a port, and its line.
func portLine(text string) (port, line int) {
	for i, l := range strings.Split(text, "\n") {
		key, value, ok := strings.Cut(strings.TrimSpace(strings.NewReplacer("=", " ", ":", " ", `"`, " ", ",", " ", ";", " ", "\t", " ").Replace(l)), " ")
		if !ok || strings.ContainsAny(strings.TrimSpace(l)[:1], "#;/") || portRank(strings.ReplaceAll(key, "-", "_")) < 5 {
			continue
		}
		fields := strings.Fields(value)
		if len(fields) == 0 {
			continue
		}
		if n, err := strconv.Atoi(fields[0]); err == nil && n > 0 && n < 65536 {
			return n, i + 1
		}
	}
	return 0, 0
}
