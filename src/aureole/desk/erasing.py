"""The desk's part in an erasure: tickets belong to several people, and people name each other."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet

from aureole.desk.file_index import unread_files
from aureole.desk.file_mentions import FileMentions
from aureole.desk.mentions import DraftsOfOthers, MessageMentions, TicketMentions
from aureole.desk.models import Attachment, Change, Message, Participant, Tag, Ticket, TicketStatistic
from aureole.kernel.compiled import Compiled
from aureole.kernel.ids import timeless_id
from aureole.privacy import ports
from aureole.privacy.erasure.places import PersonCounts
from aureole.privacy.erasure.redactor import Redactor
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.erasure.together import Keys
from aureole.privacy.holds.blocking import on_others
from aureole.privacy.holds.guard import refuse_held_of_others
from aureole.privacy.ports import Blocker, Count
from aureole.search.index import remove_documents
from aureole.search.models import SearchEntry
from aureole.staff.models import Agent, Role


class Tickets:
    """A ticket goes with its requester unless somebody else wrote in it; its figures stay for reports."""

    name = "desk.tickets"

    def count(self, subject: Subject) -> list[Count]:
        own, changes, copied, shared = subject.count(_counts)
        if shared:
            stay = _counts_of_shared.of(subject.person_id)
            own, changes, copied = (
                every - kept for every, kept in zip((own, changes, copied), stay, strict=True)
            )
        return [
            Count(place="desk_ticket", count=own, label="Tickets", how="deleted"),
            Count(place="desk_change", count=changes, label="Changes of those tickets", how="deleted"),
            Count(place="desk_participant", count=copied, label="Others copied on them", how="deleted"),
            Count(
                place="desk_ticket.requester", count=shared, label="Tickets others wrote in",
                how="subject and requester removed",
            ),
        ]  # fmt: skip

    def run(self, subject: Subject) -> list[Count]:
        tickets = _locked.objects(person_id=subject.person_id)
        if not tickets:
            return []
        if copied := _copied_on_them(subject.person_id):
            refuse_held_of_others(copied)
        shared = {key for (key,) in _shared.rows(person_id=subject.person_id)}
        unlisted = 0
        if shared:
            Ticket.objects.filter(pk__in=shared).update(requester=None, subject=None)
            unlisted = remove_documents("ticket", shared)
        own = [ticket for ticket in tickets if ticket.pk not in shared]
        TicketStatistic.objects.bulk_create([statistic_of(ticket) for ticket in own])
        ids = [ticket.pk for ticket in own]
        if ids:  # with what hangs on them; sealed files are the engine's
            subject.doomed[Ticket] = Keys.listed(Ticket, "id", ids)
            subject.doomed[Message] = Keys.listed(Message, "ticket_id", ids)
        return [
            Count(place="desk_ticket.requester", count=len(shared)),
            Count(place=SearchEntry._meta.db_table, count=unlisted),
        ]


def _locked_tickets_of(person_id: uuid.UUID) -> QuerySet[Ticket]:
    """Nobody may add a message between looking whose words a ticket holds and deleting it."""
    rows = Ticket.objects.select_for_update().filter(requester_id=person_id).order_by("pk")
    return rows.defer("subject")


def shared_tickets(person_id: uuid.UUID) -> QuerySet[Ticket]:
    """Tickets of the person in which a message concerns somebody else."""
    own = Ticket.objects.filter(requester_id=person_id)
    others = Message.objects.filter(ticket__in=own).exclude(person_id=person_id)
    return own.filter(pk__in=others.values("ticket_id"))


_locked = Compiled[Ticket](_locked_tickets_of)
_shared = Compiled[Ticket](lambda person_id: shared_tickets(person_id).values_list("pk"))


def _figures(tickets: QuerySet[Ticket], person_id: uuid.UUID) -> list[QuerySet[Any]]:
    """The tickets, what was done with them, and others copied on them."""
    inside = {"ticket__in": tickets.values("pk")}
    copied = Participant.objects.filter(**inside).exclude(person_id=person_id)
    return [tickets, Change.objects.filter(**inside), copied]


def _all_tickets(person_id: uuid.UUID) -> list[QuerySet[Any]]:
    tickets = Ticket.objects.filter(requester_id=person_id)
    return [*_figures(tickets, person_id), shared_tickets(person_id)]


_counts = PersonCounts(_all_tickets, planned=True)
_counts_of_shared = PersonCounts(lambda person_id: _figures(shared_tickets(person_id), person_id))


class Labels:
    """Labels are words of the desk; one that names the person goes, from every ticket."""

    name = "desk.labels"

    def count(self, subject: Subject) -> list[Count]:
        return [Count(place="desk_tag", count=len(_labels_naming(subject)), label="Labels", how="deleted")]

    def run(self, subject: Subject) -> list[Count]:
        naming = _labels_naming(subject)
        if naming:
            Tag.objects.filter(pk__in=[tag.pk for tag in naming]).delete()
        return [Count(place="desk_tag", count=len(naming))]


def _labels_naming(subject: Subject) -> list[Tag]:
    """A namesake's name is no reason to keep a label."""
    redactor = Redactor.of(subject.known)
    return [tag for tag in _tags.objects() if redactor.mentions(tag.name)]


_tags = Compiled[Tag](lambda: Tag.objects.all())


def statistic_of(ticket: Ticket) -> TicketStatistic:
    """What remains of a ticket that goes."""
    answered = ticket.first_answered_at
    return TicketStatistic(
        id=timeless_id(),  # one of ours would show which rows one erasure left, and the entries about it
        opened_on=ticket.created_at.date(),
        closed_on=ticket.closed_at.date() if ticket.closed_at else None,
        type=ticket.type, status=ticket.status, priority=ticket.priority, channel=ticket.channel,
        brand_id=ticket.brand_id, team_id=ticket.team_id, messages=ticket.message_count,
        first_answer_hours=round((answered - ticket.created_at).total_seconds() / 3600) if answered else None,
    )  # fmt: skip


def last_administrator(person_id: uuid.UUID) -> list[Blocker]:
    """An instance without an administrator could not be run any more."""
    if _administrators.rows() == [(person_id,)]:
        reason = "This is the only administrator; make another agent administrator first."
        return [Blocker(code="last_administrator", reason=reason)]
    return []


_administrators = Compiled[Agent](
    lambda: Agent.objects.filter(role=Role.ADMIN, is_active=True).values_list("person_id")[:2]
)


def copied_under_hold(person_id: uuid.UUID) -> list[Blocker]:
    """That somebody was copied is their data too, and goes with the ticket."""
    return on_others(_copied_on_them(person_id))


def _copied_on_them(person_id: uuid.UUID) -> set[uuid.UUID]:
    return {copied for (copied,) in _copied.rows(person_id=person_id)}


def _participants_beside(person_id: uuid.UUID) -> QuerySet[Participant, Any]:
    rows = Participant.objects.filter(ticket__requester_id=person_id).exclude(person_id=person_id)
    return rows.values_list("person_id").distinct()


_copied = Compiled[Participant](_participants_beside)


def register() -> None:
    ports.add_erasure_step(Labels())
    ports.add_erasure_step(DraftsOfOthers())
    ports.add_erasure_step(Tickets())
    ports.add_mention_place(MessageMentions())
    ports.add_mention_place(TicketMentions())
    ports.add_mention_place(FileMentions())
    ports.add_unsearched(unread_files)
    ports.leave_when_held(Attachment._meta.db_table)
    ports.add_blocker(last_administrator)
    ports.add_blocker(copied_under_hold)
