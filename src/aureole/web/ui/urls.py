from __future__ import annotations

from django.urls import path

from aureole.web.ui import views

app_name = "ui"

urlpatterns = [
    path("ui", views.show_sheet, name="sheet"),
    path("ui/frames/<slug:name>", views.show_frame, name="frame"),
    path("ui/find", views.find_sample, name="find"),
    path("ui/look", views.choose_look, name="look"),
]
