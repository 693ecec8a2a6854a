"""Mails in files: .eml, mbox, folders (also Maildir) and standard input, one at a time."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from aureole.kernel.errors import Refused

_FROM_LINE = re.compile(rb"From \S.{0,300}\d{4}\s*$")
_ESCAPED = re.compile(rb">+From ")
_MAILDIR = ("cur", "new")
_LARGEST = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FoundMail:
    """Where it was found ("inbox.mbox#3" for the third of an mbox) and its bytes."""

    path: str
    raw: bytes


def count_files(paths: Iterable[str]) -> int:
    """How many files will be looked at, for an estimate of the time. Raises Refused like `mails_in`."""
    return sum(1 for path in paths for _ in _files(path))


def mails_in(paths: Iterable[str]) -> Iterator[FoundMail]:
    """Every mail of these places, in the order of names. "-" is standard input.

    A file named here is read whatever its name; in a folder only what is .eml, mbox or part of a Maildir.
    Raises Refused for a path that is not there or cannot be read; mails before it have been handed out.
    """
    for path in paths:
        for file in _files(path):
            yield from _mails_of(file)


def _files(path: str) -> Iterator[Path | None]:
    """None stands for standard input."""
    if path == "-":
        yield None
        return
    place = Path(path)
    if place.is_dir():
        yield from (f for f in sorted(place.rglob("*")) if f.is_file() and _is_mail(f))
    elif place.is_file():
        yield place
    else:
        raise Refused("path_missing", f"There is no file or folder {path}; nothing was read from it.")


def _is_mail(file: Path) -> bool:
    if file.suffix.lower() in (".eml", ".mbox", ".mbx") or file.parent.name in _MAILDIR:
        return not file.name.startswith(".")
    try:
        with file.open("rb") as opened:
            return bool(_FROM_LINE.match(opened.readline(1000)))
    except OSError as trouble:
        raise _unreadable(str(file), trouble) from trouble


def _mails_of(file: Path | None) -> Iterator[FoundMail]:
    if file is None:
        yield from _mails_in_stream("-", sys.stdin.buffer, single=False)
        return
    try:
        with file.open("rb") as opened:
            yield from _mails_in_stream(str(file), opened, single=file.suffix.lower() == ".eml")
    except OSError as trouble:
        raise _unreadable(str(file), trouble) from trouble


def _unreadable(path: str, trouble: OSError) -> Refused:
    return Refused(
        "path_unreadable",
        f"{path} cannot be read ({type(trouble).__name__}). Mails before it are safe; "
        "make it readable and run the same command again: nothing is taken twice.",
    )


def _mails_in_stream(name: str, stream: BinaryIO, *, single: bool) -> Iterator[FoundMail]:
    first = stream.readline()
    if single or not _FROM_LINE.match(first):
        yield FoundMail(name, first + stream.read(_LARGEST))
        return
    for number, raw in enumerate(_split_mbox(stream), 1):
        yield FoundMail(f"{name}#{number}", raw)


def _split_mbox(stream: BinaryIO) -> Iterator[bytes]:
    """After its first line: a mail ends where a From line follows an empty one (RFC 4155, mboxrd escapes)."""
    lines: list[bytes] = []
    after_blank = False
    for line in stream:
        if after_blank and _FROM_LINE.match(line):
            yield b"".join(lines[:-1])
            lines = []
        else:
            lines.append(line[1:] if _ESCAPED.match(line) else line)
        after_blank = not line.strip()
    yield b"".join(lines)
