package java

import (
	"path"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// logFolders are the absolute folders that the program writes logs to: Logback ends the
// start of Spring Boot where it can't open one
// (https://docs.spring.io/spring-boot/how-to/logging.html).
func (p *program) logFolders(s *detect.Service) []LogFolder {
	var files []string
	for _, key := range []string{"logging.file.name", "logging.file"} {
		if v, ok := p.config.get(key); ok {
			files = append(files, p.config.plain(v.value))
		}
	}
	for _, key := range []string{"logging.file.path", "logging.path"} {
		if v, ok := p.config.get(key); ok {
			files = append(files, p.config.plain(v.value)+"/spring.log")
		}
	}
	for _, name := range []string{"logback.xml", "logback-spring.xml", "log4j2.xml", "log4j2-spring.xml"} {
		res := p.dir.Sub("src/main/resources")
		if !res.Has(name) {
			continue
		}
		if root, err := manifest.XML(res, name); err == nil {
			files = append(files, p.appenderFiles(root)...)
		}
		break
	}
	taken := make([]safe.RelPath, 0, len(s.State))
	for _, r := range s.State {
		if at, err := safe.NewRelPath(path.Join("app", r.String())); err == nil {
			taken = append(taken, at)
		}
	}
	var out []LogFolder
	for _, file := range files {
		r, ok := logFolder(file)
		in, err := safe.NewRelPath(path.Dir(r.String()))
		if ok && err == nil && !covered(taken, r) {
			taken, out = append(taken, r), append(out, LogFolder{r, in})
		}
	}
	return out
}

// logFolder is the folder of a file, relative to the root of the file system.
func logFolder(file string) (safe.RelPath, bool) {
	file, _, _ = strings.Cut(strings.TrimSpace(file), "%") // the day, of a rolling one
	if file == "" || strings.ContainsAny(file, "$\\:") || strings.HasPrefix(file, "~") {
		return safe.RelPath{}, false
	}
	dir, _ := path.Split(file)
	if !path.IsAbs(dir) {
		dir = path.Join("/app", dir)
	}
	dir = strings.TrimPrefix(path.Clean(dir), "/")
	first, _, _ := strings.Cut(dir, "/")
	switch first {
	case "", "tmp", "dev", "proc", "sys", "bin", "lib", "usr", "etc", "opt":
		return safe.RelPath{}, false
	}
	if dir == "app" || dir == "var" || dir == "var/log" || dir == "home" || dir == "root" {
		return safe.RelPath{}, false // others keep theirs there
	}
	r, err := safe.NewRelPath(dir)
	return r, err == nil && r.Plain()
}

// covered reports whether a folder is one of those, or lies below one.
func covered(all []safe.RelPath, r safe.RelPath) bool {
	for _, o := range all {
		if detect.Within(r.String(), o.String()) {
			return true
		}
	}
	return false
}

// appenderFiles are the files of a logging configuration's appenders, as its properties
// and defaults stand (https://logback.qos.ch/manual/configuration.html).
func (p *program) appenderFiles(root *manifest.Element) []string {
	values := map[string]string{}
	var out []string
	root.Walk(func(e *manifest.Element) {
		switch strings.ToLower(e.Name) {
		case "property", "variable":
			value := e.Attr("value")
			if value == "" {
				value = e.Text // Log4j's
			}
			if name := e.Attr("name"); name != "" && values[name] == "" {
				values[name] = expandLog(value, values)
			}
		case "springproperty":
			value := e.Attr("defaultValue")
			if v, ok := p.config.get(e.Attr("source")); ok {
				value = p.config.plain(v.value)
			}
			values[e.Attr("name")] = value
		case "appender":
			if !strings.HasSuffix(e.Attr("class"), "FileAppender") {
				return
			}
			if f := e.Find("file"); f != nil {
				out = append(out, expandLog(f.Text, values))
			} else if f := e.Find("fileNamePattern"); f != nil {
				out = append(out, expandLog(f.Text, values))
			}
		case "file", "rollingfile": // Log4j's appenders
			if f := e.Attr("fileName"); f != "" {
				out = append(out, expandLog(f, values))
			}
		}
	})
	return out
}

// expandLog puts values and defaults in: ${log.path}, ${LOG_HOME:-/data/logs}.
func expandLog(text string, values map[string]string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "${")
		b.WriteString(before)
		if !ok || b.Len() > 1024 {
			return b.String()
		}
		inner, after, ok := strings.Cut(rest, "}")
		if !ok {
			return b.String() + "${" + rest
		}
		name, def, has := strings.Cut(inner, ":")
		switch v := values[name]; {
		case v != "":
			b.WriteString(v)
		case has:
			b.WriteString(strings.TrimPrefix(def, "-"))
		default:
			b.WriteString("${" + inner + "}")
		}
		text = after
	}
}
