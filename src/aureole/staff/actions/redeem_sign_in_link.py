from __future__ import annotations

from django.db import transaction

from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.ledger.record import record
from aureole.staff.actions.make_sign_in_link import link_digest
from aureole.staff.models import Agent, SignInLink


def redeem_sign_in_link(*, token: str) -> Agent:
    """The agent the link was made for; each link works once.

    Raises Refused alike for unknown, used and expired links.
    """
    with transaction.atomic():
        link = (
            SignInLink.objects.select_for_update()
            .filter(digest=link_digest(token), used_at=None, expires_at__gt=now(), agent__is_active=True)
            .select_related("agent")
            .first()
        )
        if link is None:
            raise Refused(
                "link_unusable",
                "This sign-in link was used already or has run out. Ask for a new one, or sign in with your password.",
            )
        link.used_at = now()
        link.save(update_fields=["used_at"])
        record("staff.signed_in", by=link.agent.actor, person=link.agent.person_id, how="link")
    return link.agent
