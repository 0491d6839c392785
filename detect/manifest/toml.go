package manifest

import (
	"errors"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"dockgen/detect"
)

// TOML decodes the file into v, which may be nil, and returns the lines of its
// values. The tables of an array of tables are its elements: At("bin", "0", "name").
func TOML(d *detect.Dir, name string, v any) (Lines, error) {
	data, err := d.Read(name)
	if err != nil {
		return Lines{}, err
	}
	if err := decodeTOML(d, name, data, v); err != nil {
		return Lines{}, err
	}
	return tomlLines(data), nil
}

// TOMLLock decodes a lock file, which may be large; its lines are not kept.
func TOMLLock(d *detect.Dir, name string, v any) error {
	data, err := d.ReadLock(name)
	if err != nil {
		return err
	}
	return decodeTOML(d, name, data, v)
}

func decodeTOML(d *detect.Dir, name string, data []byte, v any) error {
	if v == nil {
		v = new(map[string]any)
	}
	err := toml.Unmarshal(data, v)
	if err == nil {
		return nil
	}
	line := 0
	var de *toml.DecodeError
	if errors.As(err, &de) {
		line, _ = de.Position()
		return d.Errorf(name, line, "parsing TOML: %s", strings.TrimPrefix(de.Error(), "toml: "))
	}
	return d.Errorf(name, line, "parsing TOML: %w", err)
}

// tomlLines walks the syntax tree of a document that has been decoded before.
func tomlLines(data []byte) Lines {
	l := Lines{at: map[string]int{}}
	o := newOffsets(data)
	count := map[string]int{} // of the tables of an array of tables
	var table []string
	var p unstable.Parser
	p.Reset(data)
	for p.NextExpression() {
		switch e := p.Expression(); e.Kind {
		case unstable.Table:
			table, _ = tomlKey(l, o, elements(count, keyOf(e)), e)
		case unstable.ArrayTable:
			parts := keyOf(e)
			at := elements(count, parts[:len(parts)-1])
			at = append(at[:len(at):len(at)], parts[len(parts)-1])
			i := count[key(at)]
			count[key(at)]++
			var line int
			table, line = tomlKey(l, o, at, e)
			table = append(table[:len(table):len(table)], index(i))
			l.set(table, line)
		case unstable.KeyValue:
			tomlValue(l, o, table, e)
		}
	}
	return l
}

// elements puts the index of the newest table after every key that is an array of tables.
func elements(count map[string]int, parts []string) []string {
	var at []string
	for _, part := range parts {
		at = append(at, part)
		if n := count[key(at)]; n > 0 {
			at = append(at, index(n-1))
		}
	}
	return at
}

func keyOf(n *unstable.Node) []string {
	var parts []string
	for it := n.Key(); it.Next(); {
		parts = append(parts, string(it.Node().Data))
	}
	return parts
}

// tomlKey notes the line of the expression's key for the path and those above it.
func tomlKey(l Lines, o offsets, at []string, n *unstable.Node) (path []string, line int) {
	it := n.Key()
	it.Next()
	line = o.line(int(it.Node().Raw.Offset))
	for i := range at {
		l.set(at[:i+1], line)
	}
	return at, line
}

func tomlValue(l Lines, o offsets, above []string, kv *unstable.Node) {
	path, line := tomlKey(l, o, append(above[:len(above):len(above)], keyOf(kv)...), kv)
	tomlInner(l, o, path, line, kv.Value())
}

func tomlInner(l Lines, o offsets, path []string, line int, v *unstable.Node) {
	switch v.Kind {
	case unstable.InlineTable:
		for it := v.Children(); it.Next(); {
			tomlValue(l, o, path, it.Node())
		}
	case unstable.Array:
		i := 0
		for it := v.Children(); it.Next(); {
			if it.Node().Kind == unstable.Comment {
				continue
			}
			sub := append(path[:len(path):len(path)], index(i))
			if raw := it.Node().Raw; raw.Length > 0 {
				line = o.line(int(raw.Offset))
			}
			l.set(sub, line)
			tomlInner(l, o, sub, line, it.Node())
			i++
		}
	}
}
