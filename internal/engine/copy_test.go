package engine

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func writeTree(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func readTree(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

func TestCopyTree(t *testing.T) {
	for _, c := range []struct {
		reason, context string
		files           map[string]string
		want            []string
	}{
		{
			"what the build can't see is not copied, what describes it is", ".",
			map[string]string{"Dockerfile": "", "compose.yaml": "", ".dockerignore": "node_modules\n.env\nDockerfile\ncompose.yaml\n.dockerignore\n", "src/a.js": "", "node_modules/x/index.js": "", ".env": "REAL"},
			[]string{".dockerignore", "Dockerfile", "compose.yaml", "src/a.js"},
		},
		{
			"an exception below an ignored folder is kept", ".",
			map[string]string{".dockerignore": "**\n!src\n!Dockerfile\n", "Dockerfile": "", "src/a.js": "", "b.js": ""},
			[]string{".dockerignore", "Dockerfile", "src/a.js"},
		},
		{
			"the ignore file of a folder is for that folder", "web",
			map[string]string{"web/.dockerignore": "dist\n", "web/Dockerfile": "", "web/dist/a": "", "dist/b": ""},
			[]string{"dist/b", "web/.dockerignore", "web/Dockerfile"},
		},
		{
			"one that bears the Dockerfile's name comes first", ".",
			map[string]string{".dockerignore": "a\n", "Dockerfile.dockerignore": "b\n", "Dockerfile": "", "a": "", "b": ""},
			[]string{".dockerignore", "Dockerfile", "Dockerfile.dockerignore", "a"},
		},
	} {
		src, dst := t.TempDir(), filepath.Join(t.TempDir(), "copy")
		writeTree(t, src, c.files)
		dockerfile := "Dockerfile"
		if c.context != "." {
			dockerfile = c.context + "/Dockerfile"
		}
		if err := copyTree(src, dst, c.context, dockerfile, []string{dockerfile, "compose.yaml"}); err != nil {
			t.Errorf("%s: %v", c.reason, err)
			continue
		}
		if diff := cmp.Diff(c.want, readTree(t, dst)); diff != "" {
			t.Errorf("%s:\n%s", c.reason, diff)
		}
	}
}

// A link that leads out of the project stays a link: what it points at is not copied.
func TestCopyTreeKeepsLinks(t *testing.T) {
	src, dst := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	outside := filepath.Join(t.TempDir(), "private")
	writeTree(t, filepath.Dir(outside), map[string]string{"private": "x"})
	if err := os.Symlink(outside, filepath.Join(src, "link")); err != nil {
		t.Skip(err) // Windows lets few users make links
	}
	if err := copyTree(src, dst, ".", "Dockerfile", nil); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(filepath.Join(dst, "link"))
	if err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the copy has %v, %v", info, err)
	}
}

func TestPlantAddsToWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	writeTree(t, dir, map[string]string{".env": "A=1\n"})
	if err := plant(dir, "canary"); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, ".env"))
	if err != nil || !bytes.HasPrefix(b, []byte("A=1\n")) || !bytes.Contains(b, []byte("canary")) {
		t.Errorf(".env holds %q, %v", b, err)
	}
}
