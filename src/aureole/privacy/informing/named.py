"""A recipient who is somebody themselves: found by name in what is noted about others, told of it when they ask, and
blacked out when they are erased; what stays is that somebody got the data, of which kind and when."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

from aureole.kernel.actor import Actor
from aureole.privacy.erasure.mentions import still_there
from aureole.privacy.erasure.redactor import Redactor
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.export import ports as export_ports
from aureole.privacy.export.ports import NamedIn
from aureole.privacy.models import DisclosedTo, Disclosure
from aureole.privacy.ports import KnownAs, Redaction, add_mention_place
from aureole.search import sources
from aureole.search.document import Document
from aureole.search.index import index_documents
from aureole.search.sources import Hit
from aureole.vault.erased import Erased
from aureole.vault.unlock import unlock

KIND = "disclosure"
NAMES = "privacy_disclosure.name (others' texts)"
REASONS = "privacy_disclosure.why (others' texts)"


def index_disclosure(row: Disclosure) -> None:
    """In the transaction that writes it."""
    index_documents([_document(row)])


def _document(row: Disclosure) -> Document:
    return Document(
        kind=KIND, row_id=row.id, person_id=row.person_id, at=row.noted_at,
        texts=[str(row.name or ""), str(row.why or "")],
    )  # fmt: skip


def _opened(row_ids: Sequence[uuid.UUID], *, dry: bool = True) -> list[Disclosure]:
    rows = Disclosure.objects.filter(pk__in=row_ids)
    found = unlock(list(rows if dry else still_there(rows)))
    return [row for row in found if not isinstance(row.name, Erased) and not isinstance(row.why, Erased)]


class RecipientSource:
    """Names of recipients, and reasons why there is none. No search finds them."""

    kind = KIND

    def all_row_ids(self) -> Iterator[uuid.UUID]:
        yield from Disclosure.objects.order_by("pk").values_list("pk", flat=True).iterator()

    def documents(self, row_ids: Sequence[uuid.UUID]) -> Iterator[Document]:
        yield from map(_document, _opened(row_ids))

    def open(self, row_ids: Sequence[uuid.UUID], actor: Actor) -> dict[uuid.UUID, Hit]:
        return {}


class RecipientMentions:
    kind = KIND
    table = Disclosure._meta.db_table

    def redact(self, row_ids: Sequence[uuid.UUID], redactor: Redactor, *, dry: bool) -> list[Redaction]:
        found = []
        for row in _opened(row_ids, dry=dry):
            name, in_name = redactor.redact(str(row.name or ""))
            why, in_why = redactor.redact(str(row.why or ""))
            places = [(place, spans) for place, spans in ((NAMES, in_name), (REASONS, in_why)) if spans]
            found += [
                Redaction(place=place, row_id=row.pk, person_id=row.person_id, spans=spans)
                for place, spans in places
            ]
            if places and not dry:
                row.name = name if in_name else row.name
                row.why = why if in_why else row.why
                row.save(update_fields=["name", "why"])
                index_disclosure(row)
        return found


def received(known: KnownAs) -> list[dict[str, str]]:
    """What is noted of data of others that went to the person: not whose it was, nor who else. By day. Nothing where
    another living person bears the name, too: then nobody knows which of them it was."""
    subject = Subject(known)
    rows = _opened(subject.candidates.get(KIND, ()))
    named = [(row, subject.redactor.found(str(row.name or ""))) for row in rows]
    return [
        {
            "id": str(row.id), "disclosed_on": row.disclosed_on.isoformat(), "name": ", ".join(names),
            "to": str(DisclosedTo(row.to).label),
        }
        for row, names in sorted(named, key=lambda one: (one[0].disclosed_on, one[0].id))
        if names
    ]  # fmt: skip


RECEIVED = NamedIn(
    table="privacy_disclosure.name",
    label="Data of somebody else that went to you",
    withheld={"person_id": "whose data it was leads to other people (GDPR Art. 15(4))"},
    lines=received,
)


def register() -> None:
    sources.register(RecipientSource(), is_hidden=True)
    add_mention_place(RecipientMentions())
    export_ports.add_named_in(RECEIVED)
