package python_test

import (
	"strings"
	"testing"

	"dockgen/detect/python"
)

// A file that a variable can move goes into a folder of its own, with a job that makes
// its tables; django-compressor's files are made beforehand.
func TestDjangoSQLite(t *testing.T) {
	const settings = djangoProject + `-- requirements.txt --
django
gunicorn
psycopg
-- site_/settings.py --
import os
from pathlib import Path
BASE_DIR = Path(__file__).resolve().parent.parent
INSTALLED_APPS = ["django.contrib.staticfiles", "compressor"]
STATIC_ROOT = "static-collected"
`
	for _, c := range []struct{ why, settings, state, set, jobs string }{
		{"among the code, by a variable", `DATABASES: dict = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.getenv("DB_NAME", BASE_DIR / "x.sqlite")}}
if os.getenv("DB") == "postgres":
    DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.getenv("DB_NAME", "x")}}
`, "data", "DB_NAME=/app/data/x.sqlite", "python manage.py migrate --noinput"},
		{"in a folder of its own", `DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "var" / "x.sqlite"}}
`, "var", "", "python manage.py migrate --noinput"},
		{"among the code for good", `DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "x.sqlite"}}
`, "", "", ""},
	} {
		s := one(t, settings+c.settings)
		var state, set, jobs []string
		for _, p := range s.State {
			state = append(state, p.String())
		}
		for _, e := range s.SetEnv {
			if e.Name.String() == "DB_NAME" {
				set = append(set, e.Name.String()+"="+e.Value.String())
			}
		}
		for _, p := range s.Processes {
			jobs = append(jobs, p.Start.V.String())
		}
		if got := [3]string{strings.Join(state, " "), strings.Join(set, " "), strings.Join(jobs, "; ")}; got != [3]string{c.state, c.set, c.jobs} {
			t.Errorf("%s: got %q", c.why, got)
		}
	}
	s := one(t, settings+"COMPRESS_OFFLINE = True\n")
	var steps []string
	for _, x := range s.Facts.(*python.Facts).Steps {
		steps = append(steps, x.Argv.String())
	}
	if got := strings.Join(steps, "; "); got != "python manage.py collectstatic --noinput; python manage.py compress --force" {
		t.Errorf("the build runs %s", got)
	}
}
