package engine

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadProgress(t *testing.T) {
	progress := strings.Join([]string{
		`{"vertexes":[{"digest":"a","name":"[internal] load build context"},{"digest":"b","name":"[build 1/3] FROM docker.io/library/golang:1.26"}]}`,
		`{"vertexes":[{"digest":"c","name":"[build 2/3] RUN go mod download","cached":true}]}`,
		// A later report of the same step does not repeat that it was cached.
		`{"vertexes":[{"digest":"c","name":"[build 2/3] RUN go mod download","completed":"2026-01-01T00:00:00Z"}]}`,
		`{"vertexes":[{"digest":"d","name":"[linux/arm64 build 3/3] COPY . ."}]}`,
		`{"logs":[{"vertex":"d","data":"` + base64.StdEncoding.EncodeToString([]byte("copied\n")) + `"}]}`,
		`{"vertexes":[{"digest":"d","name":"[linux/arm64 build 3/3] COPY . .","error":"no space left"}]}`,
		`{"vertexes":[{"digest":"f","name":"[2/3] COPY site /srv/"}]}`, // of a Dockerfile with a single stage
		`{"vertexes":[{"digest":"e","name":"exporting to docker image format"}]}`,
		`ERROR: failed to solve`,
	}, "\n")
	steps, log := readProgress([]byte(progress))
	want := []step{{"build", "RUN go mod download", true}, {"build", "COPY . .", false}, {"", "COPY site /srv/", false}}
	if diff := cmp.Diff(want, steps, cmp.AllowUnexported(step{})); diff != "" {
		t.Errorf("steps:\n%s", diff)
	}
	if diff := cmp.Diff("copied\nERROR: failed to solve\nno space left\n", log); diff != "" {
		t.Errorf("log:\n%s", diff)
	}
}

func TestJudgeEdit(t *testing.T) {
	file := &dockerfile{bases: map[string]string{"base": "", "deps": "base", "build": "deps", "final": "base"}}
	const (
		npm   = "RUN --mount=type=cache,id=npm,target=/root/.npm npm ci"
		gomod = "RUN --mount=type=cache,id=gomod,target=/go/pkg/mod go mod download"
		gobin = "RUN --mount=type=cache,id=gomod,target=/go/pkg/mod go build"
	)
	for _, c := range []struct {
		reason string
		steps  []step
		fails  bool
	}{
		{"dependencies stay, the build runs", []step{{"deps", npm, true}, {"build", "COPY . .", false}, {"build", "RUN npm run build", false}}, false},
		{"the compiler reads the modules that an earlier step downloaded", []step{{"build", gomod, true}, {"build", "COPY . .", false}, {"build", gobin, false}}, false},
		{"sources before dependencies", []step{{"build", "COPY . .", false}, {"build", npm, false}}, true},
		{"another stage's installation does not excuse this one's", []step{{"final", npm, true}, {"deps", "COPY . .", false}, {"deps", npm, false}}, true},
		{"nothing is installed", []step{{"final", "COPY site/ /srv/", false}}, false},
		{"an edit that changes nothing proves nothing", []step{{"deps", npm, true}, {"final", "COPY . .", true}}, true},
	} {
		text, err := judgeEdit(file, "main.go", c.steps)
		if (err != nil) != c.fails {
			t.Errorf("%s: %q, %v", c.reason, text, err)
		}
	}
}

func TestStepShort(t *testing.T) {
	s := step{text: "RUN --mount=type=cache,id=npm,target=/root/.npm     npm ci --omit=dev"}
	if got := s.short(); got != "RUN npm ci --omit=dev" {
		t.Errorf("short() = %q", got)
	}
}

// A step that another build made and still holds is done, though BuildKit does not call it cached.
func TestStepOfAnotherBuild(t *testing.T) {
	const progress = `{"vertexes":[{"digest":"d","name":"[internal] load build definition from Dockerfile","started":"2026-01-01T10:00:05Z","completed":"2026-01-01T10:00:06Z"}]}
{"vertexes":[{"digest":"w","name":"[build 2/4] WORKDIR /src","started":"2026-01-01T10:00:01Z","completed":"2026-01-01T10:00:02Z"}]}
{"vertexes":[{"digest":"r","name":"[build 3/4] RUN make","started":"2026-01-01T10:00:07Z","completed":"2026-01-01T10:00:09Z"}]}
{"vertexes":[{"digest":"c","name":"[build 4/4] COPY a b","started":"2026-01-01T10:00:09Z","completed":"2026-01-01T10:00:09Z","cached":true}]}
`
	steps, _ := readProgress([]byte(progress))
	var got []bool
	for _, s := range steps {
		got = append(got, s.cached)
	}
	if want := []bool{true, false, true}; !slices.Equal(got, want) {
		t.Errorf("cached: %v, want %v", got, want)
	}
}
