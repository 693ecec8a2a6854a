from __future__ import annotations

from django.urls import path

from aureole.web.staff.privacy import (
    anonymise_page,
    changes_page,
    checking,
    erasure_page,
    exports_page,
    kept_away,
    log_page,
    map_page,
    mentions_page,
    plan_page,
    tracing_page,
)
from aureole.web.staff.privacy.breaches import breach_page, register_page
from aureole.web.staff.privacy.breaches import doing as breach_doing
from aureole.web.staff.privacy.calendar import page as calendar_page
from aureole.web.staff.privacy.consulting import doing as consultation_doing
from aureole.web.staff.privacy.consulting import pages as consultation_pages
from aureole.web.staff.privacy.holds import hold_page, list_page, place_page
from aureole.web.staff.privacy.informing import page as informing_page
from aureole.web.staff.privacy.requests import (
    doing,
    figures_page,
    opening_page,
    papers,
    queue_page,
    redact_page,
    request_page,
)
from aureole.web.staff.privacy.retention import change_page, run_page, schedule_page
from aureole.web.staff.privacy.transfers import arrival_page, sent_page, told_page
from aureole.web.staff.privacy.transfers import doing as transfer_doing
from aureole.web.staff.privacy.transfers import list_page as transfer_list

app_name = "privacy"

urlpatterns = [
    path("", queue_page.show_queue, name="home"),
    path("requests/new/", opening_page.show_opening, name="open_request"),
    path("requests/<int:number>/", request_page.show_request, name="request"),
    path("requests/<int:number>/moved/", request_page.show_moved, name="request_moved"),
    path("requests/open.csv", queue_page.download_queue, name="queue_csv"),
    path("requests/<int:number>/evidence/", papers.download_evidence, name="evidence"),
    path("requests/<int:number>/letter/", papers.download_letter, name="request_letter"),
    path("requests/<int:number>/redact/", redact_page.show_redaction, name="redact"),
    path("requests/<int:number>/redact/<slug:what>/", redact_page.do_redaction, name="redact_do"),
    path("requests/<int:number>/<slug:what>/", doing.do, name="request_do"),
    path("breaches/", register_page.show_breaches, name="breaches"),
    path("breaches/new/", register_page.record_new, name="record_breach"),
    path("breaches/<int:number>/", breach_page.show_breach, name="breach"),
    path("breaches/<int:number>/affected/", breach_page.show_affected, name="breach_affected"),
    path(
        "breaches/<int:number>/notification/", breach_page.download_notification, name="breach_notification"
    ),
    path("breaches/<int:number>/reports/<uuid:step_id>/", breach_page.download_report, name="breach_report"),
    path("breaches/<int:number>/<slug:what>/", breach_doing.do, name="breach_do"),
    path("calendar/", calendar_page.show_calendar, name="calendar"),
    path("figures/", figures_page.show_figures, name="figures"),
    path("holds/", list_page.show_holds, name="holds"),
    path("holds/new/", place_page.show_placing, name="place_hold"),
    path("holds/<uuid:hold_id>/", hold_page.show_hold, name="hold"),
    path("holds/<uuid:hold_id>/keep/", hold_page.keep, name="keep_hold"),
    path("holds/<uuid:hold_id>/release/", hold_page.release, name="release_hold"),
    path("consultations/", consultation_pages.show_consultations, name="consultations"),
    path("consultations/new/", consultation_pages.record, name="record_consultation"),
    path("consultations/<int:number>/", consultation_pages.show_consultation, name="consultation"),
    path("consultations/<int:number>/<slug:what>/", consultation_doing.do, name="consultation_do"),
    path("to-be-told/", informing_page.show_to_be_told, name="to_be_told"),
    path("to-be-told/<slug:what>/", informing_page.do_informing, name="to_be_told_do"),
    path("kept-away/", kept_away.show_kept_away, name="kept_away"),
    path("kept-away/lift/", kept_away.lift, name="lift_suppression"),
    path("retention/", schedule_page.show_retention, name="retention"),
    path("retention/look/", run_page.look, name="retention_look"),
    path("retention/runs/<uuid:run_id>/", run_page.show_run, name="retention_run"),
    path("retention/runs/<uuid:run_id>/propose/", run_page.propose, name="retention_propose"),
    path("retention/runs/<uuid:run_id>/approve/", run_page.approve, name="retention_approve"),
    path("retention/change/<slug:class_key>/", change_page.show_change, name="retention_change"),
    path("log/", log_page.show_log, name="log"),
    path("log/check/", log_page.check_now, name="log_check"),
    path("log/checking/", log_page.show_checking, name="log_checking"),
    path("log/find/", log_page.find_in_log, name="log_find"),
    path("log/checkpoint/", log_page.download_checkpoint, name="log_checkpoint"),
    path("log/<uuid:uid>/proof/", log_page.download_proof, name="log_proof"),
    path("map/", map_page.show_map, name="map"),
    path("map/changes/", changes_page.show_changes, name="map_changes"),
    path("map/trace/", tracing_page.trace_person, name="map_trace"),
    path("map/<slug:form>/", map_page.download_map, name="map_download"),
    path("erase/<uuid:person_id>/", plan_page.erase, name="erase"),
    path("anonymise/<uuid:person_id>/", anonymise_page.anonymise, name="anonymise"),
    path("erase/<uuid:person_id>/mentions/", mentions_page.show_mentions, name="mentions"),
    path("erasures/", erasure_page.show_erasures, name="erasures"),
    path("erasures/<uuid:erasure_id>/", erasure_page.show_erasure, name="erasure"),
    path("erasures/<uuid:erasure_id>/instead/", anonymise_page.erase_instead, name="erase_instead"),
    path("erasures/<uuid:erasure_id>/certificate/", erasure_page.download_certificate, name="certificate"),
    path("check/", checking.check_certificate, name="check"),
    path("transfers/", transfer_list.show_transfers, name="transfers"),
    path("transfers/arrived/<uuid:arrival_id>/", arrival_page.show_arrival, name="arrival"),
    path("transfers/sent/<uuid:transfer_id>/", sent_page.show_sent, name="sent_transfer"),
    path("transfers/told/", told_page.show_told, name="told"),
    path("transfers/<slug:where>/<uuid:key>/<slug:what>/", transfer_doing.do, name="transfer_do"),
    path(
        "transfers/<uuid:transfer_id>/<slug:name>.json", sent_page.download_document, name="transfer_document"
    ),
    path("exports/", exports_page.show_exports, name="exports"),
    path("exports/of/<uuid:person_id>/", exports_page.make_export_of, name="make_export"),
    path("exports/<uuid:package_id>/", exports_page.show_export, name="export"),
    path("exports/<uuid:package_id>/download/", exports_page.download_export, name="export_download"),
]
