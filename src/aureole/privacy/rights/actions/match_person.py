from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, Refused
from aureole.privacy.models import RequestStep, RightsRequest
from aureole.privacy.ports import directory
from aureole.privacy.rights.letters import notify_receipt
from aureole.privacy.rights.moving import locked, move
from aureole.vault.unlock import unlock


def match_person(*, request_id: uuid.UUID, person_id: uuid.UUID, by: Actor) -> RightsRequest:
    """Say whose request it is; the words are re-sealed to them. Proves nothing about who wrote.

    Raises NotFound for an unknown person, Refused when somebody else was matched before.
    """
    if not directory().exists(person_id):
        raise NotFound("person_not_found", "There is no such person here; they may have been erased.")
    with transaction.atomic():
        request = locked(request_id)
        if request.person_id not in (None, person_id):
            raise Refused(
                "request_matched", "This request belongs to another person already. Nothing was changed."
            )
        hand_over(request, person_id)
        move(request, "person_matched", by=by)
        notify_receipt(request)
    return request


def hand_over(request: RightsRequest, person_id: uuid.UUID) -> None:
    """Seal what the request says under the person's key, on a row from `locked`."""
    request.person_id = request.subject_id = person_id
    request.save()
    for step in unlock(RequestStep.objects.filter(request=request)):
        step.subject_id = person_id
        step.save()
