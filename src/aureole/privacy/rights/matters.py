"""What waits for the officer besides requests: a hold to be looked at again, a child nobody answered for."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class Matter:
    """One line. `since`: from which day on it waits; `kind`: a code ("hold_review", "child", "kept_away", "stopped",
    "unfinished"); `person_id`: whom it is about, None where nobody may be named."""

    kind: str
    person_id: uuid.UUID | None
    since: date
    words: str


_sources: list[Callable[[], Iterable[Matter]]] = []


def add_matters(source: Callable[[], Iterable[Matter]]) -> None:
    """What `source` gives is listed from now on; called at start-up."""
    _sources.append(source)


def matters() -> list[Matter]:
    """What has waited longest first."""
    found = [matter for source in _sources for matter in source()]
    return sorted(found, key=lambda matter: (matter.since, matter.kind, str(matter.person_id)))
