"""A message taken apart into its parts, within limits, in one pass per level."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from aureole.channels.email.mime.header_block import RawHeader, read_header_block
from aureole.channels.email.mime.limits import Limits
from aureole.channels.email.mime.parameters import Field, content_type, disposition
from aureole.channels.email.mime.words import header_text
from aureole.channels.email.parsed import Reason, Unparseable

# Boundary lines looked at in one message. A hostile one can have millions that are none.
_CANDIDATES = 100_000
_GUESSED = re.compile(
    rb"(?:\A|[\r\n])--([^\r\n]{1,200}?)[ \t]*(?:\r\n|\n|\r)(?=content-[a-z-]+[ \t]*:)", re.I
)
_GUESS_WITHIN = 64 * 1024


@dataclass(slots=True)
class Entity:
    """One MIME entity: headers in order, type, disposition, and either children or a body (still encoded)."""

    headers: list[RawHeader]
    type: Field
    disposition: Field
    body: bytes = b""
    children: list[Entity] = field(default_factory=list)

    def first(self, name: str) -> str | None:
        """The first header of that name as text, encoded words still encoded."""
        for key, value in self.headers:
            if key == name:
                return header_text(value)
        return None

    def all(self, name: str) -> list[str]:
        return [header_text(value) for key, value in self.headers if key == name]


@dataclass(slots=True)
class Taking:
    """The work in hand: what was counted so far and what had to be mended."""

    data: bytes
    limits: Limits
    parts: int = 0
    candidates: int = 0
    notes: set[str] = field(default_factory=set)


def take_apart(data: bytes, limits: Limits) -> tuple[Entity, set[str]]:
    """The root entity and notes of what was mended. Raises Unparseable beyond the limits."""
    taking = Taking(data, limits)
    start = len(data) - len(data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"))
    return _read(taking, start, len(data), depth=0, default="text/plain"), taking.notes


def _read(taking: Taking, start: int, end: int, *, depth: int, default: str) -> Entity:
    headers, body, mended = read_header_block(taking.data, start, end, taking.limits)
    if mended:
        taking.notes.add("header_mended")
    entity = Entity(headers, Field(default), Field(""))
    entity.type = _best_type(entity, default)
    entity.disposition = disposition(entity.first("content-disposition"))
    if entity.type.value.startswith("multipart/"):
        _read_children(taking, entity, body, end, depth)
    if not entity.children:
        entity.body = taking.data[body:end]
    return entity


def _best_type(entity: Entity, default: str) -> Field:
    """The first Content-Type that is one: some programs send two."""
    fields = [content_type(value, "") for value in entity.all("content-type")[:5]]
    found = next((f for f in fields if f.value), None)
    return found or Field(default, fields[0].params if fields else {})


def _read_children(taking: Taking, entity: Entity, start: int, end: int, depth: int) -> None:
    if depth >= taking.limits.depth:
        raise Unparseable(Reason.TOO_DEEP, "The mail has parts within parts deeper than any real one.")
    spans = _spans(taking, entity.type.params.get("boundary", ""), start, end)
    if not spans:
        taking.notes.add("boundary_missing")
        entity.type = Field("text/plain", {"charset": entity.type.params.get("charset", "")})
        return
    default = "message/rfc822" if entity.type.value == "multipart/digest" else "text/plain"
    entity.children = [_read(taking, a, b, depth=depth + 1, default=default) for a, b in spans]


def _spans(taking: Taking, boundary: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where the parts lie. A declared boundary that never occurs is replaced by the one that does."""
    spans = _split(taking, boundary.encode("utf-8", "surrogateescape"), start, end) if boundary else []
    if spans:
        return spans
    guessed = _GUESSED.search(taking.data, max(0, start - 1), min(end, start + _GUESS_WITHIN))
    if guessed is None:
        return []
    taking.notes.add("boundary_guessed")
    return _split(taking, guessed.group(1), start, end)


def _split(taking: Taking, boundary: bytes, start: int, end: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    opened: int | None = None
    position = start
    needle = b"--" + boundary
    while (at := taking.data.find(needle, position, end)) >= 0:
        taking.candidates += 1
        if taking.candidates > _CANDIDATES:
            raise Unparseable(Reason.TOO_MANY_PARTS, "The mail has more parts than any real one.")
        position = at + len(needle)
        line = _delimiter(taking.data, at, position, start, end)
        if line is None:
            continue
        closing, position = line
        if opened is not None:
            _add(taking, spans, opened, _before_newline(taking.data, at, opened))
        opened = None if closing else position
        if closing:
            break
    if opened is not None:
        taking.notes.add("boundary_unclosed")
        _add(taking, spans, opened, end)
    return spans


def _delimiter(data: bytes, at: int, after: int, start: int, end: int) -> tuple[bool, int] | None:
    """Whether this is a whole boundary line: is it the closing one, and where the next line starts."""
    if at > start and data[at - 1 : at] not in (b"\n", b"\r"):
        return None
    closing = data[after : after + 2] == b"--"
    position = after + 2 if closing else after
    breaks = [data.find(mark, position, position + 1000) for mark in (b"\n", b"\r")]
    line_end = min((place for place in breaks if place >= 0), default=end)
    if data[position : min(line_end, end)].strip():
        return None
    return closing, min(end, line_end + (2 if data[line_end : line_end + 2] == b"\r\n" else 1))


def _before_newline(data: bytes, at: int, opened: int) -> int:
    """The line break before a boundary belongs to the boundary (RFC 2046 §5.1.1)."""
    if at - 2 >= opened and data[at - 2 : at] == b"\r\n":
        return at - 2
    return max(opened, at - 1)


def _add(taking: Taking, spans: list[tuple[int, int]], start: int, end: int) -> None:
    taking.parts += 1
    if taking.parts > taking.limits.parts:
        raise Unparseable(Reason.TOO_MANY_PARTS, "The mail has more parts than any real one.")
    spans.append((start, max(start, end)))
