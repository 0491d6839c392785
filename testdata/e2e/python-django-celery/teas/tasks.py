from celery import shared_task

from .models import Tea


@shared_task
def brew(tea):
    """What the worker does: the page shows it once it is done."""
    Tea.objects.filter(pk=tea).update(state="brewed")
