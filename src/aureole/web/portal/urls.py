from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView

from aureole.web.actor import open_to_all

app_name = "portal"

urlpatterns = [
    path("", open_to_all(RedirectView.as_view(pattern_name="portal:home")), name="root"),
    path("privacy/", include("aureole.web.portal.privacy.urls")),
]
