from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.ledger.record import record
from aureole.people.normalise import counted_as
from aureole.staff import throttle
from aureole.staff.backend import AgentBackend
from aureole.staff.models import Agent


def sign_in(*, request: HttpRequest, address: str, password: str) -> Agent:
    """The agent with this address and password. Raises Refused, in the same words whatever was wrong."""
    network = throttle.network_of(request.META.get("REMOTE_ADDR", ""))
    keys = (f"address {counted_as(address)}", f"network {network}")
    throttle.check(keys)
    agent = AgentBackend().authenticate(request, address=address, password=password)
    if agent is None:
        throttle.failed(keys)
        with transaction.atomic():
            record("staff.sign_in_failed", by=Actor.system())
        raise Refused(
            "sign_in_failed", "That address and password do not belong together. Check both and try again."
        )
    throttle.succeeded(keys[:1])  # an own account does not excuse guesses at others from the same network
    with transaction.atomic():
        record("staff.signed_in", by=agent.actor, person=agent.person_id, how="password")
    return agent
