from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from aureole.desk.models import Ticket
from aureole.kernel import clock
from aureole.ledger.models import Entry
from aureole.privacy.data_map.telling import looks_at
from aureole.staff.models import Agent, Team
from aureole.testing.personas import Personas


@pytest.fixture
def browser(personas: Personas) -> Client:
    agent: Agent = personas.agent()
    client = Client()
    client.force_login(agent, backend="aureole.staff.backend.AgentBackend")
    return client


def found(client: Client, words: str, in_box: bool = True) -> str:
    answer = client.post("/find/", {"q": words}, headers={"HX-Request": "true"} if in_box else {})
    assert answer.status_code == 200
    return answer.content.decode()


def test_people_are_found_while_their_name_is_typed(personas: Personas, browser: Client) -> None:
    ada = personas.person("Ada Lindqvist")
    personas.person("Piotr Zawadzki")
    shown = found(browser, "lind")
    assert "Ada <mark>Lind</mark>qvist" in shown
    assert str(ada.id) in shown
    assert "Zawadzki" not in shown


def test_words_of_a_conversation_are_found_with_the_place_they_stand_in(
    personas: Personas, browser: Client
) -> None:
    ticket = personas.ticket(subject="Pole snapped", text="The grey sleeve tore on the second night.")
    shown = found(browser, "sleeve")
    assert f'data-href="/tickets/{ticket.number}/"' in shown
    assert "The grey <mark>sleeve</mark> tore" in shown
    assert "<html" not in shown


def test_whose_words_were_shown_stands_in_the_log_once_a_minute(personas: Personas, browser: Client) -> None:
    ada, bo = personas.person("Ada Lindqvist"), personas.person("Bo Strand")
    personas.ticket(ada, text="The grey sleeve tore.")
    personas.ticket(bo, text="A sleeve came unsewn.")
    for in_box in (True, True, False):
        found(browser, "sleeve", in_box=in_box)
    entries = Entry.objects.filter(type="search.read")
    assert entries.count() == 2, "one for each of them, however often the box asks while somebody types"
    with clock.at(timezone.now() + timedelta(minutes=2)):
        found(browser, "unsewn", in_box=False)
    assert entries.count() == 3
    assert [(one.type, one.times) for one in looks_at(bo.id)] == [("search.read", 2)]


def test_a_number_leads_to_its_ticket(personas: Personas, browser: Client) -> None:
    ticket = personas.ticket(subject="Pole snapped")
    assert f'data-href="/tickets/{ticket.number}/"' in found(browser, str(ticket.number))


def test_lists_are_places_to_go(browser: Client) -> None:
    shown = found(browser, "unass")
    assert 'data-href="/?view=unassigned"' in shown
    assert "Waiting for them" not in shown


def test_what_people_wrote_is_escaped_in_results(personas: Personas, browser: Client) -> None:
    ada = personas.person("Ada <b>Bold</b>")
    personas.ticket(ada, subject="<script>alert(1)</script> sleeve", text="<i>sleeve</i> tore")
    for words in ("sleeve", "ada"):
        for in_box in (True, False):
            shown = found(browser, words, in_box)
            assert "<script>alert" not in shown
            assert "<b>Bold" not in shown
            assert "<i><mark>" not in shown


def test_the_page_works_without_script(personas: Personas, browser: Client) -> None:
    ticket = personas.ticket(subject="Pole snapped", text="The grey sleeve tore.")
    assert browser.get("/find/").status_code == 200
    shown = found(browser, "sleeve", in_box=False)
    assert f'href="/tickets/{ticket.number}/"' in shown
    assert 'value="sleeve"' in shown


def test_nothing_found_is_said_in_words(browser: Client) -> None:
    assert "Nothing found." in html.unescape(found(browser, "xyzzy"))


def test_a_search_that_is_too_long_is_refused_in_words(browser: Client) -> None:
    assert "too long to search for" in found(browser, "word " * 100)


def test_words_in_an_address_are_not_looked_at(personas: Personas, browser: Client) -> None:
    personas.ticket(subject="Pole snapped", text="The grey sleeve tore.")
    assert "Pole snapped" not in browser.get("/find/?q=sleeve").content.decode()


# ------------------------------------------------------------------ the page of results


def page(client: Client, **asked: str) -> str:
    answer = client.post("/find/", asked)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_hits_of_the_page_are_marked_and_lead_to_their_ticket(personas: Personas, browser: Client) -> None:
    ticket = personas.ticket(subject="Pole snapped", text="The grey sleeve tore on the second night.")
    shown = page(browser, q="sleeve")
    assert "The grey <mark>sleeve</mark> tore" in shown
    assert f'href="/tickets/{ticket.number}/"' in shown
    assert "1 hit." in shown


def test_filters_narrow_by_status_team_person_day_and_kind(personas: Personas, browser: Client) -> None:
    ada, bo = personas.person("Ada Lindqvist", "ada@example.org"), personas.person("Bo Ek", "bo@example.org")
    first = personas.ticket(ada, subject="First sleeve", text="The sleeve tore.")
    second = personas.ticket(bo, subject="Second matter", text="Another sleeve tore.")
    team = Team.objects.create(name="Repairs")
    Ticket.objects.filter(pk=second.pk).update(status="solved", team=team)

    def tickets(**asked: str) -> set[int]:
        shown = page(browser, q="sleeve", **asked)
        return {t.number for t in (first, second) if f'href="/tickets/{t.number}/"' in shown}

    assert tickets() == {first.number, second.number}
    assert tickets(status="open") == {first.number}
    assert tickets(status="solved") == tickets(team=str(team.pk)) == {second.number}
    assert tickets(person="ADA@example.org") == {first.number}
    assert tickets(kind="ticket") == {first.number}
    today = timezone.localdate()
    assert tickets(since=str(today), until=str(today)) == {first.number, second.number}
    assert tickets(until=str(today - timedelta(days=1))) == set()
    assert tickets(status="waiting") == set()


def test_a_changed_status_counts_at_once(personas: Personas, browser: Client) -> None:
    ticket = personas.ticket(subject="Pole snapped", text="The grey sleeve tore.")
    assert "1 hit." in page(browser, q="sleeve", status="open")
    Ticket.objects.filter(pk=ticket.pk).update(status="closed")
    assert "fits the filters" in page(browser, q="sleeve", status="open")


def test_what_cannot_be_filtered_by_is_said_at_its_field(browser: Client) -> None:
    shown = page(browser, q="sleeve", person="nobody@example.org", since="2026-03-02", until="2026-03-01")
    assert "Nobody here has that address or number." in shown
    assert "This day lies before the other one." in shown
    assert 'value="nobody@example.org"' in shown


def test_older_hits_follow_with_the_same_filters_and_no_word_in_an_address(
    personas: Personas, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aureole.web.staff.finder.views._ON_PAGE", 2)
    for number in range(3):
        personas.ticket(subject=f"Matter {number}", text="The sleeve tore.")
    shown = page(browser, q="sleeve", status="open")
    cursor = re.search(r'name="cursor" value="([^"]+)"', shown)
    assert cursor is not None
    assert 'name="status" value="open"' in shown
    older = page(browser, q="sleeve", status="open", cursor=cursor.group(1))
    assert "Matter 0" in older
    assert "Matter 2" not in older
    assert "q=sleeve" not in shown + older


def test_words_everybody_writes_are_answered_with_a_sentence(personas: Personas, browser: Client) -> None:
    personas.ticket(subject="To be or not to be", text="to be or not to be, that is the sleeve")
    shown = page(browser, q='"to be or not to be"')
    assert "Nearly every text has these words" in shown
    assert "<mark>to be or not to be</mark>" in page(browser, q='"to be or not to be" sleeve')


def test_htmx_gets_the_results_alone(personas: Personas, browser: Client) -> None:
    personas.ticket(subject="Pole snapped", text="The grey sleeve tore.")
    headers = {"HX-Request": "true", "HX-Target": "results"}
    shown = browser.post("/find/", {"q": "sleeve"}, headers=headers).content.decode()
    assert shown.strip().startswith('<div id="results"')
    assert "<mark>sleeve</mark>" in shown
