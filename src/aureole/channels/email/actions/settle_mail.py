from __future__ import annotations

import uuid

from django.db import DEFAULT_DB_ALIAS, DataError, IntegrityError, transaction

from aureole.channels.email.arrival import arrived_at
from aureole.channels.email.filing import SetApart, file_mail
from aureole.channels.email.models import InboundMail, InboundState, QuarantineReason
from aureole.channels.email.parse import parse
from aureole.channels.email.parsed import Unparseable
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Broken, Refused
from aureole.ledger.record import record
from aureole.vault.files import read_file
from aureole.vault.models import SealedFile
from aureole.vault.store import file_store

# What one mail may break on. Anything else (no connection, no disk) is not the mail's fault: it stays
# received, and is settled once the trouble is over.
_POISON = (
    Refused, Broken, DataError, IntegrityError,
    ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError,
)  # fmt: skip

_SETTLED = ["state", "reason", "attempts", "person", "ticket", "message", "repeats_id", "settled_at", "file"]


def settle_mail(mail_id: uuid.UUID, *, raw: bytes | None = None, live: bool = False) -> InboundMail:
    """Second transaction: read a received or quarantined mail and put it into its ticket, or set it apart.

    Safe to run twice and from two processes at once. When it is accepted, the raw bytes are deleted in the same
    transaction. Raises only what is not the mail's fault.
    """
    try:
        with transaction.atomic():
            mail = _locked(mail_id)
            if mail.state == InboundState.ACCEPTED or mail.file is None:
                return mail
            return _accept(mail, read_file(mail.file) if raw is None else raw, live)
    except Unparseable as refusal:
        return _set_apart(mail_id, refusal.reason_code)
    except SetApart as refusal:
        return _set_apart(mail_id, refusal.reason)
    except _POISON:
        return _set_apart(mail_id, QuarantineReason.NOT_STORED)


def _locked(mail_id: uuid.UUID) -> InboundMail:
    rows = InboundMail.objects.select_for_update(of=("self",)).select_related("file")
    return rows.get(pk=mail_id)


def _accept(mail: InboundMail, raw: bytes, live: bool) -> InboundMail:
    parsed = parse(raw)
    moment = now() if live else arrived_at(parsed, mail.received_at)
    filed = file_mail(parsed, moment)
    file: SealedFile | None = mail.file
    mail.state, mail.reason, mail.attempts = InboundState.ACCEPTED, "", mail.attempts + 1
    mail.person, mail.ticket, mail.message = filed.person, filed.message.ticket, filed.message
    mail.repeats_id, mail.settled_at, mail.file = filed.repeats_id, now(), None
    mail.save(update_fields=_SETTLED)
    mail.opened_ticket, mail.settled_just_now = filed.opened, True
    if file is not None:
        _discard(file)
    return mail


def _discard(file: SealedFile) -> None:
    """The raw bytes go at once. Only the mail itself ever referred to them, so nothing else is looked through."""
    stored = file.stored_as
    SealedFile.objects.filter(pk=file.pk)._raw_delete(using=DEFAULT_DB_ALIAS)
    if stored:
        transaction.on_commit(lambda: file_store().delete(stored))


def _set_apart(mail_id: uuid.UUID, reason: str) -> InboundMail:
    with transaction.atomic():
        mail = _locked(mail_id)
        if mail.state == InboundState.ACCEPTED:
            return mail
        mail.state, mail.reason = InboundState.QUARANTINED, reason
        mail.attempts, mail.settled_at = mail.attempts + 1, now()
        mail.settled_just_now = True
        mail.save(update_fields=["state", "reason", "attempts", "settled_at"])
        record("mail.quarantined", by=Actor.system(), reason=reason)
    return mail
