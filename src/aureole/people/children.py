"""Children below the age at which they consent alone (GDPR Art. 8), and what stands until somebody answers."""

from __future__ import annotations

import uuid
from datetime import date

from django.db.models import QuerySet

from aureole.kernel.errors import Refused
from aureole.people.models import Childhood, Person, PersonStatus
from aureole.privacy.law.limits import Age, age_of_consent, strictest_age_of_consent
from aureole.privacy.rights.matters import Matter
from aureole.privacy.rights.place import country, day_of, today
from aureole.privacy.standing import keep_standing
from aureole.privacy.vocabulary import purpose


def age_on(born: date, day: date) -> int:
    """Full years; who was born on 29 February comes of age on 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def age_here(day: date) -> Age:
    """At the controller's. Where no law is on file ("") the highest age of any country is taken, because a child that
    is not taken for one cannot be made up for."""
    try:
        return age_of_consent(country(), day)
    except Refused:
        return Age(years=strictest_age_of_consent(day), law="")


def is_below_age(born: date) -> bool:
    """Whether a guardian's consent is wanted today."""
    return age_on(born, today()) < age_here(today()).years


def waiting_children() -> QuerySet[Person]:
    """Children of whom nobody has answered yet, the longest known first: for whoever looks after privacy."""
    return Person.objects.filter(childhood=Childhood.WAITING).order_by("child_since", "id")


def growing_children() -> QuerySet[Person]:
    """Children whose date of birth is known: one day they are none any more. Whose data is restricted is left out."""
    rows = Person.objects.exclude(childhood=Childhood.NONE)
    return rows.filter(status=PersonStatus.ACTIVE, birth_date__isnull=False).order_by("id")


def children_as_matters() -> list[Matter]:
    """The same, as lines for the officer."""
    rows = waiting_children().filter(child_since__isnull=False).values_list("pk", "child_since")
    words = "a child below the age of consent, nobody has answered for them"
    return [
        Matter(kind="child", person_id=person_id, since=day_of(since), words=words)
        for person_id, since in rows
        if since is not None
    ]


def waits_for_guardian(person: Person, *, for_purpose: str) -> bool:
    """Whether the purpose rests on consent, and the person is a child that cannot give it.

    Other legal bases do not ask for it: a child's question may be answered (recital 38).
    """
    return purpose(for_purpose).basis == "consent" and person.childhood == Childhood.WAITING


def keep_childhood(person: Person) -> None:
    """So that no restore writes to a child on their own yes; in the caller's transaction, after the change. A guardian
    is not noted: after a restore to before nobody knows any more who answered."""
    keep_standing(person, "childhood", "child_since", person_id=person.id)


def refuse_consent_of_child(person_id: uuid.UUID) -> None:
    """Raises Refused for a child nobody has answered for: their own yes is none (Art. 8(1))."""
    if Person.objects.filter(pk=person_id, childhood=Childhood.WAITING).exists():
        raise Refused(
            "child_consents_alone",
            "This person is below the age of consent and nobody has answered for them, so their yes does not count. "
            "Record a guardian's consent first. Nothing was stored.",
        )


def refuse_without_guardian(person: Person, *, for_purpose: str) -> None:
    """Raises Refused where that is so."""
    if waits_for_guardian(person, for_purpose=for_purpose):
        raise Refused(
            "child_without_guardian",
            "This person is below the age of consent and nobody has answered for them, so nothing was sent. "
            "Record a guardian's consent, or discard the child's data.",
        )
