package python

import (
	"strconv"

	"dockgen/detect"
	"dockgen/internal/safe"
)

func itoa(n int) string { return strconv.Itoa(n) }

// complete adds to a service what does not depend on how it is started.
func (in *inspection) complete(s *detect.Service, g program) error {
	envs := in.envs(g)
	in.needs(s, envs)
	in.packages(s)
	f, err := in.facts(s, g)
	if err != nil {
		return err
	}
	if f.Base.String() == "." { // all of it lies in the image
		s.Interpreters = []detect.Interpreter{"python", "python3"}
	}
	s.Facts = f
	s.RuntimeStart = in.runtimeStart(g.launch.Argv)
	for _, e := range g.launch.Env {
		name, err := safe.NewEnvName(e.Name)
		if err != nil {
			continue
		}
		value, err := safe.NewLabel(e.Value)
		if err != nil {
			return err
		}
		s.SetEnv = append(s.SetEnv, detect.Setting{Name: name, Value: value, Why: e.Why})
	}
	s.SetEnv = append(s.SetEnv, detect.Setting{Name: safe.EnvNameOf("HOME"), Value: safe.LabelOf("/tmp"), Why: "What libraries keep in the home folder goes where a read-only container can write."})
	in.skipped(s, g)
	in.development(s, f, g)
	in.state(s, f, g)
	in.context(s, f)
	in.secrets(s, f)
	if err := in.locals(s, f); err != nil {
		return err
	}
	if err := in.frontend(s, f); err != nil {
		return err
	}
	if err := in.labels(s); err != nil {
		return err
	}
	return in.variables(s, envs)
}
