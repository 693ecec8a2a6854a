from __future__ import annotations

from django.urls import path

from aureole.web.staff.desk import (
    answering,
    asked_rights,
    changing,
    drafting,
    entering,
    files,
    formatted,
    list_page,
    stated_ages,
    ticket_page,
)

app_name = "desk"

urlpatterns = [
    path("", list_page.show_list, name="list"),
    path("tickets/new/", entering.show_entering, name="enter"),
    path("tickets/<int:number>/", ticket_page.show_ticket, name="ticket"),
    path("tickets/<int:number>/answer/", answering.answer_ticket, name="answer"),
    path("tickets/<int:number>/draft/", drafting.keep_draft, name="draft"),
    path("tickets/<int:number>/assign/", changing.assign, name="assign"),
    path("tickets/<int:number>/status/<slug:status>/", changing.set_to, name="status"),
    path("tickets/<int:number>/priority/", changing.prioritise, name="priority"),
    path("tickets/<int:number>/type/", changing.set_type_to, name="type"),
    path("tickets/<int:number>/brand/", changing.brand, name="brand"),
    path("tickets/<int:number>/labels/", changing.label, name="labels"),
    path("tickets/<int:number>/rights/", asked_rights.open_from_mail, name="rights"),
    path("tickets/<int:number>/rights/no-request/", asked_rights.dismiss, name="no_request"),
    path("tickets/<int:number>/age/", stated_ages.note_age, name="age"),
    path("tickets/<int:number>/age/no-child/", stated_ages.dismiss, name="no_child"),
    path("tickets/<int:number>/messages/<uuid:message_id>/html", formatted.show_formatted, name="formatted"),
    path("attachments/<uuid:attachment_id>/", files.download, name="attachment"),
    path("attachments/<uuid:attachment_id>/preview", files.preview, name="preview"),
]
