package manifest

import (
	"bytes"
	"regexp"
	"strings"

	"dockgen/detect"
)

// EnvLine is one variable of an example file.
type EnvLine struct {
	Name    string
	Value   string // never set for a real .env file: see EnvNames
	Comment string // what stands above it or behind it
	// Off marks a line that is commented out: "# PORT=3000".
	Off  bool
	Path string // of the file, in the folder
	Line int
}

// EnvExamples are the files that show which variables a program reads, without
// anybody's secrets.
func EnvExamples() []string {
	return []string{".env.example", ".env.sample", ".env.template", ".env.dist", ".env.defaults", ".env.local.example", ".env.development.example", ".env.production.example", "env.example", "example.env", "sample.env", ".env-example", ".env-sample", "env.sample"}
}

// EnvExample returns the variables of the folder's example files, the first
// file's value winning where two name one variable.
func EnvExample(d *detect.Dir) ([]EnvLine, error) {
	var out []EnvLine
	seen := map[string]bool{}
	for _, name := range EnvExamples() {
		if !d.Has(name) {
			continue
		}
		data, err := d.Read(name)
		if err != nil {
			return nil, err
		}
		if bytes.HasPrefix(data, []byte("# Written by dockgen")) {
			continue // our own answer is no evidence
		}
		for _, l := range envLines(name, string(data)) {
			if !seen[l.Name] {
				seen[l.Name] = true
				out = append(out, l)
			}
		}
	}
	return out, nil
}

// ShowsEnv reports whether an example file of the project's own is in the folder.
func ShowsEnv(d *detect.Dir) bool {
	for _, name := range EnvExamples() {
		if d.Has(name) {
			if data, err := d.Read(name); err != nil || !bytes.HasPrefix(data, []byte("# Written by dockgen")) {
				return true
			}
		}
	}
	return false
}

// EnvNames returns the names alone of the variables in a file that may hold
// secrets (.env, .env.local). Its values leave this function in no form.
func EnvNames(d *detect.Dir, name string) ([]EnvLine, error) {
	if !d.Has(name) {
		return nil, nil
	}
	data, err := d.Read(name)
	if err != nil {
		return nil, err
	}
	lines := envLines(name, string(data))
	out := lines[:0]
	for _, l := range lines {
		if !l.Off {
			out = append(out, EnvLine{Name: l.Name, Path: l.Path, Line: l.Line})
		}
	}
	return out, nil
}

var envLineRE = regexp.MustCompile(`^(#\s?)?(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)$`)

// envLines parses what the dotenv libraries agree on: NAME=value with an optional
// "export", quotes of three kinds, a value over several lines in double quotes, " #" comments.
func envLines(path, text string) []EnvLine {
	var out []EnvLine
	var comment string
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		line := strings.TrimSpace(lines[i])
		m := envLineRE.FindStringSubmatch(line)
		if m == nil || m[1] != "" && !isUpper(m[2]) { // "# note = this" is prose
			comment = strings.TrimSpace(strings.TrimLeft(line, "# "))
			continue
		}
		l := EnvLine{Name: m[2], Off: m[1] != "", Path: path, Line: i + 1, Comment: comment}
		value := strings.TrimSpace(m[3])
		// A quote that is still open runs on, but not past a screenful: then it is a plain character.
		if q := openQuote(value); q != 0 && !l.Off {
			for j := i + 1; j < len(lines) && j <= i+100; j++ {
				if strings.IndexByte(lines[j], q) >= 0 {
					value += "\n" + strings.Join(lines[i+1:j+1], "\n")
					i = j
					break
				}
			}
		}
		var behind string
		if l.Value, behind = envValue(value); behind != "" {
			l.Comment = behind
		}
		out = append(out, l)
		comment = ""
	}
	return out
}

func isUpper(s string) bool { return s == strings.ToUpper(s) }

func openQuote(value string) byte {
	if value == "" || value[0] != '"' && value[0] != '\'' && value[0] != '`' {
		return 0
	}
	if strings.IndexByte(value[1:], value[0]) >= 0 {
		return 0
	}
	return value[0]
}

func envValue(s string) (value, comment string) {
	if s == "" {
		return "", ""
	}
	if q := s[0]; q == '"' || q == '\'' || q == '`' {
		if end := strings.IndexByte(s[1:], q); end >= 0 {
			return s[1 : 1+end], cleanComment(s[end+2:])
		}
	}
	if strings.HasPrefix(s, "#") {
		return "", cleanComment(s)
	}
	for _, mark := range []string{" #", "\t#"} {
		if before, after, ok := strings.Cut(s, mark); ok {
			return strings.TrimSpace(before), strings.TrimSpace(after)
		}
	}
	return s, ""
}

func cleanComment(s string) string {
	s = strings.TrimSpace(s)
	if !strings.HasPrefix(s, "#") {
		return ""
	}
	return strings.TrimSpace(strings.TrimLeft(s, "#"))
}
