"""An export package becomes a person with tickets, messages and files here (GDPR Art. 20): whole, or not at all."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from django.db import connection, transaction

from aureole.desk import searching
from aureole.desk.models import (
    Attachment,
    Brand,
    Channel,
    DeliveryState,
    Direction,
    Message,
    MessageKind,
    Priority,
    Status,
    Tag,
    Ticket,
    TicketType,
)
from aureole.desk.writing import NewFile, add_message, clean_subject, next_number
from aureole.kernel.actor import Actor
from aureole.kernel.errors import Broken, Refused
from aureole.kernel.inserting import insert_rows
from aureole.kernel.text import storable
from aureole.ledger.record import record
from aureole.people.actions.take_in_person import take_in_person
from aureole.people.models import Person, PersonStatus
from aureole.privacy.export.taking_in import FiledLetter, Package, moment_of, opened_package
from aureole.vault.files import sha256

_SETTLED = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNCERTAIN)
_KINDS = (MessageKind.PUBLIC, MessageKind.AUTOMATIC)
_PARTIES = ("from", "to", "cc", "reply_to", "named")
NOTES = "notes of the other instance's staff, and delivery reports"
WITHHELD = "files that are not in the package"


@dataclass(kw_only=True)
class TakenIn:
    """What came of it.

    duplicates        messages that were here already
    left_out          how many of what
    restricted_there  the other instance may keep their data and not use it (GDPR Art. 18); whether that holds here,
                      too, somebody decides
    """

    person: uuid.UUID
    created: bool
    fingerprint: str
    identifiers: int = 0
    tickets: int = 0
    messages: int = 0
    files: int = 0
    duplicates: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    restricted_there: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "person": str(self.person), "created": self.created, "fingerprint": self.fingerprint,
            "identifiers": self.identifiers, "tickets": self.tickets, "messages": self.messages,
            "files": self.files, "duplicates": self.duplicates,
            "restricted_there": self.restricted_there,
            "left_out": [{"what": what, "count": n} for what, n in sorted((+self.left_out).items())],
        }  # fmt: skip


def take_in_package(*, file: Path | BinaryIO, by: Actor, expected_key: str | None = None) -> TakenIn:
    """Take an export package in. The same one again adds nothing: tickets and messages keep their ids.

    The caller has checked that `by` may. Nothing is sent and nobody is told. Staff notes stay where they were written.
    Raises Refused for a package that was changed, that is of somebody erased or restricted here, or that does not fit.
    """
    with opened_package(file, expected_key=expected_key) as package, transaction.atomic():
        return _Taking(package, by).run()


class _Taking:
    def __init__(self, package: Package, by: Actor) -> None:
        self._package = package
        self._by = by
        self._letters = package.letters()
        self._files: dict[str, list[dict[str, Any]]] = {}
        for row in package.rows("desk_attachment"):
            self._files.setdefault(row["message_id"], []).append(row)
        self._rows = sorted(package.rows("desk_message"), key=lambda row: (row["sent_at"], row["id"]))

    def run(self) -> TakenIn:
        with connection.cursor() as cursor:  # one at a time: twice at once is once
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 20))", [self._package.manifest["person"]]
            )
        person, made = self._person()
        tickets = self._tickets(person, made)
        for row in self._rows:
            self._take(row, person, tickets, made)
        record(
            "desk.taken_in", by=self._by, person=person.id,
            tickets=made.tickets, messages=made.messages, files=made.files,
        )  # fmt: skip
        return made

    def _person(self) -> tuple[Person, TakenIn]:
        shown = [(str(row["kind"]), str(row["shown"])) for row in self._package.rows("people_identifier")]
        values = next(iter(self._package.rows("people_person")), {})
        person, created = take_in_person(identifiers=sorted(shown), values=values, by=self._by)
        return person, TakenIn(
            person=person.id, created=created, fingerprint=self._package.fingerprint, identifiers=len(shown),
            restricted_there=values.get("status") == PersonStatus.RESTRICTED,
        )  # fmt: skip

    def _tickets(self, person: Person, made: TakenIn) -> dict[str, Ticket]:
        """By their id there. Of somebody else's conversation, the person's words get a ticket of their own."""
        given = {row["id"]: row for row in self._package.rows("desk_ticket")}
        wanted = {row["ticket_id"]: row for row in self._rows if row["kind"] in _KINDS}
        known = {str(t.pk): t for t in Ticket.objects.filter(pk__in=[*given, *wanted])}
        for ticket in known.values():
            if ticket.requester_id != person.id:
                raise Refused(
                    "package_ticket_taken",
                    "A conversation of this package is somebody else's here. Nothing was taken in.",
                )
        for key in [key for key in given | wanted if key not in known]:
            known[key] = self._ticket(key, given.get(key), wanted.get(key), person)
            made.tickets += 1
        return known

    def _ticket(
        self, key: str, row: dict[str, Any] | None, first: dict[str, Any] | None, person: Person
    ) -> Ticket:
        given = row or {}
        title = given.get("subject") or (self._letters[first["id"]].title if first else "")
        began = moment_of(given["created_at"] if row else first["created_at"] if first else "")
        ticket = Ticket(
            id=uuid.UUID(key), number=next_number(), requester=person, subject=clean_subject(title),
            type=_one_of(TicketType, given.get("type"), TicketType.QUESTION),
            status=_one_of(Status, given.get("status"), Status.CLOSED),
            priority=_one_of(Priority, given.get("priority"), Priority.NORMAL),
            channel=_one_of(Channel, given.get("channel"), Channel.EMAIL), brand=_brand(given.get("brand_name")),
            created_at=began, updated_at=began, last_message_at=began,
            first_answered_at=_moment(given.get("first_answered_at")),
            closed_at=_moment(given.get("closed_at")),
        )  # fmt: skip
        insert_rows([ticket])
        names = [storable(str(name))[:40] for name in given.get("tags", ())]
        ticket.tags.set([Tag.objects.get_or_create(name=name)[0] for name in names])
        searching.index_ticket(ticket)
        return ticket

    def _take(self, row: dict[str, Any], person: Person, tickets: dict[str, Ticket], made: TakenIn) -> None:
        if row["kind"] not in _KINDS:
            made.left_out[NOTES] += 1
            return
        here = Message.objects.filter(pk=row["id"]).values_list("person_id", flat=True).first()
        if here is not None:
            if here != person.id:
                raise Refused(
                    "package_message_taken",
                    "A message of this package is somebody else's here. Nothing was taken in.",
                )
            made.duplicates += 1
            return
        files, paths = self._contents(row, made)
        message = add_message(tickets[row["ticket_id"]], _message(row, person), files)
        self._compare(message, paths)
        made.messages += 1
        made.files += len(files)

    def _contents(self, row: dict[str, Any], made: TakenIn) -> tuple[list[NewFile], list[str]]:
        letter = self._letters.get(row["id"], FiledLetter(title="", files=()))
        described = sorted(self._files.get(row["id"], ()), key=lambda item: item["position"])
        pairs = list(zip(described, letter.files, strict=True))
        made.left_out[WITHHELD] += sum(1 for _, path in pairs if not path)
        given = [(item, path) for item, path in pairs if path]
        files = [
            NewFile(
                name=str(item["name"] or "file"), content_type=str(item["content_type"] or ""),
                content=self._package.content(path), content_id=_text(item["content_id"]),
            )
            for item, path in given
        ]  # fmt: skip
        return files, [path for _, path in given]

    def _compare(self, message: Message, paths: list[str]) -> None:
        """What rests here is what was in the package, byte by byte."""
        kept = Attachment.objects.filter(message=message).select_related("file").order_by("position")
        for attachment, path in zip(kept, paths, strict=True):
            if sha256(attachment.file) != self._package.sha256(path):
                raise Broken("file_changed", "A file changed while it was taken in. Nothing was taken in.")


def _message(row: dict[str, Any], person: Person) -> Message:
    parties = row.get("parties") if isinstance(row.get("parties"), dict) else None
    kept = {name: parties[name] for name in _PARTIES if name in parties} if parties else None
    return Message(
        id=uuid.UUID(row["id"]), person=person, author=person if row["author_id"] else None, kind=row["kind"],
        direction=_one_of(Direction, row["direction"], Direction.IN),
        delivery=row["delivery"] if row["delivery"] in _SETTLED else DeliveryState.NONE,
        sent_at=moment_of(row["sent_at"]), created_at=moment_of(row["created_at"]),
        language=str(row["language"] or "")[:5], text=str(row["text"] or ""),
        new_text=_text(row["new_text"]), html=_text(row["html"]), parties=kept,
    )  # fmt: skip


def _text(value: Any) -> str | None:
    return None if value is None else storable(str(value))


def _moment(value: Any) -> Any:
    return moment_of(value) if value else None


def _brand(name: Any) -> Brand | None:
    """That of the same name here; ids and addresses are each instance's own."""
    rows = Brand.objects.filter(name=name, removed_at=None) if isinstance(name, str) else Brand.objects.none()
    return rows.order_by("code").first()


def _one_of(choices: Any, value: Any, otherwise: str) -> str:
    return str(value) if value in choices.values else otherwise
