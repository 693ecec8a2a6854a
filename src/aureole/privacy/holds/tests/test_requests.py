"""A request waits for a hold, and goes on by itself when it is released."""

from __future__ import annotations

from typing import Any

import pytest

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.people.models import Person
from aureole.privacy.erasure.begin import begin_erasure
from aureole.privacy.holds.tests.holding import OPERATOR, hold_on, release
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.actions.approve_request import approve_request
from aureole.privacy.rights.actions.complete_request import complete_request
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.prepare_request import prepare_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.testing.personas import Personas


def _asked(ada: Person) -> RightsRequest:
    opened = open_request(kind="erasure", person_id=ada.id, channel="portal", by=Actor(kind="customer"))
    return vouch_identity(request_id=opened.id, how="showed her card", by=OPERATOR)


def test_a_request_waits_for_a_hold_and_is_prepared_again_by_its_release(personas: Personas) -> None:
    ada = personas.person()
    hold = hold_on(ada)
    request = _asked(ada)
    for _ in range(2):
        with pytest.raises(Refused, match="legal hold"):
            prepare_request(request_id=request.id, by=OPERATOR)
    steps = [s.what for s in request.steps.all()]
    assert (steps[-1], steps.count("held")) == ("held", 1)
    release(hold)
    assert RightsRequest.objects.get().state == "approval"


def test_a_hold_takes_the_release_of_an_erasure_back(personas: Personas, settings: Any) -> None:
    settings.AUREOLE_COOLING_OFF_DAYS = 0
    ada, officer = personas.person(), personas.agent(role="privacy_officer")
    request = prepare_request(request_id=_asked(ada).id, by=OPERATOR)
    approve_request(request_id=request.id, by=officer.actor)
    hold = hold_on(ada)
    assert RightsRequest.objects.get().state == "working"
    with pytest.raises(Refused):
        complete_request(request_id=request.id, by=OPERATOR)
    release(hold)
    assert RightsRequest.objects.get().state == "approval"


def test_a_request_whose_erasure_a_hold_stopped_is_completed_by_the_release(
    personas: Personas, settings: Any
) -> None:
    settings.AUREOLE_COOLING_OFF_DAYS = 0
    ada, officer = personas.person(), personas.agent(role="privacy_officer")
    personas.ticket(ada)
    request = prepare_request(request_id=_asked(ada).id, by=OPERATOR)
    approve_request(request_id=request.id, by=officer.actor)
    begin_erasure(person_id=ada.id, by=OPERATOR, reason="", expected_hash=request.plan_hash)
    hold = hold_on(ada)
    with pytest.raises(Refused, match="goes on"):
        complete_request(request_id=request.id, by=OPERATOR)
    release(hold)
    assert RightsRequest.objects.get().state == "done"
    assert not Person.objects.filter(pk=ada.id).exists()
