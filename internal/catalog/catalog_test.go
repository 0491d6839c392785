package catalog

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dockgen/internal/safe"
)

func table(t testing.TB) *Catalog {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func family(t testing.TB, name string) *Family {
	t.Helper()
	f, err := table(t).Family(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func version(t testing.TB, s string) safe.Version {
	t.Helper()
	v, err := safe.NewVersion(s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestUnknownNamesListTheKnown(t *testing.T) {
	c := table(t)
	if _, err := c.Family("cobol"); err == nil || !strings.Contains(err.Error(), "go, ") {
		t.Errorf("Family: %v", err)
	}
	if _, err := c.Tool("hammer"); err == nil || !strings.Contains(err.Error(), "uv") {
		t.Errorf("Tool: %v", err)
	}
	if _, err := ParseBase("scratch"); err == nil || !strings.Contains(err.Error(), "dockgen init --base slim") {
		t.Errorf("ParseBase: %v", err)
	}
}

var (
	refRE  = regexp.MustCompile(`^[a-z0-9]+([._/-][a-z0-9]+)*:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`)
	userRE = regexp.MustCompile(`^[1-9][0-9]*:[1-9][0-9]*$`)
)

// checkImage holds an image to what any caller relies on.
func checkImage(t *testing.T, img Image) {
	t.Helper()
	if !refRE.MatchString(img.Ref) {
		t.Errorf("%q is not a reference with a tag", img.Ref)
	}
	if _, err := safe.NewTag(img.Tag()); err != nil {
		t.Error(err)
	}
	if strings.Contains(img.Ref, "latest") || strings.Contains(img.Ref, "--") {
		t.Errorf("%s: a moving or broken tag", img.Ref)
	}
	if !userRE.MatchString(img.User) {
		t.Errorf("%s: user %q is not an unprivileged uid:gid", img.Ref, img.User)
	}
	if !strings.HasPrefix(img.Home, "/") {
		t.Errorf("%s: home %q is not absolute", img.Ref, img.Home)
	}
	if got := strings.ReplaceAll(img.Pattern, "${"+img.Arg.String()+"}", img.ArgValue.String()); got != img.Ref {
		t.Errorf("%s: the pattern %q with %s=%s gives %q", img.Ref, img.Pattern, img.Arg, img.ArgValue, got)
	}
	if img.Arg.IsZero() != img.ArgValue.IsZero() || img.Arg.IsZero() != !strings.Contains(img.Pattern, "$") {
		t.Errorf("%s: build argument %q=%q does not go with %q", img.Ref, img.Arg, img.ArgValue, img.Pattern)
	}
	if !slices.Contains([]PackageManager{NoPackages, Apt, Apk}, img.Packages) {
		t.Errorf("%s: package manager %q", img.Ref, img.Packages)
	}
	if argv, ok := img.ProbeArgv(8080, safe.EnvNameOf("PORT"), safe.URLPath{}, false); ok && strings.Contains(argv.String(), "{runtime}") || ok && argv.Args()[0] == "" {
		t.Errorf("%s: the probe is %s", img.Ref, argv)
	}
	if img.Packages != NoPackages && !img.Shell {
		t.Errorf("%s: a package manager without a shell to run it", img.Ref)
	}
	if len(img.Install) > 0 && img.Packages == NoPackages {
		t.Errorf("%s: packages %v, and nothing to install them", img.Ref, img.Install)
	}
	if strings.Contains(img.Ref, "alpine") != (img.Packages == Apk) {
		t.Errorf("%s: package manager %q", img.Ref, img.Packages)
	}
}

// variants are the ones a base is asked for: each linkage, or none for an
// interpreter's, and each image to build and to run on that has a name.
func variants(b baseData) []Variant {
	var out []Variant
	switch {
	case b.Any != "":
		out = append(out, Variant{})
	case len(b.Run) > 0:
		out = append(out, Variant{Link: Static}, Variant{Link: Libc}, Variant{Link: Libcxx})
	}
	for run := range b.RunOn {
		out = append(out, Variant{Run: run})
	}
	for _, v := range slices.Clone(out) {
		for build := range b.BuildOn {
			v.Build = build
			out = append(out, v)
		}
	}
	out = slices.DeleteFunc(out, func(v Variant) bool { return !b.pair(v) })
	return out
}

func TestEveryLineAndBase(t *testing.T) {
	c := table(t)
	for _, name := range c.Families() {
		f := family(t, name)
		if _, ok := f.data.Bases[f.DefaultBase()]; !ok {
			t.Errorf("%s: the default base %q is none of its bases", name, f.DefaultBase())
		}
		for base, b := range f.data.Bases {
			if _, err := ParseBase(string(base)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			for _, v := range slices.Concat(b.Lines, b.Except) {
				if _, ok := f.Line(v); !ok {
					t.Errorf("%s %s names the line %s, which there is not", name, base, v)
				}
			}
			for _, l := range f.Lines() {
				if b.excludes(l.Version.String()) {
					continue
				}
				for _, which := range variants(b) {
					build, run, err := f.Images(l.Version, base, which)
					if err != nil {
						t.Errorf("%s %s %s %+v: %v", name, l.Version, base, which, err)
						continue
					}
					checkImage(t, run)
					if !build.IsZero() {
						checkImage(t, build)
					}
					if build.Unlisted || run.Unlisted {
						t.Errorf("%s %s is listed", name, l.Version)
					}
					// What is compiled on an older Debian runs on a newer one, where each library that
					// it links has kept its name there: data/haskell.toml.
					newer := name == "haskell" && run.Suite == "bookworm" && build.Suite != "trixie"
					if !build.IsZero() && build.Suite != run.Suite && run.Packages != NoPackages && !newer {
						t.Errorf("%s %s %s: built on %q, run on %q", name, l.Version, base, build.Suite, run.Suite)
					}
				}
				if img, err := f.NativeBuild(l.Version, base); err != nil {
					t.Errorf("%s %s: %v", name, l.Version, err)
				} else if !img.IsZero() {
					checkImage(t, img)
				}
			}
		}
		if !slices.ContainsFunc(slices.Collect(maps.Values(f.data.Bases)), func(b baseData) bool {
			return !b.excludes(f.Default().String())
		}) {
			t.Errorf("%s: no base has the default line", name)
		}
	}
	for name := range c.tools {
		img, err := c.Tool(name)
		if err != nil {
			t.Error(err)
		}
		checkImage(t, img)
	}
}

func TestLinesAreInOrder(t *testing.T) {
	for _, name := range table(t).Families() {
		f := family(t, name)
		lines := f.Lines()
		for i, l := range lines {
			if !within(l.Latest.String(), l.Version.String()) {
				t.Errorf("%s: %s is no release of line %s", name, l.Latest, l.Version)
			}
			if l.Released.IsZero() || !l.EOL.IsZero() && !l.Released.Before(l.EOL) {
				t.Errorf("%s %s: released %v, end of life %v", name, l.Version, l.Released, l.EOL)
			}
			// A line that all above it belong to, as 1 after 1.3, is the floating one.
			if i > 0 && compare(lines[i-1].Version.String(), l.Version.String()) <= 0 && !within(lines[i-1].Version.String(), l.Version.String()) {
				t.Errorf("%s: %s stands before %s", name, lines[i-1].Version, l.Version)
			}
		}
	}
}

// TestEveryImageIsUsed finds entries that nothing leads to.
func TestEveryImageIsUsed(t *testing.T) {
	c := table(t)
	used := map[string]bool{}
	for _, key := range c.tools {
		used[key] = true
	}
	for _, name := range c.Families() {
		f := family(t, name)
		own := map[string]bool{}
		for _, key := range f.data.Native {
			own[key] = true
		}
		for _, b := range f.data.Bases {
			own[b.Build], own[b.Any] = true, true
			for _, keys := range []map[string]string{b.BuildOn, b.RunOn} {
				for _, key := range keys {
					own[key] = true
				}
			}
			for _, key := range b.Run {
				own[key] = true
			}
		}
		for key := range f.images {
			if !own[key] {
				t.Errorf("%s: nothing uses the image %q", name, key)
			}
			if _, there := c.images[key]; there {
				t.Errorf("%s: the image %q is among those that all share", name, key)
			}
		}
		maps.Copy(used, own)
	}
	for key := range c.images {
		if !used[key] {
			t.Errorf("nothing uses the image %q", key)
		}
	}
}

func BenchmarkFamily(b *testing.B) {
	for b.Loop() {
		var file familyFile
		if err := parse("node", &file); err != nil {
			b.Fatal(err)
		}
	}
}
