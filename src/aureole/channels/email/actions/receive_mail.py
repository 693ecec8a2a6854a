from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection

from aureole.channels.email.actions.settle_mail import settle
from aureole.channels.email.identities import mail_identity
from aureole.channels.email.models import InboundMail, InboundState
from aureole.kernel.clock import now
from aureole.kernel.ids import new_id
from aureole.kernel.inserting import insertion, values_of
from aureole.vault.files import INLINE_BYTES, sealed_unsaved
from aureole.vault.intake import intake_subject
from aureole.vault.models import SealedFile

_HEAD, _PLACES = insertion(SealedFile)
# In one way to the server and without waiting for the disk: the commit that files the mail, or sets it apart,
# waits, and carries this one with it (both are in one log, in this order).
_KEEP = f"""
    SET LOCAL synchronous_commit = off;
    WITH fresh AS (
        INSERT INTO email_inbound_mail
            (id, mailbox, identity, state, reason, attempts, size, repeats_id, received_at, file_id)
        VALUES (%s, %s, %s, 'received', '', 0, %s, false, %s, %s)
        ON CONFLICT (identity) DO NOTHING RETURNING id
    )
    {_HEAD} SELECT {_PLACES} WHERE EXISTS (SELECT FROM fresh)
"""


def receive_mail(*, raw: bytes, mailbox: str = "", live: bool = False) -> InboundMail:
    """Take one mail in: its bytes are sealed and committed, then read.

    When this returns, the mail is on the disk, in a ticket or set apart. Once the first commit is done nothing that
    happens to this process while the mail is read can lose it: it is there to be settled. Taking the same mail in
    again finishes what was interrupted, and else changes nothing (docs/decisions/0022).

    live  it arrives just now, so its own dates decide nothing

    Must not run inside a transaction: the first commit would be none.
    """
    address = (mailbox or settings.AUREOLE_MAILBOX)[:320]
    identity = mail_identity(raw, address)
    # Large ones are looked up first: their bytes go to the file store before the row that would refuse them.
    mail = _known(identity) if len(raw) > INLINE_BYTES else None
    mail = mail or _keep(raw, address, identity) or _known(identity)
    assert mail is not None, "the row that stood in the way of ours is there"
    return settle(mail, raw, live=live) if mail.state == InboundState.RECEIVED else mail


def _known(identity: bytes) -> InboundMail | None:
    return InboundMail.objects.filter(identity=identity).select_related("ticket", "file").first()


def _keep(raw: bytes, mailbox: str, identity: bytes) -> InboundMail | None:
    """First transaction: the bytes are sealed and committed, nothing is read yet. None when they are here already."""
    mail = InboundMail(id=new_id(), mailbox=mailbox, identity=identity, size=len(raw), received_at=now())
    file = sealed_unsaved(raw, person_id=intake_subject())
    row: list[Any] = [mail.id, mailbox, identity, mail.size, mail.received_at, file.id]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [*row, *values_of(file)])
        cursor.nextset()
        if not cursor.rowcount:
            return None
    mail.file, mail._state.adding = file, False
    return mail
