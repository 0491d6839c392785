package python_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dockgen/detect"
	"dockgen/detect/python"
)

func TestState(t *testing.T) {
	for _, c := range []struct{ why, files, want string }{
		{"folders that the program makes, of a variable's default too", "-- app.py --\nimport os\nfrom flask import Flask\napp = Flask(__name__)\napp.config['ROOT'] = os.getenv('APP_ROOT', os.path.dirname(os.path.abspath(__file__)))\napp.config['CONF'] = os.path.join(app.config['ROOT'], 'data', 'conf')\nos.makedirs(app.config['CONF'])\nos.makedirs(os.path.join(app.config['ROOT'], 'data'))\n", "data"},
		{"Flask-SQLAlchemy's SQLite lies in the instance folder", "-- app.py --\nfrom flask import Flask\nfrom flask_sqlalchemy import SQLAlchemy\napp = Flask(__name__)\napp.config['SQLALCHEMY_DATABASE_URI'] = 'sqlite:///x.db'\n", "instance"},
		{"SQLite in a folder of its own", "-- app.py --\nfrom flask import Flask\napp = Flask(__name__)\nURL = 'sqlite+aiosqlite:///./var/x.db'\n", "var"},
		{"a variable of a method, an attribute, the default of a parameter", "-- app.py --\nfrom flask import Flask\nimport store\napp = Flask(__name__)\n-- store.py --\nfrom pathlib import Path\nclass S:\n    def __init__(self, kept='data/kept'):\n        self.kept = Path(kept)\n        self.kept.mkdir()\n        logs = Path('logs')\n        logs.mkdir()\n", "data/kept logs"},
		{"of two defaults none", "-- app.py --\nfrom flask import Flask\nimport store\napp = Flask(__name__)\n-- store.py --\nfrom pathlib import Path\ndef a(kept='data/a'):\n    Path(kept).mkdir()\ndef b(kept='data/b'):\n    Path(kept).mkdir()\n", ""},
		{"a folder of code is never made writable", "-- app.py --\nfrom flask import Flask\napp = Flask(__name__)\nwith open('conf/x.json', 'w') as f: pass\n-- conf/__init__.py --\n", ""},
		{"Django's media", djangoProject + "from pathlib import Path\nBASE_DIR = Path(__file__).resolve().parents[1]\nMEDIA_ROOT = str(BASE_DIR.joinpath('media'))\n", "media"},
		{"what lies elsewhere is not the image's", "-- app.py --\nimport os\nfrom flask import Flask\napp = Flask(__name__)\nos.makedirs('/var/lib/x')\n", ""},
	} {
		s := one(t, "-- requirements.txt --\nflask\nflask-sqlalchemy\ndjango\n"+c.files)
		var got []string
		for _, p := range s.State {
			got = append(got, p.String())
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %q", c.why, got, c.want)
		}
	}
}

func TestHealth(t *testing.T) {
	for _, c := range []struct{ why, files, want string }{
		{"a route of the application", "-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.get('/healthz')\ndef h(): pass\n", "/healthz"},
		{"all prefixes of routers that include one another", "-- main.py --\nfrom fastapi import FastAPI\nfrom api import main\nfrom config import settings\napp = FastAPI()\napp.include_router(main.router, prefix=settings.API)\n-- api/__init__.py --\n-- api/main.py --\nfrom fastapi import APIRouter\nfrom api.routes import utils\nrouter = APIRouter()\nrouter.include_router(utils.router)\n-- api/routes/__init__.py --\n-- api/routes/utils.py --\nfrom fastapi import APIRouter\nrouter = APIRouter(prefix='/utils')\n@router.get('/health-check/')\ndef h(): pass\n-- config.py --\nclass S:\n    API: str = '/api/v1'\nsettings = S()\n", "/api/v1/utils/health-check/"},
		{"a route that takes no GET", "-- main.py --\nfrom flask import Flask\napp = Flask(__name__)\n@app.route('/ping', methods=['POST'])\ndef h(): pass\n", ""},
		{"a blueprint", "-- main.py --\nfrom flask import Flask, Blueprint\nbp = Blueprint('x', __name__, url_prefix='/x')\n@bp.route('/status')\ndef h(): pass\napp = Flask(__name__)\napp.register_blueprint(bp)\n", "/x/status"},
		{"a path with a parameter", "-- main.py --\nfrom flask import Flask\napp = Flask(__name__)\n@app.route('/<name>/health')\ndef h(name): pass\n", ""},
		{"Django's URLs through include()", djangoProject + "ROOT_URLCONF = 'site_.urls'\n-- site_/urls.py --\nfrom django.urls import include, path\nurlpatterns = [path('ht/', include('health_check.urls')), path('api/', include('site_.api'))]\n-- site_/api.py --\nfrom django.urls import path\nurlpatterns = [path('x', 1)]\n", "/ht/"},
		{"hosts that Django refuses leave any answer as the check", strings.Replace(djangoProject, `["*"]`, `["example.org"]`, 1) + "ROOT_URLCONF = 'site_.urls'\n-- site_/urls.py --\nfrom django.urls import path\nurlpatterns = [path('healthz', 1)]\n", ""},
	} {
		s := one(t, "-- requirements.txt --\nflask\nfastapi\ndjango\n"+c.files)
		if got := s.Health.V.String(); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
}

func TestNeeds(t *testing.T) {
	describe := func(s *detect.Service) string {
		var out []string
		for _, n := range s.Needs {
			text := n.Name
			if n.Optional {
				text += "?"
			}
			for _, x := range n.Settings {
				text += " " + x.Env.String() + "=" + string(x.Part)
				if x.Scheme != "" {
					text += ":" + x.Scheme
				}
			}
			out = append(out, text)
		}
		return strings.Join(out, "; ")
	}
	for _, c := range []struct{ why, files, want string }{
		{"the code's own address gives the scheme", "-- requirements.txt --\nflask\nsqlalchemy\nasyncpg\n-- db.py --\nimport os\nU = os.getenv('DATABASE_URL', 'postgresql+asyncpg://localhost/x')\n", "postgres DATABASE_URL=url:postgresql+asyncpg"},
		{"without one, the driver does", "-- requirements.txt --\nflask\nsqlalchemy\npsycopg[binary]\n-- db.py --\nimport os\nU = os.environ['SQLALCHEMY_DATABASE_URI']\n", "postgres SQLALCHEMY_DATABASE_URI=url:postgresql+psycopg"},
		{"SQLite by default makes the database optional", "-- requirements.txt --\nflask\nsqlalchemy\npsycopg2-binary\n-- db.py --\nimport os\nU = os.environ.get('DATABASE_URL', 'sqlite:///x.db')\n", "postgres? DATABASE_URL=url:postgresql+psycopg2"},
		{"SQLite by default, and the project's own Compose file runs a server", "-- requirements.txt --\nflask\nsqlalchemy\npsycopg2-binary\n-- db.py --\nimport os\nU = os.environ.get('DATABASE_URL', 'sqlite:///x.db')\n-- docker-compose.yml --\nservices:\n  web:\n    build: .\n  db:\n    image: postgres:17\n", "postgres DATABASE_URL=url:postgresql+psycopg2"},
		{"the parts of an address", "-- requirements.txt --\nflask\npymysql\n-- db.py --\nimport os\nH = os.environ['DB_HOST']\nP = os.environ['DB_PASSWORD']\nN = os.environ['MYSQL_DATABASE']\n", "mysql DB_HOST=host DB_PASSWORD=password MYSQL_DATABASE=database"},
		{"a comment that names one is no dependency", "-- requirements.txt --\nflask # not redis\n# psycopg2\n-- db.py --\n", ""},
		{"Mongo and Redis by their words", "-- requirements.txt --\nflask\npymongo\nredis\n-- db.py --\nimport os\nM = os.environ['MONGO_URI']\nR = os.environ.get('REDIS_HOST')\n", "mongo MONGO_URI=url; redis REDIS_HOST=host"},
		{"Redis where there is an address, None or another variable's by default", "-- requirements.txt --\nflask\nredis\n-- db.py --\nimport os\nREDIS_URL = os.environ.get('REDIS_TLS_URL', os.environ.get('REDIS_URL', None))\nif REDIS_URL:\n    CACHE = REDIS_URL\n", "redis? REDIS_TLS_URL=url REDIS_URL=url"},
		{"an extra brings the driver", "-- requirements.txt --\nflask\ncelery[redis]\n-- db.py --\nimport os\nB = os.environ['CELERY_BROKER_URL']\n", "redis CELERY_BROKER_URL=url"},
		{"variables of MariaDB's", "-- requirements.txt --\nflask\nmysql-connector-python\n-- db.py --\nimport os\nC = {n: os.environ.get(f'MARIADB_{n.upper()}') for n in ['host', 'user']}\n", "mariadb"},
		{"a broker that the settings name, and a client of another that nothing imports", "-- requirements.txt --\nflask\ncelery\nredis\n-- db.py --\nCELERY_BROKER_URL = 'amqp://guest:guest@localhost:5672//'\n", "rabbitmq"},
		{"one that something imports", "-- requirements.txt --\nflask\ncelery\nredis\n-- db.py --\nimport redis\nCELERY_BROKER_URL = 'amqp://guest:guest@localhost:5672//'\n", "redis"},
		{"two drivers, and one address", "-- requirements.txt --\nflask\nmysqlclient\npsycopg2\n-- db.py --\nimport os\nU = os.environ['DATABASE_URL']\n", "postgres DATABASE_URL=url:postgresql"},
		{"two drivers, the code names one", "-- requirements.txt --\nflask\npymysql\npsycopg2\n-- db.py --\nimport os\nU = os.environ.get('DB_URL', 'mysql+pymysql://x/y')\n", "mysql DB_URL=url:mysql+pymysql"},
	} {
		s := one(t, "-- app.py --\nfrom flask import Flask\nimport db\napp = Flask(__name__)\n"+c.files)
		if got := describe(s); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
	s := one(t, "-- requirements.txt --\ndjango\npsycopg\n"+djangoProject+"DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'HOST': os.environ['WHERE'], 'NAME': os.environ['WHAT']}}\n")
	if got, want := describe(s), "postgres WHERE=host WHAT=database"; got != want {
		t.Errorf("DATABASES says what a variable of any name is for: %q, want %q", got, want)
	}
}

func TestPackages(t *testing.T) {
	for _, c := range []struct{ why, files, build, run string }{
		{"psycopg2 is always compiled", "psycopg2==2.9.11", "gcc libc6-dev libpq-dev", "libpq5"},
		{"a binary wheel needs nothing", "psycopg2-binary==2.9.11", "", ""},
		{"what a wheel doesn't hold", "opencv-python", "", "libgl1 libglib2.0-0t64"},
		{"headless OpenCV needs none", "opencv-python-headless", "", ""},
		{"git fetches", "x @ git+https://example.org/x.git", "git", ""},
		{"a wheel that the pinned Python lacks is compiled", "psycopg2-binary==2.9.6\n-- .python-version --\n3.13", "gcc libc6-dev libpq-dev", "libpq5"},
	} {
		s := one(t, flaskApp+"-- requirements.txt --\nflask\n"+c.files+"\n")
		var build, run []string
		for _, p := range s.Packages {
			if p.Build {
				build = append(build, p.Deb.String())
			}
			if p.Run {
				run = append(run, p.Deb.String())
			}
		}
		if strings.Join(build, " ") != c.build || strings.Join(run, " ") != c.run {
			t.Errorf("%s: %v and %v, want %q and %q", c.why, build, run, c.build, c.run)
		}
	}
}

// TestSplitSettings: production settings that take the reader of variables from the
// common part, by a star or by its name, need what they read with it.
func TestSplitSettings(t *testing.T) {
	for _, line := range []string{"from .base import *", "from .base import env", "from config.settings.base import env"} {
		fsys := fstest.MapFS{
			"requirements.txt":              {Data: []byte("django==5.2\ndjango-environ==0.12.0\ngunicorn==23.0.0\n")},
			"manage.py":                     {Data: []byte("import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"config.settings.production\")\n")},
			"config/__init__.py":            {},
			"config/settings/__init__.py":   {},
			"config/settings/base.py":       {Data: []byte("import environ\nenv = environ.Env()\n")},
			"config/settings/production.py": {Data: []byte(line + "\nSECRET_KEY = env(\"DJANGO_SECRET_KEY\")\n")},
			"config/wsgi.py":                {Data: []byte("import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"config.settings.production\")\napplication = get_wsgi_application()\n")},
		}
		p, err := detect.Scan(context.Background(), fsys, detect.Config{Detectors: []detect.Detector{python.Detector{}}})
		if err != nil || len(p.Services) != 1 {
			t.Fatalf("%s: %v, %v", line, p, err)
		}
		if !slices.ContainsFunc(p.Services[0].Env, func(e detect.EnvVar) bool { return e.Name.String() == "DJANGO_SECRET_KEY" && e.Required }) {
			t.Errorf("%s: variables are %+v", line, p.Services[0].Env)
		}
	}
}

// A server whose framework is an extra is none of what an installation runs.
func TestAServerOfAnExtra(t *testing.T) {
	s := one(t, "-- pyproject.toml --\n[project]\nname = \"tidy\"\ndependencies = [\"click\"]\n[project.optional-dependencies]\nd = [\"aiohttp\"]\n[project.scripts]\ntidy = \"tidy:main\"\n"+
		"[build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n-- tidy/__init__.py --\nimport click\n@click.command()\ndef main(): pass\n"+
		"-- tidyd/__init__.py --\nfrom aiohttp import web\ndef make_app():\n    app = web.Application()\n    return app\nif __name__ == '__main__':\n    web.run_app(make_app())\n")
	if s.Kind != detect.CLI || s.Start.V.Args()[0] != "tidy" {
		t.Errorf("%s that starts %v, want the command tidy", s.Kind, s.Start.V.Args())
	}
}
