"""The queue of the kettle."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kettle.settings")
app = Celery("kettle")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
