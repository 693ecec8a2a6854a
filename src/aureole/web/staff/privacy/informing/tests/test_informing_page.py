"""An officer sees who has to be told by when, writes to them, or says why not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.people.actions.recognise_person import recognise_person
from aureole.people.models import Person
from aureole.privacy.informing.listing import due_on
from aureole.privacy.informing.owing import owed_to
from aureole.privacy.models import Informing, RequestLetter
from aureole.privacy.rights.place import today
from aureole.web.staff.privacy.calendar.of_telling import entries_of_telling
from aureole.web.tests.browsers import SignIn

SYSTEM = Actor.system()
pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def _named(number: int = 1, days: int = 0) -> Person:
    with clock.at(now() - timedelta(days=days)):
        return recognise_person(
            kind="email",
            value=f"bo{number}@ek.example",
            name=f"Bo Ek {number}",
            source="mentioned",
            by=SYSTEM,
        )


@pytest.fixture
def officer(sign_in: SignIn) -> Client:
    return sign_in("privacy_officer")


def test_the_first_sentence_and_the_calendar_count_who_is_due_and_the_page_names_them(
    officer: Client,
) -> None:
    late, soon = _named(1, days=40), _named(2, days=25)
    _named(3)
    page = officer.get("/privacy/to-be-told/").content.decode()
    assert "3 people have to be told where we have their data from, 1 within a week, 1 too late." in page
    assert page.index("Bo Ek 1") < page.index("Bo Ek 2") < page.index("Bo Ek 3"), "the first to be told first"
    console = officer.get("/privacy/").content.decode()
    assert "1 person to be told" in console and "1 not told in time" in console
    days = {
        one.day: one.words
        for one in entries_of_telling(today() - timedelta(days=60), today() + timedelta(days=60))
    }
    assert set(days) == {due_on(Informing.objects.get(person_id=p.id).obtained_on) for p in (late, soon)} | {
        due_on(today())
    }


def test_those_chosen_are_written_to_once_and_choosing_nobody_changes_nothing(officer: Client) -> None:
    first, second = _named(1), _named(2)
    assert "Choose somebody first" in officer.post("/privacy/to-be-told/send/").content.decode()
    chosen = {"person": [str(first.id), str(second.id)]}
    for _ in range(2):
        answer = officer.post("/privacy/to-be-told/send/", chosen, follow=True).content.decode()
    assert RequestLetter.objects.filter(kind="information").count() == 2
    assert "waits to be sent" in answer and "Letters to 2 people" in answer


def test_told_another_way_or_no_duty_is_noted_shown_and_taken_back(officer: Client) -> None:
    first, second = _named(1), _named(2)
    officer.post("/privacy/to-be-told/note/", {"person": str(first.id), "way": "phone"})
    officer.post("/privacy/to-be-told/exempt/", {"person": str(second.id), "ground": "effort"})
    done = officer.get("/privacy/to-be-told/?show=done").content.decode()
    assert "told by phone" in done and "GDPR Art. 14(5)(b)" in done
    officer.post("/privacy/to-be-told/reopen/", {"person": str(second.id)})
    assert owed_to(second.id).source == "mentioned"
    refused = officer.post("/privacy/to-be-told/exempt/", {"person": str(second.id), "ground": "busy"})
    assert refused.status_code == 409 and "Known grounds" in refused.content.decode()
    both = {"person": [str(first.id), str(second.id)], "way": "post"}
    assert "Done for 1 of 2" in officer.post("/privacy/to-be-told/note/", both).content.decode()
    assert officer.post("/privacy/to-be-told/dance/", both).status_code == 404


def test_the_record_says_who_has_to_be_told_with_what_an_officer_can_do_and_where_an_agent_turns(
    officer: Client, sign_in: SignIn
) -> None:
    bo = _named(1, days=40)
    record = f"/people/{bo.id}/"
    page = officer.get(record).content.decode()
    assert "where we have their data from" in page and "days late" in page and "Write to them now" in page
    seen = sign_in("agent").get(record).content.decode()
    assert "ask a privacy officer" in seen and "Write to them now" not in seen
    chosen = {"person": str(bo.id), "back": "record"}
    answer = officer.post("/privacy/to-be-told/disclose/", chosen | {"to": "insurer", "name": "Trygg AB"})
    assert answer.headers["Location"] == record
    page = officer.get(record).content.decode()
    assert "It went to somebody else meanwhile" in page and "A letter waits to be sent" in page
    assert "went to somebody else" in officer.get("/privacy/to-be-told/").content.decode()
    officer.post("/privacy/to-be-told/note/", chosen | {"way": "phone"})
    assert "where we have their data from" not in officer.get(record).content.decode()


def test_only_officers_see_it_and_it_costs_the_same_for_many(officer: Client, sign_in: SignIn) -> None:
    for role in ("agent", "read_only"):
        assert sign_in(role).get("/privacy/to-be-told/").status_code == 403
    counts = []
    for number in (1, 5):
        for each in range(number):
            _named(number * 10 + each)
        with CaptureQueriesContext(connection) as queries:
            officer.get("/privacy/to-be-told/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
