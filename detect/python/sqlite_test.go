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

// A program that keeps its databases beside its code, where a variable says otherwise.
func TestDataHome(t *testing.T) {
	const constants = "-- shelf/__init__.py --\n-- shelf/constants.py --\nimport os\nBASE = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))\nCONFIG_DIR = os.environ.get('SHELF_DIR', BASE)\nOTHER_DIR = os.environ.get('SHELF_PAGES', BASE)\nSETTINGS = 'app.db'\n"
	const app = "-- requirements.txt --\nflask\n-- app.py --\nfrom flask import Flask\nfrom shelf import main\napp = Flask(__name__)\n"
	for _, c := range []struct{ why, files, env, state string }{
		{"by a name that another module has under another", constants + "-- shelf/main.py --\nimport os\nfrom .constants import CONFIG_DIR as _DIR, SETTINGS\nPATH = os.path.join(_DIR, SETTINGS)\n", "SHELF_DIR=/app/data", "data"},
		{"what is no database", constants + "-- shelf/main.py --\nimport os\nfrom .constants import OTHER_DIR\nPATH = os.path.join(OTHER_DIR, 'index.html')\n", "", ""},
		{"a folder that is there", constants + "-- data/x.txt --\n-- shelf/main.py --\nimport os\nfrom shelf.constants import CONFIG_DIR\nPATH = os.path.join(CONFIG_DIR, 'x.sqlite3')\n", "SHELF_DIR=/app/var", "var"},
	} {
		s := one(t, app+c.files)
		var env, state []string
		for _, e := range s.SetEnv {
			if strings.HasPrefix(e.Name.String(), "SHELF") {
				env = append(env, e.Name.String()+"="+e.Value.String())
			}
		}
		for _, p := range s.State {
			state = append(state, p.String())
		}
		if strings.Join(env, " ") != c.env || strings.Join(state, " ") != c.state {
			t.Errorf("%s: sets %v, keeps %v, want %q, %q", c.why, env, state, c.env, c.state)
		}
	}
}
