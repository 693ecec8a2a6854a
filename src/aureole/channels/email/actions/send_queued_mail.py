from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction

from aureole.channels.email.letter import write_letter
from aureole.channels.email.models import FailureReason, OutboundMail, OutboundState
from aureole.channels.email.not_sent import NotSent, Uncertain
from aureole.channels.email.outbox import defer_sending
from aureole.channels.email.outbox_state import settle_message
from aureole.channels.email.reply_address import reply_address
from aureole.channels.email.transport import transport
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import AureoleError, Away
from aureole.ledger.record import record
from aureole.people.children import waits_for_guardian
from aureole.people.models import PersonStatus
from aureole.privacy.consent.sending import may_send
from aureole.privacy.informing.owing import note_told, owed_to
from aureole.privacy.informing.words import paragraphs
from aureole.privacy.models import Settled
from aureole.vault import blind_index
from aureole.vault.files import delete_files, read_file, seal_file
from aureole.vault.unlock import unlock

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 14
_LONGEST_WAIT = 4 * 3600


def send_queued_mail(outbound_id: uuid.UUID) -> OutboundState | None:
    """Send one mail of the outbox; None when it is gone or somebody else's turn.

    The attempt is committed before the mail server is spoken to. So a crash in between is seen: the mail is then
    marked as uncertain and waits for a person, because sending twice is worse than asking.
    """
    claimed = _claim(outbound_id)
    if claimed is None:
        return None
    outbound, content = claimed
    sender = transport()
    if sender is None:
        return _settle(outbound_id, OutboundState.NOT_CONFIGURED, "")
    try:
        sender.send(sender=_return_address(outbound), recipient=str(outbound.address), content=content)
    except NotSent as trouble:
        if trouble.again and outbound.attempts < MAX_ATTEMPTS:
            return _wait(outbound_id, trouble.reason)
        return _settle(outbound_id, OutboundState.FAILED, trouble.reason)
    except Uncertain:
        return _settle(outbound_id, OutboundState.UNCERTAIN, FailureReason.INTERRUPTED)
    return _settle(outbound_id, OutboundState.SENT, "")


def _claim(outbound_id: uuid.UUID) -> tuple[OutboundMail, bytes] | None:
    """Mark the attempt and make the bytes if there are none yet; committed before anything is sent."""
    with transaction.atomic():
        outbound = _locked(outbound_id)
        if outbound is None or outbound.state not in (OutboundState.QUEUED, OutboundState.SENDING):
            return None
        if outbound.state == OutboundState.SENDING:
            _found_sending(outbound)
            return None
        if outbound.person.status == PersonStatus.ERASING:
            return None  # the erasure takes it away
        if not _may_leave(outbound):
            _close(outbound, OutboundState.FAILED, FailureReason.STOPPED)
            return (
                None  # whoever answered sees it, and it does not leave by itself once a restriction is lifted
            )
        content = _final_bytes(outbound)
        if content is None:
            _close(outbound, OutboundState.FAILED, FailureReason.NOT_WRITTEN)
            return None
        outbound.state, outbound.attempts = OutboundState.SENDING, outbound.attempts + 1
        outbound.next_at = now() + LEASE
        outbound.save(update_fields=["state", "attempts", "next_at", "file", "informs"])
        return outbound, content


def _may_leave(outbound: OutboundMail) -> bool:
    """As things stand now: what was said, restricted or taken off the record since it was written counts."""
    person, purpose = outbound.person, outbound.purpose
    if person.status != PersonStatus.ACTIVE or not may_send(person.id, purpose):
        return False
    if waits_for_guardian(person, for_purpose=purpose):
        return False
    unlock([outbound])
    return blind_index.find(kind="email", value=str(outbound.address)) is not None


def _locked(outbound_id: uuid.UUID) -> OutboundMail | None:
    rows = OutboundMail.objects.select_for_update(of=("self",)).filter(pk=outbound_id)
    return rows.select_related("message__ticket__brand", "person", "file").first()


def _found_sending(outbound: OutboundMail) -> None:
    """An attempt that never ended: after its time it counts as interrupted."""
    if outbound.next_at is not None and outbound.next_at > now():
        defer_sending(outbound.id, after_seconds=int(LEASE.total_seconds()))
    else:
        _close(outbound, OutboundState.UNCERTAIN, FailureReason.INTERRUPTED)


def _final_bytes(outbound: OutboundMail) -> bytes | None:
    """The bytes of the first attempt, else made now and kept. None when they cannot be made."""
    if outbound.file is not None:
        return read_file(outbound.file)
    owed = owed_to(outbound.person_id)
    outbound.informs = owed.code
    try:
        content = write_letter(outbound, paragraphs(owed, outbound.person.language))
    except Away:
        raise  # the job is tried again
    except (ValueError, LookupError, AureoleError):
        return None
    outbound.file = seal_file(content, person_id=outbound.message.person_id)
    return content


def _wait(outbound_id: uuid.UUID, reason: FailureReason) -> OutboundState | None:
    with transaction.atomic():
        outbound = _locked(outbound_id)
        if outbound is None:
            return None
        wait = min(_LONGEST_WAIT, 15 * 2**outbound.attempts)
        outbound.state, outbound.reason = OutboundState.QUEUED, reason
        outbound.next_at = now() + timedelta(seconds=wait)
        outbound.save(update_fields=["state", "reason", "next_at"])
        defer_sending(outbound.id, after_seconds=wait)
        return OutboundState.QUEUED


def _settle(outbound_id: uuid.UUID, state: OutboundState, reason: str) -> OutboundState | None:
    with transaction.atomic():
        outbound = _locked(outbound_id)
        if outbound is None:
            return None
        _close(outbound, state, reason)
        return state


def _close(outbound: OutboundMail, state: OutboundState, reason: str) -> None:
    """Record how it ended. What the mail server has, we need not keep."""
    file = outbound.file if state == OutboundState.SENT else None
    outbound.state, outbound.reason, outbound.settled_at, outbound.next_at = state, reason, now(), None
    outbound.file = None if file is not None else outbound.file
    outbound.save(update_fields=["state", "reason", "settled_at", "next_at", "file"])
    if file is not None:
        delete_files([file])
    settle_message(outbound.message_id)
    if state == OutboundState.SENT and outbound.informs:
        note_told(
            outbound.person_id, how=Settled.MESSAGE, by=Actor.system(),
            source=outbound.informs in ("source", "both"), objection=outbound.informs in ("objection", "both"),
        )  # fmt: skip
    _record(outbound, state, reason)


def _record(outbound: OutboundMail, state: OutboundState, reason: str) -> None:
    system = Actor.system()
    if state == OutboundState.SENT:
        record("mail.sent", by=system, person=outbound.person_id, attempts=outbound.attempts)
    elif reason:
        record(
            "mail.not_sent", by=system, person=outbound.person_id, attempts=outbound.attempts, reason=reason
        )


def _return_address(outbound: OutboundMail) -> str:
    """Where delivery reports go: signed, so that nobody else's report is taken for one."""
    ticket = outbound.message.ticket
    return reply_address(number=ticket.number, ticket_id=ticket.id, person_id=outbound.person_id)
