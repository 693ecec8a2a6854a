"""Conversations of somebody who is anonymised: the same figures, the same words without whoever they were of."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from aureole.desk import searching
from aureole.desk.anonymising_staff import WorkOfStaff, written_by
from aureole.desk.anonymising_times import unique_times
from aureole.desk.attachment_text import is_readable, is_text, text_of
from aureole.desk.erasing import shared_tickets
from aureole.desk.models import Attachment, DeliveryState, Message, Participant, Tag, Ticket
from aureole.desk.ticket_parts import delete_tickets
from aureole.desk.writing import stray_number
from aureole.kernel.html_words import html_words
from aureole.kernel.ids import timeless_ids
from aureole.kernel.inserting import insert_rows
from aureole.kernel.serials import scatter
from aureole.kernel.text import excerpt
from aureole.people.models import Person
from aureole.privacy.anonymising.becoming import Becoming
from aureole.privacy.anonymising.copying import anonymous_copy, first_of_month
from aureole.privacy.anonymising.ports import Carried, add_carrier, add_obstacle
from aureole.privacy.anonymising.singling_out import needed
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.holds.blocking import on_others
from aureole.privacy.holds.guard import held_persons
from aureole.privacy.ports import Blocker, Count
from aureole.search.models import SearchEntry
from aureole.vault.files import seal_file
from aureole.vault.keys import untie_keys
from aureole.vault.models import SealedFile
from aureole.vault.unlock import unlock

_BATCH = 20
_HOW = "kept without the person"
_TABLES = tuple(model._meta.db_table for model in (Ticket, Message, Attachment, SealedFile))


class Conversations:
    """Tickets in which nobody else wrote. Where others did, they know with whom: there it is as in an erasure.

    Copies under fresh ids and numbers, because those of the tickets stand in people's mailboxes. Quotes, signatures,
    recipients and the HTML form are not taken along, files only where their words can be read.
    """

    name = "desk.conversations"

    def count(self, subject: Subject) -> list[Count]:
        tickets = _carried(subject.person_id)
        messages = Message.objects.filter(ticket__in=tickets)
        files = sum(_stays(a) for a in _attachments(messages))
        figures = (tickets.count(), messages.count(), files, files)
        labels = ("Tickets", "Messages", "Attachments", "Files")
        return [
            Count(place=place, count=number, label=label, how=_HOW)
            for place, number, label in zip(_TABLES, figures, labels, strict=True)
        ]

    def carry(self, subject: Subject, becoming: Becoming) -> Carried:
        rows = _carried(subject.person_id).select_for_update(of=("self",)).order_by("pk")
        tickets = unlock(rows.prefetch_related("tags")[:_BATCH])
        if not tickets:
            return Carried()
        done = Carried(more=len(tickets) == _BATCH, others=_copied_on(tickets, subject.person_id))
        labels = _common_labels(tickets, subject.person_id)
        began: dict[uuid.UUID, datetime] = {}
        for ticket in tickets:
            pseudonym = becoming.for_one_conversation(subject.person_id, ticket.created_at)
            work = _Conversation(ticket, becoming, pseudonym, labels)
            done.counts.update(work.carry_over())
            done.pseudonyms.add(work.pseudonym)
            began.setdefault(work.pseudonym, first_of_month(ticket.created_at))
        for pseudonym, month in began.items():
            _untie(pseudonym, month)
        done.gone = delete_tickets([ticket.pk for ticket in tickets]) - done.counts
        return done


@dataclass
class _Conversation:
    """One ticket on its way to the pseudonym."""

    ticket: Ticket
    becoming: Becoming
    pseudonym: uuid.UUID
    labels: frozenset[uuid.UUID]
    counts: Counter[str] = field(default_factory=Counter)

    def carry_over(self) -> Counter[str]:
        made = {"number": stray_number(), "requester": self.pseudonym, "last_message": None}
        copy = anonymous_copy(self.ticket, redactor=self.becoming.redactor, made=made)
        rows = (
            Message.objects.filter(ticket=self.ticket)
            .order_by("sent_at", "id")
            .prefetch_related("attachments__file")
        )
        messages = list(rows)
        unlock(messages, (a for m in messages for a in m.attachments.all()))
        # All are of one moment of their month, so these tell which came first.
        ids = timeless_ids(len(messages))
        copies = [self._message(*told, copy) for told in zip(messages, ids, strict=True)]
        copy.last_message_id = copies[-1].pk if copies else None
        insert_rows([copy])
        insert_rows(copies)
        copy.tags.set(tag for tag in self.ticket.tags.all() if tag.pk in self.labels)
        searching.index_ticket(copy)
        for message, fresh in zip(messages, copies, strict=True):
            searching.index_message(fresh, copy, self._attachments(message, fresh))
        self.counts.update({"desk_ticket": 1, "desk_message": len(copies)})
        return +self.counts

    def _message(self, message: Message, fresh: uuid.UUID, ticket: Ticket) -> Message:
        words = self._clean(message.own_words or html_words(message.html))
        sent = message.delivery != DeliveryState.QUEUED
        made = {
            "id": fresh, "ticket": ticket.pk, "person": self.pseudonym, "text": words, "excerpt": excerpt(words),
            "author": self.pseudonym if message.author_id == self.ticket.requester_id else message.author_id,
            "delivery": message.delivery if sent else DeliveryState.NONE,
        }  # fmt: skip
        return anonymous_copy(message, redactor=self.becoming.redactor, made=made)

    def _attachments(self, message: Message, fresh: Message) -> list[Attachment]:
        copies: list[Attachment] = []
        staying = [attachment for attachment in message.attachments.all() if _stays(attachment)]
        for attachment, id_ in zip(staying, timeless_ids(len(staying)), strict=True):
            made = {
                "id": id_, "message": fresh.pk, "person": self.pseudonym, "name": f"file-{len(copies) + 1}.txt",
                "content_type": "text/plain", "file": self._file(attachment, fresh.sent_at).pk,
            }  # fmt: skip
            copies.append(anonymous_copy(attachment, redactor=self.becoming.redactor, made=made))
        insert_rows(copies)
        self.counts.update({"desk_attachment": len(copies), "vault_sealed_file": len(copies)})
        return copies

    def _file(self, attachment: Attachment, month: datetime) -> SealedFile:
        text = text_of(str(attachment.content_type), attachment.file)
        words = html_words(text) if str(attachment.content_type).startswith("text/html") else text
        return seal_file(self._clean(words).encode(), person_id=self.pseudonym, untimed=month)

    def _clean(self, text: str) -> str:
        return self.becoming.redactor.redact(text)[0]


def _untie(pseudonym: uuid.UUID, month: datetime) -> None:
    """Of what is numbered as it is made, nothing shows which pseudonyms one run made."""
    untie_keys(pseudonym, since=month)
    scatter(SearchEntry.objects.filter(person_id=pseudonym))
    scatter(Ticket.tags.through.objects.filter(ticket__requester_id=pseudonym))


def _carried(person_id: uuid.UUID) -> QuerySet[Ticket]:
    own = Ticket.objects.filter(requester_id=person_id)
    return own.exclude(pk__in=shared_tickets(person_id).values("pk"))


def _attachments(messages: QuerySet[Message]) -> list[Attachment]:
    return unlock(Attachment.objects.filter(message__in=messages).select_related("file"))


def _stays(attachment: Attachment) -> bool:
    """What cannot be read as words cannot be cleared of anybody: pictures, documents, archives, mails."""
    kind = str(attachment.content_type)
    return is_text(kind) and is_readable(kind, attachment.file.size)


def _copied_on(tickets: Sequence[Ticket], person_id: uuid.UUID) -> set[uuid.UUID]:
    rows = Participant.objects.filter(ticket__in=tickets).exclude(person_id=person_id)
    return set(rows.values_list("person_id", flat=True))


def _common_labels(tickets: Sequence[Ticket], person_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Labels that enough other people's tickets bear; a rare one tells who it was about."""
    found: set[Tag] = {tag for ticket in tickets for tag in ticket.tags.all()}
    others = Ticket.objects.exclude(requester_id=person_id).exclude(requester__in=Person.objects.pseudonyms())
    people = others.filter(requester__isnull=False).order_by().values("requester_id").distinct()
    return frozenset(
        tag.pk for tag in found if people.filter(tags=tag)[: needed() - 1].count() >= needed() - 1
    )


def held_beside(person_id: uuid.UUID) -> list[Blocker]:
    """Somebody else's rows that would be changed are held: found now, rather than in the middle of the run."""
    copied = Participant.objects.filter(ticket__in=_carried(person_id), person_id__in=held_persons())
    answered = written_by(person_id).filter(person_id__in=held_persons())
    return on_others(
        {
            found
            for rows in (copied, answered)
            for found in rows.order_by().values_list("person_id", flat=True)
        }
        - {person_id}
    )


def register() -> None:
    add_carrier(Conversations())
    add_carrier(WorkOfStaff())
    add_obstacle(unique_times)
    add_obstacle(held_beside)
