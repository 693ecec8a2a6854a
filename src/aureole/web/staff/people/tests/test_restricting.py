from __future__ import annotations

import pytest
from django.test import Client

from aureole.people.models import Person, PersonStatus
from aureole.privacy.models import RequestLetter
from aureole.testing.personas import Personas
from aureole.web.tests.browsers import SignIn


@pytest.fixture
def ada(personas: Personas) -> Person:
    return personas.person("Ada Lindqvist", "ada@brevduva.example")


@pytest.fixture
def officer(sign_in: SignIn) -> Client:
    return sign_in("privacy_officer")


def _status(person: Person) -> str:
    return Person.objects.get(pk=person.pk).status


def test_an_officer_restricts_with_a_ground_and_agents_see_nothing(
    ada: Person, officer: Client, sign_in: SignIn
) -> None:
    where = f"/people/{ada.id}/restrict/"
    assert officer.post(where, {"words": "x"}).status_code == 422
    page = officer.post(where, {"ground": "accuracy", "words": "the address"}, follow=True).content.decode()
    assert _status(ada) == PersonStatus.RESTRICTED
    assert 'class="notice restricted"' in page and "Lift the restriction…" in page
    agent = sign_in()
    for tab in ("", "data/", "consent/", "requests/", "log/"):
        assert agent.get(f"/people/{ada.id}/{tab}").status_code == 404, tab


def test_the_letter_is_shown_before_it_is_sent_and_nothing_is_lifted_by_looking(
    ada: Person, officer: Client
) -> None:
    where = f"/people/{ada.id}/restrict/"
    officer.post(where, {"ground": "accuracy"})
    assert officer.post(where, {"reason": ""}).status_code == 422
    page = officer.post(where, {"reason": "We checked: it is right."}).content.decode()
    assert "The freeze of your data is going to end" in page and "Why: We checked: it is right." in page
    assert _status(ada) == PersonStatus.RESTRICTED and not RequestLetter.objects.exists()


def test_without_a_way_to_tell_them_it_stays_unless_it_is_said_how_they_were_told(
    ada: Person, officer: Client
) -> None:
    where = f"/people/{ada.id}/restrict/"
    officer.post(where, {"ground": "claims"})
    refused = officer.post(where, {"reason": "settled", "send": "1"})
    assert refused.status_code == 409 and _status(ada) == PersonStatus.RESTRICTED
    assert "settled" in refused.content.decode()
    officer.post(where, {"reason": "settled", "told": "by a letter on paper, 3 March", "send": "1"})
    assert _status(ada) == PersonStatus.ACTIVE


def test_only_officers_restrict(ada: Person, sign_in: SignIn) -> None:
    agent = sign_in()
    assert agent.get(f"/people/{ada.id}/restrict/").status_code == 403
    assert agent.post(f"/people/{ada.id}/restrict/", {"ground": "accuracy"}).status_code == 403
    assert "Restrict…" not in agent.get(f"/people/{ada.id}/").content.decode()
    assert _status(ada) == PersonStatus.ACTIVE


def test_the_tabs_stand_in_their_order_with_their_keys(ada: Person, officer: Client) -> None:
    page = officer.get(f"/people/{ada.id}/").content.decode()
    places = [page.index(f'data-key="{n}"') for n in range(1, 6)]
    words = [page.index(f">{word}</a>") for word in ("Timeline", "Data", "Consent", "Requests", "Access log")]
    assert places == sorted(places) and words == sorted(words)
    assert 'data-key="y"' in page and "kept until 3 months after they stop being a customer" in page
