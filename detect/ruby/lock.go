package ruby

import (
	"slices"
	"strings"

	"dockgen/detect"
)

// lock is what Gemfile.lock holds (https://bundler.io/guides/rationale.html#checking-your-code-into-version-control).
// Its format is lines with a meaning by their indentation.
type lock struct {
	d          *detect.Dir
	file       string
	specs      map[string]spec
	order      []string
	direct     map[string]int // DEPENDENCIES, with their lines
	platforms  []string
	ruby       string // "3.4.9", of RUBY VERSION
	rubyLine   int
	bundler    string
	bundlerAt  int
	platformAt int
}

// spec is one gem of the lock.
type spec struct {
	name     string
	version  string   // without the platform
	builds   []string // platforms that it is locked for beside plain Ruby: "x86_64-linux-gnu"
	plain    bool     // locked for plain Ruby too: it is compiled where no build fits
	deps     []string
	from     string // GEM, GIT, PATH
	remote   string
	line     int
	fromLine int
}

func readLock(d *detect.Dir, name string) (*lock, error) {
	data, err := d.ReadLock(name)
	if err != nil {
		return nil, err
	}
	l := &lock{d: d, file: name, specs: map[string]spec{}, direct: map[string]int{}}
	var section, remote, last string
	sectionAt := 0
	for i, row := range strings.Split(string(data), "\n") {
		n := i + 1
		body := strings.TrimLeft(row, " ")
		indent := len(row) - len(body)
		switch {
		case body == "":
		case strings.HasPrefix(row, "<<<<<<<"), strings.HasPrefix(row, ">>>>>>>"), strings.HasPrefix(row, "|||||||"):
			return nil, d.Errorf(name, n, "holds the mark of a merge conflict: resolve it, then run bundle install")
		case indent == 0 && strings.ToUpper(body) != body: // no line of Bundler's
		case indent == 0:
			section, remote, last, sectionAt = body, "", "", n
		case section == "GEM" || section == "GIT" || section == "PATH" || section == "PLUGIN SOURCE":
			switch {
			case indent == 2 && strings.HasPrefix(body, "remote: "):
				if remote = strings.TrimPrefix(body, "remote: "); section != "GEM" {
					sectionAt = n
				}
			case indent == 4:
				last = l.spec(body, section, remote, n, sectionAt)
			case indent == 6 && last != "":
				s := l.specs[last]
				if dep, _, _ := strings.Cut(body, " "); !slices.Contains(s.deps, dep) {
					s.deps = append(s.deps, dep)
				}
				l.specs[last] = s
			}
		case section == "PLATFORMS":
			l.platforms = append(l.platforms, body)
			l.platformAt = n
		case section == "DEPENDENCIES":
			dep, _, _ := strings.Cut(body, " ")
			l.direct[strings.TrimSuffix(dep, "!")] = n
		case section == "RUBY VERSION":
			if v, ok := strings.CutPrefix(body, "ruby "); ok {
				v, _, _ = strings.Cut(v, " ")
				v, _, _ = strings.Cut(v, "p")
				l.ruby, l.rubyLine = v, n
			}
		case section == "BUNDLED WITH":
			l.bundler, l.bundlerAt = body, n
		}
	}
	return l, nil
}

// spec reads "nokogiri (1.16.0-x86_64-linux)" and returns the name.
func (l *lock) spec(body, section, remote string, line, from int) string {
	name, rest, ok := strings.Cut(body, " (")
	if !ok {
		return ""
	}
	version, platform, _ := strings.Cut(strings.TrimSuffix(rest, ")"), "-")
	s, known := l.specs[name]
	if !known {
		s = spec{name: name, version: version, from: section, remote: remote, line: line, fromLine: from}
		l.order = append(l.order, name)
	}
	if platform == "" {
		s.plain = true
	} else {
		s.builds = append(s.builds, platform)
	}
	l.specs[name] = s
	return name
}

func (l *lock) note(line int, format string, args ...any) detect.Note {
	return l.d.Note(l.file, line, format, args...)
}

// closure are the gems that get installed with those.
func (l *lock) closure(names []string) map[string]bool {
	out := map[string]bool{}
	for queue := slices.Clone(names); len(queue) > 0; queue = queue[1:] {
		if name := queue[0]; !out[name] {
			out[name] = true
			queue = append(queue, l.specs[name].deps...)
		}
	}
	return out
}

// linux reports whether a platform is one of Debian's images.
func linux(platform string) bool {
	return strings.Contains(platform, "linux") && !strings.Contains(platform, "musl")
}

// prebuilt reports whether the gem comes compiled for Debian on the usual machines.
func (s spec) prebuilt() bool { return slices.ContainsFunc(s.builds, linux) }
