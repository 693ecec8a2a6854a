"""What becomes of mail that was kept apart once nothing stands against its sender any more."""

from __future__ import annotations

import uuid

from aureole.channels.email.actions.settle_mail import settle_mail
from aureole.channels.email.models import (
    InboundMail,
    InboundState,
    OutboundMail,
    OutboundState,
    QuarantineReason,
)
from aureole.channels.email.outbox import defer_sending
from aureole.kernel.events import reacts_to
from aureole.people.events import PersonReleased
from aureole.privacy.erasure.events import ErasureCalledOff
from aureole.privacy.rights.matters import Matter, add_matters
from aureole.privacy.rights.place import day_of
from aureole.privacy.suppression.events import SuppressionLifted


def take_in(event: PersonReleased) -> None:
    """Whose mail it is, its bytes alone tell: each is tried, and that of others who are frozen stays apart."""
    for mail_id in _of_frozen():
        settle_mail(mail_id)


def _of_frozen() -> list[uuid.UUID]:
    apart = InboundMail.objects.filter(
        state=InboundState.QUARANTINED, reason=QuarantineReason.SENDER_FROZEN
    ).order_by("received_at", "id")
    return list(apart.values_list("pk", flat=True))


def go_on_after_all(event: ErasureCalledOff) -> None:
    """Nothing of them was erased: mail of theirs that was kept apart is taken in, what waited to leave leaves."""
    for mail_id in _of_frozen():
        settle_mail(mail_id)
    waiting = OutboundMail.objects.filter(person_id=event.person_id, state=OutboundState.QUEUED)
    for outbound_id in waiting.values_list("pk", flat=True):
        defer_sending(outbound_id)


def take_in_whom_nothing_keeps_away(event: SuppressionLifted) -> None:
    """The same for mail of erased persons: that of others on the list stays apart."""
    apart = InboundMail.objects.filter(
        state=InboundState.QUARANTINED, reason=QuarantineReason.SENDER_ERASED
    ).order_by("received_at", "id")
    for mail_id in apart.values_list("pk", flat=True):
        settle_mail(mail_id)


def mails_kept_apart() -> list[Matter]:
    """One line for the officer, while mail waits for a decision on whether its sender may come back."""
    apart = InboundMail.objects.filter(
        state=InboundState.QUARANTINED, reason=QuarantineReason.SENDER_ERASED
    ).order_by("received_at")
    first = apart.values_list("received_at", flat=True).first()
    if first is None:
        return []
    count = apart.count()
    words = "mail of an erased person who had objected waits" if count == 1 else (
        f"{count} mails of erased persons who had objected wait"
    )  # fmt: skip
    return [Matter(kind="kept_away", person_id=None, since=day_of(first), words=words)]


def register() -> None:
    reacts_to(PersonReleased)(take_in)
    reacts_to(ErasureCalledOff)(go_on_after_all)
    reacts_to(SuppressionLifted)(take_in_whom_nothing_keeps_away)
    add_matters(mails_kept_apart)
