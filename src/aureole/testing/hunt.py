"""Searches every byte below a folder for texts, a database cluster's own files included.

Unlike `privacy.residue`, which asks databases for their values, this reads what lies on the disk: live rows,
deleted rows that nothing has overwritten yet, indexes, statistics, the write-ahead log, logs, files, temporary
files. It opens nothing: what is sealed stays sealed, so a find is something that rests readable.

What it cannot see: bytes on the disk that no file holds any more; values that PostgreSQL compressed (of more than
2 KB in a column that allows it, and page images in the write-ahead log with `wal_compression`), unless the one who
hunts has turned that off (`legible_from_now_on`).
"""

from __future__ import annotations

import base64
import gzip
import html
import json
import os
import quopri
import re
import stat
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import quote

from aureole.privacy.residue.encodings import ENCODINGS
from aureole.privacy.residue.folders import pieces
from aureole.privacy.residue.matcher import Matcher

_WAL_SEGMENT = re.compile(r"[0-9A-F]{24}\Z")
_WAL_PAGE = 8192
_WAL_HEADER, _WAL_LONG_HEADER = 24, 40
_LONG = 0x0002


@dataclass(frozen=True, slots=True, order=True)
class Find:
    """`term` counts from 0 in what was looked for; `place` is a path below the folder."""

    place: str
    term: int
    encoding: str
    count: int


@dataclass
class Hunted:
    """What a hunt saw and found. `passed` names what is no file with bytes (sockets, pipes)."""

    finds: list[Find] = field(default_factory=list)
    files: int = 0
    bytes: int = 0
    passed: list[str] = field(default_factory=list)

    @property
    def places(self) -> list[str]:
        return sorted({find.place for find in self.finds})


def hunt(
    folder: Path,
    terms: Sequence[str],
    encodings: Collection[str] = ENCODINGS,
    *,
    changed_since: float = 0.0,
) -> Hunted:
    """Every file below the folder, its name too. Memory stays at a few megabytes.

    encodings      some of `privacy.residue.encodings.ENCODINGS`; each is found in any case of letters
    changed_since  leave out files not written since (seconds since 1970)
    """
    assert set(encodings) <= set(ENCODINGS), f"no such encoding: {set(encodings) - set(ENCODINGS)}"
    matcher, hunted = Matcher(terms), Hunted()
    for path in _paths(folder):
        place = str(path.relative_to(folder))
        _note(
            hunted,
            f"name of {path.parent.relative_to(folder)}/…",
            matcher.find(os.fsencode(path.name)),
            encodings,
        )
        try:
            about = path.lstat()
            if not stat.S_ISREG(about.st_mode):
                hunted.passed.append(place)
                continue
            if about.st_mtime < changed_since:
                continue
            hunted.bytes += about.st_size
            for reading in _readings(path):
                _note(hunted, place, matcher.find_stream(reading), encodings)
        except FileNotFoundError:
            continue  # a server's passing file
        hunted.files += 1
    return hunted


def _note(hunted: Hunted, place: str, found: dict[tuple[int, str], int], encodings: Collection[str]) -> None:
    for (term, encoding), count in sorted(found.items()):
        if encoding in encodings:
            hunted.finds.append(Find(place, term, encoding, count))


def _paths(folder: Path) -> Iterator[Path]:
    for here, below, names in os.walk(folder):
        below.sort()
        for name in sorted(names):
            yield Path(here) / name


def _readings(path: Path) -> Iterator[Iterator[bytes]]:
    """The bytes as they lie there; besides, what was packed, and a log whose records go on over page heads."""
    with path.open("rb") as file:
        head = file.read(4)
        file.seek(0)
        yield pieces(file)
    if _WAL_SEGMENT.match(path.name):
        with path.open("rb") as file:
            yield _without_page_heads(file)
    if head.startswith(b"\x1f\x8b"):
        with gzip.open(path, "rb") as packed:
            yield pieces(cast(BinaryIO, packed))
    if head == b"PK\x03\x04":
        yield from _unzipped(path)


def _without_page_heads(file: BinaryIO) -> Iterator[bytes]:
    """A record longer than the rest of its page goes on behind the head of the next one (access/xlog_internal.h)."""
    while page := file.read(_WAL_PAGE):
        is_long = int.from_bytes(page[2:4], "little") & _LONG
        yield page[_WAL_LONG_HEADER if is_long else _WAL_HEADER :]


def _unzipped(path: Path) -> Iterator[Iterator[bytes]]:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            with archive.open(name) as member:
                yield pieces(cast(BinaryIO, member))


def written_in_every_way(text: str) -> dict[str, bytes]:
    """The text as programs write it, by the standard library and not by what searches for it; to plant and find.

    Keys are an encoding's name, followed by what is special about it.
    """
    data = text.encode()
    packed = {f"base64, offset {n}": base64.b64encode(b"?" * n + data + b" and more") for n in range(3)}
    return {
        "plain": data,
        "plain, lower case": text.lower().encode(),
        "plain, upper case": text.upper().encode(),
        "UTF-16, little endian": text.encode("utf-16-le"),
        "UTF-16, big endian": text.encode("utf-16-be"),
        "quoted-printable": quopri.encodestring(data),
        "percent-encoding": quote(text).encode(),
        "JSON escapes": json.dumps(text).encode(),
        "HTML entities": html.escape(text).encode("ascii", "xmlcharrefreplace"),
        "hex": data.hex().encode(),
        "hex, upper case": data.hex().upper().encode(),
        "base64, for addresses": base64.urlsafe_b64encode(data),
        "reversed": text[::-1].encode(),
        "latin-1": text.encode("latin-1"),
        **packed,
    }
