"""Stretches of a text that tell of somebody else, and who may have the last word about them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from aureole.kernel.reading_files.kinds import FileWords


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """From `start` up to `end` of a text.

    shown   what stands there instead: "[another person]"
    reason  why, as the manifest says it
    kind    person, staff, address (an e-mail address); an examiner knows further ones
    is_sure False for what an examiner found by its form only
    """

    start: int
    end: int
    shown: str
    reason: str
    kind: str
    is_sure: bool = True


class Examiner(Protocol):
    """Where people decide what an answer shows: is told of every text and says what is covered in the end."""

    is_telling: bool

    def at(self, table: str, row_id: uuid.UUID) -> None:
        """Which row the texts that follow belong to."""
        ...

    def judge(self, text: str, found: Sequence[Span], *, own: bool) -> list[Span]:
        """What to cover of one text. `own`: the person wrote it themselves, so only what was marked by hand counts."""
        ...

    def hides_party(self, known: str) -> bool:
        """Whether somebody in a header is covered. `known`: their address, or their name without one."""
        ...

    def withholds(self, name: str, words: FileWords, found: Sequence[Span], *, own: bool) -> str:
        """Why a file is left out, "" when it goes along.

        name   a digest of its bytes
        words  what could be read of it, and why not all
        """
        ...

    def has_marks(self) -> bool:
        """Whether something in the current row was covered by hand, so that its other forms follow the text."""
        ...

    def has_marks_anywhere(self) -> bool: ...

    def told(self) -> dict[str, Any]:
        """What was decided, for the manifest: the list of reasons with counts, and the rows. No words."""
        ...


def cover(text: str, spans: Iterable[Span], note: Callable[[str], Any]) -> str:
    """The text with the spans replaced; `note` is called with the reason of each. Of overlapping ones the first."""
    pieces, position = [], 0
    for span in merged(spans):
        pieces += [text[position : span.start], span.shown]
        position = span.end
        note(span.reason)
    return "".join([*pieces, text[position:]])


def merged(spans: Iterable[Span]) -> list[Span]:
    """In their order, overlapping ones as one from the first start to the last end."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if joined and span.start < joined[-1].end:
            joined[-1] = _longer(joined[-1], span.end)
        else:
            joined.append(span)
    return joined


def _longer(span: Span, end: int) -> Span:
    return Span(
        start=span.start, end=max(span.end, end), shown=span.shown, reason=span.reason, kind=span.kind,
        is_sure=span.is_sure,
    )  # fmt: skip


def part_of(whole: str, part: str, spans: Sequence[Span]) -> list[Span] | None:
    """The spans of a text, as they fall on a stretch of it; None when it is no stretch of it."""
    at = whole.find(part)
    if at < 0:
        return None
    inside = (s for s in spans if s.end > at and s.start < at + len(part))
    return [
        Span(
            start=max(s.start - at, 0), end=min(s.end - at, len(part)), shown=s.shown, reason=s.reason,
            kind=s.kind, is_sure=s.is_sure,
        )
        for s in inside
    ]  # fmt: skip
