from __future__ import annotations

import uuid
from datetime import date

from django.db import IntegrityError, transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.kernel.text import storable
from aureole.ledger.record import record
from aureole.privacy.declare import declarations
from aureole.privacy.erasure.places import rows_of
from aureole.privacy.holds import guard
from aureole.privacy.models import Erasure, Hold, HoldGround, RequestKind, RequestState, RightsRequest
from aureole.privacy.ports import directory
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.rights.place import today
from aureole.privacy.standing import keep_standing

LONGEST_REASON = 2000


def place_hold(
    *,
    person_id: uuid.UUID,
    reason: str,
    review_on: date,
    by: Actor,
    ground: str = HoldGround.CLAIMS,
    table: str = "",
    row_id: uuid.UUID | None = None,
) -> Hold:
    """From here on nothing that the hold covers is erased, by anybody. The caller has checked the permission.

    ground         of HoldGround: the exception of the law it rests on
    table, row_id  one row of the person ("desk_ticket", "desk_message", "vault_sealed_file" …); without them the
                   person as a whole
    An erasure under way stops at its next transaction when the datum is still there.
    Raises Refused without a reason or a day to come, or when what is to be held is gone or held already,
    NotFound for an unknown person or row.
    """
    said = storable(reason).strip()[:LONGEST_REASON]
    if not said:
        raise Refused("hold_reason", "Say why it has to be kept. Nothing was held.")
    refuse_past(review_on)
    if ground not in HoldGround.values:
        raise Refused("hold_ground", f"Known grounds: {', '.join(HoldGround.values)}. Nothing was held.")
    try:
        with transaction.atomic():
            guard.place_alone()
            _refuse_gone(person_id, table, row_id)
            hold = Hold.objects.create(
                person_id=person_id, table=table, row_id=row_id, ground=ground, reason=said,
                review_on=review_on, placed_at=now(), placed_by=by.agent_id,
            )  # fmt: skip
            record("privacy.hold_placed", by=by, person=person_id, scope="item" if table else "person")
            _stop_requests(person_id, by)
            keep_standing(hold, person_id=person_id)
    except IntegrityError as trouble:
        raise Refused("hold_already", "That is held already. Nothing was changed.") from trouble
    live.touch("holds")
    return hold


def refuse_past(review_on: date) -> None:
    """Raises Refused for a day of review that is not one to come."""
    if review_on <= today():
        raise Refused("hold_review", "The day on which the hold is looked at again must be one to come.")


def _refuse_gone(person_id: uuid.UUID, table: str, row_id: uuid.UUID | None) -> None:
    if not directory().exists(person_id):
        raise NotFound("person_not_found", "There is no such person here; they may have been erased.")
    erasure = Erasure.objects.filter(person_id=person_id).first()
    if erasure is not None and (erasure.step or (erasure.done and not table)):
        raise Refused(
            "hold_too_late",
            "This person is being erased and the data is gone, or a part of it. Nothing was held; what may still "
            "be there can be held item by item.",
        )
    if table and not _is_theirs(person_id, table, row_id):
        raise NotFound(
            "hold_nothing", "There is no such item of this person; it may be gone. Nothing was held."
        )


def _is_theirs(person_id: uuid.UUID, table: str, row_id: uuid.UUID | None) -> bool:
    found = next((d for d in declarations() if d.table == table), None)
    return found is not None and row_id is not None and rows_of(found, person_id).filter(pk=row_id).exists()


def _stop_requests(person_id: uuid.UUID, by: Actor) -> None:
    """An erasure that was released has to be looked at again; one whose rows are going stops by itself."""
    states = [RequestState.WORKING, RequestState.APPROVAL, RequestState.COOLING]
    if not Erasure.objects.filter(person_id=person_id).exists():
        states.append(RequestState.EXECUTING)
    waiting = RightsRequest.objects.filter(person_id=person_id, kind=RequestKind.ERASURE, state__in=states)
    for request_id in waiting.values_list("pk", flat=True):
        move(locked(request_id), "held", by=by)
