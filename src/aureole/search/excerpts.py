from __future__ import annotations

from collections.abc import Sequence

from aureole.kernel.text import one_line
from aureole.search.reading import Reading
from aureole.search.wanted import Place, Wanted

LENGTH = 160
_BEFORE = 50


def first_place(parts: Sequence[Wanted], reading: Reading) -> Place | None:
    """Where the first of the parts begins; None when one of them is nowhere."""
    found = [next(iter(part.places(reading)), None) for part in parts]
    places = [place for place in found if place is not None]
    return min(places) if places and len(places) == len(found) else None


def _merge(places: list[Place]) -> list[Place]:
    merged: list[Place] = []
    for start, end in sorted(places):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def cut_excerpt(text: str, first: Place, parts: Sequence[Wanted]) -> tuple[str, tuple[Place, ...]]:
    """One line of about 160 characters around the first match, and the matches within that line."""
    start = _word_start(text, max(0, first[0] - _BEFORE), first[0])
    end = _word_end(text, max(start + LENGTH, first[1]), first[1])
    line = one_line(text[start:end])
    line = ("… " if start else "") + line + (" …" if end < len(text) else "")
    reading = Reading(line)
    marks = _merge([place for part in parts for place in part.places(reading)])
    return line, tuple(marks)


def _word_start(text: str, start: int, match: int) -> int:
    """The beginning of the next word, unless that would cut into the match."""
    if start == 0 or text[start - 1].isspace():
        return start
    while start < match and not text[start].isspace():
        start += 1
    return start


def _word_end(text: str, end: int, match: int) -> int:
    if end >= len(text):
        return len(text)
    while end > match and not text[end].isspace():
        end -= 1
    return end
