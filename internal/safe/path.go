package safe

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

// RelPath is a path below a folder: slashes, clean, never upwards or absolute.
// "." is the folder itself.
type RelPath struct{ str }

// FileName reports why a file or folder of that name can't be named in a written
// file: beside what Text refuses, a backslash, which is a separator elsewhere,
// and "<<", out of which BuildKit reads a here-document, quoted or not.
func FileName(name string) error {
	if err := Text(name); err != nil {
		return err
	}
	for _, bad := range []string{`\`, "<<"} {
		if strings.Contains(name, bad) {
			return fmt.Errorf("holds %q", bad)
		}
	}
	return nil
}

// NewRelPath returns s as a path below a folder.
func NewRelPath(s string) (RelPath, error) {
	if err := Text(s); err != nil {
		return RelPath{}, fmt.Errorf("path %q %w", Visible(s), err)
	}
	c := path.Clean(strings.ReplaceAll(s, `\`, "/"))
	if s == "" || path.IsAbs(c) || c == ".." || strings.HasPrefix(c, "../") || len(c) > 1024 {
		return RelPath{}, fmt.Errorf("path %q leaves the folder", s)
	}
	return RelPath{str{c}}, nil
}

// RelPathOf is NewRelPath for constants; it panics on a bad one.
func RelPathOf(s string) RelPath { return must(NewRelPath(s)) }

var plainRE = regexp.MustCompile(`^[A-Za-z0-9._/@+][A-Za-z0-9._/@+-]*$`)

// Plain reports whether the path needs no quoting in a Dockerfile: neither in
// COPY nor as the source of a mount.
func (p RelPath) Plain() bool { return plainRE.MatchString(p.s) }

// Join returns the path with further elements.
func (p RelPath) Join(elem ...string) (RelPath, error) {
	return NewRelPath(path.Join(append([]string{p.s}, elem...)...))
}

// Pattern is one line of a .dockerignore file.
type Pattern struct{ str }

var patternRE = regexp.MustCompile(`^!?[A-Za-z0-9._/@+~*?\[\]-][A-Za-z0-9._/@+~*?\[\] -]*$`)

// PatternOf returns a constant as a pattern; it panics on a bad one.
func PatternOf(s string) Pattern {
	v, err := match("pattern", "as in **/node_modules", patternRE, s)
	return must(Pattern{v}, err)
}

// PatternFor returns the pattern that matches just the path p.
func PatternFor(p RelPath) Pattern {
	var b strings.Builder
	if strings.HasPrefix(p.s, "#") || strings.HasPrefix(p.s, "!") || strings.HasPrefix(p.s, " ") {
		b.WriteString("./") // cleaned away by Docker, and no mark at the start of a line
	}
	for _, r := range p.s {
		if strings.ContainsRune(`*?[\`, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return Pattern{str{b.String()}}
}

// PatternAnywhere returns the pattern that matches the path p below every folder.
func PatternAnywhere(p RelPath) Pattern {
	return Pattern{str{"**/" + strings.TrimPrefix(PatternFor(p).s, "./")}}
}

// Except returns the pattern that keeps what the pattern p matches.
func (p Pattern) Except() Pattern { return Pattern{str{"!" + p.s}} }

// Below returns what the pattern matches for a context whose folder dir is now what
// the whole context was. A pattern for every depth stays as it is.
func (p Pattern) Below(dir RelPath) (Pattern, error) {
	if !plainRE.MatchString(dir.s) {
		return Pattern{}, fmt.Errorf("the folder %q can't stand in a pattern", dir.s)
	}
	mark, rest := "", p.s
	if strings.HasPrefix(rest, "!") {
		mark, rest = "!", rest[1:]
	}
	if strings.HasPrefix(rest, "**/") || dir.s == "." {
		return p, nil
	}
	return Pattern{str{mark + dir.s + "/" + strings.TrimPrefix(strings.TrimPrefix(rest, "./"), "/")}}, nil
}
