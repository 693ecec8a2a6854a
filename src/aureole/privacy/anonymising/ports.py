"""What modules above do when a person is anonymised; they fill this in at start-up."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from aureole.privacy.anonymising.becoming import Becoming
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.ports import Blocker, Count, ErasureStep


@dataclass(kw_only=True, slots=True)
class Carried:
    """One portion of the work.

    counts      rows that were carried over, by place
    gone        rows that went with them and were not, by place
    pseudonyms  whose they are now
    others      persons besides whose rows were changed
    more        whether there may be another portion
    """

    counts: Counter[str] = field(default_factory=Counter)
    gone: Counter[str] = field(default_factory=Counter)
    pseudonyms: set[uuid.UUID] = field(default_factory=set)
    others: set[uuid.UUID] = field(default_factory=set)
    more: bool = False


class Carrier(Protocol):
    """Turns rows of the person into rows of a pseudonym. What it leaves is erased afterwards."""

    name: str

    def count(self, subject: Subject) -> list[Count]:
        """What `carry` would carry over."""
        ...

    def carry(self, subject: Subject, becoming: Becoming) -> Carried:
        """A bounded portion, in the caller's transaction; doing it again goes on with what is left."""
        ...


_carriers: dict[str, Carrier] = {}
_first: dict[str, ErasureStep] = {}
_obstacles: list[Callable[[uuid.UUID], list[Blocker]]] = []


def add_carrier(carrier: Carrier) -> None:
    _carriers[carrier.name] = carrier


def carriers() -> tuple[Carrier, ...]:
    return tuple(_carriers.values())


def add_first_step(step: ErasureStep) -> None:
    """A step of every erasure that has to come before anything is carried over: mail that waits."""
    _first[step.name] = step


def first_steps() -> tuple[ErasureStep, ...]:
    return tuple(_first.values())


def add_obstacle(obstacle: Callable[[uuid.UUID], list[Blocker]]) -> None:
    """Why somebody may be erased and still not be anonymised."""
    _obstacles.append(obstacle)


def obstacles(person_id: uuid.UUID) -> list[Blocker]:
    return [found for ask in _obstacles for found in ask(person_id)]
