from django.urls import path

from teas import views

urlpatterns = [path("teas", views.teas), path("healthz", views.healthz)]
