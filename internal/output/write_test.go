package output

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// flat writes a result in one line a file.
func flat(written []Written) string {
	var b strings.Builder
	for _, w := range written {
		b.WriteString(w.Path.String() + " " + string(w.State))
		if w.Backup != "" {
			b.WriteString(" " + w.Backup)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestWrite(t *testing.T) {
	tests := []struct {
		name   string
		there  map[string]string
		force  bool
		path   string
		result string
		want   map[string]string
	}{
		{"absent is written", nil, false, "Dockerfile",
			"Dockerfile absent\n", map[string]string{"Dockerfile": sealed(rendered)}},
		{"same is skipped", map[string]string{"Dockerfile": crlf(sealed(rendered))}, false, "Dockerfile",
			"", map[string]string{"Dockerfile": crlf(sealed(rendered))}},
		{"same is skipped with force, too", map[string]string{"Dockerfile": rendered}, true, "Dockerfile",
			"", map[string]string{"Dockerfile": rendered}},
		{"pristine is written without a backup", map[string]string{"Dockerfile": crlf(sealed(older))}, true, "Dockerfile",
			"Dockerfile pristine\n", map[string]string{"Dockerfile": sealed(rendered)}},
		{"edited with force", map[string]string{"Dockerfile": edited()}, true, "Dockerfile",
			"Dockerfile edited Dockerfile.bak\n", map[string]string{"Dockerfile": sealed(rendered), "Dockerfile.bak": edited()}},
		{"foreign with force, below", map[string]string{"api/Dockerfile": foreign}, true, "api/Dockerfile",
			"api/Dockerfile foreign api/Dockerfile.bak\n", map[string]string{"api/Dockerfile": sealed(rendered), "api/Dockerfile.bak": foreign}},
		{"older backups stay", map[string]string{"Dockerfile": foreign, "Dockerfile.bak": "1", "Dockerfile.bak.1": "2", "Dockerfile.bak.3": "4"}, true, "Dockerfile",
			"Dockerfile foreign Dockerfile.bak.2\n",
			map[string]string{"Dockerfile": sealed(rendered), "Dockerfile.bak": "1", "Dockerfile.bak.1": "2", "Dockerfile.bak.2": foreign, "Dockerfile.bak.3": "4"}},
		{"another letter case with force leaves one file", map[string]string{"dockerfile": foreign}, true, "Dockerfile",
			"Dockerfile foreign dockerfile.bak\n", map[string]string{"Dockerfile": sealed(rendered), "dockerfile.bak": foreign}},
		{"another Compose file with force stays", map[string]string{"docker-compose.yml": foreign}, true, "compose.yaml",
			"compose.yaml foreign\n", map[string]string{"compose.yaml": sealed(rendered), "docker-compose.yml": foreign}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root, dir := project(t, tt.there)
			changes := mustCompare(t, root, file(tt.path, rendered))
			got, err := Write(t.Context(), root, changes, Options{Force: tt.force})
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.result, flat(got)); d != "" {
				t.Errorf("result: -want +got\n%s", d)
			}
			if d := cmp.Diff(tt.want, tree(t, dir)); d != "" {
				t.Errorf("files: -want +got\n%s", d)
			}
			// The second run has nothing to do.
			again := mustCompare(t, root, file(tt.path, rendered))
			if got, err := Write(t.Context(), root, again, Options{}); err != nil || len(got) > 0 {
				t.Errorf("second run wrote %q, error %v", flat(got), err)
			}
		})
	}
}

func TestWriteRefusesConflicts(t *testing.T) {
	there := map[string]string{"Dockerfile": edited(), ".dockerignore": foreign, "docker-compose.yml": foreign, "api/dockerfile": foreign}
	root, dir := project(t, there)
	changes := mustCompare(t, root, file("Dockerfile", rendered), file(".dockerignore", rendered),
		file("compose.yaml", rendered), file("api/Dockerfile", rendered), file("api/.dockerignore", rendered))
	got, err := Write(t.Context(), root, changes, Options{})
	if !errors.Is(err, ErrConflict) || got != nil {
		t.Fatalf("wrote %q, error %v", flat(got), err)
	}
	want := `nothing was written, because
  Dockerfile was edited after dockgen wrote it
  .dockerignore was not written by dockgen
  compose.yaml would stand beside docker-compose.yml, which is not dockgen's
  api/Dockerfile is there as api/dockerfile
see what would change: dockgen init --diff
replace and keep a backup: dockgen init --force`
	if d := cmp.Diff(want, err.Error()); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	if d := cmp.Diff(there, tree(t, dir)); d != "" {
		t.Errorf("something was written:\n%s", d)
	}
}

func TestWriteKeepsTheMode(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no permission bits")
	}
	root, dir := project(t, map[string]string{"Dockerfile": sealed(older), "compose.yaml": foreign})
	for name, mode := range map[string]fs.FileMode{"Dockerfile": 0o666, "compose.yaml": 0o600} {
		if err := os.Chmod(filepath.Join(dir, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	entry := file("entrypoint.sh", "#!/bin/sh\n")
	entry.Mode = 0o700
	changes := mustCompare(t, root, file("Dockerfile", rendered), file("compose.yaml", rendered), entry)
	if _, err := Write(t.Context(), root, changes, Options{Force: true}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]fs.FileMode{"Dockerfile": 0o666, "compose.yaml": 0o600, "compose.yaml.bak": 0o600, "entrypoint.sh": 0o700} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s: mode %v, want %v", name, info.Mode(), want)
		}
	}
}

func TestWriteRefusesWhatIsReadOnly(t *testing.T) {
	there := map[string]string{"Dockerfile": sealed(older)}
	root, dir := project(t, there)
	if err := os.Chmod(filepath.Join(dir, "Dockerfile"), 0o444); err != nil {
		t.Fatal(err)
	}
	changes := mustCompare(t, root, file(".dockerignore", rendered), file("Dockerfile", rendered))
	_, err := Write(t.Context(), root, changes, Options{Force: true})
	want := "nothing was written: Dockerfile is read-only: allow writing with chmod u+w Dockerfile"
	if err == nil || err.Error() != want {
		t.Errorf("error %v\nwant  %s", err, want)
	}
	if d := cmp.Diff(there, tree(t, dir)); d != "" {
		t.Errorf("something was written:\n%s", d)
	}
}

// set is a project with each kind of replacement, and what is rendered for it.
func set() (there map[string]string, files []File) {
	there = map[string]string{
		"Dockerfile":         sealed(older), // pristine
		".dockerignore":      edited(),
		"api/dockerfile":     foreign, // another letter case
		"docker-compose.yml": foreign, // another name
		"Dockerfile.bak":     "an older backup",
	}
	return there, []File{file("new", rendered), file("Dockerfile", rendered), file(".dockerignore", rendered),
		file("api/Dockerfile", rendered), file("compose.yaml", rendered)}
}

// TestWriteRollsBack fails before each single change on disk, by an error, by an
// ended context and by a panic: the folder must be as before each time.
func TestWriteRollsBack(t *testing.T) {
	for _, how := range []string{"error", "cancel", "panic", "error without hard links"} {
		t.Run(how, func(t *testing.T) {
			boom := errors.New("disk on fire")
			for fail := 0; ; fail++ {
				there, files := set()
				root, dir := project(t, there)
				changes := mustCompare(t, root, files...)
				ctx, cancel := context.WithCancel(t.Context())
				var ops []string
				w := &writer{root: root, force: true, testOnlyNoLinks: strings.Contains(how, "without")}
				w.testOnlyBefore = func(op, name string) error {
					ops = append(ops, op+" "+name)
					switch {
					case len(ops) != fail+1:
					case how == "panic":
						panic(boom)
					case how == "cancel":
						cancel()
					default:
						return boom
					}
					return nil
				}
				got, err := writeRecovered(ctx, w, changes)
				cancel()
				if len(ops) <= fail {
					if err != nil || len(got) != len(files) {
						t.Fatalf("undisturbed: wrote %q, error %v", flat(got), err)
					}
					if fail != 14 { // 5 staged, 3 kept, 5 placed, 1 removed
						t.Errorf("%d steps, so this test misses some or is out of date: %q", fail, ops)
					}
					return
				}
				if err == nil || got != nil {
					t.Fatalf("failing at %q: wrote %q, error %v", ops[fail], flat(got), err)
				}
				if how == "cancel" && err.Error() != "nothing was written: context canceled" {
					t.Errorf("failing at %q: %v", ops[fail], err)
				}
				if d := cmp.Diff(there, tree(t, dir)); d != "" {
					t.Fatalf("failing at %q left:\n%s", ops[fail], d)
				}
			}
		})
	}
}

// writeRecovered makes an error of a panic.
func writeRecovered(ctx context.Context, w *writer, changes []Change) (written []Written, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = r.(error)
		}
	}()
	return w.write(ctx, changes)
}

func TestWriteRefusesWhatChanged(t *testing.T) {
	const edit = "somebody's newest work\n"
	tests := []struct{ name, at, target, want string }{ // at: the step before which the edit comes
		{"before Write", "", "Dockerfile", "Dockerfile was changed by somebody"},
		{"while it is staged", "stage", "Dockerfile", "Dockerfile was changed by somebody"},
		{"at the last moment", "replace", ".dockerignore", ".dockerignore was changed by somebody"},
		{"a file appears before Write", "", "new", "new was changed by somebody"},
		{"a file appears at the last moment", "create", "new", "new was changed by somebody"},
		{"another letter case changes", "remove", "api/dockerfile", "api/dockerfile was changed by somebody"},
		{"the first file is edited when a later one fails", "create", "Dockerfile", "not everything could be undone"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			there, files := set()
			root, dir := project(t, there)
			changes := mustCompare(t, root, files...)
			w := &writer{root: root, force: true}
			spoil := func() {
				// In place, as an editor does that keeps the inode.
				if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(tt.target)), []byte(edit), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if tt.at == "" {
				spoil()
			}
			done := tt.at == ""
			w.testOnlyBefore = func(op, name string) error {
				if strings.HasPrefix(tt.want, "not everything") {
					if op == "create" && name == "compose.yaml" {
						spoil()
						return errors.New("disk on fire")
					}
					return nil
				}
				if !done && op == tt.at {
					done = true
					spoil()
				}
				return nil
			}
			got, err := w.write(t.Context(), changes)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("wrote %q, error %v", flat(got), err)
			}
			there[tt.target] = edit
			after := tree(t, dir)
			if strings.HasPrefix(tt.want, "not everything") {
				for name, content := range after { // the old text is where the error says
					if strings.Contains(err.Error(), "kept as "+name+":") && content == sealed(older) {
						delete(after, name)
					}
				}
			}
			if d := cmp.Diff(there, after); d != "" {
				t.Errorf("-want +got (%v)\n%s", err, d)
			}
		})
	}
}

func TestWriteWithoutHardLinks(t *testing.T) {
	there, files := set()
	root, dir := project(t, there)
	w := &writer{root: root, force: true, testOnlyNoLinks: true}
	got, err := w.write(t.Context(), mustCompare(t, root, files...))
	if err != nil {
		t.Fatal(err)
	}
	result := "new absent\nDockerfile pristine\n.dockerignore edited .dockerignore.bak\n" +
		"api/Dockerfile foreign api/dockerfile.bak\ncompose.yaml foreign\n"
	if d := cmp.Diff(result, flat(got)); d != "" {
		t.Errorf("result: -want +got\n%s", d)
	}
	want := map[string]string{
		"new": sealed(rendered), "Dockerfile": sealed(rendered), ".dockerignore": sealed(rendered),
		"api/Dockerfile": sealed(rendered), "compose.yaml": sealed(rendered), "docker-compose.yml": foreign,
		".dockerignore.bak": edited(), "api/dockerfile.bak": foreign, "Dockerfile.bak": "an older backup",
	}
	if d := cmp.Diff(want, tree(t, dir)); d != "" {
		t.Errorf("files: -want +got\n%s", d)
	}
}

func TestWriteNeedsALiveContext(t *testing.T) {
	root, dir := project(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Write(ctx, root, mustCompare(t, root, file("Dockerfile", rendered)), Options{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if got := tree(t, dir); len(got) > 0 {
		t.Errorf("left %v", got)
	}
}
