from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aureole.kernel.ids import new_id
from aureole.search.document import Document
from aureole.search.find import find, mentioning
from aureole.search.index import index_documents, remove_documents, remove_person
from aureole.search.models import SearchEntry
from aureole.search.rebuild import rebuild
from aureole.search.tests.shelf import STAFF, START, Shelf
from aureole.search.tokens import MOST_TOKENS, TokenClass, document_tokens, keyed
from aureole.vault.epochs import Epochs
from aureole.vault.system_keys import system_key

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

KEYS = Epochs(current=1, keys={1: b"k" * 32}, made_at={1: START})
OTHERS = Epochs(current=1, keys={1: b"o" * 32}, made_at={1: START})


def document(text: str, **more: object) -> Document:
    return Document(kind="note", row_id=new_id(), person_id=new_id(), at=START, texts=[text], **more)  # type: ignore[arg-type]


def test_many_documents_cost_one_statement(shelf: Shelf) -> None:
    system_key("search index")
    with CaptureQueriesContext(connection) as queries:
        index_documents([document(f"text {i}") for i in range(200)])
    assert len([q for q in queries if "INSERT" in q["sql"]]) == 1


def test_indexing_again_replaces_and_the_last_of_two_counts(shelf: Shelf) -> None:
    note = shelf.put("old wording")
    note.text = "older"
    outdated = list(shelf.documents([note.id]))
    note.text = "new wording"
    index_documents([*outdated, *shelf.documents([note.id])])
    assert SearchEntry.objects.count() == 1
    assert [hit.id for hit in find("new", actor=STAFF).hits] == [note.id]


def test_rows_hold_numbers_and_no_word(shelf: Shelf) -> None:
    shelf.put("Lovelace confidential", name="Ada Lovelace", exact=("ada@example.org",))
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(e)::text FROM search_entry e")
        row = cursor.fetchone()[0].lower()
    assert not [word for word in ("lovelace", "confidential", "example") if word in row]


def test_equal_texts_in_different_classes_or_under_other_keys_have_nothing_in_common(db: None) -> None:
    def ada(
        token_class: TokenClass = "word", shelf: str = "desk", times: int = 1, keys: Epochs = KEYS
    ) -> list[int]:
        return keyed([(token_class, "ada")] * times, shelf=shelf, keys=keys)

    assert ada() == ada(times=2)
    assert not {*ada()} & {*ada("prefix"), *ada(shelf="people"), *ada(keys=OTHERS)}


def test_a_huge_text_is_cut_but_its_identifiers_are_not(db: None) -> None:
    huge = document(" ".join(f"w{i}" for i in range(30_000)), exact=("ada@example.org",))
    tokens = document_tokens(huge, KEYS)
    assert MOST_TOKENS - 5 < len(tokens) <= MOST_TOKENS  # of 20 000 tokens of 32 bits a few may coincide
    assert keyed([("address", "ada@example.org")], shelf="note", keys=KEYS)[0] in tokens


def test_a_person_or_a_row_is_taken_out(shelf: Shelf) -> None:
    person = new_id()
    mine, other = shelf.put("refund", person=person), shelf.put("refund")
    shelf.put("refund", person=person)
    assert (remove_person(person), remove_person(person)) == (2, 0)
    assert SearchEntry.objects.filter(row_id=mine.id).count() == 0
    assert (remove_documents("person", [other.id]), remove_documents("note", [other.id])) == (0, 1)


def test_mentions_in_texts_of_others_are_found_and_own_rows_left_out(shelf: Shelf) -> None:
    ada = new_id()
    shelf.put("I am Ada Lovelace", person=ada)
    by_name = shelf.put("the machine of Lovelace, Ada was loud")
    genitive = shelf.put("Ich habe die Maschine von Ada Lovelaces Bruder und sie ist laut")
    by_address = shelf.put("ask ADA@example.org about it")
    by_phone = shelf.put("her number is 030 123 45 67")
    shelf.put("Ada Byron")
    shelf.put("fada@example.org")
    found = mentioning(["Ada Lovelace", "ada@example.org", "+49301234567", ""], exclude_person=ada)
    assert {m.row_id for m in found} == {by_name.id, genitive.id, by_address.id, by_phone.id}
    assert {m.kind for m in found} == {"note"}
    assert mentioning(["", " "], exclude_person=None) == []


def test_a_rebuild_restores_what_is_missing_and_drops_what_is_gone(shelf: Shelf) -> None:
    notes = [shelf.put(f"refund {i}") for i in range(5)]
    gone = [notes[0], notes[2], notes[4]]
    for note in gone:
        del shelf.notes[note.id]
    lost = shelf.put("lost in the restore")
    SearchEntry.objects.filter(row_id=lost.id).delete()
    told: list[int] = []
    assert rebuild(told.append) == 3
    assert told == [3]
    assert set(SearchEntry.objects.values_list("row_id", flat=True)) == set(shelf.notes)
    assert rebuild(told.append) == 3


def test_a_rebuild_keeps_rows_that_came_after_its_list_was_made(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = shelf.put("refund"), shelf.put("refund")
    monkeypatch.setattr(shelf, "all_row_ids", lambda: iter([old.id]))
    rebuild(lambda done: None)
    assert SearchEntry.objects.filter(row_id=new.id).count() == 1
