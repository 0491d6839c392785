package templates

import (
	"bytes"
	"fmt"

	"dockgen/detect"
	"dockgen/internal/plan"
	"dockgen/internal/safe"
)

// EnvExample renders the file that shows which variables the Compose file takes
// from a .env beside it, with no values. It is nil where there are none, and where
// the project has such a file of its own.
func EnvExample(plans ...*plan.Plan) []byte {
	var required, optional bytes.Buffer
	seen := map[string]bool{}
	for _, p := range plans {
		if p.Service.EnvShown {
			return nil
		}
		for _, r := range p.Compose.Required {
			if name := r.Name.String(); !seen[name] {
				seen[name] = true
				fmt.Fprintf(&required, "# %s\n%s=\n", purpose(p, r), name)
			}
		}
	}
	for _, p := range plans {
		for _, v := range p.Compose.Environment {
			if v.Value == nil && !seen[v.Name] {
				seen[v.Name] = true
				fmt.Fprintf(&optional, "# %s\n#%s=\n", readBy(p, v.Name), v.Name)
			}
		}
	}
	if required.Len() == 0 {
		return nil
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Written by dockgen for %s\n#\n", plans[0].Compose.Project)
	b.WriteString("# What compose.yaml takes from a file .env beside it: cp .env.example .env, and fill it in.\n# A .env holds secrets and stays out of git.\n\n")
	b.Write(required.Bytes())
	if optional.Len() > 0 {
		b.WriteString("\n# What may stay unset\n")
		b.Write(optional.Bytes())
	}
	return b.Bytes()
}

// purpose says in a line what a variable is for.
func purpose(p *plan.Plan, r plan.Required) string {
	switch {
	case r.Of != "" && r.Strict:
		return fmt.Sprintf("The password of %s, which keeps the one of its first start; with capital letters: Aa1 and openssl rand -hex 32", r.Of)
	case r.Of != "":
		return fmt.Sprintf("The password of %s, which keeps the one of its first start: openssl rand -hex 32", r.Of)
	case r.Random:
		return readBy(p, r.Name.String()) + "; any random text: openssl rand -hex 32"
	}
	return readBy(p, r.Name.String())
}

// readBy says where the program reads a variable.
func readBy(p *plan.Plan, name string) string {
	why := []detect.Note{}
	for _, e := range p.Service.Env {
		if e.Name.String() == name {
			why = e.Why
		}
	}
	for _, n := range why {
		if n.Path != "" && n.Line > 0 {
			return safe.Visible(fmt.Sprintf("Read in %s, line %d", n.Path, n.Line))
		}
		if n.Path != "" {
			return safe.Visible("Read in " + n.Path)
		}
	}
	return "Read by " + p.Service.Name.String()
}
