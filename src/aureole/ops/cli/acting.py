"""In whose name a command acts, and on which request."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound

if TYPE_CHECKING:
    from aureole.privacy.models import RightsRequest
    from aureole.staff.models import Agent

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


def acting(address: str | None, permission: str = "", *, option: str = "--by") -> Actor:
    """The operator, or the agent with that address. Raises as `named`."""
    return Actor.operator() if address is None else named(address, permission, option=option)


def named(address: str, permission: str = "", *, option: str) -> Actor:
    """The agent with that address by the operator's word; what is recorded says that nobody signed in.

    permission  that their role has to have; none where each action asks for its own
    Raises NotFound, NotPermitted when the role does not allow it.
    """
    from aureole.staff.permissions import require

    actor = colleague(address, option=option).actor
    if permission:
        require(actor, permission)
    return replace(actor, is_named=True)


def colleague(address: str, *, option: str) -> Agent:
    """The account of somebody at work with that address. Raises NotFound, with the option it was given by."""
    from aureole.staff.backend import agent_with_address

    agent = agent_with_address(address)
    if agent is None or not agent.is_active:
        raise NotFound(
            "agent_not_found", f"No agent at work has the address of {option}. Nothing was changed."
        )
    return agent
