"""Files as they lie on the disk: ciphertexts, logs, whatever else found its way into the home folder."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

from aureole.privacy.residue.matcher import Matcher
from aureole.privacy.residue.report import Finds, Gathering, ResidueReport

_PIECE = 1 << 20
_GZIP = b"\x1f\x8b"
_CLUSTER_MARK = "PG_VERSION"


# Opens a file that is packed in a way of its own (a dump of a database); None for any other.
Unpack = Callable[[Path], AbstractContextManager[BinaryIO] | None]


def scan_folder(
    texts: Sequence[str], folder: Path, *, place: str, unpack: Unpack | None = None
) -> ResidueReport:
    """The files below a folder (a backup's), as they are; what gzip packed is unpacked. Needs no instance."""
    gathering, matcher = Gathering(), Matcher(texts)
    seen = search_folder(folder, matcher, gathering, place=place)
    gathering.searched.append(f"{place}: {seen} files")
    unpacked = _search_unpacked(folder, matcher, gathering, place, unpack) if unpack else 0
    if unpacked:
        gathering.searched.append(f"{place}: {unpacked} dumps, unpacked")
    gathering.not_searched.append("what is sealed inside these files, or packed otherwise than by gzip")
    return gathering.report()


def _search_unpacked(root: Path, matcher: Matcher, gathering: Gathering, place: str, unpack: Unpack) -> int:
    seen = 0
    for path in _files(root, ()):
        opened = unpack(path)
        if opened is None:
            continue
        with opened as stream:
            gathering.add(_shown(path.relative_to(root), matcher, place), matcher.find_stream(pieces(stream)))
        seen += 1
    return seen


def search_folder(
    root: Path, matcher: Matcher, gathering: Gathering, *, place: str, skip: tuple[Path, ...] = ()
) -> int:
    """Search every file below `root`, its name too; returns how many. Folders in `skip` are passed over.

    The files of a database cluster are passed over as well: its tables are searched as tables.
    """
    seen = 0
    for path in _files(root, skip):
        seen += 1
        relative = path.relative_to(root)
        _search_name(relative, matcher, gathering, place)
        shown = _shown(relative, matcher, place)
        try:
            found, is_whole = _search_file(path, matcher)
        except FileNotFoundError:
            continue  # gone while we looked: a job's or a server's passing file
        except OSError as trouble:
            gathering.not_searched.append(f"{shown} ({trouble.strerror or type(trouble).__name__})")
        else:
            gathering.add(shown, found)
            if not is_whole:
                gathering.not_searched.append(f"{shown} (packed, and damaged further on)")
    return seen


def _files(root: Path, skip: tuple[Path, ...]) -> Iterator[Path]:
    closed = {path.resolve() for path in skip}
    for folder, below, names in os.walk(root):
        if _CLUSTER_MARK in names:
            below.clear()
            continue
        below[:] = sorted(name for name in below if (Path(folder) / name).resolve() not in closed)
        for name in sorted(names):
            path = Path(folder) / name
            if path.is_file() and not path.is_symlink():
                yield path


def _search_name(relative: Path, matcher: Matcher, gathering: Gathering, place: str) -> None:
    found = matcher.find(os.fsencode(relative))
    gathering.add(f"{place}: name of a file", found)


def _shown(relative: Path, matcher: Matcher, place: str) -> str:
    """The path, unless it holds what is looked for: a report names nobody."""
    return f"{place}: {'a file' if matcher.find(os.fsencode(relative)) else relative}"


def _search_file(path: Path, matcher: Matcher) -> tuple[Finds, bool]:
    """As it is, and unpacked where it begins like gzip; whether all of that could be unpacked."""
    damage: list[Exception] = []
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP
        file.seek(0)
        found = matcher.find_stream(pieces(file))
    if packed:
        with gzip.open(path, "rb") as unpacked:
            found += matcher.find_stream(_pieces_until_damaged(unpacked, damage))
    return found, not damage


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """A megabyte at a time."""
    while piece := file.read(_PIECE):
        yield piece


def _pieces_until_damaged(file: gzip.GzipFile, damage: list[Exception]) -> Iterator[bytes]:
    """As they come, so that nothing of what lies before the damage is lost."""
    try:
        while piece := file.read1(_PIECE):
            yield piece
    except gzip.BadGzipFile:
        return  # no gzip, for all it begins like it; or all was unpacked, and what follows was searched as it is
    except (EOFError, zlib.error) as trouble:
        damage.append(trouble)
