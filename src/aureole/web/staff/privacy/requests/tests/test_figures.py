from __future__ import annotations

from datetime import timedelta

import pytest

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.refuse_request import refuse_request
from aureole.privacy.rights.actions.take_back_request import take_back_request
from aureole.privacy.rights.queue import requests
from aureole.web.staff.privacy.requests.figures_page import figures_of, standing_of
from aureole.web.staff.privacy.requests.suppressing import column
from aureole.web.staff.privacy.requests.tests.conftest import Ask
from aureole.web.tests.browsers import SignIn

OPERATOR = Actor.operator()


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
    assert "too few for a figure" in page and "Lindqvist" not in page


@pytest.mark.parametrize(
    ("counts", "total", "written"),
    [
        ((0, 0), 0, ["0", "0", "0"]),
        ((3, 0), 3, ["<5", "0", "<5"]),
        ((3, 20, 9), 32, ["<5", "20", "–", "32"]),
        ((3, 2, 20), 25, ["<5", "<5", "20", "25"]),
        ((12, 1200), 1212, ["12", "1,200", "1,212"]),
        ((4, 4), 8, ["<5", "<5", "8"]),
    ],
)
def test_no_count_below_five_can_be_read_or_worked_out(
    counts: tuple[int, ...], total: int, written: list[str]
) -> None:
    assert column(counts, total) == written


def test_enough_answers_make_figures_of_their_year_and_a_file_to_publish(ask: Ask, sign_in: SignIn) -> None:
    for took in (1, 2, 3, 4, 40):
        request = ask("access", days=50)
        with clock.at(now() - timedelta(days=50 - took)):
            refuse_request(request_id=request.id, ground="excessive", reason="the ninth", by=OPERATOR)
    year, client = RightsRequest.objects.all()[0].received_on.year, sign_in("privacy_officer")
    page = client.get(f"/privacy/figures/?year={year}").content.decode()
    assert f"5 requests of {year} were answered, 80 % in time; half took 3 days or less." in page
    assert "too few" in client.get("/privacy/figures/?year=2019").content.decode()
    assert client.get("/privacy/figures/?year=2999").status_code == 404
    file = client.get(f"/privacy/figures/?year={year}&form=csv")
    assert file.headers["Content-Type"].startswith("text/csv") and ",0,5,0,3,80 %" in file.content.decode()


def test_what_is_open_stands_as_on_time_due_soon_overdue_and_unknown(ask: Ask) -> None:
    for kind, days in (("access", 1), ("portability", 28), ("erasure", 60)):
        ask(kind, days=days)
    open_request(kind="access", by=Actor(kind="customer"), channel="portal", contact="somebody@else.example")
    found = standing_of(requests())
    assert (found.on_time, found.due_soon, found.overdue, found.unknown) == (1, 1, 1, 1)


@pytest.mark.parametrize("role", ["agent", "read_only"])
def test_only_officers_see_them(ask: Ask, sign_in: SignIn, role: str) -> None:
    for page in ("calendar", "figures"):
        assert sign_in(role).get(f"/privacy/{page}/").status_code == 403
