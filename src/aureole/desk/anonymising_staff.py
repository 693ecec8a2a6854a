"""What a colleague wrote and did in others' tickets, handed to a pseudonym: it is the customers' and stays there."""

from __future__ import annotations

import uuid
from collections import Counter

from django.db.models import QuerySet

from aureole.desk.anonymising_times import unique_times
from aureole.desk.mentions import redact_all_in, redact_subjects
from aureole.desk.models import Change, Message, Ticket
from aureole.kernel.errors import Refused
from aureole.privacy.anonymising.becoming import Becoming
from aureole.privacy.anonymising.plan import SINGLED_OUT
from aureole.privacy.anonymising.ports import Carried
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.ports import Count
from aureole.staff.models import Agent

_BATCH = 20
_HOW = "by a pseudonym"


class WorkOfStaff:
    """Answers, assignments and changes. Where they wrote, a word of their name means them: signature, greeting.

    Times are the customers' data and stay as they are (decision 46), unless they would tell whose work it was: then
    it is refused, when it is planned (`anonymising_times`) and again before the first of it is handed over.
    """

    name = "desk.work"

    def count(self, subject: Subject) -> list[Count]:
        agent_id = _account(subject.person_id)
        count = written_by(subject.person_id).count()
        written = Count(place="desk_message.author_id", count=count, label="Messages to others", how=_HOW)
        if agent_id is None:
            return [written]
        assigned = Ticket.objects.filter(assignee_id=agent_id).exclude(requester_id=subject.person_id).count()
        made = Change.objects.filter(by_id=agent_id).exclude(ticket__requester_id=subject.person_id).count()
        return [
            written,
            Count(place="desk_ticket.assignee", count=assigned, label="Tickets of others", how=_HOW),
            Count(place="desk_change.by", count=made, label="Changes of tickets of others", how=_HOW),
        ]

    def carry(self, subject: Subject, becoming: Becoming) -> Carried:
        tickets = list(
            written_by(subject.person_id).order_by().values_list("ticket_id", flat=True).distinct()[:_BATCH]
        )
        if not tickets:
            return _hand_over(subject, becoming)
        if not written_by(becoming.person_id).exists():
            _refuse_unique_times(subject.person_id)
        pseudonym = becoming.for_staff(subject.person_id)
        done = redact_all_in(tickets, subject) + redact_subjects(tickets, subject)
        written = written_by(subject.person_id).filter(ticket_id__in=tickets)
        others = set(written.values_list("person_id", flat=True)) | {r.person_id for r in done}
        count = written.update(author_id=pseudonym)
        return Carried(
            counts=Counter({"desk_message.author_id": count}), gone=Counter(r.place for r in done),
            pseudonyms={pseudonym}, others=others, more=True,
        )  # fmt: skip


def _refuse_unique_times(person_id: uuid.UUID) -> None:
    for blocker in unique_times(person_id):
        raise Refused(
            SINGLED_OUT,
            f"{blocker.reason} This has changed since it was planned, so it stopped. What was carried over names "
            "nobody; the rest is untouched and closed.",
        )


def _account(person_id: uuid.UUID) -> uuid.UUID | None:
    return Agent.objects.filter(person_id=person_id).values_list("pk", flat=True).first()


def written_by(person_id: uuid.UUID) -> QuerySet[Message]:
    """Messages to others; those in their own conversations were carried over, or go with them."""
    return Message.objects.filter(author_id=person_id).exclude(person_id=person_id)


def _hand_over(subject: Subject, becoming: Becoming) -> Carried:
    """Codes and ids only, so one statement each; in the transaction in which nothing written is left."""
    agent_id = _account(subject.person_id)
    if agent_id is None or not Agent.objects.filter(pk=becoming.staff_id).exists():
        return Carried()
    counts = Counter(
        {
            "desk_ticket.assignee": Ticket.objects.filter(assignee_id=agent_id).update(
                assignee_id=becoming.staff_id
            ),
            "desk_change.by": Change.objects.filter(by_id=agent_id).update(by_id=becoming.staff_id),
        }
    )
    Change.objects.filter(assignee_id=agent_id).update(assignee_id=becoming.staff_id)
    return Carried(counts=+counts)
