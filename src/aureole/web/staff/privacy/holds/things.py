"""What a hold covers, as a reader of the desk would call it, and where that can be seen."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from aureole.desk.models import Attachment, Message, Ticket
from aureole.privacy.declare import declarations
from aureole.privacy.models import Hold


@dataclass(frozen=True, kw_only=True, slots=True)
class Thing:
    """`href` is empty where no page shows the row by itself."""

    words: str
    href: str = ""


def things_of(holds: Sequence[Hold]) -> dict[uuid.UUID, Thing]:
    """By hold. Three queries, however many."""
    numbers = {
        "desk_ticket": dict(Ticket.objects.filter(pk__in=_rows(holds, "desk_ticket")).values_list("pk", "number")),
        "desk_message": dict(
            Message.objects.filter(pk__in=_rows(holds, "desk_message")).values_list("pk", "ticket__number")
        ),
        "desk_attachment": dict(
            Attachment.objects.filter(pk__in=_rows(holds, "desk_attachment")).values_list(
                "pk", "message__ticket__number"
            )
        ),
    }  # fmt: skip
    return {hold.id: _thing(hold, numbers.get(hold.table, {}).get(hold.row_id or hold.id)) for hold in holds}


def _rows(holds: Sequence[Hold], table: str) -> list[uuid.UUID]:
    return [hold.row_id for hold in holds if hold.table == table and hold.row_id is not None]


def _thing(hold: Hold, number: int | None) -> Thing:
    if not hold.table:
        return Thing(words=_("everything of theirs"))
    if number is None:
        label = next((d.label for d in declarations() if d.table == hold.table), hold.table)
        return Thing(words=label)
    words = {
        "desk_ticket": _("ticket %(number)d"),
        "desk_message": _("a message of ticket %(number)d"),
        "desk_attachment": _("a file of ticket %(number)d"),
    }[hold.table]
    return Thing(words=words % {"number": number}, href=reverse("desk:ticket", args=[number]))
