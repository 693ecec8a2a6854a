from __future__ import annotations

from datetime import timedelta

import pytest

from aureole.kernel import clock
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.kernel.ids import new_id
from aureole.search import re_index
from aureole.search.find import find, mentioning, suggest
from aureole.search.index import index_documents, remove_person
from aureole.search.models import SearchEntry
from aureole.search.rebuild import rebuild
from aureole.search.tests.shelf import STAFF, Shelf
from aureole.search.tokens import KEY
from aureole.search.upkeep import go_on, rotate, states
from aureole.vault.epochs import GRACE, epochs
from aureole.vault.groups import KeyGroup
from aureole.vault.keys import erase_keys, mint
from aureole.vault.keystore.models import SystemKey

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
LATER = GRACE + timedelta(seconds=1)


def found(word: str) -> set[object]:
    return {hit.id for hit in find(word, actor=STAFF).hits}


def keys_in_store() -> list[int]:
    return list(
        SystemKey.objects.using("keys").filter(name=KEY).order_by("epoch").values_list("epoch", flat=True)
    )


def test_rows_of_both_keys_are_found_in_one_search(shelf: Shelf) -> None:
    old = shelf.put("refund", name="Ada Lovelace")
    rotate()
    with clock.at(now() + LATER):
        new = shelf.put("a refund", name="Ada Byron")
        assert dict(SearchEntry.objects.values_list("row_id", "epoch")) == {old.id: 1, new.id: 2}
        assert found("refund") == {old.id, new.id}
        assert {hit.id for hit in suggest("ada", actor=STAFF, kinds=["note"])} == {old.id, new.id}
        assert {m.row_id for m in mentioning(["refund"], exclude_person=None)} == {old.id, new.id}


def test_a_rotation_begins_goes_on_and_ends_with_one_key(shelf: Shelf) -> None:
    notes = {shelf.put(f"refund {i}").id for i in range(5)}
    rotate()
    go_on(seconds=5)
    assert states()[0].rows == {1: 5}, "not before every process knows the key"
    with clock.at(now() + LATER):
        assert states()[0].behind == 5
        go_on(seconds=5)
        assert (states()[0].rows, states()[0].behind) == ({2: 5}, 0)
        assert keys_in_store() == [1, 2]
    with clock.at(now() + 2 * LATER):
        go_on(seconds=5)
        assert keys_in_store() == [2]
        assert not epochs(KEY).is_turning
        assert found("refund") == notes


def test_an_interrupted_move_goes_on_where_it_was(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(re_index, "_BATCH", 2)
    for i in range(5):
        shelf.put(f"refund {i}")
    rotate()
    with clock.at(now() + LATER):
        turns = iter([True, True, False])
        assert re_index.re_index(lambda moved: None, lambda: next(turns)) == 4
        assert re_index.rows_behind() == 1
        told: list[int] = []
        assert re_index.re_index(told.append, lambda: True) == 1
        assert told == [1]
        assert len(found("refund")) == 5


def test_rows_an_older_version_left_are_made_anew(shelf: Shelf) -> None:
    note = shelf.put("refund")
    SearchEntry.objects.update(tokens=[], epoch=0)
    assert found("refund") == set()
    go_on(seconds=5)
    assert found("refund") == {note.id}


def test_an_edit_during_the_move_is_not_undone_by_it(shelf: Shelf) -> None:
    note = shelf.put("old wording")
    rotate()
    with clock.at(now() + LATER):
        note.text = "new wording"
        index_documents(list(shelf.documents([note.id])))
        assert re_index.rows_behind() == 0
        go_on(seconds=5)
        assert found("new wording") == {note.id}


def test_erasure_takes_rows_of_both_keys(shelf: Shelf) -> None:
    person = new_id()
    shelf.put("refund", person=person)
    rotate()
    with clock.at(now() + LATER):
        shelf.put("refund", person=person)
        assert remove_person(person) == 2
        assert SearchEntry.objects.count() == 0


def test_rows_that_cannot_be_opened_are_taken_out_by_the_move(shelf: Shelf) -> None:
    gone = shelf.put("refund")
    kept = shelf.put("refund")
    del shelf.notes[gone.id]
    rotate()
    with clock.at(now() + LATER):
        go_on(seconds=5)
    assert set(SearchEntry.objects.values_list("row_id", flat=True)) == {kept.id}


def test_a_rebuild_does_not_bring_back_a_fenced_person(shelf: Shelf) -> None:
    """Their rows may still be there, read before the erasure took them."""
    person = new_id()
    mint(person, [KeyGroup.CORRESPONDENCE])
    shelf.put("refund", person=person)
    kept = shelf.put("refund")
    SearchEntry.objects.all().delete()
    erase_keys(person, [KeyGroup.CORRESPONDENCE])
    assert rebuild(lambda done: None) == 1
    assert set(SearchEntry.objects.values_list("row_id", flat=True)) == {kept.id}


def test_what_is_under_way_is_not_begun_again(shelf: Shelf) -> None:
    rotate([KEY])
    with pytest.raises(Refused, match="still under way"):
        rotate()
    assert [len(state.made_at) for state in states()] == [2, 1], "the other index was not begun either"
