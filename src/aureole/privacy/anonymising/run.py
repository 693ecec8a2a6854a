"""Anonymise somebody: their conversations become a pseudonym's, portion by portion, then the person is erased.

Everything that makes an erasure final holds for it, too: the fence list, the destroyed keys, the search for residue,
the certificate. Old backups know the person and not the pseudonym; brought back, they are erased of the person.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.privacy.anonymising.becoming import Becoming, fresh_ids
from aureole.privacy.anonymising.plan import SINGLED_OUT, anonymising_plan_of
from aureole.privacy.anonymising.ports import Carrier, carriers, first_steps
from aureole.privacy.anonymising.singling_out import singled_out
from aureole.privacy.erasure.afterimages import noting_rows_of_others
from aureole.privacy.erasure.begin import Beginning, begin_erasure, known_as
from aureole.privacy.erasure.calling_off import refuse_called_off
from aureole.privacy.erasure.proof import CARRIED
from aureole.privacy.erasure.run import Outcome, carry_out, precede
from aureole.privacy.erasure.standing import note_step
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.holds.guard import refuse_held, refuse_held_of_others
from aureole.privacy.models import Erasure, Way

STEP = "carried"


def begin_anonymising(
    *,
    person_id: uuid.UUID,
    by: Actor,
    reason: str,
    expected_hash: str | None = None,
    approved_by: Actor | None = None,
    request: int = 0,
    approval: str = "",
) -> Erasure:
    """Stop all new processing of the person and keep what the run needs. Repeating it gives the same one.

    The caller has checked that `by` may (staff.permissions "privacy.erase"): it takes as much as an erasure.
    Raises NotFound and Refused as `begin_erasure`, also when what stays would single the person out.
    """
    kind = Beginning(
        way=Way.ANONYMISE,
        plan_of=anonymising_plan_of,
        entry="privacy.anonymising_begun",
        becomes=fresh_ids(),
        untouched="Nothing was changed.",
        request=request,
        approval=approval,
    )
    return begin_erasure(
        person_id=person_id,
        by=by,
        reason=reason,
        expected_hash=expected_hash,
        approved_by=approved_by,
        kind=kind,
    )


def anonymise_person(
    person_id: uuid.UUID,
    *,
    by: Actor,
    reason: str,
    approved_by: Actor | None = None,
    expected_hash: str | None = None,
    progress: Callable[[str], None] | None = None,
) -> Outcome:
    """Begin (or resume) and carry out."""
    begun = begin_anonymising(
        person_id=person_id, by=by, reason=reason, approved_by=approved_by, expected_hash=expected_hash
    )
    return carry_out(begun.id, progress=progress)


def _carry(erasure: Erasure) -> None:
    subject = Subject(known_as(erasure))
    with transaction.atomic(), noting_rows_of_others(subject.person_id):
        refuse_held({subject.person_id}, erasing=True)
        refuse_called_off(erasure)
        gone = Counter({c.place: c.count for step in first_steps() for c in step.run(subject)})
        note_step(erasure, "", gone)
    becoming = Becoming.of(subject, (erasure.known_as or {})["becomes"], apart=erasure.plan["apart"])
    for carrier in carriers():
        while _carry_portion(erasure, carrier, subject, becoming):
            pass
    note_step(erasure, STEP)


def _carry_portion(erasure: Erasure, carrier: Carrier, subject: Subject, becoming: Becoming) -> bool:
    """One transaction; True while there may be more. A portion that would single the person out is not committed."""
    with transaction.atomic(), noting_rows_of_others(subject.person_id) as noted:
        refuse_held({subject.person_id}, erasing=True)
        refuse_called_off(erasure)
        done = carrier.carry(subject, becoming)
        refuse_held_of_others(done.others)
        _refuse_singled_out(done.pseudonyms, subject.person_id)
        for key in [key for key, note in noted.items() if note.person_id in done.pseudonyms]:
            del noted[key]  # no backup has them, so there is nothing to put back
        note_step(
            erasure, "", done.gone + Counter({f"{place}{CARRIED}": n for place, n in done.counts.items()})
        )
    return done.more


def _refuse_singled_out(pseudonyms: set[uuid.UUID], person_id: uuid.UUID) -> None:
    """The second look, at what the portion came to."""
    found = singled_out(sorted(pseudonyms), besides=[person_id]) if pseudonyms else []
    if found:
        raise Refused(
            SINGLED_OUT,
            f"{found[0].sentence} This has changed since it was planned, so it stopped. What was carried over names "
            "nobody; the rest is untouched and closed. Erase the person instead.",
        )


def register() -> None:
    precede(Way.ANONYMISE, (STEP, _carry))
