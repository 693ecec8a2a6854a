from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from aureole.kernel.clock import now
from aureole.kernel.cursor import before, read_cursor, write_cursor
from aureole.ledger.models import Entry
from aureole.people.models import Person
from aureole.testing.personas import Personas
from aureole.web.staff.people import listing
from aureole.web.tests.browsers import SignIn


def test_everybody_stands_in_the_list_newest_first(personas: Personas, sign_in: SignIn) -> None:
    client = sign_in()
    personas.person("Ada Lindqvist")
    personas.person("Bo Ek")
    page = client.get("/people/").content.decode()
    assert page.index("Bo Ek") < page.index("Ada Lindqvist")


def test_a_search_finds_by_the_beginning_of_a_name_and_stays_out_of_the_address(
    personas: Personas, sign_in: SignIn
) -> None:
    personas.person("Ada Lindqvist")
    personas.person("Bo Ek")
    answer = sign_in().post("/people/", {"q": "lind"})
    assert "Ada Lindqvist" in answer.content.decode()
    assert "Bo Ek" not in answer.content.decode()
    assert sign_in().get("/people/?q=lind").content.decode().count("Bo Ek") == 1


def test_a_search_by_script_answers_the_list_alone(personas: Personas, sign_in: SignIn) -> None:
    personas.person("Ada Lindqvist")
    answer = sign_in().post("/people/", {"q": "ada"}, headers={"HX-Request": "true"}).content.decode()
    assert "Ada Lindqvist" in answer
    assert "<html" not in answer


def test_a_hostile_name_is_shown_as_text(personas: Personas, sign_in: SignIn) -> None:
    personas.person("<script>alert(1)</script>")
    page = sign_in().get("/people/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_older_people_follow_without_gap_or_repeat(
    personas: Personas, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in()
    monkeypatch.setattr(listing, "PAGE", 2)
    made = [personas.person(f"Person Number{n}") for n in range(4)]
    Person.objects.filter(pk__in=[p.pk for p in made]).update(created_at=now() + timedelta(hours=1))
    first = client.get("/people/")
    second = client.get("/people/", {"after": first.context["page"].next})
    seen = [row.id for page in (first, second) for row in page.context["page"].rows]
    assert sorted(seen) == sorted(p.pk for p in made)
    noted = Entry.objects.filter(type="people.listed").order_by("number")
    assert [entry.facts["persons"] for entry in noted] == [
        len(p.context["page"].rows) for p in (first, second)
    ]


def test_the_number_of_queries_does_not_grow_with_the_people(personas: Personas, sign_in: SignIn) -> None:
    client = sign_in()
    personas.ticket()
    few = _queries(client)
    for n in range(6):
        personas.ticket(personas.person(f"Somebody Number{n}"))
    assert _queries(client) == few


def _queries(client: object) -> int:
    with CaptureQueriesContext(connections["default"]) as caught:
        client.get("/people/")  # type: ignore[attr-defined]
    return len(caught)


def test_a_cursor_reads_back_and_a_foreign_one_is_refused(sign_in: SignIn, personas: Personas) -> None:
    person = personas.person()
    assert read_cursor(write_cursor(person.created_at, person.id)) == (person.created_at, person.id)
    assert str(before(None, "created_at")) == "(AND: )"
    assert sign_in().get("/people/?after=nonsense").status_code == 409


def test_nobody_looks_without_signing_in(personas: Personas, client: object) -> None:
    assert client.get("/people/").status_code == 302  # type: ignore[attr-defined]
