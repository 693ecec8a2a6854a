from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.ledger.checkpoints import bring_up_to_date
from aureole.ledger.models import Audit
from aureole.people.actions.mark_child import mark_child
from aureole.people.actions.merge_persons import merge_persons
from aureole.people.models import Person
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.models import Hold, Peer, RightsRequest, SentNotice, SentTransfer
from aureole.privacy.rights.actions.ask_identity import ask_identity
from aureole.privacy.rights.actions.assign_request import assign_request
from aureole.privacy.rights.actions.extend_request import extend_request
from aureole.privacy.rights.actions.pause_request import pause_request
from aureole.privacy.rights.actions.take_back_request import take_back_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.rights.place import today
from aureole.privacy.rights.queue import line_of
from aureole.testing.personas import Personas
from aureole.web.staff.privacy.requests.queue_rows import LONGEST_STRIP, strip_of
from aureole.web.staff.privacy.requests.tests.conftest import Ask
from aureole.web.tests.browsers import SignIn

OPERATOR = Actor.operator()


def test_the_first_line_says_what_is_due_and_whether_the_log_holds(ask: Ask, sign_in: SignIn) -> None:
    ask("access", days=40)
    ask("erasure", days=26)
    ask("review")
    Audit.objects.create(at=now() - timedelta(minutes=4), entries=3, took_ms=1)
    page = sign_in("privacy_officer").get("/privacy/").content.decode()
    assert "1 due this week" in page
    assert "1 overdue" in page
    assert "log verified 4 minutes ago" in page
    order = [
        page.index(words)
        for words in ("Overdue <", "See my data", "This week <", "Delete my data", "Later <")
    ]
    assert order == sorted(order)


def test_the_first_line_also_says_which_systems_are_silent_and_what_waits_besides_requests(
    ada: Person, sign_in: SignIn, settings: Any, tmp_path: Path
) -> None:
    officer = sign_in("privacy_officer")
    assert "not answered" not in officer.get("/privacy/").content.decode()
    settings.AUREOLE_LEDGER_WITNESSES = [f"file://{tmp_path}/nowhere/else"]
    bring_up_to_date()
    mark_child(person=ada, known=True, by=OPERATOR)
    hold = place_hold(
        person_id=ada.id, reason="A claim.", review_on=today() + timedelta(days=30), by=OPERATOR
    )
    Hold.objects.filter(pk=hold.pk).update(review_on=today())
    peer = Peer.objects.create(
        name="Fjell", address="https://fjell.example", public_key="k", fingerprint="f", added_at=now()
    )
    sent = SentTransfer.objects.create(
        peer=peer, state="delivered", created_at=now(), until=now() + timedelta(days=9)
    )
    SentNotice.objects.create(sent=sent, event="erase", document="", trouble="away", created_at=now())
    with clock.at(now() + timedelta(hours=2)):
        page = officer.get("/privacy/").content.decode()
    for words in ("2 systems have not answered", "1 hold to review", "1 child nobody answers for"):
        assert words in page
    assert f'href="/people/{ada.id}/consent/"' in page and "Lindqvist" not in page
    SentNotice.objects.update(answered_at=now(), trouble="")
    assert "1 system has not answered" not in officer.get("/privacy/").content.decode()


def test_the_open_requests_are_given_as_csv_without_a_name(ask: Ask, sign_in: SignIn) -> None:
    first = ask("access", days=40, words="everything about Zyxela")
    ask("erasure")
    answer = sign_in("privacy_officer").get("/privacy/requests/open.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [(row["number"], row["kind"], row["urgency"]) for row in rows] == [
        (str(first.number), "access", "overdue"),
        (str(first.number + 1), "erasure", "later"),
    ]
    for hidden in ("Lindqvist", "brevduva", "Zyxela", "A. L."):
        assert hidden not in answer.content.decode()
    assert sign_in("agent").get("/privacy/requests/open.csv").status_code == 403


def test_a_log_that_does_not_hold_is_said_in_red(personas: Personas, sign_in: SignIn) -> None:
    Audit.objects.create(at=now(), entries=3, took_ms=1, problems=[["2026-11", 2]])
    page = sign_in("privacy_officer").get("/privacy/").content.decode()
    assert 'class="late">the log does not hold' in page


def test_names_stay_behind_the_seal(ask: Ask, sign_in: SignIn) -> None:
    ask("access", words="everything about Zyxela")
    page = sign_in("privacy_officer").get("/privacy/").content.decode()
    assert "A. L." in page
    for hidden in ("Lindqvist", "brevduva", "Zyxela"):
        assert hidden not in page


def test_a_merge_turns_it_to_us_and_taking_it_on_changes_nothing_of_that(
    ask: Ask, ada: Person, personas: Personas, sign_in: SignIn, carrier: object
) -> None:
    made, bo = ask(), personas.person("Bo Ek")
    ask_identity(request_id=made.pk, by=OPERATOR)
    officer = sign_in("privacy_officer")
    assert "the person, to give the code" in officer.get("/privacy/").content.decode()
    vouch_identity(request_id=made.pk, how="by telephone", by=OPERATOR)
    merge_persons(stays=ada.id, goes=bo.id, by=OPERATOR)
    assign_request(request_id=made.pk, by=personas.agent(role="privacy_officer").actor)
    for path in ("/privacy/", f"/privacy/requests/{made.number}/"):
        assert "us, to say how we know that it is them" in officer.get(path).content.decode(), path


def test_without_requests_it_says_what_will_stand_here(personas: Personas, sign_in: SignIn) -> None:
    client = sign_in("privacy_officer")
    assert "No open requests." in client.get("/privacy/").content.decode()
    assert "No open request is yours." in client.get("/privacy/?show=mine").content.decode()
    assert "No request was closed yet." in client.get("/privacy/?show=closed").content.decode()


def test_a_long_queue_costs_as_many_queries_as_a_short_one(
    ask: Ask, personas: Personas, sign_in: SignIn
) -> None:
    client = sign_in("privacy_officer")

    def cost() -> int:
        with (
            CaptureQueriesContext(connections["default"]) as data,
            CaptureQueriesContext(connections["keys"]) as keys,
        ):
            assert client.get("/privacy/").status_code == 200
        return len(data) + len(keys)

    ask("access")
    client.get("/privacy/")
    short = cost()
    for number in range(6):
        ask("erasure", person=personas.person(f"Person {number}"))
    assert cost() == short


def test_closed_requests_stand_apart_with_the_day_they_were_closed(ask: Ask, sign_in: SignIn) -> None:
    take_back_request(request_id=ask("access").id, by=OPERATOR)
    client = sign_in("privacy_officer")
    assert "Taken back" not in client.get("/privacy/").content.decode()
    assert "Taken back" in client.get("/privacy/?show=closed").content.decode()


def test_live_news_fetch_the_queue_alone(ask: Ask, sign_in: SignIn) -> None:
    ask("access")
    part = sign_in("privacy_officer").get("/privacy/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'data-live-topic="rights"' in part


@pytest.mark.parametrize(
    ("role", "leads_to"), [("agent", "/privacy/requests/new/"), ("read_only", "/privacy/map/")]
)
def test_who_may_not_read_requests_is_led_to_what_they_may_do(
    ask: Ask, sign_in: SignIn, role: str, leads_to: str
) -> None:
    ask("access")
    answer = sign_in(role).get("/privacy/")
    assert answer.headers["Location"] == leads_to


# ------------------------------------------------------------------ the clock, drawn


def test_pauses_are_hatched_and_days_over_are_red(ask: Ask) -> None:
    request = ask("access", days=35)
    with clock.at(now() - timedelta(days=34)):
        vouch_identity(request_id=request.id, how="counter", by=OPERATOR)
    with clock.at(now() - timedelta(days=4)):
        pause_request(request_id=request.id, cause="clarification", reason="which?", by=OPERATOR)
    strip = strip_of(line_of(RightsRequest.objects.get(pk=request.id)))
    assert list(strip.cells).count("paused") == 4
    assert strip.today == len(strip.cells) or "over" not in strip.cells


def test_a_strip_never_grows_longer_than_its_column(ask: Ask, ada: Person) -> None:
    late = strip_of(line_of(ask("access", days=200)))
    assert len(late.cells) <= LONGEST_STRIP
    assert "over" in late.cells


def test_an_extended_clock_is_its_first_month_and_an_arrow_until_that_is_over(ask: Ask) -> None:
    request = ask("access", days=5)
    extend_request(request_id=request.id, reason="many systems", by=OPERATOR)
    extended = RightsRequest.objects.get(pk=request.id)
    first = strip_of(line_of(extended))
    assert first.is_extended
    assert len(first.cells) < LONGEST_STRIP
    with clock.at(now() + timedelta(days=40)):
        assert not strip_of(line_of(extended)).is_extended
