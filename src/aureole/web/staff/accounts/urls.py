from __future__ import annotations

from django.urls import path

from aureole.web.staff.accounts import views

app_name = "accounts"

urlpatterns = [
    path("", views.sign_in_page, name="sign_in"),
    path("link/", views.sign_in_by_link, name="link"),
    path("out/", views.sign_out, name="sign_out"),
]
