from __future__ import annotations

import pytest
from django.test import Client, override_settings


@override_settings(DEBUG=False)
def test_the_page_of_components_is_closed_in_production(client: Client) -> None:
    assert client.get("/ui").status_code == 404
    assert client.get("/ui/frames/desk").status_code == 404
    assert client.post("/ui/find", {"q": "a"}).status_code == 404


@override_settings(DEBUG=False, AUREOLE_UI_PAGE=True)
def test_the_page_of_components_can_be_opened(client: Client) -> None:
    assert client.get("/ui").status_code == 200


@override_settings(AUREOLE_UI_PAGE=True)
def test_the_finder_answers_with_what_was_asked(client: Client) -> None:
    answer = client.post("/ui/find", {"q": "LINDQ"}).content.decode()
    assert "Ada Lindqvist" in answer
    assert "Wieczorek" not in answer


@override_settings(AUREOLE_UI_PAGE=True)
def test_the_chosen_look_comes_back_with_the_next_page(client: Client) -> None:
    answer = client.post("/ui/look", {"theme": "dark", "next": "/ui"})
    assert answer.headers["Location"] == "/ui"
    assert ' data-theme="dark"' in client.get("/ui/frames/error").content.decode()
    client.post("/ui/look", {"theme": "system"})
    assert "data-theme=" not in client.get("/ui/frames/error").content.decode().split("<head>")[0]


@override_settings(AUREOLE_UI_PAGE=True)
def test_a_look_nobody_offers_is_not_written_into_the_page(client: Client) -> None:
    client.cookies["theme"] = 'dark" onload="x'
    assert "onload" not in client.get("/ui/frames/error").content.decode()


@pytest.mark.parametrize("away", ["https://elsewhere.example/", "//elsewhere.example", "javascript:x"])
def test_choosing_a_look_never_leads_away(client: Client, away: str) -> None:
    assert client.post("/ui/look", {"theme": "dark", "next": away}).headers["Location"] == "/"


@override_settings(AUREOLE_UI_PAGE=True)
def test_our_own_forms_keep_their_origin(client: Client) -> None:
    """With no-referrer a browser sends "Origin: null", which the check against forged requests refuses."""
    assert '<meta name="referrer" content="same-origin">' in client.get("/ui").content.decode()
