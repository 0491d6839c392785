package rust

import (
	"strings"
	"testing"

	"dockgen/internal/safe"
)

func TestLayers(t *testing.T) {
	const member = "[package]\nname = \"lib\"\n"
	lock := "version = 4\n"
	for _, c := range []struct {
		why     string
		root    string // appended to the manifest
		files   map[string]string
		against string // "" is nothing
		chef    string
	}{
		{"a package", "", nil, "", "0.1.78"},
		{"no lock file", "", map[string]string{"Cargo.lock": ""}, "is missing", ""},
		{"a member", "lib = { path = \"lib\" }\n[workspace]\nmembers = [\"lib\"]\n", map[string]string{"lib/Cargo.toml": member, "lib/src/lib.rs": ""}, "", ""},
		{"a folder without a workspace", "lib = { path = \"lib\" }\n", map[string]string{"lib/Cargo.toml": member, "lib/src/lib.rs": ""}, "lib is in a folder", ""},
		{"a folder for tests alone", "[dev-dependencies]\nlib = { path = \"lib\" }\n", map[string]string{"lib/Cargo.toml": member, "lib/src/lib.rs": ""}, "lib is in a folder", ""},
		{"an excluded folder", "lib = { path = \"lib\" }\n[workspace]\nexclude = [\"lib\"]\n", map[string]string{"lib/Cargo.toml": member, "lib/src/lib.rs": ""}, "lib is in a folder", ""},
		{"a folder of the workspace's table", "lib = { workspace = true }\n[workspace]\nmembers = []\n[workspace.dependencies]\nlib = { path = \"lib\" }\n", map[string]string{"lib/Cargo.toml": member, "lib/src/lib.rs": ""}, "", ""},
		{"a patch", "[patch.crates-io]\nlib = { path = \"lib\" }\n", map[string]string{"lib/Cargo.toml": member, "lib/src/lib.rs": ""}, "lib is in a folder", ""},
		{"a patch from a repository", "[patch.crates-io]\nlib = { git = \"https://git.example/lib\" }\n", nil, "", ""},
		{"vendored crates", "", map[string]string{".cargo/config.toml": "[source.vendored-sources]\ndirectory = \"vendor\"\n"}, "out of a folder", ""},
		{"another compiler", "", map[string]string{"rust-toolchain.toml": "[toolchain]\nchannel = \"1.80.1\"\n"}, "", "0.1.73"},
		{"an old compiler", "", map[string]string{"rust-toolchain.toml": "[toolchain]\nchannel = \"1.70.0\"\n"}, "no release of cargo-chef compiles with Rust 1.70.0", ""},
		{"a compiler that rustup brings", "", map[string]string{"rust-toolchain.toml": "[toolchain]\nchannel = \"nightly\"\n"}, "", "0.1.78"},
	} {
		files := map[string]string{
			"Cargo.toml":  "[package]\nname = \"app\"\nedition = \"2021\"\n[dependencies]\n" + c.root,
			"Cargo.lock":  lock,
			"src/main.rs": "fn main() {}",
		}
		for name, text := range c.files {
			if files[name] = text; text == "" && name == "Cargo.lock" {
				delete(files, name)
			}
		}
		s := scan(t, files).Services[0]
		if s.Layers != (c.against == "") || !strings.Contains(s.Layerless.Text, c.against) {
			t.Errorf("%s: layers %v, against them %q, want %q", c.why, s.Layers, s.Layerless.Text, c.against)
		}
		if got := s.Facts.(*Facts).Chef.String(); c.chef != "" && got != c.chef {
			t.Errorf("%s: cargo-chef %s, want %s", c.why, got, c.chef)
		}
	}
}

func TestCook(t *testing.T) {
	for build, want := range map[string]string{
		"cargo build --release --locked --package a --bin b": "cargo chef cook --recipe-path /recipe.json --release --locked --package a --bin b",
		"cargo build --profile=dist --features x,y":          "cargo chef cook --recipe-path /recipe.json --profile=dist --features x,y",
		"cargo build --config a.toml":                        "",
		"cargo leptos build":                                 "",
		"make":                                               "",
	} {
		cook, ok := Cook(safe.ArgvOf(strings.Fields(build)...))
		if got := strings.Join(cook.Args(), " "); ok != (want != "") || ok && got != want {
			t.Errorf("%s: %q, want %q", build, got, want)
		}
	}
}
