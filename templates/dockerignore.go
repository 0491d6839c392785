package templates

import (
	"bytes"
	"fmt"

	"dockgen/internal/plan"
)

// Dockerignore renders the ignore file of a plan.
func Dockerignore(p *plan.Plan) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Written by dockgen for %s\n#\n", p.Service.Name)
	b.WriteString("# What stays out of the build context, at every depth. A later line wins.\n")
	for _, g := range p.Ignore {
		fmt.Fprintf(&b, "\n# %s\n", g.Title)
		for _, pattern := range g.Patterns {
			fmt.Fprintln(&b, pattern)
		}
	}
	return b.Bytes()
}
