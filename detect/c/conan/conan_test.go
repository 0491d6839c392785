package conan

import (
	"slices"
	"strings"
	"testing"
)

// names are the requirements as "name/version", with what they are for behind them.
func names(f *File) []string {
	var out []string
	for _, r := range f.Requires {
		s := r.Name + "/" + r.Version
		switch {
		case r.Tool:
			s += " tool"
		case r.Test:
			s += " test"
		}
		if r.User != "" {
			s += " @" + r.User
		}
		out = append(out, s)
	}
	return out
}

func TestText(t *testing.T) {
	f := Text("# requires\n[requires]\nboost/1.84.0 # all of it\nfmt/[>=10 <12]#0123abcd\nours/1.0@team/stable\nnonsense\n\n[test_requires]\ngtest/1.14.0\n[tool_requires]\ncmake/3.29.0\n" +
		"[options]\nboost/*:shared = True\n[generators]\nCMakeDeps\n[layout]\ncmake_layout\n")
	if got, want := names(f), []string{"boost/1.84.0", "fmt/[>=10 <12]", "ours/1.0 @team/stable", "gtest/1.14.0 test", "cmake/3.29.0 tool"}; !slices.Equal(got, want) {
		t.Errorf("requires %q, want %q", got, want)
	}
	if f.Requires[2].Line != 5 || f.Shared == nil || f.Shared.Line != 13 || f.Generated != "build/Release/generators" || !f.Literal || f.Old || !f.Has("CMakeDeps") {
		t.Errorf("read as %+v", f)
	}
	for _, old := range []string{"[generators]\ncmake", "[imports]\nbin, * -> bin", "[build_requires]\ncmake/3.20.0"} {
		if !Text(old).Old {
			t.Errorf("%q is of Conan 1", old)
		}
	}
}

func TestPython(t *testing.T) {
	for _, c := range []struct {
		why, src string
		want     []string
	}{
		{"a word, a tuple, a list", "class A(ConanFile):\n    requires = 'a/1'\n    tool_requires = ('b/2',\n        'c/3')\n    test_requires = [\"d/4\"]\n", []string{"a/1", "b/2 tool", "c/3 tool", "d/4 test"}},
		{"strings and comments are none", "class A(ConanFile):\n    '''requires = 'x/1' '''\n    # requires = 'y/1'\n    def requirements(self):\n        s = \"self.requires('z/1')\"\n        self.requires('a/1')\n", []string{"a/1"}},
		{"other systems", "class A(ConanFile):\n  def requirements(self):\n    if self.settings.os == 'Windows': self.requires('w/1')\n    elif self.settings.os == \"Linux\":\n      self.requires('l/1')\n    else:\n      self.requires('e/1')\n    if self.settings.os != 'Macos':\n      self.requires('n/1')\n    self.requires('a/1')\n", []string{"l/1", "n/1", "a/1"}},
		{"an unknown condition", "class A(ConanFile):\n  def requirements(self):\n    if self.options.tls:\n      self.requires('a/1')\n    else:\n      self.requires('b/1')\n", []string{"a/1", "b/1"}},
		{"what the build requires", "class A(ConanFile):\n  def build_requirements(self):\n    self.tool_requires('cmake/[>3]')\n    self.test_requires('gtest/1')\n", []string{"cmake/[>3] tool", "gtest/1 test"}},
		{"a computed version", "class A(ConanFile):\n  def requirements(self):\n    self.requires(f'a/{self.v}')\n    self.requires(self.other)\n    self.requires('b/' '2')\n", []string{"a/{self.v}", "b/2"}},
		{"not closed", "class A(ConanFile):\n  requires = ('a/1', \"\"\"b", []string{"a/1"}},
	} {
		if got := names(Python(c.src)); !slices.Equal(got, c.want) {
			t.Errorf("%s: requires %q, want %q", c.why, got, c.want)
		}
	}
}

func TestLayout(t *testing.T) {
	for body, want := range map[string]string{
		"pass":                                               "",
		"cmake_layout(self)":                                 "build/Release/generators",
		"cmake_layout(self, src_folder='src')":               "build/Release/generators",
		"cmake_layout(self, build_folder='out')":             "out/Release/generators",
		"cmake_layout(self, generator='Ninja')":              "?",
		"basic_layout(self)":                                 "build-release/conan",
		"self.folders.generators = 'gen'":                    "gen",
		"self.folders.generators = os.path.join(x, 'gen')":   "?",
		"self.folders.source = 'src'":                        "",
		"self.folders.root = '..'\n    cmake_layout(self)":   "?",
		"self.folders.build_folder_vars = ['settings.arch']": "?",
	} {
		f := Python("class A(ConanFile):\n  def layout(self):\n    " + body + "\n")
		got := f.Generated
		if !f.Literal {
			got = "?"
		}
		if got != want {
			t.Errorf("%s: what is generated lies in %q, want %q", body, got, want)
		}
	}
}

func TestRecipe(t *testing.T) {
	f := Python("from conan import ConanFile\nclass A(ConanFile):\n  generators = 'CMakeDeps'\n  default_options = {'*:shared': True, 'fmt/*:header_only': True}\n" +
		"  def set_version(self):\n    self.version = load(self, 'VERSION')\n    git = Git(self)\n" +
		"  def generate(self):\n    tc = CMakeToolchain(self)\n    tc.cache_variables['A'] = True\n    tc.cache_variables['B'] = self.b\n    if self.settings.build_type == 'Debug':\n      tc.cache_variables['C'] = 'x'\n    if self.options.d:\n      tc.cache_variables['D'] = 'x'\n")
	if !f.Has("CMakeToolchain") || f.Shared == nil || f.AsksGit != 7 || !slices.Contains(f.Reads, "VERSION") || f.Old {
		t.Errorf("read as %+v", f)
	}
	if len(f.Cache) != 1 || f.Cache[0].Name != "A" || f.Cache[0].Value != "True" {
		t.Errorf("cache variables are %+v", f.Cache)
	}
	if !Python("from conans import ConanFile, CMake\n").Old {
		t.Error("the module conans is of Conan 1")
	}
}

func TestLock(t *testing.T) {
	names, old, err := Lock([]byte(`{"version": "0.5", "requires": ["zlib/1.3#a%1", "fmt/10"]}`))
	if err != nil || old || strings.Join(names, " ") != "zlib fmt" {
		t.Errorf("read as %q, %t, %v", names, old, err)
	}
	if _, old, _ := Lock([]byte(`{"graph_lock": {"nodes": {}}, "version": "0.4"}`)); !old {
		t.Error("a graph_lock is of Conan 1")
	}
	if _, _, err := Lock([]byte(`{`)); err == nil {
		t.Error("half a file is read")
	}
}

func FuzzFile(f *testing.F) {
	for _, s := range []string{"[requires]\na/1\n[options]\n*:shared=True", "class A(ConanFile):\n  requires = 'a/1', (\n", "if x == 'Windows':", "'''", "self.requires(", "a = b = 'c'", "\\\n", "for:\n else:", "f.folders.x = "} {
		f.Add(s)
	}
	f.Fuzz(func(_ *testing.T, s string) {
		Text(s)
		Python(s)
		_, _, _ = Lock([]byte(s))
	})
}
