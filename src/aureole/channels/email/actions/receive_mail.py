from __future__ import annotations

from django.conf import settings
from django.db import connection, transaction

from aureole.channels.email.actions.settle_mail import settle
from aureole.channels.email.identities import mail_identity
from aureole.channels.email.models import InboundMail, InboundState
from aureole.kernel.clock import now
from aureole.kernel.ids import new_id
from aureole.vault.files import INLINE_BYTES, seal_file
from aureole.vault.intake import intake_subject

_INSERT = """
    INSERT INTO email_inbound_mail
        (id, mailbox, identity, state, reason, attempts, size, repeats_id, received_at, file_id)
    VALUES (%s, %s, %s, 'received', '', 0, %s, false, %s, %s)
    ON CONFLICT (identity) DO NOTHING
"""


def receive_mail(*, raw: bytes, mailbox: str = "", live: bool = False) -> InboundMail:
    """Take one mail in: its bytes are sealed and committed, then read.

    Once the first commit is done the mail cannot be lost: whatever happens while it is read, it is there to be
    settled. Taking the same mail in again finishes what was interrupted, and else changes nothing.

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
    with transaction.atomic():
        mail = InboundMail(id=new_id(), mailbox=mailbox, identity=identity, size=len(raw), received_at=now())
        mail.file = seal_file(raw, person_id=intake_subject())
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, (mail.id, mailbox, identity, mail.size, mail.received_at, mail.file_id))
            if cursor.rowcount:
                return mail
        transaction.set_rollback(True)
        return None
