from __future__ import annotations

import html

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aureole.desk.actions.assign_ticket import assign_ticket
from aureole.desk.actions.set_status import set_status
from aureole.desk.actions.set_tags import set_tags
from aureole.desk.models import Tag
from aureole.kernel.actor import Actor
from aureole.testing.personas import Personas
from aureole.vault.keyring import keyring
from aureole.web.tests.browsers import SignIn


def text_of(client: Client, url: str, **post: str) -> str:
    answer = client.post(url, post) if post else client.get(url)
    assert answer.status_code == 200, answer.content
    return html.unescape(answer.content.decode())


def test_a_list_shows_only_what_is_due_in_it(personas: Personas, sign_in: SignIn) -> None:
    client = sign_in()
    mine = personas.ticket(subject="Torn seam")
    personas.ticket(subject="Lost parcel")
    waiting = personas.ticket(subject="Wet boots")
    solved = personas.ticket(subject="Bent peg")
    assign_ticket(ticket=mine, assignee=client.agent, by=Actor.operator())
    set_status(ticket=waiting, status="waiting", by=Actor.operator())
    set_status(ticket=solved, status="solved", by=Actor.operator())
    subjects = ("Torn seam", "Lost parcel", "Wet boots", "Bent peg")
    shown = {
        view: [one for one in subjects if one in text_of(client, f"/?view={view}")]
        for view in ("mine", "unassigned", "open", "waiting", "solved", "closed")
    }
    assert shown == {
        "mine": ["Torn seam"],
        "unassigned": ["Lost parcel"],
        "open": ["Torn seam", "Lost parcel", "Wet boots"],
        "waiting": ["Wet boots"],
        "solved": ["Bent peg"],
        "closed": [],
    }


def test_a_label_and_a_team_are_lists_of_their_own(personas: Personas, sign_in: SignIn) -> None:
    from aureole.desk.models import Ticket
    from aureole.staff.models import Team

    client, team = sign_in(), Team.objects.create(name="Returns")
    labelled, given = personas.ticket(subject="Torn seam"), personas.ticket(subject="Lost parcel")
    set_tags(ticket=labelled, tags=["warranty"], by=Actor.operator())
    Ticket.objects.filter(pk=given.pk).update(team=team)
    label = Tag.objects.get(name="warranty")
    by_label, by_team = text_of(client, f"/?view=label:{label.pk}"), text_of(client, f"/?view=team:{team.pk}")
    assert "Torn seam" in by_label
    assert "Lost parcel" not in by_label
    assert "Lost parcel" in by_team
    assert "Torn seam" not in by_team


@pytest.mark.parametrize(
    "view", ["nonsense", "team:x", "label:", "team:00000000-0000-0000-0000-00000000000g"]
)
def test_a_list_there_is_none_of_is_not_found(sign_in: SignIn, view: str) -> None:
    assert sign_in().get("/", {"view": view}).status_code == 404


def queries(client: Client, url: str) -> int:
    keyring.evict()
    with (
        CaptureQueriesContext(connections["default"]) as data,
        CaptureQueriesContext(connections["keys"]) as keys,
    ):
        assert client.get(url).status_code == 200
    return len(data) + len(keys)


def test_a_longer_list_costs_no_more_queries(personas: Personas, sign_in: SignIn) -> None:
    client = sign_in()
    for _ in range(10):
        personas.ticket()
    few = queries(client, "/?view=open")
    for _ in range(40):
        personas.ticket(personas.person(name=""))
    many = queries(client, "/?view=open")
    personas.ticket()
    assert many <= few + 1  # one more for the addresses of people without a name
    assert many <= 12


def test_the_next_page_goes_on_where_the_last_one_ended(personas: Personas, sign_in: SignIn) -> None:
    import re

    client = sign_in()
    numbers = [personas.ticket().number for _ in range(53)]
    first = text_of(client, "/?view=open")
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older is not None
    second = text_of(client, older[1])
    on = [set(map(int, re.findall(r"/tickets/(\d+)/", page))) for page in (first, second)]
    assert [len(one) for one in on] == [50, 3]
    assert on[0] | on[1] == set(numbers)


def test_a_page_mark_that_is_not_ours_is_refused_in_words(sign_in: SignIn) -> None:
    answer = sign_in().get("/?after=bogus")
    assert answer.status_code == 409
    assert "not one of ours" in answer.content.decode()


def test_searching_within_a_list_keeps_the_words_out_of_addresses(
    personas: Personas, sign_in: SignIn
) -> None:
    client = sign_in()
    personas.ticket(subject="Torn seam", text="The left sleeve.")
    personas.ticket(subject="Lost parcel", text="It never came.")
    page = text_of(client, "/?view=open", q="sleeve")
    assert "Torn seam" in page
    assert "Lost parcel" not in page
    assert "q=sleeve" not in page


def test_an_empty_list_says_so_in_words_and_a_desk_without_tickets_how_they_come(
    personas: Personas, sign_in: SignIn
) -> None:
    client = sign_in()
    page = text_of(client, "/")
    assert "No ticket yet." in page and "aureole mail ingest" in page and "Choose one" not in page
    personas.ticket()
    page = text_of(client, "/")
    assert "Nothing waiting." in page
    assert "0 answered today." in page


def test_names_and_subjects_are_escaped(personas: Personas, sign_in: SignIn) -> None:
    ada = personas.person(name='<img src=x onerror="alert(1)">')
    ticket = personas.ticket(ada, subject="<script>alert(2)</script>", text="<b onclick=x>bold</b>")
    client = sign_in()
    for url in ("/?view=open", f"/tickets/{ticket.number}/"):
        page = client.get(url).content.decode()
        assert "<img src=x" not in page
        assert "<script>alert" not in page
        assert "<b onclick" not in page
        assert "&lt;script&gt;alert(2)" in page


def test_the_list_alone_answers_a_live_refresh(personas: Personas, sign_in: SignIn) -> None:
    personas.ticket(subject="Torn seam")
    answer = sign_in().get("/?view=open&part=list", headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert "Torn seam" in page
    assert "<html" not in page
    assert 'hx-swap-oob="innerHTML:#rail"' in page


def test_nobody_sees_the_desk_without_signing_in() -> None:
    answer = Client().get("/?view=open")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in/")
