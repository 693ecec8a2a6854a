from __future__ import annotations

from django.urls import include, path

from aureole.web import errors, health, metrics

handler400 = errors.bad_request
handler404 = errors.not_found
handler500 = errors.broken
handler403 = errors.forbidden

urlpatterns = [
    path("livez", health.livez),
    path("readyz", health.readyz),
    path("metrics", metrics.metrics),
    path("sign-in/", include("aureole.web.staff.accounts.urls")),
    path("find/", include("aureole.web.staff.finder.urls")),
    path("", include("aureole.web.staff.desk.urls")),
    path("people/", include("aureole.web.staff.people.urls")),
    path("ledger/", include("aureole.web.witness.urls")),
    path("transfers/", include("aureole.web.transfers.urls")),
    path("privacy/", include("aureole.web.staff.privacy.urls")),
    path("settings/", include("aureole.web.staff.settings.urls")),
    path("portal/", include("aureole.web.portal.urls")),
    path("", include("aureole.web.ui.urls")),
]
