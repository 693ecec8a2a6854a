"""The two index keys in use: exchanged one after the other, by a command or once a month.

`rotate` makes the next key. `go_on` moves rows to the key that is written now and, when none is left under the
old one, destroys it; a periodic job calls it, so a rotation that was interrupted goes on by itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from aureole.search import re_index as words
from aureole.search.models import SearchEntry
from aureole.search.tokens import KEY as WORDS
from aureole.vault import re_digest as identifiers
from aureole.vault.blind_index import KEY as IDENTIFIERS
from aureole.vault.epochs import GRACE, begin_epoch, end_epoch, epochs
from aureole.vault.models import BlindIndexEntry

INDEXES = (WORDS, IDENTIFIERS)
Step = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexState:
    """One index and its keys.

    current    the epoch rows are written under
    rows       how many rows stand under each epoch; epoch 0 is before any, made by an older version
    made_at    when the keys that are alive were made
    next_step  when the newest key comes into use or, after that, the old one may be destroyed; None with one key
    """

    name: str
    current: int
    rows: dict[int, int]
    made_at: dict[int, datetime]
    next_step: datetime | None

    @property
    def behind(self) -> int:
        return sum(count for epoch, count in self.rows.items() if epoch < self.current)


def states() -> list[IndexState]:
    return [_state(name) for name in INDEXES]


def _state(name: str) -> IndexState:
    live = epochs(name)
    table = SearchEntry if name == WORDS else BlindIndexEntry
    counted = table.objects.values("epoch").annotate(n=Count("*")).order_by("epoch")
    comes = live.usable_at(live.newest)
    return IndexState(
        name=name, current=live.current, rows={row["epoch"]: row["n"] for row in counted},
        made_at=dict(live.made_at),
        next_step=None if not live.is_turning else comes + (GRACE if live.current == live.newest else GRACE * 0),
    )  # fmt: skip


def rotate(names: Sequence[str] = INDEXES) -> None:
    """Make the next key of each. Raises Refused while one of them is being exchanged; then none is begun."""
    for name in names:
        if epochs(name).is_turning:
            begin_epoch(name)  # refuses
    for name in names:
        begin_epoch(name)


def go_on(*, seconds: float, progress: Step = lambda done, of: None) -> None:
    """Move rows for at most that long, and destroy keys nothing is left under. Safe to repeat and to run twice."""
    deadline = time.monotonic() + seconds
    left = words.rows_behind(), identifiers.rows_behind()
    done_words = (
        words.re_index(lambda n: progress(n, sum(left)), lambda: time.monotonic() < deadline)
        if left[0]
        else 0
    )
    if left[1]:
        identifiers.re_digest(
            lambda n: progress(done_words + n, sum(left)), lambda: time.monotonic() < deadline
        )
    for name, rows_behind in ((WORDS, words.rows_behind), (IDENTIFIERS, identifiers.rows_behind)):
        live = epochs(name)
        if live.is_turning and live.current == live.newest and rows_behind() == 0:
            for epoch in set(live.keys) - {live.current}:
                end_epoch(name, epoch)
