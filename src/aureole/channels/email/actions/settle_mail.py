from __future__ import annotations

import uuid
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.db.models import F, QuerySet

from aureole.channels.email.arrival import arrived_at
from aureole.channels.email.filing import SetApart, file_mail
from aureole.channels.email.models import InboundMail, InboundState, QuarantineReason
from aureole.channels.email.parse import parse
from aureole.channels.email.parsed import Unparseable
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Away, Broken, Refused
from aureole.kernel.trips import one_trip, send
from aureole.ledger import record as ledger
from aureole.search import index as search_index
from aureole.vault.files import read_file
from aureole.vault.models import SealedFile
from aureole.vault.store import file_store

# What one mail may break on. Anything else (no connection, no disk, no keys just now) is not the mail's fault: it
# stays received, and is settled once the trouble is over.
_POISON = (
    Refused, Broken, DataError, IntegrityError,
    ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError,
)  # fmt: skip


_ACCEPT = """
    WITH accepted AS (
        UPDATE email_inbound_mail
        SET state = 'accepted', reason = '', repeats_id = %s, attempts = attempts + 1, person_id = %s,
            ticket_id = %s, message_id = %s, settled_at = %s, file_id = NULL
        WHERE id = %s AND state <> 'accepted'
        RETURNING id
    ), gone AS (DELETE FROM vault_sealed_file WHERE id = %s)
    SELECT count(*) FROM accepted
"""


class _SettledMeanwhile(Exception):
    """Another process was faster, or the mail is gone; what was done here is rolled back."""


def settle_mail(mail_id: uuid.UUID) -> InboundMail | None:
    """Second transaction: read a received or quarantined mail and put it into its ticket, or set it apart.

    Safe to run twice and from two processes at once: the one whose last statement comes second is rolled back.
    When the mail is accepted, its raw bytes are deleted in the same transaction.
    None when it is gone: an erasure set it apart and took it with the person whom it names.
    Raises only what is not the mail's fault.
    """
    mail = InboundMail.objects.select_related("file", "ticket").filter(pk=mail_id).first()
    if mail is None or mail.state == InboundState.ACCEPTED or mail.file is None:
        return mail
    return settle(mail, read_file(mail.file), live=False)


def settle(mail: InboundMail, raw: bytes, *, live: bool) -> InboundMail:
    """The same for a mail whose bytes are at hand. One that is gone is given back as it was when that happened."""
    try:
        return _accept_for_sure(mail, raw, live)
    except _SettledMeanwhile:
        return _as_it_stands(mail)
    except Unparseable as refusal:
        return _set_apart(mail, refusal.reason_code)
    except SetApart as refusal:
        return _set_apart(mail, refusal.reason)
    except Away:
        raise
    except _POISON:
        return _set_apart(mail, QuarantineReason.NOT_STORED)


def _accept_for_sure(mail: InboundMail, raw: bytes, live: bool) -> InboundMail:
    """A second time when a record ended meanwhile that this one was written for: its sender was merged."""
    try:
        with transaction.atomic():
            return _accept(mail, raw, live)
    except IntegrityError:
        with transaction.atomic():
            return _accept(mail, raw, live)


def _accept(mail: InboundMail, raw: bytes, live: bool) -> InboundMail:
    parsed = parse(raw)
    moment = now() if live else arrived_at(parsed, mail.received_at)
    file: SealedFile | None = mail.file
    with one_trip():
        with search_index.gathered(), ledger.gathered():
            filed = file_mail(parsed, moment)
        mail.state, mail.reason, mail.repeats_id = InboundState.ACCEPTED, "", filed.repeats_id
        mail.person, mail.ticket, mail.message = filed.person, filed.message.ticket, filed.message
        mail.settled_at, mail.file = now(), None
        _note_accepted(mail, file)
    mail.opened_ticket, mail.settled_just_now, mail.attempts = filed.opened, True, mail.attempts + 1
    return mail


def _unsettled(mail: InboundMail) -> QuerySet[InboundMail]:
    return InboundMail.objects.filter(pk=mail.pk).exclude(state=InboundState.ACCEPTED)


def _note_accepted(mail: InboundMail, file: SealedFile | None) -> None:
    """The raw bytes go with it. Only the mail itself ever referred to them, so nothing else is looked through."""
    send(
        _ACCEPT,
        [mail.repeats_id, mail.person_id, mail.ticket_id, mail.message_id, mail.settled_at, mail.pk,
         file.pk if file else None],
        _only_once,
    )  # fmt: skip
    stored = file.stored_as if file else None
    if stored:
        transaction.on_commit(lambda: file_store().delete(stored))


def _only_once(cursor: Any) -> None:
    if not cursor.fetchone()[0]:
        raise _SettledMeanwhile


def _set_apart(mail: InboundMail, reason: str) -> InboundMail:
    with transaction.atomic():
        changed = _unsettled(mail).update(
            state=InboundState.QUARANTINED, reason=reason, attempts=F("attempts") + 1, settled_at=now()
        )
        if changed:
            ledger.record("mail.quarantined", by=Actor.system(), reason=reason)
    fresh = _as_it_stands(mail)
    fresh.settled_just_now = bool(changed)
    return fresh


def _as_it_stands(mail: InboundMail) -> InboundMail:
    """What another process made of it. Where its row is gone, an erasure did both: it read the mail, whose sender was
    frozen by then, and deleted it as one set apart that names the person. It was taken in, and is counted there."""
    return InboundMail.objects.select_related("ticket").filter(pk=mail.pk).first() or InboundMail(
        id=mail.pk, mailbox=mail.mailbox, identity=mail.identity, size=mail.size, received_at=mail.received_at,
        state=InboundState.QUARANTINED, reason=QuarantineReason.SENDER_FROZEN,
    )  # fmt: skip
