"""Reads of what waits: mails set apart, answers that did not leave."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.db.models import QuerySet

from aureole.channels.email.models import (
    InboundMail,
    InboundState,
    OutboundMail,
    OutboundState,
    QuarantineReason,
)
from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound
from aureole.ledger.record import record
from aureole.staff.permissions import require
from aureole.vault.files import read_file

STUCK = (OutboundState.FAILED, OutboundState.UNCERTAIN, OutboundState.NOT_CONFIGURED)


def waiting() -> QuerySet[InboundMail]:
    """Everything that was received and is in no ticket, the oldest first."""
    return InboundMail.objects.exclude(state=InboundState.ACCEPTED).order_by("received_at", "id")


def open_quarantined(*, mail_id: uuid.UUID, by: Actor) -> tuple[InboundMail, bytes]:
    """The mail and its raw bytes. Raises NotFound. The look is recorded.

    Mail of somebody restricted, being erased, or erased and kept away is for officers only.
    """
    require(by, "mail.quarantine")
    with transaction.atomic():
        row = waiting().filter(pk=mail_id).select_related("file").first()
        if row is None or row.file is None:
            raise NotFound("mail_not_found", "There is no such mail in quarantine.")
        if row.reason in (QuarantineReason.SENDER_FROZEN, QuarantineReason.SENDER_ERASED):
            require(by, "people.restricted")
        record("mail.quarantine_read", by=by, bytes=row.size)
        return row, read_file(row.file)


def stuck_in_outbox() -> list[uuid.UUID]:
    """Answers that will not leave by themselves."""
    return list(
        OutboundMail.objects.filter(state__in=STUCK).order_by("created_at").values_list("pk", flat=True)
    )
