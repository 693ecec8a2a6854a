from __future__ import annotations

import csv
import io
import json
import uuid

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound
from aureole.ledger.models import Entry
from aureole.privacy.data_map import explain, formats, gaps, rows
from aureole.privacy.declare import declarations, outside_places
from aureole.testing.personas import Personas
from aureole.vault.keyring import keyring


def test_every_declared_column_and_place_is_on_the_map() -> None:
    shown = {(row.table, row.field) for row in rows()}
    for declaration in declarations():
        assert {(declaration.table, name) for name in declaration.fields} <= shown
    assert {(place.name, "") for place in outside_places()} <= shown


def test_every_row_of_a_table_says_why_how_long_and_how_it_rests() -> None:
    for row in rows():
        if row.field:
            assert row.purpose and row.legal_basis and row.article and row.retention and row.source, row
            assert row.at_rest in ("sealed", "keyed", "plain"), row


def test_a_sealed_column_names_its_key() -> None:
    found = {(row.table, row.field): row for row in rows()}
    assert found["people_person", "name"].key_group == "identity"
    assert found["desk_message", "text"].key_group == "correspondence"
    assert found["desk_message", "parties.to"].key_group == "correspondence"
    assert found["desk_message", "kind"].key_group == ""


def test_nothing_on_the_map_is_left_open() -> None:
    assert [(gap.place, gap.problem) for gap in gaps()] == []


def test_an_undeclared_purpose_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    from aureole.privacy import vocabulary

    monkeypatch.delitem(vocabulary._purposes, "answer_enquiries")
    assert any("answer_enquiries" in gap.problem for gap in gaps())


def test_csv_has_a_line_per_row_and_no_formula() -> None:
    lines = list(csv.reader(io.StringIO(formats.as_csv(rows()))))
    assert len(lines) == len(rows()) + 1
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "-", "@"))]


def test_the_fides_dataset_has_every_table_once_with_its_categories() -> None:
    dataset = json.loads(formats.as_fides(rows()))["dataset"][0]
    names = [collection["name"] for collection in dataset["collections"]]
    assert sorted(names) == sorted({d.table for d in declarations()})
    message = next(c for c in dataset["collections"] if c["name"] == "desk_message")
    fields = {field["name"]: field for field in message["fields"]}
    assert fields["text"]["data_categories"] == ["user.content.private"]
    assert {key["name"] for key in fields["parties"]["fields"]} >= {"from", "to", "cc"}


def test_the_record_of_processing_has_each_purpose_with_its_article() -> None:
    activities = formats.as_ropa(rows())
    assert {a["activity"] for a in activities} >= {"Answering", "Security", "Accountability"}
    for activity in activities:
        assert activity["article"].startswith("GDPR Art. 6(1)")
        assert activity["categories_of_data"] and activity["time_limits"] and activity["data_subjects"]
        assert f"## {activity['activity']}" in formats.as_ropa_text(rows())


def test_explain_opens_everything_of_the_person_and_nothing_of_others(personas: Personas) -> None:
    ada = personas.person("Ada Lindqvist", address="ada@brevduva.example")
    bob = personas.person("Bob Nilsson", address="bob@brevduva.example")
    personas.ticket(ada, subject="Pole snapped", text="It broke in two.")
    personas.ticket(bob, subject="A tent", text="It leaks.")
    items = explain(ada.id, actor=Actor.operator())
    values = {(item.table, item.field): item.value for item in items}
    assert values["people_person", "name"] == "Ada Lindqvist"
    assert values["people_identifier", "value"] == "ada@brevduva.example"
    assert values["desk_ticket", "subject"] == "Pole snapped"
    assert values["desk_message", "text"] == "It broke in two."
    assert "leaks" not in repr(items) and "Bob" not in repr(items)
    assert all(item.purpose and item.legal_basis and item.retention and item.source for item in items)


def test_explain_tells_why_a_value_is_withheld_and_does_not_show_it(personas: Personas) -> None:
    agent = personas.agent(password="correct horse battery")
    items = explain(agent.person_id, actor=Actor.operator())
    password = next(item for item in items if item.field == "password")
    assert password.value is None and password.withheld


def test_looking_is_written_into_the_log_once(personas: Personas) -> None:
    ada = personas.person()
    before = Entry.objects.count()
    items = explain(ada.id, actor=Actor.operator())
    entry = Entry.objects.latest("number")
    assert Entry.objects.count() == before + 1
    assert entry.type == "privacy.explained" and entry.facts == {"fields": len(items)}


def test_explain_takes_as_many_queries_for_many_rows_as_for_few(personas: Personas) -> None:
    def queries(person_id: uuid.UUID) -> int:
        keyring.evict()
        with (
            CaptureQueriesContext(connections["default"]) as data,
            CaptureQueriesContext(connections["keys"]) as keys,
        ):
            explain(person_id, actor=Actor.operator())
        return len(data) + len(keys)

    few, many = personas.person(), personas.person()
    personas.ticket(few)
    for _ in range(5):
        personas.ticket(many)
    assert queries(many.id) == queries(few.id)


def test_nobody_is_explained_who_is_not_there(db: None) -> None:
    with pytest.raises(NotFound):
        explain(uuid.uuid4(), actor=Actor.operator())
