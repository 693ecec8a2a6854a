"""What follows a release: the worker carries it out, also after a crash, and the certificate says who agreed."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.ledger.models import Entry
from aureole.ledger.saying import say_facts
from aureole.people.models import Person
from aureole.privacy.erasure import run
from aureole.privacy.erasure.proof import payload_of
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.erasure.unfinished import go_on_with_begun
from aureole.privacy.models import Erasure, ErasureState, RequestState, RightsRequest
from aureole.privacy.rights.actions.approve_request import approve_request
from aureole.privacy.rights.actions.assign_request import assign_request
from aureole.privacy.rights.actions.complete_request import complete_request
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.prepare_request import prepare_request
from aureole.privacy.rights.actions.send_back_request import send_back_request
from aureole.privacy.rights.actions.take_back_request import take_back_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.rights.evidence import evidence_of
from aureole.privacy.rights.tasks import carry_out_request
from aureole.testing.jobs import run_waiting_jobs
from aureole.testing.personas import Personas

OPERATOR = Actor.operator()


@pytest.fixture(autouse=True)
def _no_days_to_wait(settings: Any) -> None:
    settings.AUREOLE_COOLING_OFF_DAYS = 0


@pytest.fixture
def ada(personas: Personas) -> Person:
    person = personas.person("Ada Lindqvist", "ada@brevduva.example")
    personas.ticket(person)
    return person


def _prepared(ada: Person, by: Actor, kind: str = "erasure") -> RightsRequest:
    request = open_request(kind=kind, person_id=ada.id, channel="cli", by=OPERATOR)
    vouch_identity(request_id=request.id, how="counter", by=OPERATOR)
    return prepare_request(request_id=request.id, by=by)


def _released(ada: Person, first: Actor, second: Actor) -> RightsRequest:
    return approve_request(request_id=_prepared(ada, first).id, by=second)


def test_the_worker_carries_out_what_two_people_agreed_on(ada: Person, personas: Personas) -> None:
    first, second = personas.agent(role="privacy_officer").actor, personas.agent("Bo Ek", role="admin").actor
    request = _released(ada, first, second)
    carry_out_request(request_id=str(request.id))
    carry_out_request(request_id=str(request.id))
    assert RightsRequest.objects.get(pk=request.id).state == RequestState.DONE
    assert payload_of(Erasure.objects.get().certificate)["approved_by_second_person"] is True


def test_a_certificate_does_not_claim_a_second_person_where_one_did_both(
    ada: Person, personas: Personas, settings: Any
) -> None:
    settings.AUREOLE_SECOND_PERSON = False
    alone = personas.agent(role="privacy_officer").actor
    request = _released(ada, alone, alone)
    carry_out_request(request_id=str(request.id))
    assert payload_of(Erasure.objects.get().certificate)["approved_by_second_person"] is False


def test_whom_the_operator_named_is_never_told_as_a_second_person(
    ada: Person, personas: Personas, tmp_path: Path
) -> None:
    """`rights approve --by`, and `person erase --approved-by`: the operator's word, nobody signed in."""
    first, second = personas.agent(role="privacy_officer").actor, personas.agent("Bo Ek", role="admin").actor
    named = replace(second, is_named=True)
    with pytest.raises(Refused, match="a second person has to"):
        approve_request(request_id=_prepared(ada, second).id, by=named)
    prepared = RightsRequest.objects.get()
    send_back_request(request_id=prepared.id, by=first, reason="let me look")
    prepare_request(request_id=prepared.id, by=first)
    request = approve_request(request_id=prepared.id, by=named)
    carry_out_request(request_id=str(request.id))
    said = payload_of(Erasure.objects.get().certificate)
    told = json.loads(_evidence(request, tmp_path)["request.json"])
    for approval in (said["approval"], told["release"]):
        assert approval == {
            "code": "named",
            "words": "an agent named by the operator on the command line, not signed in",
        }
    assert (said["approved_by_second_person"], told["released_by_another"]) == (False, False)
    [step] = [
        s
        for s in json.loads(_evidence(request, tmp_path)["timeline.json"])["steps"]
        if s["what"] == "approved"
    ]
    assert "not signed in" in step["by_whose_word"]
    facts = {entry.type: entry.facts for entry in Entry.objects.order_by("number")}
    assert facts["privacy.erasure_begun"]["approval"] == "named"
    assert say_facts(facts["rights.approved"]).endswith(
        "named by the operator on the command line, not signed in"
    )

    bo = personas.person("Bo Dahl", "bo@brevduva.example")
    outcome = erase_person(bo.id, by=OPERATOR, reason="", approved_by=named)
    assert outcome.approval == "named"
    assert payload_of(outcome.certificate)["approved_by_second_person"] is False


def _evidence(request: RightsRequest, folder: Path) -> dict[str, str]:
    made = folder / "evidence.zip"
    evidence_of(request.id, made, by=OPERATOR)
    with zipfile.ZipFile(made) as bundle:
        return {name: bundle.read(name).decode() for name in bundle.namelist()}


def test_a_crash_in_the_middle_of_an_erasure_is_gone_on_from(
    ada: Person, personas: Personas, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = _released(ada, OPERATOR, personas.agent(role="admin").actor)
    steps = run._STEPS

    def die(erasure: Erasure) -> None:
        raise RuntimeError("the machine went away")

    monkeypatch.setattr(run, "_STEPS", [(name, die if name == "keys" else step) for name, step in steps])
    with pytest.raises(RuntimeError):
        carry_out_request(request_id=str(request.id))
    halfway = RightsRequest.objects.get(pk=request.id)
    assert (halfway.person_id, halfway.state) == (None, RequestState.EXECUTING)
    monkeypatch.setattr(run, "_STEPS", steps)
    with clock.at(now() + timedelta(hours=2)):
        assert (go_on_with_begun(), go_on_with_begun()) == (1, 0), "whoever was at it is gone"
    run_waiting_jobs("privacy.carry_out_request")
    done = RightsRequest.objects.get(pk=request.id)
    assert (done.state, Erasure.objects.get().state) == (RequestState.DONE, ErasureState.DONE)
    assert done.outcome is not None
    assert done.outcome["residue"] == 0


def test_what_was_taken_back_meanwhile_is_left_alone(ada: Person, personas: Personas, settings: Any) -> None:
    settings.AUREOLE_COOLING_OFF_DAYS = 14
    request = _released(ada, OPERATOR, personas.agent(role="admin").actor)
    take_back_request(request_id=request.id, by=Actor(kind="customer"))
    with clock.at(now() + timedelta(days=15)):
        carry_out_request(request_id=str(request.id))
    assert Person.objects.filter(pk=ada.id).exists()
    assert RightsRequest.objects.get(pk=request.id).state == RequestState.WITHDRAWN


def test_nobody_releases_an_answer_about_themselves_or_another_plan(personas: Personas, ada: Person) -> None:
    officer = personas.agent(role="privacy_officer")
    own = _prepared(officer.person, OPERATOR, "access")
    with pytest.raises(Refused, match="their own request"):
        approve_request(request_id=own.id, by=officer.actor)
    request = _prepared(ada, OPERATOR)
    with pytest.raises(Refused, match="prepared anew"):
        approve_request(request_id=request.id, by=officer.actor, expected_hash="0" * 64)
    assert approve_request(request_id=request.id, by=officer.actor, expected_hash=request.plan_hash)


def test_what_has_changed_since_it_was_frozen_is_not_released(ada: Person, personas: Personas) -> None:
    second = personas.agent(role="admin").actor
    request = _prepared(ada, OPERATOR)
    personas.ticket(ada)
    with pytest.raises(Refused, match=r"Tickets: 1 then, 2 now.*Send it back") as refused:
        approve_request(request_id=request.id, by=second, expected_hash=request.plan_hash)
    assert refused.value.code == "plan_changed"
    assert RightsRequest.objects.get(pk=request.id).state == RequestState.APPROVAL
    send_back_request(request_id=request.id, reason="they wrote again", by=second)
    prepare_request(request_id=request.id, by=OPERATOR)
    assert approve_request(request_id=request.id, by=second).state == RequestState.EXECUTING


def test_an_answer_released_before_people_decided_about_others_in_it_is_prepared_anew(ada: Person) -> None:
    """So an older version left it: nothing of what it would show is frozen."""
    request = _prepared(ada, OPERATOR, "access")
    RightsRequest.objects.filter(pk=request.id).update(plan_hash="", state=RequestState.EXECUTING)
    with pytest.raises(Refused) as refused:
        complete_request(request_id=request.id, by=OPERATOR)
    assert refused.value.code == "plan_changed"
    assert RightsRequest.objects.get(pk=request.id).state == RequestState.WORKING


def test_who_takes_a_request_on_owns_it(ada: Person, personas: Personas) -> None:
    officer = personas.agent(role="privacy_officer")
    request = open_request(kind="review", person_id=ada.id, channel="cli", by=OPERATOR)
    assert assign_request(request_id=request.id, by=officer.actor).owner_id == officer.id


def test_an_erasure_may_be_answered_by_keeping_the_conversations_without_them(
    ada: Person, personas: Personas, settings: Any
) -> None:
    settings.AUREOLE_ANONYMITY = 2
    personas.ticket()
    first, second = personas.agent(role="privacy_officer").actor, personas.agent("Bo Ek", role="admin").actor
    request = open_request(kind="erasure", person_id=ada.id, channel="cli", by=OPERATOR)
    vouch_identity(request_id=request.id, how="counter", by=OPERATOR)
    prepared = prepare_request(request_id=request.id, by=first, anonymise=True)
    assert prepared.plan is not None
    assert {c["place"] for c in prepared.plan["stays"]} == {"desk_ticket", "desk_message"}
    approve_request(request_id=request.id, by=second)
    carry_out_request(request_id=str(request.id))
    assert RightsRequest.objects.get(pk=request.id).state == RequestState.DONE
    stated = payload_of(Erasure.objects.get().certificate)
    assert {c["place"] for c in stated["anonymised"]} == {"desk_ticket", "desk_message"}
    assert Person.objects.pseudonyms().count() == 1
    assert not Person.objects.filter(pk=ada.id).exists()


def test_only_an_erasure_can_be_answered_so(ada: Person) -> None:
    request = open_request(kind="access", person_id=ada.id, channel="cli", by=OPERATOR)
    vouch_identity(request_id=request.id, how="counter", by=OPERATOR)
    with pytest.raises(Refused, match="Only a request to be erased"):
        prepare_request(request_id=request.id, by=OPERATOR, anonymise=True)
