"""Mail goes with the ticket it is in; mail that waits shows that its sender is still needed; mail that was set apart
and that nobody took in runs out by itself.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import RawSQL

from aureole.channels.email.models import (
    InboundMail,
    InboundState,
    MessageIdentity,
    OutboundMail,
    QuarantineReason,
)
from aureole.desk.ticket_parts import add_part
from aureole.privacy.retention import ports
from aureole.privacy.retention.ports import Batch, Going, Line, Note, Sign, When
from aureole.vault.files import delete_files
from aureole.vault.models import SealedFile


def _inbound(ids: RawSQL) -> QuerySet[Model]:
    return InboundMail._base_manager.filter(Q(ticket_id__in=ids) | Q(message__ticket_id__in=ids))


def _outbound(ids: RawSQL) -> QuerySet[Model]:
    return OutboundMail._base_manager.filter(message__ticket_id__in=ids)


def _identities(ids: RawSQL) -> QuerySet[Model]:
    return MessageIdentity._base_manager.filter(message__ticket_id__in=ids)


def _files(ids: RawSQL) -> QuerySet[Model]:
    """Bytes of mail that waits to be sent or read."""
    waiting = Q(pk__in=_inbound(ids).filter(file__isnull=False).values("file_id"))
    return SealedFile._base_manager.filter(
        waiting | Q(pk__in=_outbound(ids).filter(file__isnull=False).values("file_id"))
    )


def _unsettled(going: Going) -> QuerySet[Any]:
    return InboundMail.objects.exclude(state=InboundState.ACCEPTED)


CLASS = "set_apart"
_TABLE = InboundMail._meta.db_table


class MailSetApart:
    """Mail in quarantine. Whose it is nobody has read, so no hold names it; that of somebody whose data is restricted
    is kept (GDPR Art. 18), and mail that was never read yet is nobody's to judge."""

    name = "email.set_apart"
    classes: Sequence[str] = (CLASS,)

    def look(self, when: When, going: Going) -> list[Line]:
        over, kept = _run_out(when), _run_out(when, restricted=True)
        return [Line(class_key=CLASS, table=_TABLE, erase=over.count(), held=kept.count())]

    def batch(self, when: When, *, after: uuid.UUID | None, room: int, note: Note) -> Batch:
        with transaction.atomic():
            rows = _run_out(when).filter(pk__gt=after) if after else _run_out(when)
            mails = list(rows.select_for_update(of=("self",)).select_related("file").order_by("pk")[:room])
            files = delete_files(mail.file for mail in mails if mail.file is not None)
            gone = InboundMail.objects.filter(pk__in=[mail.pk for mail in mails]).delete()[0]
            note(Counter({_TABLE: gone, SealedFile._meta.db_table: files}))
        return Batch(after=mails[-1].pk if mails else None, taken=len(mails))


def _run_out(when: When, *, restricted: bool = False) -> QuerySet[InboundMail]:
    before = when.is_over_before(CLASS)
    rows = InboundMail.objects.filter(state=InboundState.QUARANTINED, received_at__lt=before)
    frozen = Q(reason=QuarantineReason.SENDER_FROZEN)
    return rows.filter(frozen) if restricted else rows.exclude(frozen)


def register() -> None:
    ports.add_unit(MailSetApart())
    add_part(_inbound, _outbound, _identities, _files)
    ports.add_sign(Sign(rows=_unsettled, person="person_id"))
