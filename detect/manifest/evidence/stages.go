package evidence

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"dockgen/detect"
)

// dockerfileNames are what people call the file that builds what they deploy, the
// plainest first.
func dockerfileNames() []string {
	return []string{
		"Dockerfile", "Containerfile", "Dockerfile.prod", "Dockerfile.production", "prod.Dockerfile",
		"docker/Dockerfile", ".docker/Dockerfile", "docker/default.Dockerfile", "docker/prod.Dockerfile", "docker/production.Dockerfile", "deploy/Dockerfile",
	}
}

// container is a Dockerfile that somebody wrote, stage by stage.
type container struct {
	d      *detect.Dir
	name   string
	stages []*buildStage

	exposed []exposure // by the last stage
	command string
}

// buildStage is a stage with what was copied into it, from the stages below it too.
type buildStage struct {
	name    string
	from    string
	based   *buildStage // the stage that it starts from; nil: an image
	line    int
	workdir string // at its end
	copies  []copied
}

// copied is one source of a COPY or ADD.
type copied struct {
	from *buildStage // nil: the context, or an image
	// image says that it comes out of an image that is no stage.
	image  bool
	source string // below the context, or absolute in the stage that it comes from
	to     string // absolute
	line   int
}

// readDockerfile parses the Dockerfile of the folder, once for all who ask; nil where there
// is none, or where it is ours.
func readDockerfile(d *detect.Dir) (name string, file *parser.Node, err error) {
	if name = d.First(dockerfileNames()...); name == "" {
		return "", nil, nil
	}
	file, err = detect.Once(d, "Dockerfile:"+path.Join(d.Path(), name), func() (*parser.Node, error) {
		data, err := d.Read(name)
		if err != nil || ours(data) {
			return nil, err
		}
		result, err := parser.Parse(bytes.NewReader(data))
		if err != nil {
			return nil, d.Errorf(name, 0, "no Dockerfile: %w", err)
		}
		return result.AST, nil
	})
	return name, file, err
}

// readContainer reads the Dockerfile of the folder; nil where there is none that can be
// read, or where it is ours.
func readContainer(d *detect.Dir) *container {
	name, file, err := readDockerfile(d)
	if file == nil || err != nil {
		return nil
	}
	c, err := detect.Once(d, "container:"+path.Join(d.Path(), name), func() (*container, error) {
		c := &container{d: d, name: name}
		c.read(file)
		last := lastStage(file)
		c.exposed, c.command = last.exposed, last.command
		return c, nil
	})
	if err != nil || c == nil || len(c.stages) == 0 {
		return nil
	}
	return c
}

func (c *container) read(file *parser.Node) {
	vars := map[string]string{}
	var at *buildStage
	for _, n := range file.Children {
		words := wordsOf(n)
		switch verb := strings.ToLower(n.Value); {
		case verb == "arg":
			for _, w := range words {
				if k, v, ok := strings.Cut(w, "="); ok {
					vars[k] = expand(strings.Trim(v, `"'`), vars)
				}
			}
		case verb == "env":
			for i := 0; i+1 < len(words); i += 3 {
				vars[words[i]] = expand(strings.Trim(words[i+1], `"'`), vars)
			}
		case verb == "from" && len(words) > 0:
			at = &buildStage{from: expand(words[0], vars), line: n.StartLine, workdir: "/"}
			if at.based = c.stage(at.from); at.based != nil {
				at.workdir, at.copies = at.based.workdir, slices.Clone(at.based.copies)
			}
			if len(words) == 3 && strings.EqualFold(words[1], "as") {
				at.name = words[2]
			}
			c.stages = append(c.stages, at)
		case at == nil:
		case verb == "workdir" && len(words) > 0:
			at.workdir = at.absolute(expand(words[0], vars))
		case (verb == "copy" || verb == "add") && len(words) > 1:
			c.copy(at, n, words, vars)
		}
	}
}

func (c *container) copy(at *buildStage, n *parser.Node, words []string, vars map[string]string) {
	from, image := (*buildStage)(nil), false
	for _, f := range n.Flags {
		if name, ok := strings.CutPrefix(f, "--from="); ok {
			from = c.stage(expand(name, vars))
			image = from == nil
		}
	}
	for i, w := range words {
		words[i] = expand(w, vars)
	}
	dest := words[len(words)-1]
	to := at.absolute(dest)
	for _, source := range words[:len(words)-1] {
		if strings.Contains(source, "://") || strings.HasPrefix(source, "<<") {
			continue
		}
		one := copied{from: from, image: image, to: to, line: n.StartLine}
		if from == nil {
			one.source = path.Clean(strings.TrimPrefix(path.Clean("/"+source), "/"))
			if one.source == "" {
				one.source = "."
			}
		} else {
			one.source = path.Join("/", source)
		}
		// A file goes into a folder by its name; the content of a folder goes there itself.
		if base := path.Base(one.source); (len(words) > 2 || strings.HasSuffix(dest, "/")) && strings.Contains(strings.TrimPrefix(base, "."), ".") && !strings.HasSuffix(source, "/") {
			one.to = path.Join(to, base)
		}
		at.copies = append(at.copies, one)
	}
}

// stage finds a stage by its name or number; nil for an image.
func (c *container) stage(name string) *buildStage {
	for i, s := range slices.Backward(c.stages) {
		if s.name != "" && strings.EqualFold(s.name, name) || name == index(i) {
			return s
		}
	}
	return nil
}

func (s *buildStage) absolute(p string) string {
	if path.IsAbs(p) {
		return path.Clean(p)
	}
	return path.Join(s.workdir, p)
}

// last is the stage that is deployed.
func (c *container) last() *buildStage { return c.stages[len(c.stages)-1] }

// source is the path in the build context that an absolute path in the stage was made
// from, or below which it was: the nearest COPY says so.
func (s *buildStage) source(p string) (string, bool) {
	best, out := -1, ""
	for _, c := range s.copies {
		if c.from != nil || c.image || !inside(p, c.to) || len(c.to) < best {
			continue
		}
		best, out = len(c.to), path.Join(c.source, strings.TrimPrefix(strings.TrimPrefix(p, c.to), "/"))
	}
	return out, best >= 0
}

// inside reports whether the path p is the folder dir or lies below it.
func inside(p, dir string) bool {
	return dir == "." || dir == "/" || p == dir || strings.HasPrefix(p, dir+"/")
}
