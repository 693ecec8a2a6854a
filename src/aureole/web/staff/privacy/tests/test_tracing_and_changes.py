"""One real person on the map, and the map on two dates."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.ledger.models import Entry
from aureole.people.models import Person, PersonStatus
from aureole.privacy.data_map import rows
from aureole.privacy.data_map.differences import differences
from aureole.privacy.data_map.snapshots import declared_rows, keep_map, map_on, snapshots
from aureole.privacy.data_map.special import is_special
from aureole.privacy.informing.actions.note_disclosure import note_disclosure
from aureole.privacy.models import MapSnapshot
from aureole.testing.personas import Personas
from aureole.web.staff.privacy.drawing import Outside, Theirs, draw
from aureole.web.tests.browsers import SignIn


@pytest.fixture
def ada(personas: Personas) -> Person:
    person = personas.person("Ada Lindqvist", "ada@brevduva.example")
    personas.ticket(person)
    personas.ticket(personas.person("Grace Hopper"))
    return person


def test_the_map_shows_where_one_person_is_held_and_the_look_is_logged(ada: Person, sign_in: SignIn) -> None:
    client = sign_in("privacy_officer")
    answer = client.post("/privacy/map/trace/", {"address": "Ada@brevduva.example"})
    assert answer.headers["Location"] == f"/privacy/map/?person={ada.id}", "no address in an address"
    before = Entry.objects.filter(type="privacy.traced").count()
    page = client.get(f"/privacy/map/?person={ada.id}")
    text = page.content.decode().replace("<wbr>", "")
    assert Entry.objects.filter(type="privacy.traced").count() == before + 1
    counted = {place["table"]: place["count"] for place in page.context["places"]}
    assert counted["people_person"] == 1 and counted["desk_message"] == 1 and counted["desk_ticket"] == 1
    assert "privacy_hold" not in counted
    assert "Where Ada Lindqvist is held" in text and "Nobody outside got any." in text
    assert "desk_message.text" in text and "privacy_hold.reason" not in text
    assert 'class="flow on"' in text and "of theirs" in text
    note_disclosure(person_id=ada.id, to="carrier", name="Fjellfrakt AS", by=Actor.operator())
    text = client.get(f"/privacy/map/?person={ada.id}").content.decode()
    assert "Their data went to: a carrier." in text and "named on their record" in text


def test_the_trace_costs_the_same_for_everybody(
    ada: Person, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    client = sign_in("privacy_officer")
    client.get(f"/privacy/map/?person={ada.id}")
    with django_assert_max_num_queries(24):
        client.get(f"/privacy/map/?person={ada.id}")


def test_nobody_and_somebody_hidden_are_not_traced(ada: Person, sign_in: SignIn) -> None:
    client = sign_in("agent")
    answer = client.post("/privacy/map/trace/", {"address": "nobody@brevduva.example"})
    assert answer.status_code == 422 and "Nobody here has that address" in answer.content.decode()
    assert client.post("/privacy/map/trace/", {"address": ""}).status_code == 422
    assert client.get(f"/privacy/map/?person={uuid.uuid4()}").status_code == 404
    assert "fields for" in client.get("/privacy/map/?person=nonsense").content.decode()
    Person.objects.filter(pk=ada.id).update(status=PersonStatus.RESTRICTED)
    assert client.get(f"/privacy/map/?person={ada.id}").status_code == 404
    assert client.post("/privacy/map/trace/", {"address": "ada@brevduva.example"}).status_code == 422
    assert not Entry.objects.filter(type="privacy.traced").exists()


def test_the_drawing_marks_only_what_is_theirs() -> None:
    drawing = draw(
        rows(),
        theirs=Theirs(rows={"desk_message": 3}),
        outside=[
            Outside(name="Fjell", words="got their package", is_marked=True),
            Outside(name="Berg", words=""),
        ],
    )
    database = next(store for store in drawing.stores if store.key == "database")
    assert database.theirs == 3 and sum(store.theirs for store in drawing.stores) == 3
    assert [(one.lines[0][1], one.is_on) for one in drawing.receivers] == [("Fjell", True), ("Berg", False)]
    assert any(flow.is_on for flow in drawing.flows) and not all(flow.is_on for flow in drawing.flows)
    many = draw(rows(), outside=[Outside(name=f"Controller {n}", words="") for n in range(30)])
    assert len(many.receivers) == 7 and many.receivers[-1].lines[0][1] == "24 others"
    assert many.receivers[-1].y < many.height


def test_special_categories_are_those_of_article_9_and_10(personas: Personas, sign_in: SignIn) -> None:
    assert is_special("user.health_and_medical") and is_special("user.health_and_medical.genetic")
    assert not is_special("user.health") and not is_special("user.demographic.gender")
    page = sign_in().get("/privacy/map/?special=1").content.decode().replace("<wbr>", "")
    assert "No field is declared as a special category" in page and "desk_message.text" not in page


def test_the_drawing_is_downloaded_by_itself(personas: Personas, sign_in: SignIn) -> None:
    answer = sign_in().get("/privacy/map/svg/")
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    root = ElementTree.fromstring(answer.content)  # noqa: S314  our own
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(root.findall("{http://www.w3.org/2000/svg}path")) > 10


def test_the_map_is_kept_when_it_has_changed_and_only_then(db: None) -> None:
    MapSnapshot.objects.all().delete()
    with clock.at(now() - timedelta(days=10)):
        first = keep_map()
        assert first is not None and keep_map() is None
    MapSnapshot.objects.filter(pk=first.pk).update(digest="another")
    assert keep_map() is not None and len(snapshots()) == 2
    found = map_on(now() - timedelta(days=5))
    assert found is not None and found.pk == first.pk
    assert map_on(now() - timedelta(days=11)) is None


def test_differences_are_sentences_somebody_understands() -> None:
    current = declared_rows()
    assert differences(current, current) == []
    before = [dict(row) for row in current if row["table"] != "privacy_consent"]
    before = [row for row in before if (row["table"], row["field"]) != ("desk_message", "language")]
    before.append(dict(current[0]) | {"table": "old_thing", "label": "Shoe sizes: size"})
    for row in before:
        if row["table"] == "desk_ticket":
            row["retention"] = "for ever"
        if (row["table"], row["field"]) == ("people_person", "name"):
            row["at_rest"] = "plain"
    said = [one.sentence for one in differences(before, current)]
    assert "“Shoe sizes” is not held any more." in said
    assert any(s.startswith("“Consents” is held now: 7 fields for “Accountability”") for s in said)
    assert any(s.startswith("“Messages” now has “language”") for s in said)
    assert "“Name” of “Person” rests sealed, before plain." in said
    tickets = [s for s in said if "for ever" in s]
    assert len(tickets) == 1 and tickets[0].startswith("“Tickets” is kept for")


def test_two_dates_are_compared_on_a_page(personas: Personas, sign_in: SignIn) -> None:
    MapSnapshot.objects.all().delete()
    client = sign_in("read_only")
    assert "No state of the map is kept yet" in client.get("/privacy/map/changes/").content.decode()
    keep_map()
    assert "has not changed since" in client.get("/privacy/map/changes/").content.decode()
    older = [row for row in declared_rows() if row["table"] != "desk_draft"]
    kept = MapSnapshot.objects.create(at=now() - timedelta(days=30), digest="x", rows=older)
    page = client.get(f"/privacy/map/changes/?before={kept.id}&now=nonsense").content.decode()
    assert "1 difference between" in page and "“Drafts of answers” is held now" in page
