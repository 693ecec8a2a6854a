"""What an erasure would take, what stays and why, and what stands in its way."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from django.db.models import QuerySet
from procrastinate.contrib.django.models import ProcrastinateJob

from aureole.kernel.compiled import Compiled
from aureole.kernel.errors import NotFound
from aureole.ledger.models import Entry
from aureole.privacy.declare import Declaration, Keep, declarations
from aureole.privacy.erasure.mentions import apart, redact_mentions
from aureole.privacy.erasure.places import (
    PersonCounts,
    deletable,
    deleted_last,
    references,
    rows_about_others,
    rows_of,
)
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.holds.blocking import on_others
from aureole.privacy.marks import marks_of_records, records_of
from aureole.privacy.models import HoldGround
from aureole.privacy.ports import Blocker, Count, Redaction, blockers, directory, erasure_steps
from aureole.privacy.retention.schedule import Schedule
from aureole.vault.keys import states
from aureole.vault.keystore.models import KeyState

BLACKED_OUT = "blacked out"
# The request's own letters tell of the right to object: that they left later than the plan was frozen changes nothing.
_LETTERS_BRING = frozenset({"privacy_informing"})
LEDGER_KEEP = ("GDPR Art. 5(2) and 17(3)(b)", "to be able to show what was done; holds no name")


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What stays, with the reason a person is owed."""

    place: str
    count: int
    article: str
    reason: str
    until: str
    label: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Counts only: a plan holds nothing about the person but their id."""

    person_id: uuid.UUID
    erase: tuple[Count, ...]
    keep: tuple[Kept, ...]
    blockers: tuple[Blocker, ...]

    @property
    def hash(self) -> str:
        """SHA-256 over what would happen; the same plan has the same hash."""
        content = {
            "person": str(self.person_id),
            "erase": [(c.place, c.count) for c in self.erase if not c.bookkeeping],
            "keep": [(k.place, k.article, k.until) for k in self.keep],
            "blockers": [b.code for b in self.blockers],
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    @property
    def total(self) -> int:
        return sum(count.count for count in self.erase)

    def as_json(self) -> dict[str, object]:
        return {
            "person": str(self.person_id),
            "hash": self.hash,
            "erase": [asdict(count) for count in self.erase],
            "keep": [asdict(kept) for kept in self.keep],
            "blockers": [asdict(blocker) for blocker in self.blockers],
        }


def make_plan(person_id: uuid.UUID) -> Plan:
    """The plan for this person as things stand. Raises NotFound when there is no such person."""
    known = directory().known_as(person_id)
    if known is None:
        raise NotFound("person_not_found", "There is no such person here; they may have been erased already.")
    return plan_of(Subject(known))


def plan_of(subject: Subject) -> Plan:
    """The plan for somebody who was just looked up."""
    person_id = subject.person_id
    steps = [count for step in erasure_steps() for count in step.count(subject)]
    counts = [*_rows(subject), *steps, *_queue(subject), *_keys(subject.records)]
    mentions, left = apart(redact_mentions(subject, dry=True))
    places = Counter(r.place for r in mentions)
    counts += [
        Count(place=place, count=count, label="Named in others' texts", how=BLACKED_OUT)
        for place, count in sorted(places.items())
    ]
    return Plan(
        person_id=person_id,
        erase=tuple(_merged(counts)),
        keep=(
            *(kept for kept in _kept_of(subject.records, subject.count(_kept)) if kept.count),
            *kept_under_holds(left),
        ),
        blockers=(*blockers(person_id), *on_others({r.person_id for r in mentions} - {person_id})),
    )


def _merged(counts: Iterable[Count]) -> list[Count]:
    """One line per place; places where there is nothing are left out."""
    by_place: dict[str, Count] = {}
    for count in counts:
        first = by_place.get(count.place)
        by_place[count.place] = replace(first, count=first.count + count.count) if first else count
    return [count for count in by_place.values() if count.count]


def _rows(subject: Subject) -> list[Count]:
    return [
        Count(place=place, count=count, label=label, how=how, bookkeeping=place in _LETTERS_BRING)
        for (place, label, how), count in zip(_places(), subject.count(_counts), strict=True)
    ]


def _places() -> Iterator[tuple[str, str, str]]:
    """Name, label and fate of what `_counts` counts."""
    for declaration in _doomed():
        yield declaration.table, declaration.label, "deleted"
    for declaration, column in references():
        yield f"{declaration.table}.{column}", f"{declaration.label} about others", "no longer names them"


def _doomed() -> tuple[Declaration, ...]:
    return (*deletable(), *deleted_last())


_counts = PersonCounts(
    lambda person_id: [
        *(rows_of(d, person_id) for d in _doomed()),
        *(rows_about_others(d, column, person_id) for d, column in references()),
    ],
    planned=True,
)


def _queue(subject: Subject) -> list[Count]:
    return [
        Count(
            place="procrastinate_jobs",
            count=subject.count(_jobs)[0],
            label="Waiting jobs",
            how="deleted",
            bookkeeping=True,
        )
    ]


def jobs_of(person_id: uuid.UUID) -> QuerySet[ProcrastinateJob]:
    """Queued jobs whose arguments name the person."""
    return ProcrastinateJob.objects.filter(args__icontains=str(person_id))


_jobs = PersonCounts(lambda person_id: [jobs_of(person_id)], planned=True)


def _keys(records: Sequence[uuid.UUID]) -> list[Count]:
    active = sum(state == KeyState.ACTIVE for record_id in records for state in states(record_id).values())
    return [Count(place="key store", count=active, label="Keys", how="destroyed")]


def kept_items(person_id: uuid.UUID) -> list[Kept]:
    """What outlives the erasure: declared rows with their reason, and the log."""
    return _kept_of(records_of(person_id), _kept.of(person_id))


def kept_under_holds(left: Iterable[Redaction]) -> list[Kept]:
    """Rows of others that name the person and stay as they are, by place and ground (GDPR Art. 17(3))."""
    counts = Counter((r.place, r.hold.ground) for r in left if r.hold is not None)
    return [_kept_under_hold(place, ground, count) for (place, ground), count in sorted(counts.items())]


def _kept_under_hold(place: str, ground: str, count: int) -> Kept:
    words, _, law = str(HoldGround(ground).label).partition(" (")
    return Kept(
        place=place,
        count=count,
        article=law.removesuffix(")"),
        reason=f"{words}: held as they are, and they name the person",
        until="the hold is released",
        label="Documents of others",
    )


def _keeping() -> list[tuple[Declaration, Keep]]:
    return [(d, d.keep) for d in declarations() if d.keep is not None]


_kept = PersonCounts(lambda person_id: [rows_of(d, person_id) for d, _ in _keeping()], planned=True)
_entries = Compiled[Entry](
    lambda pseudonym: (f"SELECT count(*) FROM {Entry._meta.db_table} WHERE person = %s", [pseudonym])
)


def _entries_of(records: Sequence[uuid.UUID]) -> int:
    """One statement for each record that became theirs; most often there is one."""
    return sum(_entries.rows(pseudonym=mark)[0][0] for mark in marks_of_records(records))


def _years(months: int) -> str:
    return f"{months} months" if months % 12 else "1 year" if months == 12 else f"{months // 12} years"


def _kept_of(records: Sequence[uuid.UUID], counts: Sequence[int]) -> list[Kept]:
    kept = [
        Kept(
            place=d.table,
            count=count,
            article=keep.article,
            reason=keep.reason,
            until=keep.until,
            label=d.label,
        )
        for (d, keep), count in zip(_keeping(), counts, strict=True)
    ]
    entries = _entries_of(records)
    article, reason = LEDGER_KEEP
    kept.append(
        Kept(
            place="ledger_entry",
            count=entries,
            article=article,
            reason=reason,
            until=f"{_years(Schedule.now().months('ledger'))} after each entry",
            label="Log entries, no name in them",
        )
    )
    return kept
