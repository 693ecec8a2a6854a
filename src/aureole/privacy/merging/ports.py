"""What modules fill in, where two records cannot simply be put beside each other."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

Moved = dict[str, list[Any]]
"""Primary keys by place ("desk_message.person_id")."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """goes: whose record ends; stays: whose record holds everything afterwards."""

    goes: uuid.UUID
    stays: uuid.UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class Parting:
    """Two records that are taken apart again.

    since      when they were merged
    addresses  compared forms of the addresses and numbers that go back
    moved      what came over at the merge
    back       what was found to belong to the one who goes, of all that came since; each step adds to it
    """

    pair: Pair
    since: datetime
    addresses: Collection[tuple[str, str]]
    moved: Moved
    back: Moved = field(default_factory=dict)


class MergeStep(Protocol):
    """What cannot be done by giving rows another person: rows of which there may be one per person."""

    name: str

    def join(self, pair: Pair) -> dict[str, Any]:
        """Before the rows move, in the caller's transaction. Returns what `split` needs, as JSON.

        Raises Refused for what may not be merged.
        """
        ...

    def sort(self, parting: Parting) -> None:
        """Add to `parting.back` what came since the merge and belongs to the one who goes back."""
        ...

    def split(self, parting: Parting, kept: dict[str, Any]) -> None:
        """After the rows have moved back: undo what `join` did, unless somebody changed it since."""
        ...


_steps: dict[str, MergeStep] = {}


def add_merge_step(step: MergeStep) -> None:
    _steps[step.name] = step


def merge_steps() -> tuple[MergeStep, ...]:
    return tuple(_steps.values())
