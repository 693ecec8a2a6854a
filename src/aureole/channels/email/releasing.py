"""What became of mail that was kept apart once its sender's restriction is lifted."""

from __future__ import annotations

from aureole.channels.email.actions.settle_mail import settle_mail
from aureole.channels.email.models import InboundMail, InboundState, QuarantineReason
from aureole.kernel.events import reacts_to
from aureole.people.events import PersonReleased


def take_in(event: PersonReleased) -> None:
    """Whose mail it is, its bytes alone tell: each is tried, and that of others who are frozen stays apart."""
    apart = InboundMail.objects.filter(
        state=InboundState.QUARANTINED, reason=QuarantineReason.SENDER_FROZEN
    ).order_by("received_at", "id")
    for mail_id in apart.values_list("pk", flat=True):
        settle_mail(mail_id)


def register() -> None:
    reacts_to(PersonReleased)(take_in)
