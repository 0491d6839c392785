package output

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCompareStates(t *testing.T) {
	tests := []struct {
		name  string
		there map[string]string
		path  string
		want  State
		note  string // part of it
	}{
		{"nothing there", nil, "Dockerfile", Absent, ""},
		{"as it would be written", map[string]string{"Dockerfile": sealed(rendered)}, "Dockerfile", Same, ""},
		{"the same, checked out with CRLF", map[string]string{"Dockerfile": crlf(sealed(rendered))}, "Dockerfile", Same, ""},
		{"the same text without a seal: the user took it off", map[string]string{"Dockerfile": rendered}, "Dockerfile", Same, ""},
		{"the same text under a stale seal: edited to where dockgen is now", map[string]string{"Dockerfile": sealed(older) + "USER 1:1\n"}, "Dockerfile", Pristine, ""},
		{"what dockgen wrote before", map[string]string{"Dockerfile": sealed(older)}, "Dockerfile", Pristine, ""},
		{"what dockgen wrote before, with CRLF", map[string]string{"Dockerfile": crlf(sealed(older))}, "Dockerfile", Pristine, ""},
		{"an edit", map[string]string{"Dockerfile": edited()}, "Dockerfile", Edited, ""},
		{"an edit with CRLF", map[string]string{"Dockerfile": crlf(edited())}, "Dockerfile", Edited, ""},
		{"no seal", map[string]string{"Dockerfile": foreign}, "Dockerfile", Foreign, ""},
		{"an empty file is somebody's", map[string]string{"Dockerfile": ""}, "Dockerfile", Foreign, ""},
		{"a folder below", map[string]string{"services/api/main.go": ""}, "services/api/Dockerfile", Absent, ""},
		{"another letter case, even if it is ours", map[string]string{"dockerfile": sealed(older)}, "Dockerfile", Foreign, "dockerfile is there already, in other letter case"},
		{"another letter case in a folder below", map[string]string{"api/DOCKERFILE": foreign}, "api/Dockerfile", Foreign, "api/DOCKERFILE is there already"},
		{"another name of the Compose file", map[string]string{"docker-compose.yml": "services: {}\n"}, "compose.yaml", Foreign, "compose.yaml wins over docker-compose.yml once both are there"},
		{"another name of the Compose file below", map[string]string{"api/compose.yml": "services: {}\n"}, "api/compose.yaml", Foreign, "api/compose.yaml wins over api/compose.yml"},
		{"both Compose files: that was decided before", map[string]string{"docker-compose.yml": "services: {}\n", "compose.yaml": sealed(older)}, "compose.yaml", Pristine, "compose.yaml wins over docker-compose.yml"},
		{"an override is no rival", map[string]string{"compose.override.yaml": "services: {}\n"}, "compose.yaml", Absent, ""},
		{"an ignore file that Docker prefers", map[string]string{"Dockerfile.dockerignore": ".git\n"}, ".dockerignore", Absent, "Docker reads Dockerfile.dockerignore and not .dockerignore"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root, dir := project(t, tt.there)
			before := tree(t, dir)
			c := mustCompare(t, root, file(tt.path, rendered))[0]
			if c.State != tt.want {
				t.Errorf("state %q, want %q", c.State, tt.want)
			}
			if !strings.Contains(c.Note, tt.note) || tt.note == "" && c.Note != "" {
				t.Errorf("note %q, want %q", c.Note, tt.note)
			}
			if string(c.New) != sealed(rendered) {
				t.Errorf("New isn't sealed: %q", c.New)
			}
			if d := cmp.Diff(before, tree(t, dir)); d != "" {
				t.Errorf("Compare changed the folder:\n%s", d)
			}
		})
	}
}

func TestCompareKeepsTheMode(t *testing.T) {
	root, dir := project(t, map[string]string{"Dockerfile": sealed(older)})
	if err := os.Chmod(filepath.Join(dir, "Dockerfile"), 0o640); err != nil {
		t.Fatal(err)
	}
	entry := file("entrypoint.sh", "#!/bin/sh\n")
	entry.Mode = 0o755
	changes := mustCompare(t, root, file("Dockerfile", rendered), entry, file("compose.yaml", rendered))
	for i, want := range []os.FileMode{0o640, 0o755, 0o644} {
		if i == 0 && changes[0].Mode == 0o666 {
			continue // Windows has one bit
		}
		if changes[i].Mode != want {
			t.Errorf("%s: mode %v, want %v", changes[i].Path, changes[i].Mode, want)
		}
	}
}

func TestCompareRefuses(t *testing.T) {
	tests := []struct {
		name, path string
		make       func(dir string) error
		want       string
	}{
		{"a link to a file outside", "Dockerfile", func(dir string) error { return os.Symlink(os.Args[0], filepath.Join(dir, "Dockerfile")) },
			"Dockerfile is a symbolic link, and dockgen writes regular files only: move it away with mv Dockerfile Dockerfile.old"},
		{"a link to nothing", "Dockerfile", func(dir string) error { return os.Symlink("nothing", filepath.Join(dir, "Dockerfile")) },
			"Dockerfile is a symbolic link, and dockgen writes regular files only: move it away with mv Dockerfile Dockerfile.old"},
		{"a link inside, in other letter case", "Dockerfile", func(dir string) error { return os.Symlink("x", filepath.Join(dir, "dockerfile")) },
			"dockerfile is a symbolic link, and dockgen writes regular files only: move it away with mv dockerfile dockerfile.old"},
		{"a folder", ".dockerignore", func(dir string) error { return os.Mkdir(filepath.Join(dir, ".dockerignore"), 0o755) },
			".dockerignore is a folder, and dockgen writes regular files only: move it away with mv .dockerignore .dockerignore.old"},
		{"no folder for it", "a/b c/Dockerfile", func(dir string) error { return os.Mkdir(filepath.Join(dir, "a"), 0o755) },
			`writing a/b c/Dockerfile: there is no folder "a/b c": make it with mkdir -p 'a/b c'`},
		{"a file where the folder should be", "a/Dockerfile", func(dir string) error { return os.WriteFile(filepath.Join(dir, "a"), nil, 0o644) },
			`writing a/Dockerfile: "a" is a file, not a folder`},
		{"a folder that is a link out", "a/Dockerfile", func(dir string) error { return os.Symlink(os.TempDir(), filepath.Join(dir, "a")) },
			`writing a/Dockerfile: "a" is a symbolic link, not a folder`},
		{"a folder that is a link inside", "a/Dockerfile", func(dir string) error { return os.Symlink(".", filepath.Join(dir, "a")) },
			`writing a/Dockerfile: "a" is a symbolic link, not a folder`},
		{"a file that no container file is", "Dockerfile", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "Dockerfile"), make([]byte, maxSize+1), 0o644)
		}, "Dockerfile is larger than 4 MiB, which no container file is"},
		{"the root itself", ".", func(string) error { return nil }, `"." is not the path of a file`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root, dir := project(t, nil)
			if err := tt.make(dir); err != nil {
				t.Skip(err) // Windows lets few users make links
			}
			_, err := Compare(root, []File{file("compose.yaml", rendered), file(tt.path, rendered)})
			if err == nil || err.Error() != tt.want {
				t.Errorf("error %v\nwant  %s", err, tt.want)
			}
		})
	}
}

func TestCompareReportsAllAtOnce(t *testing.T) {
	root, _ := project(t, map[string]string{"Dockerfile/x": "", "compose.yaml/x": ""})
	_, err := Compare(root, []File{file("Dockerfile", rendered), file("compose.yaml", rendered), file(".dockerignore", rendered), file(".DOCKERIGNORE", rendered)})
	want := "Dockerfile is a folder, and dockgen writes regular files only: move it away with mv Dockerfile Dockerfile.old\n" +
		"compose.yaml is a folder, and dockgen writes regular files only: move it away with mv compose.yaml compose.yaml.old\n" +
		".DOCKERIGNORE was rendered twice"
	if err == nil || err.Error() != want {
		t.Errorf("error %v\nwant  %s", err, want)
	}
}

func TestDiff(t *testing.T) {
	tests := []struct {
		name, path string
		there      map[string]string
		want       string
	}{
		{"a new file", "Dockerfile", nil,
			"--- /dev/null\n+++ b/Dockerfile\n@@ -0,0 +1,7 @@\n+# syntax=docker/dockerfile:1\n+#\n+# Written by dockgen\n+SEAL\n+#\n+FROM scratch\n+USER 1:1\n"},
		{"nothing to do", "Dockerfile", map[string]string{"Dockerfile": crlf(sealed(rendered))}, ""},
		{"a change to a CRLF file shows what changes", "Dockerfile", map[string]string{"Dockerfile": crlf(sealed(older))},
			"--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,6 +1,7 @@\n # syntax=docker/dockerfile:1\n #\n # Written by dockgen\n-SEAL\n+SEAL\n #\n FROM scratch\n+USER 1:1\n"},
		{"nothing of a file reaches the terminal's controls", "Dockerfile", map[string]string{"Dockerfile": "FROM\tx\x1b[2J"},
			"--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,1 +1,7 @@\n-FROM\tx\\x1b[2J\n\\ No newline at end of file\n+# syntax=docker/dockerfile:1\n+#\n+# Written by dockgen\n+SEAL\n+#\n+FROM scratch\n+USER 1:1\n"},
		{"another letter case", "Dockerfile", map[string]string{"dockerfile": older},
			"--- a/dockerfile\n+++ b/Dockerfile\n@@ -1,5 +1,7 @@\n # syntax=docker/dockerfile:1\n #\n # Written by dockgen\n+SEAL\n #\n FROM scratch\n+USER 1:1\n"},
		{"a second Compose file is a new one", "compose.yaml", map[string]string{"compose.yml": "services: {}\n"},
			"--- /dev/null\n+++ b/compose.yaml\n@@ -0,0 +1,7 @@\n+# syntax=docker/dockerfile:1\n+#\n+# Written by dockgen\n+SEAL\n+#\n+FROM scratch\n+USER 1:1\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root, _ := project(t, tt.there)
			got := mustCompare(t, root, file(tt.path, rendered))[0].Diff()
			lines := strings.Split(got, "\n")
			for i, l := range lines {
				if len(l) > 1 && sealRE.MatchString(l[1:]) {
					lines[i] = l[:1] + "SEAL"
				}
			}
			if d := cmp.Diff(tt.want, strings.Join(lines, "\n")); d != "" {
				t.Errorf("-want +got\n%s", d)
			}
		})
	}
}
