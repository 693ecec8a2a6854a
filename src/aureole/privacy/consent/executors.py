"""Withdrawal (Art. 7(3)) and objection (Art. 21) as the rights desk carries them out, for the purposes asked for."""

from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.privacy.consent.actions.object_to_purpose import object_to_purpose
from aureole.privacy.consent.actions.withdraw_consent import withdraw_consent
from aureole.privacy.models import Consent, RequestKind, RightsRequest
from aureole.privacy.rights.ports import add_executor
from aureole.privacy.vocabulary import purposes


class Withdraw:
    """Of every consent there is, where the request names none."""

    def execute(
        self, request: RightsRequest, *, by: Actor, approved_by: Actor | None
    ) -> dict[str, int | str]:
        person_id = _person(request)
        given = Consent.objects.filter(person_id=person_id, ended_at=None)
        keys = request.scope or sorted(given.values_list("purpose", flat=True))
        with transaction.atomic():
            stopped = [withdraw_consent(person_id=person_id, purpose=key, by=by) for key in keys]
        return {"purposes": len(keys), "stopped": sum(stopped)}


class Object:
    """To direct marketing, where the request names no purpose: against that the right needs no ground."""

    def execute(
        self, request: RightsRequest, *, by: Actor, approved_by: Actor | None
    ) -> dict[str, int | str]:
        person_id = _person(request)
        keys = request.scope or [p.key for p in purposes() if p.marketing]
        with transaction.atomic():
            stopped = [object_to_purpose(person_id=person_id, purpose=key, by=by) for key in keys]
        return {"purposes": len(keys), "stopped": sum(stopped)}


def _person(request: RightsRequest) -> uuid.UUID:
    if request.person_id is None:
        raise Refused("request_unmatched", "The person of this request is gone already. Nothing was done.")
    return request.person_id


def register() -> None:
    add_executor((RequestKind.WITHDRAWAL,), Withdraw())
    add_executor((RequestKind.OBJECTION,), Object())
