"""A source for tests: notes kept in memory, some of them hidden from some actors."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aureole.kernel.actor import Actor
from aureole.kernel.ids import new_id
from aureole.search.document import Document
from aureole.search.index import index_documents
from aureole.search.sources import Hit, Traits

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
STAFF = Actor(kind="agent", role="agent")


@dataclass
class Note:
    id: uuid.UUID
    person_id: uuid.UUID
    text: str
    at: datetime
    name: str = ""
    exact: tuple[str, ...] = ()
    language: str = ""
    secret: bool = False
    colour: str = "white"


@dataclass
class Shelf:
    """Customers see only their own notes; nobody but the system sees a secret one."""

    kind: str = "note"
    traits: frozenset[str] = frozenset({"colour"})
    notes: dict[uuid.UUID, Note] = field(default_factory=dict)
    opened: int = 0

    def put(self, text: str, *, person: uuid.UUID | None = None, **more: object) -> Note:
        at = START + timedelta(minutes=len(self.notes))
        note = Note(id=new_id(), person_id=person or new_id(), text=text, at=at, **more)  # type: ignore[arg-type]
        self.notes[note.id] = note
        index_documents(list(self.documents([note.id])))
        return note

    def all_row_ids(self) -> Iterator[uuid.UUID]:
        yield from sorted(self.notes)

    def documents(self, row_ids: Sequence[uuid.UUID]) -> Iterator[Document]:
        for note in (self.notes[i] for i in row_ids if i in self.notes):
            yield Document(
                kind=self.kind, row_id=note.id, person_id=note.person_id, at=note.at, texts=[note.text],
                prefix_texts=[note.name, *note.exact], exact=note.exact, language=note.language,
            )  # fmt: skip

    def open(self, row_ids: Sequence[uuid.UUID], actor: Actor) -> dict[uuid.UUID, Hit]:
        self.opened += len(row_ids)
        found = [self.notes[i] for i in row_ids if i in self.notes]
        return {note.id: self._hit(note) for note in found if self._shows(note, actor)}

    def narrowed(self, traits: Traits) -> tuple[str, list[Any]]:
        colours = traits["colour"]
        fitting = [note.id for note in self.notes.values() if note.colour in colours]
        return "SELECT unnest(%s::uuid[]) AS id", [fitting]

    @staticmethod
    def _shows(note: Note, actor: Actor) -> bool:
        if actor.kind == "customer":
            return note.person_id == actor.person_id
        return not note.secret or actor.kind == "system"

    def _hit(self, note: Note) -> Hit:
        text = "\n".join(filter(None, [note.name, *note.exact, note.text]))
        return Hit(
            kind=self.kind, id=note.id, ticket=None, person=note.person_id, person_name=note.name,
            title=note.name or note.text[:20], text=text, at=note.at,
        )  # fmt: skip
