package golang

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// configFile is a file that viper reads when the program starts: SetConfigName
// without an ending in one of the folders of AddConfigPath, or SetConfigFile
// (https://github.com/spf13/viper#reading-config-files).
func (e *eval) configFile() string {
	if e.viperFile != nil {
		return *e.viperFile
	}
	found := ""
	e.viperFile = &found
	dirs, names := []string{}, []string{}
	for _, c := range e.calls {
		if len(c.Args) != 1 {
			continue
		}
		switch c.name {
		case "AddConfigPath":
			if p, ok := e.localPath(c.Args[0], c.at); ok {
				dirs = append(dirs, p)
			}
		case "SetConfigName":
			if s, ok := c.arg(0); ok && s != "" && safe.Text(s) == nil && !strings.Contains(s, "/") {
				names = append(names, s)
			}
		case "SetConfigFile":
			if p, ok := e.localPath(c.Args[0], c.at); ok && e.w.top.Has(path.Join(e.w.main.dir, p)) {
				found = p
				return found
			}
		}
	}
	for _, dir := range dirs {
		for _, name := range names {
			for _, ext := range []string{"", ".yaml", ".yml", ".json", ".toml"} {
				p := path.Join(dir, name+ext)
				if strings.HasPrefix(path.Base(p), ".env") || !e.w.top.Has(path.Join(e.w.main.dir, p)) {
					continue
				}
				found = p
				return found
			}
		}
	}
	return found
}

// configured is the value of a key in that file.
func (e *eval) configured(key string) parts {
	name := e.configFile()
	if name == "" {
		return nil
	}
	if e.viper == nil {
		e.viper = map[string]any{}
		d, full := e.w.top, path.Join(e.w.main.dir, name)
		var err error
		switch path.Ext(name) {
		case ".yaml", ".yml":
			e.viperLines, err = manifest.YAML(d, full, &e.viper)
		case ".json":
			e.viperLines, err = manifest.JSON(d, full, &e.viper)
		case ".toml":
			e.viperLines, err = manifest.TOML(d, full, &e.viper)
		}
		if err != nil {
			e.viper = map[string]any{} // the program's own business: its configuration may be a template
		}
	}
	var at any = e.viper
	keys := strings.Split(key, ".")
	for i, k := range keys {
		m, ok := at.(map[string]any)
		if !ok {
			return nil
		}
		at = nil
		for have, v := range manifest.Sorted(m) {
			if strings.EqualFold(have, k) {
				at, keys[i] = v, have
			}
		}
	}
	switch v := at.(type) {
	case string, int, int64, uint64, float64:
		text := fmt.Sprint(v)
		full := path.Join(e.w.main.dir, name)
		return parts{{text: text, known: true, why: []detect.Note{e.w.top.Note(full, e.viperLines.At(keys...), "%s: %s", key, text)}}}
	}
	return nil
}

// unmarshalled works out a field of a struct that viper fills from that file: the names
// that lead to the field are the keys, whatever the variable that they begin with is called.
func (e *eval) unmarshalled(x *ast.SelectorExpr) parts {
	if len(e.byName["Unmarshal"]) == 0 || e.configFile() == "" {
		return nil
	}
	keys := []string{x.Sel.Name}
	for at := x.X; ; {
		sel, ok := at.(*ast.SelectorExpr)
		if !ok {
			break
		}
		keys, at = append(keys, sel.Sel.Name), sel.X
	}
	slices.Reverse(keys)
	for ; len(keys) > 1; keys = keys[1:] {
		key := strings.ToLower(strings.Join(keys, "."))
		if ps := e.configured(key); ps != nil {
			return ps.with(e.settingEnv(key), "")
		}
	}
	return nil
}
