"""Shorter conversations: a pattern gives the course, each of its cases the story."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from datetime import time
from random import Random
from typing import Any

from aureole.ops.demo.story import Customer, Line, StaffMember, Thread

_SEED = "nordlys"
_OLDEST, _NEWEST = 425, 12
_SETTLED = 45

Variants = tuple[Line, tuple[str, ...]]


def threads_of_pattern(
    pattern: Mapping[str, Any],
    lines: Sequence[Variants],
    staff: Mapping[str, StaffMember],
    people: Mapping[str, Customer],
) -> Iterator[Thread]:
    """One thread per case; the same every time. Raises KeyError for a word the case does not give."""
    for index, case in enumerate(pattern["cases"]):
        chance = Random(f"{_SEED}/{pattern['key']}/{index}")  # noqa: S311 (a story, not a secret)
        agent = _agent(pattern["team"], staff, chance)
        yield _thread(pattern, case, index, chance, _spoken(lines, case, index, people[case["by"]], agent))


def _agent(team: str, staff: Mapping[str, StaffMember], chance: Random) -> StaffMember:
    return chance.choice([m for m in staff.values() if m.role == "agent" and team in m.teams])


def _spoken(
    lines: Sequence[Variants], case: Mapping[str, Any], index: int, customer: Customer, agent: StaffMember
) -> tuple[Line, ...]:
    words = {
        **case,
        "name": customer.name,
        "first": customer.name.split(" ", 1)[0],
        "agent": agent.name.split(" ", 1)[0],
    }
    speakers = {"customer": customer.key, "agent": agent.key}
    return tuple(
        dataclasses.replace(
            line, by=speakers[line.by], text=texts[index % len(texts)].format_map(words).strip("\n")
        )
        for line, texts in lines[: case.get("stop", len(lines))]
    )


def _thread(
    pattern: Mapping[str, Any], case: Mapping[str, Any], index: int, chance: Random, lines: tuple[Line, ...]
) -> Thread:
    days_ago = case.get("days_ago") or chance.randint(_NEWEST, _OLDEST)
    return Thread(
        key=f"{pattern['key']}/{index}", subject=case["subject"], requester=case["by"],
        team=pattern["team"], language=pattern["language"], tags=tuple(pattern["tags"]), lines=lines,
        status=case.get("status") or _outcome(days_ago, chance),
        priority=chance.choices(["normal", "low", "high"], [8, 1, 1])[0],
        days_ago=days_ago, at=time(chance.randint(6, 20), chance.randint(0, 59)),
    )  # fmt: skip


def _outcome(days_ago: int, chance: Random) -> str:
    usual, other = ("closed", "solved") if days_ago > _SETTLED else ("solved", "waiting")
    return chance.choices([usual, other], [4, 1])[0]
