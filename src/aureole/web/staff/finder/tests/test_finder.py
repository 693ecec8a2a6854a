from __future__ import annotations

import html

import pytest
from django.test import Client

from aureole.staff.models import Agent
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
