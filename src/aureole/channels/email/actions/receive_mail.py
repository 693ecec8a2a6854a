from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from aureole.channels.email.actions.settle_mail import settle_mail
from aureole.channels.email.identities import mail_identity
from aureole.channels.email.models import InboundMail, InboundState
from aureole.kernel.clock import now
from aureole.kernel.ids import new_id
from aureole.vault.files import seal_file
from aureole.vault.intake import intake_subject


def receive_mail(*, raw: bytes, mailbox: str = "", live: bool = False) -> InboundMail:
    """Take one mail in: its bytes are sealed and committed, then read.

    Once the first commit is done the mail cannot be lost: whatever happens while it is read, it is there to be
    settled. Taking the same mail in again finishes what was interrupted, and else changes nothing.

    live  it arrives just now, so its own dates decide nothing

    Must not run inside a transaction: the first commit would be none.
    """
    address = mailbox or settings.AUREOLE_MAILBOX
    identity = mail_identity(raw, address)
    mail = keep_raw(raw, address, identity)
    if mail.state == InboundState.RECEIVED:
        mail = settle_mail(mail.id, raw=raw, live=live)
    return mail


def keep_raw(raw: bytes, mailbox: str, identity: bytes) -> InboundMail:
    """First transaction: the bytes are sealed and committed, nothing is read yet."""
    known = InboundMail.objects.filter(identity=identity).select_related("ticket").first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _insert(raw, mailbox, identity)
    except IntegrityError:  # another process took the same mail in at the same moment
        return InboundMail.objects.get(identity=identity)


def _insert(raw: bytes, mailbox: str, identity: bytes) -> InboundMail:
    moment: datetime = now()
    file = seal_file(raw, person_id=intake_subject())
    mail = InboundMail(
        id=new_id(), mailbox=mailbox[:320], identity=identity, size=len(raw), received_at=moment, file=file
    )
    mail.save(force_insert=True)
    return mail
