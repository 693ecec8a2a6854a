"""Merges that are newer than a restored backup are done again, so that an erasure after it misses neither record."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from aureole.kernel.actor import Actor
from aureole.people.actions.merge_persons import merge_persons
from aureole.people.actions.unmerge_persons import unmerge_persons
from aureole.people.models import MergedPerson, Person
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.replay.run import Replayed, replay
from aureole.testing.personas import Personas
from aureole.testing.yesterday import dumped, restored
from aureole.vault.keys import is_fenced
from aureole.vault.unlock import unlock

OPERATOR = Actor.operator()
pytestmark = pytest.mark.django_db
Two = tuple[Person, Person]


@pytest.fixture
def two(personas: Personas) -> Two:
    stays, goes = (
        personas.person("Ada Lindqvist", "ada@brevduva.example"),
        personas.person("A. Lindqvist", "al@x.example"),
    )
    for person in (stays, goes, personas.person("Bo Ek", "bo@ek.example")):
        personas.ticket(person)
    return stays, goes


def _merge(two: Two) -> None:
    merge_persons(stays=two[0].id, goes=two[1].id, by=OPERATOR, picks={"name": "goes"})


def _counted(done: Replayed, words: str) -> int:
    return sum(count.count for count in done.held if words in count.label)


def test_what_was_merged_since_is_one_record_again_with_the_values_that_were_picked(two: Two) -> None:
    before = dumped()
    _merge(two)
    restored(before)
    assert Person.objects.count() == 3, "the backup has both"
    assert _counted(replay(None), "merged or parted again") == 1
    stays, goes = two
    assert MergedPerson.objects.get().pk == goes.id
    [one] = unlock(Person.objects.filter(pk=stays.id))
    assert one.name == "A. Lindqvist" and one.identifiers.count() == 2
    assert _counted(replay(None), "merged or parted again") == 0, "a second replay finds it done"


def test_what_was_parted_since_is_parted_again(two: Two) -> None:
    _merge(two)
    before = dumped()
    unmerge_persons(merged=two[1].id, by=OPERATOR)
    restored(before)
    assert _counted(replay(None), "merged or parted again") == 1
    assert Person.objects.count() == 3 and not MergedPerson.objects.exists()


def test_of_somebody_merged_and_then_erased_neither_record_comes_back(two: Two, personas: Personas) -> None:
    before = dumped()
    _merge(two)
    erase_person(two[0].id, by=OPERATOR, reason="asked")
    restored(before)
    done = replay(None)
    assert done.persons == 2 and _counted(done, "merged or parted again") == 0
    assert [str(p.name) for p in unlock(Person.objects.all())] == ["Bo Ek"]
    assert all(is_fenced(person.id) for person in two)


def test_a_merge_that_cannot_be_done_again_is_counted_and_stops_nothing(two: Two) -> None:
    before = dumped()
    _merge(two)
    restored(before)
    Person.objects.filter(pk=two[1].id).update(status="erasing")
    done = replay(None)
    assert _counted(done, "could not be done again") == 1 and Person.objects.count() == 3


def test_the_fence_list_holds_ids_and_names_of_fields_only(two: Two) -> None:
    _merge(two)
    lines = [
        line
        for folder in settings.AUREOLE_FENCES
        for line in (Path(folder) / "list.jsonl").read_text().splitlines()
    ]
    found = [line for line in lines if '"kind":"merged"' in line]
    assert found and str(two[0].id) in found[0]
    assert not any(word in line for line in found for word in ("Lindqvist", "brevduva", "x.example"))
