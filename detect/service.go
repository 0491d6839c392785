package detect

import (
	"cmp"
	"encoding/json"

	"dockgen/internal/safe"
)

// Kind is what a service does once it runs.
type Kind string

// The kinds of service.
const (
	Server Kind = "server" // listens on a port
	Worker Kind = "worker" // runs without a port, until it is stopped
	Static Kind = "static" // files for a web server
	CLI    Kind = "cli"    // a command for people
	Job    Kind = "job"    // runs once and ends
)

// Kinds lists every kind, the one that people most want in a container first.
func Kinds() []Kind { return []Kind{Server, Static, Worker, Job, CLI} }

// Deployed reports whether services of the kind are what a project deploys, and no
// tool that is run by hand.
func (k Kind) Deployed() bool { return k != CLI && k != Job }

// Linkage is what a program needs from its final image beside itself.
type Linkage string

// The linkages. An interpreted program has none: it needs its interpreter.
const (
	Interpreted Linkage = ""
	StaticLink  Linkage = "static" // nothing
	Libc        Linkage = "libc"   // glibc or musl
	Libcxx      Linkage = "libcxx" // the C++ runtime too
)

// Service is what one detector found out about one thing that can run: facts,
// not decisions. A Value that is not set is unknown.
type Service struct {
	Name     safe.Name
	Dir      safe.RelPath // the folder whose manifest was read, relative to the project
	Detector string       // the detector's name: also the folder of its templates and tests
	Language string       // the detector's name, but where it knows several languages
	Kind     Kind

	// Images is the family of the catalogue whose images the service takes, where
	// that is not the detector's name: see Family.
	Images string

	// BuildOn and RunOn choose among the images that a family has for one base, as
	// "gradle" beside Maven, or "fpm" beside Apache. Not set: the family's usual one.
	BuildOn, RunOn string

	// Pinned says that the project names the release, and not just one that will do:
	// it gets that release's image, though a newer one would build it as well.
	Pinned bool

	// Root is the folder that the build takes as its context, relative to the
	// project: Dir, or the workspace above it. Paths in the fields below are
	// relative to Root.
	Root safe.RelPath

	Framework      Value[string]
	Version        Value[safe.Version] // of the language, as the project asks for it
	PackageManager Value[string]
	Main           Value[safe.Label]   // the entry point as the language names it: a folder, a file, a module:object
	Document       Value[safe.RelPath] // the folder whose files a web server shows, relative to Dir; not set: none does
	Build          Value[safe.Argv]    // what turns sources into what runs; not set: nothing to build
	Start          Value[safe.Argv]    // the production command
	// Entrypoint is a script of the project's own that prepares something and then becomes
	// the command that follows it. Mostly not set.
	Entrypoint safe.Argv
	// RuntimeStart is Start for an image whose entry point is the language's interpreter:
	// the words behind its name, as "-m gunicorn app:app". Not set: Start without its first word.
	RuntimeStart safe.Argv
	Port         Value[safe.Port]    // not set: listens on none
	PortEnv      safe.EnvName        // the variable that changes the port, if the program reads one
	Health       Value[safe.URLPath] // answers 2xx when the service is well; not set: no such path is known
	NoHTTP       bool                // speaks another protocol: that it takes a connection is all that can be asked
	Graceful     bool                // ends by itself on SIGTERM, as process 1 too
	Linkage      Linkage             // of the program that Start runs

	// Server is the one that runs the service, where the detector knows several.
	Server Value[string]
	// Gateway says that the service speaks no HTTP: a web server stands before it, which
	// the template makes in the stage "web".
	Gateway bool

	Dev *Dev // how it is served while it is worked on; nil: not known

	// Layers says that the template can also compile the dependencies in a layer of their
	// own, and Layerless what stands against it in this project. Neither: the build has
	// nothing of the kind.
	Layers    bool
	Layerless Note

	// Processes are further commands of the same image: workers, schedulers, migrations.
	Processes []Process

	// Interpreters run the project's own scripts in the final image, where they lie in it as
	// they do in the project. None: a script beside the program is not there.
	Interpreters []Interpreter
	// Cron are commands of the same image that run by a schedule, and for which the process
	// CronName stands. Mostly none.
	Cron []CronJob

	// WaitsFor are the folders that jobs of other services work on, as Process.On has
	// them, and that have to be done before this one starts too: it uses the same database.
	WaitsFor []safe.RelPath

	// Calls are requests that other services of the project answer.
	Calls []Call
	Known Known // how the project's other files speak of the running service

	// Incomplete says that the project's folder lacks what the build needs; nil: all is there.
	Incomplete *Incomplete

	Needs    []Need         // backing services
	Packages []Package      // of the distribution
	Env      []EnvVar       // what the program reads
	EnvShown bool           // a file of the project's shows its variables to people
	SetEnv   []Setting      // what the image must set so that the program works in a container
	Args     []BuildArg     // public values that the build puts into its result
	Secrets  []BuildSecret  // what the build needs and no layer may keep
	State    []safe.RelPath // folders that the running program writes to, relative to its working directory
	Scratch  []safe.RelPath // those whose content may be lost whenever the program ends: caches
	Runtimes []Runtime      // further language runtimes that the build needs, as Node beside Go
	Context  Context        // what the build reads, and what it must not see
	Parts    []Part         // folders that belong to this service and are none of their own
	Front    *Front         // a front end that a stage builds for the image, whatever the language; nil: none
	Labels   []ImageLabel   // of the image, out of the manifest
	Notes    []Note         // what a person should know: traps, assumptions
	Facts    any            // the language's own typed facts, read by its template alone
}

// Family is the family of the catalogue whose images the service takes.
func (s *Service) Family() string { return cmp.Or(s.Images, s.Detector) }

// Process is a command that runs from a service's image beside its own.
type Process struct {
	Name  safe.Name        `json:"name"` // worker, scheduler, migrate, ...
	Kind  Kind             `json:"kind"` // Worker: until it is stopped; Job: once, before the service starts
	Start Value[safe.Argv] `json:"start"`
	// InBuild says that it needs what only the stage "build" has, as a tool for
	// development: its container is made of that stage.
	InBuild bool `json:"inBuild,omitempty"`
	// Apart says that it has an image of its own, the stage "migrate", which starts it.
	Apart bool `json:"apart,omitempty"`
	// Alone says that it reads none of the service's variables, but SetEnv and Needs.
	Alone bool `json:"-"`
	// BuildOn is the image of the family's that makes what that stage holds, in the program's
	// own version, where that is not the usual one.
	BuildOn string `json:"-"`
	// Packages are what that stage needs of the distribution.
	Packages []Package `json:"-"`
	// On is the folder that a job works on, relative to the project, as that of migrations:
	// services of one project that name the same one share the job. Mostly not set.
	On safe.RelPath `json:"-"`
	// RuntimeStart is to Start what the service's RuntimeStart is to its own.
	RuntimeStart safe.Argv `json:"-"`
	// SetEnv and Needs are what it reads beside the variables of the service: of its own,
	// and by other names, of the service's backing services.
	SetEnv []Setting `json:"-"`
	Needs  []Need    `json:"-"`
}

// Call is a path whose requests another service answers: the development server of
// a front end hands them on.
type Call struct {
	Prefix safe.URLPath // letters, digits, "_", "-" and "/" alone
	Strip  bool         // the other service sees the path without it
	Host   safe.Label   // the other service's, as the project has it
	Local  bool         // Host is the developer's own machine, so that the port alone tells
	Port   safe.Port    // 0: the scheme's own
	Why    Note
}

// Need is a backing service that the program talks to.
type Need struct {
	Name     string `json:"name"`               // as the catalogue has it: postgres, redis, ...
	Optional bool   `json:"optional,omitempty"` // the program starts without it
	// As is another service of the same protocol that the project runs in its
	// place, as MariaDB for MySQL; not set: none.
	As string `json:"as,omitempty"`
	// Variant is the catalogue's name of an image that holds more, as PostGIS; not
	// set: the plain one.
	Variant string `json:"variant,omitempty"`
	// Version is the one that the project runs it in elsewhere.
	Version  Value[safe.Version] `json:"version,omitzero"`
	Settings []NeedSetting       `json:"settings,omitempty"` // how the program is told where it is
	// Database is the name of the database, where the program or its data have one that
	// nothing changes; not set: any will do.
	Database safe.Label `json:"database,omitzero"`
	// Load are files of the project, relative to it, that fill the database when it is
	// made: its image reads them once. Mostly none.
	Load []safe.RelPath `json:"load,omitempty"`
	Why  []Note         `json:"why,omitempty"`
}

// Package is a package of the distribution that the build or the program needs.
type Package struct {
	Deb   safe.Package // its name on Debian; not set: the images have it
	Apk   safe.Package // its name on Alpine; not set: there is none
	Build bool         // needed while building
	Run   bool         // needed by the running program
	Why   Note
}

// EnvVar is an environment variable that the program reads.
type EnvVar struct {
	Name     safe.EnvName `json:"name"`
	Required bool         `json:"required"`
	Secret   bool         `json:"secret,omitempty"`
	// Documented says that a file for people names it: an .env.example.
	Documented bool       `json:"documented,omitempty"`
	Example    safe.Label `json:"example,omitzero"` // from an example file, never from .env
	// Address is where the program looks for another service of the project, as the code, its
	// configuration or a Compose file has it: see LocalAddress. Mostly not set.
	Address safe.Label `json:"-"`
	Why     []Note     `json:"why,omitempty"`
}

// Setting is an environment variable that the image sets.
type Setting struct {
	Name  safe.EnvName
	Value safe.Label
	Why   string // one line for the reader of the Dockerfile; may be empty
}

// ImageLabel is a label of the image, after the OCI image specification's
// annotations (https://github.com/opencontainers/image-spec/blob/main/annotations.md).
type ImageLabel struct {
	Key   string // a constant, as in "org.opencontainers.image.licenses"
	Value safe.Label
}

// BuildArg is a public value that the build takes from outside.
type BuildArg struct {
	Name    safe.EnvName
	Default safe.Label
	// Local is the address on the developer's own machine that the build takes where nothing
	// is given: another service's, if one listens there. Mostly not set.
	Local safe.Label
	Why   Note
}

// BuildSecret is a value that the build needs and that no layer may keep.
type BuildSecret struct {
	ID       safe.Name  // of the secret on the command line: --secret id=ID
	Target   safe.Label // the file at which the build finds it, an absolute path; not set: it is in Env
	Env      safe.EnvName
	Required bool
	Why      Note
}

// Runtime is a language that the build needs beside the service's own.
type Runtime struct {
	Name    string // as the catalogue has it
	Version Value[safe.Version]
}

// Context is what a build reads of the project's folder.
type Context struct {
	Ignore []safe.Pattern // left out, beside what every project leaves out
	Keep   []safe.RelPath // read by the build: not left out, whatever a pattern says, but for secrets
	// Public are files whose names are those of secrets and that hold none: a
	// certificate without its key, an .npmrc without a token. They are let in.
	Public []Part
}

// ContainerFiles are the names (path.Match) of files that say how containers are
// built and run. A build does not read them, unless it embeds them.
func ContainerFiles() []string {
	return []string{"*.dockerignore", "Containerfile*", "Dockerfile*", "compose.*.y*ml", "compose.y*ml", "docker-bake*", "docker-compose*.y*ml"}
}

type packagesJSON struct {
	Build   []string `json:"build"`
	Runtime []string `json:"runtime"`
}

// MarshalJSON writes the service in the form of `dockgen detect --json`, schema 1.
func (s *Service) MarshalJSON() ([]byte, error) {
	packages := packagesJSON{Build: []string{}, Runtime: []string{}}
	for _, p := range s.Packages {
		if p.Deb.IsZero() {
			continue
		}
		if p.Build {
			packages.Build = append(packages.Build, p.Deb.String())
		}
		if p.Run {
			packages.Runtime = append(packages.Runtime, p.Deb.String())
		}
	}
	optional := func(set bool, v any) any {
		if !set {
			return nil
		}
		return v
	}
	return json.Marshal(struct {
		Name           safe.Name    `json:"name"`
		Dir            safe.RelPath `json:"dir"`
		Root           safe.RelPath `json:"root"`
		Language       string       `json:"language"`
		Framework      any          `json:"framework"`
		Kind           Kind         `json:"kind"`
		Version        any          `json:"version"`
		PackageManager any          `json:"packageManager"`
		Server         any          `json:"server,omitempty"`
		Main           any          `json:"main"`
		Document       any          `json:"documentRoot,omitempty"`
		Build          any          `json:"build"`
		Start          any          `json:"start"`
		Port           any          `json:"port"`
		Health         any          `json:"health"`
		Processes      []Process    `json:"processes,omitempty"`
		Needs          []Need       `json:"needs"`
		SystemPackages packagesJSON `json:"systemPackages"`
		Env            []EnvVar     `json:"env"`
		Notes          []Note       `json:"notes"`
	}{
		s.Name, s.Dir, s.Root, s.Language,
		optional(s.Framework.IsSet(), s.Framework), s.Kind,
		optional(s.Version.IsSet(), s.Version),
		optional(s.PackageManager.IsSet(), s.PackageManager),
		optional(s.Server.IsSet(), s.Server),
		optional(s.Main.IsSet(), s.Main),
		optional(s.Document.IsSet(), s.Document),
		optional(s.Build.IsSet(), s.Build),
		optional(s.Start.IsSet(), s.Start),
		optional(s.Port.IsSet(), s.Port),
		optional(s.Health.IsSet(), s.Health),
		s.Processes, list(s.Needs), packages, list(s.Env), list(s.Notes),
	})
}

// list is s, but never nil, so that it is [] in JSON.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
