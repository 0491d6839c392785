package evidence_test

import (
	"strings"
	"testing"

	"dockgen/detect"
	"dockgen/detect/manifest/evidence"
	"dockgen/internal/safe"
	"dockgen/internal/scantest"
)

// TestPrepared reads a script that the project's own image starts.
func TestPrepared(t *testing.T) {
	job := detect.Process{Kind: detect.Job, Start: detect.Found(safe.ArgvOf("python", "manage.py", "migrate"))}
	for _, c := range []struct {
		name, script, want string
		processes          []detect.Process
	}{
		{"first users", "#!/bin/sh\nset -e\npython manage.py create_users\nexec \"$@\"\n", "python manage.py create_users", nil},
		{"one after the other", "php a.php && php b.php\nphp-fpm\n", "php a.php, php b.php", nil},
		{"more than three", "php a.php\nphp b.php\nphp c.php\nphp d.php\nphp e.php\nphp-fpm\n", "php a.php, php b.php, php c.php and 2 more", nil},
		{"migrations that a job applies", "python manage.py migrate --no-input\nexec \"$@\"\n", "", []detect.Process{job}},
		{"what the build has done", "python manage.py collectstatic --noinput\nexec \"$@\"\n", "", nil},
		{"what takes everything away", "python manage.py flush --no-input\nexec \"$@\"\n", "", nil},
		{"the program itself", "python a.py\n", "", nil},
		{"under a condition", "if [ -n \"$SEED\" ]; then\n  python seed.py\nfi\nexec \"$@\"\n", "", nil},
		{"for a failure", "ls x || python seed.py\nexec \"$@\"\n", "", nil},
		{"in the background", "python worker.py &\nexec \"$@\"\n", "", nil},
		{"words of a shell", "python seed.py \"$USER\"\nexec \"$@\"\n", "", nil},
		{"the system's programs", "chown -R app /data\nexec \"$@\"\n", "", nil},
		{"no shell's", "}{\n", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := scantest.Dir(t, detect.Choices{}, scantest.Pairs("docker/entry.sh", c.script, "Dockerfile", "FROM x\nCOPY docker/entry.sh /start.sh\nENTRYPOINT [\"/start.sh\"]\n"))
			s := &detect.Service{Kind: detect.Server, Start: detect.Found(safe.ArgvOf("gunicorn", "app:app")), Processes: c.processes}
			for _, refine := range evidence.Refiners() {
				if err := refine(t.Context(), d, s); err != nil {
					t.Fatal(err)
				}
			}
			got := ""
			for _, n := range s.Notes {
				if _, text, ok := strings.Cut(n.Text, "runs "); ok && strings.Contains(n.Text, "nothing here does") {
					got, _, _ = strings.Cut(text, " before the program")
				}
			}
			if got != c.want {
				t.Errorf("notes %q, want %q", got, c.want)
			}
		})
	}
}
