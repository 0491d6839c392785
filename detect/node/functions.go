package node

import (
	"path"
	"strings"
)

// functionsPackage is Google's server for a function of the project's: its own program
// loads the package's main file, and PORT says where it listens
// (https://github.com/GoogleCloudPlatform/functions-framework-nodejs).
const functionsPackage = "@google-cloud/functions-framework"

// functions reads the words after "functions-framework". The framework's own program takes
// the place of the link in node_modules/.bin, so that Node is the process that gets signals.
func (p *project) functions(args []string) *start {
	if !p.prod(functionsPackage) {
		return nil
	}
	argv := []string{"node", "node_modules/" + functionsPackage + "/build/src/main.js"}
	port := ""
	for i := 0; i < len(args); i++ {
		switch name, value, joined := strings.Cut(args[i], "="); {
		case name == "--port" || name == "-p":
			if !joined && i+1 < len(args) {
				i++
				value = args[i]
			}
			port = value // the variable says it, so that it can be changed
		case strings.Contains(args[i], "$"):
			return nil // what it is told, a shell alone knows
		default:
			argv = append(argv, args[i])
		}
	}
	entry := path.Clean(orElse(flagValue(args, "--source", "-s"), orElse(p.pkg.Main, "index.js")))
	source := p.program.Find(entry)
	if source == "" {
		source = p.sourceOf(entry)
	}
	if source == "" {
		return nil
	}
	return &start{argv: argv, entry: entry, source: source, port: port, server: &framework{
		name: "functions-framework", role: library, port: 8080, portEnv: "PORT", graceful: true,
	}}
}
