"""How a company divides into parts that any process can make, and what every part must know."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

# One part: 100 persons, 150 tickets, 500 messages, in every part exactly.
PERSONS, MESSAGES = 100, 500
TICKETS_EACH = (1,) * 60 + (2,) * 30 + (3,) * 10
MESSAGES_EACH = (1, 2, 2, 3, 4, 8) * 25
TICKETS = len(MESSAGES_EACH)
PARTS_AT_ONCE = 5
HEAVY_TICKETS, HEAVY_MESSAGES, HEAVY_FILES = 20, 200, 20
BUSY_MESSAGES, BUSY_FILES = 20, 2
_SPAN = timedelta(days=357)


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody whose name and address are needed in plain words while messages are written."""

    id: uuid.UUID
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Colleague:
    agent_id: uuid.UUID
    person_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Extra:
    """A ticket of a known person that is strewn among those of a part."""

    stream: str
    person: Known
    messages: int
    files: int
    status: str


@dataclass(frozen=True)
class Plan:
    """What all processes share.

    size    messages of ordinary persons, rounded up to whole parts; the extras come on top
    heavy   persons with 200 messages and 20 files each, over the whole time
    busy    requesters of a ticket with 20 messages each
    first_number  of the tickets
    """

    size: int
    seed: int
    started: datetime
    first_number: int
    colleagues: tuple[Colleague, ...]
    heavy: tuple[Known, ...]
    busy: tuple[Known, ...]
    _extras: dict[int, list[Extra]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        strewn, every = defaultdict[int, list[Extra]](list), list(self._every_extra())
        for place, extra in enumerate(every):
            strewn[place * self.parts // len(every)].append(extra)
        object.__setattr__(self, "_extras", dict(strewn))

    def _every_extra(self) -> list[Extra]:
        messages, files = HEAVY_MESSAGES // HEAVY_TICKETS, HEAVY_FILES // HEAVY_TICKETS
        heavy = [
            Extra(f"heavy {person}.{number}", known, messages, files, "")
            for number in range(HEAVY_TICKETS)
            for person, known in enumerate(self.heavy)
        ]
        busy = [
            Extra(f"busy {number}", known, BUSY_MESSAGES, BUSY_FILES, "open")
            for number, known in enumerate(self.busy)
        ]
        return heavy + busy  # so the busy tickets are the latest

    @property
    def parts(self) -> int:
        return max(1, -(-self.size // MESSAGES))

    def extras(self, part: int) -> list[Extra]:
        return self._extras.get(part, [])

    def numbers(self, part: int) -> range:
        """Ticket numbers of this part; without gaps over all of them."""
        before = sum(len(extras) for other, extras in self._extras.items() if other < part)
        first = self.first_number + part * TICKETS + before
        return range(first, first + TICKETS + len(self.extras(part)))

    @property
    def messages(self) -> int:
        extras = (extra for some in self._extras.values() for extra in some)
        return self.parts * MESSAGES + sum(extra.messages for extra in extras)

    def moment(self, part: int, fraction: float) -> datetime:
        """Parts follow one another in time, as rows of a running system do."""
        return self.started + _SPAN * ((part + fraction) / self.parts)

    def jobs(self) -> list[range]:
        """Large enough that a COPY pays, small enough that a small company too keeps every process busy."""
        step = max(1, min(PARTS_AT_ONCE, self.parts // 8))
        return [range(first, min(first + step, self.parts)) for first in range(0, self.parts, step)]
