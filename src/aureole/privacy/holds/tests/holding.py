"""Holds placed and released as an operator does it, with what the worker does then."""

from __future__ import annotations

import uuid
from datetime import timedelta

from aureole.desk.models import Message
from aureole.desk.releasing import remove_what_stayed
from aureole.kernel.actor import Actor
from aureole.people.models import Person
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.holds.actions.release_hold import release_hold
from aureole.privacy.holds.events import HoldReleased
from aureole.privacy.holds.resuming import resume_what_waited
from aureole.privacy.models import Hold
from aureole.privacy.rights.place import today

OPERATOR = Actor.operator()


def hold_on(person: Person, table: str = "", row_id: uuid.UUID | None = None) -> Hold:
    return place_hold(
        person_id=person.id, table=table, row_id=row_id, reason="a claim was announced", by=OPERATOR,
        review_on=today() + timedelta(days=90),
    )  # fmt: skip


def release(hold: Hold) -> None:
    """And what the worker does then."""
    release_hold(hold_id=hold.id, reason="settled", by=OPERATOR)
    remove_what_stayed(HoldReleased(person_id=hold.person_id))
    resume_what_waited(HoldReleased(person_id=hold.person_id))


def message_of(person: Person) -> Message:
    found = Message.objects.filter(person=person).first()
    assert found is not None
    return found
