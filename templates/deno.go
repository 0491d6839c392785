package templates

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dockgen/internal/plan"
	"dockgen/internal/safe"
)

// denoTemplates are the functions of the Deno template: {{deno.Install .Facts}}.
type denoTemplates struct{}

func denoFuncs() denoTemplates { return denoTemplates{} }

// Install writes the RUN that fetches what the manifests name. They are bound to it;
// a name that no mount can hold makes them be copied before.
func (denoTemplates) Install(argv safe.Argv, inputs []safe.RelPath) (string, error) {
	if !slices.ContainsFunc(inputs, func(p safe.RelPath) bool { return !p.Plain() }) && len(inputs) <= maxBinds {
		var mounts []string
		for _, p := range inputs {
			mounts = append(mounts, fmt.Sprintf("type=bind,source=%s,target=%s", p, p))
		}
		return run(mounts, argv), nil
	}
	copied, err := copyParents(safe.RelPathOf("."), inputs)
	return copied + "\n" + run(nil, argv), err
}

// Steps writes the commands that run on the sources as one RUN.
func (denoTemplates) Steps(steps []safe.Argv) string { return run(nil, steps...) }

// Site writes the COPY of the files that the build wrote.
func (denoTemplates) Site(dir safe.RelPath) (string, error) {
	return copyWords("--from=build ", []string{path.Join(plan.Workdir, dir.String())}, "/usr/share/nginx/html")
}

// Workdir is the working directory of a folder of the project.
func (denoTemplates) Workdir(dir safe.RelPath) string {
	return strings.TrimSuffix(nodeTemplates{}.Runtime(dir), "/.")
}
