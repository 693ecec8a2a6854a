"""What waited for a hold goes on when the last one of the person is released."""

from __future__ import annotations

from contextlib import suppress

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.kernel.events import reacts_to
from aureole.privacy.erasure.run import carry_out
from aureole.privacy.holds.events import HoldReleased
from aureole.privacy.holds.guard import in_force
from aureole.privacy.models import Erasure, RequestKind, RequestState, RequestStep, RightsRequest
from aureole.privacy.rights.actions.complete_request import complete_request
from aureole.privacy.rights.actions.prepare_request import prepare_request


@reacts_to(HoldReleased)
def resume_what_waited(event: HoldReleased) -> None:
    """An erasure under way runs to its end; a request is prepared again, for a second person to release."""
    if in_force().filter(person_id=event.person_id).exists():
        return
    requests = RightsRequest.objects.filter(person_id=event.person_id, kind=RequestKind.ERASURE)
    if erasure := Erasure.objects.filter(person_id=event.person_id).first():
        asked = requests.filter(state=RequestState.EXECUTING).first()
        if asked is None:
            carry_out(erasure.id)
        else:
            complete_request(request_id=asked.id, by=Actor.system())
        return
    for request in requests.filter(state=RequestState.WORKING):
        last = RequestStep.objects.filter(request=request).order_by("-id").first()
        if last is not None and last.what == "held":
            with suppress(Refused):  # another blocker: it stays with the officer
                prepare_request(request_id=request.id, by=Actor.system())
