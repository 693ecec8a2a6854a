from __future__ import annotations

from django.urls import path

from aureole.web.staff.people import correcting, list_page, record_page, requests_tab

app_name = "people"

urlpatterns = [
    path("", list_page.show_list, name="list"),
    path("<uuid:person_id>/", record_page.show_data, name="record"),
    path("<uuid:person_id>/timeline/", record_page.show_timeline, name="timeline"),
    path("<uuid:person_id>/requests/", requests_tab.show_requests, name="requests"),
    path("<uuid:person_id>/log/", record_page.show_log, name="log"),
    path("<uuid:person_id>/correct/", correcting.correct, name="correct"),
    path("<uuid:person_id>/correct/<uuid:correction_id>/forget/", correcting.forget, name="forget"),
    path("<uuid:person_id>/why/<str:key>/", record_page.show_why, name="why"),
    path("<uuid:person_id>/show/<str:key>/", record_page.show_value, name="show"),
    # The same page by the other name other pages know it by.
    path("<uuid:person_id>/", record_page.show_data, name="person"),
]
