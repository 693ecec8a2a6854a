"""After a restore: nothing is sent twice, and mail that nobody can open any more does not wait to be read."""

from __future__ import annotations

from aureole.channels.email.models import (
    FailureReason,
    InboundMail,
    InboundState,
    OutboundMail,
    OutboundState,
)
from aureole.channels.email.outbox_state import settle_message
from aureole.privacy import ports
from aureole.privacy.ports import Count
from aureole.vault.files import delete_files, sha256

_WAITING = (OutboundState.QUEUED, OutboundState.SENDING)
_UNREAD = (InboundState.RECEIVED, InboundState.QUARANTINED)


class MailAfterRestore:
    """Answers that waited when the backup was made may have left since. An agent decides about sending again."""

    name = "email.after_restore"

    def run(self) -> list[Count]:
        return [
            Count(
                place="email_outbound_mail",
                count=_stop_waiting(),
                label="Answers that may have been sent since",
            ),
            Count(place="email_inbound_mail", count=_drop_unreadable(), label="Mails whose key is destroyed"),
        ]


def _stop_waiting() -> int:
    waiting = OutboundMail.objects.filter(state__in=_WAITING)
    messages = set(waiting.values_list("message_id", flat=True))
    stopped = waiting.update(state=OutboundState.UNCERTAIN, reason=FailureReason.INTERRUPTED)
    for message_id in messages:
        settle_message(message_id)
    return stopped


def _drop_unreadable() -> int:
    """Raw mail of a day whose intake key was destroyed since: it had been read, into tickets that are lost now."""
    unread = InboundMail.objects.filter(state__in=_UNREAD, file__isnull=False).select_related("file")
    gone = [
        mail
        for mail in unread.iterator(chunk_size=100)
        if mail.file is not None and sha256(mail.file) is None
    ]
    InboundMail.objects.filter(pk__in=[mail.pk for mail in gone]).delete()
    delete_files(mail.file for mail in gone if mail.file is not None)
    return len(gone)


def register() -> None:
    ports.add_restore_step(MailAfterRestore())
