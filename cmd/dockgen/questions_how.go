package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

func askVersion() question {
	return question{
		id: "lang-version", label: "version", values: "VERSION", group: groupHow, each: true,
		usage: "the language's version, as in 24 or 3.14",
		lay: func(s *settings, a answer) error {
			v, err := safe.NewVersion(a.Value)
			if number, flavour, ok := strings.Cut(a.Value, "-"); ok && err != nil {
				// A tag was meant: 20-alpine, 3.12-slim-bookworm.
				for _, b := range catalog.Bases() {
					if n, nerr := safe.NewVersion(number); nerr == nil && slices.Contains(strings.Split(flavour, "-"), string(b)) {
						return withHint(err, "--lang-version %s --base %s", n, b)
					}
				}
			}
			s.choices.Version = value(v, a)
			return err
		},
		now:        func(f *facts) held { return heldBy(f.service.Version, text) },
		candidates: versions,
	}
}

// versions are the release lines that get fixes.
func versions(f *facts) []candidate {
	if f.service == nil {
		return nil
	}
	c, err := catalog.Load()
	if err != nil {
		return nil
	}
	family, err := c.Family(f.service.Family())
	if err != nil {
		return nil // a language without images of its own
	}
	var out []candidate
	for _, l := range family.Lines() {
		if !l.Supported(c.AsOf()) {
			continue
		}
		text := "supported"
		if !l.EOL.IsZero() {
			text = "supported until " + l.EOL.Format("January 2006")
		}
		if l.Version == family.Default() {
			text += ", dockgen's default"
		}
		out = append(out, candidate{l.Version.String(), text})
	}
	return out
}

func askManager() question {
	return question{
		id: "package-manager", label: "package manager", values: "NAME", group: groupHow, each: true, closed: true,
		usage: "the package manager that installs the dependencies",
		lay: func(s *settings, a answer) error {
			s.choices.PackageManager = value(a.Value, a)
			return nil
		},
		now:        func(f *facts) held { return heldBy(f.service.PackageManager, plain) },
		candidates: managers,
		check: func(f *facts, v string) error {
			if len(managers(f)) == 0 {
				return fmt.Errorf("%s has no package managers to choose from", f.service.Language)
			}
			// A detector leaves an answer that its project can't follow aside.
			if m := f.service.PackageManager; f.settings.choices.PackageManager.V == v && m.IsSet() && m.V != v {
				return withHint(fmt.Errorf("%q can't install what is declared here for %s%s", v, m.V, because(m.Why)), "--package-manager %s", m.V)
			}
			return nil
		},
	}
}

// because is the first piece of evidence in brackets.
func because(why []detect.Note) string {
	if len(why) == 0 {
		return ""
	}
	return " (" + why[0].String() + ")"
}

// managers are the package managers of the service's language, or of all.
func managers(f *facts) []candidate {
	return offered(f, detect.PackageManagers.PackageManagers)
}

// offered are the names that the service's detector offers, or any of them where the
// service is not known yet. T is the interface of those that offer some.
func offered[T any](f *facts, names func(T) []string) []candidate {
	var out []candidate
	for _, d := range f.detectors {
		offers, ok := d.(T)
		if !ok || f.service != nil && d.Name() != f.service.Detector {
			continue
		}
		for _, name := range names(offers) {
			if !slices.ContainsFunc(out, func(c candidate) bool { return c.value == name }) {
				out = append(out, candidate{value: name})
			}
		}
	}
	return out
}

func askServer() question {
	return question{
		id: "server", label: "server", values: "NAME", group: groupHow, each: true, closed: true,
		usage: "the server that runs the program, where its language has several",
		lay: func(s *settings, a answer) error {
			s.choices.Server = value(a.Value, a)
			return nil
		},
		now:        func(f *facts) held { return heldBy(f.service.Server, plain) },
		candidates: servers,
		check: func(f *facts, v string) error {
			if len(servers(f)) == 0 {
				return fmt.Errorf("%s has no servers to choose from", f.service.Language)
			}
			return nil
		},
	}
}

// servers are those of the service's language, or of all.
func servers(f *facts) []candidate { return offered(f, detect.Servers.Servers) }

func askBuild() question {
	return question{
		id: "build", label: "build command", values: "COMMAND", group: groupHow, each: true,
		usage: "the command that turns sources into what runs",
		lay: func(s *settings, a answer) error {
			v, err := parseArgv(a.Value)
			s.choices.Build = value(v, a)
			return err
		},
		now: func(f *facts) held { return heldBy(f.service.Build, text) },
	}
}

func askStart() question {
	return question{
		id: "start", label: "start command", values: "COMMAND", group: groupHow, each: true,
		usage: "the command that runs the program in production",
		lay: func(s *settings, a answer) error {
			v, err := parseArgv(a.Value)
			s.choices.Start = value(v, a)
			return err
		},
		now:  func(f *facts) held { return heldBy(f.service.Start, text) },
		open: func(f *facts) bool { return f.service.Kind != detect.Static && !f.service.Start.IsSet() },
	}
}

func askPort() question {
	return question{
		id: "port", label: "port", values: "1-65535", group: groupHow, each: true,
		usage: "the TCP port that the program listens on",
		lay: func(s *settings, a answer) error {
			n, err := strconv.Atoi(a.Value)
			if err != nil {
				return fmt.Errorf("%q is not a port: take one from 1 to 65535", a.Value)
			}
			v, err := safe.NewPort(n)
			s.choices.Port = value(v, a)
			return err
		},
		now: func(f *facts) held {
			return heldBy(f.service.Port, func(p safe.Port) string { return strconv.Itoa(int(p)) })
		},
		candidates: func(f *facts) []candidate {
			if f.service == nil || f.service.PortEnv.IsZero() || f.service.Port.IsSet() {
				return nil
			}
			return []candidate{{"8080", fmt.Sprintf("the program listens where %s says", f.service.PortEnv)}}
		},
		open: func(f *facts) bool { return f.service.Kind == detect.Server && !f.service.Port.IsSet() },
	}
}

// noHealth is the answer that turns the health check off.
const noHealth = "none"

func askHealth() question {
	return question{
		id: "health", label: "health check", values: "PATH|none", group: groupHow, each: true, shared: true,
		usage: "the path that answers when the program is well, or none for no check",
		lay: func(s *settings, a answer) error {
			if a.Value == noHealth {
				s.choices.NoHealth, s.plan.NoHealth = true, true
				return nil
			}
			v, err := safe.NewURLPath(a.Value)
			s.choices.Health = value(v, a)
			return err
		},
		now: func(f *facts) held {
			h := heldBy(f.service.Health, text)
			if f.plan != nil && f.plan.Health.None {
				h = held{value: noHealth, source: detect.Default}
			} else if f.plan != nil && h.source == detect.Unset && !f.plan.Health.Path.IsZero() {
				h = held{f.plan.Health.Path.String(), detect.Default, []detect.Note{{Text: "no health path is known: any answer counts"}}}
			}
			return h
		},
		candidates: func(f *facts) []candidate {
			out := []candidate{{noHealth, "no health check"}}
			if f.service != nil && f.service.Health.IsSet() {
				out = slices.Insert(out, 0, candidate{f.service.Health.V.String(), "found"})
			}
			return out
		},
	}
}

func askBase() question {
	return question{
		id: "base", label: "base image", values: "{" + joinBases("|") + "}", group: groupHow, each: true, shared: true, closed: true,
		usage: "what the final image is built on: Debian with a shell, nothing but libraries, or musl",
		lay: func(s *settings, a answer) error {
			v, err := catalog.ParseBase(a.Value)
			s.plan.Base = value(v, a)
			return err
		},
		now: func(f *facts) held {
			if f.plan == nil {
				return held{}
			}
			h := heldBy(f.plan.Base, func(b catalog.Base) string { return string(b) })
			if len(h.why) == 0 {
				h.why = []detect.Note{{Text: baseTexts()[f.plan.Base.V]}}
			}
			return h
		},
		candidates: func(*facts) []candidate {
			var out []candidate
			for _, b := range catalog.Bases() {
				out = append(out, candidate{string(b), baseTexts()[b]})
			}
			return out
		},
	}
}

// baseTexts say what each base is.
func baseTexts() map[catalog.Base]string {
	return map[catalog.Base]string{
		catalog.Slim:       "Debian: a shell, apt and glibc",
		catalog.Distroless: "no shell, no package manager: the least to attack",
		catalog.Alpine:     "musl and busybox: small, and not for every binary",
	}
}

func joinBases(sep string) string {
	var names []string
	for _, b := range catalog.Bases() {
		names = append(names, string(b))
	}
	return strings.Join(names, sep)
}

// The answers about caches.
const (
	inMounts = "mounts"
	inLayers = "layers"
)

func askCache() question {
	return question{
		id: "cache", label: "compiled parts", values: "{" + inMounts + "|" + inLayers + "}", group: groupHow, each: true, shared: true, closed: true,
		usage: "where compiled dependencies stay: caches beside the image, or a layer that a registry keeps for CI",
		lay: func(s *settings, a answer) error {
			s.plan.Layers = a.Value == inLayers
			return nil
		},
		now: func(f *facts) held {
			if f.settings.plan.Layers {
				return held{value: inLayers, source: detect.Answer}
			}
			return held{value: inMounts, source: detect.Default}
		},
		idle: func(f *facts) bool { return !f.service.Layers },
		candidates: func(*facts) []candidate {
			return []candidate{{inMounts, "quick where one machine builds again and again"}, {inLayers, "quick on machines that begin with nothing but the layers"}}
		},
	}
}
