package python

import (
	"regexp"
	"strings"
	"sync"

	"dockgen/detect"
)

// requirement is one dependency as a manifest words it, after
// https://packaging.python.org/en/latest/specifications/dependency-specifiers.
type requirement struct {
	Name   string // normalised: see normal
	Extras []string
	Spec   string // ">=1,<2"; Poetry's "^1.2" as it stands
	URL    string // of a direct reference; its scheme is all that is asked of it
	Marker string
	Why    detect.Note
}

var (
	requirementRE = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*(.*)$`)
	})
	separatorRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[-_.]+`) })
)

// normal returns a package's name as PEP 503 compares it.
func normal(name string) string {
	return strings.ToLower(separatorRE().ReplaceAllString(strings.TrimSpace(name), "-"))
}

// parseRequirement parses one specifier. It is false for what names no package.
func parseRequirement(s string) (requirement, bool) {
	m := requirementRE().FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return requirement{}, false
	}
	r := requirement{Name: normal(m[1])}
	for _, e := range strings.Split(m[2], ",") {
		if e = normal(e); e != "" {
			r.Extras = append(r.Extras, e)
		}
	}
	rest := m[3]
	if url, ok := strings.CutPrefix(rest, "@"); ok {
		r.URL, r.Marker, _ = strings.Cut(strings.TrimSpace(url), " ;")
		r.Marker = strings.TrimSpace(r.Marker)
		return r, true
	}
	rest, r.Marker, _ = strings.Cut(rest, ";")
	r.Spec = strings.Trim(strings.TrimSpace(rest), "()")
	r.Marker = strings.TrimSpace(r.Marker)
	if r.Spec != "" && !strings.ContainsAny(r.Spec[:1], "<>=!~") {
		return requirement{}, false
	}
	return r, true
}

// pinned returns the one version that the specifier allows, or "".
func (r requirement) pinned() string {
	v, ok := strings.CutPrefix(strings.TrimSpace(r.Spec), "==")
	if !ok || strings.ContainsAny(v, ",*") {
		return ""
	}
	return strings.TrimSpace(strings.TrimPrefix(v, "="))
}

// foreign reports whether the marker rules the container out: a package for
// Windows or macOS alone. Only markers of one plain comparison are judged.
func (r requirement) foreign() bool {
	m := strings.ReplaceAll(strings.ReplaceAll(r.Marker, `"`, "'"), " ", "")
	switch m {
	case "sys_platform=='win32'", "platform_system=='Windows'", "os_name=='nt'", "sys_platform=='darwin'", "platform_system=='Darwin'", "sys_platform!='linux'":
		return true
	}
	return false
}

var pythonMarkerRE = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`python_(?:full_)?version\s*(<=|>=|<|>|==|!=)\s*['"]([0-9.]+)['"]`)
})

// excluded reports whether a marker rules a line of Python, or Linux, out. One with "or" in
// it is taken to hold.
func excluded(marker, line string) bool {
	if marker == "" || strings.Contains(marker, " or ") {
		return false
	}
	if (requirement{Marker: marker}).foreign() || strings.Contains(strings.ReplaceAll(marker, `"`, "'"), "sys_platform == 'win32'") {
		return true
	}
	if line == "" {
		return false
	}
	for _, m := range pythonMarkerRE().FindAllStringSubmatch(marker, -1) {
		if !satisfies(line, m[1]+m[2]) {
			return true
		}
	}
	return false
}

// needsGit reports whether the dependency is fetched by git.
func (r requirement) needsGit() bool { return strings.HasPrefix(r.URL, "git+") }
