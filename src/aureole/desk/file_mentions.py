"""Documents of other people that name somebody: what becomes of them when that person is erased.

A document cannot be blacked out without leaving the words somewhere in it, so its words, blacked out, take its place.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from aureole.desk import file_index, searching
from aureole.desk.attachment_text import decoded_text, file_words, is_text
from aureole.desk.models import Attachment, Message
from aureole.kernel.reading_files.kinds import WHY
from aureole.people.models import Person
from aureole.privacy.erasure.mentions import still_there
from aureole.privacy.erasure.redactor import Redactor
from aureole.privacy.holds.guard import holds_on
from aureole.privacy.models import Hold
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
_NOTICE = (
    "This file named a person who was erased. It was kept under a hold, and removed when that was released.\n"
)


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
        held = held_among(files)
        opened = [a for a in files if not isinstance(a.content_type, Erased)]
        return [r for a in opened for r in _redact(a, redactor, held.get(a.pk), dry=dry)]


def held_among(attachments: Sequence[Attachment]) -> dict[uuid.UUID, Hold]:
    """Files that stay as they are, with the hold that says so, by their id."""
    return holds_on(Attachment._meta.db_table, [one.pk for one in attachments]) if attachments else {}


def _around(attachment: Attachment) -> list[Person]:
    message = attachment.message
    return [person for person in (message.person, message.author) if person is not None]


def _redact(attachment: Attachment, redactor: Redactor, hold: Hold | None, *, dry: bool) -> list[Redaction]:
    words = file_words(attachment).text
    if not redactor.mentions(words):
        return []
    spare = " ".join(str(person.name or "") for person in _around(attachment))
    spans = redactor.redact(words, sure=True, spare=spare)[1]
    if not dry and hold is None:
        replace_by_words(attachment, redactor, spare)
        _index_anew(attachment.message)
    return [
        Redaction(place=FILES, row_id=attachment.pk, person_id=attachment.person_id, spans=spans, hold=hold)
    ]


def _index_anew(message: Message) -> None:
    attached = list(message.attachments.select_related("file"))
    unlock([message], attached)
    searching.index_message(message, message.ticket, attached)


def replace_by_words(attachment: Attachment, redactor: Redactor, spare: str) -> None:
    """A new sealed file in the place of the old one, which is deleted with its key: a text as the text it is, anything
    else as the words that could be read of it. Saves the attachment."""
    if is_text(str(attachment.content_type)):
        text = redactor.redact(decoded_text(read_file(attachment.file)), sure=True, spare=spare)[0]
    else:
        words = file_words(attachment)
        rest = _REST.format(why=WHY[words.unread]) if words.unread else ""
        text = f"{_HEAD}{rest}\n{redactor.redact(words.text, sure=True, spare=spare)[0]}"
        _call_text(attachment)
    _replace(attachment, text)


def replace_by_notice(attachment: Attachment) -> None:
    """Of a document that named somebody erased while nobody knows any more whom. In the caller's transaction."""
    _call_text(attachment)
    _replace(attachment, _NOTICE)
    _index_anew(attachment.message)


def _call_text(attachment: Attachment) -> None:
    attachment.content_type = "text/plain"
    attachment.name = f"{attachment.name}.txt"


def _replace(attachment: Attachment, text: str) -> None:
    old = attachment.file
    attachment.file = seal_file(text.encode(), person_id=attachment.person_id)
    attachment.save()
    delete_files([old])
    file_index.note_files([attachment])
