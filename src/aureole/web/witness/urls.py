from __future__ import annotations

from django.urls import path

from aureole.web.witness import views

urlpatterns = [
    path("witness/add-checkpoint", views.add, name="witness-add-checkpoint"),
    path("keys", views.keys, name="ledger-keys"),
    path("verifier.py", views.give_verifier, name="ledger-verifier"),
]
