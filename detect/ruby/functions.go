package ruby

import (
	"dockgen/detect"
	"dockgen/detect/ruby/source"
	"dockgen/internal/safe"
)

// functionsGem is Google's server for functions of the project's. It loads app.rb and serves
// on PORT the function that it is told (https://github.com/GoogleCloudPlatform/functions-framework-ruby).
const functionsGem = "functions_framework"

// function describes the program that serves the first function of app.rb.
func (in *inspection) function(g program) (program, bool) {
	if _, ok := in.p.direct(functionsGem); !ok || !in.d.Has("app.rb") {
		return g, false
	}
	nodes, err := in.parse("app.rb")
	if err != nil {
		return g, false
	}
	target, line := "", 0
	source.Walk(nodes, func(n *source.Node) bool {
		if target == "" && n.Recv != nil && n.Recv.Text == "FunctionsFramework" && (n.Text == "http" || n.Text == "cloud_event" || n.Text == "typed") {
			if name, ok := first(nodeArgs(n)).Static(); ok {
				target, line = name, n.Line
			}
		}
		return true
	})
	if target == "" {
		return g, false
	}
	why := in.d.Note("app.rb", line, "FunctionsFramework serves %s", safe.Visible(target))
	g.framework = detect.Found("functions-framework", in.p.why(functionsGem))
	g.main = label("app.rb", why)
	g.launch = launch{
		Argv: []string{"bundle", "exec", "functions-framework-ruby", "--target", target}, Why: why, PortEnv: "PORT",
		Port: detect.Assumed(safe.Port(8080), in.d.Note("app.rb", 0, "the port that the Functions Framework takes unless it is told")),
	}
	return g, true
}
