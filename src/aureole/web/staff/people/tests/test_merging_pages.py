"""Merging in the browser: proposed on the record, compared side by side, done, undone."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aureole.kernel.actor import Actor
from aureole.people.actions.correct_person import correct_person
from aureole.people.actions.merge_persons import merge_persons
from aureole.people.models import Person, Twin
from aureole.people.twins import seek_new
from aureole.testing.personas import Personas
from aureole.web.tests.browsers import SignIn

OPERATOR = Actor.operator()
Two = tuple[Person, Person]


@pytest.fixture
def two(personas: Personas) -> Two:
    found = (
        personas.person("Ada Lindqvist", "ada@brevduva.example"),
        personas.person("A. Lindqvist", "ada+work@brevduva.example"),
    )
    personas.ticket(found[1])
    seek_new()
    return found


def test_a_record_proposes_the_other_and_m_opens_the_choice(two: Two, sign_in: SignIn) -> None:
    client = sign_in()
    page = client.get(f"/people/{two[0].id}/").content.decode()
    assert "A. Lindqvist may be the same person" in page
    assert f'href="/people/{two[0].id}/merge/" data-key="m"' in page
    chosen = client.post(f"/people/{two[0].id}/merge/", {"q": "Lindqvist"}).content.decode()
    assert f"/people/{two[0].id}/merge/{two[1].id}/" in chosen
    assert "1 pair of records may be one person" in client.get("/people/").content.decode()
    assert "ada+work@brevduva.example" in client.get("/people/twins/").content.decode()


def test_two_are_compared_merged_with_picks_and_taken_apart(two: Two, sign_in: SignIn) -> None:
    correct_person(person=two[1], by=OPERATOR, pronouns="she/her")
    client = sign_in()
    where = f"/people/{two[0].id}/merge/{two[1].id}/"
    page = client.get(where).content.decode()
    for words in (
        "Are Ada Lindqvist and A. Lindqvist one person?",
        "she/her",
        "Tickets",
        "proves nothing any more",
    ):
        assert words in page
    done = client.post(where, {"pick-name": "goes", "pick-pronouns": "goes"})
    assert done.headers["Location"] == f"/people/{two[0].id}/"
    page = client.get(f"/people/{two[0].id}/").content.decode()
    assert "A. Lindqvist" in page
    assert "can be taken apart again" in page
    assert client.get(f"/people/{two[1].id}/").headers["Location"] == f"/people/{two[0].id}/"
    assert client.post(f"/people/{two[1].id}/unmerge/").headers["Location"] == f"/people/{two[1].id}/"
    assert Person.objects.filter(pk__in=[p.id for p in two]).count() == 2


def test_two_people_are_not_proposed_again(two: Two, sign_in: SignIn) -> None:
    client = sign_in()
    client.post(f"/people/{two[0].id}/apart/{two[1].id}/")
    assert "may be the same person" not in client.get(f"/people/{two[1].id}/").content.decode()
    assert not Twin.objects.filter(decided_at=None).exists()


def test_what_may_not_be_merged_is_said_on_the_page(two: Two, personas: Personas, sign_in: SignIn) -> None:
    agent = personas.agent("Kerstin Ek")
    answer = sign_in().post(f"/people/{two[0].id}/merge/{agent.person_id}/")
    assert (answer.status_code, "has an account" in answer.content.decode()) == (422, True)
    assert answer.context["refusal"][0].isupper()  # the sentence, without its code


def test_who_only_reads_merges_nothing(two: Two, sign_in: SignIn) -> None:
    client = sign_in("read_only")
    for page in ("merge/", f"merge/{two[1].id}/"):
        assert client.get(f"/people/{two[0].id}/{page}").status_code == 403
    assert client.post(f"/people/{two[0].id}/apart/{two[1].id}/").status_code == 403
    merge_persons(stays=two[0].id, goes=two[1].id, by=OPERATOR)
    assert client.post(f"/people/{two[1].id}/unmerge/").status_code == 403


def test_the_pages_take_the_same_queries_whatever_there_is(
    two: Two, personas: Personas, sign_in: SignIn
) -> None:
    client = sign_in()
    pages = ("/people/twins/", f"/people/{two[0].id}/merge/{two[1].id}/", f"/people/{two[0].id}/")
    for page in pages:
        client.get(page)
    few = [_queries(client, page) for page in pages]
    for number in range(3):
        other = personas.person("Ada Lindqvist", f"ada+{number}@brevduva.example")
        personas.ticket(other)
        personas.ticket(two[1])
    seek_new()
    assert [_queries(client, page) for page in pages] == few


def _queries(client: object, page: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200  # type: ignore[attr-defined]
    return len(captured)
