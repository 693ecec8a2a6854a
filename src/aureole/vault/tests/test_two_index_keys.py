from __future__ import annotations

import threading
import time
import uuid
from datetime import timedelta

import pytest
from django.db import connections, transaction

from aureole.kernel import clock
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.kernel.ids import new_id
from aureole.vault import blind_index, re_digest
from aureole.vault.blind_index import KEY
from aureole.vault.epochs import GRACE, Epochs, begin_epoch, end_epoch, epochs
from aureole.vault.keystore.models import SystemKey
from aureole.vault.models import BlindIndexEntry

LATER = GRACE + timedelta(seconds=1)


class Kept:
    """Identifiers by row, as `people` keeps them."""

    def __init__(self) -> None:
        self.values: dict[uuid.UUID, str] = {}

    def compared(self, row_ids: list[uuid.UUID]) -> dict[uuid.UUID, str]:
        return {row_id: self.values[row_id] for row_id in row_ids if row_id in self.values}

    def claim(self, value: str, person: uuid.UUID | None = None) -> uuid.UUID:
        row_id = new_id()
        self.values[row_id] = value
        return blind_index.add(kind="email", value=value, person_id=person or new_id(), row_id=row_id)


@pytest.fixture
def kept(db: None, monkeypatch: pytest.MonkeyPatch) -> Kept:
    kept = Kept()
    monkeypatch.setattr(re_digest, "identifiers", lambda: kept)
    return kept


def move() -> int:
    return re_digest.re_digest(lambda moved: None, lambda: True)


def find(value: str) -> uuid.UUID | None:
    return blind_index.find(kind="email", value=value)


def test_a_new_key_is_asked_for_at_once_and_written_with_after_its_grace(kept: Kept) -> None:
    ada = kept.claim("ada@example.org")
    begin_epoch(KEY)
    assert (epochs(KEY).current, set(epochs(KEY).keys)) == (1, {1, 2})
    assert find("ada@example.org") == ada
    with clock.at(now() + LATER):
        assert epochs(KEY).current == 2


def test_rows_move_to_the_new_key_and_the_old_one_is_destroyed(kept: Kept) -> None:
    owners = {value: kept.claim(value) for value in ("ada@example.org", "bo@example.org")}
    begin_epoch(KEY)
    meanwhile = kept.claim("cy@example.org")
    with clock.at(now() + LATER):
        assert re_digest.rows_behind() == 3
        assert move() == 3
        assert re_digest.rows_behind() == 0
        assert not end_epoch(KEY, 1), "somebody may still be writing with it"
    with clock.at(now() + 2 * LATER):
        assert end_epoch(KEY, 1)
        assert end_epoch(KEY, 1)
        assert set(epochs(KEY).keys) == {2}
    assert list(SystemKey.objects.using("keys").filter(name=KEY).values_list("epoch", flat=True)) == [2]
    assert {value: find(value) for value in owners} == owners
    assert find("cy@example.org") == meanwhile
    assert BlindIndexEntry.objects.count() == 3


def test_a_rotation_is_not_begun_twice(kept: Kept) -> None:
    begin_epoch(KEY)
    with pytest.raises(Refused, match="still under way"):
        begin_epoch(KEY)


def test_the_key_in_use_is_never_destroyed(kept: Kept) -> None:
    kept.claim("ada@example.org")
    with clock.at(now() + 10 * LATER):
        assert not end_epoch(KEY, 1)
        begin_epoch(KEY)
        assert not end_epoch(KEY, 1)
        assert not end_epoch(KEY, 2)


def test_an_identifier_nobody_can_open_keeps_its_digest_and_its_key(kept: Kept) -> None:
    ada = kept.claim("ada@example.org")
    kept.values.clear()
    begin_epoch(KEY)
    with clock.at(now() + LATER):
        assert move() == 0
        assert re_digest.rows_behind() == 1
        assert find("ada@example.org") == ada
        assert kept.claim("ada@example.org") == ada, "an address whose owner is being erased stays taken"


def test_all_digests_of_a_person_go_at_once(kept: Kept) -> None:
    begin_epoch(KEY)
    ada = kept.claim("ada@example.org")
    assert blind_index.remove_person(ada) == 2
    assert find("ada@example.org") is None


def test_the_loser_of_a_claim_keeps_nothing_and_a_claim_repeated_stays(kept: Kept) -> None:
    begin_epoch(KEY)
    ada = kept.claim("ada@example.org")
    assert kept.claim("ada@example.org") == ada
    assert kept.claim("ada@example.org", ada) == ada
    assert set(BlindIndexEntry.objects.values_list("person_id", flat=True)) == {ada}
    assert BlindIndexEntry.objects.count() == 2


# What a process may know of the keys at the moments a rotation goes through.
OLD, BOTH, NEW = frozenset({1}), frozenset({1, 2}), frozenset({2})


@pytest.mark.parametrize(
    ("first", "second"),
    [(OLD, OLD), (OLD, BOTH), (BOTH, OLD), (BOTH, BOTH), (BOTH, NEW), (NEW, BOTH)],
    ids=lambda known: "+".join(map(str, sorted(known))),
)
@pytest.mark.django_db(transaction=True)
def test_two_mails_at_once_from_a_new_address_make_one_person(
    first: frozenset[int], second: frozenset[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second claims while the first has not committed; each with its own idea of the keys."""
    live = begin_epoch(KEY)
    mine = threading.local()
    monkeypatch.setattr(blind_index, "epochs", lambda name: mine.keys)
    claimed, owners = threading.Event(), {}

    def process(name: str, known: frozenset[int], wait_for: threading.Event | None) -> None:
        mine.keys = Epochs(max(known), {e: live.keys[e] for e in known}, live.made_at)
        try:
            with transaction.atomic():
                if wait_for:
                    assert wait_for.wait(5)
                owners[name] = blind_index.add(
                    kind="email", value="ada@example.org", person_id=new_id(), row_id=new_id()
                )
                if not wait_for:
                    claimed.set()
                    time.sleep(0.15)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=process, args=("first", first, None)),
        threading.Thread(target=process, args=("second", second, claimed)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert owners["first"] == owners["second"]
    assert set(BlindIndexEntry.objects.values_list("person_id", flat=True)) == {owners["first"]}
