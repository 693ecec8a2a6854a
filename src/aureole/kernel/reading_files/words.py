"""The words of one file, by its kind. May raise anything and take any time: `apart` puts bounds to it."""

from __future__ import annotations

import quopri
import re

from aureole.kernel import html_words
from aureole.kernel.reading_files.kinds import (
    MOST_BYTES,
    MOST_CHARACTERS,
    FileWords,
    Unread,
    decoded,
    kind_of,
)
from aureole.kernel.reading_files.mail import mail_words
from aureole.kernel.reading_files.office import office_words

_FOLDED = re.compile(r"\r?\n[ \t]")
_QUOTED = re.compile(r"(?<==)\r?\n")
_DEEPEST = 3


def words_in(content_type: str, content: bytes, depth: int = 0) -> FileWords:
    """What can be read of it, files inside files included, three deep."""
    if len(content) > MOST_BYTES:
        return FileWords(unread=Unread.LARGE)
    kind = kind_of(content_type, content)
    if kind == "picture":
        return FileWords(unread=Unread.PICTURE)
    if kind == "pdf":
        # Here, since its library is a tenth of what any process would load, and only the child reads one.
        from aureole.kernel.reading_files.pdf import pdf_words

        return shortened(pdf_words(content))
    if kind == "office":
        return shortened(office_words(content))
    if kind == "mail":
        if depth >= _DEEPEST:
            return FileWords(unread=Unread.NESTED)
        return shortened(mail_words(content, lambda inner, part: words_in(inner, part, depth + 1)))
    text = decoded(content, content_type)
    if text is None:
        return FileWords(unread=Unread.UNKNOWN)
    return shortened(_marked_up(text) if kind == "markup" else FileWords(text=_plain(text)))


def _marked_up(text: str) -> FileWords:
    unread = Unread.LONG if len(text) > html_words.MOST else ""
    return FileWords(text=html_words.html_words(text), unread=unread)


def _plain(text: str) -> str:
    """Calendars and contacts (RFC 5545, 6350; vCard 2.1) break lines inside words: made whole."""
    start = text[:200].lstrip().upper()
    if not start.startswith(("BEGIN:VCARD", "BEGIN:VCALENDAR")):
        return text
    if "QUOTED-PRINTABLE" in text.upper():
        text = quopri.decodestring(_QUOTED.sub("\n", text).encode()).decode("utf-8", "replace")
    return _FOLDED.sub("", text)


def shortened(words: FileWords) -> FileWords:
    if len(words.text) <= MOST_CHARACTERS:
        return words
    return FileWords(text=words.text[:MOST_CHARACTERS], unread=words.unread or Unread.LONG)
