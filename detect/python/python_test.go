package python_test

import (
	"slices"
	"strings"
	"testing"

	"dockgen/detect"
	"dockgen/detect/python"
	"dockgen/internal/scantest"
)

// scan inspects the files of an archive.
func scan(t testing.TB, archive string) *detect.Project {
	t.Helper()
	return scantest.Files(t, detect.Config{Name: "demo", Detectors: []detect.Detector{python.Detector{}}}, scantest.Archive(archive))
}

// one inspects an archive that holds one service.
func one(t testing.TB, archive string) *detect.Service {
	t.Helper()
	return scantest.One(t, scan(t, archive))
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
		{"a Pipfile that can't be read, with requirements beside it", flaskApp + "-- Pipfile --\n[packages]\nflask = \"*\n-- Pipfile.lock --\n{}\n-- requirements.txt --\nflask\n", "pip", "the requirements file beside it is used"},
		{"a manifest without a lock is pip's, with a note", flaskApp + "-- pyproject.toml --\n[project]\nname = \"x\"\ndependencies = [\"flask\"]\n", "pip", "no lock file"},
	} {
		s := one(t, c.files)
		if s.PackageManager.V != c.want {
			t.Errorf("%s: %q, want %q", c.why, s.PackageManager.V, c.want)
		}
		if c.note != "" && !scantest.Noted(s.Notes, c.note) {
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
		{"what the project's own image is built on", "-- requirements.txt --\nflask\n-- Dockerfile --\nFROM python:3.12-slim AS a\nFROM debian\n", "3.12"},
		{"an image of uv's", "-- requirements.txt --\nflask\n-- Dockerfile --\nFROM ghcr.io/astral-sh/uv:python3.13-bookworm-slim\n", "3.13"},
		{"an image past its end is no reason", "-- requirements.txt --\nflask\n-- Dockerfile --\nFROM python:3.8\n", "3.14"},
		{"a manifest wins over it", "-- pyproject.toml --\n[project]\nname = \"x\"\nrequires-python = \">=3.10,<3.13\"\ndependencies = [\"flask\"]\n-- Dockerfile --\nFROM python:3.11\n", "3.12"},
		{"but for a range of which no line runs what is pinned", "-- pyproject.toml --\n[project]\nname = \"x\"\nrequires-python = \">=3.13\"\ndependencies = [\"flask\", \"tiktoken==0.5.1\"]\n-- Dockerfile --\nFROM python:3.13\n", "3.13"},
		{"an old Werkzeug takes what Python 3.14 has no more", "-- requirements.txt --\nflask==2.0.3\nwerkzeug==2.0.3\n", "3.13"},
		{"an old Jinja takes what Python 3.10 has no more", "-- requirements.txt --\nflask\njinja2==2.10.1\n", "3.9"},
		{"a compiled package of which a newer Python has no wheel", "-- requirements.txt --\nflask\nuvloop==0.14.0\n", "3.8"},
		{"a bot's library that imports what is gone", "-- requirements.txt --\nflask\ndiscord.py==2.3.2\n", "3.12"},
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
		{"extensions that are given the application are none", "-- requirements.txt --\nflask\nflask-sqlalchemy\ngunicorn\n-- app.py --\nfrom flask import Flask\nfrom flask_cors import CORS\nfrom flask_sqlalchemy import SQLAlchemy\nserver = Flask(__name__)\ndb = SQLAlchemy(server)\ncors = CORS(app=server)\n", "gunicorn --bind 0.0.0.0:8000 app:server", "flask"},
		{"nor is what a function makes of it", "-- requirements.txt --\nflask\ngunicorn\n-- app.py --\nfrom flask import Flask\nfrom flask_migrate import Migrate\ndef api():\n    app = Flask(__name__)\n    return Migrate(app)\ndef create_app():\n    return Flask(__name__)\n", "gunicorn --bind 0.0.0.0:8000 'app:create_app()'", "flask"},
		{"a function that completes the application", "-- requirements.txt --\nflask\ngunicorn\n-- app.py --\nfrom flask import Flask\nfrom flask_babel import Babel\napp = Flask(__name__)\nbabel = Babel()\ndef create_app():\n    babel.init_app(app)\n    return app\n", "gunicorn --bind 0.0.0.0:8000 'app:create_app()'", "flask"},
		{"a script beside it that sets it up and serves it", "-- requirements.txt --\nflask\ntornado\n-- lib/__init__.py --\nfrom flask import Flask\napp = Flask(__name__)\ndef create_app():\n    app.init(1)\n    return app\n-- lib/server.py --\nfrom tornado.httpserver import HTTPServer\ndef serve(app): HTTPServer(app).listen(8083)\n-- lib/main.py --\nfrom lib import create_app\nfrom lib.server import serve\ndef main():\n    serve(create_app())\n-- shop.py --\nfrom lib.main import main\nif __name__ == '__main__':\n    main()\n", "python shop.py", "flask"},
		{"but for one that is for development", "-- requirements.txt --\nflask\n-- lib/__init__.py --\nfrom flask import Flask\napp = Flask(__name__)\ndef create_app():\n    app.init(1)\n    return app\n-- shop.py --\nfrom lib import create_app\napp = create_app()\nif __name__ == '__main__':\n    app.run(port=8000)\n", "gunicorn --bind 0.0.0.0:8000 'lib:create_app()'", "flask"},
		{"one that only gives it", "-- requirements.txt --\nflask\ngunicorn\n-- app.py --\nfrom flask import Flask\napp = Flask(__name__)\ndef get_app():\n    return app\n", "gunicorn --bind 0.0.0.0:8000 app:app", "flask"},
		{"one that the module calls", "-- requirements.txt --\nflask\ngunicorn\n-- app.py --\nfrom flask import Flask\napp = Flask(__name__)\ndef create_app():\n    app.register_blueprint(1)\n    return app\ncreate_app()\n", "gunicorn --bind 0.0.0.0:8000 app:app", "flask"},
		{"middleware around the application is", "-- requirements.txt --\nflask\ngunicorn\n-- app.py --\nfrom flask import Flask\nfrom site_middleware import ReverseProxied, PrefixMiddleware\nflask_app = Flask(__name__)\napp = PrefixMiddleware(flask_app)\n", "gunicorn --bind 0.0.0.0:8000 app:app", "flask"},
		{"a subclass of the application's class", "-- requirements.txt --\nstarlette\nuvicorn\n-- main.py --\nfrom starlette.applications import Starlette\nclass App(Starlette):\n    pass\napp = App()\n", "uvicorn --host 0.0.0.0 --port 8000 main:app", "starlette"},
		{"tests make applications as well", "-- requirements.txt --\nflask\n-- tests/app.py --\nfrom flask import Flask\napp = Flask('t')\n-- run.py --\nfrom flask import Flask\napplication = Flask('x')\n", "gunicorn --bind 0.0.0.0:8000 run:application", "flask"},
		{"Litestar", "-- requirements.txt --\nlitestar\nuvicorn\n-- app.py --\nfrom litestar import Litestar\napp = Litestar([])\n", "uvicorn --host 0.0.0.0 --port 8000 app:app", "litestar"},
		{"Quart prefers hypercorn", "-- requirements.txt --\nquart\n-- app.py --\nfrom quart import Quart\napp = Quart(__name__)\n", "hypercorn --bind 0.0.0.0:8000 --access-logfile - app:app", "quart"},
		{"Sanic brings its server", "-- requirements.txt --\nsanic\n-- server.py --\nfrom sanic import Sanic\napp = Sanic('x')\nif __name__ == '__main__':\n    app.run(port=9000)\n", "sanic --host 0.0.0.0 --port 9000 --single-process server:app", "sanic"},
		{"aiohttp is run as a script", "-- requirements.txt --\naiohttp\n-- main.py --\nfrom aiohttp import web\napp = web.Application()\nif __name__ == '__main__':\n    web.run_app(app, port=9001)\n", "python main.py", "aiohttp"},
		{"aiohttp in a package that names itself", "-- requirements.txt --\naiohttp\n-- chat/__init__.py --\n-- chat/views.py --\nx = 1\n-- chat/main.py --\nfrom aiohttp import web\nfrom chat.views import x\napp = web.Application()\nif __name__ == '__main__':\n    web.run_app(app)\n", "python -m chat.main", "aiohttp"},
		{"Dash has Flask's application inside", "-- requirements.txt --\ndash\ngunicorn\n-- app.py --\nfrom dash import Dash\napp = Dash()\nserver = app.server\n", "gunicorn --bind 0.0.0.0:8050 app:server", "dash"},
		{"Streamlit", "-- requirements.txt --\nstreamlit\n-- app.py --\nimport streamlit as st\nst.title('x')\n-- pages/two.py --\nimport streamlit as st\n", "streamlit run app.py --server.address 0.0.0.0 --server.port 8501 --server.headless true --browser.gatherUsageStats false", "streamlit"},
		{"Gradio", "-- requirements.txt --\ngradio\n-- app.py --\nimport gradio as gr\nwith gr.Blocks() as demo:\n    gr.Markdown('x')\ndemo.queue().launch()\n", "python app.py", "gradio"},
		{"Django's WSGI module", "-- requirements.txt --\ndjango\ngunicorn\n" + djangoProject, "gunicorn --bind 0.0.0.0:8000 site_.wsgi", "django"},
		{"a function that is decorated", "-- requirements.txt --\nfunctions-framework==3.*\n-- main.py --\nimport functions_framework\ndef helper():\n    pass\n@functions_framework.http\ndef hello(request):\n    return 'x'\n", "functions-framework --target hello", "functions-framework"},
		{"the only function", "-- requirements.txt --\nfunctions-framework==3.*\n-- main.py --\ndef hello(request):\n    return 'x'\n", "functions-framework --target hello", "functions-framework"},
		{"the function that a builder is told of", "-- requirements.txt --\nfunctions-framework==3.*\n-- project.toml --\n[[build.env]]\nname = 'GOOGLE_FUNCTION_TARGET'\nvalue = 'b'\n-- main.py --\ndef a(request):\n    return 'x'\ndef b(request):\n    return 'x'\n", "functions-framework --target b", "functions-framework"},
		{"Django's package has a name of what is no program elsewhere", "-- requirements.txt --\ndjango\ngunicorn\n" + strings.ReplaceAll(djangoProject, "site_", "example"), "gunicorn --bind 0.0.0.0:8000 example.wsgi", "django"},
		{"Django with channels is ASGI", "-- requirements.txt --\ndjango\nchannels\ndaphne\n" + djangoProject + "-- site_/asgi.py --\nfrom channels.routing import ProtocolTypeRouter\napplication = ProtocolTypeRouter({})\n", "daphne -b 0.0.0.0 -p 8000 site_.asgi:application", "django"},
		{"a module that reads the command line would refuse a server's words", "-- requirements.txt --\nfastapi\nuvicorn\n-- app.py --\nimport uvicorn, conf\nfrom fastapi import FastAPI\napp = FastAPI()\nif __name__ == '__main__':\n    uvicorn.run('app:app', host='0.0.0.0', port=8000)\n-- conf.py --\nimport argparse\nparser = argparse.ArgumentParser()\nargs = parser.parse_args()\n", "python app.py", "fastapi"},
		{"a Procfile's command, its port made concrete", flaskApp + "-- requirements.txt --\nflask\ngunicorn\n-- Procfile --\nweb: gunicorn --bind :$PORT --workers 1 app:app\n", "gunicorn --bind 0.0.0.0:8000 --workers 1 app:app", "flask"},
		{"a Procfile's default for the port", flaskApp + "-- requirements.txt --\nflask\ngunicorn\n-- Procfile --\nweb: python manage.py db upgrade && gunicorn -b 0.0.0.0:${PORT:-9090} app:app\n", "gunicorn --bind 0.0.0.0:9090 app:app", "flask"},
		{"a server of a Procfile under another name", flaskApp + "-- requirements.txt --\nflask\ngunicorn\n-- Procfile --\napi: gunicorn -b 0.0.0.0:9300 app:app\n", "gunicorn --bind 0.0.0.0:9300 app:app", "flask"},
		{"a script behind a Procfile", flaskApp + "-- requirements.txt --\nflask\ngunicorn\n-- Procfile --\nweb: bash run.sh\n-- run.sh --\n#!/bin/sh\nset -e\nflask db upgrade\nexec gunicorn app:app --timeout 30 --log-file x.log\n", "gunicorn --bind 0.0.0.0:8000 app:app --timeout 30 --log-file -", "flask"},
		{"a development server of a Procfile is passed over", flaskApp + "-- requirements.txt --\nflask\ngunicorn\n-- Procfile --\nweb: flask run --host 0.0.0.0\n", "gunicorn --bind 0.0.0.0:8000 app:app", "flask"},
		{"the Dockerfile's own command", "-- requirements.txt --\nfastapi\nuvicorn\n-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\ninternal = FastAPI()\n-- Dockerfile --\nFROM python:3.12\nCMD uvicorn main:internal --host=0.0.0.0 --port=9000 --reload\n", "uvicorn main:internal --host 0.0.0.0 --port 9000", "fastapi"},
		{"a script that is the entry point, with its variables", flaskApp + "-- requirements.txt --\nflask\ngunicorn\n-- Dockerfile --\nFROM python:3.12\nENTRYPOINT [\"/srv/docker-entrypoint.sh\"]\n-- docker-entrypoint.sh --\n#!/bin/sh\nWORKERS=${WORKERS:-3}\nflask db upgrade\nexec gunicorn app:app --bind :9100 --workers $WORKERS\n", "gunicorn app:app --bind 0.0.0.0:9100 --workers 3", "flask"},
		{"a Dockerfile that starts what is gone is passed over", flaskApp + "-- requirements.txt --\nflask\ngunicorn\n-- Dockerfile --\nFROM python:3.12\nCMD [\"gunicorn\", \"--bind\", \":9200\", \"old.wsgi:app\"]\n", "gunicorn --bind 0.0.0.0:8000 app:app", "flask"},
		{"nor does one that needs a file of its image", flaskApp + "-- requirements.txt --\nflask\ngunicorn\n-- Dockerfile --\nFROM python:3.12\nCMD [\"gunicorn\", \"--config\", \"/etc/gunicorn.py\", \"app:app\"]\n", "gunicorn --bind 0.0.0.0:8000 app:app", "flask"},
		{"a line that the entry script keeps in a variable, in one of two branches", "-- server/main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n-- requirements.txt --\nfastapi\nuvicorn\n-- Dockerfile --\nFROM python:3.12\nENTRYPOINT [\"/entrypoint.sh\"]\n-- entrypoint.sh --\n#!/bin/sh\n[ \"$NOTES_HOST\" ] || NOTES_HOST=0.0.0.0\n[ \"$NOTES_PORT\" ] || NOTES_PORT=8080\nserve=\"python -m \\\n  uvicorn main:app --app-dir server --host ${NOTES_HOST} --port ${NOTES_PORT}\"\nif [ `id -u` -eq 0 ]; then\n  exec gosu notes ${serve}\nelse\n  exec ${serve}\nfi\n", "uvicorn main:app --app-dir server --host 0.0.0.0 --port 8080", "fastapi"},
		{"a case of the entry script", "-- app/main.py --\nfrom fastapi import FastAPI\ndef make_app():\n    return FastAPI()\n-- requirements.txt --\nfastapi\nuvicorn\n-- Dockerfile --\nFROM python:3.12\nENTRYPOINT [\"/code/docker-entrypoint.sh\"]\n-- docker-entrypoint.sh --\nset -e\nPORT=${2:-9000}\ncase \"$1\" in\n  start)\n    alembic upgrade head\n    exec uvicorn app.main:make_app --factory --host 0.0.0.0 --port 9000 --reload\n    ;;\n  pytest)\n    exec pytest \"$@\"\n    ;;\n  *)\n    exec \"$@\"\n    ;;\nesac\n", "uvicorn app.main:make_app --factory --host 0.0.0.0 --port 9000", "fastapi"},
		{"the script that the Dockerfile runs, of two", "-- requirements.txt --\ncherrypy\n-- Old.py --\nimport cherrypy\nif __name__ == '__main__':\n    cherrypy.quickstart()\n-- Zoo.py --\nimport cherrypy\nif __name__ == '__main__':\n    cherrypy.quickstart()\n-- Dockerfile --\nFROM python:3.12\nCMD [\"python\", \"-u\", \"Zoo.py\", \"--data\", \"/data\"]\nENTRYPOINT [\"./start.sh\"]\n-- start.sh --\nexec gosu zoo \"$@\"\n", "python Zoo.py", "cherrypy"},
		{"Django's application of a package that wraps its own", "-- requirements.txt --\ndjango\nuvicorn\n-- manage.py --\nimport os\nfrom django.core.management import execute_from_command_line\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_.settings')\n-- site_/__init__.py --\n-- site_/settings.py --\nX = 1\n-- site_/asgi/__init__.py --\nimport os\nfrom .handler import make\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_.settings')\napplication = make()\n-- site_/asgi/handler.py --\nclass Handler: pass\ndef make():\n    return Handler()\n", "uvicorn --host 0.0.0.0 --port 8000 site_.asgi:application", "django"},
		{"or the one that the settings name", "-- requirements.txt --\ndjango\ngunicorn\n-- manage.py --\nimport os\nfrom django.core.management import execute_from_command_line\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_.settings')\n-- site_/__init__.py --\n-- site_/settings.py --\nWSGI_APPLICATION = 'site_.web.entry'\n-- site_/web.py --\nfrom other import make\nentry = make()\n", "gunicorn --bind 0.0.0.0:8000 site_.web:entry", "django"},
		{"reloading is for development", "-- requirements.txt --\nfastapi\nuvicorn\n-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n-- Procfile --\nweb: uvicorn main:app --reload --port 5000\n", "uvicorn main:app --port 5000 --host 0.0.0.0", "fastapi"},
		{"a line that the Dockerfile hands to a shell", "-- requirements.txt --\nfastapi\nuvicorn\n-- local/main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n-- server/main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n-- Dockerfile --\nFROM python:3.12\nCMD [\"sh\", \"-c\", \"uvicorn server.main:app --host 0.0.0.0 --port ${PORT:-${OTHER_PORT:-9000}}\"]\n", "uvicorn server.main:app --host 0.0.0.0 --port 9000", "fastapi"},
		{"what is made around Django's ASGI application", "-- requirements.txt --\ndjango\nfastapi\nuvicorn\n" + djangoProject + "-- site_/asgi.py --\nfrom django.core.asgi import get_asgi_application\ndjango_application = get_asgi_application()\ndef make():\n    from api import create\n    app = create()\n    app.mount('/', django_application)\n    return app\napplication = make()\n", "uvicorn --host 0.0.0.0 --port 8000 site_.asgi:application", "django"},
		{"a server of the environment's own folder", "-- requirements.txt --\nwerkzeug\n-- shop/__init__.py --\n-- shop/run.py --\nfrom shop import make\napplication = make()\n-- Dockerfile --\nFROM python:3.12\nENTRYPOINT [\"/shop/bin/gunicorn\", \"-b\", \"0.0.0.0:8080\", \"-w\", \"4\", \"--worker-tmp-dir\", \"/dev/shm\"]\nCMD [\"shop.run\"]\n", "gunicorn --bind 0.0.0.0:8080 -w 4 --worker-tmp-dir /dev/shm shop.run", ""},
		{"a platform's command, of a server that is run as a module", "-- requirements.txt --\ndjango\ngunicorn\nuvicorn\n" + djangoProject + "-- site_/asgi.py --\nfrom django.core.asgi import get_asgi_application\napplication = get_asgi_application()\n-- render.yaml --\nservices:\n- type: web\n  startCommand: python -m gunicorn site_.asgi:application -k uvicorn.workers.UvicornWorker\n", "gunicorn --bind 0.0.0.0:8000 site_.asgi:application -k uvicorn.workers.UvicornWorker", "django"},
		{"a platform's command that names what isn't there", flaskApp + "-- requirements.txt --\nflask\ngunicorn\n-- railway.json --\n{\"deploy\": {\"startCommand\": \"gunicorn other:app\"}}\n", "gunicorn --bind 0.0.0.0:8000 app:app", "flask"},
		{"gunicorn whose workers speak ASGI", "-- requirements.txt --\nquart\nuvicorn\ngunicorn\n-- app.py --\nfrom quart import Quart\napp = Quart(__name__)\n-- gunicorn.conf.py --\nbind = '0.0.0.0'\nworker_class = 'uvicorn.workers.UvicornWorker'\n", "gunicorn --bind 0.0.0.0:8000 app:app", "quart"},
		{"gunicorn of another application is none for ASGI", "-- requirements.txt --\nquart\nuvicorn\ngunicorn\n-- app.py --\nfrom quart import Quart\napp = Quart(__name__)\n-- gunicorn.conf.py --\nworkers = 2\n", "uvicorn --host 0.0.0.0 --port 8000 app:app", "quart"},
		{"Dash's layout in another module", "-- requirements.txt --\ndash\ngunicorn\n-- app.py --\nfrom dash import Dash\napp = Dash()\nserver = app.server\n-- index.py --\nfrom dash import html\nfrom app import app, server\napp.layout = html.Div()\nif __name__ == '__main__':\n    app.run()\n", "gunicorn --bind 0.0.0.0:8050 index:server", "dash"},
		{"one that doesn't hand on the server", "-- requirements.txt --\ndash\ngunicorn\n-- app.py --\nfrom dash import Dash\napp = Dash()\nserver = app.server\n-- index.py --\nfrom dash import html\nfrom app import app\napp.layout = html.Div()\nif __name__ == '__main__':\n    app.run()\n", "python index.py", "dash"},
		{"Dash that is given its Flask", "-- requirements.txt --\ndash\ngunicorn\n-- app.py --\nfrom dash import Dash, html\nfrom flask import Flask\nserver = Flask(__name__)\napp = Dash(server=server)\napp.layout = html.Div()\n", "gunicorn --bind 0.0.0.0:8050 app:server", "dash"},
		{"a site whose classifiers speak of libraries", "-- pyproject.toml --\n[project]\nname = \"crm\"\ndependencies = [\"django\", \"gunicorn\"]\nclassifiers = [\"Topic :: Software Development :: Libraries :: Application Frameworks\"]\n" + djangoProject, "gunicorn --bind 0.0.0.0:8000 site_.wsgi", "django"},
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
		{"a variable of the program's own", "-- requirements.txt --\ncherrypy\n-- zoo.py --\nimport cherrypy, os\nfrom settings import start\nif __name__ == '__main__':\n    start(cherrypy)\n-- settings.py --\nimport os\nDEFAULT = 8083\nenv = os.environ.get('ZOO_PORT', DEFAULT)\ntry:\n    DEFAULT = int(env)\nexcept ValueError:\n    print('no port')\nDB = os.getenv('DB_PORT', '5432')\n", 8083},
		{"app.run() on the loopback address is for development", flaskApp + "if __name__ == '__main__':\n    app.run()\n", 8000},
		{"app.run(port=...) is what people know", flaskApp + "if __name__ == '__main__':\n    app.run(host='localhost', port=8080)\n", 8080},
		{"app.run() for everyone means Flask's own port", flaskApp + "if __name__ == '__main__':\n    app.run(host='0.0.0.0')\n", 5000},
		{"a variable's default", flaskApp + "import os\nif __name__ == '__main__':\n    app.run(port=int(os.environ.get('PORT', 3000)))\n", 3000},
		{"gunicorn's configuration", flaskApp + "-- gunicorn.conf.py --\nimport os\nbind = [f'0.0.0.0:{os.environ.get(\"PORT\", 5006)}']\n", 5006},
		{"gunicorn's configuration, formatted the old way", flaskApp + "-- gunicorn.conf.py --\nport = 7000\nbind = '0.0.0.0:%d' % port\n", 7000},
		{"NiceGUI's own", "-- main.py --\nfrom nicegui import ui\nui.label('x')\nui.run(title='x')\n-- requirements.txt --\nnicegui\n", 8080},
		{"NiceGUI's own, told", "-- main.py --\nfrom nicegui import ui\nui.run(port=8090)\n-- requirements.txt --\nnicegui\n", 8090},
		{"uvicorn.run", flaskApp + "-- main.py --\nimport uvicorn\nif __name__ == '__main__':\n    uvicorn.run('app:app', host='0.0.0.0', port=8765)\n", 8765},
	} {
		if !strings.Contains(c.files, "requirements.txt") {
			c.files += "-- requirements.txt --\nflask\ngunicorn\n"
		}
		s := one(t, c.files)
		if got := int(s.Port.V); got != c.want {
			t.Errorf("%s: %d, want %d", c.why, got, c.want)
		}
	}
}

func TestNothingRuns(t *testing.T) {
	for _, c := range []struct{ why, files, note string }{
		{"a library that says so, with a command and an application's class", "-- pyproject.toml --\n[project]\nname = \"flaskish\"\ndependencies = [\"werkzeug\"]\nclassifiers = [\"Topic :: Software Development :: Libraries :: Application Frameworks\"]\n[project.scripts]\nflaskish = \"flaskish.cli:main\"\n[build-system]\nrequires = [\"flit_core\"]\n-- src/flaskish/__init__.py --\n-- src/flaskish/cli.py --\ndef main(): pass\n", "library"},
		{"a library that doesn't", "-- setup.py --\nfrom setuptools import setup\nsetup(name='x')\n-- x/__init__.py --\ndef f(): pass\n", "library"},
		{"a library with a command in an extra", "-- pyproject.toml --\n[project]\nname = \"x\"\ndependencies = [\"idna\"]\n[project.optional-dependencies]\ncli = [\"click\"]\n[project.scripts]\nx = \"x:main\"\n[build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n-- x/__init__.py --\ndef main(): pass\n", "is an extra beside it"},
		{"a library that is tested with a site", "-- pyproject.toml --\n[project]\nname = \"x\"\ndependencies = [\"django\"]\nclassifiers = [\"Topic :: Software Development :: Libraries\"]\n-- manage.py --\nimport os\nfrom django.core.management import execute_from_command_line\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'x.test_settings')\nexecute_from_command_line()\n-- x/test_settings.py --\nDEBUG = True\n", "library"},
		{"requirements for something else", "-- requirements.txt --\nansible\n", "dependencies without a Python program"},
		{"what drives load against a program", "-- requirements.txt --\nlocust\n-- main.py --\nfrom locust import HttpUser, run_single_user\nclass U(HttpUser): pass\nif __name__ == '__main__':\n    run_single_user(U)\n", "drives load"},
		{"conda's environment", "-- environment.yml --\ndependencies: [numpy]\n-- main.py --\nprint(1)\n", "conda"},
		{"a program whose imports nothing installs", "-- main.py --\nimport requests\nprint(requests.get('x'))\n", "requests"},
	} {
		p := scan(t, c.files)
		if len(p.Services) != 0 {
			t.Errorf("%s: %d services", c.why, len(p.Services))
		}
		if !scantest.Noted(p.Notes, c.note) {
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
		{"an old Flask whose partners nothing holds", flaskApp + "-- requirements.txt --\nflask==2.0.2\n", "the image installs werkzeug<3"},
		{"an older one", flaskApp + "-- requirements.txt --\nflask==1.1.2\njinja2==2.11.3\n", "the image installs itsdangerous<2.1 werkzeug<2.1"},
		{"old gunicorn", flaskApp + "-- requirements.txt --\nflask\ngunicorn==20.1.0\n", "imports pkg_resources"},
		{"SQLite among the code", djangoProject + "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'db.sqlite3'}}\n-- requirements.txt --\ndjango\n", "lies among the code"},
		{"a front end's build", flaskApp + "-- requirements.txt --\nflask\n-- package.json --\n{\"scripts\": {\"build\": \"vite build\"}}\n", "the build of the front end (vite build)"},
	} {
		if s := one(t, c.files); !scantest.Noted(s.Notes, c.want) {
			t.Errorf("%s: no note says %q: %v", c.why, c.want, s.Notes)
		}
	}
}

// TestPartners: what an old Flask needs is held back where nothing else does it.
func TestPartners(t *testing.T) {
	for reqs, want := range map[string]bool{
		"flask==2.0.2": true, "flask==2.0.2\nwerkzeug==2.0.3": false, "flask==2.0.2\nwerkzeug<3": false, "flask==2.0.2\nwerkzeug>=2": true, "flask==2.3.3": false, "flask": false,
		"flask==2.0.2\nwerkzeug": true,
	} {
		s := one(t, flaskApp+"-- requirements.txt --\n"+reqs+"\n")
		if got := scantest.Noted(s.Notes, "breaks on newer releases"); got != want {
			t.Errorf("%q: %v, want %v", reqs, got, want)
		}
	}
}

func TestGraceful(t *testing.T) {
	command := func(imports string) string {
		return "-- pyproject.toml --\n[project]\nname = \"t\"\ndependencies = [\"click\", \"uvicorn\"]\n[project.scripts]\nt = \"t.cli:main\"\n[build-system]\nrequires = [\"hatchling\"]\n-- t/__init__.py --\n-- t/cli.py --\nimport click, uvicorn" + imports + "\n@click.command()\n@click.option('--port', default=8001)\ndef main(port):\n    uvicorn.run('t.app:app', port=port)\n"
	}
	for _, c := range []struct {
		why, files string
		want       bool
	}{
		{"uvicorn ends on SIGTERM", command(""), true},
		{"a process that waits for others doesn't", command(", multiprocessing"), false},
		{"gunicorn ends", flaskApp + "-- requirements.txt --\nflask\ngunicorn\n", true},
		{"waitress sets no handler", flaskApp + "-- requirements.txt --\nflask\nwaitress\n", false},
		{"a plain script has none", "-- main.py --\nimport time\nwhile True:\n    time.sleep(1)\n", false},
		{"a script with a handler", "-- main.py --\nimport signal, time\nsignal.signal(signal.SIGTERM, lambda *a: exit(0))\nwhile True:\n    time.sleep(1)\n", true},
	} {
		if s := one(t, c.files); s.Graceful != c.want {
			t.Errorf("%s: %v", c.why, s.Graceful)
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

// TestBots: the framework of a program that waits for messages is named.
func TestBots(t *testing.T) {
	for dist, want := range map[string]string{"discord.py": "discord.py", "aiogram": "aiogram", "python-telegram-bot": "python-telegram-bot", "requests": ""} {
		s := one(t, "-- requirements.txt --\n"+dist+"\n-- main.py --\nimport time\nwhile True:\n    time.sleep(1)\n")
		if s.Framework.V != want || s.Kind != detect.Worker {
			t.Errorf("%s: %s, framework %q, want %q", dist, s.Kind, s.Framework.V, want)
		}
	}
}

// TestFunctions: one function is served, and a note tells of the others.
func TestFunctions(t *testing.T) {
	const single = "import functions_framework\n@functions_framework.http\ndef a(request):\n    return 'x'\n"
	for text, want := range map[string]bool{single: false, single + "@functions_framework.http\ndef b(request):\n    return 'x'\n": true} {
		s := one(t, "-- requirements.txt --\nfunctions-framework==3.*\n-- main.py --\n"+text)
		said := slices.ContainsFunc(s.Notes, func(n detect.Note) bool { return strings.Contains(n.Text, "serves a alone, the first of 2") })
		if said != want {
			t.Errorf("told of others: %v, want %v: %v", said, want, s.Notes)
		}
	}
}

// A long file is looked at name by name, not whole for each of its names, and of a name
// that is assigned over and over the last values count.
func TestLongFile(t *testing.T) {
	for _, line := range []string{"a = b\n", "x = x(x)\n", "with a:\n    b = a\n"} {
		s := one(t, "-- requirements.txt --\nflask\n-- app.py --\nfrom flask import Flask\n"+strings.Repeat(line, 1<<12)+"app = Flask(__name__)\n")
		if s.Framework.V != "Flask" && s.Framework.V != "flask" {
			t.Errorf("%q: the framework is %q", line, s.Framework.V)
		}
	}
}
