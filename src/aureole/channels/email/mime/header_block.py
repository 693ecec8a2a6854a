"""Where a header block ends and what lines it has, also when it is malformed."""

from __future__ import annotations

import re

from aureole.channels.email.mime.limits import Limits
from aureole.channels.email.parsed import Reason, Unparseable

RawHeader = tuple[str, bytes]

# Atomic groups: a CR LF must never count as two line ends.
_BLANK = re.compile(rb"(?>\r\n|\n|\r)(?>\r\n|\n|\r)")
_LINE = re.compile(rb"([^\r\n]*)(?:\r\n|\n|\r|\Z)")
_HEADER = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]?(.*)", re.S)
_KNOWN = re.compile(
    rb"(?:from|to|cc|subject|date|sender|reply-to|received|message-id|mime-version|return-path|references"
    rb"|in-reply-to|delivered-to|content-[a-z-]+|x-[a-z0-9-]+)[ \t]*:",
    re.I,
)


def read_header_block(data: bytes, start: int, end: int, limits: Limits) -> tuple[list[RawHeader], int, bool]:
    """Headers in order (name in lower case, value unfolded), where the body starts, whether lines were mended.

    A line that is no header ends the block, unless headers follow: then it is skipped.
    """
    stop, body = _find_end(data, start, end, limits)
    headers: list[tuple[str, list[bytes]]] = []
    mended = False
    for offset, line in _lines(data, start, stop):
        if line[:1] in (b" ", b"\t"):
            _continue(headers, line)
        elif found := _HEADER.match(line):
            headers.append((found.group(1).decode("ascii").lower(), [found.group(2)]))
        elif offset == start and line.lstrip(b">").startswith(b"From "):
            continue
        elif _headers_follow(data, offset + len(line), stop):
            mended = True
        else:
            return _unfolded(headers), offset, True
        if len(headers) > limits.headers:
            raise Unparseable(Reason.TOO_MANY_HEADERS, "The mail has more header lines than any real one.")
    return _unfolded(headers), body, mended


def _find_end(data: bytes, start: int, end: int, limits: Limits) -> tuple[int, int]:
    """End of the last header line and start of the body."""
    if data[start : start + 2] == b"\r\n":
        return start, start + 2
    if data[start : start + 1] in (b"\n", b"\r"):
        return start, start + 1
    found = _BLANK.search(data, start, min(end, start + limits.header_bytes))
    if found:
        return found.start(), found.end()
    if end - start > limits.header_bytes:
        raise Unparseable(Reason.HEADERS_TOO_LONG, "The header of the mail is longer than any real one.")
    return end, end


def _lines(data: bytes, start: int, stop: int) -> list[tuple[int, bytes]]:
    found = _LINE.finditer(data, start, stop)
    return [(m.start(), m.group(1)) for m in found if m.start() < stop]


def _continue(headers: list[tuple[str, list[bytes]]], line: bytes) -> None:
    if headers and line.strip():
        headers[-1][1].append(line.strip())


def _unfolded(headers: list[tuple[str, list[bytes]]]) -> list[RawHeader]:
    return [(name, b" ".join(lines)) for name, lines in headers]


def _headers_follow(data: bytes, position: int, stop: int) -> bool:
    return any(_KNOWN.match(line) for _, line in _lines(data, position, min(stop, position + 4000))[1:])
