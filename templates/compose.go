package templates

import (
	"fmt"

	"dockgen/internal/plan"
)

// Compose renders the Compose file of a plan.
func Compose(p *plan.Plan) ([]byte, error) {
	return fmt.Appendf(nil, "name: '%s'\n", p.Service.Name), nil
}
