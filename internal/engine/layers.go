package engine

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// savedImage is what the archive of an image holds above its base.
type savedImage struct {
	added int                    // layers
	bytes int64                  // of the files in them
	files map[string]*tar.Header // as the last layer has them, by absolute path
	base  map[string]*tar.Header // the folders of the base: a layer names the one it changes something in
	leaks []string               // where the canary was found
}

// readSaved reads an archive that docker save wrote. history are the keywords of
// the instructions whose layers count as added; the others are the base's. The
// canary is sought in the added layers and in everything that describes the image.
func readSaved(name string, history []string, canary []byte) (*savedImage, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	img := &savedImage{files: map[string]*tar.Header{}, base: map[string]*tar.Header{}}
	layers, err := img.describe(f, history, canary)
	if err != nil {
		return nil, err
	}
	return img, img.readLayers(f, layers, canary)
}

// describe reads the configuration and returns the names of the layers, each
// with its place: 0 and up for those that were added, below for those of the base.
func (img *savedImage) describe(f io.ReadSeeker, history []string, canary []byte) (map[string]int, error) {
	texts := map[string][]byte{}
	links := map[string]string{}
	const small = 4 << 20
	err := entries(f, func(h *tar.Header, r io.Reader) error {
		switch {
		case h.Typeflag == tar.TypeSymlink:
			links[h.Name] = path.Join(path.Dir(h.Name), h.Linkname)
		case h.Typeflag == tar.TypeReg && h.Size < small && !strings.HasSuffix(h.Name, ".tar"):
			b, err := io.ReadAll(r)
			texts[h.Name] = b
			return err
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var manifests []struct {
		Config string
		Layers []string
	}
	if err := json.Unmarshal(texts["manifest.json"], &manifests); err != nil || len(manifests) != 1 {
		return nil, fmt.Errorf("its manifest.json is not that of one image: %w", err)
	}
	var config struct {
		History []struct {
			CreatedBy  string `json:"created_by"`
			EmptyLayer bool   `json:"empty_layer"`
		} `json:"history"`
	}
	if err := json.Unmarshal(texts[manifests[0].Config], &config); err != nil {
		return nil, fmt.Errorf("parsing its configuration: %w", err)
	}
	for name, text := range texts {
		if bytes.Contains(text, canary) && json.Valid(text) {
			img.leaks = append(img.leaks, "the image's "+name)
		}
	}
	first := len(config.History) - len(history)
	for i, keyword := range history {
		if first < 0 || !strings.HasPrefix(config.History[first+i].CreatedBy, keyword) {
			return nil, fmt.Errorf("its history does not end with the Dockerfile's %d instructions", len(history))
		}
		if !config.History[first+i].EmptyLayer {
			img.added++
		}
	}
	layers := map[string]int{}
	all := manifests[0].Layers
	for i, name := range all {
		if to, ok := links[name]; ok {
			name = to // an equal layer is kept once
		}
		layers[name] = i - (len(all) - img.added)
	}
	return layers, nil
}

// readLayers reads the layers; the archive has them in any order.
func (img *savedImage) readLayers(f io.ReadSeeker, layers map[string]int, canary []byte) error {
	found := make([][]*tar.Header, img.added)
	err := entries(f, func(h *tar.Header, r io.Reader) error {
		at, ok := layers[h.Name]
		if !ok {
			return nil
		}
		layer, err := decompress(r)
		if err != nil {
			return err
		}
		inner := tar.NewReader(layer)
		for {
			e, err := inner.Next()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("the layer %s: %w", h.Name, err)
			}
			e.Name = path.Join("/", e.Name)
			if at < 0 {
				if e.Typeflag == tar.TypeDir {
					img.base[e.Name] = e
				}
				continue
			}
			found[at] = append(found[at], e)
			img.bytes += e.Size
			leak, err := contains(inner, canary)
			if err != nil {
				return fmt.Errorf("the layer %s: %s: %w", h.Name, e.Name, err)
			}
			if leak || strings.Contains(e.Name, string(canary)) || strings.Contains(e.Linkname, string(canary)) {
				img.leaks = append(img.leaks, e.Name)
			}
		}
	})
	for _, layer := range found {
		for _, e := range layer {
			img.files[e.Name] = e
		}
	}
	slices.Sort(img.leaks)
	return err
}

// entries calls see for each entry of an archive, from its start.
func entries(f io.ReadSeeker, see func(*tar.Header, io.Reader) error) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	r := tar.NewReader(bufio.NewReaderSize(f, 1<<20))
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := see(h, r); err != nil {
			return err
		}
	}
}

// decompress reads a layer that may be compressed.
func decompress(r io.Reader) (io.Reader, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	if head, _ := b.Peek(2); bytes.Equal(head, []byte{0x1f, 0x8b}) {
		return gzip.NewReader(b)
	}
	return b, nil
}

// contains reports whether a text stands anywhere in what r reads.
func contains(r io.Reader, text []byte) (bool, error) {
	buf := make([]byte, 0, 64<<10)
	for {
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if bytes.Contains(buf, text) {
			return true, nil
		}
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if len(buf) == cap(buf) {
			buf = buf[:copy(buf[:len(text)], buf[len(buf)-len(text):])]
		}
	}
}

// writable lists what the user can write to among the added files: regular files
// and folders, save state, what is the user's own by nature (its home and folders
// for temporary files) and folders that are as the base has them.
func (img *savedImage) writable(uid, gid int, state []string) []string {
	var out []string
	for name, h := range img.files {
		mode := h.FileInfo().Mode()
		file, dir := h.Typeflag == tar.TypeReg || h.Typeflag == tar.TypeLink, h.Typeflag == tar.TypeDir
		bits := mode.Perm()
		can := bits&0o002 != 0 || h.Uid == uid && bits&0o200 != 0 || h.Gid == gid && bits&0o020 != 0
		switch {
		case !can || !file && !dir || mode&fs.ModeSticky != 0:
		case inside(name, state) || inside(name, []string{"/home", "/tmp", "/var/tmp", "/run", "/proc", "/sys", "/dev"}):
		case strings.HasPrefix(path.Base(name), ".wh."):
		case dir && img.base[name] != nil && img.base[name].Mode == h.Mode && img.base[name].Uid == h.Uid && img.base[name].Gid == h.Gid:
		default:
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// setuid lists the added files that give their owner's rights to whoever runs them.
func (img *savedImage) setuid() []string {
	var out []string
	for name, h := range img.files {
		if h.Typeflag == tar.TypeReg && h.FileInfo().Mode()&(fs.ModeSetuid|fs.ModeSetgid) != 0 {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

func inside(name string, dirs []string) bool {
	return slices.ContainsFunc(dirs, func(d string) bool { return name == d || strings.HasPrefix(name, strings.TrimSuffix(d, "/")+"/") })
}
