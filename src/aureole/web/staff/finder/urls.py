"""No app_name: the shell of every page knows this address as "finder"."""

from __future__ import annotations

from django.urls import path

from aureole.web.staff.finder import views

urlpatterns = [path("", views.show_finder, name="finder")]
