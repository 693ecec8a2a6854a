"""Growing an RFC 6962 tree and proving things about it, from the hashes of its complete subtrees.

A tree is known by its complete subtrees: `(level, index)` covers leaves index·2^level to (index+1)·2^level − 1.
Those never change once they exist, so they are stored; every root and every proof is made of O(log n) of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator

from aureole.ledger.verifier import node_hash

Place = tuple[int, int]  # level, index
Nodes = Callable[[Place], bytes]
EMPTY_ROOT = hashlib.sha256(b"").digest()


def peaks(size: int) -> list[Place]:
    """The complete subtrees a tree of that size consists of, from left to right."""
    places, start = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            places.append((level, start >> level))
            start += 1 << level
    return places


def grow(size: int, peak_hashes: list[bytes], leaves: Iterable[bytes]) -> Iterator[tuple[Place, bytes]]:
    """Append leaf hashes to a tree of `size`: yields each complete subtree that comes to be, leaves included.

    peak_hashes  hashes of `peaks(size)`; changed in place to those of the grown tree
    """
    for leaf in leaves:
        place, found = (0, size), leaf
        yield place, found
        while place[1] & 1:
            found = node_hash(peak_hashes.pop(), found)
            place = (place[0] + 1, place[1] >> 1)
            yield place, found
        peak_hashes.append(found)
        size += 1


def fold_peaks(hashes: list[bytes]) -> bytes:
    """The root of a tree from its peaks (RFC 6962 §2.1: the right side is folded first)."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def root_at(size: int, node: Nodes) -> bytes:
    """The root the tree had at that size."""
    return fold_peaks([node(place) for place in peaks(size)])


def inclusion_places(index: int, size: int) -> list[list[Place]]:
    """For each step of the audit path (RFC 6962 §2.1.1), the complete subtrees whose fold is its hash."""
    return _path(index, 0, size)


def _path(index: int, start: int, end: int) -> list[list[Place]]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(index, start, middle), _cover(middle, end)]
    return [*_path(index, middle, end), _cover(start, middle)]


def consistency_places(old: int, new: int) -> list[list[Place]]:
    """For each step of the consistency proof (RFC 6962 §2.1.2), the subtrees whose fold is its hash."""
    if old == new:
        return []
    return _consistency(old, 0, new, whole=True)


def _consistency(old: int, start: int, end: int, *, whole: bool) -> list[list[Place]]:
    if old == end - start:
        return [] if whole else [_cover(start, end)]
    middle = _split(end - start)
    if old <= middle:
        return [*_consistency(old, start, start + middle, whole=whole), _cover(start + middle, end)]
    return [*_consistency(old - middle, start + middle, end, whole=False), _cover(start, start + middle)]


def _split(count: int) -> int:
    """The largest power of two smaller than the number of leaves."""
    return 1 << (count - 1).bit_length() - 1


def _cover(start: int, end: int) -> list[Place]:
    """Complete subtrees that make up these leaves; `start` is aligned to whatever comes first."""
    return [(level, index + (start >> level)) for level, index in peaks(end - start)]


def proof_hashes(steps: list[list[Place]], node: Nodes) -> list[bytes]:
    return [fold_peaks([node(place) for place in step]) for step in steps]
