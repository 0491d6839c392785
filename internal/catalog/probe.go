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
	PortEnv string   `toml:"port_env"` // an expression for the port that reads the variable {env}
	Built   bool     `toml:"built"`    // the program that asks is no part of the image: the build makes it
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
