"""Plain mails of the program itself, outside any ticket: to officers and operators."""

from __future__ import annotations

import uuid
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime

from django.conf import settings

from aureole.channels.email.mime.words import clean_line
from aureole.channels.email.not_sent import NotSent, Uncertain
from aureole.channels.email.outbox import new_message_id
from aureole.channels.email.transport import transport
from aureole.people.models import Identifier
from aureole.privacy.rights.ports import NeverTaken
from aureole.vault.unlock import unlock


def send_notice(recipient: str, subject: str, text: str) -> None:
    """Send now.

    Raises NeverTaken when the server refused it for good, else OSError when it surely or perhaps did not leave: whoever
    asked tries again later.
    """
    carrier = transport()
    if carrier is None:
        raise OSError("no mail server is configured")
    notice = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    notice["From"] = settings.AUREOLE_MAILBOX
    notice["To"] = recipient
    notice["Subject"] = clean_line(subject)
    notice["Date"] = format_datetime(localtime())
    notice["Message-ID"] = f"<{new_message_id()}>"
    notice["Auto-Submitted"] = "auto-generated"
    notice.set_content(text, cte="8bit" if text.isascii() else "quoted-printable")
    try:
        carrier.send(sender=settings.AUREOLE_MAILBOX, recipient=recipient, content=notice.as_bytes())
    except (NotSent, Uncertain) as trouble:
        if isinstance(trouble, NotSent) and not trouble.again:
            raise NeverTaken("the mail server will not take it") from trouble
        raise OSError("the notice did not leave") from trouble


class MailCourier:
    """Letters of the rights desk, by mail."""

    def can_send(self) -> bool:
        return transport() is not None

    def send(self, *, identifier_id: uuid.UUID, heading: str, text: str) -> None:
        identifier = next(iter(unlock(Identifier.objects.filter(pk=identifier_id))), None)
        if identifier is not None:  # gone with its person: nobody is left to tell
            send_notice(str(identifier.value), heading, text)
