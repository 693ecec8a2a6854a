from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.privacy.models import RequestState, RightsRequest
from aureole.privacy.rights.actions.match_person import hand_over
from aureole.privacy.rights.actions.open_request import running_request
from aureole.privacy.rights.actions.send_page_code import send_page_code
from aureole.privacy.rights.kinds import RIGHTS
from aureole.privacy.rights.letters import notify_receipt
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.rights.ports import address_book


def recognise_request(*, request_id: uuid.UUID, by: Actor) -> None:
    """Find out whose address was given with a request from the portal, and send a code there.

    Done by the worker, after the page has answered: what the page does, and how long it takes, is the same whoever
    is known. An open request of the same kind takes the new one in. Being known proves nothing: that is the code's
    part. Repeatable. Raises NotFound.
    """
    with transaction.atomic():
        request = locked(request_id)
        if request.state != RequestState.RECEIVED or request.person_id is not None:
            return
        found = address_book().owner_of(request.contact or "")
        target = _matched(request, found.person_id, by) if found else request.id
    send_page_code(request_id=target, by=by, identifier_id=found.identifier_id if found else None)


def _matched(request: RightsRequest, person_id: uuid.UUID, by: Actor) -> uuid.UUID:
    """The request that goes on: this one, or an older one that asks the same."""
    running = running_request(request.kind, person_id)
    hand_over(request, person_id)
    if running is not None:
        request.joins_id = running.id
        request.save(update_fields=["joins_id"])
        move(request, "joined", by=by)
        _speak_as_asked(running, request)
        return running.id
    move(request, "person_matched", by=by)
    notify_receipt(request)
    return request.id


def _speak_as_asked(running: RightsRequest, joining: RightsRequest) -> None:
    """Letters go on in the language of the page that was asked on just now: an agent or a mail may have opened the
    older one in another. Once somebody proved that it is theirs, nobody unproven changes that."""
    if running.state in RIGHTS[running.kind].entry_states and running.language != joining.language:
        RightsRequest.objects.filter(pk=running.pk).update(language=joining.language)
