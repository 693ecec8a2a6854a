"""One pass over the bytes for all texts in all their forms at once (Aho and Corasick, 1975)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

import ahocorasick

from aureole.privacy.residue.encodings import Form, forms
from aureole.privacy.residue.report import Finds

# In sealed bytes a form shorter than this is found by chance alone.
SHORTEST_IN_SEALED = 6
_MOST_BYTES = (
    96  # of 256: with more, random bytes are so often like a form that one pass over all of them is faster
)
_RUN = b"\x01" * SHORTEST_IN_SEALED
_BREAKS = (b"\n", b"  ", b"\t", b"\xc2\xa0")
_LETTER = re.compile(rb"[0-9A-Za-z\x80-\xff]")
_ACROSS_LINES = ("base64", "hex")
_MARGIN = 256


class Matcher:
    """Finds texts in bytes. Holds what it looks for, so it is never stored or logged."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._automaton = ahocorasick.Automaton()
        by_key: dict[str, list[tuple[int, Form]]] = defaultdict(list)
        for ordinal, text in enumerate(texts):
            for form in forms(text.strip()):
                by_key[form.data.lower().decode("latin-1")].append((ordinal, form))
        for key, meanings in by_key.items():
            self._automaton.add_word(key, (len(key), meanings))
        self._empty = not by_key
        self._longest = max(map(len, by_key), default=0)
        self._mask = _mask_of(by_key)
        if by_key:
            self._automaton.make_automaton()

    @property
    def overlap(self) -> int:
        """How many bytes two pieces of a stream must share so that nothing is missed between them."""
        return 2 * self._longest + _MARGIN

    def find(self, data: bytes, *, sealed: bool = False, known: int = 0) -> Finds:
        """What is in the data.

        sealed  the bytes are ciphertext: forms that chance would produce do not count
        known   so many bytes at the start were looked at before: what ends in them is not counted again
        """
        if self._empty:
            return Counter()
        found = self._pass(data, sealed, known)
        if sealed:
            return found
        for key in self._unfolded(data) - found.keys() - self._unfolded(data[:known]):
            found[key] = 1
        return found

    def _unfolded(self, data: bytes) -> set[tuple[int, str]]:
        """What shows once lines are joined, whatever it counts."""
        return {
            key
            for unfolded, only in _unfoldings(data)
            for key in self._pass(unfolded, False, 0)
            if only is None or key[1] in only
        }

    def find_stream(self, pieces: Iterable[bytes], *, sealed: bool = False) -> Finds:
        """What is in a stream of any length; memory stays at two pieces."""
        found: Finds = Counter()
        tail = b""
        for piece in pieces:
            data = tail + piece
            found += self.find(data, sealed=sealed, known=len(tail))
            tail = data[-self.overlap :]
        return found

    def _pass(self, data: bytes, sealed: bool, known: int) -> Finds:
        found: Finds = Counter()
        for begin, stop in self._stretches(data) if sealed else ((0, len(data)),):
            for last, (length, meanings) in self._automaton.iter(data[begin:stop].lower().decode("latin-1")):
                start, end = begin + last + 1 - length, begin + last + 1
                if end <= known or (sealed and length < SHORTEST_IN_SEALED):
                    continue
                for ordinal, form in meanings:
                    if _counts(form, data, start, end):
                        found[(ordinal, form.encoding)] += 1
        return found

    def _stretches(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Where ciphertext could hold a form at all: bytes that forms are made of, as many in a row as the shortest.

        Most of what is at rest is ciphertext, and of a megabyte of it some hundred places are left. Every byte is
        looked at all the same.
        """
        if self._mask is None:
            yield 0, len(data)
            return
        masked = data.translate(self._mask)
        begin = masked.find(_RUN)
        while begin >= 0:
            stop = masked.find(b"\x00", begin)
            stop = len(masked) if stop < 0 else stop
            yield begin, stop
            begin = masked.find(_RUN, stop)


def _mask_of(keys: Iterable[str]) -> bytes | None:
    """For `translate`: 1 for a byte that stands in some form, in either case, and 0 for all others; None when those
    are too many to tell anything."""
    used = {byte for key in keys if len(key) >= SHORTEST_IN_SEALED for byte in key.encode("latin-1")}
    mask = bytes(bytes([byte]).lower()[0] in used for byte in range(256))
    return mask if sum(mask) <= _MOST_BYTES else None


def _counts(form: Form, data: bytes, start: int, end: int) -> bool:
    if form.exact:
        return data[start:end] == form.data
    if form.whole:
        before, after = data[max(start - 1, 0) : start], data[end : end + 1]
        return not (_LETTER.match(before) or _LETTER.match(after))
    return True


def _unfoldings(data: bytes) -> Iterable[tuple[bytes, tuple[str, ...] | None]]:
    """The data as it reads once the breaks are out that mail and typists put into lines."""
    if not any(mark in data for mark in _BREAKS):
        return
    joined = data.replace(b"=\r\n", b"").replace(b"=\n", b"")
    if joined != data:
        yield joined, None
    blanks = joined.replace(b"\n>", b"\n ").replace(b"\xc2\xa0", b" ")
    yield b" ".join(blanks.split()), None
    yield data.replace(b"\n ", b"\n").translate(None, b"\r\n\t"), _ACROSS_LINES
