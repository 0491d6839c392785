package python

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
)

// reqFiles is what a requirements file, and those that it names, ask for
// (https://pip.pypa.io/en/stable/reference/requirements-file-format).
type reqFiles struct {
	Top     string   // the file that is installed
	Files   []string // all that are read, the first being Top; relative to the folder
	Reqs    []requirement
	Hashes  bool          // pip checks hashes as soon as one line has them
	Local   []string      // folders of the project that are installed, "." for itself
	Index   []detect.Note // lines that name a package index
	Missing []detect.Note // lines that name files that aren't there
	seen    map[string]bool
}

// maxReqFiles bounds how many files may name one another.
const maxReqFiles = 32

// readReqFiles reads a requirements file of the folder.
func readReqFiles(d *detect.Dir, name string) (*reqFiles, error) {
	f := &reqFiles{Top: name, seen: map[string]bool{}}
	return f, f.read(d, name, true)
}

func (f *reqFiles) read(d *detect.Dir, name string, install bool) error {
	if f.seen[name] || len(f.Files) >= maxReqFiles {
		return nil
	}
	f.seen[name] = true
	data, err := d.Read(name)
	if err != nil {
		return err
	}
	f.Files = append(f.Files, name)
	lines := strings.Split(string(data), "\n")
	for i := 0; i < len(lines); i++ {
		first := i + 1
		line := lines[i]
		for strings.HasSuffix(line, `\`) && i+1 < len(lines) {
			i++
			line = strings.TrimSuffix(line, `\`) + " " + lines[i]
		}
		if err := f.line(d, name, first, cutComment(line), install); err != nil {
			return err
		}
	}
	return nil
}

// cutComment takes a comment off: "#" at the start or after a blank.
func cutComment(line string) string {
	if strings.HasPrefix(strings.TrimSpace(line), "#") {
		return ""
	}
	for i := 1; i < len(line); i++ {
		if line[i] == '#' && (line[i-1] == ' ' || line[i-1] == '\t') {
			return strings.TrimSpace(line[:i])
		}
	}
	return strings.TrimSpace(line)
}

func (f *reqFiles) line(d *detect.Dir, name string, line int, text string, install bool) error {
	note := func() detect.Note { return d.Note(name, line, "%s", text) }
	if before, _, ok := strings.Cut(text, " --hash"); ok {
		f.Hashes, text = true, strings.TrimSpace(before)
	}
	if text == "" {
		return nil
	}
	option, value := splitOption(text)
	switch option {
	case "":
	case "-r", "--requirement", "-c", "--constraint":
		p := path.Join(path.Dir(name), value)
		if strings.Contains(value, "://") || !d.Has(p) {
			f.Missing = append(f.Missing, note())
			return nil
		}
		return f.read(d, p, install && (option == "-r" || option == "--requirement"))
	case "-e", "--editable":
		if install {
			f.local(name, value, note())
		}
		return nil
	case "-i", "--index-url", "--extra-index-url", "-f", "--find-links":
		if !publicIndex(value) {
			f.Index = append(f.Index, d.Note(name, line, "%s", option))
		}
		return nil
	case "--require-hashes":
		f.Hashes = true
		return nil
	default:
		return nil
	}
	if !install {
		return nil
	}
	if isLocal(text) {
		f.local(name, text, note())
		return nil
	}
	text, _, _ = strings.Cut(text, " --") // options of one requirement
	if r, ok := bareURL(text); ok {
		r.Why = note()
		f.Reqs = append(f.Reqs, r)
		return nil
	}
	if r, ok := parseRequirement(text); ok && !r.foreign() {
		r.Why = note()
		f.Reqs = append(f.Reqs, r)
	}
	return nil
}

// splitOption splits "-r file", "-rfile" and "--requirement=file"; option is empty
// for a line that is none.
func splitOption(text string) (option, value string) {
	if !strings.HasPrefix(text, "-") {
		return "", ""
	}
	if i := strings.IndexAny(text, " ="); i > 0 {
		return text[:i], strings.TrimSpace(text[i+1:])
	}
	if !strings.HasPrefix(text, "--") && len(text) > 2 {
		return text[:2], text[2:]
	}
	return text, ""
}

func isLocal(text string) bool {
	return text == "." || strings.HasPrefix(text, "./") || strings.HasPrefix(text, "../") || strings.HasPrefix(text, ".[")
}

// local notes a folder that is installed, or a reference that -e fetches.
func (f *reqFiles) local(name, value string, why detect.Note) {
	if r, ok := bareURL(value); ok {
		r.Why = why
		f.Reqs = append(f.Reqs, r)
		return
	}
	p, _, _ := strings.Cut(value, "[")
	p = strings.TrimPrefix(p, "file:")
	if p = path.Clean(p); !path.IsAbs(p) && !slices.Contains(f.Local, p) { // pip resolves it against the folder it runs in
		f.Local = append(f.Local, p)
	}
}

// bareURL reads "git+https://host/x.git@v1#egg=name" and plain addresses of archives.
func bareURL(text string) (requirement, bool) {
	scheme, _, ok := strings.Cut(text, "://")
	if !ok || strings.ContainsAny(scheme, " @[=<>") {
		return requirement{}, false
	}
	url, marker, _ := strings.Cut(text, ";")
	url = strings.TrimSpace(url)
	r := requirement{URL: url, Marker: strings.TrimSpace(marker)}
	if _, egg, ok := strings.Cut(url, "egg="); ok {
		egg, _, _ = strings.Cut(egg, "&")
		egg, _, _ = strings.Cut(egg, "[")
		r.Name = normal(egg)
	} else {
		base := strings.TrimSuffix(path.Base(strings.SplitN(url, "#", 2)[0]), ".git")
		base, _, _ = strings.Cut(base, ".git@")
		base, _, _ = strings.Cut(base, "-") // of an archive: name-1.0.tar.gz
		r.Name = normal(base)
	}
	return r, true
}

// openDomains are the second-level names of indexes that let everybody in.
var openDomains = []string{"pypi", "pythonhosted", "pytorch", "piwheels", "nvidia", "pyg"}

// publicIndex reports whether an address is that of an index which asks for no login.
func publicIndex(address string) bool {
	_, rest, _ := strings.Cut(address, "://")
	host, _, _ := strings.Cut(rest, "/")
	labels := strings.Split(host, ".")
	return !strings.Contains(host, "@") && len(labels) > 1 && slices.Contains(openDomains, labels[len(labels)-2])
}
