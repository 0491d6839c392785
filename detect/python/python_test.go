package python_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"dockgen/detect"
	"dockgen/detect/python"
)

// scan inspects the files of an archive.
func scan(t testing.TB, archive string) *detect.Project {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, f := range txtar.Parse([]byte(archive)).Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	p, err := detect.Scan(context.Background(), fsys, detect.Config{Name: "demo", Detectors: []detect.Detector{python.Detector{}}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// one inspects an archive that holds one service.
func one(t testing.TB, archive string) *detect.Service {
	t.Helper()
	p := scan(t, archive)
	if len(p.Services) != 1 {
		t.Fatalf("%d services, want 1; notes %v", len(p.Services), p.Notes)
	}
	return p.Services[0]
}

// noted reports whether one of the notes says that.
func noted(notes []detect.Note, text string) bool {
	for _, n := range notes {
		if strings.Contains(n.String(), text) {
			return true
		}
	}
	return false
}

const flaskApp = "-- app.py --\nfrom flask import Flask\napp = Flask(__name__)\n"

func TestManager(t *testing.T) {
	for _, c := range []struct{ why, files, want, note string }{
		{"a requirements file is pip's", flaskApp + "-- requirements.txt --\nflask\n", "pip", ""},
		{"a lock wins over a requirements file", flaskApp + "-- requirements.txt --\nflask\n-- uv.lock --\nversion = 1\n-- pyproject.toml --\n[project]\nname = \"x\"\ndependencies = []\n", "uv", "requirements.txt: not used"},
		{"of two locks the one of the manifest's tool", flaskApp + "-- uv.lock --\nversion = 1\n-- poetry.lock --\n-- pyproject.toml --\n[tool.poetry]\nname = \"x\"\n[tool.poetry.dependencies]\npython = \"^3.12\"\n", "poetry", "there are 2 lock files (uv.lock, poetry.lock)"},
		{"of two locks uv's, where the manifest is PEP 621's", flaskApp + "-- uv.lock --\nversion = 1\n-- poetry.lock --\n-- pyproject.toml --\n[project]\nname = \"x\"\n", "uv", "delete the others"},
		{"requirements beside a Pipfile without its lock", flaskApp + "-- requirements.txt --\nflask\n-- Pipfile --\n[packages]\nflask = \"*\"\n", "pip", ""},
		{"a Pipfile alone", flaskApp + "-- Pipfile --\n[packages]\nflask = \"*\"\n", "pipenv", "no lock file"},
		{"Poetry without a lock", flaskApp + "-- pyproject.toml --\n[tool.poetry]\nname = \"x\"\n[tool.poetry.dependencies]\nflask = \"*\"\n", "poetry", "poetry lock"},
		{"PDM's lock", flaskApp + "-- pdm.lock --\n-- pyproject.toml --\n[project]\nname = \"x\"\n", "pdm", ""},
		{"a pyproject.toml that only configures tools is no manifest", flaskApp + "-- requirements.txt --\nflask\n-- pyproject.toml --\n[tool.ruff]\nline-length = 100\n", "pip", ""},
		{"a manifest without a lock is pip's, with a note", flaskApp + "-- pyproject.toml --\n[project]\nname = \"x\"\ndependencies = [\"flask\"]\n", "pip", "no lock file"},
	} {
		s := one(t, c.files)
		if s.PackageManager.V != c.want {
			t.Errorf("%s: %q, want %q", c.why, s.PackageManager.V, c.want)
		}
		if c.note != "" && !noted(s.Notes, c.note) {
			t.Errorf("%s: no note says %q: %v", c.why, c.note, s.Notes)
		}
	}
}

func TestVersion(t *testing.T) {
	for _, c := range []struct{ why, files, want string }{
		{"nothing says: the default", "-- requirements.txt --\nflask\n", "3.14"},
		{"a version file with a comment", "-- requirements.txt --\nflask\n-- .python-version --\n# what we run\n3.12.4\n", "3.12.4"},
		{"a version file may hold a range", "-- requirements.txt --\nflask\n-- .python-version --\n>= 3.10, <3.13\n", "3.12"},
		{"a version file wins over the manifest", "-- .python-version --\n3.12\n-- pyproject.toml --\n[project]\nname = \"x\"\nrequires-python = \">=3.11\"\ndependencies = [\"flask\"]\n", "3.12"},
		{"asdf's file", "-- requirements.txt --\nflask\n-- .tool-versions --\nnodejs 22\npython 3.11.9\n", "3.11.9"},
		{"an upper bound", "-- pyproject.toml --\n[project]\nname = \"x\"\nrequires-python = \">=3.10,<3.13\"\ndependencies = [\"flask\"]\n", "3.12"},
		{"Poetry's caret allows the default", "-- pyproject.toml --\n[tool.poetry]\nname = \"x\"\n[tool.poetry.dependencies]\npython = \"^3.10\"\nflask = \"*\"\n", "3.14"},
		{"Poetry's tilde", "-- pyproject.toml --\n[tool.poetry]\nname = \"x\"\n[tool.poetry.dependencies]\npython = \"~3.11\"\nflask = \"*\"\n", "3.11"},
		{"Pipenv's version", "-- Pipfile --\n[packages]\nflask = \"*\"\n[requires]\npython_version = \"3.12\"\n", "3.12"},
		{"Heroku's file without a patch", "-- requirements.txt --\nflask\n-- runtime.txt --\npython-3.11\n", "3.11"},
		{"a pin decides within a range", "-- setup.py --\nfrom setuptools import setup\nsetup(name='x', python_requires='>=3.10', install_requires=['flask'])\n-- runtime.txt --\npython-3.12.1\n", "3.12.1"},
		{"old wheels bound the version", "-- requirements.txt --\nflask\npsycopg2-binary==2.9.6\n", "3.11"},
		{"a range of a package does, too", "-- requirements.txt --\nflask\nnumpy<2\n", "3.12"},
		{"Django's table of versions", "-- requirements.txt --\nflask\nDjango==1.10.5\n", "3.5"},
		{"a version past its end is kept", "-- requirements.txt --\nflask\n-- runtime.txt --\npython-3.6.5\n", "3.6.5"},
		{"words that name no CPython are passed over", "-- requirements.txt --\nflask\n-- .python-version --\npypy3.10-7.3\n", "3.14"},
		{"unions", "-- pyproject.toml --\n[tool.poetry]\nname = \"x\"\n[tool.poetry.dependencies]\npython = \"~3.9 || ~3.11\"\nflask = \"*\"\n", "3.11"},
	} {
		s := one(t, flaskApp+c.files)
		if got := s.Version.V.String(); got != c.want {
			t.Errorf("%s: %s, want %s (%v)", c.why, got, c.want, s.Version.Why)
		}
	}
}

func TestStart(t *testing.T) {
	for _, c := range []struct{ why, files, start, framework string }{
		{"Flask under gunicorn", flaskApp + "-- requirements.txt --\nflask\ngunicorn\n", "gunicorn --bind 0.0.0.0:8000 app:app", "flask"},
		{"a server that isn't there is gunicorn", flaskApp + "-- requirements.txt --\nflask\n", "gunicorn --bind 0.0.0.0:8000 app:app", "flask"},
		{"waitress where it is the one that is there", flaskApp + "-- requirements.txt --\nflask\nwaitress\n", "waitress-serve --listen=0.0.0.0:8000 app:app", "flask"},
		{"a factory", "-- requirements.txt --\nflask\n-- site/__init__.py --\nfrom flask import Flask\ndef create_app(config=None):\n    app = Flask(__name__)\n    return app\n", "gunicorn --bind 0.0.0.0:8000 'site:create_app()'", "flask"},
		{"a module that calls the factory wins over it", "-- requirements.txt --\nflask\n-- wsgi.py --\nfrom site_ import create_app\napp = create_app()\n-- site_/__init__.py --\nfrom flask import Flask\ndef create_app():\n    app = Flask(__name__)\n    return app\n", "gunicorn --bind 0.0.0.0:8000 wsgi:app", "flask"},
		{"a factory that needs an argument is none", "-- requirements.txt --\nflask\n-- wsgi.py --\nfrom factory import make\napplication = make('prod')\n-- factory.py --\nfrom flask import Flask\ndef make(name):\n    return Flask(name)\n", "gunicorn --bind 0.0.0.0:8000 wsgi:application", "flask"},
		{"FastAPI under another name", "-- requirements.txt --\nfastapi\nuvicorn\n-- server.py --\nimport fastapi\napi = fastapi.FastAPI()\n", "uvicorn --host 0.0.0.0 --port 8000 server:api", "fastapi"},
		{"text that looks like code is none", "-- requirements.txt --\nfastapi\nuvicorn\n-- main.py --\n'''\napp = FastAPI()\n'''\nfrom fastapi import FastAPI\nservice = FastAPI()\n", "uvicorn --host 0.0.0.0 --port 8000 main:service", "fastapi"},
		{"imports tell where modules are looked up: above the folder", "-- requirements.txt --\nfastapi\nuvicorn\n-- app/main.py --\nfrom fastapi import FastAPI\nfrom app.db import x\napp = FastAPI()\n-- app/db.py --\nx = 1\n", "uvicorn --host 0.0.0.0 --port 8000 app.main:app", "fastapi"},
		{"imports tell where modules are looked up: in the folder", "-- requirements.txt --\nfastapi\nuvicorn\n-- app/main.py --\nfrom fastapi import FastAPI\nimport db\napp = FastAPI()\n-- app/db.py --\nx = 1\n", "uvicorn --host 0.0.0.0 --port 8000 main:app", "fastapi"},
		{"an application inside a wrapper", "-- requirements.txt --\nfastapi\nuvicorn\npython-socketio\n-- main.py --\nimport socketio\nfrom fastapi import FastAPI\napi = FastAPI()\nsio = socketio.AsyncServer()\napp = socketio.ASGIApp(sio, api)\n", "uvicorn --host 0.0.0.0 --port 8000 main:app", "fastapi"},
		{"a subclass of the application's class", "-- requirements.txt --\nstarlette\nuvicorn\n-- main.py --\nfrom starlette.applications import Starlette\nclass App(Starlette):\n    pass\napp = App()\n", "uvicorn --host 0.0.0.0 --port 8000 main:app", "starlette"},
		{"tests make applications as well", "-- requirements.txt --\nflask\n-- tests/app.py --\nfrom flask import Flask\napp = Flask('t')\n-- run.py --\nfrom flask import Flask\napplication = Flask('x')\n", "gunicorn --bind 0.0.0.0:8000 run:application", "flask"},
		{"Litestar", "-- requirements.txt --\nlitestar\nuvicorn\n-- app.py --\nfrom litestar import Litestar\napp = Litestar([])\n", "uvicorn --host 0.0.0.0 --port 8000 app:app", "litestar"},
		{"Quart prefers hypercorn", "-- requirements.txt --\nquart\n-- app.py --\nfrom quart import Quart\napp = Quart(__name__)\n", "hypercorn --bind 0.0.0.0:8000 --access-logfile - app:app", "quart"},
		{"Sanic brings its server", "-- requirements.txt --\nsanic\n-- server.py --\nfrom sanic import Sanic\napp = Sanic('x')\nif __name__ == '__main__':\n    app.run(port=9000)\n", "sanic --host 0.0.0.0 --port 9000 --single-process server:app", "sanic"},
		{"aiohttp is run as a script", "-- requirements.txt --\naiohttp\n-- main.py --\nfrom aiohttp import web\napp = web.Application()\nif __name__ == '__main__':\n    web.run_app(app, port=9001)\n", "python main.py", "aiohttp"},
		{"Dash has Flask's application inside", "-- requirements.txt --\ndash\ngunicorn\n-- app.py --\nfrom dash import Dash\napp = Dash()\nserver = app.server\n", "gunicorn --bind 0.0.0.0:8050 app:server", "dash"},
		{"Streamlit", "-- requirements.txt --\nstreamlit\n-- app.py --\nimport streamlit as st\nst.title('x')\n-- pages/two.py --\nimport streamlit as st\n", "streamlit run app.py --server.address 0.0.0.0 --server.port 8501 --server.headless true --browser.gatherUsageStats false", "streamlit"},
		{"Gradio", "-- requirements.txt --\ngradio\n-- app.py --\nimport gradio as gr\nwith gr.Blocks() as demo:\n    gr.Markdown('x')\ndemo.queue().launch()\n", "python app.py", "gradio"},
		{"Django's WSGI module", "-- requirements.txt --\ndjango\ngunicorn\n" + djangoProject, "gunicorn --bind 0.0.0.0:8000 site_.wsgi", "django"},
		{"Django with channels is ASGI", "-- requirements.txt --\ndjango\nchannels\ndaphne\n" + djangoProject + "-- site_/asgi.py --\nfrom channels.routing import ProtocolTypeRouter\napplication = ProtocolTypeRouter({})\n", "daphne -b 0.0.0.0 -p 8000 site_.asgi:application", "django"},
		{"a module that reads the command line would refuse a server's words", "-- requirements.txt --\nfastapi\nuvicorn\n-- app.py --\nimport uvicorn, conf\nfrom fastapi import FastAPI\napp = FastAPI()\nif __name__ == '__main__':\n    uvicorn.run('app:app', host='0.0.0.0', port=8000)\n-- conf.py --\nimport argparse\nparser = argparse.ArgumentParser()\nargs = parser.parse_args()\n", "python app.py", "fastapi"},
		{"a Procfile's command, its port made concrete", flaskApp + "-- requirements.txt --\nflask\ngunicorn\n-- Procfile --\nweb: gunicorn --bind :$PORT --workers 1 app:app\n", "gunicorn --bind 0.0.0.0:8000 --workers 1 app:app", "flask"},
		{"a Procfile's default for the port", flaskApp + "-- requirements.txt --\nflask\ngunicorn\n-- Procfile --\nweb: python manage.py db upgrade && gunicorn -b 0.0.0.0:${PORT:-9090} app:app\n", "gunicorn --bind 0.0.0.0:9090 app:app", "flask"},
		{"a script behind a Procfile", flaskApp + "-- requirements.txt --\nflask\ngunicorn\n-- Procfile --\nweb: bash run.sh\n-- run.sh --\n#!/bin/sh\nset -e\nflask db upgrade\nexec gunicorn app:app --timeout 30 --log-file x.log\n", "gunicorn --bind 0.0.0.0:8000 app:app --timeout 30 --log-file -", "flask"},
		{"a development server of a Procfile is passed over", flaskApp + "-- requirements.txt --\nflask\ngunicorn\n-- Procfile --\nweb: flask run --host 0.0.0.0\n", "gunicorn --bind 0.0.0.0:8000 app:app", "flask"},
		{"reloading is for development", "-- requirements.txt --\nfastapi\nuvicorn\n-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n-- Procfile --\nweb: uvicorn main:app --reload --port 5000\n", "uvicorn main:app --port 5000 --host 0.0.0.0", "fastapi"},
		{"a command of the project that serves", "-- pyproject.toml --\n[project]\nname = \"tool\"\ndependencies = [\"click\", \"uvicorn\", \"fastapi\"]\n[project.scripts]\ntool = \"tool.cli:cli\"\n[build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n-- tool/__init__.py --\n-- tool/cli.py --\nimport click, uvicorn\n@click.group()\ndef cli(): pass\n@cli.command()\n@click.option('-h', '--host', default='127.0.0.1')\n@click.option('-p', '--port', default=8001)\ndef serve(host, port):\n    uvicorn.run('tool.app:app', host=host, port=port)\n", "tool serve --host 0.0.0.0 --port 8001", "fastapi"},
	} {
		t.Run(c.why, func(t *testing.T) {
			s := one(t, c.files)
			if got := s.Start.V.String(); got != c.start {
				t.Errorf("starts %s, want %s", got, c.start)
			}
			if s.Framework.V != c.framework {
				t.Errorf("framework %q, want %q", s.Framework.V, c.framework)
			}
			if s.Kind != detect.Server {
				t.Errorf("kind %s, want server", s.Kind)
			}
		})
	}
}

const djangoProject = `-- manage.py --
import os, sys
from django.core.management import execute_from_command_line
if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_.settings")
    execute_from_command_line(sys.argv)
-- site_/__init__.py --
-- site_/wsgi.py --
import os
from django.core.wsgi import get_wsgi_application
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_.settings")
application = get_wsgi_application()
-- site_/settings.py --
import os
INSTALLED_APPS = ["django.contrib.staticfiles"]
SECRET_KEY = os.environ["SECRET"]
STATIC_ROOT = "static"
ALLOWED_HOSTS = ["*"]
`

func TestPort(t *testing.T) {
	for _, c := range []struct {
		why, files string
		want       int
	}{
		{"app.run() on the loopback address is for development", flaskApp + "if __name__ == '__main__':\n    app.run()\n", 8000},
		{"app.run(port=...) is what people know", flaskApp + "if __name__ == '__main__':\n    app.run(host='localhost', port=8080)\n", 8080},
		{"app.run() for everyone means Flask's own port", flaskApp + "if __name__ == '__main__':\n    app.run(host='0.0.0.0')\n", 5000},
		{"a variable's default", flaskApp + "import os\nif __name__ == '__main__':\n    app.run(port=int(os.environ.get('PORT', 3000)))\n", 3000},
		{"gunicorn's configuration", flaskApp + "-- gunicorn.conf.py --\nimport os\nbind = [f'0.0.0.0:{os.environ.get(\"PORT\", 5006)}']\n", 5006},
		{"gunicorn's configuration, formatted the old way", flaskApp + "-- gunicorn.conf.py --\nport = 7000\nbind = '0.0.0.0:%d' % port\n", 7000},
		{"uvicorn.run", flaskApp + "-- main.py --\nimport uvicorn\nif __name__ == '__main__':\n    uvicorn.run('app:app', host='0.0.0.0', port=8765)\n", 8765},
	} {
		s := one(t, c.files+"-- requirements.txt --\nflask\ngunicorn\n")
		if got := int(s.Port.V); got != c.want {
			t.Errorf("%s: %d, want %d", c.why, got, c.want)
		}
	}
}

func TestNothingRuns(t *testing.T) {
	for _, c := range []struct{ why, files, note string }{
		{"a library that says so, with a command and an application's class", "-- pyproject.toml --\n[project]\nname = \"flaskish\"\ndependencies = [\"werkzeug\"]\nclassifiers = [\"Topic :: Software Development :: Libraries :: Application Frameworks\"]\n[project.scripts]\nflaskish = \"flaskish.cli:main\"\n[build-system]\nrequires = [\"flit_core\"]\n-- src/flaskish/__init__.py --\n-- src/flaskish/cli.py --\ndef main(): pass\n", "library"},
		{"a library that doesn't", "-- setup.py --\nfrom setuptools import setup\nsetup(name='x')\n-- x/__init__.py --\ndef f(): pass\n", "library"},
		{"requirements for something else", "-- requirements.txt --\nansible\n", "dependencies without a Python program"},
		{"conda's environment", "-- environment.yml --\ndependencies: [numpy]\n-- main.py --\nprint(1)\n", "conda"},
		{"a program whose imports nothing installs", "-- main.py --\nimport requests\nprint(requests.get('x'))\n", "requests"},
	} {
		p := scan(t, c.files)
		if len(p.Services) != 0 {
			t.Errorf("%s: %d services", c.why, len(p.Services))
		}
		if !noted(p.Notes, c.note) {
			t.Errorf("%s: no note says %q: %v", c.why, c.note, p.Notes)
		}
	}
}

func TestKinds(t *testing.T) {
	for _, c := range []struct{ why, files, want, start string }{
		{"a bot waits", "-- requirements.txt --\ndiscord.py\n-- bot.py --\nimport discord\nif __name__ == '__main__':\n    discord.Client().run('x')\n", "worker", "python bot.py"},
		{"a loop waits", "-- requirements.txt --\nrequests\n-- main.py --\nimport time\nwhile True:\n    time.sleep(1)\n", "worker", "python main.py"},
		{"a script ends", "-- main.py --\nimport json\nprint(json.dumps(1))\n", "job", "python main.py"},
		{"a package is run as a module", "-- requirements.txt --\nrequests\n-- mybot/__init__.py --\n-- mybot/__main__.py --\nfrom . import core\nif __name__ == '__main__':\n    core.go()\n-- mybot/core.py --\ndef go(): pass\n", "job", "python -m mybot"},
		{"a command for people", "-- pyproject.toml --\n[project]\nname = \"conv\"\ndependencies = [\"click\"]\n[project.scripts]\nconv = \"conv.cli:main\"\n[build-system]\nrequires = [\"hatchling\"]\n-- conv/__init__.py --\n-- conv/cli.py --\nimport click\n@click.command()\ndef main(): pass\n", "cli", "conv"},
		{"Celery alone", "-- requirements.txt --\ncelery[redis]\n-- tasks_app.py --\nfrom celery import Celery\napp = Celery('x')\n", "worker", "celery -A tasks_app.app worker --loglevel INFO"},
	} {
		s := one(t, c.files)
		if string(s.Kind) != c.want || s.Start.V.String() != c.start {
			t.Errorf("%s: %s, %s; want %s, %s", c.why, s.Kind, s.Start.V, c.want, c.start)
		}
	}
}

func TestNotes(t *testing.T) {
	for _, c := range []struct{ why, files, want string }{
		{"a development server", flaskApp + "-- requirements.txt --\nflask\n-- Procfile --\nweb: flask run\n", "flask run is a server for development"},
		{"no production server", flaskApp + "-- requirements.txt --\nflask\n", "names no production server: the image installs gunicorn; add it yourself with a line in requirements.txt"},
		{"a lock that lacks what the manifest asks for", flaskApp + "-- pyproject.toml --\n[project]\nname = \"x\"\ndependencies = [\"flask\"]\n-- uv.lock --\nversion = 1\n", "flask is not in uv.lock"},
		{"a version that the manifest doesn't allow", flaskApp + "-- pyproject.toml --\n[project]\nname = \"x\"\nrequires-python = \">=3.13\"\ndependencies = [\"flask\"]\n-- .python-version --\n3.12\n", "asks for Python >=3.13, .python-version for 3.12"},
		{"a server that code binds to the loopback address", "-- requirements.txt --\nbottle\n-- app.py --\nimport bottle\n@bottle.route('/')\ndef i(): pass\nif __name__ == '__main__':\n    bottle.run(port=8080)\n", "binds to 127.0.0.1, which nobody outside the container reaches"},
		{"old gunicorn", flaskApp + "-- requirements.txt --\nflask\ngunicorn==20.1.0\n", "imports pkg_resources"},
		{"SQLite among the code", djangoProject + "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'db.sqlite3'}}\n-- requirements.txt --\ndjango\n", "lies among the code"},
		{"a front end's build", flaskApp + "-- requirements.txt --\nflask\n-- package.json --\n{\"scripts\": {\"build\": \"vite build\"}}\n", "the build of the front end (vite build)"},
	} {
		if s := one(t, c.files); !noted(s.Notes, c.want) {
			t.Errorf("%s: no note says %q: %v", c.why, c.want, s.Notes)
		}
	}
}

func TestSeveral(t *testing.T) {
	p := scan(t, `-- requirements.txt --
fastapi
uvicorn
celery
redis
-- main.py --
from fastapi import FastAPI
from worker import add
app = FastAPI()
-- worker.py --
import os
from celery import Celery
celery = Celery(__name__)
celery.conf.broker_url = os.environ.get("CELERY_BROKER_URL", "redis://localhost:6379")
`)
	if len(p.Services) != 2 {
		t.Fatalf("%d services, want the server and its worker", len(p.Services))
	}
	web, worker := p.Services[0], p.Services[1]
	if web.Kind != detect.Server || worker.Kind != detect.Worker || worker.Start.V.String() != "celery -A worker.celery worker --loglevel INFO" {
		t.Errorf("%s and %s: %s", web.Kind, worker.Kind, worker.Start.V)
	}
	for _, s := range p.Services {
		if len(s.Needs) != 1 || s.Needs[0].Name != "redis" || len(s.Needs[0].Settings) != 1 || s.Needs[0].Settings[0].Env.String() != "CELERY_BROKER_URL" {
			t.Errorf("%s needs %+v", s.Kind, s.Needs)
		}
	}
}

func TestMonorepo(t *testing.T) {
	p := scan(t, `-- api/requirements.txt --
fastapi
uvicorn
-- api/main.py --
from fastapi import FastAPI
app = FastAPI()
-- jobs/requirements.txt --
requests
-- jobs/main.py --
if __name__ == "__main__":
    print(1)
-- .github/requirements.txt --
ansible
-- api/pkg/app.py --
x = 1
`)
	var got []string
	for _, s := range p.Services {
		got = append(got, s.Dir.String()+" "+string(s.Kind))
	}
	if strings.Join(got, ", ") != "api server, jobs job" {
		t.Errorf("found %v", got)
	}
	if len(p.Notes) != 0 {
		t.Errorf("folders of modules and of tools need no note: %v", p.Notes)
	}
}

func TestState(t *testing.T) {
	for _, c := range []struct{ why, files, want string }{
		{"folders that the program makes, of a variable's default too", "-- app.py --\nimport os\nfrom flask import Flask\napp = Flask(__name__)\napp.config['ROOT'] = os.getenv('APP_ROOT', os.path.dirname(os.path.abspath(__file__)))\napp.config['CONF'] = os.path.join(app.config['ROOT'], 'data', 'conf')\nos.makedirs(app.config['CONF'])\nos.makedirs(os.path.join(app.config['ROOT'], 'data'))\n", "data"},
		{"Flask-SQLAlchemy's SQLite lies in the instance folder", "-- app.py --\nfrom flask import Flask\nfrom flask_sqlalchemy import SQLAlchemy\napp = Flask(__name__)\napp.config['SQLALCHEMY_DATABASE_URI'] = 'sqlite:///x.db'\n", "instance"},
		{"SQLite in a folder of its own", "-- app.py --\nfrom flask import Flask\napp = Flask(__name__)\nURL = 'sqlite+aiosqlite:///./var/x.db'\n", "var"},
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
		{"the parts of an address", "-- requirements.txt --\nflask\npymysql\n-- db.py --\nimport os\nH = os.environ['DB_HOST']\nP = os.environ['DB_PASSWORD']\nN = os.environ['MYSQL_DATABASE']\n", "mysql DB_HOST=host DB_PASSWORD=password MYSQL_DATABASE=database"},
		{"a comment that names one is no dependency", "-- requirements.txt --\nflask # not redis\n# psycopg2\n-- db.py --\n", ""},
		{"Mongo and Redis by their words", "-- requirements.txt --\nflask\npymongo\nredis\n-- db.py --\nimport os\nM = os.environ['MONGO_URI']\nR = os.environ.get('REDIS_HOST')\n", "mongo MONGO_URI=url; redis REDIS_HOST=host"},
		{"an extra brings the driver", "-- requirements.txt --\nflask\ncelery[redis]\n-- db.py --\nimport os\nB = os.environ['CELERY_BROKER_URL']\n", "redis CELERY_BROKER_URL=url"},
		{"two drivers, the code names one", "-- requirements.txt --\nflask\npymysql\npsycopg2\n-- db.py --\nimport os\nU = os.environ.get('DB_URL', 'mysql+pymysql://x/y')\n", "mysql DB_URL=url:mysql+pymysql; postgres?"},
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
