"""The answer that waits to be fetched: behind a fresh code, for some days, gone with the person."""

from __future__ import annotations

import uuid
from datetime import timedelta
from math import ceil
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.utils import translation
from django.views.decorators.http import require_GET

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound
from aureole.ledger.record import record
from aureole.privacy.export.stored import counts_of, export_of, open_export
from aureole.privacy.models import ChannelProof, ExportPackage, RequestState, RightsRequest
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.rights.place import day_of
from aureole.web.portal.language import say_day
from aureole.web.portal.page import portal_view
from aureole.web.portal.privacy.passes import is_fresh, proof_in, request_for_outsiders
from aureole.web.sealed_download import sealed_answer


def package_context(request: RightsRequest, proof: ChannelProof, language: str) -> dict[str, Any]:
    """`package` is empty while nothing waits; `package_over` when its time was over before the request's page."""
    was_made = request.state == RequestState.DONE and "package" in (request.outcome or {})
    package = export_of(request.pk) if was_made else None
    if package is None:
        return {"package": None, "package_over": was_made}
    counts = counts_of(package)
    with translation.override(language):
        size = filesizeformat(package.file.size)
    shown = {
        "size": size, "sha256": package.sha256, "until": say_day(day_of(package.expires_at), language),
        "left": ceil((package.expires_at - now()) / timedelta(days=1)),
        **{name: counts.get(name, 0) for name in ("records", "files", "redactions")},
    }  # fmt: skip
    return {"package": shown, "package_over": False, "is_fresh": is_fresh(proof)}


@portal_view
@require_GET
def download(request: HttpRequest, request_id: uuid.UUID) -> HttpResponseBase:
    """The file, opened piece by piece on its way out. Written down before the first byte leaves."""
    found = request_for_outsiders(request_id)
    proof = proof_in(request, found)
    if proof is None or not is_fresh(proof):
        return redirect("portal:request", request_id=request_id)
    waiting = export_of(found.pk)
    if waiting is None:
        raise NotFound("export_not_found", "This package is no longer here. Ask again: a new one is made.")
    package, _ = open_export(waiting.pk)
    _note(found, package)
    answer = sealed_answer(request, package.file, kind="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="my-data.zip"'
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _note(found: RightsRequest, package: ExportPackage) -> None:
    by = Actor(kind="customer", person_id=package.person_id)
    with transaction.atomic():
        record(
            "privacy.export_fetched",
            by=by,
            person=package.person_id,
            records=counts_of(package).get("records", 1),
        )
        move(locked(found.pk), "fetched", by=by)
