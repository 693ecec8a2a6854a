from __future__ import annotations

import io
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aureole.vault.chunks import CHUNK, open_chunks, seal_chunks
from aureole.vault.errors import CannotOpen, Fenced, KeyMissing
from aureole.vault.groups import KeyGroup
from aureole.vault.keyring import keyring
from aureole.vault.keys import destroy, erase_keys, fence, is_fenced, mint, states
from aureole.vault.keystore.models import KeyState, PersonKey
from aureole.vault.sealing import context, open_sealed, seal

PLACE = context("table", "column", "row")
GROUP = KeyGroup.CORRESPONDENCE


def _seal(person: uuid.UUID, plain: bytes = b"words", place: bytes = PLACE) -> bytes:
    return seal(plain, person_id=person, group=GROUP, place=place)


def test_a_sealed_value_opens_in_its_place_only(db: None) -> None:
    person = uuid.uuid4()
    token = _seal(person)
    assert b"words" not in token
    assert open_sealed(token, place=PLACE) == b"words"
    for elsewhere in (("table", "column", "other"), ("table", "other", "row"), ("other", "column", "row")):
        with pytest.raises(CannotOpen):
            open_sealed(token, place=context(*elsewhere))


def test_a_value_given_to_another_person_or_group_or_cut_does_not_open(db: None) -> None:
    person, other = uuid.uuid4(), uuid.uuid4()
    token = _seal(person)
    _seal(other)
    seal(b"x", person_id=person, group=KeyGroup.IDENTITY, place=PLACE)
    forged = [
        token[:4] + other.bytes + token[20:],
        bytes([token[0], KeyGroup.IDENTITY]) + token[2:],
        token[:-1],
        token[:20],
        bytes([1]) + token[1:],
        bytes([3]) + token[1:],
    ]
    for value in forged:
        with pytest.raises((CannotOpen, KeyMissing)):
            open_sealed(value, place=PLACE)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), plain=st.binary(max_size=80), row=st.text(max_size=20))
def test_a_value_that_was_changed_cut_extended_or_moved_never_opens(
    db: None, data: st.DataObject, plain: bytes, row: str
) -> None:
    person, other = uuid.UUID(int=1), uuid.UUID(int=2)
    place = context("table", "column", row)
    token, twin = _seal(person, plain, place), _seal(other, plain, place)
    assert open_sealed(token, place=place) == plain and token[0] == 2
    changed = bytearray(token)
    changed[data.draw(st.integers(0, len(token) - 1))] ^= data.draw(st.integers(1, 255))
    cut = data.draw(st.integers(0, len(token) - 1))
    joined = data.draw(st.integers(20, len(token) - 8))  # the last byte of two tags can be the same by chance
    for value in (bytes(changed), token[:cut], token + b"\x00", token[:joined] + twin[joined:]):
        with pytest.raises((CannotOpen, KeyMissing)):
            open_sealed(value, place=place)
    with pytest.raises(CannotOpen):
        open_sealed(token, place=context("table", "column", row + data.draw(st.text(min_size=1, max_size=3))))


def test_every_changed_byte_is_noticed(db: None) -> None:
    token = _seal(uuid.uuid4())
    for position in range(len(token)):
        changed = bytearray(token)
        changed[position] ^= 1
        with pytest.raises((CannotOpen, KeyMissing)):
            open_sealed(bytes(changed), place=PLACE)


def test_an_erased_person_reads_as_erased_and_never_gets_a_key_again(db: None) -> None:
    person = uuid.uuid4()
    token = _seal(person)
    assert erase_keys(person, list(KeyGroup)) == 1
    assert open_sealed(token, place=PLACE) is None
    with pytest.raises(Fenced):
        _seal(person)
    with pytest.raises(Fenced):
        mint(person, [GROUP])
    keyring.evict()
    with pytest.raises(Fenced):
        _seal(person)
    assert open_sealed(token, place=PLACE) is None
    assert not PersonKey.objects.filter(person_id=person, wrapped__isnull=False).exists()


def test_destroying_twice_or_after_a_crash_between_the_steps_ends_alike(db: None) -> None:
    person = uuid.uuid4()
    _seal(person)
    fence(person, [GROUP])
    assert is_fenced(person)
    assert erase_keys(person, [GROUP]) == 0
    assert destroy(person, [GROUP]) == 0
    assert states(person) == {GROUP: KeyState.ERASED}


def test_a_group_that_was_never_used_is_fenced_too(db: None) -> None:
    person = uuid.uuid4()
    erase_keys(person, list(KeyGroup))
    for group in KeyGroup:
        with pytest.raises(Fenced):
            seal(b"x", person_id=person, group=group, place=PLACE)


def test_a_missing_key_is_not_taken_for_an_erased_one(db: None) -> None:
    person = uuid.uuid4()
    token = _seal(person)
    PersonKey.objects.filter(person_id=person).delete()
    keyring.evict()
    with pytest.raises(KeyMissing):
        open_sealed(token, place=PLACE)


def test_a_key_that_was_loading_while_it_was_evicted_is_not_kept(db: None) -> None:
    person = uuid.uuid4()
    _seal(person)
    keys = {(person, GROUP): keyring.key((person, GROUP))}
    before = keyring.evictions
    erase_keys(person, [GROUP])
    keyring.add(keys, unless_evicted_since=before)
    assert keyring.key((person, GROUP)) is None


@given(content=st.binary(max_size=300))
def test_chunks_come_back_as_they_were(content: bytes) -> None:
    key, name = bytes(32), b"name"
    sealed = b"".join(seal_chunks(io.BytesIO(content), key, name))
    assert b"".join(open_chunks(io.BytesIO(sealed), key, name)) == content


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_files_of_every_length_come_back_and_cut_or_swapped_chunks_do_not(size: int) -> None:
    key, name = bytes(32), b"name"
    content = bytes(range(256)) * (size // 256 + 1)
    sealed = b"".join(seal_chunks(io.BytesIO(content[:size]), key, name))
    assert b"".join(open_chunks(io.BytesIO(sealed), key, name)) == content[:size]
    step = CHUNK + 16
    damaged = [sealed[:-1], sealed[: 1 + step], sealed[:1] + sealed[1 + step :], sealed + b"x"]
    for value in (d for d in damaged if d != sealed):
        with pytest.raises(CannotOpen):
            b"".join(open_chunks(io.BytesIO(value), key, name))
