"""The text layer of a PDF, its forms, notes and properties. Pictures of pages are not read."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject

from aureole.kernel.reading_files.kinds import MOST_CHARACTERS, MOST_PAGES, FileWords, Unread


def pdf_words(content: bytes) -> FileWords:
    """Raises what the library raises for a damaged file."""
    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted and not _opens(reader):
        return FileWords(unread=Unread.LOCKED)
    pieces, unread, length = [*_about(reader)], "", 0
    for number, page in enumerate(reader.pages):
        if number == MOST_PAGES or length > MOST_CHARACTERS:
            unread = Unread.LONG
            break
        text = page.extract_text()
        if not text.strip():
            unread = unread or Unread.SCAN
        pieces += [text, *_notes(page)]
        length += len(text)
    return FileWords("\n".join(pieces), unread or (Unread.NESTED if _holds_files(reader) else ""))


def _opens(reader: PdfReader) -> bool:
    """Many are locked against printing only, and open without a password."""
    try:
        return bool(reader.decrypt(""))
    except (PyPdfError, NotImplementedError, ValueError):
        return False


def _about(reader: PdfReader) -> Iterator[str]:
    """Author and title among its properties, and what was typed into a form."""
    yield from (str(value) for value in (reader.metadata or {}).values())
    for field in (reader.get_fields() or {}).values():
        value = field.get("/V")
        if isinstance(value, str):
            yield value


def _notes(page: DictionaryObject) -> Iterator[str]:
    for note in page.get("/Annots") or ():
        one: Any = note.get_object()
        for key in ("/Contents", "/T"):
            if isinstance(one.get(key), str):
                yield str(one[key])
        action = one.get("/A")
        address = action.get_object().get("/URI") if action is not None else None
        if isinstance(address, str):
            yield address


def _holds_files(reader: PdfReader) -> bool:
    return any(True for _ in reader.attachment_list)
