package nodepkg

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/javascript"
)

// bundlers are configurations that name what the build writes: the key that does, and
// whether it names a file.
var bundlers = []struct{ config, key string }{
	{"vite.config", "outDir"}, {"svelte.config", "pages"}, {"astro.config", "outDir"}, {"vue.config", "outputDir"}, {"rsbuild.config", "root"},
	{"rollup.config", "file"}, {"rollup.config", "dir"}, {"webpack.config", "path"}, {"webpack.prod", "path"}, {"webpack.common", "path"},
}

// OutputOf is where a front end's configuration says that the build writes to,
// relative to its folder; "" where it says nothing.
func OutputOf(d *detect.Dir) string {
	if all := configured(d, bundlers[0].config, "svelte.config", "astro.config", "vue.config", "rsbuild.config"); len(all) > 0 {
		return all[0]
	}
	return ""
}

// configured are the outputs that configurations of these names hold.
func configured(d *detect.Dir, names ...string) []string {
	var out []string
	program := javascript.NewProgram(d)
	for _, b := range bundlers {
		if !slices.Contains(names, b.config) {
			continue
		}
		for _, ext := range []string{".ts", ".js", ".mts", ".mjs", ".cjs"} {
			f := program.Load(b.config + ext)
			if f == nil {
				continue
			}
			for _, prop := range f.Props(b.key) {
				text := ""
				if v := program.Value(f, prop.Value); v.Set {
					if text = v.Text; !path.IsAbs(text) && text != "" {
						text = path.Join(root(program, f, b.config), text)
					}
				} else if f.Has(prop.Value, "__dirname") || f.Has(prop.Value, "dirname") || f.Has(prop.Value, "resolve") { // path.resolve(__dirname, "a", "b")
					text = path.Join(f.Strings(prop.Value)...)
				}
				if text != "" && !path.IsAbs(text) && !slices.Contains(out, path.Clean(text)) {
					out = append(out, path.Clean(text))
				}
			}
		}
	}
	return out
}

// keyOf is the key of a bundler's configuration that names the output.
func keyOf(config string) string {
	for _, b := range bundlers {
		if b.config == config {
			return b.key
		}
	}
	return ""
}

// configuredIn are the outputs that a configuration of any name holds, as an absolute path
// which is made of the folder of the command or of its own.
func configuredIn(d *detect.Dir, file, key string) []string {
	file = path.Clean(file)
	program := javascript.NewProgram(d)
	if path.IsAbs(file) || strings.HasPrefix(file, "..") {
		return nil
	}
	f := program.Load(file)
	if f == nil {
		return nil
	}
	var out []string
	for _, prop := range f.Props(key) {
		var base string
		switch {
		case f.Has(prop.Value, "cwd"):
			base = "."
		case f.Has(prop.Value, "__dirname"), f.Has(prop.Value, "dirname"):
			base = path.Dir(file)
		default:
			// Vite takes the folder that it builds from the command's, and outDir from there.
			if v := program.Value(f, prop.Value); v.Set && key == "outDir" && !path.IsAbs(v.Text) {
				if to := path.Join(root(program, f, "vite.config"), v.Text); to != "." && !strings.HasPrefix(to, "..") && !slices.Contains(out, to) {
					out = append(out, to)
				}
			}
			continue
		}
		parts := slices.DeleteFunc(f.Strings(prop.Value), func(s string) bool { return s == "path" || s == "node:path" }) // require("path").join(...)
		if to := path.Join(append([]string{base}, parts...)...); to != "." && !path.IsAbs(to) && !slices.Contains(out, to) {
			out = append(out, to)
		}
	}
	return out
}

// root is the folder that Vite takes outDir from (https://vite.dev/config/build-options#build-outdir),
// "" for that of the configuration.
func root(program *javascript.Program, f *javascript.File, config string) string {
	for _, prop := range f.Props("root") {
		if v := program.Value(f, prop.Value); config == "vite.config" && v.Set && !path.IsAbs(v.Text) {
			return v.Text
		}
	}
	return ""
}

// writers are tools that build assets: the options that name what they write, the
// configurations that do, and where they write if nothing does.
var writers = map[string]struct {
	options []string
	configs []string
	usual   string
}{
	"vite":            {[]string{"--outDir"}, []string{"vite.config"}, "dist"},
	"webpack":         {[]string{"-o", "--output-path"}, []string{"webpack.config", "webpack.prod", "webpack.common"}, "dist"},
	"rollup":          {[]string{"-o", "--file", "-d", "--dir"}, []string{"rollup.config"}, ""},
	"esbuild":         {[]string{"--outfile", "--outdir"}, nil, ""},
	"postcss":         {[]string{"-o", "--output", "-d", "--dir"}, nil, ""},
	"tailwindcss":     {[]string{"-o", "--output"}, nil, ""},
	"parcel":          {[]string{"--dist-dir", "-d", "--out-dir"}, nil, "dist"},
	"react-scripts":   {nil, nil, "build"},
	"vue-cli-service": {[]string{"--dest"}, []string{"vue.config"}, "dist"},
	"astro":           {[]string{"--outDir"}, []string{"astro.config"}, "dist"},
	"sass":            {nil, nil, ""},
}

// Outputs are the files and folders that a script of the package writes, relative to
// its folder, as far as its commands and their configurations tell.
func (m *Manifest) Outputs(script string) []string { return m.outputs(script, 0) }

func (m *Manifest) outputs(script string, depth int) []string {
	if m.Scripts[script] == "" || depth > 4 {
		return nil
	}
	cmds, err := manifest.Commands(m.Scripts[script])
	if err != nil {
		return nil
	}
	var out []string
	add := func(names ...string) {
		for _, n := range names {
			if n = path.Clean(n); n != "." && !path.IsAbs(n) && !strings.Contains(n, "$") && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	for _, c := range cmds {
		if c.Dir != "" || c.Filter != "" {
			continue // of another package
		}
		for _, s := range append(slices.Clone(c.Scripts), c.Script) {
			for name := range m.Scripts {
				if ok, err := path.Match(strings.ReplaceAll(s, "/", "_"), strings.ReplaceAll(name, "/", "_")); ok && err == nil && name != script {
					add(m.outputs(name, depth+1)...)
				}
			}
		}
		add(m.written(c)...)
	}
	slices.Sort(out)
	return out
}

// written is what one command writes.
func (m *Manifest) written(c manifest.Command) []string {
	words := c.Args
	if len(words) > 1 && slices.Contains([]string{"npx", "bunx", "pnpx"}, words[0]) {
		words = words[1:]
	}
	if len(words) == 0 {
		return nil
	}
	name := strings.TrimPrefix(path.Base(words[0]), "@tailwindcss/")
	if words[0] == "@tailwindcss/cli" {
		name = "tailwindcss"
	}
	w, ok := writers[name]
	if !ok {
		return nil
	}
	if name == "sass" {
		return sassOutputs(words[1:])
	}
	for i, word := range words {
		option, value, joined := strings.Cut(word, "=")
		if !slices.Contains(w.options, option) {
			continue
		}
		if joined {
			return []string{value}
		}
		if i+1 < len(words) {
			return []string{words[i+1]}
		}
	}
	for i, word := range words {
		option, value, joined := strings.Cut(word, "=")
		if option != "--config" && option != "-c" || len(w.configs) == 0 {
			continue
		}
		if !joined && i+1 < len(words) {
			value = words[i+1]
		}
		if all := configuredIn(m.Dir, value, keyOf(w.configs[0])); len(all) > 0 {
			return all
		}
	}
	if all := configured(m.Dir, w.configs...); len(all) > 0 {
		return all
	}
	if w.usual != "" {
		return []string{path.Join(m.viteRoot(name), w.usual)}
	}
	return nil
}

// viteRoot is the folder that Vite's configuration builds from, "" for the package's own and
// for other tools.
func (m *Manifest) viteRoot(tool string) string {
	if tool != "vite" {
		return ""
	}
	program := javascript.NewProgram(m.Dir)
	for _, ext := range []string{".ts", ".js", ".mts", ".mjs", ".cjs"} {
		if f := program.Load("vite.config" + ext); f != nil {
			if dir := path.Clean(root(program, f, "vite.config")); !strings.HasPrefix(dir, "..") {
				return dir
			}
			return ""
		}
	}
	return ""
}

// sassOutputs are the outputs of sass: "in:out", or the second of two words.
func sassOutputs(words []string) []string {
	var plain, out []string
	for _, w := range words {
		switch _, to, pair := strings.Cut(w, ":"); {
		case strings.HasPrefix(w, "-"):
		case pair:
			out = append(out, to)
		default:
			plain = append(plain, w)
		}
	}
	if len(out) == 0 && len(plain) == 2 {
		out = plain[1:]
	}
	return out
}
