package crystal

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// read looks through the sources for ports and variables of the environment.
func read(d *detect.Dir, s *detect.Service) {
	files := 0
	for name := range d.Files("*.cr") {
		top, _, _ := strings.Cut(name, "/")
		if top == "lib" || top == "spec" || path.Base(name) == "lib" {
			continue
		}
		if files++; files > 1000 {
			return
		}
		data, err := d.Read(name)
		if err != nil || len(data) > 1<<20 {
			continue
		}
		ts := tokens(string(data))
		for i, t := range ts {
			if t.quoted {
				continue
			}
			next := func(n int) token {
				if i+n < len(ts) {
					return ts[i+n]
				}
				return token{}
			}
			switch t.text {
			case "ENV":
				environment(d, s, name, ts[i:])
			case "bind_tcp", "listen", "run", "port":
				if i == 0 {
					continue
				}
				at, call, property := 1, ts[i-1].text == ".", ts[i-1].text == "property" || ts[i-1].text == "getter"
				server := call && (t.text == "bind_tcp" || t.text == "listen")
				switch {
				case server || call && s.Framework.IsSet():
					if next(at).text == "(" || next(at).text == "=" {
						at++
					}
				case property && s.Port.Source <= detect.Default && s.Framework.IsSet() && next(1).text == ":" && next(3).text == "=":
					at = 4 // property port : Int32 = 3000, of the program's configuration
				default:
					continue
				}
				host := ""
				if next(at).quoted && next(at+1).text == "," {
					host = next(at).text
					at += 2
				}
				n, err := strconv.Atoi(strings.ReplaceAll(next(at).text, "_", ""))
				if err != nil || next(at).quoted {
					continue
				}
				port, err := safe.NewPort(n)
				if err != nil {
					continue
				}
				s.Kind = detect.Server
				s.Port = detect.Found(port, d.Note(name, t.line, "%s %d", t.text, n))
				if strings.HasPrefix(host, "127.") || host == "localhost" || host == "" && t.text == "bind_tcp" {
					s.Notes = append(s.Notes, d.Note(name, t.line, "listens on the loopback address: nothing outside the container can reach it; let it listen on 0.0.0.0"))
				}
			case "TERM", "on_terminate":
				s.Graceful = true
			}
		}
	}
}

// environment reads ENV["NAME"], ENV["NAME"]? and ENV.fetch("NAME", "default").
func environment(d *detect.Dir, s *detect.Service, file string, ts []token) {
	at := 2
	required := len(ts) > 4 && ts[1].text == "[" && ts[4].text != "?"
	if len(ts) > 4 && ts[1].text == "." && ts[2].text == "fetch" {
		at = 4
		if required = false; len(ts) > 6 && ts[5].text == "," && ts[6].quoted && ts[4].text == "PORT" {
			if n, err := strconv.Atoi(ts[6].text); err == nil {
				if port, err := safe.NewPort(n); err == nil {
					s.Port = detect.Found(port, d.Note(file, ts[0].line, "ENV.fetch(%q)", ts[4].text))
				}
			}
		}
	}
	if at >= len(ts) || !ts[at].quoted {
		return
	}
	name, err := safe.NewEnvName(ts[at].text)
	if err != nil || slices.ContainsFunc(s.Env, func(e detect.EnvVar) bool { return e.Name == name }) {
		return
	}
	if name.String() == "PORT" {
		s.PortEnv, required = name, false
	}
	upper := strings.ToUpper(name.String())
	secret := strings.Contains(upper, "SECRET") || strings.Contains(upper, "PASSWORD") || strings.Contains(upper, "TOKEN") || strings.HasSuffix(upper, "_KEY")
	s.Env = append(s.Env, detect.EnvVar{Name: name, Required: required, Secret: secret, Why: []detect.Note{d.Note(file, ts[0].line, "reads $%s", name)}})
}
