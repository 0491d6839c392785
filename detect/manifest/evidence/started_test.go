package evidence_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"dockgen/detect"
	"dockgen/detect/manifest/evidence"
)

// started asks what the Dockerfile of a folder starts.
type started struct{ file string }

func (*started) Name() string      { return "go" }
func (*started) Markers() []string { return []string{"Dockerfile"} }
func (s *started) Inspect(_ context.Context, d *detect.Dir) ([]*detect.Service, error) {
	s.file, _ = evidence.Started(d, ".py")
	return nil, detect.NotService("asked")
}

// TestCopied asks under which name a file of the folder is in its image, and which
// variables that has.
func TestCopied(t *testing.T) {
	text := "FROM x AS build\nENV PORT=1\nCOPY docker/entry.sh /other.sh\nFROM x\nARG WHERE=/srv\nENV HOME=$WHERE PORT=8080\nENV URL http://$HOME\nCOPY --chmod=755 ./docker/entry.sh $WHERE/run.sh\nCOPY a b /run2.sh\nCOPY ../x /run3.sh\n"
	s := &copied{}
	fsys := fstest.MapFS{"docker/entry.sh": {}, "a": {}, "Dockerfile": {Data: []byte(text)}}
	if _, err := detect.Scan(context.Background(), fsys, detect.Config{Detectors: []detect.Detector{s}}); err != nil {
		t.Fatal(err)
	}
	if s.files != "docker/entry.sh docker/entry.sh  " {
		t.Errorf("copied as: %q", s.files)
	}
	if got := s.env["PORT"] + " " + s.env["HOME"] + " " + s.env["URL"]; got != "8080 /srv http:///srv" {
		t.Errorf("variables: %q", got)
	}
}

type copied struct {
	files string
	env   map[string]string
}

func (*copied) Name() string      { return "go" }
func (*copied) Markers() []string { return []string{"Dockerfile"} }
func (c *copied) Inspect(_ context.Context, d *detect.Dir) ([]*detect.Service, error) {
	var files []string
	for _, name := range []string{"/app/run.sh", "other.sh", "run2.sh", "run3.sh"} {
		files = append(files, evidence.CopiedAs(d, name))
	}
	c.files, c.env = strings.Join(files, " "), evidence.LastEnv(d)
	return nil, detect.NotService("asked")
}

func TestStarted(t *testing.T) {
	for text, want := range map[string]string{
		`CMD ["python", "a.py"]`:                          "a.py",
		`CMD ["a.py"]`:                                    "a.py",
		`CMD python -u ./a.py --port 80`:                  "a.py",
		`CMD ["sh", "-c", "python a.py"]`:                 "a.py",
		`CMD ["python", "/srv/app/pkg/b.py"]`:             "pkg/b.py",
		`CMD ["python", "missing.py"]`:                    "",
		`CMD ["python", "../a.py"]`:                       "",
		`ENTRYPOINT ["gunicorn", "a:app"]`:                "",
		"CMD [\"python\", \"a.py\"]\nFROM y\nCMD [\"z\"]": "",
	} {
		s := &started{}
		fsys := fstest.MapFS{"a.py": {}, "pkg/b.py": {}, "Dockerfile": {Data: []byte("FROM x\n" + text + "\n")}}
		if _, err := detect.Scan(context.Background(), fsys, detect.Config{Detectors: []detect.Detector{s}}); err != nil {
			t.Fatal(err)
		}
		if s.file != want {
			t.Errorf("%s starts %q, want %q", text, s.file, want)
		}
	}
}
