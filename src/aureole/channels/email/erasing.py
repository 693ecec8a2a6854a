"""The channel's part in an erasure: mail that waits, in either direction, and bytes that name the person."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

from aureole.channels.email.actions.settle_mail import settle_mail
from aureole.channels.email.models import InboundMail, InboundState, OutboundMail, OutboundState
from aureole.channels.email.outbox import forget
from aureole.channels.email.parse import legible_texts
from aureole.kernel.compiled import Compiled
from aureole.privacy import ports
from aureole.privacy.anonymising.ports import add_first_step
from aureole.privacy.erasure.redactor import Redactor
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.ports import Count, Redaction
from aureole.privacy.residue.matcher import Matcher
from aureole.vault.errors import CannotOpen
from aureole.vault.files import delete_files, read_file

_LARGEST = 20 * 1024 * 1024


class WaitingMail:
    """Mail that waits: to be sent to the person, or in quarantine and naming them."""

    name = "email.waiting"

    def count(self, subject: Subject) -> list[Count]:
        apart = sum(1 for _ in _quarantined_naming(subject, _waiting()))
        return [
            Count(
                place="email_inbound_mail.quarantine", count=apart, label="Mails set apart that name them",
                how="deleted",
            )
        ]  # fmt: skip

    def run(self, subject: Subject) -> list[Count]:
        waiting = _waiting()
        received = [mail_id for mail_id, state in waiting if state == InboundState.RECEIVED]
        for mail_id in received:  # it is somebody's: into its ticket before anything is judged
            settle_mail(mail_id)
        queued = forget(subject.person_id, sent_too=False)  # what was sent goes with the person's rows
        apart = list(_quarantined_naming(subject, _waiting() if received else waiting))
        if apart:
            files = [mail.file for mail in apart if mail.file is not None]
            InboundMail.objects.filter(pk__in=[mail.pk for mail in apart]).delete()
            delete_files(files)
        return [
            Count(place="email_outbound_mail", count=queued),
            Count(place="email_inbound_mail.quarantine", count=len(apart)),
        ]


def _waiting() -> list[tuple[uuid.UUID, str]]:
    """Mail that was not read yet, and mail set apart: few, whatever the size of the instance."""
    return [(mail_id, state) for mail_id, state in _not_accepted.rows()]


_not_accepted = Compiled[InboundMail](
    lambda: (
        InboundMail.objects.exclude(state=InboundState.ACCEPTED)
        .order_by("received_at")
        .values_list("pk", "state")
    )
)


def _quarantined_naming(subject: Subject, waiting: Sequence[tuple[uuid.UUID, str]]) -> Iterator[InboundMail]:
    matcher: Matcher | None = None  # costly to make, and mostly nothing waits
    apart = [mail_id for mail_id, state in waiting if state == InboundState.QUARANTINED]
    for mail_id in apart:
        mail = InboundMail.objects.select_related("file").filter(pk=mail_id, file__isnull=False).first()
        if mail is None or mail.file is None or mail.size > _LARGEST:
            continue
        matcher = matcher or Matcher(subject.sure.terms)
        if _names(read_file(mail.file), subject.redactor, matcher):
            yield mail


def _names(raw: bytes, redactor: Redactor, matcher: Matcher) -> bool:
    """Read as people read it, or in any encoding a search for what remained would find."""
    return redactor.mentions(*legible_texts(raw)) or bool(matcher.find(raw))


class QueuedBytes:
    """Mails to others, put together already and not sent: they are put together anew from the blacked-out words."""

    kind = "message"
    table = ""

    def redact(self, row_ids: Sequence[uuid.UUID], redactor: Redactor, *, dry: bool) -> list[Redaction]:
        rows = OutboundMail.objects.filter(message_id__in=row_ids, file__isnull=False).select_related("file")
        found = []
        matcher = Matcher(redactor.literals)
        for row in rows.defer("address"):
            if row.file is None or not _mentions_sealed(row, redactor, matcher):
                continue
            found.append(
                Redaction(place="email_outbound_mail.file", row_id=row.pk, person_id=row.person_id, spans=1)
            )
            if not dry:
                delete_files([row.file])
        return found


def _mentions_sealed(row: OutboundMail, redactor: Redactor, matcher: Matcher) -> bool:
    assert row.file is not None, "the query asks for rows with bytes"
    try:
        return _names(read_file(row.file), redactor, matcher)
    except CannotOpen:
        return row.state != OutboundState.SENT


def register() -> None:
    waiting = WaitingMail()
    ports.add_erasure_step(waiting)
    add_first_step(waiting)
    ports.add_mention_place(QueuedBytes())
