package engine

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tarOf makes an archive; a header's size follows from its text.
func tarOf(t *testing.T, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		h := e.Header
		h.Size = int64(len(e.text))
		if h.Typeflag == 0 {
			h.Typeflag = tar.TypeReg
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(e.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type entry struct {
	tar.Header
	text string
}

func file(name string, mode int64, uid int, text string) entry {
	return entry{tar.Header{Name: name, Mode: mode, Uid: uid, Gid: uid}, text}
}

func folder(name string, mode int64, uid int) entry {
	return entry{tar.Header{Name: name, Mode: mode, Uid: uid, Gid: uid, Typeflag: tar.TypeDir}, ""}
}

// saved writes an archive as docker save does: of a base's layer and added ones.
func saved(t *testing.T, env string, layers ...[]byte) string {
	t.Helper()
	type history struct {
		CreatedBy  string `json:"created_by"`
		EmptyLayer bool   `json:"empty_layer,omitempty"`
	}
	h := []history{{CreatedBy: "COPY base / # buildkit"}}
	names := []string{"base/layer.tar"}
	entries := []entry{file("base/layer.tar", 0o644, 0, string(tarOf(t, file("bin/su", 0o4755, 0, "canary of the base"))))}
	for i, l := range layers {
		name := string(rune('a'+i)) + "/layer.tar"
		h, names = append(h, history{CreatedBy: "COPY x / # buildkit"}), append(names, name)
		entries = append([]entry{file(name, 0o644, 0, string(l))}, entries...) // in any order
	}
	h = append(h, history{CreatedBy: "ENV " + env, EmptyLayer: true})
	config, err := json.Marshal(map[string]any{"history": h, "config": map[string]any{"Env": []string{env}}})
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := json.Marshal([]map[string]any{{"Config": "config.json", "Layers": names}})
	if err != nil {
		t.Fatal(err)
	}
	entries = append(entries, file("config.json", 0o644, 0, string(config)), file("manifest.json", 0o644, 0, string(manifest)))
	at := filepath.Join(t.TempDir(), "image.tar")
	if err := os.WriteFile(at, tarOf(t, entries...), 0o600); err != nil {
		t.Fatal(err)
	}
	return at
}

func TestReadSaved(t *testing.T) {
	var gz bytes.Buffer
	w := gzip.NewWriter(&gz)
	if _, err := w.Write(tarOf(t, file("app/data.bin", 0o644, 0, strings.Repeat("x", 65530)+"canary"))); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	img, err := readSaved(saved(t, "PATH=/bin",
		tarOf(t, folder("app", 0o755, 0), file("app/.env", 0o644, 0, "A=canary\n")),
		tarOf(t, file("app/.env", 0o644, 0, "")), // deleting a file leaves it in its layer
		gz.Bytes(),
	), []string{"COPY", "COPY", "COPY", "ENV"}, []byte("canary"))
	if err != nil {
		t.Fatal(err)
	}
	if img.added != 3 {
		t.Errorf("%d layers were added, want 3", img.added)
	}
	if diff := cmp.Diff([]string{"/app/.env", "/app/data.bin"}, img.leaks); diff != "" {
		t.Errorf("leaks, those of the base left out:\n%s", diff)
	}
	if len(img.setuid()) > 0 {
		t.Errorf("a file of the base counts as added: %v", img.setuid())
	}
}

func TestReadSavedLooksIntoTheConfiguration(t *testing.T) {
	img, err := readSaved(saved(t, "TOKEN=canary"), []string{"ENV"}, []byte("canary"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"the image's config.json"}, img.leaks); diff != "" {
		t.Error(diff)
	}
}

func TestReadSavedRefusesAnotherHistory(t *testing.T) {
	if _, err := readSaved(saved(t, "A=b"), []string{"RUN", "CMD"}, []byte("canary")); err == nil {
		t.Error("an image that another Dockerfile made was taken")
	}
}

func TestWritable(t *testing.T) {
	etc := folder("/etc/nginx", 0o775, 10001)
	img := &savedImage{files: map[string]*tar.Header{}, base: map[string]*tar.Header{"/etc/nginx": &etc.Header}}
	for _, e := range []entry{
		folder("/app", 0o755, 0), file("/app/main", 0o755, 0, ""), // the program is root's
		file("/app/own.js", 0o644, 10001, ""),
		folder("/app/cache", 0o777, 0),
		folder("/app/data", 0o700, 10001), file("/app/data/db", 0o600, 10001, ""), // declared
		folder("/home/app", 0o700, 10001), // its home
		folder("/app/sticky", 0o1777, 0),
		file("/app/read-only", 0o444, 10001, ""),
		folder("/etc/nginx", 0o775, 10001), // the base gives it to the user; a file was added in it
	} {
		h := e.Header
		if h.Typeflag == 0 {
			h.Typeflag = tar.TypeReg
		}
		img.files[h.Name] = &h
	}
	if diff := cmp.Diff([]string{"/app/cache", "/app/own.js"}, img.writable(10001, 10001, []string{"/app/data"})); diff != "" {
		t.Error(diff)
	}
}

func TestContainsAcrossReads(t *testing.T) {
	text := []byte("canary")
	for _, at := range []int{0, 65530, 65533, 65536, 131070, 200000} {
		b := append(bytes.Repeat([]byte("-"), at), append([]byte("canary"), bytes.Repeat([]byte("-"), 99)...)...)
		if ok, err := contains(bytes.NewReader(b), text); !ok || err != nil {
			t.Errorf("at %d: %v, %v", at, ok, err)
		}
	}
	if ok, _ := contains(strings.NewReader(strings.Repeat("canar-", 50000)), text); ok {
		t.Error("found what is not there")
	}
}
