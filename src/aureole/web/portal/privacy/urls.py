from __future__ import annotations

from django.urls import path

from aureole.web.portal.privacy import (
    answering,
    asking,
    delivery,
    not_me,
    receipt,
    request_page,
    straight,
    yours,
)

urlpatterns = [
    path("", asking.show_home, name="home"),
    path("ask/<slug:kind>/", asking.ask, name="ask"),
    path("requests/<uuid:request_id>/", request_page.show_request, name="request"),
    path("requests/<uuid:request_id>/code/", request_page.send_code, name="code"),
    path("requests/<uuid:request_id>/open/", request_page.open_page, name="open"),
    path("requests/<uuid:request_id>/close/", request_page.close_page, name="close"),
    path("requests/<uuid:request_id>/take-back/", answering.take_back, name="take_back"),
    path("requests/<uuid:request_id>/answer/", answering.answer, name="answer"),
    path("requests/<uuid:request_id>/download/", delivery.download, name="download"),
    path("requests/<uuid:request_id>/held/", yours.show_yours, name="yours"),
    path("requests/<uuid:request_id>/straight/", straight.choose, name="straight"),
    path("not-me/<str:token>/", not_me.not_me, name="not_me"),
    path("verifier/", receipt.download_checker, name="checker"),
    path("receipts/<str:token>/", receipt.show_receipt, name="receipt"),
    path("receipts/<str:token>/certificate/", receipt.download_certificate, name="certificate"),
]
