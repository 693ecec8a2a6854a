"""What one process does with its jobs: tells a story, mints the keys, seals, indexes, copies."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.db import transaction
from django.db.models import Model

from aureole.desk.file_index import file_document
from aureole.desk.models import Attachment
from aureole.desk.searching import _message_document, _ticket_document, message_texts
from aureole.kernel.reading_files.kinds import FileWords, Unread
from aureole.ledger.models import Entry
from aureole.ledger.ports import confidant
from aureole.ledger.types import entry_type
from aureole.people.searching import _document as _person_document
from aureole.search.document import Document
from aureole.search.index import _entry as _search_entry
from aureole.search.tokens import KEY
from aureole.vault.epochs import epochs
from aureole.vault.files import seal_file
from aureole.vault.groups import KeyGroup
from aureole.vault.keyring import keyring
from aureole.vault.keys import _fresh as fresh_key
from aureole.vault.models import SealedFile
from bench.floor import connect, copy_words
from bench.making.copying import copy_plain, copy_sealed
from bench.making.ids import id_at
from bench.making.plan import Plan
from bench.making.process import Made
from bench.making.rows import Happening, Rows
from bench.making.story import tell

ADDRESSES = 50  # of each job
GROUPS = (KeyGroup.IDENTITY, KeyGroup.CORRESPONDENCE, KeyGroup.EVIDENCE)


class Loader:
    """Two sessions of the databases' owner; files are sealed through the product's own connection."""

    def __init__(self) -> None:
        self.data, self.keys = connect("default"), connect("keys")
        for session in (self.data, self.keys):
            session.execute("SET synchronous_commit = off")

    def close(self) -> None:
        self.data.close()
        self.keys.close()

    def load_parts(self, plan: Plan, job: range) -> Made:
        rows = Rows()
        for part in job:
            rows.add(tell(plan, part))
        addresses = [str(identifier.value) for identifier in rows.identifiers[:ADDRESSES]]
        return Made(messages=len(rows.messages), rows=self.load(rows), addresses=addresses)

    def load(self, rows: Rows) -> int:
        """Returns how many rows that was, keys, index and log included, the floor's not."""
        self._mint([person.id for person in rows.persons])
        files = _seal_files(rows)
        documents = list(_documents(rows))
        entries, keys = [_entry(h) for h in rows.happenings], epochs(KEY)
        index = [
            _search_entry(document, keys) for document in (*(one for one, _ in documents), *_files(rows))
        ]
        saved: list[Sequence[Model]] = [
            rows.persons, rows.identifiers, rows.claims, rows.tickets, rows.messages, rows.participants,
            rows.changes, rows.attachments, rows.identities, rows.inbound, rows.outbound, entries, index,
        ]  # fmt: skip
        plain: list[Sequence[Model]] = [
            rows.persons, rows.identifiers, rows.tickets, rows.messages, rows.participants, rows.attachments, files,
        ]  # fmt: skip
        with self.data.transaction():
            for models in plain:
                copy_plain(self.data, models)
            copy_words(self.data, documents)
            for models in saved:
                copy_sealed(self.data, models)
        return sum(map(len, saved)) + len(files) + len(GROUPS) * len(rows.persons)

    def _mint(self, persons: Sequence[uuid.UUID]) -> None:
        """As `vault.keys.mint` does for one person, in one COPY and one query for what is sealed next."""
        names = [(person, group) for person in persons for group in GROUPS]
        copy_sealed(self.keys, [fresh_key(person, group) for person, group in names])
        keyring.fetch(names)


def _seal_files(rows: Rows) -> list[SealedFile]:
    """Returns them as they would be with nothing sealed: the bytes in the row, whatever their size."""
    with transaction.atomic():
        for attachment, content in zip(rows.attachments, rows.contents, strict=True):
            attachment.file = seal_file(content, person_id=attachment.person_id)
    files = [attachment.file for attachment in rows.attachments]
    return [
        SealedFile(
            id=file.id, person_id=file.person_id, group=file.group, size=file.size, envelope=b"", inline=content,
            created_at=file.created_at,
        )
        for file, content in zip(files, rows.contents, strict=True)
    ]  # fmt: skip


def _documents(rows: Rows) -> Iterator[tuple[Document, str]]:
    """As the modules hand them in, with the same words as the floor gets them."""
    for person, identifier in zip(rows.persons, rows.identifiers, strict=True):
        yield _person_document(person, [identifier], []), f"{person.name}\n{identifier.value}"
    for ticket in rows.tickets:
        document = _ticket_document(ticket)
        assert document is not None, "every ticket made here has a requester"
        yield document, str(ticket.subject)
    attached = defaultdict[uuid.UUID, list[Attachment]](list)
    for attachment in rows.attachments:
        attached[attachment.message_id].append(attachment)
    for message in rows.messages:
        files = attached[message.id]
        yield _message_document(message, files, words=()), "\n".join(message_texts(message, files))


def _files(rows: Rows) -> Iterator[Document]:
    """As the worker leaves them: bytes nobody can read, so that the floor has no words of theirs."""
    sent = {message.id: message.sent_at for message in rows.messages}
    for attachment in rows.attachments:
        yield file_document(attachment, sent[attachment.message_id], FileWords(unread=Unread.UNKNOWN))


def _entry(happening: Happening) -> Entry:
    entry_type(happening.type).check(happening.facts)
    return Entry(
        uid=id_at(happening.at),
        type=happening.type, at=happening.at, actor_kind="agent" if happening.agent else "system",
        actor=confidant().pseudonym(happening.agent) if happening.agent else None,
        person=confidant().pseudonym(happening.person), facts=happening.facts,
    )  # fmt: skip
