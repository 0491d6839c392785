from django.shortcuts import render

BOOKS = ["A winter in the hills", "The clockmaker", "Salt and iron"]


def index(request):
    return render(request, "shelf/index.html", {"books": BOOKS})
