"""Children below the age at which they consent alone (GDPR Art. 8), and what stands until somebody answers."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db.models import QuerySet

from aureole.kernel.errors import Refused
from aureole.people.models import Childhood, Person
from aureole.privacy.law.limits import age_of_consent
from aureole.privacy.rights.matters import Matter
from aureole.privacy.rights.place import day_of, today
from aureole.privacy.vocabulary import purpose


def age_on(born: date, day: date) -> int:
    """Full years; who was born on 29 February comes of age on 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def is_below_age(born: date) -> bool:
    """Whether the law of the controller's country wants a guardian's consent today."""
    country = str(settings.AUREOLE_COUNTRY).partition("-")[0]
    return age_on(born, today()) < age_of_consent(country, today())


def waiting_children() -> QuerySet[Person]:
    """Children of whom nobody has answered yet, the longest known first: for whoever looks after privacy."""
    return Person.objects.filter(childhood=Childhood.WAITING).order_by("child_since", "id")


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


def refuse_without_guardian(person: Person, *, for_purpose: str) -> None:
    """Raises Refused where that is so."""
    if waits_for_guardian(person, for_purpose=for_purpose):
        raise Refused(
            "child_without_guardian",
            "This person is below the age of consent and nobody has answered for them, so nothing was sent. "
            "Record a guardian's consent, or discard the child's data.",
        )
