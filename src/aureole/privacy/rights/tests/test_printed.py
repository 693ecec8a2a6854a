"""Refusals and extensions on paper: the ground and the reason, in the person's language."""

from __future__ import annotations

import pytest

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.people.models import Person
from aureole.privacy.export.sheet import as_text, written_day
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.actions.extend_request import extend_request
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.refuse_request import refuse_request
from aureole.privacy.rights.place import clock_of, today
from aureole.privacy.rights.printed import letter_pdf, letter_sheet
from aureole.privacy.rights.queue import request_named
from aureole.testing.personas import Personas

OPERATOR = Actor.operator()


@pytest.fixture
def request_of_ada(personas: Personas) -> RightsRequest:
    ada: Person = personas.person("Ada Lindqvist", "ada@brevduva.example")
    return open_request(kind="access", person_id=ada.id, channel="portal", by=OPERATOR, language="de")


def _said(request: RightsRequest) -> str:
    return as_text(letter_sheet(request_named(str(request.id))))


def test_a_refusal_names_ground_reason_complaint_and_court(request_of_ada: RightsRequest) -> None:
    refuse_request(request_id=request_of_ada.id, ground="excessive", reason="Zehnmal im Mai.", by=OPERATOR)
    text = _said(request_of_ada)
    assert "An Ada Lindqvist" in text and "Zehnmal im Mai." in text
    assert "Art. 12 Abs. 5 Buchst. b DSGVO" in text
    assert "Rechtsweg" in text and "Datenschutzbehörde" in text
    assert letter_pdf(request_of_ada.id).startswith(b"%PDF-")


def test_an_extension_names_the_reason_and_the_new_day(request_of_ada: RightsRequest) -> None:
    extend_request(request_id=request_of_ada.id, reason="Sehr viele Gespräche.", by=OPERATOR)
    due = written_day(clock_of(request_named(str(request_of_ada.id))).due_on(today()), "de")
    assert "Sehr viele Gespräche." in _said(request_of_ada) and f"Antwort: {due}" in _said(request_of_ada)
    assert letter_pdf(request_of_ada.id).startswith(b"%PDF-")


def test_a_request_that_goes_its_way_has_no_such_letter(request_of_ada: RightsRequest) -> None:
    with pytest.raises(Refused, match="neither refused nor extended"):
        letter_pdf(request_of_ada.id)
