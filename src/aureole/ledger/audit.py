"""Is the log still what it was? Reads every entry, grows the trees again and holds them against what was signed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from aureole.kernel.clock import now
from aureole.ledger import models
from aureole.ledger.checkpoints import log_key
from aureole.ledger.kept import KeptLeaves, signed_part
from aureole.ledger.leaf import leaf_text
from aureole.ledger.merkle import fold_peaks, grow
from aureole.ledger.models import Entry, Shard, SignedCheckpoint
from aureole.ledger.nodes import STORED_LEVELS
from aureole.ledger.retention import LET_GO, may_go_from
from aureole.ledger.verifier import Checkpoint, Flaw, leaf_hash, read_checkpoint, read_note, verify_note

MOST_PROBLEMS = 100
_PIECE = 2000
_ROWS = """
SELECT l."index", l.entry_number, l.hash, e.uid, e.type, e.at, e.actor_kind, e.actor, e.person,
       e.facts::text, e.commitment
FROM ledger_leaf l LEFT JOIN ledger_entry e ON e.number = l.entry_number
WHERE l.shard_id = %s ORDER BY l."index"
"""
_NODES = 'SELECT level, "index", hash FROM ledger_node WHERE shard_id = %s'
_STRAYS = """
SELECT e.number FROM ledger_entry e
WHERE NOT EXISTS (SELECT 1 FROM ledger_leaf l WHERE l.entry_number = e.number)
  AND NOT EXISTS (SELECT 1 FROM ledger_unplaced u WHERE u.entry_number = e.number)
ORDER BY e.number LIMIT %s
"""
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at an index of a month's tree; -1 where no index can be named."""

    shard: str
    index: int
    problem: str


@dataclass(frozen=True, slots=True)
class Unjudged:
    """What was given from outside and says nothing of the log; place: of the checkpoint among those given, -1 for
    hashes."""

    place: int
    why: str


@dataclass(kw_only=True, slots=True)
class Finding:
    """entries: how many were read; problems: the first hundred; past: months that were let go in their time, of which
    a checkpoint from outside was given: there is nothing left to hold against it; unjudged: see `_read_older`."""

    entries: int = 0
    problems: list[Problem] = field(default_factory=list)
    past: list[str] = field(default_factory=list)
    unjudged: list[Unjudged] = field(default_factory=list)
    more: bool = False

    @property
    def ok(self) -> bool:
        """Nothing was found; what could not be judged was not found to be wrong."""
        return not self.problems

    def add(self, shard: str, index: int, problem: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(shard, index, problem))
        else:
            self.more = True


def audit(
    *, held_against: Sequence[str] = (), hashes: Sequence[bytes] = (),
    progress: Progress = lambda done, of: None,
) -> Finding:  # fmt: skip
    """Verify the whole log as it stands.

    held_against  older checkpoints from outside (C2SP notes), each with its signature: only with them can a
    Entries that are not placed yet are no problem; an entry that will never be placed is.
    """
    finding = Finding()
    older = _read_older(held_against, finding)
    kept = _kept_by_month(hashes, older, finding)
    total = sum(Shard.objects.filter(retired_at=None).values_list("size", flat=True))
    with transaction.atomic():
        for shard in Shard.objects.order_by("name"):
            outside = [c for c in older if c.origin == shard.origin]
            if shard.retired_at is None:
                _Tree(shard, finding, outside, kept.get(shard.origin)).check(progress, total)
            else:
                _check_let_go(shard, outside, finding)
        known = set(Shard.objects.values_list("origin", flat=True))
        for checkpoint in older:
            if checkpoint.origin not in known:
                finding.add(
                    _month(checkpoint), -1, "A checkpoint from outside is of a month this log does not have."
                )
        _find_strays(finding)
    return finding


def record_audit(finding: Finding, took_ms: int) -> models.Audit:
    """Keep what an audit found, for the console and the metrics."""
    return models.Audit.objects.create(
        at=now(),
        entries=finding.entries,
        problems=[[p.shard, p.index] for p in finding.problems],
        unjudged=len(finding.unjudged),
        took_ms=took_ms,
    )


def audit_and_record() -> models.Audit:
    begun = time.monotonic()
    finding = audit()
    return record_audit(finding, round((time.monotonic() - begun) * 1000))


def _read_older(notes: Sequence[str], finding: Finding) -> list[Checkpoint]:
    """Those signed by this log. What is no signed checkpoint, as none is that was kept, says nothing of the log. One
    that is and does not fit this log's name and key says that it does not hold: else whoever owns the database could
    rename the log, or give it another key, and nothing kept outside would speak against it (decision 70)."""
    older, key = [], log_key()
    for place, written in enumerate(notes):
        try:
            note = read_note(written)
            checkpoint = read_checkpoint(note)
        except Flaw as flaw:
            finding.unjudged.append(Unjudged(place, str(flaw)))
            continue
        try:
            verify_note(note, key)
            older.append(checkpoint)
        except Flaw as flaw:
            finding.add(
                "", -1, f"A checkpoint from outside, of {checkpoint.origin}, is not this log's. {flaw}"
            )
    return older


def _kept_by_month(
    hashes: Sequence[bytes], older: Sequence[Checkpoint], finding: Finding
) -> dict[str, KeptLeaves]:
    """By origin, the longest part that one of the checkpoints signed."""
    found: dict[str, KeptLeaves] = {}
    for given in hashes:
        signed = [(c.origin, part) for c in older if (part := signed_part(given, c)) is not None]
        if not signed and not older:
            continue  # what was said of their checkpoint says it of them
        if not signed:
            finding.unjudged.append(
                Unjudged(-1, "The hashes are not what a checkpoint signed: they were not used.")
            )
            continue
        origin, part = max(signed, key=lambda one: len(one[1]))
        found[origin] = KeptLeaves(part)
    return found


def _month(checkpoint: Checkpoint) -> str:
    return checkpoint.origin.rpartition("/")[2]


def _check_let_go(shard: Shard, outside: Sequence[Checkpoint], finding: Finding) -> None:
    """That a month is gone is no reason not to look: it must have been its time, and an entry must say so.

    That entry goes with its own month, years later.
    """
    assert shard.retired_at is not None, "asked only of months that were let go"
    signed = _signed_of(shard)
    if shard.retired_at < may_go_from(shard.name):
        finding.add(shard.name, -1, "The month was let go before its time.")
    if shard.size not in signed:
        finding.add(shard.name, -1, "The month was let go, and its last checkpoint is not here.")
    year, month = (int(part) for part in shard.name.split("-"))
    said = Entry.objects.filter(type=LET_GO, facts={"year": year, "month": month, "entries": shard.size})
    if not said.exists() and not _is_past(f"{shard.retired_at:%Y-%m}"):
        finding.add(shard.name, -1, "The month is gone, and no entry of the log says that it was let go.")
    for checkpoint in outside:
        if checkpoint.size > shard.size or signed.get(checkpoint.size, checkpoint.root) != checkpoint.root:
            finding.add(shard.name, -1, "The month that was let go is not the one a checkpoint signed.")
        else:
            finding.past.append(shard.name)


def _signed_of(shard: Shard) -> dict[int, bytes]:
    """The roots that this instance signed of a month, by size; only what the signature still fits."""
    found, key = {}, log_key()
    for written in SignedCheckpoint.objects.filter(shard=shard):
        with suppress(Flaw):  # a size that is not among them is what the caller names
            note = read_note(written.note)
            verify_note(note, key)
            found[written.size] = read_checkpoint(note).root
    return found


def _is_past(month: str) -> bool:
    return Shard.objects.filter(name=month, retired_at__isnull=False).exists()


def _find_strays(finding: Finding) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_STRAYS, [MOST_PROBLEMS + 1])
        for (number,) in cursor.fetchall():
            finding.add(
                "", -1, f"Entry number {number} was put in past the log: it has no place in any tree."
            )


class _Tree:
    """One month, grown again from its entries."""

    def __init__(
        self, shard: Shard, finding: Finding, older: list[Checkpoint], kept: KeptLeaves | None
    ) -> None:
        self.shard, self.finding = shard, finding
        self.kept = kept or KeptLeaves(b"")
        self.size = 0
        self.peaks: list[bytes] = []
        self.grown: dict[tuple[int, int], bytes] = {}
        self.at: set[int] = set()  # indexes that were named
        self.named = False  # an index was named already, which explains every root after it
        self.stretch: tuple[int, str] | None = None  # what to say when the kept hashes name none of it
        self.sound = 0  # size at the last checkpoint that fitted
        # The same of those from outside: whoever owns the key can sign the others anew.
        self.sound_outside = 0
        self.expected = self._expected(older)

    def _expected(self, older: list[Checkpoint]) -> dict[int, list[tuple[Checkpoint, bool]]]:
        """By size, what was signed: by whoever kept a checkpoint outside (True), and here."""
        expected: dict[int, list[tuple[Checkpoint, bool]]] = {}
        for checkpoint in older:
            expected.setdefault(checkpoint.size, []).append((checkpoint, True))
        key = log_key()
        for written in SignedCheckpoint.objects.filter(shard=self.shard).order_by("size"):
            try:
                note = read_note(written.note)
                verify_note(note, key)
                expected.setdefault(written.size, []).append((read_checkpoint(note), False))
            except Flaw as flaw:
                self._problem(
                    written.size - 1, f"The checkpoint of {written.size} entries was changed. {flaw}"
                )
        return expected

    def check(self, progress: Progress, total: int) -> None:
        for row in _stream(self.shard.name):
            self._take(row)
            if self.finding.entries % _PIECE == 0:
                progress(self.finding.entries, total)
        self._check_end()
        self._check_nodes()

    def _take(self, row: Sequence[Any]) -> None:
        index, number, stored, uid = row[:4]
        while isinstance(index, int) and self.size < index:
            self._problem(self.size, "The entry's place is empty: it was taken out.")
            self._grow(bytes(32))
        if uid is None:
            self._problem(self.size, f"Entry number {number} was deleted.")
            found = bytes(stored)
        else:
            found = leaf_hash(leaf_text(*row[3:]).encode("ascii", "replace"))
            if found != bytes(stored):
                self._problem(
                    self.size, f"Entry number {number} is not what it was: it was changed or swapped."
                )
        self.finding.entries += 1
        self._grow(found)

    def _grow(self, leaf: bytes) -> None:
        for (level, index), found in grow(self.size, self.peaks, [leaf]):
            if level and level % STORED_LEVELS == 0:
                self.grown[(level, index)] = found
        self._name(self.kept.take(self.size, leaf))
        self.size += 1
        for checkpoint, is_outside in self.expected.pop(self.size, ()):
            self._hold_against(checkpoint, is_outside=is_outside)

    def _hold_against(self, checkpoint: Checkpoint, *, is_outside: bool) -> None:
        sound = self.sound_outside if is_outside else self.sound
        if fold_peaks(list(self.peaks)) == checkpoint.root:
            self.sound = self.size
            if is_outside:
                self.sound_outside = self.size
        elif not self.named and self.stretch is None:
            self.stretch = sound, self._words_of(sound, self.size)
            if sound >= self.kept.size:
                self._problem(*self.stretch)

    @staticmethod
    def _words_of(sound: int, size: int) -> str:
        """All that a root can say: which entries it is about, and what stays proven."""
        if size - sound == 1:
            where = f"entry {sound} is not what a checkpoint signed."
        else:
            where = (
                f"of the entries {sound} to {size - 1} at least one is not what the checkpoint of {size} entries "
                "signed. Which, only hashes kept beside a checkpoint can say."
            )
        proven = f" The {sound} before stay proven." if sound else ""
        return f"The log was written anew: {where}{proven}"

    def _name(self, wrong: Iterable[tuple[int, str]]) -> None:
        for index, words in wrong:
            if index not in self.at:
                self._problem(index, words)

    def _check_end(self) -> None:
        self._name(self.kept.end())
        if self.stretch is not None and not self.named:
            self._problem(*self.stretch)
        for size in sorted(self.expected):
            proven = max(self.sound_outside, 0 if any(out for _, out in self.expected[size]) else self.sound)
            stay = "" if proven == self.size else f" Of these it says nothing but that {proven} stay proven."
            self._problem(
                self.size, f"The log was cut: a checkpoint signed {size} entries, {self.size} are here.{stay}"
            )
        if self.size < self.shard.size and not self.expected:
            self._problem(
                self.size, f"The log was cut: {self.shard.size} entries were placed, {self.size} are here."
            )

    def _check_nodes(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_NODES, [self.shard.name])
            rows = [((level, index), bytes(found)) for level, index, found in cursor.fetchall()]
        # Those that came to be while the leaves were read are left to the next time.
        stored = {place: found for place, found in rows if (place[1] + 1) << place[0] <= self.size}
        if not self.named and stored != self.grown:
            self._problem(-1, "The stored tree does not fit its entries; the entries fit what was signed.")

    def _problem(self, index: int, words: str) -> None:
        self.named = True
        self.at.add(index)
        self.finding.add(self.shard.name, index, words)


def _stream(shard: str) -> Iterator[Sequence[Any]]:
    """Rows by a cursor of the server, so that memory stays flat."""
    connection.ensure_connection()
    with connection.connection.cursor(name="ledger_audit") as cursor:
        cursor.itersize = _PIECE
        cursor.execute(_ROWS, [shard])
        yield from cursor
