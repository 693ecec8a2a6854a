"""Words inside attached files, as far as they can be read without guessing."""

from __future__ import annotations

import email
import email.policy

from aureole.desk.models import Attachment
from aureole.kernel.reading_files.apart import read_words
from aureole.kernel.reading_files.kinds import MOST_BYTES, FileWords, Unread
from aureole.vault.erased import Erased
from aureole.vault.files import read_file
from aureole.vault.models import SealedFile

MAX_BYTES = 512 * 1024
_TEXTS = ("application/json", "application/xml", "application/ics", "application/csv")
_MAIL = "message/rfc822"


def is_text(content_type: str) -> bool:
    """Whether the bytes are text that can be rewritten."""
    return content_type.startswith("text/") or content_type in _TEXTS


def is_readable(content_type: str, size: int) -> bool:
    return size <= MAX_BYTES and (is_text(content_type) or content_type == _MAIL)


def is_indexed_with_message(content_type: str, size: int) -> bool:
    """Whether all its words are in the index as soon as it is here. Of a mail only the texts are, not files in it."""
    return size <= MAX_BYTES and is_text(content_type)


def words_in(content_type: str, content: bytes) -> str:
    """The text of readable content, "" for anything else. Never raises: files are hostile."""
    if not is_readable(content_type, len(content)):
        return ""
    return _mail_words(content) if content_type == _MAIL else decoded_text(content)


def text_of(content_type: str, file: SealedFile) -> str:
    """The text of a sealed file, "" when it cannot be read."""
    return words_in(content_type, read_file(file)) if is_readable(content_type, file.size) else ""


def file_words(attachment: Attachment) -> FileWords:
    """All that a program can read of an attached file whatever it is, and why not the rest: for when a person waits
    for it and decides, and for the worker (`file_index`). What arrives is indexed by `text_of`, which reads texts and
    mails only and costs nothing."""
    kind = "" if isinstance(attachment.content_type, Erased) else str(attachment.content_type or "")
    if attachment.file.size > MOST_BYTES:
        return FileWords(unread=Unread.LARGE)
    return read_words(kind, read_file(attachment.file))


def decoded_text(content: bytes) -> str:
    for encoding in ("utf-8", "utf-16") if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8",):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("cp1252", "replace")


def _mail_words(content: bytes) -> str:
    """Raw source and decoded text parts of an attached mail."""
    pieces = [decoded_text(content)]
    message = email.message_from_bytes(content, policy=email.policy.compat32)
    for number, part in enumerate(message.walk()):
        if number > 50:
            break
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            pieces.append(decoded_text(payload) if isinstance(payload, bytes) else "")
    return "\n".join(pieces)
