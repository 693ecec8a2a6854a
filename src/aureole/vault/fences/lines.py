"""A line of the fence list outside the database, and how two lists compare."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from aureole.kernel.errors import Refused

Image = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """See `FenceLine`. `has_image` says that there is one beside the list."""

    number: int
    uid: uuid.UUID
    at: datetime
    kind: str
    ledger: int
    person_id: uuid.UUID | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    has_image: bool = False

    def as_text(self) -> str:
        content = {
            "number": self.number, "uid": str(self.uid), "at": self.at.isoformat(), "kind": self.kind,
            "ledger": self.ledger, "person": str(self.person_id) if self.person_id else None,
            "detail": self.detail, "image": self.has_image,
        }  # fmt: skip
        return json.dumps(content, sort_keys=True, separators=(",", ":")) + "\n"


def read_line(text: str | bytes) -> Line:
    """Raises Refused for what is no line."""
    try:
        content = json.loads(text)
        return Line(
            number=int(content["number"]),
            uid=uuid.UUID(content["uid"]),
            at=datetime.fromisoformat(content["at"]),
            kind=str(content["kind"]),
            ledger=int(content["ledger"]),
            person_id=uuid.UUID(content["person"]) if content["person"] else None,
            detail=dict(content["detail"]),
            has_image=bool(content["image"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused(
            "fences.damaged",
            "A fence list holds a line that cannot be read. Nothing was changed; use another copy of it.",
        ) from None


def refuse_gaps(lines: Iterable[Line]) -> None:
    """A list counts without gaps, so a line somebody cut out is noticed. (One cut off at the end is not: that is
    what comparing copies is for.)"""
    for expected, line in enumerate(lines, start=1):
        if line.number != expected:
            raise Refused(
                "fences.gap",
                f"Line {expected} is missing from a fence list. Nothing was changed; use another copy of it.",
            )


def union(lists: Iterable[Iterable[Line]]) -> list[Line]:
    """Every line that any of the lists has, once, numbered anew where two lists counted differently."""
    every: dict[uuid.UUID, Line] = {}
    for lines in lists:
        for line in lines:
            held = every.get(line.uid)
            every[line.uid] = (
                line if held is None else replace(held, has_image=held.has_image and line.has_image)
            )
    ordered = sorted(every.values(), key=lambda line: (line.number, line.at, line.uid))
    return [
        line if line.number == number else replace(line, number=number)
        for number, line in enumerate(ordered, start=1)
    ]


def lacks(lines: Mapping[uuid.UUID, Line], other: Iterable[Line]) -> int:
    """How many lines of `other` are not among `lines`."""
    return sum(line.uid not in lines for line in other)
