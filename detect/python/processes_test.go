package python_test

import (
	"strings"
	"testing"

	"dockgen/detect"
)

// What runs beside the server is a process of its image, not a service of its own.
func TestProcesses(t *testing.T) {
	const django = `-- manage.py --
import os
from django.core.management import execute_from_command_line
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
-- shop/__init__.py --
-- shop/wsgi.py --
import os
from django.core.wsgi import get_wsgi_application
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
application = get_wsgi_application()
-- shop/settings.py --
import os
INSTALLED_APPS = ["django_rq"]
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "HOST": os.environ["DB_HOST"]}}
`
	const fastapi = `-- main.py --
from fastapi import FastAPI
app = FastAPI()
`
	tests := []struct{ name, project, want string }{
		{"a job that migrates, a worker and its scheduler", django + `-- requirements.txt --
django
psycopg
gunicorn
celery[redis]
-- shop/celery.py --
from celery import Celery
app = Celery("shop")
app.conf.beat_schedule = {"daily": {"task": "x"}}
`, `job migrate: python manage.py migrate --noinput
worker worker: celery -A shop worker --loglevel INFO
worker beat: celery -A shop beat --loglevel INFO --schedule /tmp/celerybeat-schedule`},
		{"a script of the Makefile's", fastapi + `-- requirements.txt --
fastapi[standard]
psycopg
-- db.py --
import os, psycopg
connect = lambda: psycopg.connect(os.environ["DATABASE_URL"])
-- scripts/migrate.py --
import db
-- Makefile --
migrate:
	uv run python scripts/migrate.py --all
`, `job migrate: python scripts/migrate.py --all`},
		{"a Procfile says what there is", django + `-- requirements.txt --
django
psycopg
gunicorn
celery[redis]
-- shop/celery.py --
from celery import Celery
app = Celery("shop")
app.conf.beat_schedule = {}
-- Procfile --
web: gunicorn shop.wsgi
release: python manage.py migrate && python manage.py collectstatic --noinput && python manage.py createcachetable
mail_worker: LEVEL=2 celery -A shop worker -Q mail
`, `job migrate: python manage.py migrate
job release: python manage.py createcachetable
worker mail-worker: env LEVEL=2 celery -A shop worker -Q mail`},
		{"a release that takes a shell is left alone", django + `-- requirements.txt --
django
psycopg
-- Procfile --
release: ./release.sh
`, `job migrate: python manage.py migrate --noinput`},
		{"a command of an application", django + `-- requirements.txt --
django
psycopg
django-rq
`, `job migrate: python manage.py migrate --noinput
worker worker: python manage.py rqworker`},
		{"no server's database, no job", `-- requirements.txt --
django
` + strings.Replace(django, "postgresql", "sqlite3", 1), ``},
		{"Alembic by the program's address", fastapi + `-- requirements.txt --
fastapi
uvicorn
alembic
sqlalchemy
psycopg
-- alembic.ini --
[alembic]
script_location = %(here)s/alembic
-- alembic/env.py --
import os
from alembic import context
context.config.set_main_option("sqlalchemy.url", os.environ["DATABASE_URL"])
`, `job migrate: python -m alembic upgrade head`},
		{"Alembic by the developer's address", fastapi + `-- requirements.txt --
fastapi
uvicorn
alembic
psycopg
-- alembic.ini --
[alembic]
script_location = alembic
sqlalchemy.url = postgresql://me:me@localhost/me
-- alembic/env.py --
from alembic import context
from sqlalchemy import engine_from_config
engine_from_config(context.config.get_section("alembic"))
`, ``},
		{"Flask-Migrate", `-- requirements.txt --
flask==3.1.0
flask-migrate
psycopg2-binary
-- app.py --
from flask import Flask
app = Flask(__name__)
-- migrations/env.py --
`, `job migrate: python -m flask --app app:app db upgrade`},
		{"actors", fastapi + `-- requirements.txt --
fastapi
uvicorn
dramatiq[redis]
-- jobs.py --
import dramatiq
@dramatiq.actor
def mail(to): ...
@dramatiq.actor(max_retries=1)
def report(to): ...
`, `worker worker: dramatiq jobs`},
		{"settings of arq", fastapi + `-- requirements.txt --
fastapi
uvicorn
arq
-- app/worker.py --
class WorkerSettings:
    functions = []
`, `worker worker: arq app.worker.WorkerSettings`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := scan(t, tt.project)
			if len(p.Services) != 1 || p.Services[0].Kind != detect.Server {
				t.Fatalf("found %+v, want one server", p.Services)
			}
			var got []string
			for _, q := range p.Services[0].Processes {
				got = append(got, string(q.Kind)+" "+q.Name.String()+": "+q.Start.V.String())
			}
			if text := strings.Join(got, "\n"); text != tt.want {
				t.Errorf("processes\n%s\nwant\n%s\nnotes %v", text, tt.want, p.Services[0].Notes)
			}
		})
	}
}

// Of a worker beside a server too the addresses are known.
func TestWorkerNeeds(t *testing.T) {
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
celery = Celery(__name__, backend=os.environ.get("CELERY_RESULT_BACKEND"))
celery.conf.broker_url = os.environ.get("CELERY_BROKER_URL", "redis://localhost:6379")
`)
	s := p.Services[0]
	if len(s.Needs) != 1 || s.Needs[0].Name != "redis" || len(s.Needs[0].Settings) != 2 {
		t.Errorf("needs %+v", s.Needs)
	}
}

// manage.py loads the settings that the server loads.
func TestSettingsOfJobs(t *testing.T) {
	p := scan(t, `-- requirements.txt --
django
psycopg
-- manage.py --
import os
from django.core.management import execute_from_command_line
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings.local")
-- shop/wsgi.py --
import os
from django.core.wsgi import get_wsgi_application
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings.production")
application = get_wsgi_application()
-- shop/settings/local.py --
-- shop/settings/production.py --
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}
`)
	s := p.Services[0]
	for _, e := range s.SetEnv {
		if e.Name.String() == "DJANGO_SETTINGS_MODULE" && e.Value.String() == "shop.settings.production" {
			return
		}
	}
	t.Errorf("the image sets %v", s.SetEnv)
}
