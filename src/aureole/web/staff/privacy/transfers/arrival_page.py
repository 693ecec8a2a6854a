"""One package from another instance: whose, from whom, who here might be meant, and the decision."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aureole.ledger.record import record
from aureole.people.queries import shown_name
from aureole.privacy.models import ArrivedState, ArrivedTransfer
from aureole.privacy.transfer.arrivals import arrival_of, owners_of_arrival, said_of
from aureole.privacy.transfer.documents import read_offer
from aureole.staff.permissions import may, require
from aureole.web.actor import actor_of
from aureole.web.staff.people.finding import persons_by_id
from aureole.web.staff.people.record_page import note_reading
from aureole.web.staff.privacy.frame import frame_context
from aureole.web.staff.privacy.transfers.list_page import arrived_line
from aureole.web.staff.privacy.transfers.sayings import Told, restricted_there, say_told
from aureole.web.staff.privacy.who import agent_names


@require_safe
def show_arrival(request: HttpRequest, arrival_id: uuid.UUID) -> HttpResponse:
    """Opening one that waits is a reading of personal data: an entry of the log."""
    require(actor_of(request), "rights.read")
    return arrival_page(request, arrival_id)


def arrival_page(
    request: HttpRequest, arrival_id: uuid.UUID, refused: str = "", status: int = 200
) -> HttpResponse:
    actor, arrival = actor_of(request), arrival_of(arrival_id)
    said = said_of(arrival)
    owners = owners_of_arrival(arrival) if said else []
    people = persons_by_id([*owners, arrival.person_id])
    known = [people[owner] for owner in owners if owner in people]
    if said is not None:
        with transaction.atomic():
            record("transfer.read", by=actor)
        for person in known:
            note_reading(person, actor, fields=1)
    offer = read_offer(arrival.offer)
    notices = _notices(arrival)
    became = people.get(arrival.person_id) if arrival.person_id else None
    context = arrived_line(arrival) | {
        "arrival": arrival, "said": said, "known": known, "known_name": shown_name(known[0]) if known else "",
        "several": len(owners) > 1, "became": became, "became_name": shown_name(became) if became else "",
        "offer": offer, "records": offer.counts.get("records", 0), "files": offer.counts.get("files", 0),
        "notices": notices, "restricted_there": restricted_there(notices),
        "refused": refused, "may_decide": may(actor, "rights.handle") and arrival.state == ArrivedState.ARRIVED,
        "sentence": _sentence(arrival, said.name if said else ""),
    }  # fmt: skip
    page = "privacy/transfers/arrival.html"
    return render(request, page, frame_context(actor, "transfers") | context, status=status)


def _notices(arrival: ArrivedTransfer) -> list[Told]:
    """What the sender says it did since (GDPR Art. 19)."""
    rows = list(arrival.notices.defer("document", "answer", "closing").order_by("created_at"))
    for row in rows:
        row.arrival = arrival
    names = agent_names() if rows else {}
    return [say_told(row, names) for row in rows]


def _sentence(arrival: ArrivedTransfer, name: str) -> str:
    words = {
        ArrivedState.ARRIVING: _("A package from %(peer)s is arriving."),
        ArrivedState.ARRIVED: _("%(peer)s sends us %(name)s’s data. Take it in?"),
        ArrivedState.TAKEN_IN: _("What came from %(peer)s was taken in."),
        ArrivedState.REFUSED: _("What came from %(peer)s was not taken in, and is destroyed."),
    }[ArrivedState(arrival.state)]
    return words % {"peer": arrival.peer.name, "name": name or _("a person")}
