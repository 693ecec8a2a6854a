"""What carrying out a request would do, as things stand now: an erasure, or one that keeps the conversations."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aureole.privacy.anonymising.plan import make_anonymising_plan
from aureole.privacy.erasure.plan import Plan, make_plan
from aureole.privacy.models import RightsRequest


def keeps_conversations(request: RightsRequest) -> bool:
    """Whether the frozen plan anonymises: it says what stays under a pseudonym."""
    return "stays" in (request.plan or {})


def plan_now(person_id: uuid.UUID, *, anonymise: bool) -> Plan:
    """Raises NotFound when there is no such person."""
    return make_anonymising_plan(person_id) if anonymise else make_plan(person_id)


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A line of a plan that is not as it was frozen: so many then, so many now."""

    place: str
    label: str
    was: int
    now: int


def differences(frozen: Mapping[str, Any], now: Plan) -> list[Difference]:
    """What has changed since a plan was frozen, of what its hash is made of: what goes, what stays, what is in the
    way. Empty when it would be carried out as it was frozen."""
    before, after = _lines(frozen), _lines(now.as_json())
    return [
        Difference(
            place=place, label=(after.get((part, place)) or before[part, place])[0],
            was=before.get((part, place), ("", 0))[1], now=after.get((part, place), ("", 0))[1],
        )
        for part, place in dict.fromkeys([*before, *after])
        if before.get((part, place), ("", 0))[1] != after.get((part, place), ("", 0))[1]
    ]  # fmt: skip


def changes_since_frozen(request: RightsRequest) -> list[Difference]:
    """The same of a request as things stand now; empty where nothing is frozen, or nothing is left to do."""
    if not request.plan or not request.is_open or request.person_id is None:
        return []
    return differences(request.plan, plan_now(request.person_id, anonymise=keeps_conversations(request)))


def _lines(plan: Mapping[str, Any]) -> dict[tuple[str, str], tuple[str, int]]:
    """Label and number, by part and place. Of what is kept by law only that it is there: its number is no part of
    what was approved."""
    found: dict[tuple[str, str], tuple[str, int]] = {}
    for part in ("erase", "stays"):
        for count in _counted(plan.get(part, ())):
            found[part, count["place"]] = (count["label"] or count["place"], count["count"])
    for kept in plan.get("keep", ()):
        found["keep", f"{kept['place']} {kept['article']} {kept['until']}"] = (
            kept["label"] or kept["place"],
            1,
        )
    for blocker in plan.get("blockers", ()):
        found["blockers", blocker["code"]] = (blocker["reason"], 1)
    return found


def _counted(counts: Iterable[Any]) -> Iterable[Mapping[str, Any]]:
    return (count for count in counts if not count["bookkeeping"])
