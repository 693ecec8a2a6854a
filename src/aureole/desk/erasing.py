"""The desk's part in an erasure: tickets belong to several people, and people name each other."""

from __future__ import annotations

import uuid
from collections import Counter

from aureole.desk.mentions import DraftsOfOthers, MessageMentions, TicketMentions
from aureole.desk.models import Attachment, Change, Draft, Message, Participant, Tag, Ticket, TicketStatistic
from aureole.privacy import ports
from aureole.privacy.erasure.deleting import delete_all
from aureole.privacy.erasure.redactor import Redactor
from aureole.privacy.ports import Blocker, Count
from aureole.search.index import remove_documents
from aureole.staff.models import Agent, Role


class Tickets:
    """A ticket goes with its requester unless somebody else wrote in it; its figures stay for reports."""

    name = "desk.tickets"

    def count(self, person_id: uuid.UUID) -> list[Count]:
        shared = _with_words_of_others(person_id)
        own = Ticket.objects.filter(requester_id=person_id).exclude(pk__in=shared)
        changes = Change.objects.filter(ticket__in=own).count()
        copied = Participant.objects.filter(ticket__in=own).exclude(person_id=person_id).count()
        return [
            Count(place="desk_ticket", count=own.count(), label="Tickets", how="deleted"),
            Count(place="desk_change", count=changes, label="Changes of those tickets", how="deleted"),
            Count(place="desk_participant", count=copied, label="Others copied on them", how="deleted"),
            Count(
                place="desk_ticket.requester", count=len(shared), label="Tickets others wrote in",
                how="subject and requester removed",
            ),
        ]  # fmt: skip

    def run(self, person_id: uuid.UUID) -> list[Count]:
        _lock_tickets_of(person_id)
        shared = _with_words_of_others(person_id)
        own = list(
            Ticket.objects.filter(requester_id=person_id).exclude(pk__in=shared).select_related("team")
        )
        Ticket.objects.filter(pk__in=shared).update(requester=None, subject=None)
        remove_documents("ticket", shared)
        TicketStatistic.objects.bulk_create([_statistic(ticket) for ticket in own])
        gone = _delete_with_all_in_it([ticket.pk for ticket in own])
        return [*gone, Count(place="desk_ticket.requester", count=len(shared))]


def _lock_tickets_of(person_id: uuid.UUID) -> None:
    """Nobody may add a message between looking whose words a ticket holds and deleting it."""
    tickets = Ticket.objects.select_for_update().filter(requester_id=person_id).order_by("pk")
    list(tickets.values_list("pk", flat=True))


def _with_words_of_others(person_id: uuid.UUID) -> list[uuid.UUID]:
    """Tickets of the person in which a message concerns somebody else."""
    others = Message.objects.filter(ticket__requester_id=person_id).exclude(person_id=person_id)
    return list(others.values_list("ticket_id", flat=True).distinct())


def _delete_with_all_in_it(ticket_ids: list[uuid.UUID]) -> list[Count]:
    """Tickets with what hangs on them; sealed files are left to the engine, which knows the file store."""
    Ticket.objects.filter(pk__in=ticket_ids).update(last_message=None)
    messages = list(Message.objects.filter(ticket_id__in=ticket_ids).values_list("pk", flat=True))
    gone: Counter[str] = Counter()
    for model, path in (
        (Change, "ticket_id__in"), (Draft, "ticket_id__in"), (Participant, "ticket_id__in"),
        (Attachment, "message_id__in"), (Message, "ticket_id__in"), (Ticket, "pk__in"),
    ):  # fmt: skip
        gone += delete_all(
            model._base_manager.filter(**{path: messages if model is Attachment else ticket_ids})
        )
    return [Count(place=table, count=count) for table, count in gone.items()]


class Labels:
    """Labels are words of the desk; one that names the person goes, from every ticket."""

    name = "desk.labels"

    def count(self, person_id: uuid.UUID) -> list[Count]:
        return [Count(place="desk_tag", count=len(_labels_naming(person_id)), label="Labels", how="deleted")]

    def run(self, person_id: uuid.UUID) -> list[Count]:
        naming = _labels_naming(person_id)
        Tag.objects.filter(pk__in=[tag.pk for tag in naming]).delete()
        return [Count(place="desk_tag", count=len(naming))]


def _labels_naming(person_id: uuid.UUID) -> list[Tag]:
    known = ports.directory().known_as(person_id)
    redactor = Redactor.of(known) if known else None
    return [tag for tag in Tag.objects.all() if redactor is not None and redactor.mentions(tag.name)]


def _statistic(ticket: Ticket) -> TicketStatistic:
    answered = ticket.first_answered_at
    return TicketStatistic(
        opened_on=ticket.created_at.date(),
        closed_on=ticket.closed_at.date() if ticket.closed_at else None,
        type=ticket.type, status=ticket.status, priority=ticket.priority, channel=ticket.channel,
        team=ticket.team, messages=ticket.message_count,
        first_answer_hours=round((answered - ticket.created_at).total_seconds() / 3600) if answered else None,
    )  # fmt: skip


def last_administrator(person_id: uuid.UUID) -> list[Blocker]:
    """An instance without an administrator could not be run any more."""
    admins = Agent.objects.filter(role=Role.ADMIN, is_active=True)
    if admins.filter(person_id=person_id).exists() and admins.count() == 1:
        reason = "This is the only administrator; make another agent administrator first."
        return [Blocker(code="last_administrator", reason=reason)]
    return []


def register() -> None:
    ports.add_erasure_step(Labels())
    ports.add_erasure_step(DraftsOfOthers())
    ports.add_erasure_step(Tickets())
    ports.add_mention_place(MessageMentions())
    ports.add_mention_place(TicketMentions())
    ports.add_blocker(last_administrator)
