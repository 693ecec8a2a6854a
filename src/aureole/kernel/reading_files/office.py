"""Words of office documents (Office Open XML, OpenDocument): ZIP files of XML, read with a bound on what they hold."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from aureole.kernel.reading_files.kinds import MOST_PARTS, FileWords, Unread

_MOST_UNPACKED = 24 * 1024 * 1024
_READ = (".xml", ".rels")
_EMBEDDED = ("/embeddings/", "ObjectReplacements/")
# After these a line ends; what stands inside of them is one run of words however it is cut by its looks.
_LINES = frozenset(
    {"p", "h", "si", "is", "c", "v", "br", "cr", "line-break", "table-cell", "comment", "creator", "title", "subject",
     "description", "keywords", "lastModifiedBy", "initial-creator", "author", "Company", "Manager"}
)  # fmt: skip
_TABS = frozenset({"tab", "s"})
_TELLING = frozenset({"author", "displayName", "Target", "href", "title", "descr", "alt", "userId"})


def office_words(content: bytes) -> FileWords:
    """Raises zipfile.BadZipFile and the like for a damaged file."""
    with zipfile.ZipFile(BytesIO(content)) as packed:
        entries = packed.infolist()
        if any(entry.flag_bits & 1 for entry in entries):
            return FileWords(unread=Unread.LOCKED)
        parts = [entry for entry in entries if entry.filename.endswith(_READ)]
        if len(parts) > MOST_PARTS or sum(entry.file_size for entry in parts) > _MOST_UNPACKED:
            return FileWords(unread=Unread.LARGE)
        pieces: list[str] = []
        unpacked = 0
        for entry in parts:
            with packed.open(entry) as part:  # what its size says may be a lie
                xml = part.read(_MOST_UNPACKED - unpacked + 1)
            unpacked += len(xml)
            if unpacked > _MOST_UNPACKED:
                return FileWords("".join(pieces), Unread.LARGE)
            try:
                pieces.append("".join(_words(fromstring(xml, forbid_dtd=True))) + "\n")
            except (ParseError, DefusedXmlException):
                return FileWords("".join(pieces), Unread.BROKEN)
    holds_more = any(mark in entry.filename for entry in entries for mark in _EMBEDDED)
    return FileWords("".join(pieces), Unread.NESTED if holds_more else "")


def _words(root: Element) -> Iterator[str]:
    """In their order, without recursion: a hostile file nests deeper than a program may call itself."""
    waiting: list[Element | str] = [root]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
            continue
        name = _local(one.tag)
        yield from (f"{value}\n" for key, value in one.attrib.items() if _local(key) in _TELLING)
        yield one.text or ""
        end = "\n" if name in _LINES else "\t" if name in _TABS else ""
        waiting.append(end + (one.tail or ""))
        waiting.extend(reversed(one))


def _local(name: object) -> str:
    return str(name).rpartition("}")[2]
