package c

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
)

// cmake is the reading of one tree of CMakeLists.txt.
type cmake struct {
	*project
	files int
}

// maxBuildFiles bounds how many build files are followed.
const maxBuildFiles = 400

func readCMake(d *detect.Dir) (*project, error) {
	c := &cmake{project: &project{dir: d, tool: "cmake", file: "CMakeLists.txt", libs: map[string][]string{}, links: map[string][]string{}}}
	vars := map[string]string{
		"CMAKE_SOURCE_DIR": "/src", "CMAKE_BINARY_DIR": "/build", "PROJECT_SOURCE_DIR": "/src", "PROJECT_BINARY_DIR": "/build",
		"CMAKE_BUILD_TYPE": "Release", "CMAKE_SYSTEM_NAME": "Linux", "UNIX": "TRUE", "LINUX": "TRUE", "WIN32": "FALSE", "MSVC": "FALSE", "APPLE": "FALSE",
		"MINGW": "FALSE", "ANDROID": "FALSE", "EMSCRIPTEN": "FALSE", "IOS": "FALSE", "CYGWIN": "FALSE", "BUILD_TESTING": "OFF",
	}
	for _, other := range otherSystems {
		vars[other] = "FALSE"
	}
	err := c.file("CMakeLists.txt", ".", vars)
	c.deps = slices.DeleteFunc(c.deps, func(d dependency) bool { // linked before the line that makes it
		_, own := c.libs[d.name]
		return own && d.kind == "lib"
	})
	return c.project, err
}

// file runs one build file in the folder at, whose variables are vars.
func (c *cmake) file(name, at string, vars map[string]string) error {
	if c.files++; c.files > maxBuildFiles || !c.dir.Has(name) {
		return nil
	}
	data, err := c.dir.Read(name)
	if err != nil {
		return err
	}
	vars["CMAKE_CURRENT_SOURCE_DIR"] = path.Join("/src", at)
	vars["CMAKE_CURRENT_LIST_DIR"] = path.Join("/src", path.Dir(name))
	vars["CMAKE_CURRENT_BINARY_DIR"] = path.Join("/build", at)
	var taken []bool // of each open if: whether a branch has been taken
	var live []bool
	alive := func() bool { return !slices.Contains(live, false) }
	skip := 0 // inside a function or macro, which is not run
	for _, cmd := range cmakeCommands(string(data)) {
		switch cmd.name {
		case "function", "macro":
			skip++
			continue
		case "endfunction", "endmacro":
			skip = max(0, skip-1)
			continue
		}
		if skip > 0 {
			continue
		}
		switch cmd.name {
		case "if":
			ok := condition(cmd.args, vars)
			taken, live = append(taken, ok), append(live, ok)
			continue
		case "elseif", "else":
			if n := len(live); n > 0 {
				ok := !taken[n-1] && (cmd.name == "else" || condition(cmd.args, vars))
				live[n-1], taken[n-1] = ok, taken[n-1] || ok
			}
			continue
		case "endif":
			if n := len(live); n > 0 {
				taken, live = taken[:n-1], live[:n-1]
			}
			continue
		}
		if alive() {
			if err := c.run(cmd, name, at, vars); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *cmake) run(cmd command, file, at string, vars map[string]string) error {
	var args []string
	for _, a := range cmd.args {
		for _, part := range strings.Split(expand(a, vars), ";") {
			if part != "" {
				args = append(args, part)
			}
		}
	}
	if len(args) == 0 {
		return nil
	}
	why := c.dir.Note(file, cmd.line, "%s(%s)", cmd.name, args[0])
	switch cmd.name {
	case "project":
		vars["PROJECT_NAME"] = args[0]
		if c.name == "" {
			c.name, vars["CMAKE_PROJECT_NAME"] = args[0], args[0]
			c.version = after(args, "VERSION")
		}
	case "set":
		value := args[1:]
		if i := slices.IndexFunc(value, func(s string) bool { return s == "CACHE" || s == "PARENT_SCOPE" }); i >= 0 {
			value = value[:i]
		}
		vars[args[0]] = strings.Join(value, ";")
		if args[0] == "CMAKE_CXX_STANDARD" && len(value) == 1 {
			c.standard(value[0])
		}
	case "conan_basic_setup":
		c.oldConan = true
	case "conan_cmake_run", "conan_cmake_configure":
		c.oldConan = true
		c.runsConan = c.dir.Note(file, cmd.line, "%s: CMake calls Conan itself", cmd.name)
		for _, a := range args {
			if name, version, ok := strings.Cut(a, "/"); ok && !strings.ContainsAny(name, "$.:") && name != "" {
				c.bring(name, version, c.dir.Note(file, cmd.line, "%s requires %s", cmd.name, a))
			}
		}
	case "option":
		vars[args[0]] = "OFF"
		if len(args) > 1 {
			if v := strings.ToUpper(args[len(args)-1]); v == "ON" || v == "TRUE" || v == "1" || v == "YES" {
				vars[args[0]] = "ON"
			}
		}
	case "list":
		if len(args) > 2 && args[0] == "APPEND" {
			vars[args[1]] = strings.Trim(vars[args[1]]+";"+strings.Join(args[2:], ";"), ";")
		}
	case "file":
		if args[0] == "DOWNLOAD" && c.fetches == nil {
			n := c.dir.Note(file, cmd.line, "file(DOWNLOAD): the file is downloaded while the project is configured")
			c.fetches = &n
		}
		if len(args) > 2 && strings.HasPrefix(args[0], "GLOB") {
			vars[args[1]] = strings.Join(c.glob(args[2:], at, args[0] == "GLOB_RECURSE"), ";")
		}
	case "aux_source_directory":
		if len(args) > 1 {
			vars[args[1]] = strings.Join(c.glob([]string{path.Join(args[0], "*.*")}, at, false), ";")
		}
	case "add_subdirectory":
		if sub := path.Join(at, c.rel(args[0], at)); inside(sub) {
			child := map[string]string{}
			for k, v := range vars {
				child[k] = v
			}
			return c.file(path.Join(sub, "CMakeLists.txt"), sub, child)
		}
	case "include":
		if base := path.Base(args[0]); strings.HasPrefix(args[0], "/build/") && (base == "conanbuildinfo.cmake" || base == "conan_paths.cmake") {
			c.oldConan = true
		}
		name := path.Join(at, c.rel(args[0], at))
		if path.Ext(name) == "" {
			name = path.Join("cmake", args[0]+".cmake")
		}
		if inside(name) && c.dir.Has(name) {
			return c.file(name, at, vars)
		}
	case "add_executable":
		c.executable(args, at, vars, why)
	case "target_sources":
		for _, e := range c.execs {
			if e.name == args[0] {
				e.sources = append(e.sources, c.sources(args[1:], at)...)
			}
		}
		if _, ok := c.libs[args[0]]; ok {
			c.libs[args[0]] = append(c.libs[args[0]], c.sources(args[1:], at)...)
		}
	case "add_library":
		if !slices.Contains(args, "ALIAS") {
			c.libs[args[0]] = c.sources(args[1:], at)
		} else if len(args) > 2 {
			c.links[args[0]], c.libs[args[0]] = []string{args[2]}, nil
		}
	case "target_link_libraries", "link_libraries":
		for _, l := range args[1:] {
			if l != "PRIVATE" && l != "PUBLIC" && l != "INTERFACE" && !strings.HasPrefix(l, "$<") {
				c.links[args[0]] = append(c.links[args[0]], l)
				c.depends(strings.TrimPrefix(l, "-l"), "lib", c.dir.Note(file, cmd.line, "links %s", l))
			}
		}
	case "add_test":
		for _, e := range c.execs {
			e.tried = e.tried || slices.Contains(args[1:], e.name)
		}
	case "install":
		for _, e := range c.execs { // what is installed is the product, though tests may run it
			e.installed = e.installed || args[0] == "TARGETS" && slices.Contains(args[1:], e.name)
		}
		c.installs = c.installs || args[0] == "TARGETS" && slices.ContainsFunc(args[1:], func(a string) bool { _, ok := c.libs[a]; return ok })
	case "find_package":
		c.depends(args[0], "cmake", why)
		if i := slices.Index(args, "COMPONENTS"); i >= 0 {
			for _, component := range args[i+1:] {
				c.depends(args[0]+"::"+component, "cmake", why)
			}
		}
	case "find_library":
		for _, name := range libraryNames(args[1:]) {
			c.depends(name, "lib", c.dir.Note(file, cmd.line, "find_library(%s)", name))
		}
	case "pkg_check_modules", "pkg_search_module":
		for _, m := range args[1:] {
			if m == strings.ToUpper(m) && !strings.Contains(m, "-") {
				continue // REQUIRED and its kind
			}
			if module := moduleName(m); module != "" {
				c.depends(module, "pkg-config", c.dir.Note(file, cmd.line, "%s(%s)", cmd.name, m))
			}
		}
	case "fetchcontent_declare", "externalproject_add", "cpmaddpackage", "cpmfindpackage":
		name := fetchedName(args)
		n := c.dir.Note(file, cmd.line, "%s(%s): its sources are downloaded while the project is configured", cmd.name, name)
		c.fetches = &n
		c.fetched = append(c.fetched, dependency{name, "fetched", n})
	case "set_target_properties", "set_property":
		c.properties(args)
	}
	return nil
}

// standard takes down the release of C++ that the program is written in.
func (c *cmake) standard(s string) {
	switch s {
	case "11", "14", "17", "20", "23", "26":
		n, _ := strconv.Atoi(s)
		c.std = max(c.std, n)
	}
}

// fetchedName is the name of what FetchContent or CPM downloads, without where it is
// from: the first word, CPM's NAME, or the end of "gh:owner/name@1.2".
func fetchedName(args []string) string {
	name := args[0]
	if v := after(args, "NAME"); v != "" {
		name = v
	} else if v := after(args, "GITHUB_REPOSITORY"); v != "" {
		name = v
	}
	if strings.HasSuffix(name, ":nlohmann/json") || strings.Contains(name, "nlohmann/json@") {
		return "nlohmann_json"
	}
	name, _, _ = strings.Cut(name, "@")
	name, _, _ = strings.Cut(name, "#")
	return name[strings.LastIndexAny(name, "/:")+1:]
}

// properties reads what changes a program's name and place.
func (c *cmake) properties(args []string) {
	for _, e := range c.execs {
		if !slices.Contains(args, e.name) {
			continue
		}
		if v := after(args, "OUTPUT_NAME"); v != "" && inside(v) {
			e.output = path.Join(path.Dir(e.output), v)
		}
		if v := after(args, "RUNTIME_OUTPUT_DIRECTORY"); v != "" {
			e.output = path.Join("/build", v, path.Base(e.output))
			if path.IsAbs(v) {
				e.output = path.Join(v, path.Base(e.output))
			}
		}
	}
}

func after(args []string, key string) string {
	if i := slices.Index(args, key); i >= 0 && i+1 < len(args) {
		return args[i+1]
	}
	return ""
}

func (c *cmake) executable(args []string, at string, vars map[string]string, why detect.Note) {
	if slices.Contains(args, "IMPORTED") || slices.Contains(args, "ALIAS") || len(c.execs) > 200 {
		return
	}
	name := args[0]
	e := &executable{name: name, why: why, sources: c.sources(args[1:], at), output: path.Join("/build", at, name)}
	if dir := vars["CMAKE_RUNTIME_OUTPUT_DIRECTORY"]; dir != "" {
		e.output = path.Join(dir, name)
		if !path.IsAbs(dir) {
			e.output = path.Join("/build", at, dir, name)
		}
	}
	e.shows = showName(name) && !aside(path.Join(at, "x"))
	e.test = testName(name) || aside(path.Join(at, "x")) || len(e.sources) > 0 && !slices.ContainsFunc(e.sources, func(s string) bool { return !aside(s) || strings.HasPrefix(s, "tools/") })
	c.execs = append(c.execs, e)
}

// rel is a path below the current folder: a full one of the source tree is cut.
func (c *cmake) rel(p, at string) string {
	if rest, ok := strings.CutPrefix(p, path.Join("/src", at)+"/"); ok {
		return rest
	}
	if rest, ok := strings.CutPrefix(p, "/src/"); ok {
		return strings.Repeat("../", strings.Count(path.Join("/", at), "/")) + rest
	}
	return p
}

func (c *cmake) sources(words []string, at string) []string {
	var out []string
	for _, w := range words {
		var p string
		if rest, ok := strings.CutPrefix(w, "/src/"); ok {
			p = path.Clean(rest)
		} else {
			p = path.Join(at, w)
		}
		if isSource(p) && inside(p) && c.dir.Has(p) {
			out = append(out, p)
		}
	}
	return out
}

// glob finds the files of file(GLOB ...).
func (c *cmake) glob(patterns []string, at string, deep bool) []string {
	var out []string
	for _, pattern := range patterns {
		if rest, ok := strings.CutPrefix(pattern, "/src/"); ok {
			pattern = rest
		} else {
			pattern = path.Join(at, pattern)
		}
		dir, base := path.Split(pattern)
		dir = path.Clean(dir)
		if !inside(dir) || strings.ContainsAny(dir, "*?[") {
			continue
		}
		if deep {
			for f := range c.dir.Sub(dir).Files(base) {
				out = append(out, path.Join("/src", dir, f))
			}
			continue
		}
		for _, f := range c.dir.Sub(dir).Names(base) {
			out = append(out, path.Join("/src", dir, f))
		}
	}
	return out
}
