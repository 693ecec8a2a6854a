"""Persons run out when the relationship is over and nothing else of theirs is left; then they are erased as a whole.

The relationship ends on the day that somebody stated, else with the last contact. Of somebody who belongs to an
organisation it has to be stated: that they were silent for some months ends no contract.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Case, DateField, Exists, Func, IntegerField, OuterRef, Q, QuerySet, Value
from django.db.models import When as Whose
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest, TruncDate

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.people.models import Identifier, MergeUndo, Person, PersonStatus
from aureole.privacy.erasure.run import Outcome
from aureole.privacy.erasure.several import carry_out_several, erase_several
from aureole.privacy.holds.guard import delete_together_with_others, held_persons
from aureole.privacy.models import OPEN_STATES, Erasure, ErasureState, ExportPackage, RightsRequest
from aureole.privacy.retention import ports
from aureole.privacy.retention.ports import PERSONS, Batch, Going, Line, Note, Sign, When
from aureole.vault.models import BlindIndexEntry

CLASS = "customer"
REASON = "the time to keep it is over"


def run_out(when: When, going: Going, *, frozen_too: bool = False) -> QuerySet[Person, Any]:
    """Persons whose every datum has run out, those included that a hold or a restriction keeps.

    frozen_too  also those of whom an erasure has begun
    """
    began = TruncDate("created_at", tzinfo=ZoneInfo(settings.AUREOLE_TIME_ZONE))
    last = Greatest(began, "last_contact_on", "relationship_ended_on")  # PostgreSQL ignores what is NULL
    rows = Person.objects.all() if frozen_too else Person.objects.exclude(status=PersonStatus.ERASING)
    rows = rows.exclude(
        status=PersonStatus.ANONYMOUS
    )  # nobody, so no time to keep them runs (GDPR recital 26)
    rows = rows.filter(Q(organisation=None) | Q(relationship_ended_on__isnull=False))
    rows = rows.annotate(over=months_after(last, _months(when))).filter(over__lte=when.as_of)
    return without_signs(rows, ports.signs(), going)


def without_signs(rows: QuerySet[Person, Any], signs: Sequence[Sign], going: Going) -> QuerySet[Person, Any]:
    """Of these, whom no sign shows to be needed still."""
    for sign in signs:
        rows = rows.filter(~Exists(sign.rows(going).filter(**{sign.person: OuterRef("pk")})))
    return rows


def _months(when: When) -> Value | Case:
    """Of each person: what was set for their organisation, else for all."""
    for_all = Value(when.schedule.months(CLASS), output_field=IntegerField())
    own = when.schedule.own(CLASS, "organisation")
    if not own:
        return for_all
    cases = (Whose(organisation_id=uuid.UUID(value), then=Value(months)) for value, months in own.items())
    return Case(*cases, default=for_all, output_field=IntegerField())


def months_after(day: Combinable, months: Value | Case) -> Func:
    return Func(
        day, months, template="(%(expressions)s::int))", arg_joiner=" + make_interval(months => ",
        output_field=DateField(),
    )  # fmt: skip


def free(rows: QuerySet[Person, Any]) -> QuerySet[Person, Any]:
    """Of these, whom nothing keeps: no hold, and no restriction they asked for themselves (Art. 18)."""
    return rows.filter(status=PersonStatus.ACTIVE).exclude(pk__in=held_persons())


class Persons:
    """The unit of whole persons; each goes by an erasure of their own, with certificate."""

    name = PERSONS
    classes: Sequence[str] = (CLASS,)

    def look(self, when: When, going: Going) -> list[Line]:
        over = run_out(when, going)
        going_now = free(over)
        ids = going_now.values("pk")
        every = over.count()
        erase = going_now.count() if every else 0
        of_persons = Line(class_key=CLASS, table=Person._meta.db_table, erase=erase, held=every - erase)
        if not erase:
            return [of_persons]
        return [
            of_persons,
            Line(
                class_key=CLASS, table=Identifier._meta.db_table,
                erase=Identifier.objects.filter(person__in=ids).count(),
            ),
            Line(
                class_key=CLASS, table=BlindIndexEntry._meta.db_table,
                erase=BlindIndexEntry.objects.filter(person_id__in=ids).count(),
            ),
        ]  # fmt: skip

    def batch(self, when: When, *, after: uuid.UUID | None, room: int, note: Note) -> Batch:
        taken = _finish_begun(note) if after is None else 0
        rows = free(run_out(when, Going()))
        if after is not None:
            rows = rows.filter(pk__gt=after)
        chosen = list(rows.order_by("pk").values_list("pk", flat=True)[:room])
        taken += erase_those(chosen, lambda going: run_out(when, going, frozen_too=True), note)
        return Batch(after=chosen[-1] if chosen else None, taken=taken)


def erase_those(
    person_ids: Sequence[uuid.UUID], over: Callable[[Going], QuerySet[Person, Any]], note: Note
) -> int:
    """How many went; something that came meanwhile, a hold above all, keeps a person.

    over  whoever has run out, those included of whom an erasure has begun
    """

    def still(person_id: uuid.UUID) -> bool:
        return over(Going()).filter(pk=person_id).exists()

    return _noted(erase_several(person_ids, by=Actor.system(), reason=REASON, still=still), note)


def _finish_begun(note: Note) -> int:
    """Erasures that broke off, unless they answer a request, which goes on in its own way."""
    asked = RightsRequest.objects.filter(state__in=OPEN_STATES, person_id__isnull=False).values("person_id")
    begun = Erasure.objects.filter(state=ErasureState.RUNNING).exclude(person_id__in=asked)
    return _noted(carry_out_several(begun.values_list("pk", flat=True)), note)


def _noted(outcomes: Sequence[Outcome], note: Note) -> int:
    for outcome in outcomes:
        with transaction.atomic():
            note(Counter({item["place"]: int(item["count"]) for item in outcome.erased}))
    return len(outcomes)


def _open_requests(going: Going) -> QuerySet[RightsRequest]:
    return RightsRequest.objects.filter(state__in=OPEN_STATES)


def forget_undos() -> int:
    """Delete what would take merges apart, of those whose 30 days are over; how many. A hold keeps it."""
    with transaction.atomic():
        delete_together_with_others()
        over = MergeUndo.objects.filter(until__lte=now()).exclude(person__in=held_persons())
        return over.delete()[0]


def register() -> None:
    ports.add_unit(Persons())
    ports.add_sign(Sign(rows=_open_requests, person="person_id"))
    ports.add_sign(Sign(rows=lambda going: ExportPackage.objects.all(), person="person_id"))
