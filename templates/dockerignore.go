package templates

import (
	"bytes"
	"fmt"

	"dockgen/internal/plan"
)

// Dockerignore renders the ignore file of a plan.
func Dockerignore(p *plan.Plan) []byte {
	var b bytes.Buffer
	for _, pattern := range p.Ignore {
		fmt.Fprintln(&b, pattern)
	}
	return b.Bytes()
}
