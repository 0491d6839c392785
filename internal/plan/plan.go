// Package plan turns what was detected, and what the user wants, into every
// decision that the written files share: images, port, user, paths, health
// check, packages, services. The Dockerfile, the ignore file, the Compose file
// and the report all read the same Plan, so they can't disagree.
//
// A plan knows no language: what differs between languages is a fact of the
// service, an entry of the catalogue, or a line of a template.
package plan

import (
	"fmt"
	"time"

	"dockgen/detect"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// Workdir is the folder of the program in the final image.
const Workdir = "/app"

// Options are the user's decisions that detection does not need.
type Options struct {
	Base     detect.Value[catalog.Base] // not set: what the language's experts take
	NoHealth bool                       // no health check
	Project  []*detect.Service          // all that the project runs, so that the files of each have names of their own; nil: this one alone
	// With are backing services to start beside those that the program needs, Without
	// those that run elsewhere, Versions those to take, all by the catalogue's names.
	With, Without []string
	Versions      map[string]safe.Version
	Network       safe.Name // one that exists already and that the server joins; not set: none
	Layers        bool      // compile the dependencies in a layer of their own, for builders whose caches are empty
	Dev           bool      // write a stage and a Compose file for development too
	Debug         bool      // the server in that stage listens for a debugger
	Now           time.Time // for ends of life; zero: the catalogue's own date
}

// InitKind says how a program that ignores SIGTERM as process 1 gets one above it.
type InitKind string

// The kinds of init.
const (
	NoInit      InitKind = ""
	InitPackage InitKind = "package" // the distribution's tini
	InitCopied  InitKind = "copied"  // a static tini out of the build stage
)

// Plan is everything that is decided about one service.
type Plan struct {
	Service *detect.Service
	Base    detect.Value[catalog.Base]

	// Dockerfile and Dockerignore are where the files stand, relative to the project.
	Dockerfile   safe.RelPath
	Dockerignore safe.RelPath

	BuildImage catalog.Image // not set: nothing is built
	RunImage   catalog.Image
	Runtimes   []RuntimeImage // for further stages
	// Gateway is the web server before a program that speaks no HTTP; nil: none.
	Gateway *Gateway

	Start      safe.Argv // the command as a whole
	Entrypoint safe.Argv // what of it is fixed; may be empty
	Cmd        safe.Argv // what of it the user may replace; may be empty
	Init       InitKind
	Port       safe.Port // 0: listens on none
	Health     Health

	BuildPackages []safe.Package // in the build image's package manager
	RunPackages   []safe.Package // in the final image's
	Env           []detect.Setting
	State         []safe.RelPath // below Workdir, writable
	Scratch       []safe.RelPath // the same, for what may be lost
	Labels        []detect.ImageLabel

	// Proxies are the paths that the web server of finished files hands on.
	Proxies []Proxy

	// Layers says that the dependencies are compiled in a layer of their own, and not into
	// a cache beside the image.
	Layers bool

	Dev    *detect.Dev      // the stage for development; nil: there is none
	DevEnv []detect.Setting // what that stage sets

	Ignore  []IgnoreGroup
	Compose Compose
	Backing []Backing // sorted by name
	// Processes are the further commands of the image: jobs, then workers.
	Processes []Process
	// Cron are the commands that run by a schedule, which CronTool starts; mostly none.
	Cron     []detect.CronJob
	CronTool catalog.Program
	// Optional are backing services that the program can do without.
	Optional []string

	Notes []detect.Note

	before  *Process // another service's job, which is this one's too; nil: none
	catalog *catalog.Catalog
	missing []detect.Need // those that the catalogue has no image for
}

// Gateway is a web server before the program: the stage "web" of its Dockerfile.
type Gateway struct {
	Image   catalog.Image
	Port    safe.Port
	Health  Health
	Service safe.Name // in the Compose file
}

// RuntimeImage is the image of a further language that the build needs.
type RuntimeImage struct {
	Name  string
	Image catalog.Image
}

// New decides everything about a service.
func New(s *detect.Service, opts Options) (*Plan, error) {
	c, err := catalog.Load()
	if err != nil {
		return nil, err
	}
	if opts.Now.IsZero() {
		opts.Now = c.AsOf()
	}
	p := &Plan{Service: s, Port: s.Port.V, Start: s.Start.V, Labels: s.Labels, catalog: c}
	p.Notes = append(p.Notes, s.Notes...)
	for _, dirs := range []struct {
		from []safe.RelPath
		to   *[]safe.RelPath
	}{{s.State, &p.State}, {s.Scratch, &p.Scratch}} {
		for _, dir := range dirs.from {
			if !dir.Plain() { // it becomes a word of a shell's command
				p.note("", 0, "the program writes to %s, a name that dockgen can't put into a command: make the folder by hand", dir)
				continue
			}
			*dirs.to = append(*dirs.to, dir)
		}
	}
	steps := []func(Options) error{p.place, p.images, p.cron, p.packages, p.command, p.health, p.gateway, p.settings, p.links, p.ignore, p.backing}
	for _, step := range steps {
		if err := step(opts); err != nil {
			return nil, fmt.Errorf("planning %s: %w", s.Name, err)
		}
	}
	p.layers(opts)
	p.development(opts)
	return p, nil
}

// Runtime returns the image of a further language, for templates.
func (p *Plan) Runtime(name string) (catalog.Image, error) {
	for _, r := range p.Runtimes {
		if r.Name == name {
			return r.Image, nil
		}
	}
	return catalog.Image{}, fmt.Errorf("the service in %s names no runtime %q", p.Service.Dir, name)
}

// Tool returns the image that a tool is copied from, for templates.
func (p *Plan) Tool(name string) (catalog.Image, error) { return p.catalog.Tool(name) }

// Images returns every image whose version is a build argument, each argument once.
func (p *Plan) Images() []catalog.Image {
	var out []catalog.Image
	seen := map[safe.EnvName]bool{}
	add := func(i catalog.Image) {
		if !i.IsZero() && !i.Arg.IsZero() && !seen[i.Arg] {
			seen[i.Arg] = true
			out = append(out, i)
		}
	}
	add(p.BuildImage)
	add(p.RunImage)
	if p.Gateway != nil {
		add(p.Gateway.Image)
	}
	for _, r := range p.Runtimes {
		add(r.Image)
	}
	return out
}

func (p *Plan) note(path string, line int, format string, args ...any) {
	p.Notes = append(p.Notes, detect.Note{Path: path, Line: line, Text: fmt.Sprintf(format, args...)})
}
