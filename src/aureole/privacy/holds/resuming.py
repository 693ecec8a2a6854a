"""What waited for a hold goes on when it is released."""

from __future__ import annotations

from contextlib import suppress

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.kernel.events import reacts_to
from aureole.privacy.erasure.run import carry_out
from aureole.privacy.holds.events import HoldReleased
from aureole.privacy.models import (
    Erasure,
    ErasureState,
    RequestKind,
    RequestState,
    RequestStep,
    RightsRequest,
)
from aureole.privacy.rights.actions.complete_request import complete_request
from aureole.privacy.rights.actions.prepare_request import prepare_request
from aureole.privacy.rights.plans import keeps_conversations


@reacts_to(HoldReleased)
def resume_what_waited(event: HoldReleased) -> None:
    """Erasures that stood still run to their end; requests are prepared again, for a second person to release.

    Whosever they are: a hold on one person's data also stops erasures of others that would change it. What another
    hold still stops stays where it is.
    """
    asked = RightsRequest.objects.filter(kind=RequestKind.ERASURE)
    for erasure_id, person_id in Erasure.objects.filter(state=ErasureState.RUNNING).values_list(
        "pk", "person_id"
    ):
        request = asked.filter(state=RequestState.EXECUTING, person_id=person_id).first()
        with suppress(Refused):  # another hold: it still runs, and goes on when that one is released
            if request is None:
                carry_out(erasure_id)
            else:
                complete_request(request_id=request.id, by=Actor.system())
    for request in asked.filter(state=RequestState.WORKING):
        last = RequestStep.objects.filter(request=request).order_by("-id").first()
        if last is not None and last.what == "held":
            with suppress(Refused):  # another hold, or another blocker: it stays with the officer
                prepare_request(
                    request_id=request.id, by=Actor.system(), anonymise=keeps_conversations(request)
                )
