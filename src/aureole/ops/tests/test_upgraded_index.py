"""An index that an older version made: it is brought up to date by itself, and what needs it waits for that."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection

from aureole.kernel.actor import Actor
from aureole.ops.doctor import index as doctor
from aureole.people import searching
from aureole.people.models import Person
from aureole.people.twins import open_pairs, seek_new
from aureole.search import re_index
from aureole.search.find import find
from aureole.search.tasks import keep_up
from aureole.search.upkeep import states
from aureole.testing.personas import Personas

OPERATOR = Actor.operator()
pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def upgraded(personas: Personas, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two records of one person, indexed and looked at when neither keys of twins nor of names were known; migrated."""
    with monkeypatch.context() as older:
        older.setattr(searching, "keys_of", lambda person, identifiers: [])
        older.setattr(searching, "_name_terms", lambda person, names: [])
        personas.person("Ada Lindqvist", "ada.lindqvist@gmail.com")
        personas.person("A. Lindqvist", "adalindqvist+shop@googlemail.com")
    Person.objects.update(twins_sought=True)
    for module, statement in (
        ("search", "0003_persons_anew.OUTDATE"),
        ("people", "0010_look_for_twins_again.AGAIN"),
    ):
        name, _, constant = statement.partition(".")
        with connection.cursor() as cursor:
            cursor.execute(getattr(import_module(f"aureole.{module}.migrations.{name}"), constant))


def test_what_an_older_version_indexed_is_made_anew_in_the_background(
    upgraded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(find("Lindqvist", actor=OPERATOR).hits) == 2, "search goes on meanwhile"
    assert seek_new() == 0, "nobody is looked at in vain"
    [finding] = doctor.checks()
    assert (finding.level, finding.sentence.split(" rows")[0]) == ("amber", "2 of 2")

    monkeypatch.setattr(re_index, "_BATCH", 1)
    turns = iter([True, False])
    re_index.re_index(lambda moved: None, lambda: next(turns))
    [finding] = doctor.checks()
    assert finding.sentence.startswith("1 of 2 rows"), "interrupted, it goes on where it was"
    keep_up(timestamp=0)
    [finding] = doctor.checks()
    assert (finding.level, states()[0].behind) == ("green", 0)
    assert len(find("Lindqvist", actor=OPERATOR).hits) == 2
    assert seek_new() == 2
    assert open_pairs(OPERATOR).count() == 1
