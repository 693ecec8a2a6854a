"""What carrying out a request would do, as things stand now: an erasure, or one that keeps the conversations."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aureole.kernel.errors import Refused
from aureole.privacy.anonymising.plan import make_anonymising_plan
from aureole.privacy.erasure.plan import Plan, make_plan
from aureole.privacy.models import RightsRequest

_MOST_SAID = 3


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


def changes_since_frozen(request: RightsRequest, now: Plan | None = None) -> list[Difference]:
    """The same of a request as things stand now: what its page shows, and what keeps it from being released and carried
    out. Empty where nothing is frozen, or nothing is left to do.

    now  the plan as things stand, where the caller has made it already
    """
    if (
        not request.plan
        or request.person_id is None
        or not request.is_open
        or "erasure" in (request.outcome or {})  # it is under way, and takes away what was counted
    ):
        return []
    now = now or plan_now(request.person_id, anonymise=keeps_conversations(request))
    return differences(request.plan, now) if now.hash != request.plan_hash else []


def refuse_overtaken(request: RightsRequest) -> None:
    """Raises Refused with the difference when what was frozen is not what would happen now."""
    changed = changes_since_frozen(request)
    if changed:
        raise Refused(
            "plan_changed",
            "Something about this person has changed since it was frozen, so it was not released: "
            f"{'; '.join(said(line) for line in changed[:_MOST_SAID])}"
            f"{'; and more' if len(changed) > _MOST_SAID else ''}. Send it back, and prepare it anew.",
        )


def said(line: Difference) -> str:
    """A line in words; labels are those of places, and name nobody."""
    return f"{line.label}: {line.was:,} then, {line.now:,} now"


def _lines(plan: Mapping[str, Any]) -> dict[tuple[str, str], tuple[str, int]]:
    """Label and number, by part and place. Of what is kept by law only that it is there: its number is no part of
    what was approved."""
    found: dict[tuple[str, str], tuple[str, int]] = {}
    for part in ("erase", "stays"):
        for count in _counted(plan.get(part, ())):
            before = found.get((part, count["place"]), ("", 0))[1]
            found[part, count["place"]] = (count["label"] or count["place"], before + count["count"])
    if "stays" in plan:
        found["rule", "apart"] = ("Each conversation stays by itself (1: yes)", int(plan["apart"]))
        found["rule", "needed"] = ("How many have to share what stays", plan["needed"])
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
