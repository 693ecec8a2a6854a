"""The suppression list: who was erased and may not quietly come back. No page can say who they are."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound
from aureole.privacy.rights.matters import matters
from aureole.privacy.rights.place import today
from aureole.privacy.suppression.actions.lift_suppression import entry_of, lift_suppression
from aureole.privacy.suppression.attempts import attempts
from aureole.staff.permissions import require
from aureole.vault.suppression import Suppressed, entries
from aureole.web.actor import actor_of
from aureole.web.staff.privacy.frame import frame_context

PAGE = 50
_KINDS = {"email": _l("e-mail address"), "phone": _l("phone number"), "external": _l("customer number")}
_GROUNDS = {"erased": _l("erased on request"), "objected": _l("had objected, and was erased")}


@require_safe
def show_kept_away(request: HttpRequest) -> HttpResponse:
    """Latest first; what is written to the officer about mail that waits stands above it."""
    actor = actor_of(request)
    require(actor, "privacy.suppression")
    return _page(request, actor)


def _page(request: HttpRequest, actor: Actor, *, refusal: str = "", status: int = 200) -> HttpResponse:
    found = entries(today())
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [_row(entry) for entry in page.object_list], "page": page, "sentence": _sentence(len(found)),
        "attempts": attempts(),
        "waiting": [matter.words for matter in matters() if matter.kind == "kept_away"], "refusal": refusal,
    }  # fmt: skip
    return render(
        request, "privacy/kept_away.html", frame_context(actor, "kept_away") | context, status=status
    )


def _sentence(count: int) -> str:
    if not count:
        return _("Nobody is kept away.")
    words = ngettext(
        "%(count)s address may not quietly come back.",
        "%(count)s addresses may not quietly come back.",
        count,
    )
    return words % {"count": f"{count:,}"}


def _row(entry: Suppressed) -> dict[str, object]:
    return {
        "id": entry.uid, "kind": _KINDS.get(entry.kind, entry.kind),
        "ground": _GROUNDS.get(entry.ground, entry.ground), "since": entry.made_at, "until": entry.until,
    }  # fmt: skip


@require_POST
def lift(request: HttpRequest) -> HttpResponse:
    """By the entry, or by the address somebody gives: it is compared and kept nowhere."""
    actor = actor_of(request)
    require(actor, "privacy.suppression")
    address = request.POST.get("address", "").strip()[:320]
    try:
        entry_id = entry_of(address) if address else uuid.UUID(request.POST.get("entry", ""))
        lift_suppression(entry_id=entry_id, reason=request.POST.get("reason", "").strip()[:500], by=actor)
    except (NotFound, ValueError):
        sentence = _("That address or number is not on the list. Nothing was changed.")
        return _page(request, actor, refusal=sentence, status=422)
    messages.success(
        request, _("Lifted. They may be recorded again; mail of theirs that waited is taken in.")
    )
    return redirect("privacy:kept_away")
