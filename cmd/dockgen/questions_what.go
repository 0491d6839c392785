package main

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/plan"
	"dockgen/internal/safe"
)

func askService() question {
	return question{
		id: "service", label: "service", values: "NAME,...", group: groupWhat, many: true,
		usage: "the services to containerise, where several are found (dockgen detect lists them)",
		lay: func(s *settings, a answer) error {
			s.services = []string{}
			for v := range strings.SplitSeq(a.Value, ",") {
				s.services = append(s.services, strings.TrimSpace(v))
			}
			return nil
		},
		now: func(f *facts) held {
			var names []string
			for _, m := range f.meant {
				names = append(names, m.name)
			}
			return held{value: strings.Join(names, ","), source: detect.Detected, why: about(f.service)}
		},
		candidates: func(f *facts) []candidate {
			var out []candidate
			for _, s := range f.services {
				out = append(out, candidate{s.Name.String(), describeService(s)})
			}
			return out
		},
		best: func(f *facts) candidate {
			var names []string
			for _, s := range plan.Picked(f.services) {
				names = append(names, s.Name.String())
			}
			return candidate{everything, strings.Join(names, ", ")}
		},
		check: func(f *facts, v string) error {
			if v == everything {
				return nil
			}
			return f.known(v)
		},
	}
}

// known holds names of services against those that were found.
func (f *facts) known(names string) error {
	for v := range strings.SplitSeq(names, ",") {
		if v = strings.TrimSpace(v); !slices.ContainsFunc(f.services, func(s *detect.Service) bool { return s.Name.String() == v }) {
			return fmt.Errorf("%q is none of %s", v, list(askService().candidates(f)))
		}
	}
	return nil
}

func askLanguage() question {
	return question{
		id: "lang", label: "language", values: "LANGUAGE", group: groupWhat, closed: true,
		usage: "the language, where a folder holds several",
		lay: func(s *settings, a answer) error {
			s.choices.Language = a.Value
			return nil
		},
		now: func(f *facts) held {
			return held{value: f.service.Language, source: detect.Detected, why: about(f.service)}
		},
		candidates: func(f *facts) []candidate {
			var out []candidate
			for _, name := range languages(f.detectors) {
				out = append(out, candidate{value: name})
			}
			return out
		},
	}
}

func askMain() question {
	return question{
		id: "main", label: "entry point", values: "PATH|MODULE", group: groupWhat, each: true,
		usage: "the entry point as the language names it: a folder, a file, a module:object",
		lay: func(s *settings, a answer) error {
			v, err := safe.NewLabel(a.Value)
			s.main, s.choices.Main = v.String(), value(v, a)
			return err
		},
		now: func(f *facts) held { return heldBy(f.service.Main, text) },
		candidates: func(f *facts) []candidate {
			var out []candidate
			for _, s := range f.services {
				if s.Main.IsSet() && (f.service == nil || s.Language == f.service.Language) &&
					!slices.ContainsFunc(out, func(c candidate) bool { return c.value == s.Main.V.String() }) {
					out = append(out, candidate{s.Main.V.String(), describeService(s)})
				}
			}
			return out
		},
	}
}

func askName() question {
	return question{
		id: "name", label: "name", values: "NAME", group: groupWrite, each: true,
		usage: "the name of the service and its image: lower-case letters, digits and '-'",
		lay: func(s *settings, a answer) error {
			v, err := safe.NewName(a.Value)
			if err != nil {
				err = withHint(err, "--name %s", safe.Slug(a.Value, "app"))
			}
			s.choices.Name = value(v, a)
			return err
		},
		now: func(f *facts) held { return held{value: f.service.Name.String(), source: detect.Detected} },
	}
}

func askBake() question {
	return question{
		id: "bake", label: "bake file", values: "{yes|no}", group: groupWrite, toggle: true,
		usage: "write docker-bake.hcl too, by which docker buildx bake builds all services together",
		lay: func(s *settings, a answer) error {
			s.bake = a.Value == yes
			return nil
		},
		now: func(f *facts) held {
			if f.settings.bake {
				return held{value: yes, source: detect.Answer}
			}
			return held{value: no, source: detect.Default}
		},
		candidates: func(*facts) []candidate { return []candidate{{no, ""}, {yes, "docker buildx bake"}} },
	}
}

func askOnly() question {
	return question{
		id: "only", label: "files", values: "FILE,...", group: groupWrite, closed: true, many: true,
		usage: "write only these: dockerfile, dockerignore, compose, dev, env, bake",
		lay: func(s *settings, a answer) error {
			for v := range strings.SplitSeq(a.Value, ",") {
				s.only = append(s.only, strings.TrimSpace(v))
			}
			return nil
		},
		now: func(f *facts) held {
			var kinds []string
			for _, c := range f.changes {
				if kind := kindOfFile(c.Path); !slices.Contains(kinds, kind) {
					kinds = append(kinds, kind)
				}
			}
			return held{value: strings.Join(kinds, ","), source: detect.Default}
		},
		candidates: func(*facts) []candidate { return kindsOfFile() },
	}
}

// kindOfFile is the word of --only for a file; "" for one that has none.
func kindOfFile(p safe.RelPath) string {
	if slices.Contains(composeNames(), p.String()) {
		return "compose"
	}
	base := path.Base(p.String())
	if strings.HasSuffix(base, dockerignore) { // that of Dockerfile.api too
		base = dockerignore
	}
	for _, c := range kindsOfFile() {
		if base == c.text || strings.HasPrefix(base, c.text+".") {
			return c.value
		}
	}
	return ""
}

// describeService tells services apart in a list.
func describeService(s *detect.Service) string {
	text := fmt.Sprintf("%s %s", s.Language, s.Kind)
	if s.Framework.IsSet() {
		text = fmt.Sprintf("%s %s (%s)", s.Language, s.Kind, s.Framework.V)
	}
	if s.Dir.String() != "." {
		text += " in " + s.Dir.String()
	}
	if s.Main.IsSet() {
		text += ", " + s.Main.V.String()
	}
	return safe.Visible(text)
}

func about(s *detect.Service) []detect.Note {
	if s == nil {
		return nil
	}
	return []detect.Note{{Text: describeService(s)}}
}
