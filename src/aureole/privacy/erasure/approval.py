"""Who agreed that a person is erased: what policy asks, and what the log says of it."""

from __future__ import annotations

from django.conf import settings

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused

SECOND_PERSON, ONE_PERSON, OPERATOR, NAMED, RULE = "second_person", "one_person", "operator", "named", "rule"
APPROVALS = (SECOND_PERSON, ONE_PERSON, OPERATOR, NAMED, RULE)
"""second_person  somebody else released it at a request, in this program
one_person     policy asks for no second person
operator       whoever may run commands on the machine, alone: the operating system decided that
named          the same, who says which agent agreed
rule           the program, by a schedule that was approved beforehand
"""


def refuse_alone(by: Actor, approved_by: Actor | None) -> None:
    """GDPR Art. 32(4): where policy asks for two, no page and no command of an agent erases anybody alone.

    Raises Refused for an agent without a second person, and for one who is their own.
    """
    if approved_by is not None and approved_by.agent_id == by.agent_id:
        raise Refused("approved_by_self", "The second person must be somebody else. Nothing was erased.")
    if by.kind == "agent" and approved_by is None and settings.AUREOLE_SECOND_PERSON:
        raise Refused(
            "second_person_needed",
            "Here a second person has to release it. Propose it from the person's record; nothing was erased.",
        )


def approval_of(by: Actor, approved_by: Actor | None, *, at_request: bool) -> str:
    """The code of it for the log; `at_request` when a request was released."""
    if approved_by is not None:
        return NAMED if by.kind == "operator" and not at_request else SECOND_PERSON
    if at_request or by.kind in ("agent", "customer"):
        return ONE_PERSON
    return OPERATOR if by.kind == "operator" else RULE
