"""Who agreed that a person is erased: what policy asks, and what the log says of it."""

from __future__ import annotations

from django.conf import settings

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused

SECOND_PERSON, ONE_PERSON, OPERATOR, NAMED, RULE = "second_person", "one_person", "operator", "named", "rule"
APPROVALS = (SECOND_PERSON, ONE_PERSON, OPERATOR, NAMED, RULE)
_WORDS = {
    SECOND_PERSON: "a second person released it, signed in to this program",
    ONE_PERSON: "one person, signed in to this program; the policy asks for no second",
    OPERATOR: "the operator on the command line alone, as the operating system lets them",
    NAMED: "an agent named by the operator on the command line, not signed in",
    RULE: "nobody at that moment: a schedule approved beforehand, or an erasure that a restore may not undo",
}


def approval_words(code: str) -> str:
    """What is known of who agreed, as certificates and evidence say it."""
    return _WORDS.get(code, "not recorded")


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


def approval_of(by: Actor, approved_by: Actor | None) -> str:
    """The code of it, where no request was released (`rights.releasing.release_of` says it of one that was)."""
    if by.is_named or (approved_by is not None and (approved_by.is_named or by.kind == "operator")):
        return NAMED
    if approved_by is not None:
        return SECOND_PERSON
    if by.kind in ("agent", "customer"):
        return ONE_PERSON
    return OPERATOR if by.kind == "operator" else RULE
