"""Only the pages of this module, so that its tests need no other."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("aureole.web.ui.urls"))]
