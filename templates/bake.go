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
// together, on this machine or on builders elsewhere: a target for each image, a
// group of all, and what is usual to set from outside as variables
// (https://docs.docker.com/build/bake/reference/).
func Bake(plans ...*plan.Plan) File {
	var b bytes.Buffer
	var names []string
	targets := bakeTargets(plans)
	for _, t := range targets {
		names = append(names, hcl(t.name.String()))
	}
	fmt.Fprintf(&b, "# Written by dockgen for %s\n#\n", plans[0].Compose.Project)
	// Without the file's name Bake reads the Compose file too, and asks for its variables.
	fmt.Fprintf(&b, "# Build all: docker buildx bake -f %s\n# Build one: docker buildx bake -f %s %s\n", bakeFile, bakeFile, plans[0].Compose.Service)
	fmt.Fprintf(&b, "# Push:      REGISTRY=registry.example.com/team/ TAG=1.2.3 docker buildx bake -f %s --push\n\n", bakeFile)
	b.WriteString(bakeVariables)
	for _, name := range bakeArgs(plans) {
		fmt.Fprintf(&b, "variable %s {\n  default = null\n}\n\n", hcl(name))
	}
	fmt.Fprintf(&b, "group \"default\" {\n  targets = [%s]\n}\n\n", strings.Join(names, ", "))
	b.WriteString(bakeCommon)
	for _, t := range targets {
		b.WriteString(t.block())
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

// bakeArgs are the build arguments of all services whose values come from outside.
func bakeArgs(plans []*plan.Plan) []string {
	var out []string
	for _, p := range plans {
		for _, a := range p.Compose.Args {
			if _, known := p.Compose.KnownArg(a); !known {
				out = append(out, a.String())
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// bakeTarget is an image that Compose starts containers of. It has the name of their
// service there, for Bake reads the Compose file too unless it is told which to read.
type bakeTarget struct {
	name  safe.Name
	plan  *plan.Plan
	stage plan.Stage
}

// bakeTargets are the programs' images, and after each those of its other stages: of
// the web server before a program, of a job that migrates with a tool of its own.
func bakeTargets(plans []*plan.Plan) []bakeTarget {
	var out []bakeTarget
	for _, p := range plans {
		out = append(out, bakeTarget{p.Compose.Service, p, plan.FinalStage})
		if p.Gateway != nil {
			out = append(out, bakeTarget{p.Gateway.Service, p, plan.GatewayStage})
		}
		for _, q := range p.Processes {
			known := func(t bakeTarget) bool { return t.plan == p && t.stage == q.Target }
			if !slices.ContainsFunc(out, known) {
				out = append(out, bakeTarget{q.Service, p, q.Target})
			}
		}
	}
	return out
}

// tag is what the image is called in a registry, where services of other projects are too.
func (t bakeTarget) tag() string {
	if t.stage == plan.FinalStage {
		return t.name.String()
	}
	return t.plan.Compose.Service.String() + "-" + string(t.stage)
}

// block is the target in the file. Another stage's differs from the program's by what it
// is, is called, and is kept as.
func (t bakeTarget) block() string {
	p, c := t.plan, &t.plan.Compose
	name := t.name.String()
	var b strings.Builder
	fmt.Fprintf(&b, "\ntarget %s {\n", hcl(name))
	if t.stage != plan.FinalStage {
		fmt.Fprintf(&b, "  inherits   = [%s]\n", hcl(c.Service.String()))
		t.image(&b)
		b.WriteString("}\n")
		return b.String()
	}
	b.WriteString("  inherits   = [\"_common\"]\n")
	fmt.Fprintf(&b, "  context    = %s\n", hcl(c.Context.String()))
	fmt.Fprintf(&b, "  dockerfile = %s\n", hcl(below(p.Service.Root, p.Dockerfile)))
	t.image(&b)
	if len(c.Args) > 0 {
		b.WriteString("  args = {\n")
		for _, a := range c.Args {
			value, known := c.KnownArg(a)
			if known {
				value = hcl(value)
			} else {
				value = a.String()
			}
			fmt.Fprintf(&b, "    %s = %s\n", a, value)
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

// image writes the stage of a target, what the image is called and where its layers are kept.
func (t bakeTarget) image(b *strings.Builder) {
	fmt.Fprintf(b, "  target     = %s\n", hcl(string(t.stage)))
	fmt.Fprintf(b, "  tags       = [\"${REGISTRY}%s:${TAG}\"]\n", t.tag())
	fmt.Fprintf(b, "  cache-from = CACHE == \"\" ? [] : [\"type=registry,ref=${CACHE}:%s\"]\n", t.tag())
	fmt.Fprintf(b, "  cache-to   = CACHE == \"\" ? [] : [\"type=registry,ref=${CACHE}:%s,mode=max\"]\n", t.tag())
}

// hcl writes a string of HCL's native syntax, where ${ and %{ begin a template
// (https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#template-expressions).
func hcl(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "${", "$${", "%{", "%%{").Replace(s) + `"`
}
