from __future__ import annotations

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.ledger.record import record
from aureole.people.actions.recognise_person import recognise_person
from aureole.privacy.informing.owing import leave_out_staff
from aureole.staff.models import Agent, Role
from aureole.staff.permissions import require


def add_agent(*, address: str, name: str, role: str, by: Actor, password: str | None = None) -> Agent:
    """A staff account for the person with this address. Without a password they sign in by link.

    Raises Refused for an unknown role or when the person has an account already.
    """
    require(by, "staff.manage")
    if role not in Role.values:
        raise Refused("role_unknown", f"There is no role {role!r}; the roles are {', '.join(Role.values)}.")
    with transaction.atomic():
        person = recognise_person(kind="email", value=address, name=name, source="staff", by=by)
        if Agent.objects.filter(person=person).exists():
            raise Refused("agent_exists", "This person has a staff account already; nothing was changed.")
        agent = Agent(person=person, role=role, created_at=now())
        agent.set_password(password)
        agent.save(force_insert=True)
        leave_out_staff(person.id, by=by)
        record("staff.agent_added", by=by, person=person.id, role=role)
    return agent
