"""Root keys change while everybody goes on working."""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import connections

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Broken, Refused
from aureole.ledger.models import Entry
from aureole.ledger.ports import confidant
from aureole.vault import rewrapping, wrapping_keys
from aureole.vault.groups import KeyGroup
from aureole.vault.key_status import key_status
from aureole.vault.keyring import keyring
from aureole.vault.keys import context_of, fence, mint
from aureole.vault.keystore.models import PersonKey, SystemKey, WrappingKey
from aureole.vault.keystore.router import KEYS
from aureole.vault.rewrapping import Rewrapped, rotate_root_key
from aureole.vault.root_key import envelope
from aureole.vault.root_key.file import FileRootKey
from aureole.vault.sealing import context, open_sealed, seal
from aureole.vault.system_keys import forget_system_keys, system_key
from aureole.vault.tests.conftest import UseRootKeys
from aureole.vault.tests.transit_server import TransitServer

PLACE = context("table", "column", "row")
OPERATOR = Actor.operator()


def _sealed(count: int) -> dict[uuid.UUID, bytes]:
    persons = [uuid.uuid4() for _ in range(count)]
    return {
        p: seal(p.bytes, person_id=p, group=group, place=PLACE)
        for p, group in zip(persons, [*KeyGroup] * count, strict=False)
    }


def _all_open(values: dict[uuid.UUID, bytes]) -> bool:
    keyring.evict()
    wrapping_keys.forget_wrapping_keys()
    return all(open_sealed(token, place=PLACE) == person.bytes for person, token in values.items())


def _rotate() -> Rewrapped:
    return rotate_root_key(by=OPERATOR)


def test_keys_move_from_file_to_kms_to_transit_and_the_former_may_then_go(
    transactional_db: None,
    use_root_keys: UseRootKeys,
    kms: Callable[[], str],
    transit: TransitServer,
) -> None:
    values, index_key = _sealed(7), system_key("blind index")
    home = (Path(settings.AUREOLE_HOME) / "secrets" / "root_key").as_uri()
    kms_url = kms()
    for settings_given in (
        {"AUREOLE_ROOT_KEY_URL": kms_url, "AUREOLE_FORMER_ROOT_KEY_URLS": home},
        {
            "AUREOLE_ROOT_KEY_URL": transit.url, "AUREOLE_ROOT_KEY_TOKEN": transit.token,
            "AUREOLE_FORMER_ROOT_KEY_URLS": kms_url,
        },
    ):  # fmt: skip
        use_root_keys(**settings_given)
        assert key_status().under_former_key == 9
        done = _rotate()
        assert (done.resumed, done.person_keys, done.system_keys, done.under_former) == (False, 7, 2, 0)
        del settings_given["AUREOLE_FORMER_ROOT_KEY_URLS"]
        use_root_keys(**settings_given)  # without the former one
        assert _all_open(values)
        forget_system_keys()
        assert system_key("blind index") == index_key
        assert WrappingKey.objects.count() == 1 and key_status().under_former_key == 0
    assert Entry.objects.filter(type="vault.root_key_rotated", facts__person_keys=7).count() == 2


def test_without_the_former_key_nothing_is_done_and_the_sentence_names_it(
    db: None, use_root_keys: UseRootKeys, key_file: str
) -> None:
    values = _sealed(1)
    use_root_keys(AUREOLE_ROOT_KEY_URL=key_file)
    keyring.evict()
    with pytest.raises(Broken, match="AUREOLE_FORMER_ROOT_KEY_URLS"):
        open_sealed(next(iter(values.values())), place=PLACE)


def _as_before_there_were_wrapping_keys(person: uuid.UUID) -> bytes:
    """The rows of one person as version 1 wrote them: under the file itself, without a mark."""
    path = Path(settings.AUREOLE_HOME) / "secrets" / "root_key"
    root, secret = FileRootKey(path), os.urandom(32)
    head, nonce = b"\x01" + root.key_id[:4], os.urandom(12)
    body = AESGCM(bytes.fromhex(path.read_text())).encrypt(
        nonce, secret, head + context_of(person, KeyGroup.EVIDENCE, 1)
    )
    wrapped = head + nonce + body
    PersonKey.objects.filter(person_id=person).update(wrapped=wrapped, mark=None)
    keyring.evict()
    head = bytes((1, KeyGroup.EVIDENCE)) + person.bytes
    nonce = os.urandom(12)
    return head + nonce + AESGCM(secret).encrypt(nonce, b"old", head + PLACE)


def test_keys_and_values_of_the_first_version_open_and_keep_their_pseudonym_when_wrapped_anew(
    transactional_db: None,
) -> None:
    person = uuid.uuid4()
    mint(person, [KeyGroup.EVIDENCE])
    token = _as_before_there_were_wrapping_keys(person)
    assert open_sealed(token, place=PLACE) == b"old"
    pseudonym = confidant().pseudonym(person)
    assert key_status().envelope_versions["1"] == 1 and key_status().under_former_key == 1
    assert _rotate().under_former == 0
    keyring.evict()
    assert open_sealed(token, place=PLACE) == b"old"
    assert confidant().pseudonym(person) == pseudonym
    assert list(key_status().envelope_versions) == ["2"]


def test_a_rotation_that_was_killed_between_any_two_batches_goes_on(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    values, writes = _sealed(9), 0
    monkeypatch.setattr(rewrapping, "BATCH", 2)
    update = rewrapping._update

    def die_after(statement: str, fresh: list[tuple[object, ...]]) -> int:
        nonlocal writes
        done, writes = update(statement, fresh), writes + 1
        raise KeyboardInterrupt(str(done))

    monkeypatch.setattr(rewrapping, "_update", die_after)
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            _rotate()
        assert _all_open(values)
    assert WrappingKey.objects.count() == 2  # resumed, not begun anew
    monkeypatch.setattr(rewrapping, "_update", update)
    done = _rotate()
    assert done.resumed and done.under_former == 0 and writes == 3 and done.person_keys == 3
    assert _all_open(values) and WrappingKey.objects.count() == 1


def test_keys_made_and_persons_fenced_meanwhile_end_as_they_should(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = _sealed(5)
    left_over, gone = list(values)[1], list(values)[-1]
    fence(left_over, list(KeyGroup))  # killed before it was destroyed
    monkeypatch.setattr(rewrapping, "BATCH", 1)
    late: dict[uuid.UUID, bytes] = {}

    def meanwhile(done: int, of: int) -> None:
        if not late:
            late.update(_sealed(1))
            fence(gone, list(KeyGroup))

    done = rotate_root_key(by=OPERATOR, progress=meanwhile)
    assert done.under_former == 0
    for person in (gone, left_over):
        del values[person]
        assert not PersonKey.objects.filter(person_id=person, wrapped__isnull=False, state=1).exists()
    assert not PersonKey.objects.filter(person_id=left_over, wrapped__isnull=False).exists()
    assert _all_open(values | late)


def test_a_second_rotation_at_the_same_time_is_refused(transactional_db: None) -> None:
    _sealed(1)
    with rewrapping._alone():
        refusals: list[str] = []

        def second() -> None:
            try:
                _rotate()
            except Refused as refusal:
                refusals.append(refusal.code)
            finally:
                connections.close_all()

        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert refusals == ["rotation_under_way"]


def test_a_reader_that_read_a_row_just_before_it_was_wrapped_anew_asks_again(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = _sealed(1)
    keyring.evict()
    wrapping_keys.forget_wrapping_keys()
    unwrap, rotated = wrapping_keys.unwrap, iter([True])

    def overtaken(wrapped: bytes, bound: bytes) -> bytes:
        if next(rotated, False):
            _rotate()
        return unwrap(wrapped, bound)

    monkeypatch.setattr(wrapping_keys, "unwrap", overtaken)
    assert [open_sealed(t, place=PLACE) for t in values.values()] == [p.bytes for p in values]


def test_a_damaged_row_stops_the_rotation_by_name_and_harms_no_other(transactional_db: None) -> None:
    values = _sealed(2)
    victim = next(iter(values))
    row = PersonKey.objects.get(person_id=victim)
    good = bytes(row.wrapped or b"")
    PersonKey.objects.filter(pk=row.pk).update(wrapped=good[:-1] + bytes([good[-1] ^ 1]))
    with pytest.raises(Broken, match=str(victim)):
        _rotate()
    PersonKey.objects.filter(pk=row.pk).update(wrapped=good)
    assert _rotate().under_former == 0 and _all_open(values)


@pytest.fixture(autouse=True)
def _forget_afterwards() -> Iterator[None]:
    yield
    wrapping_keys.forget_wrapping_keys()
    forget_system_keys()


def test_status_takes_the_same_queries_whatever_there_is(db: None) -> None:
    from django.test.utils import CaptureQueriesContext

    counts = []
    for _ in range(2):
        _sealed(3)
        with CaptureQueriesContext(connections[KEYS]) as queries:
            found = key_status()
        counts.append(len(queries))
    assert counts == [3, 3]
    assert found.person_keys == {"active": 6, "erased": 0} and found.system_keys == SystemKey.objects.count()
    assert found.present.answers and found.present.kind == "file" and found.present.in_use == 1
    assert list(found.root_keys) == [f"file {found.present.key_id}"]
    assert sum(found.envelope_versions.values()) == 6 + found.system_keys
    assert (
        found.wrapping_keys[0].wraps == 6 + found.system_keys
        and len(found.wrapping_keys[0].key_id) == envelope.KEY_ID * 2
    )
