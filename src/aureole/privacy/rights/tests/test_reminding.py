"""Whoever answers for a request hears of it in time, once for each stage, and reads nobody's name in the letter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from aureole.channels.email import transport
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.ledger.models import Entry
from aureole.people.models import Person
from aureole.privacy.models import RequestLetter, RequestStep, RightsRequest
from aureole.privacy.rights.actions.assign_request import assign_request
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.pause_request import pause_request
from aureole.privacy.rights.actions.refuse_request import refuse_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.rights.place import clock_of, start_of, today
from aureole.privacy.rights.reminding import remind_of_requests
from aureole.privacy.rights.sending import send_letter
from aureole.staff.models import Agent
from aureole.testing.personas import Personas

SYSTEM = Actor.system()


@pytest.fixture
def carrier() -> Iterator[transport.FakeTransport]:
    fake = transport.FakeTransport()
    transport.use(fake)
    yield fake
    transport.use(None)


@pytest.fixture
def officer(personas: Personas, carrier: transport.FakeTransport) -> Agent:
    return personas.agent("Olle Berg", role="privacy_officer")


def _open(person: Person) -> RightsRequest:
    return open_request(kind="access", person_id=person.id, channel="agent", by=SYSTEM)


def _remind(request: RightsRequest, days_left: int) -> int:
    day = clock_of(request).due_on(today()) - timedelta(days=days_left)
    with clock.at(start_of(day) + timedelta(hours=6)):
        return remind_of_requests(by=SYSTEM)


def test_each_stage_is_reminded_of_once(personas: Personas, officer: Agent) -> None:
    request = _open(personas.person())
    days = (20, 8, 7, 7, 5, 2, 1, 1, 0, -1, -1, -9)
    assert [_remind(request, left) for left in days] == [0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0]
    assert RequestStep.objects.filter(request=request, what="reminded").count() == 3
    assert Entry.objects.filter(type="rights.reminded").count() == 3


def test_a_pause_moves_no_reminder_of_the_day_until_which_it_can_be_extended(
    personas: Personas, officer: Agent, carrier: transport.FakeTransport
) -> None:
    request = _open(personas.person())
    vouch_identity(request_id=request.id, how="counter", by=SYSTEM)
    pause_request(request_id=request.id, cause="clarification", reason="which year?", by=SYSTEM)
    until, told = clock_of(request).extend_until, []
    for left in (8, 7, 7, 1, 0, -1):
        with clock.at(start_of(until - timedelta(days=left)) + timedelta(hours=6)):
            told.append(remind_of_requests(by=SYSTEM))
    assert told == [0, 1, 0, 1, 0, 0], "the answer itself is due much later"
    for letter in RequestLetter.objects.filter(kind="reminder"):
        send_letter(letter.id)
    assert all(
        f"until {until.isoformat()} it can be extended" in said.decode() for _, _, said in carrier.sent
    )


def test_the_first_reminder_comes_with_seven_days_left(personas: Personas, officer: Agent) -> None:
    request = _open(personas.person())
    assert (_remind(request, 8), _remind(request, 7), _remind(request, 6)) == (0, 1, 0)


def test_a_machine_that_slept_reminds_of_the_stage_that_counts_now(
    personas: Personas, officer: Agent
) -> None:
    request = _open(personas.person())
    assert (_remind(request, -3), _remind(request, -4)) == (1, 0)


def test_the_letter_has_number_and_days_and_nobodys_name(
    personas: Personas, officer: Agent, carrier: transport.FakeTransport
) -> None:
    request = _open(personas.person("Ada Lindqvist"))
    _remind(request, 5)
    [letter] = RequestLetter.objects.filter(kind="reminder")
    assert letter.subject_id == officer.person_id
    send_letter(letter.id)
    said = carrier.sent[0][2].decode()
    assert f"Request no. {request.number} (access) is due in 5 days" in said
    assert f"/privacy/requests/{request.number}/" in said
    assert "Ada" not in said


def test_one_letter_tells_an_officer_of_all(personas: Personas, officer: Agent) -> None:
    first = _open(personas.person())
    _open(personas.person("Bo Ek"))
    assert _remind(first, 3) == 2
    assert RequestLetter.objects.filter(kind="reminder").count() == 1


def test_only_whoever_took_it_on_is_written_to(personas: Personas, officer: Agent) -> None:
    owner = personas.agent("Eva Lund", role="privacy_officer")
    request = _open(personas.person())
    assign_request(request_id=request.id, by=owner.actor)
    _remind(request, 3)
    assert [letter.subject_id for letter in RequestLetter.objects.filter(kind="reminder")] == [
        owner.person_id
    ]
    Agent.objects.filter(pk=owner.pk).update(is_active=False)
    _remind(request, 1)
    assert RequestLetter.objects.filter(kind="reminder", subject_id=officer.person_id).count() == 1


def test_what_was_answered_is_not_reminded_of(personas: Personas, officer: Agent) -> None:
    request = _open(personas.person())
    refuse_request(request_id=request.id, ground="unfounded", reason="Asked daily.", by=officer.actor)
    assert _remind(request, 1) == 0
