package templates

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/catalog"
	"dockgen/internal/plan"
	"dockgen/internal/safe"
)

// maxBinds is how many files are bound one by one before a COPY is the shorter
// way to say it.
const maxBinds = 10

// nodeTemplates are the functions of the partial node.tmpl: {{node.Install . .Full}}.
type nodeTemplates struct{}

func nodeFuncs() nodeTemplates { return nodeTemplates{} }

// Setup writes how the package manager gets into the image; nothing where it is
// there. tools knows the images that tools are copied from: a plan.
func (nodeTemplates) Setup(in nodepkg.Install, tools interface {
	Tool(string) (catalog.Image, error)
}) (string, error) {
	switch {
	case in.Setup.Tool != "":
		img, err := tools.Tool(in.Setup.Tool)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("COPY --from=%s /usr/local/bin/%s /usr/local/bin/", img.Ref, in.Setup.Tool), nil
	case !in.Setup.Run.IsZero():
		return "RUN --mount=type=cache,id=npm,target=/root/.npm \\\n    " + in.Setup.Run.String(), nil
	}
	return "", nil
}

// Workdir is the working directory of a folder of the project in a stage that builds.
func (nodeTemplates) Workdir(dir safe.RelPath) (string, error) {
	at := path.Join("/src", dir.String())
	if !dir.Plain() {
		return quoted(at), nil
	}
	return at, nil
}

// From writes the COPY of what lies below a folder of the project in another stage.
func (nodeTemplates) From(stage string, dir safe.RelPath, below, dest string) (string, error) {
	return copyWords("--from="+stage+" ", []string{path.Join("/src", dir.String(), below)}, dest)
}

// Written writes the COPY of files that the build stage has made.
func (nodeTemplates) Written(root safe.RelPath, files []safe.RelPath) (string, error) {
	var sources []string
	for _, f := range files {
		sources = append(sources, path.Join("/src", root.String(), f.String()))
	}
	return copyWords("--from=build ", sources, "./")
}

// At is a folder of the project in the final image, for From.
func (nodeTemplates) At(dir safe.RelPath) string { return path.Join(plan.Workdir, dir.String()) }

// Member writes the COPY of another package of the workspace, without what is installed
// in it, which is for development too, and without what the runner keeps of the build.
func (nodeTemplates) Member(built bool, dir safe.RelPath) (string, error) {
	at := path.Join(plan.Workdir, dir.String())
	if !built {
		return copyWords("", []string{dir.String()}, at)
	}
	return copyWords("--from=build --exclude=**/node_modules --exclude=**/.turbo ", []string{path.Join("/src", dir.String())}, at)
}

// Packages are the distribution's packages that the front end's build needs.
func (nodeTemplates) Packages(img catalog.Image, f *nodepkg.Frontend) []safe.Package {
	var out []safe.Package
	for _, list := range [][]detect.Package{f.Install.Packages, f.Native.Packages} {
		for _, p := range list {
			name := p.Deb
			if img.Packages == catalog.Apk {
				name = p.Apk
			}
			if p.Build && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	slices.SortFunc(out, func(a, b safe.Package) int { return strings.Compare(a.String(), b.String()) })
	return out
}

// Copies writes the COPY of what has to lie in the image before the install: what
// stays there, what can't be bound, and everything where a script reads sources.
func (nodeTemplates) Copies(in nodepkg.Install) (string, error) {
	if in.Sources {
		return copyInstruction("", "./", in.Root)
	}
	bind, keep := split(in)
	var out []string
	if len(bind) == 0 && len(in.Inputs) > len(keep) { // too many, or a name that no mount can hold
		var sources []safe.RelPath
		for _, x := range in.Inputs {
			if !x.Keep {
				sources = append(sources, x.Source)
			}
		}
		text, err := copyParents(in.Root, sources)
		if err != nil {
			return "", err
		}
		out = append(out, text)
	}
	for _, x := range keep {
		text, err := copyInstruction("", "./"+x.Target.String()+"/", x.Source)
		if err != nil {
			return "", err
		}
		out = append(out, text)
	}
	return strings.Join(out, "\n"), nil
}

// Install writes the RUN of an install command with its mounts.
func (nodeTemplates) Install(in nodepkg.Install, argv safe.Argv) string {
	var mounts []string
	if bind, _ := split(in); !in.Sources {
		for _, x := range bind {
			m := fmt.Sprintf("type=bind,source=%s,target=%s", x.Source, x.Target)
			if x.Writes {
				m += ",rw" // what is written is thrown away
			}
			mounts = append(mounts, m)
		}
	}
	mounts = append(mounts, cacheMount(in))
	return run(append(mounts, secretMounts(in.Secrets)...), argv)
}

// InstallPruned writes the RUN that installs everything and takes the development
// dependencies away again, in one step: both read the manifests, which are only bound.
func (n nodeTemplates) InstallPruned(in nodepkg.Install, argv safe.Argv) string {
	in.Inputs = slices.Clone(in.Inputs)
	for i := range in.Inputs {
		in.Inputs[i].Writes = true // the lock is written again, with what it said
	}
	out := n.Install(in, argv)
	for _, then := range []safe.Argv{in.Unhook, in.Prune} {
		if !then.IsZero() {
			out += " && \\\n    " + then.String()
		}
	}
	return out
}

// Prune writes the RUN that takes the development dependencies away.
func (nodeTemplates) Prune(in nodepkg.Install) string {
	mounts := append([]string{cacheMount(in)}, secretMounts(in.Secrets)...)
	if in.Unhook.IsZero() {
		return run(mounts, in.Prune)
	}
	return run(mounts, in.Unhook) + " && \\\n    " + in.Prune.String()
}

func secretMounts(secrets []detect.BuildSecret) []string {
	var out []string
	for _, s := range secrets {
		m := "type=secret,id=" + s.ID.String()
		if s.Target.IsZero() {
			m += ",env=" + s.Env.String()
		} else {
			m += ",target=" + s.Target.String()
		}
		if s.Required {
			m += ",required=true"
		}
		out = append(out, m)
	}
	return out
}

func cacheMount(in nodepkg.Install) string {
	return fmt.Sprintf("type=cache,id=%s,target=%s", in.Cache.ID, in.Cache.Target)
}

func run(mounts []string, commands ...safe.Argv) string {
	var b strings.Builder
	b.WriteString("RUN ")
	for _, m := range mounts {
		b.WriteString("--mount=" + m + " \\\n    ")
	}
	for i, c := range commands {
		if i > 0 {
			b.WriteString(" && \\\n    ")
		}
		b.WriteString(c.String())
	}
	return b.String()
}

// split parts the inputs into those that are bound while installing and those
// that stay in the image. All are copied where one can't be bound: a mount's
// source takes no quoting.
func split(in nodepkg.Install) (bind, keep []nodepkg.Input) {
	plain := true
	for _, x := range in.Inputs {
		if x.Keep {
			keep = append(keep, x)
			continue
		}
		plain = plain && x.Source.Plain() && x.Target.Plain()
		bind = append(bind, x)
	}
	if !plain || len(bind) > maxBinds {
		bind = nil
	}
	return bind, keep
}

// copyParents writes a COPY that keeps the folders below root: what stands
// before "/./" is cut off (https://docs.docker.com/reference/dockerfile/#copy---parents).
func copyParents(root safe.RelPath, sources []safe.RelPath) (string, error) {
	var words []string
	plain := true
	for _, s := range sources {
		w := s.String()
		if root.String() != "." {
			w = root.String() + "/./" + strings.TrimPrefix(w, root.String()+"/")
		}
		plain = plain && s.Plain()
		words = append(words, w)
	}
	if plain {
		return "COPY --parents \\\n    " + strings.Join(words, " \\\n    ") + " \\\n    ./", nil
	}
	for i, w := range words {
		words[i] = "./" + escapePath(w)
	}
	form, err := jsonList(append(words, "./"))
	return "COPY --parents " + form, err
}

// Run writes the RUN of a command of the build, after those that come before it,
// with the folders that a later build reads again and the secrets that it needs.
func (nodeTemplates) Run(before []safe.Argv, argv safe.Argv, caches []nodepkg.Cache, secrets []detect.BuildSecret) string {
	var mounts []string
	for _, c := range caches {
		mounts = append(mounts, fmt.Sprintf("type=cache,id=%s,target=%s", c.ID, c.Target))
	}
	return run(append(mounts, secretMounts(secrets)...), append(slices.Clone(before), argv)...)
}

// Prepare writes the RUN of the commands that come before a build, where there is none.
func (nodeTemplates) Prepare(commands []safe.Argv) string { return run(nil, commands...) }

// Runtime is the working directory of a folder of the project in the final image.
func (nodeTemplates) Runtime(dir safe.RelPath) string {
	at := path.Join(plan.Workdir, dir.String())
	if !dir.Plain() {
		return quoted(at)
	}
	return at
}

// Artifacts writes the COPY of what the final image takes of the folder dir: out
// of the build stage, or out of the project where nothing is built.
func (nodeTemplates) Artifacts(built bool, dir safe.RelPath, artifacts []nodepkg.Artifact) (string, error) {
	flags, base := "", ""
	if !built && dir.String() != "." {
		base = dir.String() + "/"
	}
	if built {
		flags, base = "--from=build ", path.Join("/src", dir.String())+"/"
	}
	var own [][2]string // what has a line of its own: a folder, or a file of another name
	var files []string  // go to the working directory together
	for _, a := range artifacts {
		if a.From == a.To && !a.Dir && !strings.Contains(a.To.String(), "/") {
			files = append(files, base+a.From.String())
			continue
		}
		own = append(own, [2]string{base + a.From.String(), "./" + a.To.String()})
	}
	var out []string
	add := func(flags string, sources []string, dest string) error {
		line, err := copyWords(flags, sources, dest)
		out = append(out, line)
		return err
	}
	if base != "" && len(own) > maxCopies {
		// Many lines are many layers: those that keep their place go in one.
		var parents []string
		own = slices.DeleteFunc(own, func(c [2]string) bool {
			kept := strings.TrimPrefix(c[0], base) == strings.TrimPrefix(c[1], "./")
			if kept {
				parents = append(parents, base+"./"+strings.TrimPrefix(c[0], base))
			}
			return kept
		})
		if len(parents) > 0 {
			if err := add(flags+"--parents ", parents, "./"); err != nil {
				return "", err
			}
		}
	}
	for _, c := range own {
		if err := add(flags, []string{c[0]}, c[1]); err != nil {
			return "", err
		}
	}
	if len(files) > 0 {
		if err := add(flags, files, "./"); err != nil {
			return "", err
		}
	}
	return strings.Join(out, "\n"), nil
}

// maxCopies is how many folders are copied by a line, and so a layer, each.
const maxCopies = 4

// copyWords writes a COPY, a source a line where one line would be long.
func copyWords(flags string, sources []string, dest string) (string, error) {
	plain, length := true, -1
	for _, s := range append(sources[:len(sources):len(sources)], dest) {
		r, err := safe.NewRelPath(strings.TrimPrefix(s, "/"))
		if err != nil {
			return "", err
		}
		plain, length = plain && r.Plain(), length+len(s)+1
	}
	if dest == "./." {
		dest = "./"
	}
	if plain {
		sep := " "
		if length > 90 {
			sep = " \\\n    "
		}
		return "COPY " + flags + strings.Join(append(sources, dest), sep), nil
	}
	words := make([]string, 0, len(sources)+1)
	for _, s := range sources {
		if !strings.HasPrefix(s, "/") {
			s = "./" + s
		}
		words = append(words, escapePath(s))
	}
	form, err := jsonList(append(words, escapePath(dest)))
	return "COPY " + flags + form, err
}
