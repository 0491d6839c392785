package swift

import (
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/tokens"
	"dockgen/internal/safe"
)

const usual = 8080 // of Vapor and of Hummingbird

func (pr *program) note(f file, line int, format string, args ...any) detect.Note {
	return pr.p.d.Note(f.name, line, format, args...)
}

// vapor reads what Vapor's own command line is told: it listens on the loopback
// address if nobody says where (https://docs.vapor.codes/advanced/server).
func (pr *program) vapor(s *detect.Service) []string {
	port := safe.Port(usual)
	why := pr.p.d.Note("Package.swift", pr.p.line("vapor"), "Vapor's own")
	s.Port = detect.Found(port, why)
	migrates, auto := detect.Note{}, false
	for _, f := range pr.files {
		for i := 0; i+4 < len(f.t); i++ {
			t := f.t[i:]
			switch {
			case t[0].Is("migrations") && t[1].Is(".") && t[2].Is("add") && migrates.Path == "":
				migrates = pr.note(f, t[0].Line, "adds migrations")
			case t[0].Is("autoMigrate"):
				auto = true
			case t[0].Is("configuration") && t[1].Is(".") && t[2].Is("port") && t[3].Is("="):
				// Assigned in the code, it wins over the command line.
				if n, err := strconv.Atoi(t[4].S); err == nil {
					if p, err := safe.NewPort(n); err == nil {
						port = p
						s.Port = detect.Found(p, pr.note(f, t[0].Line, "configuration.port = %d", n))
					}
				}
			}
		}
	}
	if migrates.Path != "" && !auto {
		name, _ := safe.NewLabel("./" + s.Main.V.String())
		if argv, err := safe.NewArgv(name.String(), "migrate", "--yes", "--env", "production"); err == nil {
			s.Processes = append(s.Processes, detect.Process{Name: safe.Slug("migrate", ""), Kind: detect.Job, Start: detect.Found(argv, migrates)})
		}
	}
	pr.health(s)
	return []string{"serve", "--env", "production", "--hostname", "0.0.0.0", "--port", port.String()}
}

// hummingbird finds where the program takes its address from: options of its own
// command line, a reader of settings, or a constant.
func (pr *program) hummingbird(s *detect.Service) (args []string) {
	s.Port = detect.Found(safe.Port(usual), pr.p.d.Note("Package.swift", pr.p.line("hummingbird"), "Hummingbird's own"))
	pr.health(s)
	host, port := false, false
	for _, f := range pr.files {
		for i := 0; i+3 < len(f.t); i++ {
			t := f.t[i:]
			switch {
			case t[0].Is("ApplicationConfiguration") && t[1].Is("(") && t[2].Is("reader"):
				for _, e := range [][2]string{{"HTTP_HOST", "0.0.0.0"}} {
					s.SetEnv = append(s.SetEnv, detect.Setting{Name: safe.EnvNameOf(e[0]), Value: safe.LabelOf(e[1]), Why: "Without it the program listens on the loopback address alone."})
				}
				s.PortEnv = safe.EnvNameOf("HTTP_PORT")
				return nil
			case t[0].Is("var") && t[1].Is("hostname") && pr.option(f, i):
				host = true
			case t[0].Is("var") && t[1].Is("port") && pr.option(f, i):
				port = true
			case t[0].Is("hostname") && t[1].Is("(") && t[2].Kind == tokens.Text:
				end := tokens.Close(t, 1)
				words := tokens.Split(t[2:end])
				if n := tokens.Arg(words, "port"); len(n) == 1 && n[0].Kind == tokens.Number {
					if v, err := strconv.Atoi(n[0].S); err == nil {
						if p, err := safe.NewPort(v); err == nil {
							s.Port = detect.Found(p, pr.note(f, t[0].Line, "listens on %s:%d", t[2].S, v))
						}
					}
				}
				if slices.Contains([]string{"127.0.0.1", "localhost", "::1"}, t[2].S) {
					s.Notes = append(s.Notes, pr.note(f, t[0].Line, "listens on %s, which nothing outside of the container reaches: take 0.0.0.0", t[2].S))
				}
			}
		}
	}
	if host {
		args = append(args, "--hostname", "0.0.0.0")
	}
	if port {
		args = append(args, "--port", s.Port.V.String())
	}
	return args
}

// option reports whether a variable is an option of swift-argument-parser.
func (pr *program) option(f file, i int) bool {
	for j := max(0, i-12); j < i; j++ {
		if f.t[j].Is("@") && j+1 < i && f.t[j+1].Is("Option") && f.t[j].Line+2 >= f.t[i].Line {
			return true
		}
	}
	return false
}

// healthPaths are those that a program of its own accord answers when it is well.
var healthPaths = []string{"health", "healthz", "ping", "alive", "status"}

// health finds a route such as get("health").
func (pr *program) health(s *detect.Service) {
	for _, f := range pr.files {
		for i := 0; i+4 < len(f.t); i++ {
			t := f.t[i:]
			if !t[0].Is(".") || !t[1].Is("get") || !t[2].Is("(") || t[3].Kind != tokens.Text || t[3].Dynamic {
				continue
			}
			// Vapor gives each part of a path as a text of its own.
			if next := t[4]; next.Is(",") && i+5 < len(f.t) && t[5].Kind == tokens.Text {
				continue
			}
			if on := f.t[max(0, i-1)].S; on != "app" && on != "router" && on != "routes" {
				continue
			}
			text := strings.Trim(t[3].S, "/")
			if slices.Contains(healthPaths, text) {
				if p, err := safe.NewURLPath("/" + text); err == nil {
					s.Health = detect.Found(p, pr.note(f, t[1].Line, "get(%q)", t[3].S))
					return
				}
			}
		}
	}
}
