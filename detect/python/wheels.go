package python

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	pep440 "github.com/aquasecurity/go-pep440-version"

	"dockgen/detect"
)

// works says from which release on a package runs on a line of Python: because its
// index has wheels for it (without them pip compiles, often in vain), or because the
// release before breaks there. Lines below the first one named are not restricted.
// From the packages' changelogs and lists of files. Django's from its FAQ
// (https://docs.djangoproject.com/en/stable/faq/install).
var works = map[string]map[string]string{
	"aiohttp":         {"3.11": ">=3.8.3", "3.12": ">=3.9", "3.13": ">=3.10.6", "3.14": ">=3.13"},
	"aioredis":        {"3.11": "<2"}, // asyncio's TimeoutError is the built-in one from then on
	"asyncpg":         {"3.11": ">=0.27", "3.12": ">=0.29", "3.13": ">=0.30", "3.14": ">=0.31"},
	"celery":          {"3.12": ">=5.3", "3.13": ">=5.4"},
	"cffi":            {"3.11": ">=1.15.1", "3.12": ">=1.16", "3.13": ">=1.17", "3.14": ">=2"},
	"django":          {"3.6": ">=1.11", "3.8": ">=2.2.8", "3.10": ">=3.2.9", "3.11": ">=4.1.3", "3.12": ">=4.2.8", "3.13": ">=5.1.3", "3.14": ">=5.2.8"},
	"discord-py":      {"3.13": ">=2.5"},   // older ones import audioop, which is gone
	"eventlet":        {"3.12": ">=0.34"},  // older ones import distutils
	"fastapi":         {"3.14": ">=0.100"}, // older ones need pydantic 1
	"frozenlist":      {"3.11": ">=1.3.3", "3.12": ">=1.4.1", "3.13": ">=1.5", "3.14": ">=1.8"},
	"gevent":          {"3.11": ">=22.10", "3.12": ">=23.9", "3.13": ">=24.10.1", "3.14": ">=25.8"},
	"greenlet":        {"3.11": ">=2", "3.12": ">=3", "3.13": ">=3.1", "3.14": ">=3.2.4"},
	"grpcio":          {"3.11": ">=1.49.1", "3.12": ">=1.59", "3.13": ">=1.66.2", "3.14": ">=1.75.1"},
	"httptools":       {"3.9": ">=0.2", "3.10": ">=0.3", "3.11": ">=0.5", "3.12": ">=0.6.1", "3.13": ">=0.6.2", "3.14": ">=0.7"},
	"jinja2":          {"3.10": ">=2.11"}, // older ones take names of collections that are gone
	"lxml":            {"3.11": ">=4.9.1", "3.12": ">=4.9.3", "3.13": ">=5.3", "3.14": ">=6.0.1"},
	"matplotlib":      {"3.11": ">=3.6", "3.12": ">=3.8", "3.13": ">=3.9.2", "3.14": ">=3.10.5"},
	"multidict":       {"3.11": ">=6.0.3", "3.12": ">=6.0.5", "3.13": ">=6.1", "3.14": ">=6.6.4"},
	"mysqlclient":     {}, // no wheels for Linux at all
	"numpy":           {"3.10": ">=1.21.3", "3.11": ">=1.23.2", "3.12": ">=1.26", "3.13": ">=2.1", "3.14": ">=2.3.2"},
	"orjson":          {"3.11": ">=3.8", "3.12": ">=3.9.8", "3.13": ">=3.10.7", "3.14": ">=3.11.2"},
	"pandas":          {"3.10": ">=1.3.4", "3.11": ">=1.5.1", "3.12": ">=2.1.1", "3.13": ">=2.2.3", "3.14": ">=2.3.3"},
	"pillow":          {"3.10": ">=8.4", "3.11": ">=9.3", "3.12": ">=10.1", "3.13": ">=10.4", "3.14": ">=11.3"},
	"psycopg-binary":  {"3.11": ">=3.1.4", "3.12": ">=3.1.12", "3.13": ">=3.2.3", "3.14": ">=3.2.10"},
	"psycopg2-binary": {"3.10": ">=2.9.2", "3.11": ">=2.9.5", "3.12": ">=2.9.8", "3.13": ">=2.9.10", "3.14": ">=2.9.11"},
	"py-cord":         {"3.13": ">=2.7", "3.14": ">=2.8"},
	"pyarrow":         {"3.11": ">=10", "3.12": ">=14", "3.13": ">=18", "3.14": ">=22"},
	"pydantic":        {"3.12": ">=1.10.13,<2||>=2.4", "3.13": ">=1.10.19,<2||>=2.8", "3.14": ">=2.12"},
	"pydantic-core":   {"3.12": ">=2.10", "3.13": ">=2.20", "3.14": ">=2.35"},
	"pymssql":         {"3.11": ">=2.2.7", "3.12": ">=2.2.11", "3.13": ">=2.3.1", "3.14": ">=2.3.8"},
	"pyyaml":          {"3.10": ">=6", "3.11": ">=6.0", "3.12": ">=6.0.1", "3.13": ">=6.0.2", "3.14": ">=6.0.3"},
	"redis":           {"3.12": ">=4.1"}, // older ones import distutils
	"scikit-learn":    {"3.11": ">=1.2", "3.12": ">=1.3.1", "3.13": ">=1.5.2", "3.14": ">=1.7.2"},
	"scipy":           {"3.11": ">=1.9.2", "3.12": ">=1.11.2", "3.13": ">=1.14.1", "3.14": ">=1.16.1"},
	"sqlalchemy":      {"3.13": "<2||>=2.0.31"}, // 2.0.30 and before fail on import
	"tensorflow":      {"3.11": ">=2.12", "3.12": ">=2.16", "3.13": ">=2.20", "3.14": ">=2.21"},
	"tiktoken":        {"3.12": ">=0.5.2", "3.13": ">=0.8", "3.14": ">=0.12"},
	"torch":           {"3.11": ">=2", "3.12": ">=2.2", "3.13": ">=2.5", "3.14": ">=2.9"},
	"uvloop":          {"3.9": ">=0.15", "3.10": ">=0.16", "3.11": ">=0.17", "3.12": ">=0.19", "3.13": ">=0.21", "3.14": ">=0.22"},
	"werkzeug":        {"3.14": ">=2.3.8"}, // older ones take names of the module ast that are gone
	"yarl":            {"3.11": ">=1.8.2", "3.12": ">=1.9.4", "3.13": ">=1.13", "3.14": ">=1.20"},
	"zstandard":       {"3.11": ">=0.19", "3.12": ">=0.22", "3.13": ">=0.23", "3.14": ">=0.24"},
}

// fits reports whether all that is installed runs on a line of Python without being
// compiled there for want of a wheel; the note says what doesn't.
func (p *project) fits(line string) (detect.Note, bool) {
	if p == nil {
		return detect.Note{}, true
	}
	if p.lock != nil {
		closure := p.lock.closure(p.direct, line)
		for _, name := range slices.Sorted(maps.Keys(closure)) {
			l := closure[name]
			if !l.hasWheel(line) || !runs(name, "=="+l.Version, line) {
				return p.lock.Dir.Note(p.lock.File, 0, "%s %s is not made for Python %s", name, l.Version, line), false
			}
		}
		return detect.Note{}, true
	}
	reqs := p.direct
	if p.reqs != nil && p.manager.V == pip {
		reqs = slices.Concat(reqs, p.reqs.Reqs)
	}
	for _, r := range reqs {
		if !excluded(r.Marker, line) && !runs(r.Name, r.Spec, line) {
			return detect.Note{Path: r.Why.Path, Line: r.Why.Line, Text: r.Name + " " + r.Spec + " is not made for Python " + line}, false
		}
	}
	return detect.Note{}, true
}

// runs reports whether a release that the specifier allows runs on the line.
func runs(name, spec, line string) bool {
	want := ""
	for _, l := range slices.Sorted(maps.Keys(works[name])) {
		if compareLines(l, line) <= 0 && (want == "" || compareLines(l, want) > 0) {
			want = l
		}
	}
	if want == "" || strings.TrimSpace(spec) == "" {
		return true
	}
	good, err := pep440.NewSpecifiers(works[name][want])
	if err != nil {
		return true
	}
	asked, err := pep440.NewSpecifiers(toPEP440(spec))
	if err != nil {
		return true
	}
	for _, v := range candidates(spec, works[name]) {
		if good.Check(v) && asked.Check(v) {
			return true
		}
	}
	return false
}

var releaseRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\d+(?:\.\d+)*(?:(?:a|b|rc|\.post)\d+)?`) })

// candidates are the releases at which a specifier's answer can change: those that it
// and the table name, and one after them all.
func candidates(spec string, table map[string]string) []pep440.Version {
	text := spec
	for _, s := range table {
		text += " " + s
	}
	var out []pep440.Version
	for _, s := range append(releaseRE().FindAllString(text, -1), "9999") {
		for _, tail := range []string{"", ".0.1"} {
			if v, err := pep440.Parse(s + tail); err == nil {
				out = append(out, v)
			}
		}
	}
	return out
}

// hasWheel reports whether one of the package's wheels runs on the line, or none
// would on any line of Linux: then it is compiled in any case.
func (l *locked) hasWheel(line string) bool {
	linux := false
	for _, w := range l.Wheels {
		parts := strings.Split(strings.TrimSuffix(w, ".whl"), "-")
		if len(parts) < 5 {
			return true
		}
		py, abi, platform := parts[len(parts)-3], parts[len(parts)-2], parts[len(parts)-1]
		if platform != "any" && !strings.Contains(platform, "linux") || strings.Contains(platform, "musllinux") && !strings.Contains(platform, "manylinux") {
			continue
		}
		linux = true
		if wheelRuns(py, abi, line) {
			return true
		}
	}
	return !linux
}

// wheelRuns compares a wheel's tags with a line
// (https://packaging.python.org/en/latest/specifications/platform-compatibility-tags).
func wheelRuns(py, abi, line string) bool {
	cp := "cp" + strings.ReplaceAll(line, ".", "")
	for _, tag := range strings.Split(py, ".") {
		switch {
		case strings.HasPrefix(tag, "py3") && (abi == "none" || abi == "abi3") || tag == "py2.py3":
			return true
		case tag == cp && (abi == cp || abi == "none" || abi == "abi3" || abi == cp+"m"):
			return true
		case strings.HasPrefix(tag, "cp3") && abi == "abi3":
			n, err := strconv.Atoi(tag[3:])
			if err == nil && compareLines("3."+strconv.Itoa(n), line) <= 0 {
				return true
			}
		}
	}
	return false
}

// compiled returns the packages of the lock or the pins that have no wheel for the line.
func (p *project) compiled(line string) []string {
	if p == nil {
		return nil
	}
	var out []string
	closure := p.closure
	if p.lock != nil {
		closure = p.lock.closure(p.direct, line)
	}
	for _, name := range slices.Sorted(maps.Keys(closure)) {
		l := closure[name]
		if l.Files && len(l.Wheels) > 0 && !l.hasWheel(line) {
			out = append(out, name)
		}
	}
	if p.lock == nil || p.lock.Manager == pipenv {
		for _, r := range p.direct {
			if works[r.Name] != nil && !runs(r.Name, r.Spec, line) && r.Name != "django" && r.Name != "celery" && r.Name != "fastapi" && r.Name != "sqlalchemy" {
				out = append(out, r.Name)
			}
		}
	}
	return out
}

// satisfies reports whether a release lies in a range.
func satisfies(release, spec string) bool {
	v, err := pep440.Parse(release)
	if err != nil {
		return false
	}
	specs, err := pep440.NewSpecifiers(spec)
	return err == nil && specs.Check(v)
}

// compareLines orders "3.9" before "3.10".
func compareLines(a, b string) int {
	_, x, _ := strings.Cut(a, ".")
	_, y, _ := strings.Cut(b, ".")
	m, _ := strconv.Atoi(x)
	n, _ := strconv.Atoi(y)
	if c := strings.Compare(a[:min(1, len(a))], b[:min(1, len(b))]); c != 0 {
		return c
	}
	return m - n
}
