package main

import (
	"fmt"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/catalog"
	"dockgen/internal/plan"
	"dockgen/internal/safe"
)

// words are the parts of an answer that is a list.
func words(value string) []string {
	var out []string
	for v := range strings.SplitSeq(value, ",") {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// started are the backing services that the Compose file starts, with their versions.
func started(f *facts) (names, versions []string, why []detect.Note) {
	for _, p := range f.plans() {
		for _, b := range p.Backing {
			if name := b.Service.Name; !slices.Contains(names, name) {
				names, versions = append(names, name), append(versions, name+"="+b.Image.Version.String())
				why = append(why, b.Why...)
			}
		}
	}
	return names, versions, why
}

func askWith() question {
	return question{
		id: "with", label: "backing services", values: "NAME,...", group: groupCompose, closed: true, many: true,
		usage: "start these too: postgres, redis, mailpit, ... (one of a pair takes the other's place: valkey redis's)",
		lay: func(s *settings, a answer) error {
			s.plan.With = words(a.Value)
			return nil
		},
		now: func(f *facts) held {
			names, _, why := started(f)
			return held{value: strings.Join(names, ","), source: detect.Detected, why: why}
		},
		candidates: func(*facts) []candidate {
			c, err := catalog.Load()
			if err != nil {
				return nil
			}
			names, err := c.Services()
			if err != nil {
				return nil
			}
			var out []candidate
			for _, name := range names {
				out = append(out, candidate{value: name})
			}
			return out
		},
	}
}

func askWithout() question {
	q := askWith()
	q.id, q.label = "without", "run elsewhere"
	q.usage = "start none of these: they run elsewhere, and their addresses are asked for"
	q.lay = func(s *settings, a answer) error {
		s.plan.Without = words(a.Value)
		return nil
	}
	q.now = func(f *facts) held {
		return held{value: strings.Join(f.settings.plan.Without, ","), source: detect.Default}
	}
	return q
}

func askServiceVersion() question {
	return question{
		id: "service-version", label: "their versions", values: "NAME=VERSION,...", group: groupCompose,
		usage: "the versions of backing services, as in postgres=17,redis=7.4",
		lay: func(s *settings, a answer) error {
			s.plan.Versions = map[string]safe.Version{}
			for _, w := range words(a.Value) {
				name, number, ok := strings.Cut(w, "=")
				if !ok {
					return withHint(fmt.Errorf("%q is not NAME=VERSION", w), "--service-version postgres=17")
				}
				v, err := safe.NewVersion(number)
				if err != nil {
					return err
				}
				s.plan.Versions[name] = v
			}
			return nil
		},
		now: func(f *facts) held {
			_, versions, _ := started(f)
			return held{value: strings.Join(versions, ","), source: detect.Default}
		},
		check: func(_ *facts, value string) error {
			c, err := catalog.Load()
			if err != nil {
				return err
			}
			for _, w := range words(value) {
				name, number, _ := strings.Cut(w, "=")
				s, err := c.Service(name)
				if err != nil {
					return err
				}
				v, err := safe.NewVersion(number)
				if err != nil {
					return err
				}
				if _, err := s.Image(v); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func askNetwork() question {
	const none = "none"
	return question{
		id: "network", label: "outer network", values: "NAME|none", group: groupCompose,
		usage: "a network that exists, as a reverse proxy's, which the server joins too",
		lay: func(s *settings, a answer) error {
			if a.Value == none {
				return nil
			}
			v, err := safe.NewName(a.Value)
			s.plan.Network = v
			return err
		},
		now: func(f *facts) held {
			if f.settings.plan.Network.IsZero() {
				return held{value: none, source: detect.Default}
			}
			return held{value: f.settings.plan.Network.String(), source: detect.Answer}
		},
	}
}

func askDev() question {
	return question{
		id: "dev", label: "development", values: "{yes|no}", group: groupCompose, toggle: true,
		usage: "add a stage that serves the sources and a compose.dev.yaml for docker compose watch",
		lay: func(s *settings, a answer) error {
			s.plan.Dev = a.Value == yes
			return nil
		},
		now: func(f *facts) held {
			if f.settings.plan.Dev {
				return held{value: yes, source: detect.Answer}
			}
			return held{value: no, source: detect.Default}
		},
		candidates: func(*facts) []candidate { return []candidate{{no, ""}, {yes, plan.DevCommand}} },
	}
}

func askDebug() question {
	return question{
		id: "debug", label: "debugger", values: "{yes|no}", group: groupCompose, toggle: true,
		usage: "as --dev, and the server listens for a debugger, on a port of 127.0.0.1",
		lay: func(s *settings, a answer) error {
			s.plan.Debug = a.Value == yes
			s.plan.Dev = s.plan.Dev || s.plan.Debug // whose answer is laid before
			return nil
		},
		now: func(f *facts) held {
			if f.settings.plan.Debug {
				return held{value: yes, source: detect.Answer}
			}
			return held{value: no, source: detect.Default}
		},
		candidates: func(*facts) []candidate {
			return []candidate{{no, ""}, {yes, "its port is in compose.dev.yaml"}}
		},
	}
}
