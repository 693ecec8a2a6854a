from __future__ import annotations

from django.urls import path

from aureole.web.staff.people import (
    consent_tab,
    correcting,
    list_page,
    merging,
    noting_children,
    record_page,
    requests_tab,
    restricting,
)

app_name = "people"

urlpatterns = [
    path("", list_page.show_list, name="list"),
    path("twins/", merging.show_twins, name="twins"),
    # The tab that stands first is where every page leads that names somebody.
    path("<uuid:person_id>/", record_page.show_timeline, name="record"),
    path("<uuid:person_id>/data/", record_page.show_data, name="data"),
    path("<uuid:person_id>/consent/", consent_tab.show_consent, name="consent"),
    path("<uuid:person_id>/consent/<slug:purpose>/record/", consent_tab.record, name="consent_record"),
    path("<uuid:person_id>/consent/<slug:purpose>/withdraw/", consent_tab.withdraw, name="consent_withdraw"),
    path("<uuid:person_id>/consent/<slug:purpose>/object/", consent_tab.object_, name="consent_object"),
    path("<uuid:person_id>/child/", noting_children.mark, name="child"),
    path("<uuid:person_id>/guardian/", noting_children.guard, name="guardian"),
    path("<uuid:person_id>/restrict/", restricting.restrict, name="restrict"),
    path("<uuid:person_id>/requests/", requests_tab.show_requests, name="requests"),
    path(
        "<uuid:person_id>/recipients/<uuid:disclosure_id>/settle/",
        requests_tab.settle_changes_of,
        name="recipient_settle",
    ),
    path("<uuid:person_id>/recipients/note/", requests_tab.note_recipient, name="recipient_note"),
    path(
        "<uuid:person_id>/recipients/<uuid:disclosure_id>/name/",
        requests_tab.name_recipient_of,
        name="recipient_name",
    ),
    path("<uuid:person_id>/log/", record_page.show_log, name="log"),
    path("<uuid:person_id>/correct/", correcting.correct, name="correct"),
    path("<uuid:person_id>/correct/<uuid:correction_id>/forget/", correcting.forget, name="forget"),
    path("<uuid:person_id>/addresses/add/", correcting.add_address, name="address_add"),
    path(
        "<uuid:person_id>/addresses/<uuid:identifier_id>/remove/",
        correcting.remove_address,
        name="address_remove",
    ),
    path("<uuid:person_id>/why/<str:key>/", record_page.show_why, name="why"),
    path("<uuid:person_id>/show/<str:key>/", record_page.show_value, name="show"),
    path("<uuid:person_id>/merge/", merging.choose, name="merge"),
    path("<uuid:person_id>/merge/<uuid:other_id>/", merging.compare, name="compare"),
    path("<uuid:person_id>/apart/<uuid:other_id>/", merging.keep_apart, name="apart"),
    path("<uuid:person_id>/unmerge/", merging.take_apart, name="unmerge"),
]
