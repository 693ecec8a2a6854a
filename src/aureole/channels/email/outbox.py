"""The outbox: fills the desk's delivery port. What is queued commits with the answer, or not at all."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet

from aureole.channels.email.models import FailureReason, OutboundMail, OutboundState
from aureole.channels.email.outbox_state import settle_message
from aureole.channels.email.threading import remember
from aureole.desk.models import DeliveryState, Message
from aureole.kernel.clock import now
from aureole.kernel.compiled import Compiled
from aureole.kernel.jobs import store_job
from aureole.vault import blind_index
from aureole.vault.files import delete_files


class EmailDelivery:
    """One mail per recipient, each with a reply address of their own."""

    def queue(self, message: Message, recipients: Sequence[str], purpose: str) -> DeliveryState:
        remember(new_message_id(), message=message.id, person_id=message.person_id)
        configured = settings.AUREOLE_EMAIL is not None
        state = OutboundState.QUEUED if configured else OutboundState.NOT_CONFIGURED
        rows = OutboundMail.objects.bulk_create(_rows(message, recipients, state, purpose))
        if not configured:
            return DeliveryState.NOT_CONFIGURED
        for row in rows:
            defer_sending(row.id)
        return DeliveryState.QUEUED

    def stop(self, person_id: uuid.UUID, purpose: str | None) -> int:
        """What waits for this purpose does not leave any more; whoever wrote it sees that it was stopped."""
        unsent = (OutboundState.QUEUED, OutboundState.NOT_CONFIGURED)
        rows = OutboundMail.objects.select_for_update(of=("self",)).filter(
            person_id=person_id, state__in=unsent
        )
        rows = rows if purpose is None else rows.filter(purpose=purpose)
        stopped = list(rows.values_list("pk", "message_id"))
        OutboundMail.objects.filter(pk__in=[pk for pk, _ in stopped]).update(
            state=OutboundState.FAILED, reason=FailureReason.STOPPED, settled_at=now(), next_at=None
        )
        for message_id in {message_id for _, message_id in stopped}:
            settle_message(message_id)
        return len(stopped)

    def forget_person(self, person_id: uuid.UUID) -> None:
        forget(person_id)


def _rows(
    message: Message, recipients: Sequence[str], state: OutboundState, purpose: str
) -> list[OutboundMail]:
    addresses = list(dict.fromkeys(recipients))
    owners = blind_index.find_many("email", addresses)
    return [
        OutboundMail(
            message=message, person_id=owners.get(address, message.person_id), address=address,
            state=state, purpose=purpose, next_at=now(), created_at=now(),
        )
        for address in addresses
    ]  # fmt: skip


def new_message_id() -> str:
    """Without brackets; nobody can guess it, and it tells nothing."""
    return f"{secrets.token_hex(20)}@{settings.AUREOLE_MAIL_DOMAIN}"


def defer_sending(outbound_id: uuid.UUID, *, after_seconds: int = 0) -> None:
    """Store the job in the caller's transaction. It carries the id only."""
    store_job("email.send_mail", outbound_id=outbound_id, after=timedelta(seconds=after_seconds))


def _mails_to(sent_too: bool, person_id: uuid.UUID) -> QuerySet[OutboundMail]:
    rows = OutboundMail.objects.filter(person_id=person_id).select_related("file").defer("address")
    return rows if sent_too else rows.exclude(state=OutboundState.SENT)


_to_person = Compiled[OutboundMail](_mails_to)


def forget(person_id: uuid.UUID, *, sent_too: bool = True) -> int:
    """Stop what waits to be sent to this person, and take away the bytes. Returns how many mails."""
    rows = _to_person.objects(sent_too, person_id=person_id)
    if not rows:
        return 0
    delete_files(row.file for row in rows if row.file is not None)
    return OutboundMail.objects.filter(pk__in=[row.pk for row in rows]).delete()[0]
