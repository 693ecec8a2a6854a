"""Restriction (GDPR Art. 18): data is kept and not used. What may still be done is decided here, for everybody.

Reads ask `visible_to`: agents see nothing of a restricted person, officers do. Everything that writes about a
person or works on their matters asks one of the two guards below. What stays possible is what Art. 18(2) allows
and the person's own rights: the export, a rectification they asked for, an erasure, the letters of the rights desk.
"""

from __future__ import annotations

import uuid

from aureole.kernel.errors import Refused
from aureole.people.models import Person, PersonStatus


def refuse_unless_active(person_id: uuid.UUID | None, *, restricted_too: bool = False) -> None:
    """Asked of the row itself, which stays locked: the caller's object may be older than a restriction or erasure.

    None           somebody who was erased: what is left of their matter names nobody, so it may be worked on
    restricted_too the person asked for this themselves, so a restriction does not stand against it (Art. 18(2))

    Raises Refused for a person who is restricted, being erased, or gone.
    """
    if person_id is None:
        return
    rows = Person.objects.select_for_update(no_key=True, of=("self",)).filter(pk=person_id)
    refuse_status(rows.values_list("status", flat=True).first(), restricted_too=restricted_too)


def refuse_frozen(person: Person) -> None:
    """The same of a person read in this transaction, where a statement more per mail would count."""
    refuse_status(person.status)


def refuse_work(person_id: uuid.UUID | None) -> None:
    """The same for codes of a ticket, without a lock: they may change while a restriction is being set, not after."""
    if person_id is not None:
        refuse_status(Person.objects.filter(pk=person_id).values_list("status", flat=True).first())


def refuse_status(status: str | None, *, restricted_too: bool = False) -> None:
    if status == PersonStatus.RESTRICTED and not restricted_too:
        raise Refused(
            "person_restricted",
            "This person's data is restricted (GDPR Art. 18): it is kept and not used, so nothing was changed or "
            "sent. A privacy officer can lift the restriction.",
        )
    if status == PersonStatus.ANONYMOUS:
        raise Refused(
            "person_anonymous",
            "This was anonymised: there is nobody behind it any more, so nothing is added, changed or sent.",
        )
    if status is None or status == PersonStatus.ERASING:
        raise Refused(
            "person_frozen",
            "This person is being erased or is gone, so nothing about them can be changed now.",
        )
