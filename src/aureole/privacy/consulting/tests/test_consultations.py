"""A prior consultation from the day it was sent to its answer, on the authority's clock; its words name nobody."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.ledger.models import Entry
from aureole.privacy.consulting.actions.end_consultation import end_consultation
from aureole.privacy.consulting.actions.extend_consultation import extend_consultation
from aureole.privacy.consulting.actions.pause_consultation import pause_consultation
from aureole.privacy.consulting.actions.record_consultation import record_consultation
from aureole.privacy.consulting.actions.resume_consultation import resume_consultation
from aureole.privacy.consulting.register import consultation_numbered, consultations, line_of
from aureole.privacy.consulting.reminding import remind_of_consultations
from aureole.privacy.models import Consultation, RequestLetter
from aureole.privacy.rights.place import start_of
from aureole.testing.personas import Personas

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
BY, SENT = Actor.operator(), date(2026, 1, 5)


@pytest.fixture(autouse=True)
def _germany(settings: Any) -> None:
    settings.AUREOLE_COUNTRY = "DE"


def _record(**more: Any) -> Consultation:
    given = {"authority": "Landesbeauftragte", "about": "Scoring of late payers", "sent_on": SENT} | more
    return record_consultation(by=BY, **given)


def _line(consultation: Consultation, day: date) -> tuple[date, int, bool]:
    with clock.at(start_of(day) + timedelta(hours=9)):
        line = line_of(consultation_numbered(consultation.number))
        return line.due_on, line.days_left, line.is_waiting


def test_the_authority_has_eight_weeks_from_receipt_and_six_more_if_it_says_so_in_time() -> None:
    consultation = _record(received_on=SENT + timedelta(days=1))
    assert (consultation.number, _record(received_on=SENT + timedelta(days=1)).id) == (1, consultation.id)
    assert _line(consultation, SENT + timedelta(days=1))[0] == date(2026, 3, 3)
    with pytest.raises(Refused, match="until 2026-02-06"):
        extend_consultation(
            consultation_id=consultation.id, announced_on=date(2026, 2, 9), reason="complex", by=BY
        )
    for _ in range(2):
        extend_consultation(
            consultation_id=consultation.id, announced_on=date(2026, 2, 6), reason="complex", by=BY
        )
    assert _line(consultation, date(2026, 2, 6))[0] == date(2026, 4, 14)
    assert Entry.objects.filter(type="consulting.extended").count() == 1


def test_its_time_stands_still_until_it_has_what_it_asked_for() -> None:
    consultation = _record()
    asked = date(2026, 1, 19)
    pause_consultation(consultation_id=consultation.id, asked_on=asked, asked="the balancing test", by=BY)
    assert _line(consultation, date(2026, 1, 29)) == (date(2026, 3, 12), 42, True)
    with pytest.raises(Refused, match="lies before"):
        resume_consultation(consultation_id=consultation.id, given_on=SENT, by=BY)
    resume_consultation(consultation_id=consultation.id, given_on=date(2026, 1, 29), by=BY)
    assert _line(consultation, date(2026, 2, 20)) == (date(2026, 3, 12), 20, False)


def test_it_ends_with_what_was_said_and_stays_in_the_register() -> None:
    consultation = _record()
    pause_consultation(consultation_id=consultation.id, asked_on=SENT, asked="the balancing test", by=BY)
    with pytest.raises(Refused, match="what the authority answered"):
        end_consultation(consultation_id=consultation.id, end="advice", ended_on=date(2026, 2, 2), by=BY)
    with pytest.raises(Refused, match="Known ends"):
        end_consultation(consultation_id=consultation.id, end="bored", ended_on=date(2026, 2, 2), by=BY)
    end_consultation(
        consultation_id=consultation.id, end="advice", ended_on=date(2026, 2, 2), answer="Ask first.", by=BY
    )
    assert list(consultations()) == []
    assert [one.end for one in consultations(ended=True)] == ["advice"]
    with pytest.raises(Refused, match="has ended"):
        resume_consultation(consultation_id=consultation.id, given_on=date(2026, 2, 3), by=BY)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"about": "Scoring of ada@brevduva.example"}, "an address"),
        ({"about": "Calls to +46 70 123 45 67"}, "a number"),
        ({"about": "Scoring of Ada Lindqvist"}, "somebody on file"),
        ({"about": "  "}, "which processing"),
        ({"authority": ""}, "which authority"),
        ({"sent_on": date(2999, 1, 1)}, "still to come"),
        ({"received_on": SENT - timedelta(days=1)}, "lies before"),
    ],
)
def test_it_names_nobody_and_its_days_make_sense(personas: Personas, given: dict[str, Any], why: str) -> None:
    personas.person("Ada Lindqvist")
    with pytest.raises(Refused, match=why):
        _record(**given)
    assert not Consultation.objects.exists()


def test_officers_hear_of_its_end_once_a_stage_and_not_while_the_authority_waits(personas: Personas) -> None:
    personas.agent("Olle Berg", role="privacy_officer")
    consultation, told = _record(), []
    due = date(2026, 3, 2)
    for left in (30, 7, 6, 1, 0, -1, -2):
        with clock.at(start_of(due - timedelta(days=left)) + timedelta(hours=6)):
            told.append(remind_of_consultations(by=Actor.system()))
    assert told == [0, 1, 0, 1, 0, 1, 0]
    pause_consultation(consultation_id=consultation.id, asked_on=SENT, asked="more", by=BY)
    assert remind_of_consultations(by=Actor.system()) == 0
    assert RequestLetter.objects.filter(kind="reminder").count() == 3
