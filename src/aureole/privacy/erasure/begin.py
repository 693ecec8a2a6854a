"""Freeze a person and a plan; from here an erasure is on its way and can be resumed by anyone."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.compiled import Compiled
from aureole.kernel.errors import NotFound, Refused
from aureole.kernel.inserting import insert_rows
from aureole.ledger.ports import confidant
from aureole.ledger.record import record
from aureole.privacy.erasure.approval import approval_of, refuse_alone
from aureole.privacy.erasure.plan import Plan, plan_of
from aureole.privacy.erasure.redactor import Redactor
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.holds import guard
from aureole.privacy.models import Erasure, ErasureState, Way
from aureole.privacy.ports import KnownAs, directory
from aureole.privacy.suppression.keeping_away import keep_away
from aureole.vault.intake import instance_subject


@dataclass(frozen=True, kw_only=True, slots=True)
class Beginning:
    """What an erasure and an anonymisation differ in at their beginning.

    becomes    ids that are kept sealed with what the person was known by
    untouched  said when it is refused
    request    number of the request that is carried out, where it is one
    approval   who agreed (APPROVALS), where a request was released; default: what `by` and `approved_by` say
    """

    way: Way = Way.ERASE
    plan_of: Callable[[Subject], Plan] = plan_of
    entry: str = "privacy.erasure_begun"
    becomes: Sequence[str] = ()
    untouched: str = "Nothing was erased."
    request: int = 0
    approval: str = ""

    def agreed(self, by: Actor, approved_by: Actor | None) -> str:
        return self.approval or approval_of(by, approved_by)


def begin_erasure(
    *,
    person_id: uuid.UUID,
    by: Actor,
    reason: str,
    expected_hash: str | None = None,
    approved_by: Actor | None = None,
    still: Callable[[uuid.UUID], bool] | None = None,
    kind: Beginning | None = None,
) -> Erasure:
    """Stop all new processing of the person and keep what the run needs. Repeating it gives the same erasure.

    The caller has checked that `by` may erase (staff.permissions "privacy.erase").

    expected_hash  hash of the plan that was approved; the erasure is refused when things changed since
    approved_by    the second person, where there is one; must be another than `by`

    still          asked once nothing new can come: whether the reason for the erasure still holds
    kind           what is begun; default: an erasure of everything

    Raises NotFound for an unknown person, Refused for blockers, a changed plan, a self-approval, and for an agent
    alone where policy asks for two.
    """
    kind = kind or Beginning()
    for running in _running.objects(person_id=person_id):
        return _go_on(running, kind, by, approved_by)
    refuse_alone(by, approved_by)
    try:
        return _begin(person_id, by, reason, expected_hash, approved_by, still, kind)
    except IntegrityError:  # somebody else began between our look and our freezing
        for running in _running.objects(person_id=person_id):
            return _go_on(running, kind, by, approved_by)
        raise


def _begin(
    person_id: uuid.UUID,
    by: Actor,
    reason: str,
    expected_hash: str | None,
    approved_by: Actor | None,
    still: Callable[[uuid.UUID], bool] | None,
    kind: Beginning,
) -> Erasure:
    with transaction.atomic():
        guard.delete_together_with_others()
        subject = _freeze(person_id)
        if still is not None and not still(person_id):
            raise Refused(
                "erasure_outdated", "There is a new reason to keep this person. Nothing was erased."
            )
        plan = kind.plan_of(subject)
        _refuse_unfit(plan, expected_hash, kind, asked=still is None)
        # Whose data has merely run out never said that they do not want to come back.
        until = keep_away(person_id) if still is None else None
        return _write_down(plan, subject.known, by, reason, approved_by, kind, until)


def _go_on(running: Erasure, kind: Beginning, by: Actor, approved_by: Actor | None) -> Erasure:
    """The same one; of an anonymisation that stands still, the erasure of what it has not carried over."""
    if running.way == kind.way:
        return running
    if kind.way == Way.ANONYMISE:
        raise Refused(
            "erasure_begun", "This person is being erased already; nothing of them can be kept any more."
        )
    refuse_alone(by, approved_by)
    with transaction.atomic():
        agreed = kind.agreed(by, approved_by)
        if Erasure.objects.filter(pk=running.pk, way=Way.ANONYMISE).update(way=Way.ERASE, approval=agreed):
            record(kind.entry, by=by, person=running.person_id, items=0, **_agreed(by, approved_by, kind))
    running.way, running.approval = Way.ERASE, agreed
    return running


_running = Compiled[Erasure](lambda person_id: Erasure.objects.filter(person_id=person_id))


def _freeze(person_id: uuid.UUID) -> Subject:
    """First, so that what is planned and what they are known by cannot change any more."""
    frozen = directory().freeze(person_id)
    known = directory().known_as(person_id) if frozen else None
    if known is None:
        raise NotFound("person_not_found", "There is no such person here; they may have been erased already.")
    return Subject(known)


def _refuse_unfit(plan: Plan, expected_hash: str | None, kind: Beginning, *, asked: bool) -> None:
    """What only somebody who was asked can answer does not stop an erasure that no person asked for."""
    standing = [blocker for blocker in plan.blockers if asked or not blocker.is_question]
    if standing:
        raise Refused("erasure_blocked", f"{standing[0].reason} {kind.untouched}")
    if expected_hash is not None and expected_hash != plan.hash:
        raise Refused(
            "plan_changed",
            "Something about this person has changed since you looked at the plan. "
            f"{kind.untouched} Look at the new plan and decide again.",
        )


def _write_down(
    plan: Plan,
    known: KnownAs,
    by: Actor,
    reason: str,
    approved_by: Actor | None,
    kind: Beginning,
    kept_away_until: date | None,
) -> Erasure:
    erasure = Erasure(
        person_id=plan.person_id,
        pseudonym=confidant().pseudonym(plan.person_id),
        state=ErasureState.RUNNING,
        way=kind.way,
        plan=plan.as_json() | {"person": "", "hash": ""},
        plan_hash=plan.hash,
        known_as={
            "names": list(known.names), "emails": list(known.emails),
            "phones": list(known.phones), "others": list(known.others),
            "becomes": list(kind.becomes),
        },
        requested_by=by.agent_id,
        approved_by=approved_by.agent_id if approved_by else None,
        approval=kind.agreed(by, approved_by),
        created_at=now(),
        kept_away_until=kept_away_until,
    )  # fmt: skip
    insert_rows([erasure])
    # Words an officer typed outlive the person, so they may not name them.
    said = Redactor.of(known).redact(reason, sure=True)[0]
    record(
        kind.entry, by=by, person=plan.person_id, items=plan.total, **_agreed(by, approved_by, kind),
        details={"reason": said} if said else None, details_of=by.person_id or instance_subject(),
    )  # fmt: skip
    return erasure


def _agreed(by: Actor, approved_by: Actor | None, kind: Beginning) -> dict[str, Any]:
    """For the log: who agreed, and at which request."""
    said: dict[str, Any] = {"approval": kind.agreed(by, approved_by)}
    return said | {"request": kind.request} if kind.request else said


def known_as(erasure: Erasure) -> KnownAs:
    """What the person was known by, from the sealed copy the erasure keeps to its end."""
    kept = erasure.known_as or {}
    person_id = erasure.person_id
    assert person_id is not None, "an erasure that is done knows nobody"
    return KnownAs(
        person_id=person_id,
        names=tuple(kept.get("names", ())),
        emails=tuple(kept.get("emails", ())),
        phones=tuple(kept.get("phones", ())),
        others=tuple(kept.get("others", ())),
    )
