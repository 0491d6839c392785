package templates

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"dockgen/internal/plan"
	"dockgen/internal/safe"
)

// bakeFile is where docker buildx bake looks.
const bakeFile = "docker-bake.hcl"

// Bake renders the file by which BuildKit builds the services of a project
// together, on this machine or on builders elsewhere: a target each, a group of
// all, and what is usual to set from outside as variables
// (https://docs.docker.com/build/bake/reference/).
func Bake(plans ...*plan.Plan) File {
	var b bytes.Buffer
	var names []string
	for _, p := range plans {
		names = append(names, hcl(p.Compose.Service.String()))
	}
	fmt.Fprintf(&b, "# Written by dockgen for %s\n#\n", plans[0].Compose.Project)
	fmt.Fprintf(&b, "# Build all: docker buildx bake\n# Build one: docker buildx bake %s\n", plans[0].Compose.Service)
	b.WriteString("# Push:      REGISTRY=registry.example.com/team/ TAG=1.2.3 docker buildx bake --push\n\n")
	b.WriteString(bakeVariables)
	for _, name := range bakeArgs(plans) {
		fmt.Fprintf(&b, "variable %s {\n  default = null\n}\n\n", hcl(name))
	}
	fmt.Fprintf(&b, "group \"default\" {\n  targets = [%s]\n}\n\n", strings.Join(names, ", "))
	b.WriteString(bakeCommon)
	for _, p := range plans {
		b.WriteString(bakeTarget(p))
	}
	return File{safe.RelPathOf(bakeFile), b.Bytes()}
}

const bakeVariables = `# REGISTRY goes before each name, with the slash at its end.
variable "REGISTRY" {
  default = ""
}

variable "TAG" {
  default = "latest"
}

# PLATFORMS are separated by commas: linux/amd64,linux/arm64. Empty: the builder's own.
variable "PLATFORMS" {
  default = ""
}

# CACHE is a repository that keeps the layers for other machines. Empty: none.
variable "CACHE" {
  default = ""
}

# REVISION is the commit that is built.
variable "REVISION" {
  default = ""
}

`

const bakeCommon = `target "_common" {
  platforms = PLATFORMS == "" ? [] : split(",", PLATFORMS)
  labels = {
    "org.opencontainers.image.revision" = REVISION == "" ? null : REVISION
  }
}
`

// bakeArgs are the build arguments of all services.
func bakeArgs(plans []*plan.Plan) []string {
	var out []string
	for _, p := range plans {
		for _, a := range p.Compose.Args {
			out = append(out, a.String())
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func bakeTarget(p *plan.Plan) string {
	c := &p.Compose
	name := c.Service.String()
	var b strings.Builder
	fmt.Fprintf(&b, "\ntarget %s {\n", hcl(name))
	b.WriteString("  inherits   = [\"_common\"]\n")
	fmt.Fprintf(&b, "  context    = %s\n", hcl(c.Context.String()))
	fmt.Fprintf(&b, "  dockerfile = %s\n", hcl(below(p.Service.Root, p.Dockerfile)))
	b.WriteString("  target     = \"final\"\n")
	fmt.Fprintf(&b, "  tags       = [\"${REGISTRY}%s:${TAG}\"]\n", name)
	fmt.Fprintf(&b, "  cache-from = CACHE == \"\" ? [] : [\"type=registry,ref=${CACHE}:%s\"]\n", name)
	fmt.Fprintf(&b, "  cache-to   = CACHE == \"\" ? [] : [\"type=registry,ref=${CACHE}:%s,mode=max\"]\n", name)
	if len(c.Args) > 0 {
		b.WriteString("  args = {\n")
		for _, a := range c.Args {
			fmt.Fprintf(&b, "    %s = %s\n", a, a)
		}
		b.WriteString("  }\n")
	}
	if len(c.Secrets) > 0 {
		b.WriteString("  secret = [\n")
		for _, s := range c.Secrets {
			from := "env=" + s.Env.String()
			if s.File != "" {
				from = "src=" + s.File
			}
			fmt.Fprintf(&b, "    %s,\n", hcl("id="+s.ID.String()+","+from))
		}
		b.WriteString("  ]\n")
	}
	b.WriteString("}\n")
	return b.String()
}

// hcl writes a string of HCL's native syntax, where ${ and %{ begin a template
// (https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#template-expressions).
func hcl(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "${", "$${", "%{", "%%{").Replace(s) + `"`
}
