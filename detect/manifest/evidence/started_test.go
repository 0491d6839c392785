package evidence_test

import (
	"context"
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
