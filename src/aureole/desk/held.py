"""Which tickets stay though their time is over.

A legal hold covers them: one on the ticket, on anything in it, or on anybody whose words it holds. Or somebody whose
words it holds had their data restricted: they may want it kept just because its time is over (GDPR Art. 18(1)(b), (c)),
and erasing is more than the storing that is left (Art. 18(2)).
"""

from __future__ import annotations

import uuid

from django.db.models import Q

from aureole.desk.models import Attachment, Message, Participant, Ticket
from aureole.people.models import Person
from aureole.privacy.holds.guard import held_rows, in_force

_INSIDE = ("desk_ticket", "desk_message", "desk_attachment", "vault_sealed_file", "desk_participant")


def held_tickets() -> set[uuid.UUID]:
    """Few, as holds and restrictions are few. A hold on a row of another table counts as one on the person."""
    restricted = Person.objects.restricted().values_list("pk", flat=True)
    people = set(restricted) | set(in_force().exclude(table__in=_INSIDE).values_list("person_id", flat=True))
    if not people and not in_force().exists():
        return set()
    files = Q(pk__in=held_rows("desk_attachment")) | Q(file__in=held_rows("vault_sealed_file"))
    found = (
        Ticket.objects.filter(Q(pk__in=held_rows("desk_ticket")) | Q(requester__in=people)).values_list("pk"),
        Message.objects.filter(
            Q(pk__in=held_rows("desk_message")) | Q(person__in=people) | Q(author__in=people)
        ).values_list("ticket_id"),
        Attachment.objects.filter(files).values_list("message__ticket_id"),
        Participant.objects.filter(
            Q(pk__in=held_rows("desk_participant")) | Q(person__in=people)
        ).values_list("ticket_id"),
    )
    return {ticket_id for rows in found for (ticket_id,) in rows}
