package evidence_test

import (
	"strings"
	"testing"

	"dockgen/detect"
	"dockgen/detect/manifest/evidence"
	"dockgen/internal/scantest"
)

// TestCopied asks under which name a file of the folder is in its image, and which
// variables that has.
func TestCopied(t *testing.T) {
	text := "FROM x AS build\nENV PORT=1\nCOPY docker/entry.sh /other.sh\nFROM x\nARG WHERE=/srv\nENV HOME=$WHERE PORT=8080\nENV URL http://$HOME\nCOPY --chmod=755 ./docker/entry.sh $WHERE/run.sh\nCOPY a b /run2.sh\nCOPY ../x /run3.sh\n"
	d := scantest.Dir(t, detect.Choices{}, scantest.Pairs("docker/entry.sh", "", "a", "", "Dockerfile", text))
	var files []string
	for _, name := range []string{"/app/run.sh", "other.sh", "run2.sh", "run3.sh"} {
		files = append(files, evidence.CopiedAs(d, name))
	}
	if got := strings.Join(files, " "); got != "docker/entry.sh docker/entry.sh  " {
		t.Errorf("copied as: %q", got)
	}
	env := evidence.LastEnv(d)
	if got := env["PORT"] + " " + env["HOME"] + " " + env["URL"]; got != "8080 /srv http:///srv" {
		t.Errorf("variables: %q", got)
	}
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
		d := scantest.Dir(t, detect.Choices{}, scantest.Pairs("a.py", "", "pkg/b.py", "", "Dockerfile", "FROM x\n"+text+"\n"))
		if got, _ := evidence.Started(d, ".py"); got != want {
			t.Errorf("%s starts %q, want %q", text, got, want)
		}
	}
}

// TestLastEnvOfOddFiles: an ENV before the first FROM, and behind one that names nothing,
// belongs to no stage and stops nothing.
func TestLastEnvOfOddFiles(t *testing.T) {
	for text, want := range map[string]string{
		"ENV PORT=1\nFROM x\n":                           "",
		"FROM x\nENV PORT=1\nFROM\nENV PORT=2\n":         "2",
		"FROM x AS a\nENV PORT=1\nFROM a\nENV B=$PORT\n": "",
	} {
		d := scantest.Dir(t, detect.Choices{}, scantest.Pairs("Dockerfile", text))
		if got := evidence.LastEnv(d)["PORT"]; got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestLastLine: what is handed to a shell is that shell's line.
func TestLastLine(t *testing.T) {
	for text, want := range map[string]string{
		`CMD ["sh", "-c", "serve --port ${PORT:-80}"]`:            "serve --port ${PORT:-80}",
		`CMD ["/bin/bash", "-lc", "a && b"]`:                      "a && b",
		"ENTRYPOINT [\"sh\", \"-c\"]\nCMD [\"serve it\"]":         "serve it",
		`CMD ["sh", "-c", "serve $0", "it"]`:                      "sh -c 'serve $0' it",
		"CMD serve it":                                            "serve it",
		`CMD ["serve", "it all"]`:                                 "serve 'it all'",
		"ENTRYPOINT [\"/entry.sh\"]\nCMD [\"sh\", \"-c\", \"x\"]": "/entry.sh sh -c x",
	} {
		d := scantest.Dir(t, detect.Choices{}, scantest.Pairs("Dockerfile", "FROM x\n"+text+"\n"))
		if got, _ := evidence.LastLine(d); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestServed: the command of the folder's server, for a platform; none for developing.
func TestServed(t *testing.T) {
	for text, want := range map[string]string{
		"services:\n- type: worker\n  startCommand: work\n- type: web\n  startCommand: serve it\n": "serve it",
		"services:\n- type: web\n  rootDir: other\n  startCommand: serve it\n":                     "",
		"services:\n- type: web\n  startCommand: npm run dev\n":                                    "",
		"services: 1\n": "",
	} {
		d := scantest.Dir(t, detect.Choices{}, scantest.Pairs("render.yaml", text))
		if got, _ := evidence.Served(d); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestRunsBeside: the project's own Compose file is asked, and never one of ours.
func TestRunsBeside(t *testing.T) {
	const file = "services:\n  store:\n    image: mariadb:11\n"
	for text, want := range map[string]bool{file: true, "# Written by dockgen for shop\n" + file: false, "services: {}\n": false, "services: [\n": false} {
		d := scantest.Dir(t, detect.Choices{}, scantest.Pairs("compose.yaml", text))
		if got := evidence.RunsBeside(d, "mysql", "mariadb"); got != want {
			t.Errorf("%q: %t, want %t", text, got, want)
		}
	}
}
