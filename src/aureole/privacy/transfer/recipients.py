"""Other controllers that got a person's package, or are about to, by name (GDPR Art. 15(1)(c), CJEU C-154/21)."""

from __future__ import annotations

import uuid

from django.db.models import Q

from aureole.privacy.export import ports
from aureole.privacy.export.ports import Receiver
from aureole.privacy.models import NoticeEvent, SentNotice, SentState, SentTransfer

_ASKED = "as a request in your name asked (Art. 20(2))"
_DUTY = "as everybody has to be told who got your data (Art. 19)"
_UNCONFIRMED = f"{_DUTY}; they have not confirmed it yet"
_WHOLE = "a package of your data, delivered on {day}"
WORDS = {
    "transfer": (_WHOLE, _ASKED),
    "transfer_waiting": ("a package of your data, on its way since {day}", _ASKED),
    "transfer_refused": (_WHOLE, f"{_ASKED}; it was not taken in there"),
    "transfer_withdrawn": (_WHOLE, f"{_ASKED}; we took it back before it was decided there"),
    "transfer_unproven": (
        "a package of your data or a part of it, from {day} on", f"{_ASKED}; we have no receipt of its arrival",
    ),
    "told_correct": ("word on {day} that your data was corrected here", _DUTY),
    "told_restrict": ("word on {day} that your data is restricted here", _DUTY),
    "told_lift": ("word on {day} that the restriction of your data was lifted here", _DUTY),
    "telling_correct": ("word since {day} that your data was corrected here", _UNCONFIRMED),
    "telling_restrict": ("word since {day} that your data is restricted here", _UNCONFIRMED),
    "telling_lift": (
        "word since {day} that the restriction of your data was lifted here", _UNCONFIRMED,
    ),
}  # fmt: skip
"""What each got and why, by kind; letters in other languages have both under the same kind."""
_COLUMNS = ("state", "sent_pieces", "created_at", "delivered_at", "closed_at", "person_id", "peer__name")


def controllers(person_id: uuid.UUID) -> list[Receiver]:
    """One for each transfer of which anything left, or still waits to leave; in their order. Two statements."""
    left = Q(state__in=[SentState.WAITING, SentState.REFUSED]) | Q(delivered_at__isnull=False)
    rows = SentTransfer.objects.filter(left | Q(sent_pieces__gt=0), person_id=person_id)
    found = rows.select_related("peer").only(*_COLUMNS).order_by("created_at", "id")
    return [*(_receiver(sent) for sent in found), *_told(person_id)]


def _told(person_id: uuid.UUID) -> list[Receiver]:
    """Whom we told of a change since, each time (Art. 19, last sentence)."""
    rows = SentNotice.objects.filter(sent__person_id=person_id).exclude(trouble="nothing_held")
    rows = rows.exclude(event=NoticeEvent.ERASE).select_related("sent__peer").order_by("created_at", "id")
    found = []
    for notice in rows.only("event", "created_at", "answered_at", "sent__peer__name"):
        kind = f"{'told' if notice.answered_at else 'telling'}_{notice.event}"
        gets, why = WORDS[kind]
        at = notice.answered_at or notice.created_at
        found.append(Receiver(kind=kind, name=notice.sent.peer.name, gets=gets, why=why, at=at))
    return found


def _receiver(sent: SentTransfer) -> Receiver:
    kind = _kind(sent)
    gets, why = WORDS[kind]
    whole = sent.delivered_at or (sent.closed_at if kind == "transfer_refused" else None)
    return Receiver(kind=kind, name=sent.peer.name, gets=gets, why=why, at=whole or sent.created_at)


def _kind(sent: SentTransfer) -> str:
    """A refusal says that all of it was there, also where the receipt of the delivery never came."""
    if sent.state == SentState.WAITING:
        return "transfer_waiting"
    if sent.state == SentState.REFUSED:
        return "transfer_refused"
    if sent.delivered_at is None:
        return "transfer_unproven"
    return "transfer_withdrawn" if sent.state == SentState.WITHDRAWN else "transfer"


def register() -> None:
    ports.add_receivers_of(controllers)
