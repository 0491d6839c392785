package manifest

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"dockgen/detect"
)

// YAML decodes the first document of the file into v, which may be nil, and
// returns the lines of its values.
func YAML(d *detect.Dir, name string, v any) (Lines, error) {
	data, err := d.Read(name)
	if err != nil {
		return Lines{}, err
	}
	return decodeYAML(d, name, data, v)
}

// YAMLText is YAML for a text that was made out of the file, its lines being the file's own.
func YAMLText(d *detect.Dir, name string, text []byte, v any) (Lines, error) {
	return decodeYAML(d, name, text, v)
}

// YAMLSections decodes of a large file only the top-level keys that are named,
// into v. It holds for block style, in which every top-level key begins a line;
// tools write their lock files so.
func YAMLSections(d *detect.Dir, name string, v any, keys ...string) error {
	data, err := d.ReadLock(name)
	if err != nil {
		return err
	}
	_, err = decodeYAML(d, name, sections(data, keys), v)
	return err
}

// sections keeps the lines of the named top-level keys and empties the others,
// so that lines in errors stay right.
func sections(data []byte, keys []string) []byte {
	var out bytes.Buffer
	keep := false
	for line := range bytes.Lines(data) {
		if c := line[0]; c != ' ' && c != '\t' && c != '\n' && c != '#' && c != '-' && c != '}' && c != ']' {
			keep = false
			for _, k := range keys {
				rest, ok := bytes.CutPrefix(line, []byte(k))
				keep = keep || ok && len(rest) > 0 && rest[0] == ':'
			}
		}
		if keep {
			out.Write(line)
		} else {
			out.WriteByte('\n')
		}
	}
	return out.Bytes()
}

func decodeYAML(d *detect.Dir, name string, data []byte, v any) (Lines, error) {
	l := Lines{at: map[string]int{}}
	var doc yaml.Node
	err := yaml.NewDecoder(bytes.NewReader(data)).Decode(&doc)
	if errors.Is(err, io.EOF) {
		return l, nil
	}
	if err == nil && v != nil {
		err = doc.Decode(v)
	}
	if err != nil {
		return Lines{}, d.Errorf(name, yamlErrorLine(err), "parsing YAML: %s", yamlErrorText(err))
	}
	yamlLines(l, nil, &doc)
	return l, nil
}

// yamlLines does not follow aliases: what an anchor names has its line where it stands.
func yamlLines(l Lines, path []string, n *yaml.Node) {
	switch n.Kind {
	case yaml.DocumentNode:
		for _, c := range n.Content {
			yamlLines(l, path, c)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			sub := append(path[:len(path):len(path)], n.Content[i].Value)
			l.set(sub, n.Content[i].Line)
			yamlLines(l, sub, n.Content[i+1])
		}
	case yaml.SequenceNode:
		for i, c := range n.Content {
			sub := append(path[:len(path):len(path)], index(i))
			l.set(sub, c.Line)
			yamlLines(l, sub, c)
		}
	}
}

// yamlErrorText is what an error of the library says, of a list the first; its
// line stands elsewhere.
func yamlErrorText(err error) string {
	var list *yaml.TypeError
	if errors.As(err, &list) && len(list.Errors) > 0 {
		return regexp.MustCompile(`^line [0-9]+: `).ReplaceAllString(list.Errors[0], "")
	}
	return strings.TrimPrefix(err.Error(), "yaml: ")
}

// yamlErrorLine finds the line in an error of the library, which has it in the text alone.
func yamlErrorLine(err error) int {
	if m := regexp.MustCompile(`line ([0-9]+)`).FindStringSubmatch(err.Error()); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n
	}
	return 0
}
