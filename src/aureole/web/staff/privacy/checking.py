"""Checking a certificate: a file somebody has, or the one kept here. The verdict in words."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from aureole.kernel.errors import NotFound, Refused
from aureole.kernel.ids import id_in
from aureole.privacy.certificate.issue import instance_fingerprint
from aureole.privacy.certificate.verify import Verdict, verify
from aureole.privacy.models import Erasure
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.staff.privacy.frame import frame_context

_MOST_BYTES = 1024 * 1024


@require_http_methods(["GET", "HEAD", "POST"])
def check_certificate(request: HttpRequest) -> HttpResponse:
    """POST a file as `certificate`, or the id of an `erasure` whose certificate is kept here."""
    actor = actor_of(request)
    require(actor, "privacy.map")
    context: dict[str, Any] = {"fingerprint": instance_fingerprint()}
    if request.method == "POST":
        context |= _verdict_context(verify(_certificate(request)), context["fingerprint"])
    is_fragment = bool(request.headers.get("HX-Request")) and request.method == "POST"
    template = "privacy/_verdict.html" if is_fragment else "privacy/check.html"
    return render(request, template, frame_context(actor, "check") | context)


def _certificate(request: HttpRequest) -> bytes | str:
    erasure_id = request.POST.get("erasure", "")
    if erasure_id:
        require(actor_of(request), "privacy.plan")
        return _stored(erasure_id)
    file = request.FILES.get("certificate")
    if file is None:
        raise Refused("certificate_missing", "No file came with that. Choose the certificate and try again.")
    if file.size is None or file.size > _MOST_BYTES:
        raise Refused(
            "certificate_too_large", "That file is too large to be a certificate; they are a few kilobytes."
        )
    return bytes(file.read())


def _stored(erasure_id: str) -> str:
    key = id_in(erasure_id)
    erasure = Erasure.objects.filter(pk=key).only("certificate").first() if key else None
    if erasure is None or not erasure.certificate:
        raise NotFound("certificate_not_found", "There is no such certificate here yet.")
    return erasure.certificate


def _verdict_context(verdict: Verdict, own: str) -> dict[str, Any]:
    payload = verdict.payload or {}
    erased = payload.get("erased") if isinstance(payload.get("erased"), list) else []
    return {
        "verdict": verdict,
        "is_own": verdict.valid and verdict.fingerprint == own,
        "said": _said(payload, erased or []),
        "residue": _residue(payload),
    }


def _said(payload: dict[str, Any], erased: list[Any]) -> str:
    """Signed by a stranger it may say anything: what is not as we write it is left out."""
    counts = [item.get("count") for item in erased if isinstance(item, dict)]
    total = sum(count for count in counts if isinstance(count, int))
    when = str(payload.get("finished_at", ""))[:10]
    return _("It says that %(count)s items were erased, ended on %(when)s.") % {
        "count": f"{total:,}",
        "when": when,
    }


def _residue(payload: dict[str, Any]) -> str:
    residue = payload.get("residue")
    places = residue.get("places") if isinstance(residue, dict) else None
    if not isinstance(places, list):
        return ""
    return _("No trace was found afterwards.") if not places else _("%(count)d places still held a trace.") % {
        "count": len(places)
    }  # fmt: skip
