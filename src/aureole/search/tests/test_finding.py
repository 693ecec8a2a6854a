from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.kernel.ids import new_id
from aureole.search.find import find, mentioning, suggest
from aureole.search.tests.shelf import STAFF, Shelf

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def found(text: str, actor: Actor = STAFF) -> list[uuid.UUID]:
    return [hit.id for hit in find(text, actor=actor).hits]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("The parcel arrived broken", "PARCEL broken"),
        ("My orders were never delivered and I am waiting", "order"),
        ("One order is missing", "orders"),
        ("Ich habe die Bestellungen nicht erhalten", "bestellung"),
        ("Je vous remercie pour les commandes", "commande"),
        ("Jag har inte fått paketet och väntar", "paket"),
        ("Grüße aus Łódź", "grusse lodz"),
        ("Tower 東京タワー展望台", "タワー"),
        ("문의드립니다 주문이 안 왔어요", "주문"),
        ("Invoice INV-2024/0042 is wrong", "inv-2024/0042"),
        ("Call me: 030 / 123 45 67", "1234567"),
        ("Call me: 030 123 45 67", "+49 30 1234567"),
        ("Order 10004217 please", "10004217"),
        ("Write to Ada.Lovelace@example.org!", "ada.lovelace@EXAMPLE.org"),
        ("She said: please return the money today", '"return the money"'),
        ("Sie sagte „Geld zurück“ zu mir", "„geld zurück“"),
    ],
)
def test_what_people_type_finds_what_was_written(shelf: Shelf, text: str, query: str) -> None:
    note = shelf.put(text)
    shelf.put("nothing of the kind")
    assert found(query) == [note.id]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("The parcel arrived", "parcel broken"),
        ("please return today the money", '"return the money"'),
        ("Invoice INV 0042 of 2024", "inv-2024/0042"),
        ("Call me: 030 999 45 67", "+49 30 1234567"),
        ("Order 20004217 please", "10004217"),
        ("Write to ada@example.org", "lovelace@example.org"),
        ("タタワワ", "タワー"),
        ("loveliness", "love"),
    ],
)
def test_what_only_looks_alike_is_not_found(shelf: Shelf, text: str, query: str) -> None:
    shelf.put(text)
    assert found(query) == []


def test_an_index_that_no_longer_fits_the_text_shows_nothing(shelf: Shelf) -> None:
    note = shelf.put("the first wording")
    note.text = "another"
    assert found("wording") == []


def test_numbers_given_as_exact_are_found_as_people_write_them(shelf: Shelf) -> None:
    note = shelf.put("a card", exact=("+4530123456", "K-1001", "ada@example.org"))
    assert found("30 12 34 56") == found("(+45) 30 12 34 56") == found("k-1001") == [note.id]
    assert found("example.org") == [note.id]


def test_hits_of_others_stay_hidden(shelf: Shelf) -> None:
    mine, person = shelf.put("my refund", person=(me := new_id())), Actor(kind="customer", person_id=me)
    shelf.put("their refund")
    shelf.put("secret refund", secret=True)
    page = find("refund", actor=person)
    assert ([hit.id for hit in page.hits], page.capped_count) == ([mine.id], 1)
    assert len(found("refund")) == 2


def test_a_customer_is_not_told_how_many_rows_of_others_match(shelf: Shelf) -> None:
    me = new_id()
    for _ in range(3):
        shelf.put("refund", person=me)
        shelf.put("refund")
    assert find("refund", actor=Actor(kind="customer", person_id=me), limit=2).capped_count is None
    assert find("refund", actor=STAFF, limit=2).capped_count == 6


def test_pages_follow_one_another_latest_first_without_gap_or_repeat(shelf: Shelf) -> None:
    notes = [shelf.put(f"refund {i}", secret=i % 5 == 0) for i in range(40)]
    seen: list[uuid.UUID] = []
    cursor = None
    for _ in range(20):
        page = find("refund", actor=STAFF, limit=7, cursor=cursor)
        seen += [hit.id for hit in page.hits]
        cursor = page.next
        if cursor is None:
            break
    assert seen == [note.id for note in reversed(notes) if not note.secret]


def pages(query: str, limit: int) -> list[list[uuid.UUID]]:
    found, cursor = [], None
    while not found or cursor:
        page = find(query, actor=STAFF, limit=limit, cursor=cursor)
        found.append([hit.id for hit in page.hits])
        cursor = page.next
    return found


@pytest.mark.parametrize("total", [0, 10_000_000], ids=["small", "large"])
@pytest.mark.parametrize("walk", [3, 300], ids=["rare lately", "common lately"])
def test_every_way_through_the_index_finds_the_same(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, total: int, walk: int
) -> None:
    monkeypatch.setattr("aureole.search.candidates.COUNT_CAP", 5)
    monkeypatch.setattr("aureole.search.candidates._LONGEST_WALK", walk)
    monkeypatch.setattr("aureole.search.candidates.rows_in_index", lambda: total)
    notes = [shelf.put("refund") for _ in range(12)]
    for _ in range(60):
        shelf.put("filling")
    assert pages("refund", 8) == [[n.id for n in reversed(notes[4:])], [n.id for n in reversed(notes[:4])]]
    assert find("refund", actor=STAFF, limit=2).capped_count == 6


def test_a_search_in_vain_stops_and_says_where_to_go_on(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aureole.search.find._MOST_BATCHES", 2)
    for _ in range(30):
        shelf.put("refund", secret=True)
    page = find("refund", actor=STAFF, limit=1)
    assert page.hits == ()
    assert page.next is not None
    assert shelf.opened == 18


def test_the_number_of_queries_does_not_grow_with_the_hits(shelf: Shelf) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            find("refund", actor=STAFF, limit=30)
        return len(captured)

    shelf.put("refund")
    one = queries()
    for _ in range(29):
        shelf.put("refund")
    assert queries() == one


def test_the_planner_is_as_before_after_a_search(shelf: Shelf) -> None:
    find("refund", actor=STAFF)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('enable_seqscan'), current_setting('enable_indexscan')")
        assert cursor.fetchone() == ("on", "on")


def test_the_excerpt_is_one_line_with_the_matches_marked(shelf: Shelf) -> None:
    shelf.put("Hello.\n\n" + "well " * 60 + "my Päckchen\nnever came " + "so " * 60)
    hit = find("packchen came", actor=STAFF).hits[0]
    assert [hit.excerpt[start:end] for start, end in hit.marks] == ["Päckchen", "came"]
    assert "\n" not in hit.excerpt
    assert hit.excerpt.startswith("… well")
    assert hit.excerpt.endswith("so …")
    assert len(hit.excerpt) <= 170


def test_names_and_addresses_are_found_while_typing(shelf: Shelf) -> None:
    ada = shelf.put("likes engines", name="Ada Lovelace", exact=("ada@example.org",))
    adam = shelf.put("a card", name="Adam Opel")
    byron = shelf.put("a card", name="Lord Byron (Ada)")
    assert {hit.id for hit in suggest("ad", actor=STAFF, kinds=["note"])} == {ada.id, adam.id, byron.id}
    assert [hit.id for hit in suggest("Ada Lo", actor=STAFF, kinds=["note"])] == [ada.id, byron.id]
    assert [hit.id for hit in suggest("ada@ex", actor=STAFF, kinds=["note"])] == [ada.id]
    assert suggest("engi", actor=STAFF, kinds=["note"]) == []
    assert suggest("a", actor=STAFF, kinds=["note"]) == []


def test_a_query_without_words_finds_nothing(shelf: Shelf) -> None:
    shelf.put("anything")
    assert [found(text) for text in ("", "!!!", '""', "@")] == [[], [], [], []]


@pytest.mark.parametrize(
    ("text", "more", "code"),
    [
        ("x" * 401, {}, "search_too_long"),
        ("a b c d e f g h i j k l m n o p q r s t u v w x y z", {}, "search_too_long"),
        ("word", {"kinds": ["nonsense"]}, "search_kind_unknown"),
        ("word", {"cursor": "not one of ours"}, "search_cursor"),
        ("word", {"cursor": "AAAA"}, "search_cursor"),
        ("word", {"cursor": "f" * 32}, "search_cursor"),
    ],
)
def test_what_cannot_be_searched_is_refused_with_a_sentence(
    shelf: Shelf, text: str, more: dict[str, object], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        find(text, actor=STAFF, **more)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_common_words_are_asked_for_in_phrases_only(shelf: Shelf) -> None:
    hamlet = shelf.put("Hamlet: to be, or not to be, that is the question")
    shelf.put("Hamlet will be there or not")
    assert found('"to be or not to be" hamlet') == [hamlet.id]
    assert len(found("the hamlet of question")) == 1
    assert found('"is the question"') == [hamlet.id]
    alone = find('"to be or not to be"', actor=STAFF)
    assert (alone.hits, alone.too_common) == ((), True)
    assert not find("hamlet", actor=STAFF).too_common


def test_a_name_of_common_words_is_found_as_a_name_and_as_a_mention(shelf: Shelf) -> None:
    """Erasure must find the letters that name such a person, though the index of texts does not know the words."""
    named = shelf.put("a card", name="An Du")
    page = find("an du", actor=STAFF)
    assert ([hit.id for hit in page.hits], page.too_common) == ([named.id], True)
    letter = shelf.put("please ask An Du about it")
    mentioned = {m.row_id for m in mentioning(["An Du"], exclude_person=named.person_id)}
    assert letter.id in mentioned
