package manifest

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/tailscale/hujson"

	"dockgen/detect"
)

// maxDepth is how deep a document may nest: encoding/json's own limit, held
// for the parsers that have none.
const maxDepth = 10000

// JSON decodes the file into v, which may be nil, and returns the lines of its values.
func JSON(d *detect.Dir, name string, v any) (Lines, error) {
	data, err := d.Read(name)
	if err != nil {
		return Lines{}, err
	}
	if err := decodeJSON(d, name, data, v); err != nil {
		return Lines{}, err
	}
	return jsonLines(d, name, data)
}

// JSONC is JSON for files that may hold comments and trailing commas, as
// tsconfig.json and turbo.json do.
func JSONC(d *detect.Dir, name string, v any) (Lines, error) {
	data, err := d.Read(name)
	if err != nil {
		return Lines{}, err
	}
	lines, err := jsonLines(d, name, data)
	if err != nil {
		return Lines{}, err
	}
	// Standardize keeps every offset: comments become spaces.
	std, err := hujson.Standardize(data)
	if err != nil {
		return Lines{}, d.Errorf(name, 0, "parsing JSON: %w", err)
	}
	return lines, decodeJSON(d, name, std, v)
}

// JSONLock decodes a lock file, which may be large; its lines are not kept. Comments
// and trailing commas are allowed where relaxed is set (bun.lock).
func JSONLock(d *detect.Dir, name string, v any, relaxed bool) error {
	data, err := d.ReadLock(name)
	if err != nil {
		return err
	}
	if relaxed {
		if err := checkDepth(data); err != nil {
			return d.Errorf(name, 0, "parsing JSON: %w", err)
		}
		if data, err = hujson.Standardize(data); err != nil {
			return d.Errorf(name, 0, "parsing JSON: %w", err)
		}
	}
	return decodeJSON(d, name, data, v)
}

func decodeJSON(d *detect.Dir, name string, data []byte, v any) error {
	if v == nil {
		v = new(json.RawMessage)
	}
	err := json.Unmarshal(data, v)
	if err == nil {
		return nil
	}
	offset := -1
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = max(0, int(syntax.Offset)-1)
	case errors.As(err, &mismatch):
		offset = max(0, int(mismatch.Offset)-1)
	}
	line := 0
	if offset >= 0 {
		line = newOffsets(data).line(offset)
	}
	return d.Errorf(name, line, "parsing JSON: %w", err)
}

func jsonLines(d *detect.Dir, name string, data []byte) (Lines, error) {
	if err := checkDepth(data); err != nil {
		return Lines{}, d.Errorf(name, 0, "parsing JSON: %w", err)
	}
	root, err := hujson.Parse(data)
	if err != nil {
		return Lines{}, d.Errorf(name, 0, "parsing JSON: %w", err)
	}
	l := Lines{at: map[string]int{}}
	o := newOffsets(data)
	var visit func(v *hujson.Value, path []string)
	visit = func(v *hujson.Value, path []string) {
		switch x := v.Value.(type) {
		case *hujson.Object:
			for i := range x.Members {
				m := &x.Members[i]
				lit, ok := m.Name.Value.(hujson.Literal)
				if !ok {
					continue
				}
				sub := append(path[:len(path):len(path)], lit.String())
				l.set(sub, o.line(m.Name.StartOffset))
				visit(&m.Value, sub)
			}
		case *hujson.Array:
			for i := range x.Elements {
				sub := append(path[:len(path):len(path)], index(i))
				l.set(sub, o.line(x.Elements[i].StartOffset))
				visit(&x.Elements[i], sub)
			}
		}
	}
	visit(&root, nil)
	return l, nil
}

// checkDepth counts brackets, those in strings too: a document of that many
// unpaired ones is no manifest.
func checkDepth(data []byte) error {
	depth := 0
	for _, c := range data {
		switch c {
		case '[', '{':
			if depth++; depth > maxDepth {
				return fmt.Errorf("it nests deeper than %d", maxDepth)
			}
		case ']', '}':
			depth = max(0, depth-1)
		}
	}
	return nil
}
