package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
)

// maxLayers is how many layers an image may add to its base.
const maxLayers = 10

// imageConfig is what a check reads of an image's configuration.
type imageConfig struct {
	User         string              `json:"User"`
	Env          []string            `json:"Env"`
	ExposedPorts map[string]struct{} `json:"ExposedPorts"`
	Volumes      map[string]struct{} `json:"Volumes"`
	Healthcheck  *struct {
		Test []string `json:"Test"`
	} `json:"Healthcheck"`
	StopSignal string `json:"StopSignal"`
}

// image builds the image and looks at it from outside, from inside, and as it runs.
func (v *verifier) image(ctx context.Context) {
	v.check(ctx, CheckLint, func() (string, error) { return v.lint(ctx) })
	v.built = v.check(ctx, CheckBuild, func() (string, error) {
		steps, err := v.build(ctx, "--load", "--tag", v.id)
		if err == nil {
			err = v.inspect(ctx)
		}
		return fmt.Sprintf("%d steps", len(steps)), err
	})
	if !v.built {
		v.skip(ctx, "the image did not build", CheckUser, CheckLayers, CheckSecrets, CheckReadOnly, CheckSetuid, CheckHTTP, CheckHealth, CheckProcess, CheckLogs, CheckStop)
		return
	}
	v.check(ctx, CheckUser, func() (string, error) { return v.config.User, checkUser(v.config.User) })
	v.layers(ctx)
	v.run(ctx)
}

func (v *verifier) inspect(ctx context.Context) error {
	out, err := cli{}.run(ctx, "image", "inspect", "--format", "{{json .Config}}", v.id)
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(out), &v.config); err != nil {
		return fmt.Errorf("reading the image's configuration: %w", err)
	}
	return nil
}

// checkUser accepts a user that is a number other than 0, with a group that is a
// number or none. Only a number lets an orchestrator see that the user is not root.
func checkUser(user string) error {
	const hint = "write USER 10001:10001"
	if user == "" {
		return errors.New("the image names no user, so it runs as root: " + hint)
	}
	for i, id := range strings.Split(user, ":") {
		switch n, err := strconv.Atoi(id); {
		case err != nil:
			return fmt.Errorf("the user %q is no number: %s", user, hint)
		case i == 0 && n == 0:
			return fmt.Errorf("the user %q is root: %s", user, hint)
		}
	}
	return nil
}

// layers saves the image and judges the layers that the Dockerfile adds.
func (v *verifier) layers(ctx context.Context) {
	var img *savedImage
	v.check(ctx, CheckLayers, func() (string, error) {
		at := filepath.Join(v.work, "image.tar")
		if _, err := (cli{}).run(ctx, "save", "--output", at, v.id); err != nil {
			return "", err
		}
		var err error
		if img, err = readSaved(at, v.file.history, []byte(v.canary)); err != nil {
			return "", fmt.Errorf("reading the saved image: %w", err)
		}
		seen := fmt.Sprintf("%d layers, %.1f MB", img.added, float64(img.bytes)/1e6)
		if img.added > maxLayers {
			return "", fmt.Errorf("%s over the base: more than %d layers", seen, maxLayers)
		}
		return seen, nil
	})
	if img == nil {
		v.skip(ctx, "the image could not be read", CheckSecrets, CheckReadOnly, CheckSetuid)
		return
	}
	v.check(ctx, CheckSecrets, func() (string, error) {
		if len(img.leaks) > 0 {
			return "", fmt.Errorf("a planted secret is in %s", list(img.leaks))
		}
		return "", nil
	})
	v.check(ctx, CheckReadOnly, func() (string, error) {
		uid, gid := ids(v.config.User)
		if found := img.writable(uid, gid, v.state()); len(found) > 0 {
			return "", fmt.Errorf("the user %s can write to %s", v.config.User, list(found))
		}
		return fmt.Sprintf("%d files", len(img.files)), nil
	})
	v.check(ctx, CheckSetuid, func() (string, error) {
		if found := img.setuid(); len(found) > 0 {
			return "", fmt.Errorf("set-user-id or set-group-id: %s", list(found))
		}
		return "", nil
	})
}

// state returns the folders that the program may write to.
func (v *verifier) state() []string {
	out := v.volumes()
	for _, t := range v.tmpfs() {
		dir, _, _ := strings.Cut(t, ":")
		out = append(out, dir)
	}
	for path := range v.config.Volumes {
		out = append(out, path)
	}
	return out
}

// ids returns the user's numbers; -1 where there is none.
func ids(user string) (uid, gid int) {
	u, g, _ := strings.Cut(user, ":")
	uid, gid = -1, -1
	if n, err := strconv.Atoi(u); err == nil {
		uid = n
	}
	if n, err := strconv.Atoi(g); err == nil {
		gid = n
	}
	return uid, gid
}

// list names the first few of many.
func list(names []string) string {
	const most = 3
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
