"""After a restore: who was signed out, or lost their account, does not come back in through an old session."""

from __future__ import annotations

from aureole.privacy import ports
from aureole.privacy.ports import Count
from aureole.staff.models import AgentSession, SignInLink


class SignInsAfterRestore:
    """Everybody signs in again; links that were sent no longer work."""

    name = "staff.after_restore"

    def run(self) -> list[Count]:
        sessions, _ = AgentSession.objects.all().delete()
        links, _ = SignInLink.objects.all().delete()
        return [Count(place="staff_session", count=sessions + links, label="Sign-ins ended")]


def register() -> None:
    ports.add_restore_step(SignInsAfterRestore())
