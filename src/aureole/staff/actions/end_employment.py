from __future__ import annotations

from datetime import date

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.ledger.record import record
from aureole.people.relationships import end_relationship
from aureole.privacy.rights.place import today
from aureole.staff.models import Agent, AgentSession, Role, SignInLink
from aureole.staff.permissions import require


def end_employment(*, agent: Agent, ended_on: date, by: Actor) -> Agent:
    """Close a staff account: nobody signs in with it any more, and retention counts from that day.

    Their answers stay in the conversations. Said again, it changes the day. Raises Refused for a day to come, for the
    only administrator, and for a person whose data is restricted or being erased.
    """
    require(by, "staff.manage")
    if ended_on > today():
        raise Refused(
            "day_to_come", "The day is still to come; say it when it is there. Nothing was changed."
        )
    with transaction.atomic():
        administrators = Agent.objects.select_for_update().filter(role=Role.ADMIN, is_active=True)
        if [one.pk for one in administrators.order_by("pk")] == [agent.pk]:
            raise Refused(
                "last_administrator",
                "This is the only administrator: nobody could manage the instance any more. Add another one first "
                "(`aureole agent add`). Nothing was changed.",
            )
        end_relationship(person=agent.person, ended_on=ended_on, by=by)
        agent.is_active = False
        agent.save(update_fields=["is_active"])
        # Not for their age: what opens an account that is closed must not stay. It names nobody, so no hold is on it.
        AgentSession.objects.filter(agent=agent).delete()
        SignInLink.objects.filter(agent=agent, used_at=None).delete()
        record("staff.employment_ended", by=by, person=agent.person_id)
    return agent
