"""What came from other instances and waits for a decision, what is on its way to one, and what became of the others."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from aureole.people.queries import shown_name
from aureole.privacy.models import ArrivedState, ArrivedTransfer, RightsRequest, SentState, SentTransfer
from aureole.privacy.transfer.arrivals import arrivals, sent_transfers
from aureole.privacy.transfer.errors import GROUNDS, TROUBLES
from aureole.privacy.transfer.peers import peers
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.staff.people.finding import persons_by_id
from aureole.web.staff.privacy.frame import frame_context
from aureole.web.ui.ages import say_moment

MOST = 100
# Shape and word of each state; words of the page, not of the wire.
SENT_STATES: Mapping[str, tuple[str, Any]] = {
    SentState.WAITING: ("wait", _l("on its way")),
    SentState.DELIVERED: ("soon", _l("delivered, undecided there")),
    SentState.TAKEN_IN: ("done", _l("taken in there")),
    SentState.REFUSED: ("late", _l("refused there")),
    SentState.WITHDRAWN: ("done", _l("taken back")),
    SentState.FAILED: ("late", _l("not delivered")),
}
ARRIVED_STATES: Mapping[str, tuple[str, Any]] = {
    ArrivedState.ARRIVING: ("wait", _l("arriving")),
    ArrivedState.ARRIVED: ("soon", _l("waits for a decision")),
    ArrivedState.TAKEN_IN: ("done", _l("taken in")),
    ArrivedState.REFUSED: ("done", _l("refused")),
}


@require_safe
def show_transfers(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require(actor, "rights.read")
    arrived, sent = arrivals(closed=True, most=MOST), sent_transfers(most=MOST)
    people = persons_by_id([*(row.person_id for row in arrived), *(row.person_id for row in sent)])
    names: dict[uuid.UUID | None, str] = {key: shown_name(person) for key, person in people.items()}
    ids = [row.request_id for row in sent if row.request_id]
    numbers: dict[uuid.UUID | None, int] = dict(
        RightsRequest.objects.filter(pk__in=ids).values_list("pk", "number")
    )
    context = {
        "arrived": [{**arrived_line(row), "name": names.get(row.person_id, "")} for row in arrived],
        "sent": [
            {**sent_line(row), "name": names.get(row.person_id, ""), "number": numbers.get(row.request_id)}
            for row in sent
        ],
        "sentence": _sentence(arrived, sent), "peers": peers(),
    }  # fmt: skip
    return render(request, "privacy/transfers/list.html", frame_context(actor, "transfers") | context)


def _sentence(arrived: list[ArrivedTransfer], sent: list[SentTransfer]) -> str:
    waits = sum(row.state == ArrivedState.ARRIVED for row in arrived)
    leaves = sum(row.state in (SentState.WAITING, SentState.DELIVERED) for row in sent)
    if not waits and not leaves:
        return _("Nothing from another controller waits, and nothing is on its way to one.")
    first = ngettext(
        "%(count)d package from another controller waits for a decision.",
        "%(count)d packages from other controllers wait for a decision.",
        waits,
    ) % {"count": waits}  # fmt: skip
    second = ngettext(
        "%(count)d of ours is on its way, or undecided there.",
        "%(count)d of ours are on their way, or undecided there.",
        leaves,
    ) % {"count": leaves}  # fmt: skip
    return f"{first} {second}"


def sent_line(row: SentTransfer) -> dict[str, Any]:
    shape, words = SENT_STATES[row.state]
    return {"row": row, "shape": shape, "words": words, "why": say_why(row)}


def say_why(row: SentTransfer) -> str:
    """Why it waits, with until when it is tried again, or why it ended. "" where there is nothing to say."""
    why = TROUBLES[row.trouble]
    if row.state == SentState.WAITING and row.trouble and row.next_at:
        again = _("Tried again %(when)s, at the latest until %(until)s.")
        return f"{why} " + again % {"when": say_moment(row.next_at), "until": say_moment(row.until)}
    return why


def arrived_line(row: ArrivedTransfer) -> dict[str, Any]:
    shape, words = ARRIVED_STATES[row.state]
    return {"row": row, "shape": shape, "words": words, "why": GROUNDS[row.ground]}
