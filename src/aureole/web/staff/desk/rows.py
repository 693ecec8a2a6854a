"""Rows of the desk's lists as the list component draws them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from aureole.desk.models import Channel
from aureole.desk.ticket_rows import TicketRow
from aureole.web.staff.desk.links import ticket_url
from aureole.web.staff.desk.words import CHANNELS
from aureole.web.ui.conversation import Row


def list_rows(rows: Sequence[TicketRow], *, queue: str, current: int | None = None) -> list[Row]:
    """One drawn row per ticket; `current` is the number of the ticket that stands open beside the list."""
    return [_row(row, queue, current) for row in rows]


def _row(row: TicketRow, queue: str, current: int | None) -> Row:
    return Row(
        href=ticket_url(row.number, queue),
        who=row.who,
        what=row.subject if row.subject is not None else _("Subject erased"),
        bit=row.excerpt,
        when=row.at,
        channel="email" if row.channel == Channel.EMAIL else "form",
        channel_words=str(CHANNELS.get(row.channel, row.channel)),
        lang=row.language,
        is_unread=row.waits_for_us,
        is_current=row.number == current,
        key=str(row.number),
    )
