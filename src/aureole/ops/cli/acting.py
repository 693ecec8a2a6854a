"""In whose name a command acts, and on which request."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound

if TYPE_CHECKING:
    from aureole.privacy.models import RightsRequest

By = Annotated[
    str | None,
    typer.Option(
        "--by", metavar="EMAIL", help="The agent who does this, by your word; default: the operator."
    ),
]


def request_at(text: str) -> RightsRequest:
    """The request of that number or id. Raises NotFound."""
    from aureole.privacy.rights.queue import request_named

    return request_named(text)


def acting(address: str | None, permission: str) -> Actor:
    """The operator, or the agent with that address by the operator's word; what is recorded says that nobody signed in.

    Raises NotFound, NotPermitted when the role does not allow it."""
    from aureole.staff.backend import agent_with_address
    from aureole.staff.permissions import require

    if address is None:
        return Actor.operator()
    agent = agent_with_address(address)
    if agent is None or not agent.is_active:
        raise NotFound("agent_not_found", "No agent at work has the address of --by. Nothing was changed.")
    require(agent.actor, permission)
    return replace(agent.actor, is_named=True)
