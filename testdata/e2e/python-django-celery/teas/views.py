import json
import time

from django.http import HttpResponse, JsonResponse

from .models import Tea
from .tasks import brew


def healthz(request):
    return HttpResponse(f"ok, {Tea.objects.count()} teas")


def teas(request):
    if request.method == "POST":
        tea = Tea.objects.create(name=json.loads(request.body)["name"])
        brew.delay(tea.pk)
        return JsonResponse({"id": tea.pk, "name": tea.name}, status=201)
    for _ in range(80):  # a tea takes its time
        if not Tea.objects.filter(state="ordered").exists():
            break
        time.sleep(0.1)
    return JsonResponse({"teas": list(Tea.objects.order_by("pk").values("name", "state"))})
