package engine

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// step is one instruction of a Dockerfile, as a build went through it.
type step struct {
	stage  string // in which it stands
	text   string // the instruction
	cached bool
}

// is reports whether the step is one of an instruction's.
func (s step) is(keyword string) bool { return strings.HasPrefix(s.text, keyword+" ") }

// build builds the copy and returns its steps.
func (v *verifier) build(ctx context.Context, flags ...string) ([]step, error) {
	args := append(append([]string{"buildx", "build", "--progress=rawjson"}, flags...), v.where()...)
	for i, s := range v.file.secrets {
		value, ok := v.opts.Secrets[s]
		if !ok {
			value = v.canary
		}
		at := filepath.Join(v.work, fmt.Sprintf("secret-%d", i))
		if err := os.WriteFile(at, []byte(value), 0o600); err != nil {
			return nil, err
		}
		args = append(args, "--secret", "id="+s+",src="+at)
	}
	_, stderr, err := buildx().both(ctx, args...)
	steps, log := readProgress([]byte(stderr))
	var failed *commandError
	if errors.As(err, &failed) {
		failed.log = tail(log)
	}
	return steps, err
}

// buildx calls docker without a look at the history: the planted one is no repository.
func buildx() cli { return cli{env: []string{"BUILDX_GIT_INFO=false"}} }

// where names the build context and the Dockerfile.
func (v *verifier) where() []string {
	return []string{"--file", filepath.Join(v.tree, filepath.FromSlash(v.opts.Dockerfile)), filepath.Join(v.tree, filepath.FromSlash(v.opts.Context))}
}

// stepName takes "[build 3/5] RUN ..." apart. With several platforms it reads
// "[linux/amd64 build 3/5] RUN ...", with a single stage "[3/5] RUN ...".
var stepName = regexp.MustCompile(`(?s)^\[(?:\S+/\S+ )?(?:(\S+)\s+)?\d+/\d+\] (.*)$`)

// readProgress reads the steps of a build out of BuildKit's progress, in the
// order in which they began, and what the build printed.
func readProgress(progress []byte) ([]step, string) {
	type vertex struct {
		Digest    string     `json:"digest"`
		Name      string     `json:"name"`
		Started   *time.Time `json:"started"`
		Completed *time.Time `json:"completed"`
		Cached    bool       `json:"cached"`
		Error     string     `json:"error"`
	}
	var log bytes.Buffer
	last := map[string]vertex{}
	var order []string
	var began time.Time // by the builder's clock: a build's own definition is read anew each time
	lines := bufio.NewScanner(bytes.NewReader(progress))
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var status struct {
			Vertexes []vertex `json:"vertexes"`
			Logs     []struct {
				Data []byte `json:"data"`
			} `json:"logs"`
		}
		if json.Unmarshal(lines.Bytes(), &status) != nil {
			log.Write(lines.Bytes()) // the client's own words, such as the error at the end
			log.WriteByte('\n')
			continue
		}
		for _, x := range status.Vertexes {
			old, known := last[x.Digest]
			if !known {
				order = append(order, x.Digest)
			}
			x.Cached = x.Cached || old.Cached
			last[x.Digest] = x
			if x.Started != nil && began.IsZero() && strings.HasPrefix(x.Name, "[internal] load build definition") {
				began = *x.Started
			}
		}
		for _, l := range status.Logs {
			log.Write(l.Data)
		}
	}
	var steps []step
	for _, digest := range order {
		x := last[digest]
		// A step that another build beside this one has made, and still holds, is not called
		// cached; but it was done before this one began.
		x.Cached = x.Cached || x.Completed != nil && x.Completed.Before(began)
		if m := stepName.FindStringSubmatch(x.Name); m != nil && m[1] != "internal" && !strings.HasPrefix(m[2], "FROM ") {
			steps = append(steps, step{m[1], m[2], x.Cached})
		}
		if x.Error != "" && !strings.Contains(log.String(), x.Error) {
			fmt.Fprintln(&log, x.Error)
		}
	}
	return steps, log.String()
}

// lint runs BuildKit's checks, the experimental ones too.
func (v *verifier) lint(ctx context.Context) (string, error) {
	args := append([]string{"buildx", "build", "--call=check,format=json", "--build-arg", "BUILDKIT_DOCKERFILE_CHECK=error=false;experimental=all"}, v.where()...)
	// With findings the command fails, and its standard output says which.
	out, err := buildx().run(ctx, args...)
	if err != nil && !json.Valid([]byte(out)) {
		return "", err
	}
	var found struct {
		Warnings []struct {
			RuleName string `json:"ruleName"`
			Detail   string `json:"detail"`
			Location struct {
				Ranges []struct {
					Start struct {
						Line int `json:"line"`
					} `json:"start"`
				} `json:"ranges"`
			} `json:"location"`
		} `json:"warnings"`
		BuildError *struct {
			Message string `json:"message"`
		} `json:"buildError"`
	}
	if err := json.Unmarshal([]byte(out), &found); err != nil {
		return "", fmt.Errorf("reading what BuildKit's checks say: %w", err)
	}
	if found.BuildError != nil {
		return "", errors.New(found.BuildError.Message)
	}
	if len(found.Warnings) > 0 {
		w := found.Warnings[0]
		line := 0
		if len(w.Location.Ranges) > 0 {
			line = w.Location.Ranges[0].Start.Line
		}
		return "", fmt.Errorf("%d findings, the first in line %d: %s: %s", len(found.Warnings), line, w.RuleName, w.Detail)
	}
	return "0 findings", nil
}
