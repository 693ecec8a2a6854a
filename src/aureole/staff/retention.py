"""Staff accounts run out some months after the employment ended; sessions and sign-in links when they open nothing.

An account whose end nobody stated runs out never: that somebody has not signed in for long ends no employment.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value

from aureole.kernel.clock import now
from aureole.people.models import Person, PersonStatus
from aureole.people.retention import erase_those, free, months_after, without_signs
from aureole.privacy.holds.guard import delete_together_with_others, held_persons
from aureole.privacy.retention import ports
from aureole.privacy.retention.ports import Batch, Going, Line, Note, When
from aureole.staff.models import Agent, AgentSession, SignInLink

CLASS = "staff"


def run_out(when: When, going: Going, *, frozen_too: bool = False) -> QuerySet[Person]:
    """Persons whose closed account has run out and who are here for nothing but their work, those included that a
    hold or a restriction keeps. With `frozen_too` also those of whom an erasure has begun."""
    closed = Agent.objects.filter(person=OuterRef("pk"), is_active=False)
    rows = Person.objects.exclude(status=PersonStatus.ANONYMOUS).filter(Exists(closed))
    if not frozen_too:
        rows = rows.exclude(status=PersonStatus.ERASING)
    over = months_after(F("relationship_ended_on"), Value(when.schedule.months(CLASS)))
    rows = rows.filter(relationship_ended_on__isnull=False).annotate(over=over).filter(over__lte=when.as_of)
    return without_signs(rows, ports.signs(of_work=False), going)


class StaffAccounts:
    """The unit of them: the person goes with the account, by an erasure of their own, with certificate."""

    name = "staff.accounts"
    classes: Sequence[str] = (CLASS,)

    def look(self, when: When, going: Going) -> list[Line]:
        over = run_out(when, going)
        every = over.count()
        erase = free(over).count() if every else 0
        tables = (Agent._meta.db_table, Person._meta.db_table)
        return [Line(class_key=CLASS, table=table, erase=erase, held=every - erase) for table in tables]

    def batch(self, when: When, *, after: uuid.UUID | None, room: int, note: Note) -> Batch:
        rows = free(run_out(when, Going()))
        if after is not None:
            rows = rows.filter(pk__gt=after)
        chosen = list(rows.order_by("pk").values_list("pk", flat=True)[:room])
        taken = erase_those(chosen, lambda going: run_out(when, going, frozen_too=True), note)
        return Batch(after=chosen[-1] if chosen else None, taken=taken)


def forget_sign_ins() -> int:
    """Delete sessions and links that are over; how many. A hold on the person keeps them."""
    held = Q(agent__person_id__in=held_persons())
    nobody = Q(agent__isnull=True)
    with transaction.atomic():
        delete_together_with_others()
        sessions = AgentSession.objects.filter(~held | nobody, expire_date__lt=now())
        links = SignInLink.objects.filter(~held, expires_at__lt=now())
        return int(sessions.delete()[0]) + int(links.delete()[0])


def register() -> None:
    ports.add_unit(StaffAccounts())
