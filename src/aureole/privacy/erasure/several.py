"""Several erasures, with one search for what is left: it reads the whole instance, however many it looks for."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial

from aureole.kernel.actor import Actor
from aureole.kernel.deadlocks import again_on_deadlock
from aureole.kernel.errors import Refused
from aureole.privacy.erasure import proof
from aureole.privacy.erasure.begin import begin_erasure
from aureole.privacy.erasure.run import PROOF, Outcome, advance, load, outcome_of
from aureole.privacy.models import Erasure


def erase_several(
    person_ids: Iterable[uuid.UUID],
    *,
    by: Actor,
    reason: str,
    still: Callable[[uuid.UUID], bool] | None = None,
) -> list[Outcome]:
    """Begin and carry out an erasure of each; who is refused (a hold, above all) stays, and the others go.

    Each has a certificate of their own. An interruption leaves erasures that `carry_out_several` goes on with.
    """
    begun: list[Erasure] = []
    for person_id in person_ids:
        with suppress(Refused):  # held, or needed again since it was looked at: they stay
            begin = partial(begin_erasure, person_id=person_id, by=by, reason=reason, still=still)
            begun.append(again_on_deadlock(begin))
    return _carry_out(begun)


def carry_out_several(erasure_ids: Iterable[uuid.UUID]) -> list[Outcome]:
    """Go on with each; one that is refused stands still until what stops it is gone."""
    return _carry_out([load(erasure_id) for erasure_id in erasure_ids])


def _carry_out(erasures: Iterable[Erasure]) -> list[Outcome]:
    """Rows and keys of all of them are gone before the search, as before that of one."""
    unreadable: list[Erasure] = []
    for erasure in erasures:
        with suppress(Refused):  # a hold came since it began: it stands still, and the release resumes it
            advance(erasure, up_to=PROOF)
            unreadable.append(erasure)
    _certify([erasure for erasure in unreadable if erasure.statement is None and not erasure.certificate])
    for erasure in unreadable:
        advance(erasure)
    return [outcome_of(erasure) for erasure in unreadable]


def _certify(erasures: list[Erasure]) -> None:
    if erasures:
        for erasure, residue in zip(erasures, proof.search_residues(erasures), strict=True):
            proof.certify(erasure, residue)
