"""What an officer takes away from a request: evidence that anybody can check, and the letter of a refusal."""

from __future__ import annotations

import io

import pytest
from django.test import Client

from aureole.kernel.actor import Actor
from aureole.ledger.models import Entry
from aureole.ledger.verifier import verify_bundle
from aureole.people.models import Person
from aureole.privacy.models import RequestState, RightsRequest
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.refuse_request import refuse_request
from aureole.testing.personas import Personas

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def ada(personas: Personas) -> Person:
    return personas.person("Ada Lindqvist", "ada@brevduva.example")


def _signed_in(personas: Personas, role: str) -> Client:
    client = Client()
    client.force_login(personas.agent(role=role), backend="aureole.staff.backend.AgentBackend")
    return client


def _asked(ada: Person) -> RightsRequest:
    return open_request(
        kind="access", by=Actor.operator(), channel="cli", person_id=ada.id, words="Everything you have."
    )


def test_evidence_is_one_file_that_holds_and_making_it_is_written_down(
    ada: Person, personas: Personas
) -> None:
    made, officer = _asked(ada), _signed_in(personas, "privacy_officer")
    path = f"/privacy/requests/{made.number}/evidence/"
    assert path in officer.get(f"/privacy/requests/{made.number}/").content.decode()
    answer = officer.get(path)
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert f'filename="evidence-{made.number}.zip"' in answer["Content-Disposition"]
    assert verify_bundle(io.BytesIO(content)).kind == "rights evidence"
    assert Entry.objects.filter(type="privacy.evidence_made").count() == 1
    assert _signed_in(personas, "agent").get(path).status_code == 403


def test_the_letter_is_offered_where_there_is_one(ada: Person, personas: Personas) -> None:
    made, officer = _asked(ada), _signed_in(personas, "privacy_officer")
    path = f"/privacy/requests/{made.number}/letter/"
    assert path not in officer.get(f"/privacy/requests/{made.number}/").content.decode()
    assert officer.get(path).status_code == 409
    refuse_request(request_id=made.id, ground="excessive", reason="Answered last week.", by=Actor.operator())
    assert path in officer.get(f"/privacy/requests/{made.number}/").content.decode()
    assert officer.get(path).content.startswith(b"%PDF")


def test_one_that_joined_an_earlier_one_stands_among_the_closed(ada: Person, personas: Personas) -> None:
    made = _asked(ada)
    RightsRequest.objects.filter(pk=made.pk).update(state=RequestState.JOINED, closed_at=made.received_at)
    officer = _signed_in(personas, "privacy_officer")
    assert "Asked before" in officer.get("/privacy/?show=closed").content.decode()
    assert officer.get(f"/privacy/requests/{made.number}/").status_code == 200
