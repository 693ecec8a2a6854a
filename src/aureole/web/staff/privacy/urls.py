from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from aureole.web.staff.privacy import checking, erasure_page, exports_page, map_page, mentions_page, plan_page

app_name = "privacy"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="privacy:map"), name="home"),
    path("map/", map_page.show_map, name="map"),
    path("map/<slug:form>/", map_page.download_map, name="map_download"),
    path("erase/<uuid:person_id>/", plan_page.erase, name="erase"),
    path("erase/<uuid:person_id>/mentions/", mentions_page.show_mentions, name="mentions"),
    path("erasures/", erasure_page.show_erasures, name="erasures"),
    path("erasures/<uuid:erasure_id>/", erasure_page.show_erasure, name="erasure"),
    path("erasures/<uuid:erasure_id>/certificate/", erasure_page.download_certificate, name="certificate"),
    path("check/", checking.check_certificate, name="check"),
    path("exports/", exports_page.show_exports, name="exports"),
    path("exports/of/<uuid:person_id>/", exports_page.make_export_of, name="make_export"),
    path("exports/<uuid:package_id>/", exports_page.show_export, name="export"),
    path("exports/<uuid:package_id>/download/", exports_page.download_export, name="export_download"),
]
