"""Words inside attached documents, in the index for those who ask what mentions somebody. No search finds them.

A document takes long to read, and may be hostile: what arrives is noted, and read by the worker in a process apart.
What no program could read is counted, so that a certificate can say it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime

from aureole.desk.attachment_text import file_words, is_indexed_with_message
from aureole.desk.models import Attachment
from aureole.kernel.actor import Actor
from aureole.kernel.jobs import store_job
from aureole.kernel.reading_files.kinds import WHY, FileWords, Unread, kind_of
from aureole.search import sources
from aureole.search.document import Document
from aureole.search.find import count_by_key
from aureole.search.index import await_reading, remove_documents
from aureole.search.sources import Hit
from aureole.vault.erased import Erased
from aureole.vault.unlock import unlock

KIND = "file"
MOST_COUNTED = 1_000
_COUNTED = tuple(
    why for why in Unread if why != Unread.PICTURE
)  # of pictures there are too many to keep a list


def note_files(attachments: Sequence[Attachment]) -> None:
    """In the transaction that writes them: those that are read later wait for it, others are in no list of theirs."""
    later = [one for one in attachments if not _is_read_already(one)]
    others = [one.pk for one in attachments if one not in later]
    if later:
        await_reading([_waiting(one) for one in later])
    if others:
        remove_documents(KIND, others)


def note_new_files(attached: Sequence[tuple[Attachment, bytes]]) -> None:
    """The same for files of a new message, with their contents: the worker begins at once. No job for what needs
    none."""
    later = [one for one, content in attached if not _is_read_already(one) and not _is_picture(one, content)]
    if later:
        await_reading([_waiting(one) for one in later])
        store_job("desk.read_files", message_id=later[0].message_id)


def _is_read_already(attachment: Attachment) -> bool:
    return is_indexed_with_message(_kind_of(attachment), attachment.file.size)


def _is_picture(attachment: Attachment, content: bytes) -> bool:
    return kind_of(_kind_of(attachment), content) == "picture"


def _kind_of(attachment: Attachment) -> str:
    kind = attachment.content_type
    return "" if isinstance(kind, Erased) else str(kind or "")


def _waiting(attachment: Attachment) -> Document:
    return Document(
        kind=KIND,
        row_id=attachment.pk,
        person_id=attachment.person_id,
        at=attachment.message.sent_at,
        texts=(),
    )


class FileSource:
    """Documents, mails with what is in them, and texts that are too long to be read when they come."""

    kind = KIND
    unhurried = True

    def all_row_ids(self) -> Iterator[uuid.UUID]:
        yield from Attachment.objects.order_by("pk").values_list("pk", flat=True).iterator()

    def awaiting(self, row_ids: Sequence[uuid.UUID]) -> Iterator[Document]:
        rows = Attachment.objects.filter(pk__in=row_ids).select_related("message")
        yield from (_waiting(one) for one in rows.only("pk", "person_id", "message__sent_at"))

    def documents(self, row_ids: Sequence[uuid.UUID]) -> Iterator[Document]:
        """Not for pictures, which have no words, and texts, whose words stand with their message's."""
        rows = Attachment.objects.filter(pk__in=row_ids).select_related("file", "message")
        for attachment in unlock(rows):
            if isinstance(attachment.content_type, Erased) or _is_read_already(attachment):
                continue
            words = file_words(attachment)
            if words.unread != Unread.PICTURE:
                yield file_document(attachment, attachment.message.sent_at, words)

    def open(self, row_ids: Sequence[uuid.UUID], actor: Actor) -> dict[uuid.UUID, Hit]:
        return {}


def file_document(attachment: Attachment, sent_at: datetime, words: FileWords) -> Document:
    return Document(
        kind=KIND, row_id=attachment.pk, person_id=attachment.person_id, at=sent_at, texts=[words.text],
        keys=[_key(words.unread)] if words.unread else (),
    )  # fmt: skip


def _key(why: str) -> str:
    return f"unread|{why}"


def unread_files() -> list[str]:
    """Sentences for a certificate: which files nobody could read, or has not read yet, counted to a thousand."""
    found, waiting = count_by_key([_key(why) for why in _COUNTED], kind=KIND, most=MOST_COUNTED + 1)
    sentences = [
        f"{_say(found[_key(why)])} of other people: {WHY[why]}" for why in _COUNTED if found[_key(why)]
    ]
    if waiting:
        sentences.append(f"{_say(waiting)} of other people that the worker has yet to read")
    return sentences


def _say(number: int) -> str:
    if number > MOST_COUNTED:
        return f"more than {MOST_COUNTED} attached files"
    return "1 attached file" if number == 1 else f"{number} attached files"


def register(shelf: str) -> None:
    sources.register(FileSource(), shelf=shelf, is_hidden=True)
