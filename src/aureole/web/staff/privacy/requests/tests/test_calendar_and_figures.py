from __future__ import annotations

from datetime import date, timedelta

import pytest

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.actions.extend_request import extend_request
from aureole.privacy.rights.actions.pause_request import pause_request
from aureole.privacy.rights.actions.refuse_request import refuse_request
from aureole.privacy.rights.actions.take_back_request import take_back_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.rights.place import today
from aureole.privacy.rights.queue import line_of, requests
from aureole.web.staff.people.tests.conftest import SignIn
from aureole.web.staff.privacy.requests.calendar_page import happenings
from aureole.web.staff.privacy.requests.figures_page import figures_of
from aureole.web.staff.privacy.requests.tests.conftest import Ask

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


def test_a_pause_shows_its_beginning_and_both_last_days(ask: Ask) -> None:
    request = vouch_identity(request_id=ask("access", days=9).id, how="counter", by=OPERATOR)
    with clock.at(now() - timedelta(days=5)):
        pause_request(request_id=request.id, cause="clarification", reason="which?", by=OPERATOR)
    days = _days(request)
    assert days["paused since"] == today() - timedelta(days=5)
    assert days["due"] > days["strictly due, without pauses"]


def test_the_month_is_drawn_with_links_to_each_request(ask: Ask, sign_in: SignIn) -> None:
    request, client = ask("access"), sign_in("privacy_officer")
    month = f"{line_of(request).due_on:%Y-%m}"
    page = client.get(f"/privacy/calendar/?month={month}").content.decode()
    assert f"/privacy/requests/{request.number}/" in page
    assert "Lindqvist" not in page
    assert "Nothing of an open request" in client.get("/privacy/calendar/?month=2031-02").content.decode()
    assert client.get("/privacy/calendar/?month=2026-13").status_code == 404


def test_figures_count_by_right_and_say_what_was_in_time(ask: Ask, sign_in: SignIn) -> None:
    for days, took in ((60, 50), (40, 4), (20, 10)):
        request = ask("access", days=days)
        with clock.at(now() - timedelta(days=days - took)):
            refuse_request(request_id=request.id, ground="excessive", reason="the ninth", by=OPERATOR)
    take_back_request(request_id=ask("access").id, by=OPERATOR)
    ask("erasure", days=70)
    found = figures_of(requests(include_closed=True), "all")
    assert (found.open, found.overdue, found.done, found.refused, found.other) == (1, 1, 0, 3, 1)
    assert (found.days, found.in_time, found.share) == (10, 2, "67 %")
    page = sign_in("privacy_officer").get("/privacy/figures/").content.decode()
    assert "3 requests were answered, 2 in time; half took 10 days or less." in page
    assert "Lindqvist" not in page


@pytest.mark.parametrize("role", ["agent", "read_only"])
@pytest.mark.parametrize("page", ["calendar", "figures"])
def test_only_officers_see_them(ask: Ask, sign_in: SignIn, role: str, page: str) -> None:
    assert sign_in(role).get(f"/privacy/{page}/").status_code == 403
