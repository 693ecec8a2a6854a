"""Erasures: on their way, and done. No page here names anybody."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from aureole.desk.queries import agents_by_id
from aureole.kernel.cursor import before, write_cursor
from aureole.kernel.errors import NotFound, Refused
from aureole.people.queries import shown_name
from aureole.privacy.anonymising.plan import SINGLED_OUT
from aureole.privacy.anonymising.ports import obstacles
from aureole.privacy.anonymising.singling_out import singled_out
from aureole.privacy.certificate.issue import instance_fingerprint
from aureole.privacy.models import Erasure, ErasureState, Way
from aureole.staff.permissions import may, require
from aureole.web.actor import actor_of
from aureole.web.downloads import as_download
from aureole.web.staff.privacy.frame import frame_context, short_mark
from aureole.web.staff.privacy.receipt import receipt_of, say_receipt, steps_of

PAGE = 50


@require_safe
def show_erasures(request: HttpRequest) -> HttpResponse:
    """Newest first, older ones by ?after=."""
    actor = actor_of(request)
    require(actor, "privacy.plan")
    rows = Erasure.objects.filter(before(request.GET.get("after"), "created_at")).defer("known_as")
    found = list(rows.order_by("-created_at", "-id")[: PAGE + 1])
    names = {agent_id: shown_name(agent.person) for agent_id, agent in agents_by_id().items()}
    context = {
        "rows": [_row(erasure, names) for erasure in found[:PAGE]],
        "next": write_cursor(found[PAGE - 1].created_at, found[PAGE - 1].id) if len(found) > PAGE else "",
        "sentence": _sentence(),
    }
    return render(request, "privacy/erasures.html", frame_context(actor, "erasures") | context)


def _sentence() -> str:
    done = Erasure.objects.filter(state=ErasureState.DONE).count()
    running = Erasure.objects.exclude(state=ErasureState.DONE).count()
    if not done and not running:
        return _("Nobody was erased yet.")
    first = ngettext("%(count)s person was erased", "%(count)s people were erased", done) % {
        "count": f"{done:,}"
    }
    second = ngettext("%(count)d is on its way.", "%(count)d are on their way.", running) % {"count": running}
    return f"{first}, {second}" if running else f"{first}. " + _("Nothing is on its way.")


def _row(erasure: Erasure, names: dict[uuid.UUID, str]) -> dict[str, Any]:
    by = names.get(erasure.requested_by, "") if erasure.requested_by else ""
    receipt = receipt_of(erasure) if erasure.certificate else None
    return {
        "id": erasure.id, "mark": short_mark(bytes(erasure.pseudonym)), "when": erasure.created_at, "by": by,
        "is_done": erasure.state == ErasureState.DONE, "receipt": receipt,
        "done_word": _("anonymised") if erasure.way == Way.ANONYMISE else _("done"),
        "kept": sum(line.count for line in receipt.kept) if receipt else None,
    }  # fmt: skip


@require_safe
def show_erasure(request: HttpRequest, erasure_id: uuid.UUID) -> HttpResponse:
    """How far it is, and the receipt. Asked again by the page itself while it runs, as a fragment."""
    actor = actor_of(request)
    require(actor, "privacy.plan")
    erasure = _load(erasure_id)
    is_done = erasure.state == ErasureState.DONE
    receipt = receipt_of(erasure) if is_done else None
    context = {
        "erasure": erasure, "is_done": is_done,
        "mark": short_mark(bytes(erasure.pseudonym)), "steps": steps_of(erasure),
        "receipt": receipt, "fingerprint": instance_fingerprint() if is_done else "",
        "sentence": say_receipt(receipt) if receipt else _say_running(erasure), "stopped": _stopped(erasure),
        "may_erase": may(actor, "privacy.erase"), "two_persons": settings.AUREOLE_SECOND_PERSON,
    }  # fmt: skip
    template = "privacy/_erasure.html" if request.headers.get("HX-Request") else "privacy/erasure.html"
    return render(request, template, frame_context(actor, "erasures") | context)


def _say_running(erasure: Erasure) -> str:
    if erasure.way == Way.ANONYMISE:
        return _("Somebody is being anonymised. This page follows it.")
    return _("Somebody is being erased. This page follows it.")


def _stopped(erasure: Erasure) -> list[str]:
    """Why an anonymisation cannot go on: too few people are left who share what would stay."""
    if erasure.way != Way.ANONYMISE or erasure.step or erasure.person_id is None:
        return []
    found = [finding.sentence for finding in singled_out([erasure.person_id])]
    return found + [b.reason for b in obstacles(erasure.person_id) if b.code == SINGLED_OUT]


@require_safe
def download_certificate(request: HttpRequest, erasure_id: uuid.UUID) -> HttpResponse:
    """The file as it was signed, byte by byte."""
    require(actor_of(request), "privacy.plan")
    erasure = _load(erasure_id)
    if not erasure.certificate:
        raise Refused(
            "certificate_not_yet", "This erasure is still on its way; its certificate comes at the end."
        )
    name = f"erasure-{str(erasure.id)[-12:]}.json"
    return as_download(erasure.certificate, name, kind="application/json")


def _load(erasure_id: uuid.UUID) -> Erasure:
    erasure = Erasure.objects.filter(pk=erasure_id).defer("known_as").first()
    if erasure is None:
        raise NotFound("erasure_not_found", "There is no such erasure here.")
    return erasure
