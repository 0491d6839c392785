package python_test

import (
	"strings"
	"testing"

	"dockgen/detect"
)

const ownSettings = "-- shop/settings.py --\nfrom pydantic_settings import BaseSettings\nclass DatabaseSettings(BaseSettings):\n    host: str = 'localhost'\n    port: int = 5432\nclass Settings(BaseSettings):\n    host: str = '127.0.0.1'\n    port: int = 9100\n    class Config:\n        env_prefix = 'shop_'\nsettings = Settings()\n" +
	"-- shop/__init__.py --\n-- shop/web.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n"

const ownPackage = "-- pyproject.toml --\n[project]\nname = 'shop'\nversion = '1'\ndependencies = ['fastapi', 'uvicorn', 'pydantic-settings']\n[project.scripts]\nshop = 'shop.main:main'\n[build-system]\nrequires = ['hatchling']\nbuild-backend = 'hatchling.build'\n"

const ownMain = "-- shop/main.py --\nimport uvicorn\nfrom shop.settings import settings\ndef main():\n    uvicorn.run('shop.web:app', host=settings.host, port=settings.port, log_config=None)\nif __name__ == '__main__':\n    main()\n"

const ownRequirements = "-- requirements.txt --\nfastapi\nuvicorn\n"

// A program that starts its server as its settings say, by more than a command of ours
// could be told, is what the image starts: where the project installs it as a command, or
// starts it in its own container.
func TestOwnProgram(t *testing.T) {
	literal := func(call string) string {
		return ownRequirements + "-- Dockerfile --\nFROM python:3.13\nCMD [\"python\", \"main.py\"]\n-- main.py --\nimport os\nimport uvicorn\nfrom fastapi import FastAPI\napp = FastAPI()\nif __name__ == '__main__':\n    port = int(os.environ.get('LISTEN', 9200))\n    " + call + "\n"
	}
	for _, c := range []struct{ why, files, start, env string }{
		{"a command that takes its settings, prefix and all, and not those of the database", ownPackage + ownSettings + ownMain, "shop", "SHOP_HOST=0.0.0.0"},
		{"one whose application is found beside its file alone", ownPackage + ownSettings + strings.Replace(ownMain, "'shop.web:app'", "'web:app'", 1), "python shop/main.py", "SHOP_HOST=0.0.0.0"},
		{"one that says no more than a command of ours", ownPackage + ownSettings + "-- shop/main.py --\nimport uvicorn\ndef main():\n    uvicorn.run('shop.web:app', host='0.0.0.0', port=9100)\n", "uvicorn --host 0.0.0.0 --port 9100 shop.web:app", ""},
		{"a module that the Dockerfile starts", ownRequirements + ownSettings + ownMain + "-- Dockerfile --\nFROM python:3.13\nENTRYPOINT [\"/opt/venv/bin/python\", \"-m\", \"shop.main\"]\n", "python -m shop.main", "SHOP_HOST=0.0.0.0"},
		{"a script of the image that starts it, under another name", ownPackage + ownSettings + strings.Replace(ownMain, "'shop.web:app'", "'web:app'", 1) + "-- docker/Dockerfile --\nFROM python:3.13\nCOPY docker/entry.sh /app/run.sh\nENTRYPOINT [\"/app/run.sh\"]\n-- docker/entry.sh --\n#!/bin/sh\nexec python /app/shop/main.py\n", "python shop/main.py", "SHOP_HOST=0.0.0.0"},
		{"more workers", literal("uvicorn.run('main:app', host='0.0.0.0', port=port, workers=4)"), "python main.py", ""},
		{"nothing but where to listen", literal("uvicorn.run(app, host='0.0.0.0', port=9200)"), "uvicorn --host 0.0.0.0 --port 9200 main:app", ""},
		{"one that watches the sources", literal("uvicorn.run('main:app', host='0.0.0.0', port=port, reload=True)"), "uvicorn --host 0.0.0.0 --port 9200 main:app", ""},
		{"one that nobody outside would reach", literal("uvicorn.run(app, port=port, log_config=None)"), "uvicorn --host 0.0.0.0 --port 9200 main:app", ""},
		{"an adapter of bottle's beside its call", "-- requirements.txt --\nbottle\nwaitress\n-- Dockerfile --\nFROM python:3.13\nCMD python -u /app/proxy.py\n-- src/proxy.py --\nimport os\nfrom bottle import Bottle, ServerAdapter, run\napp = Bottle()\nif __name__ == '__main__':\n    where = os.environ.get('HOST', '0.0.0.0')\n    class Poll(ServerAdapter):\n        def run(self, handler):\n            from waitress import serve\n            serve(handler, host=self.host, port=self.port, asyncore_use_poll=True)\n    run(app, host=where, port=int(os.environ.get('PORT', 8191)), server=Poll)\n", "python src/proxy.py", ""},
		{"a command of the project with an address of its own form", strings.Replace(ownPackage, "'fastapi', 'uvicorn', 'pydantic-settings'", "'pika'", 1) + "-- shop/__init__.py --\n-- shop/main.py --\ndef main():\n    pass\n-- Dockerfile --\nFROM python:3.13\nENTRYPOINT [\"/app/bin/python\", \"/app/bin/shop\"]\nCMD [\"--hosts\", \"0.0.0.0:5232,[::]:5232\"]\n", "shop --hosts '0.0.0.0:5232,[::]:5232'", ""},
		{"options of argparse that say where to listen", ownPackage + "-- shop/__init__.py --\n-- shop/main.py --\nimport argparse\nfrom flask import Flask\nfrom waitress import serve\napp = Flask(__name__)\ndef main():\n    parser = argparse.ArgumentParser()\n    parser.add_argument('--host', default='127.0.0.1')\n    parser.add_argument('--port', default=5000)\n    args = parser.parse_args()\n    serve(app, host=args.host, port=args.port, threads=4)\n", "shop --host 0.0.0.0", ""},
	} {
		s := one(t, c.files)
		if got := s.Start.V.String(); got != c.start {
			t.Errorf("%s: starts %q, want %q", c.why, got, c.start)
		}
		var env []string
		for _, e := range s.SetEnv {
			if name := e.Name.String(); name != "HOME" {
				env = append(env, name+"="+e.Value.String())
			}
		}
		if got := strings.Join(env, " "); got != c.env {
			t.Errorf("%s: sets %q, want %q", c.why, got, c.env)
		}
		if s.Kind != detect.Server || !s.Port.IsSet() {
			t.Errorf("%s: %s on port %v, want a server", c.why, s.Kind, s.Port.V)
		}
	}
}

// Scripts that a program of a framework serves as pages.
func TestPages(t *testing.T) {
	for _, c := range []struct{ why, files, start, framework string }{
		{"Chainlit", "-- requirements.txt --\nchainlit\n-- helpers.py --\nimport chainlit as cl\n-- chat.py --\nimport chainlit as cl\n@cl.on_message\nasync def main(m):\n    pass\n", "chainlit run chat.py --host 0.0.0.0 --port 8000 --headless", "chainlit"},
		{"Chainlit as the project's container starts it", "-- requirements.txt --\nchainlit\n-- Dockerfile --\nFROM python:3.13\nCMD [\"uv\", \"run\", \"chainlit\", \"run\", \"app.py\", \"--port\", \"7860\"]\n-- app.py --\nfrom chainlit import on_chat_start\n@on_chat_start\nasync def main():\n    pass\n", "chainlit run app.py --port 7860 --host 0.0.0.0 --headless", "chainlit"},
		{"Panel", "-- requirements.txt --\npanel\n-- dash.py --\nimport panel as pn\npn.Column('x').servable()\n", "panel serve dash.py --address 0.0.0.0 --port 5006", "panel"},
		{"a script that calls Panel's server itself", "-- requirements.txt --\npanel\n-- main.py --\nimport panel as pn\nif __name__ == '__main__':\n    pn.serve(pn.Column('x').servable(), port=5010)\n", "python main.py", "panel"},
		{"Scrapy", "-- requirements.txt --\nscrapy\n-- scrapy.cfg --\n[settings]\ndefault = site_.settings\n-- site_/__init__.py --\n-- site_/spiders/__init__.py --\n-- site_/spiders/quotes.py --\nimport scrapy\nclass Quotes(scrapy.Spider):\n    name = 'quotes'\n", "scrapy crawl quotes", "scrapy"},
		{"two variables in a word of the Procfile", "-- requirements.txt --\nflask\ngunicorn\n-- Procfile --\nweb: gunicorn --bind ${HOST:-0.0.0.0}:${PORT:-8085} app:app\n-- app.py --\nfrom flask import Flask\napp = Flask(__name__)\n", "gunicorn --bind 0.0.0.0:8085 app:app", "flask"},
		{"a variable of the Dockerfile is in its command", "-- requirements.txt --\nflask\ngunicorn\n-- Dockerfile --\nFROM python:3.13\nENV PORT 8085\nCMD exec gunicorn --bind :$PORT --threads 8 app:app\n-- app.py --\nfrom flask import Flask\napp = Flask(__name__)\n", "gunicorn --bind 0.0.0.0:8085 --threads 8 app:app", "flask"},
		{"a module that is called setup.py", "-- pyproject.toml --\n[project]\nname = \"x\"\ndependencies = [\"fastapi\", \"uvicorn\"]\n-- src/app/__init__.py --\n-- src/app/main.py --\nfrom .core.setup import create_application\napp = create_application(1)\n-- src/app/core/__init__.py --\n-- src/app/core/setup.py --\nfrom fastapi import FastAPI\ndef create_application(router, **kwargs):\n    application = FastAPI(**kwargs)\n    return application\n", "uvicorn --host 0.0.0.0 --port 8000 app.main:app", "fastapi"},
		{"a function that answers each request, in Django's module", "-- requirements.txt --\ndjango\ngunicorn\n-- manage.py --\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_.settings')\nfrom django.core.management import execute_from_command_line\n-- site_/__init__.py --\n-- site_/settings.py --\nWSGI_APPLICATION = 'site_.wsgi.application'\n-- site_/wsgi.py --\nfrom django.core.wsgi import get_wsgi_application\n_application = get_wsgi_application()\ndef application(environ, start_response):\n    return _application(environ, start_response)\n", "gunicorn --bind 0.0.0.0:8000 site_.wsgi", "django"},
		{"uWSGI by its wheels", "-- requirements.txt --\nflask\npyuwsgi\n-- app.py --\nfrom flask import Flask\napp = Flask(__name__)\n", "uwsgi --http :8000 --master --die-on-term --need-app --module app:app", "flask"},
	} {
		s := one(t, c.files)
		if got := s.Start.V.String(); got != c.start {
			t.Errorf("%s: starts %q, want %q", c.why, got, c.start)
		}
		if s.Framework.V != c.framework {
			t.Errorf("%s: framework %q, want %q", c.why, s.Framework.V, c.framework)
		}
	}
}
