"""One real person's data told to themselves: kinds and counts, no values (GDPR Art. 15(1), (a) to (d) and (g))."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max

from aureole.kernel.actor import Actor
from aureole.ledger.models import Entry
from aureole.privacy.breaches.affected import READING
from aureole.privacy.data_map.tracing import trace
from aureole.privacy.declare import declarations
from aureole.privacy.export.answer import Told
from aureole.privacy.export.general import HeldLine, held_line, is_given
from aureole.privacy.export.ports import receivers_of
from aureole.privacy.marks import marks_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """count: how many of them there are of this person's."""

    line: HeldLine
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Looks:
    """How often somebody of a kind ("agent", "customer", "system") did what the log calls `type`, and when last."""

    type: str
    by: str
    times: int
    last: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Theirs:
    """What is held about one person, in words of their language; nobody else is named but organisations."""

    given: Sequence[Counted]
    noticed: Sequence[Counted]
    receivers: Sequence[str]
    looks: Sequence[Looks]
    total: int


def tell(person_id: uuid.UUID, *, language: str, by: Actor) -> Theirs:
    """Looking is a reading and stands in the log, before what it says is made.

    The caller has made sure that `by` controls an address on file. Raises NotFound.
    """
    looks = looks_at(person_id)
    traced = trace(person_id, by=by)
    told = Told(language)
    present = sorted(
        (d for d in declarations() if traced.rows.get(d.table)), key=lambda d: told.said(d.label)
    )
    counted = [(is_given(d), Counted(line=held_line(d, told), count=traced.rows[d.table])) for d in present]
    return Theirs(
        given=[line for given, line in counted if given],
        noticed=[line for given, line in counted if not given],
        receivers=[": ".join(told.receiver(found)) for found in receivers_of(person_id)],
        looks=looks,
        total=traced.total,
    )


def looks_at(person_id: uuid.UUID) -> list[Looks]:
    """Who looked, as the log has it: the last first. Staff are not named (CJEU C-579/21)."""
    found = Entry.objects.filter(person__in=marks_of(person_id), type__in=READING)
    groups = found.values("type", "actor_kind").annotate(times=Count("number"), last=Max("at"))
    return [
        Looks(type=one["type"], by=one["actor_kind"], times=one["times"], last=one["last"])
        for one in groups.order_by("-last")
    ]
