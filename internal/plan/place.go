package plan

import (
	"slices"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// The names of the written files.
const (
	dockerfileName   = "Dockerfile"
	dockerignoreName = ".dockerignore"
)

// place decides where the service's Dockerfile stands: in the service's own folder,
// also where the context of its build is a workspace above it, as the ecosystems
// with workspaces have it (docker build -f apps/web/Dockerfile .). Services of one
// folder get a Dockerfile each, named after them; one that people deploy among
// tools keeps the plain name.
//
// BuildKit takes the ignore file of the context, and before it one that is named
// after the Dockerfile (https://docs.docker.com/build/concepts/context/#filename-and-location).
func (p *Plan) place(opts Options) error {
	s := p.Service
	name := dockerfileName
	if shared := sharing(s, opts.Project); len(shared) > 1 {
		deployed := slices.DeleteFunc(slices.Clone(shared), func(o *detect.Service) bool { return !o.Kind.Deployed() })
		if len(deployed) != 1 || !same(deployed[0], s) {
			name += "." + s.Name.String()
		}
	}
	var err error
	if p.Dockerfile, err = s.Dir.Join(name); err != nil {
		return err
	}
	p.Dockerignore, err = s.Dir.Join(dockerignoreName)
	if name != dockerfileName || s.Dir != s.Root {
		p.Dockerignore, err = safe.NewRelPath(p.Dockerfile.String() + dockerignoreName)
	}
	return err
}

// OwnDockerfile reports whether the build has to be told where the Dockerfile is,
// for it is not the one at the root of its context.
func (p *Plan) OwnDockerfile() bool {
	at, err := p.Service.Root.Join(dockerfileName)
	return err != nil || at != p.Dockerfile
}

// sharing are the services of the project that stand in the folder of s, s among them.
func sharing(s *detect.Service, all []*detect.Service) []*detect.Service {
	var out []*detect.Service
	for _, o := range all {
		if o.Dir == s.Dir {
			out = append(out, o)
		}
	}
	return out
}

// same reports whether two descriptions are of one service, of which one may have
// got another name.
func same(a, b *detect.Service) bool {
	return a == b || a.Dir == b.Dir && a.Detector == b.Detector && a.Kind == b.Kind && a.Main.V == b.Main.V && (a.Main.IsSet() || a.Name == b.Name)
}
