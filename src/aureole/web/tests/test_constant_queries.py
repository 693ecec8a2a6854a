"""What a page costs does not grow with what is on it: as many queries for two of everything as for one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aureole.desk.actions.add_brand import add_brand
from aureole.desk.actions.set_brand import set_brand
from aureole.desk.models import Brand
from aureole.kernel.actor import Actor
from aureole.people.models import Person
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.export.stored import make_export
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.informing.actions.note_disclosure import note_disclosure
from aureole.privacy.models import Erasure, RightsRequest
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.place import today
from aureole.testing.breached import breach_of
from aureole.testing.personas import Personas
from aureole.vault.keyring import keyring
from aureole.web.tests.browsers import signed_in

pytestmark = pytest.mark.django_db

OPERATOR = Actor.operator()


def test_a_page_takes_the_same_queries_however_much_is_on_it(personas: Personas) -> None:
    ada = personas.person("Ada Lindqvist", "ada@brevduva.example")
    officer, admin = (signed_in(personas.agent(role=role)) for role in ("privacy_officer", "admin"))
    _one_of_everything(personas, ada)
    whose = {place: admin if place.startswith("/settings/") else officer for place in _places(ada)}
    for place, client in whose.items():
        client.get(place)  # what is looked up once per process
    one = {place: _queries(client, place) for place, client in whose.items()}
    _one_of_everything(personas, ada)
    two = {place: _queries(client, place) for place, client in whose.items()}
    assert {place: (one[place], two[place]) for place in whose if one[place] < two[place]} == {}


def _one_of_everything(personas: Personas, ada: Person) -> None:
    other = personas.person()
    brand = add_brand(
        code=f"b{Brand.objects.count()}", name="Nordlys Pro", addresses=[f"b{other.pk}@nordlys.example"],
        by=OPERATOR,
    )  # fmt: skip
    for person in (ada, other):
        ticket = personas.ticket(person, text="It snapped, says Ada Lindqvist.")
        set_brand(ticket=ticket, brand=brand, by=OPERATOR)
        open_request(kind="access", person_id=person.id, channel="portal", by=Actor(kind="customer"))
        make_export(person.id, by=OPERATOR)
        note_disclosure(person_id=person.id, to="carrier", name=f"Fjell {brand.code}", by=OPERATOR)
    breach_of(other)
    place_hold(
        person_id=other.id, reason="a claim", review_on=today() + timedelta(days=90), by=OPERATOR,
        table="desk_ticket", row_id=ticket.id,
    )  # fmt: skip
    gone = personas.person()
    personas.ticket(gone)
    erase_person(gone.id, by=OPERATOR, reason="")


def _places(ada: Person) -> Iterator[str]:
    """The pages a person works with, one of each kind."""
    request = RightsRequest.objects.filter(person_id=ada.pk).earliest("number")
    erasure = Erasure.objects.latest("id")
    yield from ("/", "/tickets/new/", "/people/", "/people/twins/", "/settings/brands/")
    yield f"/settings/brands/{Brand.objects.first().pk}/"
    yield from (
        f"/people/{ada.pk}/{tab}" for tab in ("", "data/", "consent/", "requests/", "log/", "correct/")
    )
    for page in (
        "", "breaches/", "calendar/", "figures/", "holds/", "consultations/", "to-be-told/", "kept-away/", "retention/",
        "log/", "map/", "map/changes/", "transfers/", "transfers/told/", "exports/", "erasures/",
        f"erasures/{erasure.pk}/", f"erase/{ada.pk}/", f"erase/{ada.pk}/mentions/", f"anonymise/{ada.pk}/",
        "requests/new/", f"requests/{request.number}/", "breaches/1/", "breaches/1/affected/", "requests/open.csv",
    ):  # fmt: skip
        yield f"/privacy/{page}"


def _queries(client: Client, place: str) -> int:
    """On both databases, with no person's key at hand."""
    keyring.evict()
    with (
        CaptureQueriesContext(connections["default"]) as data,
        CaptureQueriesContext(connections["keys"]) as keys,
    ):
        answer = client.get(place)
        b"".join(answer) if answer.streaming else answer.content  # type: ignore[arg-type]
    assert answer.status_code == 200, (place, answer.status_code)
    return len(data) + len(keys)
