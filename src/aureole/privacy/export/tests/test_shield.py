from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aureole.privacy.export.naming import keys_in
from aureole.privacy.export.ports import Other
from aureole.privacy.export.shield import ANOTHER, Shield
from aureole.privacy.ports import KnownAs
from aureole.privacy.redaction.reasons import OTHERS_REASON, STAFF_REASON
from aureole.testing.personas import Personas

LETTERS = "bcdfghjklmnpqrstvwz"

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

ADA = KnownAs(person_id=uuid.uuid4(), names=("Ada Lindqvist",), emails=("ada@brevduva.example",))
GRACE = KnownAs(
    person_id=uuid.uuid4(), names=("Grace Høpper",), emails=("grace@navy.example",), phones=("+4512345678",)
)
SIGNE = KnownAs(person_id=uuid.uuid4(), names=("Signe Holm",), emails=("signe@nordlys.example",))


def shield_of(*others: Other) -> Shield:
    return Shield(ADA, others, workspace="Nordlys", ours=("help@nordlys.example",))


@pytest.fixture
def shield() -> Shield:
    return shield_of(Other(known=GRACE, is_staff=False), Other(known=SIGNE, is_staff=True))


@pytest.mark.parametrize(
    "text",
    [
        "ask Grace Høpper",
        "ask HØPPER, Grace",
        "mail grace@navy.example",
        "call +45 12 34 56 78",
        "Grace\u200b Høpper",
    ],
)
def test_another_person_is_covered_however_they_are_written(shield: Shield, text: str) -> None:
    covered = shield.text(text)
    assert ANOTHER in covered
    assert "øpper" not in covered.casefold() and "navy" not in covered and "34 56" not in covered
    assert shield.take_notes()[OTHERS_REASON] == 1


def test_staff_are_told_as_an_agent_of_the_workspace(shield: Shield) -> None:
    assert shield.text("Signe Holm will call") == "[an agent of Nordlys] will call"
    assert shield.take_notes() == {STAFF_REASON: 1}


def test_a_first_name_counts_only_where_its_bearer_wrote_the_text(shield: Shield) -> None:
    assert shield.text("Bye, Signe") == "Bye, Signe"
    assert shield.text("Bye, Signe", author=SIGNE.person_id) == "Bye, [an agent of Nordlys]"


def test_what_the_person_bears_too_is_never_covered() -> None:
    namesake = KnownAs(person_id=uuid.uuid4(), names=("Ada Lindqvist",), emails=("other@x.example",))
    assert shield_of(Other(known=namesake, is_staff=False)).text("To Ada Lindqvist") == "To Ada Lindqvist"


def test_the_person_and_the_workspace_stay_visible_among_the_parties(shield: Shield) -> None:
    for address in ("ada@brevduva.example", "help@nordlys.example"):
        assert shield.party({"name": "x", "address": address}) == {"name": "x", "address": address}
    assert shield.party({"name": "Eve", "address": "eve@x.example"}) == {"name": ANOTHER, "address": ANOTHER}


def test_without_others_nothing_is_covered() -> None:
    shield = shield_of()
    assert shield.text("Grace Høpper") == "Grace Høpper"
    assert not shield.take_notes()


def test_asking_whether_a_text_names_somebody_counts_nothing(shield: Shield) -> None:
    assert not shield.names_nobody("grace@navy.example")
    assert shield.names_nobody("nobody here")
    assert not shield.take_notes()


def test_a_text_met_twice_is_covered_and_counted_twice(shield: Shield) -> None:
    assert shield.text("Bye, Signe") == "Bye, Signe"
    for _ in range(2):
        assert shield.text("Bye, Signe", author=SIGNE.person_id) == "Bye, [an agent of Nordlys]"
        assert shield.take_notes() == {STAFF_REASON: 1}


def test_whoever_is_far_away_is_found_by_address_or_full_name(personas: Personas) -> None:
    far = personas.person("Nils Faraway", "nils@far.example")
    covered = shield_of().text("Merged with Nils Faraway's (nils@far.example): ask Nils.")
    assert covered == "Merged with [another person]'s ([another person]): ask [another person]."
    assert (
        shield_of().text("Ask Nils Faraway, not Nils.") == "Ask [another person], not [another person]."
        and far
    )
    assert shield_of().text("Nils knows") == "Nils knows"


def test_all_pairs_of_words_of_a_whole_batch_are_asked_for_at_once(personas: Personas) -> None:
    personas.person("Nils Faraway", "nils@far.example")
    texts = [" ".join(f"{one}{two}{three}" for three in LETTERS) for one in LETTERS for two in LETTERS]
    assert len(keys_in(texts)) > 2000
    shield = shield_of()
    with CaptureQueriesContext(connection) as asked:
        shield.look_up([*texts, "Ask Nils Faraway."])
    assert sum("search_entry" in one["sql"] for one in asked.captured_queries) == 1
    assert shield.text("Ask Nils Faraway.") == "Ask [another person]."
