package python

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// debugpy is what a debugger attaches to, and debugPort where it listens by custom.
const (
	debugpy   = "debugpy~=1.8"
	debugPort = 5678
	debugAt   = everywhere + ":5678"
)

// debugger is a command for development under debugpy; nil for one that it can't run.
// Where the server would start itself again in another process, it doesn't: Werkzeug
// repeats the whole command line, debugpy's part too, whose port is taken then. The
// container is restarted instead.
func debugger(argv []string, reloads bool, line string) *detect.DebugServer {
	if compareLines(majorMinor(line), "3.8") < 0 || len(argv) == 0 { // debugpy 1.8 is made for 3.8 and newer
		return nil
	}
	under := []string{"python", "-Xfrozen_modules=off", "-m", "debugpy", "--listen", debugAt}
	rest := slices.Clone(argv[1:])
	several := slices.ContainsFunc(rest, func(a string) bool {
		name, _, _ := strings.Cut(a, "=")
		return name == "--workers"
	})
	switch server := argv[0]; {
	case server == "python":
		if len(rest) == 0 || strings.HasPrefix(rest[0], "-") && rest[0] != "-m" {
			return nil
		}
		if slices.Contains(rest, "runserver") {
			rest, reloads = append(rest, "--noreload"), false
		}
		under = append(under, rest...)
	case server == "flask":
		under = append(append(under, "-m", server), rest...)
		under, reloads = append(under, "--no-reload"), false
	case server == "uvicorn" && !several:
		rest = slices.DeleteFunc(rest, func(a string) bool { return a == "--reload" })
		under, reloads = append(append(under, "-m", server), rest...), false
	case server == "streamlit":
		under = append(append(under, "-m", server), rest...)
	default: // a program that is no module, or one that answers in processes below its own
		return nil
	}
	words, err := safe.NewArgv(under...)
	if err != nil {
		return nil
	}
	return &detect.DebugServer{Port: debugPort, Start: words, Reloads: reloads}
}
