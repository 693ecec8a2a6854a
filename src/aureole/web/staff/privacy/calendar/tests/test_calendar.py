"""A month of the console: last days, pauses and what was added are drawn, and each part fills in its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.ledger.models import Audit
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.models import RetentionRun, RightsRequest, RunState
from aureole.privacy.rights.actions.extend_request import extend_request
from aureole.privacy.rights.actions.pause_request import pause_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.rights.place import today
from aureole.privacy.rights.queue import line_of
from aureole.testing.personas import Personas
from aureole.web.staff.privacy.calendar.entries import Happening, entries_between
from aureole.web.staff.privacy.calendar.of_requests import happenings, stretches
from aureole.web.staff.privacy.calendar.page import Day
from aureole.web.staff.privacy.requests.tests.conftest import Ask
from aureole.web.tests.browsers import SignIn

OPERATOR = Actor.operator()


def _days(request: RightsRequest) -> dict[str, date]:
    line = line_of(RightsRequest.objects.get(pk=request.pk))
    return {one.words.partition(":")[0]: one.day for one in happenings(line)}


def test_a_request_stands_on_its_last_day_and_on_the_last_day_to_extend_it(ask: Ask) -> None:
    request = ask("access")
    line = line_of(request)
    assert _days(request) == {"due": line.due_on, "last day to tell of an extension": line.due_on_strict}
    extend_request(request_id=request.id, reason="many systems", by=OPERATOR)
    assert _days(request)["extended"] == today()
    assert _days(request)["due"] > line.due_on


def test_a_pause_shows_both_last_days(ask: Ask) -> None:
    request = vouch_identity(request_id=ask("access", days=9).id, how="counter", by=OPERATOR)
    with clock.at(now() - timedelta(days=5)):
        pause_request(request_id=request.id, cause="clarification", reason="which?", by=OPERATOR)
    days = _days(request)
    assert days["due"] > days["strictly due, without pauses"]


def test_the_month_is_drawn_with_links_to_each_request(ask: Ask, sign_in: SignIn) -> None:
    request, client = ask("access"), sign_in("privacy_officer")
    month = f"{line_of(request).due_on:%Y-%m}"
    page = client.get(f"/privacy/calendar/?month={month}").content.decode()
    assert f"/privacy/requests/{request.number}/" in page
    assert "Lindqvist" not in page
    assert "Nothing falls into" in client.get("/privacy/calendar/?month=2031-02").content.decode()
    assert client.get("/privacy/calendar/?month=2026-13").status_code == 404
    assert client.get("/privacy/calendar/?month=9999-12").status_code == 404


def test_a_full_day_shows_what_is_late_and_folds_the_rest() -> None:
    happenings = tuple(
        Happening(day=date(2026, 3, 2), words=f"{n}", href="", is_late=n == 7) for n in range(8)
    )
    day = Day(
        day=date(2026, 3, 2), is_in_month=True, is_today=False, is_off=False, happenings=happenings, bands=()
    )
    assert [line.words for line in day.shown] == ["7", "0", "1", "2", "3", "4"]
    assert [line.words for line in day.folded] == ["5", "6"]
    assert not replace(day, happenings=happenings[:7]).folded


def test_days_in_a_pause_and_days_an_extension_added_are_drawn(ask: Ask, sign_in: SignIn) -> None:
    request = vouch_identity(request_id=ask("access", days=9).id, how="counter", by=OPERATOR)
    with clock.at(now() - timedelta(days=5)):
        pause_request(request_id=request.id, cause="clarification", reason="which?", by=OPERATOR)
    extend_request(request_id=request.id, reason="many systems", by=OPERATOR)
    line = line_of(RightsRequest.objects.get(pk=request.pk))
    paused, extended = stretches(line)
    assert (paused.look, paused.first, paused.last) == ("paused", today() - timedelta(days=5), today())
    assert (extended.look, extended.last) == ("extended", line.due_on)
    assert paused.last < extended.first
    page = sign_in("privacy_officer").get(f"/privacy/calendar/?month={today():%Y-%m}").content.decode()
    assert 'class="band paused"' in page and "the clock stands still" in page


def test_runs_holds_and_the_log_stand_in_it_and_nobodys_name_does(
    personas: Personas, sign_in: SignIn
) -> None:
    ada = personas.person("Ada Lindqvist")
    place_hold(person_id=ada.id, reason="A claim.", review_on=today() + timedelta(days=1), by=OPERATOR)
    RetentionRun.objects.create(state=RunState.PROPOSED, as_of=today(), asked_at=now())
    RetentionRun.objects.create(state=RunState.DONE, as_of=today(), asked_at=now(), finished_at=now())
    Audit.objects.create(at=now(), entries=1, problems=["one"], took_ms=1)
    first, last = today() - timedelta(days=1), today() + timedelta(days=2)
    words = [one.words for one in entries_between(first, last, reader=OPERATOR)]
    assert words == [
        "retention: run carried out",
        "retention: waits for a second person",
        "look again: 1 hold",
        "log verified, last time this month",
        "the log did not hold",
    ]
    page = sign_in("privacy_officer").get(f"/privacy/calendar/?month={today():%Y-%m}").content.decode()
    assert "waits for a second person" in page and "Lindqvist" not in page


def test_only_what_falls_between_the_days_and_what_the_reader_may_see_is_given(
    ask: Ask, personas: Personas
) -> None:
    line = line_of(ask("access"))
    for_officer = entries_between(
        line.due_on, line.due_on, reader=personas.agent(role="privacy_officer").actor
    )
    assert {one.day for one in for_officer if isinstance(one, Happening)} == {line.due_on}
    agents = entries_between(line.due_on, line.due_on, reader=personas.agent().actor)
    assert list(agents) == []


def test_a_month_costs_the_same_however_much_is_in_it(ask: Ask, sign_in: SignIn) -> None:
    client, counts = sign_in("privacy_officer"), []
    for _ in range(2):
        for _ in range(2):
            ask("access")
        with CaptureQueriesContext(connection) as queries:
            client.get("/privacy/calendar/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
