"""Documents of other people that name somebody: what becomes of them when that person is erased.

A document cannot be blacked out without leaving the words somewhere in it, so its words, blacked out, take its place.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from aureole.desk import file_index, searching
from aureole.desk.attachment_text import decoded_text, file_words, is_text
from aureole.desk.models import Attachment
from aureole.kernel.reading_files.kinds import WHY
from aureole.people.models import Person
from aureole.privacy.erasure.mentions import still_there
from aureole.privacy.erasure.redactor import Redactor
from aureole.privacy.ports import Redaction
from aureole.vault.erased import Erased
from aureole.vault.files import delete_files, read_file, seal_file
from aureole.vault.unlock import unlock

FILES = "vault_sealed_file (others' texts)"
_HEAD = (
    "This file named a person who was erased. It was removed, and this is its text without them; how it looked and "
    "pictures in it went with it.\n"
)
_REST = "It could not be read to its end ({why}); the rest went with it, too.\n"


class FileMentions:
    """Contents of attached documents. Only what surely names the person counts here: one word of a name in a
    contract of forty pages says nothing."""

    kind = file_index.KIND
    table = ""

    def redact(self, row_ids: Sequence[uuid.UUID], redactor: Redactor, *, dry: bool) -> list[Redaction]:
        rows = Attachment.objects.filter(pk__in=row_ids)
        rows = rows.select_related("file", "message__ticket", "message__person", "message__author")
        files = list(rows if dry else still_there(rows))
        unlock(files, (a.message for a in files), (p for a in files for p in _around(a)))
        return [
            r for a in files if not isinstance(a.content_type, Erased) for r in _redact(a, redactor, dry=dry)
        ]


def _around(attachment: Attachment) -> list[Person]:
    message = attachment.message
    return [person for person in (message.person, message.author) if person is not None]


def _redact(attachment: Attachment, redactor: Redactor, *, dry: bool) -> list[Redaction]:
    words = file_words(attachment).text
    if not redactor.mentions(words):
        return []
    spare = " ".join(str(person.name or "") for person in _around(attachment))
    spans = redactor.redact(words, sure=True, spare=spare)[1]
    if not dry:
        replace_by_words(attachment, redactor, spare)
        attached = list(attachment.message.attachments.select_related("file"))
        unlock(attached)
        searching.index_message(attachment.message, attachment.message.ticket, attached)
    return [Redaction(place=FILES, row_id=attachment.pk, person_id=attachment.person_id, spans=spans)]


def replace_by_words(attachment: Attachment, redactor: Redactor, spare: str) -> None:
    """A new sealed file in the place of the old one, which is deleted with its key: a text as the text it is, anything
    else as the words that could be read of it. Saves the attachment."""
    kind, old = str(attachment.content_type), attachment.file
    if is_text(kind):
        text = redactor.redact(decoded_text(read_file(old)), sure=True, spare=spare)[0]
    else:
        words = file_words(attachment)
        rest = _REST.format(why=WHY[words.unread]) if words.unread else ""
        text = f"{_HEAD}{rest}\n{redactor.redact(words.text, sure=True, spare=spare)[0]}"
        attachment.content_type = "text/plain"
        attachment.name = f"{attachment.name}.txt"
    attachment.file = seal_file(text.encode(), person_id=attachment.person_id)
    attachment.save()
    delete_files([old])
    file_index.note_files([attachment])
