"""What a program here can read of a file and what not: the one list that answers, scans and certificates go by."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

MOST_BYTES = 24 * 1024 * 1024
MOST_CHARACTERS = 400_000
MOST_PAGES = 300
MOST_PARTS = 500

IS_READ = "text, mails, calendars, contacts, PDF and office documents"
NOT_LOOKED_AT = "pictures, sound, scans and archives, pictures inside documents, and what a password protects"


class Unread(StrEnum):
    """Why a file, or a part of it, could not be read. Its name is a code; `WHY` has the words."""

    PICTURE = "picture"
    SCAN = "scan"
    LOCKED = "locked"
    BROKEN = "broken"
    LARGE = "large"
    LONG = "long"
    SLOW = "slow"
    NESTED = "nested"
    UNKNOWN = "unknown"


WHY: dict[str, str] = {
    Unread.PICTURE: "a picture, and no program looks at pictures here",
    Unread.SCAN: "pages without words in them, such as a scan",
    Unread.LOCKED: "protected by a password",
    Unread.BROKEN: "damaged, or not what it says it is",
    Unread.LARGE: "too large to be read",
    Unread.LONG: "too long: only its beginning was read",
    Unread.SLOW: "it took too long to read",
    Unread.NESTED: "other files inside it, and not all of them could be read",
    Unread.UNKNOWN: "of a kind no program reads here",
}


@dataclass(frozen=True, slots=True)
class FileWords:
    """text: what could be read, also of a file that could not be read to its end. unread: a code, "" for all read."""

    text: str = ""
    unread: str = ""


_PICTURES = (
    b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM", b"II*\x00", b"MM\x00*", b"\x00\x00\x01\x00",
)  # fmt: skip
PACKED = b"PK\x03\x04"
_MARKUP = (b"<!doctype html", b"<html", b"<svg", b"<?xml")
_MAIL = "message/rfc822"


def kind_of(content_type: str, content: bytes) -> str:
    """text, markup, mail, pdf, office, picture or unknown: by what it is, and only then by what it says it is."""
    start = content[:1024]
    if b"%PDF-" in start:
        return "pdf"
    if start.startswith(PACKED):
        return "office" if _is_office(content) else "unknown"
    if start.startswith(_PICTURES) or (start[:4] == b"RIFF" and start[8:12] == b"WEBP"):
        return "picture"
    if start[4:8] == b"ftyp" and start[8:12] in (b"heic", b"heix", b"mif1", b"avif"):
        return "picture"
    if content_type == _MAIL:
        return "mail"
    if content_type in ("text/html", "application/xhtml+xml", "image/svg+xml") or _is_markup(start):
        return "markup"
    return "text" if decoded(content, content_type) is not None else "unknown"


def _is_markup(start: bytes) -> bool:
    return start.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_MARKUP)


def _is_office(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            names = set(packed.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    return "[Content_Types].xml" in names or "content.xml" in names


def decoded(content: bytes, content_type: str = "text/plain") -> str | None:
    """The text of a text file; None for what is none. What only says it is text must be UTF-8 or read like words."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        if not content_type.startswith("text/"):
            return None
        text = content.decode("cp1252", "replace")
    return None if "\x00" in text else text.removeprefix("\ufeff")
