"""An erasure that did not begin with a request answers the open ones of its person, whichever comes first."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aureole.channels.email import transport
from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.people.models import Person
from aureole.privacy.certificate.verify import verify
from aureole.privacy.erasure import run
from aureole.privacy.erasure.begin import begin_erasure
from aureole.privacy.erasure.run import carry_out, erase_person
from aureole.privacy.models import Erasure, RequestState, RequestStep, RightsRequest
from aureole.privacy.rights.actions.approve_request import approve_request
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.prepare_request import prepare_request
from aureole.privacy.rights.actions.take_back_request import take_back_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.rights.evidence import evidence_of
from aureole.privacy.rights.tasks import carry_out_request
from aureole.testing.personas import Personas

OPERATOR = Actor.operator()


@pytest.fixture
def ada(personas: Personas) -> Person:
    person = personas.person("Ada Lindqvist", "ada@brevduva.example")
    personas.ticket(person)
    return person


def _asked(ada: Person, kind: str = "erasure") -> RightsRequest:
    return open_request(kind=kind, person_id=ada.id, words="Mine, please", channel="cli", by=OPERATOR)


def _vouched(ada: Person) -> RightsRequest:
    return vouch_identity(request_id=_asked(ada).id, how="counter", by=OPERATOR)


def _cooling(ada: Person) -> RightsRequest:
    prepared = prepare_request(request_id=_vouched(ada).id, by=OPERATOR)
    return approve_request(request_id=prepared.id, by=Personas().agent(role="admin").actor)


def _steps(request: RightsRequest) -> list[str]:
    return list(
        RequestStep.objects.filter(request=request).order_by("at", "id").values_list("what", flat=True)
    )


@pytest.mark.parametrize("come_to", [_asked, _vouched, _cooling])
def test_an_erasure_that_overtakes_a_request_ends_it_with_its_certificate(
    ada: Person, come_to: Callable[[Person], RightsRequest], tmp_path: Path
) -> None:
    request = come_to(ada)
    certificate = erase_person(ada.id, by=OPERATOR, reason="").certificate
    ended = RightsRequest.objects.get(pk=request.pk)
    assert (ended.state, ended.person_id, ended.subject_id) == (RequestState.DONE, None, None)
    assert ended.outcome is not None
    assert (ended.outcome["erasure"], ended.outcome["residue"]) == (str(Erasure.objects.get().pk), 0)
    assert _steps(request)[-2:] == ["overtaken", "completed"]
    evidence_of(request.id, tmp_path / "evidence.zip", by=OPERATOR)
    with zipfile.ZipFile(tmp_path / "evidence.zip") as bundle:
        assert bundle.read("certificate.json").decode() == certificate
    assert verify(certificate).valid
    carry_out_request(request_id=str(request.id))  # the job of its own release finds it answered
    assert RightsRequest.objects.get(pk=request.pk).outcome == ended.outcome


def test_whoever_asked_is_told_before_their_addresses_go(ada: Person) -> None:
    request = _asked(ada)
    fake = transport.FakeTransport()
    transport.use(fake)
    erase_person(ada.id, by=OPERATOR, reason="")
    assert [
        f"no. {request.number}" in str(mail) or str(request.number) in str(mail) for mail in fake.sent
    ] == [True]


def test_a_request_that_comes_while_it_stands_still_is_answered_by_it_too(ada: Person) -> None:
    begun = begin_erasure(person_id=ada.id, by=OPERATOR, reason="")
    request = _asked(ada)
    carry_out(begun.id)
    assert RightsRequest.objects.get(pk=request.pk).state == RequestState.DONE
    assert _steps(request) == ["received", "overtaken", "completed"]


def test_broken_off_in_the_middle_it_cannot_be_taken_back_and_ends_with_the_rest(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, steps = _cooling(ada), run._STEPS

    def die(erasure: Erasure) -> None:
        raise RuntimeError("the machine went away")

    monkeypatch.setattr(run, "_STEPS", tuple((n, die if n == "keys" else step) for n, step in steps))
    with pytest.raises(RuntimeError):
        erase_person(ada.id, by=OPERATOR, reason="")
    assert RightsRequest.objects.get(pk=request.pk).state == RequestState.EXECUTING
    with pytest.raises(Refused, match="being carried out"):
        take_back_request(request_id=request.id, by=Actor(kind="customer"))
    monkeypatch.setattr(run, "_STEPS", steps)
    carry_out_request(request_id=str(request.id))
    assert RightsRequest.objects.get(pk=request.pk).state == RequestState.DONE


def test_of_anything_else_that_was_asked_there_is_nothing_left_to_tell(ada: Person) -> None:
    request = _asked(ada, "access")
    erase_person(ada.id, by=OPERATOR, reason="")
    ended = RightsRequest.objects.get(pk=request.pk)
    assert (ended.state, ended.refusal) == (RequestState.REFUSED, "nothing_held")
    assert _steps(request)[-1] == "emptied"


def test_a_request_carries_its_own_erasure_out_and_not_that_of_another(ada: Person, settings: Any) -> None:
    settings.AUREOLE_COOLING_OFF_DAYS = 0
    request, beside = _cooling(ada), _asked(ada, "rectification")
    carry_out_request(request_id=str(request.id))
    assert _steps(request)[-2:] == ["begun", "completed"]
    assert not RightsRequest.objects.get(pk=beside.pk).is_open
