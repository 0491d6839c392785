package rust

import (
	"regexp"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// toolchain is the compiler that the project asks for.
type toolchain struct {
	version detect.Value[safe.Version]
	pinned  bool       // to a release: by rust-toolchain.toml and its kind
	channel safe.Label // "nightly-2026-01-02": what no image has and rustup must install
	why     detect.Note
}

var nightlyRE = regexp.MustCompile(`^(nightly|beta)(-\d{4}-\d{2}-\d{2})?$`)

// toolchain finds the compiler: a pin in rust-toolchain.toml or a version
// manager's file, else the oldest release that the manifest says will do.
func (p *pkg) toolchain() (toolchain, error) {
	channel, err := p.channel()
	if err != nil {
		return toolchain{}, err
	}
	if !channel.IsSet() {
		channel, err = manifest.Versions(p.dir, "rust", ".rust-version")
		if err != nil {
			return toolchain{}, err
		}
	}
	if channel.IsSet() {
		t := toolchain{why: channel.Why[0]}
		name := channel.V
		if nightlyRE.MatchString(name) {
			t.channel, err = safe.NewLabel(name)
			return t, err
		}
		number, _, _ := strings.Cut(name, "-") // 1.85.0-x86_64-unknown-linux-gnu
		if v, err := safe.NewVersion(number); err == nil {
			t.version, t.pinned = detect.Found(v, channel.Why...), true
			return t, nil
		}
		// "stable" is what the image has anyway.
	}
	if s, why := p.inherited("rust-version", p.toml.Package.RustVersion); s != "" {
		if v, err := safe.NewVersion(strings.TrimPrefix(s, "^")); err == nil {
			return toolchain{version: detect.Found(v, why)}, nil
		}
	}
	// https://doc.rust-lang.org/edition-guide/rust-2024: since 1.85.
	if s, why := p.inherited("edition", p.toml.Package.Edition); s == "2024" {
		v, err := safe.NewVersion("1.85")
		why.Text += ", which 1.85 was the first to know"
		return toolchain{version: detect.Found(v, why)}, err
	}
	return toolchain{}, nil
}

// channel reads rust-toolchain.toml, or rust-toolchain, which holds the same or
// the bare name (https://rust-lang.github.io/rustup/overrides.html#the-toolchain-file).
// The nearest one counts, also above the workspace.
func (p *pkg) channel() (detect.Value[string], error) {
	dirs := []*detect.Dir{p.dir}
	for d := range p.dir.Parents() {
		dirs = append(dirs, d)
	}
	if p.ws != nil && p.ws.up != "" {
		dirs = append(dirs, p.dir.Above(toolchainFiles...)...)
	}
	for _, d := range dirs {
		name := d.First(toolchainFiles...)
		if name == "" {
			continue
		}
		data, err := d.Read(name)
		if err != nil {
			return detect.Value[string]{}, err
		}
		text := strings.TrimSpace(string(data))
		if name == "rust-toolchain" && !strings.Contains(text, "[") {
			return detect.Found(text, d.Note(name, 1, "%s", text)), nil
		}
		var file struct {
			Toolchain struct {
				Channel string `toml:"channel"`
			} `toml:"toolchain"`
		}
		lines, err := manifest.TOML(d, name, &file)
		if err != nil {
			return detect.Value[string]{}, err
		}
		if c := file.Toolchain.Channel; c != "" {
			return detect.Found(c, d.Note(name, lines.At("toolchain", "channel"), "channel = %q", c)), nil
		}
		return detect.Value[string]{}, nil
	}
	return detect.Value[string]{}, nil
}
