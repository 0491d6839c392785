package java

import (
	"strings"

	"dockgen/detect"
)

// entry is a line of a .properties file.
type entry struct {
	key, value string
	line       int
}

// readProperties reads a file of java.util.Properties; one that can't be read has none.
func readProperties(d *detect.Dir, name string) []entry {
	data, err := d.Read(name)
	if err != nil {
		return nil
	}
	return parseProperties(string(data))
}

// parseProperties follows the format of java.util.Properties: comments with # and
// !, keys up to =, : or a blank, lines continued by a backslash.
func parseProperties(text string) []entry {
	var out []entry
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		at := i + 1
		line := strings.TrimLeft(lines[i], " \t\f")
		if line == "" || line[0] == '#' || line[0] == '!' {
			if strings.TrimSpace(line) == "#---" || strings.TrimSpace(line) == "!---" { // Boot's documents in one file
				out = append(out, entry{key: documentEnd, line: at})
			}
			continue
		}
		for continued(line) && i+1 < len(lines) {
			i++
			line = line[:len(line)-1] + strings.TrimLeft(lines[i], " \t\f")
		}
		key, value := splitProperty(line)
		out = append(out, entry{key, value, at})
	}
	return out
}

// documentEnd is a key that no file can hold.
const documentEnd = "\n---"

func continued(line string) bool {
	n := 0
	for n < len(line) && line[len(line)-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

func splitProperty(line string) (key, value string) {
	var b strings.Builder
	i := 0
	for ; i < len(line); i++ {
		if c := line[i]; c == '\\' && i+1 < len(line) {
			i++
			b.WriteByte(line[i])
			continue
		} else if c == '=' || c == ':' || c == ' ' || c == '\t' {
			break
		}
		b.WriteByte(line[i])
	}
	rest := strings.TrimLeft(line[i:], " \t")
	if rest != "" && (rest[0] == '=' || rest[0] == ':') {
		rest = strings.TrimLeft(rest[1:], " \t")
	}
	return b.String(), strings.TrimRight(unescapeProperty(rest), " \t")
}

func unescapeProperty(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
