from django.db import models


class Tea(models.Model):
    name = models.CharField(max_length=80)
    state = models.CharField(max_length=20, default="ordered")
