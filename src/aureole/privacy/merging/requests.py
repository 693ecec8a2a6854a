"""Who asks, once two records became one: what was proven of one of them says nothing about the other.

Whoever holds an address of the one record would else be handed everything of both, whichever of the two stays (GDPR
Art. 12(6): there is reason to doubt). The same when they part: what was made in between holds both.
"""

from __future__ import annotations

import uuid
from typing import Any

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.privacy.export.stored import delete_export_of
from aureole.privacy.merging.ports import Pair, Parting
from aureole.privacy.models import OWN_DECISION, ChannelProof, ExportPackage, RequestState, RightsRequest
from aureole.privacy.rights.kinds import RIGHTS
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.rights.pausing import end_pause

_ESTABLISHED = (RequestState.WORKING, RequestState.APPROVAL, RequestState.COOLING, RequestState.EXECUTING)
_RELEASES = [kind for kind, right in RIGHTS.items() if right.releases]


class Requests:
    """What hands data out or erases it waits for an officer's word again; an answer that waits is taken back."""

    name = "requests"

    def join(self, pair: Pair) -> dict[str, Any]:
        _ask_again(pair)
        return {}

    def sort(self, parting: Parting) -> None:
        """A request stays with the record it was asked of."""

    def split(self, parting: Parting, kept: dict[str, Any]) -> None:
        _ask_again(parting.pair)


def _ask_again(pair: Pair) -> None:
    asked = RightsRequest.objects.filter(person_id__in=(pair.goes, pair.stays), kind__in=_RELEASES)
    ids = list(asked.exclude(channel=OWN_DECISION).order_by("pk").values_list("pk", flat=True))
    for request_id in ids:
        _doubt(request_id)
    ChannelProof.objects.filter(request__in=ids, confirmed_at=None, expires_at__gt=now()).update(
        expires_at=now()
    )
    answered = set(ExportPackage.objects.filter(request_id__in=ids).values_list("request_id", flat=True))
    for request_id in ids:
        if request_id in answered:
            delete_export_of(request_id)


def _doubt(request_id: uuid.UUID) -> None:
    request = locked(request_id)
    if request.state in _ESTABLISHED:
        end_pause(request)  # it is ours to do now
        move(request, "put_together", by=Actor.system())
