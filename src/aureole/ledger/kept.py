"""The hashes of the entries, kept outside beside a checkpoint: with them an audit names the entry itself.

A file of them is 32 bytes for each entry of a month, in order (the level-0 tiles of C2SP tlog-tiles, one after
another). It needs no trust: only hashes whose root a checkpoint signed are believed. Nobody can tell from a hash what
an entry says, because each holds a random id.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from pathlib import Path

from aureole.kernel.errors import Refused
from aureole.ledger.merkle import fold_peaks, grow
from aureole.ledger.verifier import HASH_SIZE, Checkpoint

Leaves = Callable[[int], Iterable[bytes]]
"""The leaf hashes of a month from an index on."""


def hashes_beside(checkpoint: Path, month: str) -> Path:
    """Where the hashes of a month lie: in the folder of its checkpoints."""
    return checkpoint.parent / f"{month}.hashes"


def keep_hashes(path: Path, *, sound: int, leaves: Leaves) -> None:
    """Add what is missing to the file; what is there is not written again.

    sound  of so many entries it is known that the log begins with them: what a broken write left after them goes.
    Raises OSError.
    """
    path.touch()
    with path.open("r+b") as file:
        have = min(sound, path.stat().st_size // HASH_SIZE)
        file.truncate(have * HASH_SIZE)
        file.seek(have * HASH_SIZE)
        for found in leaves(have):
            file.write(found)
        file.flush()
        os.fsync(file.fileno())


def write_hashes(path: Path, leaves: Leaves) -> None:
    """As `keep_hashes`, by somebody who has only the file. Raises Refused when the log does not begin with it."""
    kept = list(_split(path.read_bytes())) if path.exists() else []
    if any(old != new for old, new in zip_longest(kept, _first(leaves(0), len(kept)))):
        raise Refused(
            "ledger_hashes_differ",
            f"{path} holds hashes with which this log does not begin. It was not touched; "
            "'aureole ledger verify --checkpoint' with the checkpoint beside it says what was changed.",
        )
    keep_hashes(path, sound=len(kept), leaves=leaves)


def _first(leaves: Iterable[bytes], count: int) -> Iterator[bytes]:
    for _, found in zip(range(count), leaves, strict=False):
        yield found


def _split(hashes: bytes) -> Iterator[bytes]:
    for start in range(0, len(hashes) - HASH_SIZE + 1, HASH_SIZE):
        yield hashes[start : start + HASH_SIZE]


def signed_part(hashes: bytes, checkpoint: Checkpoint) -> bytes | None:
    """As many of the hashes as the checkpoint counts; None when they are not those that it signed."""
    part = hashes[: checkpoint.size * HASH_SIZE]
    if len(part) < checkpoint.size * HASH_SIZE:
        return None
    tops: list[bytes] = []
    for _ in grow(0, tops, _split(part)):
        pass
    return part if fold_peaks(tops) == checkpoint.root else None


class KeptLeaves:
    """What a month's entries were, held against what they are, one after another.

    A run of entries that were not there before stands for the run that is missing: one for one they were changed,
    what is over was taken out or put in.
    """

    def __init__(self, hashes: bytes) -> None:
        self.size = len(hashes) // HASH_SIZE
        self._hashes = hashes
        self._next = 0  # the first kept hash that was not met yet
        self._strange: list[int] = []  # indexes of what is not among the kept, since then
        self._places: dict[bytes, int] = {}

    def take(self, index: int, found: bytes) -> Iterator[tuple[int, str]]:
        """The entry at an index now; yields what is thereby known to be wrong, with the index."""
        if self._next < self.size and not self._strange and found == self._at(self._next):
            self._next += 1
            return
        if self._next >= self.size and not self._places:
            return  # all was met in its order; this came later
        before = self._place_of(found)
        if before is None:
            self._strange.append(index)
        elif before < self._next:
            yield index, f"The entry that stood at {before} was moved here."
        else:
            yield from self._name(before)
            self._next = before + 1

    def end(self) -> Iterator[tuple[int, str]]:
        """What is known once all entries were taken. What came after the kept ones is new, and a log that just ends
        too early is for the checkpoint to name."""
        del self._strange[max(0, self.size - self._next) :]
        if self._strange:
            yield from self._name(self.size)

    def _name(self, until: int) -> Iterator[tuple[int, str]]:
        for old, new in zip_longest(range(self._next, until), self._strange):
            if new is None:
                yield old, f"The log was written anew: entry {old}, as it was kept outside, was taken out."
            elif old is None:
                yield (
                    new,
                    f"The log was written anew: entry {new} was put in; it is not among those kept outside.",
                )
            else:
                yield (
                    new,
                    f"The log was written anew: entry {new} is not the entry {old} that was kept outside.",
                )
        self._strange = []

    def _at(self, place: int) -> bytes:
        return self._hashes[place * HASH_SIZE : (place + 1) * HASH_SIZE]

    def _place_of(self, found: bytes) -> int | None:
        if not self._places:  # only once something differs
            self._places = {kept: place for place, kept in enumerate(_split(self._hashes))}
        return self._places.get(found)
