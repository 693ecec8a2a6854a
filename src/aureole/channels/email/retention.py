"""Mail goes with the ticket it is in; mail that waits shows that its sender is still needed."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import RawSQL

from aureole.channels.email.models import InboundMail, InboundState, MessageIdentity, OutboundMail
from aureole.desk.ticket_parts import add_part
from aureole.privacy.retention import ports
from aureole.privacy.retention.ports import Going, Sign
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


def register() -> None:
    add_part(_inbound, _outbound, _identities, _files)
    ports.add_sign(Sign(rows=_unsettled, person="person_id"))
