"""Carry out an erasure: step by step, each repeatable, until a certificate says what became of it.

rows, with files and indexes > mentions in others' texts > queue > keys > residue > certificate > last key.
An exception or a kill between any two statements leaves an erasure that `carry_out` resumes.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound
from aureole.privacy.erasure import deleting, proof
from aureole.privacy.erasure.afterimages import noting_rows_of_others
from aureole.privacy.erasure.begin import begin_erasure, known_as
from aureole.privacy.erasure.mentions import redact_mentions
from aureole.privacy.erasure.places import deleted_last, rows_of
from aureole.privacy.models import Erasure, ErasureState
from aureole.privacy.ports import erasure_steps
from aureole.vault.fences.journal import note_begun
from aureole.vault.groups import KeyGroup
from aureole.vault.keys import erase_keys

Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What an erasure came to."""

    erasure_id: uuid.UUID
    certificate: str
    erased: list[dict[str, Any]]
    kept: list[dict[str, Any]]
    residue: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {
            "certificate": str(self.erasure_id),
            "erased": self.erased,
            "kept": self.kept,
            "residue": self.residue,
        }


def erase_person(
    person_id: uuid.UUID,
    *,
    by: Actor,
    reason: str,
    approved_by: Actor | None = None,
    expected_hash: str | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Begin (or resume) and carry out. See `begin_erasure` for what is refused."""
    erasure = begin_erasure(
        person_id=person_id, by=by, reason=reason, approved_by=approved_by, expected_hash=expected_hash
    )
    return carry_out(erasure.id, progress=progress)


def carry_out(erasure_id: uuid.UUID, *, progress: Progress | None = None) -> Outcome:
    """Run what is left of an erasure. One that is done gives its outcome again. Raises NotFound."""
    begun = _load(erasure_id)
    if begun.person_id is not None:
        note_begun(begun.person_id)
    for name, step in _STEPS:
        erasure = _load(erasure_id)
        if erasure.state == ErasureState.DONE:
            break
        if _is_behind(erasure.step, name):
            step(erasure)
            _mark(erasure_id, name)
            if progress:
                progress(name)
    erasure = _load(erasure_id)
    return _outcome(erasure)


def _load(erasure_id: uuid.UUID) -> Erasure:
    erasure = Erasure.objects.filter(pk=erasure_id).first()
    if erasure is None:
        raise NotFound("erasure_not_found", "There is no such erasure.")
    return erasure


def _is_behind(done: str, name: str) -> bool:
    order = [step for step, _ in _STEPS]
    return done not in order or order.index(done) < order.index(name)


def _mark(erasure_id: uuid.UUID, step: str) -> None:
    with transaction.atomic():
        Erasure.objects.filter(pk=erasure_id).update(step=step)
        live.touch("erasure", erasure_id)


def _tally(erasure: Erasure) -> deleting.Tally:
    """Adds counts to the erasure, in the transaction that did the work."""

    def add(counts: Counter[str]) -> None:
        if not +counts:
            return
        row = Erasure.objects.select_for_update().only("done").get(pk=erasure.pk)
        total = Counter(row.done) + counts
        Erasure.objects.filter(pk=erasure.pk).update(done=dict(total))

    return add


def _person(erasure: Erasure) -> uuid.UUID:
    assert erasure.person_id is not None, "an erasure that is done knows nobody"
    return erasure.person_id


def _delete_rows(erasure: Erasure) -> None:
    tally = _tally(erasure)
    for step in erasure_steps():
        with transaction.atomic(), noting_rows_of_others(_person(erasure)):
            tally(Counter({c.place: c.count for c in step.run(_person(erasure))}))
    deleting.delete_rows(_person(erasure), tally)


def _redact(erasure: Erasure) -> None:
    with transaction.atomic(), noting_rows_of_others(_person(erasure)):
        done = redact_mentions(known_as(erasure), dry=False)
        _tally(erasure)(Counter(r.place for r in done))


def _empty_queue(erasure: Erasure) -> None:
    with transaction.atomic():
        _tally(erasure)(Counter({"procrastinate_jobs": deleting.delete_jobs(_person(erasure))}))


def _destroy_keys(erasure: Erasure) -> None:
    """All but the evidence key, which the log's last entry and the sealed names still need."""
    groups = [group for group in KeyGroup if group != KeyGroup.EVIDENCE]
    erase_keys(_person(erasure), groups)


def _delete_stragglers(erasure: Erasure) -> None:
    """Rows that a writer had under way while the first pass ran; with the keys gone no more can come."""
    deleting.delete_rows(_person(erasure), _tally(erasure))


def _prove(erasure: Erasure) -> None:
    if not erasure.certificate:
        proof.certify(erasure)


def _finish(erasure: Erasure) -> None:
    """The last key goes, and with it the link between the log and a person; then the place their addresses held."""
    erase_keys(_person(erasure), list(KeyGroup))
    with transaction.atomic():
        for declaration in deleted_last():
            deleting.delete_all(rows_of(declaration, _person(erasure)))
        Erasure.objects.filter(pk=erasure.pk).update(
            state=ErasureState.DONE, person_id=None, known_as=None, finished_at=now()
        )


_STEPS: tuple[tuple[str, Callable[[Erasure], None]], ...] = (
    ("rows", _delete_rows),
    ("mentions", _redact),
    ("queue", _empty_queue),
    ("keys", _destroy_keys),
    ("stragglers", _delete_stragglers),
    ("proof", _prove),
    ("done", _finish),
)
STEP_NAMES = tuple(name for name, _ in _STEPS)


def _outcome(erasure: Erasure) -> Outcome:
    payload = proof.payload_of(erasure.certificate)
    return Outcome(
        erasure_id=erasure.id,
        certificate=erasure.certificate,
        erased=payload["erased"],
        kept=payload["kept"],
        residue=payload["residue"],
    )
