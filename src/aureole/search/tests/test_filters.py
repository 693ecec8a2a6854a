from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from aureole.kernel.ids import new_id
from aureole.search import sources
from aureole.search.condition import Filters
from aureole.search.find import find
from aureole.search.tests.shelf import STAFF, START, Note, Shelf

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
RED = Filters(traits={"colour": ("red",)})


def found(filters: Filters, limit: int = 50) -> list[uuid.UUID]:
    """Page after page."""
    seen: list[uuid.UUID] = []
    cursor = None
    for _ in range(50):
        page = find("refund", actor=STAFF, filters=filters, limit=limit, cursor=cursor)
        seen += [hit.id for hit in page.hits]
        cursor = page.next
        if cursor is None:
            return seen
    raise AssertionError("the pages did not end")


def ids(*notes: Note) -> list[uuid.UUID]:
    return [note.id for note in notes]


def test_by_person_and_by_time(shelf: Shelf) -> None:
    me = new_id()
    first, mine, last = shelf.put("refund"), shelf.put("refund", person=me), shelf.put("refund")
    shelf.put("another word", person=me)
    assert found(Filters(person=me)) == ids(mine)
    assert found(Filters(since=START + timedelta(minutes=1))) == ids(last, mine)
    assert found(Filters(until=START + timedelta(minutes=1))) == ids(first)
    assert found(Filters(since=START + timedelta(minutes=1), until=START + timedelta(minutes=2))) == ids(mine)


def test_by_what_the_source_knows_and_as_it_is_now(shelf: Shelf) -> None:
    red, white = shelf.put("refund", colour="red"), shelf.put("refund")
    assert found(RED) == ids(red)
    assert found(Filters(traits={"colour": ("red", "white")})) == ids(white, red)
    red.colour = "blue"
    assert found(RED) == []


def test_a_kind_without_the_trait_is_left_out(shelf: Shelf) -> None:
    shelf.put("refund")
    assert found(Filters(traits={"status": ("open",)})) == []
    assert sources.narrowed("note", {"status": ("open",)}) is None


@pytest.mark.parametrize("total", [0, 10_000_000], ids=["small", "large"])
@pytest.mark.parametrize("walk", [3, 300], ids=["rare lately", "common lately"])
@pytest.mark.parametrize("red", [2, 30], ids=["few fit", "many fit"])
@pytest.mark.parametrize("is_early", [True, False], ids=["early", "late"])
def test_every_way_through_the_index_fills_pages_with_what_fits(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, total: int, walk: int, red: int, is_early: bool
) -> None:
    monkeypatch.setattr("aureole.search.candidates.COUNT_CAP", 5)
    monkeypatch.setattr("aureole.search.candidates._LONGEST_WALK", walk)
    monkeypatch.setattr("aureole.search.candidates.rows_in_index", lambda: total)
    monkeypatch.setattr("aureole.search.candidates.math.isqrt", lambda number: 2)
    colours = ["red"] * red + ["white"] * 30
    notes = [shelf.put("refund", colour=c) for c in (colours if is_early else reversed(colours))]
    assert found(RED, limit=7) == [n.id for n in reversed(notes) if n.colour == "red"]


def test_a_long_walk_in_vain_stops_and_goes_on_with_the_next_page(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both the word and the filter are common, and never together but at the beginning."""
    monkeypatch.setattr("aureole.search.candidates.COUNT_CAP", 3)
    monkeypatch.setattr("aureole.search.candidates._LONGEST_WALK", 3)
    monkeypatch.setattr("aureole.search.candidates.rows_in_index", lambda: 4)
    monkeypatch.setattr("aureole.search.find._MOST_BATCHES", 1)
    both = [shelf.put("refund", colour="red") for _ in range(4)]
    for _ in range(20):
        shelf.put("refund")
        shelf.put("something else", colour="red")
    page = find("refund", actor=STAFF, filters=RED, limit=10)
    assert (page.hits, page.capped_count) == ((), None)
    assert page.next is not None
    assert found(RED, limit=10) == [note.id for note in reversed(both)]
