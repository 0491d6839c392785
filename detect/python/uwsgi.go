package python

import (
	"path"
	"strconv"
	"strings"

	"dockgen/detect"
)

// uwsgiFile is the configuration that a project has for uWSGI.
type uwsgiFile struct {
	name string
	keys map[string]string
	line map[string]int
	env  []pair
}

// uwsgiConf reads uwsgi.ini (https://uwsgi-docs.readthedocs.io/en/latest/Configuration.html#ini-files).
func (in *inspection) uwsgiConf() *uwsgiFile {
	name := in.d.First(path.Join(in.root, "uwsgi.ini"), path.Join(in.root, "uwsgi", "uwsgi.ini"))
	if name == "" {
		return nil
	}
	data, err := in.d.Read(name)
	if err != nil {
		return nil
	}
	f := &uwsgiFile{name: name, keys: map[string]string{}, line: map[string]int{}}
	for i, line := range strings.Split(string(data), "\n") {
		line = strings.TrimSpace(line)
		key, value, ok := strings.Cut(line, "=")
		if !ok || strings.HasPrefix(line, "#") || strings.HasPrefix(line, ";") {
			continue
		}
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		f.keys[key], f.line[key] = value, i+1
		if key == "env" {
			if n, v, ok := strings.Cut(value, "="); ok {
				f.env = append(f.env, pair{Name: n, Value: v})
			}
		}
	}
	return f
}

// uwsgi makes the command of a program that uWSGI serves: with the project's own
// configuration where there is one.
func (in *inspection) uwsgi(l *launch, module string) {
	l.Argv = []string{"uwsgi"}
	f := in.uwsgiConf()
	if f == nil {
		l.Argv = append(l.Argv, "--http", ":"+strconv.Itoa(l.Port), "--master", "--die-on-term", "--need-app", "--module", module)
		return
	}
	http := first(f.keys["http"], f.keys["http-socket"])
	if _, port := splitBind(http); port != 0 {
		l.Port, l.PortWhy = port, in.d.Note(f.name, f.line["http"], "http = %s", http)
	} else {
		if s := first(f.keys["socket"], f.keys["uwsgi-socket"]); s != "" {
			l.Notes = append(l.Notes, in.d.Note(f.name, f.line["socket"], "the socket speaks uWSGI's own protocol, for a web server before it: the image serves HTTP as well"))
		}
		l.Argv = append(l.Argv, "--http", ":"+strconv.Itoa(l.Port))
	}
	if f.keys["die-on-term"] != "true" && f.keys["die-on-term"] != "1" {
		l.Argv = append(l.Argv, "--die-on-term")
	}
	if f.keys["module"] == "" && f.keys["wsgi-file"] == "" && f.keys["wsgi"] == "" {
		l.Argv = append(l.Argv, "--module", module)
	}
	l.Argv = append(l.Argv, "--ini", strings.TrimPrefix(f.name, in.root+"/"))
	l.Why = detect.Note{Path: in.d.Note(f.name, 0, "").Path, Text: "uWSGI's configuration"}
}
