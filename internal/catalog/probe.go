package catalog

import (
	"strconv"
	"strings"

	"dockgen/internal/safe"
)

// probeData is one entry under [probes]: how to ask a server for its health with
// what an image has.
type probeData struct {
	Argv    []string `toml:"argv"`     // succeeds on an answer below 400
	ArgvAny []string `toml:"argv_any"` // succeeds on any answer
	// ArgvOpen succeeds where a connection is taken, of whatever protocol; not set: ArgvAny does.
	ArgvOpen []string `toml:"argv_open"`
	PortEnv  string   `toml:"port_env"` // an expression for the port that reads the variable {env}
	Built    bool     `toml:"built"`    // the program that asks is no part of the image: the build makes it
}

// ProbeBuilt reports whether the build has to make the program that ProbeArgv calls.
func (i Image) ProbeBuilt() bool { return i.probe.Built }

// ProbeArgv returns the health check that asks for path on the loopback address
// with what the image has; ok is false where it has nothing. A probe that can
// read the environment asks the port that env holds at run time. With anyAnswer
// every answer of the server is a good one.
func (i Image) ProbeArgv(port safe.Port, env safe.EnvName, path safe.URLPath, anyAnswer bool) (argv safe.Argv, ok bool) {
	words := i.probe.Argv
	if anyAnswer {
		words = i.probe.ArgvAny
	}
	return i.probeWith(words, port, env, path)
}

// ProbeOpen is ProbeArgv for a server that speaks no HTTP: it only asks for a connection.
func (i Image) ProbeOpen(port safe.Port, env safe.EnvName) (argv safe.Argv, ok bool) {
	words := i.probe.ArgvOpen
	if len(words) == 0 {
		words = i.probe.ArgvAny
	}
	return i.probeWith(words, port, env, safe.URLPathOf("/"))
}

func (i Image) probeWith(words []string, port safe.Port, env safe.EnvName, path safe.URLPath) (argv safe.Argv, ok bool) {
	if len(words) == 0 {
		return safe.Argv{}, false
	}
	number := strconv.Itoa(int(port))
	if !env.IsZero() && i.probe.PortEnv != "" {
		number = strings.NewReplacer("{port}", number, "{env}", env.String()).Replace(i.probe.PortEnv)
	}
	r := strings.NewReplacer("{port}", number, "{path}", path.String(), "{runtime}", i.Runtime)
	out := make([]string, len(words))
	for n, w := range words {
		out[n] = r.Replace(w)
	}
	return safe.ArgvOf(out...), true
}
