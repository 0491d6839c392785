package r

import (
	"strings"

	"dockgen/detect"
)

// field is a field of a file in Debian's control format, with its line.
type field struct {
	text string
	line int
}

// dcf reads such a file: paragraphs of "Name: value", a value going on in lines that
// begin with a blank (https://cran.r-project.org/doc/manuals/r-release/R-exts.html#The-DESCRIPTION-file).
func dcf(d *detect.Dir, name string) ([]map[string]field, error) {
	data, err := d.Read(name)
	if err != nil {
		return nil, err
	}
	var out []map[string]field
	var at map[string]field
	last := ""
	for i, line := range strings.Split(string(data), "\n") {
		switch {
		case strings.TrimSpace(line) == "":
			at = nil
		case strings.HasPrefix(line, "#"):
		case line[0] == ' ' || line[0] == '\t':
			if at == nil || last == "" {
				return nil, d.Errorf(name, i+1, "%q goes on with no field", strings.TrimSpace(line))
			}
			f := at[last]
			f.text += "\n" + strings.TrimSpace(line)
			at[last] = f
		default:
			key, value, ok := strings.Cut(line, ":")
			if !ok || strings.ContainsAny(key, " \t") {
				return nil, d.Errorf(name, i+1, "%q is no field, as in Package: name", line)
			}
			if at == nil {
				at = map[string]field{}
				out = append(out, at)
			}
			last = key
			at[key] = field{strings.TrimSpace(value), i + 1}
		}
	}
	return out, nil
}

// dependency is one element of a list of packages: "R (>= 4.1.0)".
type dependency struct {
	name, constraint string
	line             int
}

// dependencies parts a list of packages at its commas.
func (f field) dependencies() []dependency {
	var out []dependency
	line := f.line
	for part := range strings.SplitSeq(f.text, ",") {
		before := len(part) - len(strings.TrimLeft(part, " \n\t"))
		one := dependency{line: line + strings.Count(part[:before], "\n")}
		line += strings.Count(part, "\n")
		name, rest, _ := strings.Cut(strings.TrimSpace(part), "(")
		one.name = strings.TrimSpace(name)
		one.constraint = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), ")"))
		if one.name != "" {
			out = append(out, one)
		}
	}
	return out
}
