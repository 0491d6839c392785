package engine

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// composeModel is what a verification reads of a Compose file, as Compose itself resolved it.
type composeModel struct {
	Services map[string]composeService `json:"services"`
	Volumes  map[string]struct {
		Name     string `json:"name"`
		External bool   `json:"external"`
	} `json:"volumes"`
	Secrets map[string]struct {
		File string `json:"file"`
	} `json:"secrets"`
}

// composeService is one service of it.
type composeService struct {
	Build *struct {
		Context string `json:"context"`
		Target  string `json:"target"`
	} `json:"build"`
	Volumes []struct {
		Type   string `json:"type"`
		Target string `json:"target"`
	} `json:"volumes"`
	Tmpfs []string `json:"tmpfs"`
	Ports []struct {
		Target   int    `json:"target"`
		Protocol string `json:"protocol"`
	} `json:"ports"`
}

// compose brings the copy up with Compose, asks the program, and takes all down again.
func (v *verifier) compose(ctx context.Context) {
	if v.opts.Compose == "" {
		v.skip(ctx, "there is no Compose file to verify", CheckRequired, CheckCompose, CheckService, CheckKept)
		return
	}
	v.check(ctx, CheckRequired, func() (string, error) {
		if v.composeErr != nil {
			return "", skipped("there is nothing to ask for")
		}
		return v.composed.refuses(ctx)
	})
	up := v.check(ctx, CheckCompose, func() (string, error) {
		if v.composeErr != nil {
			return "", v.composeErr
		}
		return v.composed.up(ctx)
	})
	if !up {
		v.skip(ctx, "Compose did not bring the program up", CheckService, CheckKept)
		return
	}
	if !v.check(ctx, CheckService, func() (string, error) { return v.composed.ask(ctx, v.opts.Requests) }) || len(v.opts.Again) == 0 {
		v.skip(ctx, "there is nothing to ask again", CheckKept)
		return
	}
	v.check(ctx, CheckKept, func() (string, error) { return v.composed.again(ctx) })
}

// composition is the Compose file of the copy under a project name of its own,
// so that no container, volume or network of the user's is touched.
type composition struct {
	v        *verifier
	cli      cli
	flags    []string
	model    composeModel
	required []string // variables without which it has to refuse
}

func (v *verifier) composition(ctx context.Context) (*composition, error) {
	file := filepath.Join(v.tree, filepath.FromSlash(v.opts.Compose))
	c := &composition{v: v, flags: []string{"compose", "--project-name", v.id, "--file", file}}
	if err := c.variables(ctx); err != nil {
		return nil, err
	}
	out, err := c.run(ctx, "config", "--format", "json")
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(out), &c.model); err != nil {
		return nil, fmt.Errorf("reading the Compose file: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(c.model.Volumes)) {
		if vol := c.model.Volumes[name]; vol.External || !strings.HasPrefix(vol.Name, v.id+"_") {
			return nil, skipped(fmt.Sprintf("the volume %s has a name of its own and may hold data", name))
		}
	}
	if err := c.secretFiles(); err != nil {
		return nil, err
	}
	override := filepath.Join(v.work, "override.yaml")
	if err := os.WriteFile(override, c.override(), 0o600); err != nil {
		return nil, err
	}
	c.flags = append(c.flags, "--file", override)
	return c, nil
}

func (c *composition) run(ctx context.Context, args ...string) (string, error) {
	return c.cli.run(ctx, append(slices.Clone(c.flags), args...)...)
}

// variables gives a value to each variable that the Compose file requires.
func (c *composition) variables(ctx context.Context) error {
	out, err := c.run(ctx, "config", "--variables", "--format", "json")
	if err != nil {
		return err
	}
	var asked map[string]struct{ Required bool }
	if err := json.Unmarshal([]byte(out), &asked); err != nil {
		return fmt.Errorf("reading the variables of the Compose file: %w", err)
	}
	env := maps.Clone(c.v.opts.Env)
	if env == nil {
		env = map[string]string{}
	}
	for name, a := range asked {
		if a.Required {
			c.required = append(c.required, name)
		}
		if _, ok := env[name]; !ok && a.Required {
			env[name] = rand.Text()
		}
	}
	slices.Sort(c.required)
	for _, name := range slices.Sorted(maps.Keys(env)) {
		c.cli.env = append(c.cli.env, name+"="+env[name])
	}
	return nil
}

// secretFiles makes the files that hold the secrets, where the user has none.
func (c *composition) secretFiles() error {
	for _, s := range c.model.Secrets {
		if s.File == "" || !filepath.IsAbs(s.File) || !inside(s.File, []string{c.v.tree}) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(s.File), 0o755); err != nil {
			return err
		}
		f, err := os.OpenFile(s.File, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return err
		}
		_, err = f.WriteString(rand.Text())
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
	return nil
}

// override publishes every port at a free one, as another program may hold the
// one that the file names, and asks for the health of what is built each second
// instead of the thirty that an image may say.
func (c *composition) override() []byte {
	var b bytes.Buffer
	b.WriteString("services:\n")
	for _, name := range slices.Sorted(maps.Keys(c.model.Services)) {
		fmt.Fprintf(&b, "  %q:\n", name)
		if s := c.model.Services[name]; s.Build != nil && len(s.Ports) > 0 {
			b.WriteString("    healthcheck: {interval: 1s}\n")
		}
		b.WriteString("    ports: !override [")
		for i, p := range c.model.Services[name].Ports {
			if i > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "{target: %d, host_ip: 127.0.0.1, protocol: %q}", p.Target, p.Protocol)
		}
		b.WriteString("]\n")
	}
	return b.Bytes()
}

func (c *composition) up(ctx context.Context) (string, error) {
	limit := strconv.Itoa(int(2 * c.v.opts.Start.Seconds()))
	if _, err := c.run(ctx, "up", "--build", "--wait", "--wait-timeout", limit); err != nil {
		log, _ := c.run(context.WithoutCancel(ctx), "logs", "--no-color", "--tail", "20")
		if strings.TrimSpace(log) != "" {
			return "", &programError{err, tail(log)}
		}
		return "", err
	}
	return strings.Join(slices.Sorted(maps.Keys(c.model.Services)), ", "), nil
}

// service returns a service that is built from the verified context, one that is
// the best by that measure.
func (c *composition) service(better func(composeService) bool) (name string, s composeService, ok bool) {
	built := filepath.Join(c.v.tree, filepath.FromSlash(c.v.opts.Context))
	for _, n := range slices.Sorted(maps.Keys(c.model.Services)) {
		one := c.model.Services[n]
		if one.Build == nil || filepath.Clean(one.Build.Context) != built {
			continue
		}
		if !ok || better(one) && !better(s) {
			name, s, ok = n, one, true
		}
	}
	return name, s, ok
}

// refuses takes away one variable after the other that the file requires: Compose
// names it and starts nothing.
func (c *composition) refuses(ctx context.Context) (string, error) {
	if len(c.required) == 0 {
		return "", skipped("the Compose file requires no variable")
	}
	for _, name := range c.required {
		without := *c
		without.cli.env = slices.DeleteFunc(slices.Clone(c.cli.env), func(e string) bool { return strings.HasPrefix(e, name+"=") })
		_, err := without.run(ctx, "config", "--quiet")
		switch {
		case err == nil:
			return "", fmt.Errorf("without %s Compose would start", name)
		case !strings.Contains(err.Error(), name):
			return "", fmt.Errorf("what Compose says does not name %s: %w", name, err)
		}
	}
	return strings.Join(c.required, ", "), nil
}

// again takes the containers and networks away, but not the volumes, and brings all up.
func (c *composition) again(ctx context.Context) (string, error) {
	if _, err := c.run(ctx, "down", "--timeout", "10"); err != nil {
		return "", err
	}
	limit := strconv.Itoa(int(2 * c.v.opts.Start.Seconds()))
	if _, err := c.run(ctx, "up", "--wait", "--wait-timeout", limit); err != nil {
		log, _ := c.run(context.WithoutCancel(ctx), "logs", "--no-color", "--tail", "20")
		return "", &programError{err, tail(log)}
	}
	return c.ask(ctx, c.v.opts.Again)
}

// final and published measure the services of one build: a web server that stands
// before the program, and further commands of its image, are built from it too.
func final(s composeService) bool { return s.Build.Target == "final" }

func published(s composeService) bool { return len(s.Ports) > 0 }

// ask sends the requests to the service.
func (c *composition) ask(ctx context.Context, requests []Request) (string, error) {
	name, s, ok := c.service(published)
	if !ok || len(s.Ports) == 0 {
		return "", skipped("no service of the Compose file is built here and publishes a port")
	}
	out, err := c.run(ctx, "port", name, strconv.Itoa(s.Ports[0].Target))
	if err != nil {
		return "", err
	}
	return ask(ctx, strings.TrimSpace(out), requests, c.v.opts.Start, func(context.Context) error { return nil })
}

// down takes away the containers, networks, volumes and images of the composition.
func (c *composition) down(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, cleanUpLimit)
	defer cancel()
	_, _ = c.run(ctx, "down", "--volumes", "--rmi", "local", "--remove-orphans", "--timeout", "5")
}
