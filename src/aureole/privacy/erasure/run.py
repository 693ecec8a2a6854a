"""Carry out an erasure: step by step, each repeatable, until a certificate says what became of it.

rows, with files and indexes > mentions in others' texts, and queue > keys > residue > certificate > last key.
An exception or a kill between any two statements leaves an erasure that `carry_out` resumes.
"""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.deadlocks import again_on_deadlock
from aureole.kernel.errors import NotFound
from aureole.privacy.erasure import deleting, proof
from aureole.privacy.erasure.afterimages import noting_rows_of_others
from aureole.privacy.erasure.begin import begin_erasure, known_as
from aureole.privacy.erasure.calling_off import refuse_called_off
from aureole.privacy.erasure.mentions import apart, redact_mentions
from aureole.privacy.erasure.places import deleted_last
from aureole.privacy.erasure.standing import note_end, note_step
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.erasure.together import delete_together, keys_of
from aureole.privacy.holds import guard
from aureole.privacy.holds.guard import refuse_held, refuse_held_of_others
from aureole.privacy.holds.leaving import note_left
from aureole.privacy.marks import records_of
from aureole.privacy.models import Erasure, ErasureState, Way
from aureole.privacy.ports import endings, erasure_steps, farewells
from aureole.vault.fences.journal import note_begun
from aureole.vault.groups import KeyGroup
from aureole.vault.keys import erase_keys

Progress = Callable[[str], None]
PROOF = "proof"
_TELL_AFTER = 0.2  # seconds: pages that watch need no word of every step that took a few milliseconds
_TOLD = ("stragglers", "done")  # before the one that may take long, and the end
Step = tuple[str, Callable[[Erasure], None]]
_preceding: dict[Way, tuple[Step, ...]] = {}


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What an erasure came to."""

    erasure_id: uuid.UUID
    certificate: str
    erased: list[dict[str, Any]]
    kept: list[dict[str, Any]]
    residue: dict[str, Any]
    anonymised: list[dict[str, Any]]
    approval: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "certificate": str(self.erasure_id),
            "erased": self.erased,
            "kept": self.kept,
            "residue": self.residue,
        } | ({"anonymised": self.anonymised} if self.anonymised else {})


def erase_person(
    person_id: uuid.UUID,
    *,
    by: Actor,
    reason: str,
    approved_by: Actor | None = None,
    expected_hash: str | None = None,
    still: Callable[[uuid.UUID], bool] | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Begin (or resume) and carry out. See `begin_erasure` for what is refused."""
    erasure = begin_erasure(
        person_id=person_id,
        by=by,
        reason=reason,
        approved_by=approved_by,
        expected_hash=expected_hash,
        still=still,
    )
    advance(erasure, progress)
    return outcome_of(erasure)


def carry_out(erasure_id: uuid.UUID, *, progress: Progress | None = None) -> Outcome:
    """Run what is left of an erasure. One that is done gives its outcome again.

    Raises NotFound, and Refused when a hold was placed meanwhile: it goes on once that is released.
    """
    erasure = load(erasure_id)
    advance(erasure, progress)
    return outcome_of(erasure)


def advance(erasure: Erasure, progress: Progress | None = None, *, up_to: str | None = None) -> None:
    """Run what is left, or what is left before the step `up_to`. Raises as `carry_out` does."""
    if erasure.person_id is not None:
        for record_id in _records(erasure):
            note_begun(record_id)
    told = time.monotonic()
    for name, step in (*_preceding.get(Way(erasure.way), ()), *_STEPS):
        if erasure.state == ErasureState.DONE or name == up_to:
            break
        if _is_behind(erasure.step, name):
            if name == _STEPS[0][0]:
                _say_farewell(erasure)
            again_on_deadlock(partial(step, erasure))
            if name in _TOLD or time.monotonic() - told > _TELL_AFTER:
                live.touch("erasure", erasure.id)
                told = time.monotonic()
            if progress:
                progress(name)


def _say_farewell(erasure: Erasure) -> None:
    for farewell in farewells():
        farewell(erasure)


def _records(erasure: Erasure) -> list[uuid.UUID]:
    """Those that are the person's: asked for once, they cannot change while the person is frozen."""
    found: list[uuid.UUID] | None = erasure.__dict__.get("records")
    if found is None:
        found = erasure.__dict__["records"] = records_of(_person(erasure))
    return found


def load(erasure_id: uuid.UUID) -> Erasure:
    """Raises NotFound."""
    erasure = Erasure.objects.filter(pk=erasure_id).first()
    if erasure is None:
        raise NotFound("erasure_not_found", "There is no such erasure.")
    return erasure


def precede(way: Way, *steps: Step) -> None:
    """Steps that come before those of an erasure. Each notes its name when it is finished."""
    _preceding[way] = steps


def _is_behind(done: str, name: str) -> bool:
    order = [step for steps in _preceding.values() for step, _ in steps] + [step for step, _ in _STEPS]
    return done not in order or order.index(done) < order.index(name)


def _person(erasure: Erasure) -> uuid.UUID:
    assert erasure.person_id is not None, "an erasure that is done knows nobody"
    return erasure.person_id


def _delete_rows(erasure: Erasure) -> None:
    subject, gone, left = Subject(known_as(erasure)), Counter[str](), True
    with transaction.atomic(), noting_rows_of_others(subject.person_id) as others:
        refuse_held({subject.person_id}, erasing=True)
        refuse_called_off(erasure)
        for step in erasure_steps():
            gone.update({c.place: c.count for c in step.run(subject)})
        if others:
            refuse_held_of_others({note.person_id for note in others.values() if note.person_id})
        left = deleting.delete_batch(subject.person_id, gone, besides=subject.doomed)
        note_step(erasure, "" if left else "rows", gone)
    while left:
        left = _delete_batch(erasure, "rows")


def _delete_batch(erasure: Erasure, step: str) -> bool:
    """One transaction; True while there may be more."""
    gone = Counter[str]()
    with transaction.atomic():
        refuse_held({_person(erasure)}, erasing=True)
        left = deleting.delete_batch(_person(erasure), gone)
        note_step(erasure, "" if left else step, gone)
    return left


def _redact(erasure: Erasure) -> None:
    with transaction.atomic(), noting_rows_of_others(_person(erasure)):
        guard.erase_alone()
        done, left = apart(redact_mentions(Subject(known_as(erasure)), dry=False))
        if done:
            refuse_held_of_others({r.person_id for r in done})
        note_left(left)
        gone = Counter({"procrastinate_jobs": deleting.delete_jobs(_person(erasure))})
        note_step(erasure, "mentions", gone + Counter(r.place for r in done))


def _destroy_keys(erasure: Erasure) -> None:
    """All but the evidence key, which the log's last entry and the sealed names still need.

    Not noted by itself: what is interrupted before the next step is noted is done again, and finds nothing.
    """
    groups = [group for group in KeyGroup if group != KeyGroup.EVIDENCE]
    for record_id in _records(erasure):
        erase_keys(record_id, groups)


def _delete_stragglers(erasure: Erasure) -> None:
    """Rows that a writer had under way while the first pass ran; with the keys gone no more can come."""
    if not deleting.is_anything_left(_person(erasure)):
        note_step(erasure, "stragglers")
        return
    while _delete_batch(erasure, "stragglers"):
        pass


def _prove(erasure: Erasure) -> None:
    if erasure.certificate:
        note_step(erasure, "proof")
    else:
        proof.certify(erasure)


def _finish(erasure: Erasure) -> None:
    """The last key goes, and with it the link between the log and a person; then the place their addresses held."""
    for record_id in _records(erasure):
        erase_keys(record_id, list(KeyGroup))
    last = {d.model: keys_of(d.model, d.person, _person(erasure)) for d in deleted_last()}
    with transaction.atomic():
        delete_together(last)
        for ending in endings():
            ending(erasure)
        note_end(erasure)


_STEPS: tuple[Step, ...] = (
    ("rows", _delete_rows),
    ("mentions", _redact),
    ("keys", _destroy_keys),
    ("stragglers", _delete_stragglers),
    (PROOF, _prove),
    ("done", _finish),
)
STEP_NAMES = tuple(name for name, _ in _STEPS)


def outcome_of(erasure: Erasure) -> Outcome:
    """Of one that is certified."""
    payload = proof.payload_of(erasure.certificate)
    return Outcome(
        erasure_id=erasure.id,
        certificate=erasure.certificate,
        erased=payload["erased"],
        kept=payload["kept"],
        residue=payload["residue"],
        anonymised=payload.get("anonymised", []),
        approval=erasure.approval,
    )
