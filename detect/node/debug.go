package node

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// inspect lets Node's inspector listen on its usual port, outside the container's
// loopback address, which nothing could be published from.
const (
	inspectPort = 9229
	inspectAt   = "0.0.0.0:9229"
	inspect     = "--inspect=" + inspectAt
)

// debugger is a command for development that listens for a debugger; nil for one that
// takes no flag for it. The variable NODE_OPTIONS would make every process listen, the
// watcher first, and the port would be taken when the program comes. nodemonSet says
// that a file sets what nodemon starts.
func debugger(argv []string, nodemonSet bool) *detect.DebugServer {
	program, rest := path.Base(argv[0]), slices.DeleteFunc(slices.Clone(argv[1:]), inspects)
	switch program {
	case "node", "ts-node-dev", "tsnd", "node-dev":
		rest = append([]string{inspect}, rest...)
	case "tsx": // its command comes first, Node's flags before the file
		at := 0
		if len(rest) > 0 && rest[0] == "watch" {
			at = 1
		}
		rest = slices.Insert(rest, at, inspect)
	case "nodemon": // which hands Node's flags on to Node alone
		if nodemonSet || !runsNode(rest) {
			return nil
		}
		rest = append([]string{inspect}, rest...)
	case "nest":
		rest = withoutFlags(rest, "--debug", "-d")
		at := slices.Index(rest, "start")
		if at < 0 {
			return nil
		}
		rest = slices.Insert(rest, at+1, "--debug", inspectAt)
	default:
		return nil
	}
	words, err := safe.NewArgv(append([]string{argv[0]}, rest...)...)
	if err != nil {
		return nil
	}
	return &detect.DebugServer{Port: inspectPort, Start: words, Reloads: true}
}

// inspects reports whether a flag starts the inspector.
func inspects(arg string) bool {
	name, _, _ := strings.Cut(arg, "=")
	return name == "--inspect" || name == "--inspect-brk" || name == "--inspect-wait"
}

// runsNode reports whether nodemon starts a file of JavaScript by Node itself.
func runsNode(args []string) bool {
	file := false
	for _, a := range args {
		if a == "-x" || strings.HasPrefix(a, "--exec") {
			return false
		}
		file = file || slices.Contains([]string{".js", ".mjs", ".cjs"}, path.Ext(a))
	}
	return file
}
