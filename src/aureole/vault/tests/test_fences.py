"""What the key store's database itself refuses, whoever asks."""

from __future__ import annotations

import uuid

import pytest
from django.db import DatabaseError, connections, transaction

from aureole.kernel.clock import now
from aureole.vault import wrapping_keys
from aureole.vault.groups import KeyGroup
from aureole.vault.keys import destroy, erase_keys, fence, mint
from aureole.vault.keystore.models import KeyState, PersonKey, WrappingKey
from aureole.vault.keystore.router import KEYS

GROUP = KeyGroup.EVIDENCE


def _erased() -> PersonKey:
    person = uuid.uuid4()
    mint(person, [GROUP])
    erase_keys(person, [GROUP])
    return PersonKey.objects.get(person_id=person)


def _refused(statement: str, *values: object, because: str = "") -> None:
    cursor = connections[KEYS].cursor()
    with pytest.raises(DatabaseError, match=because), transaction.atomic(using=KEYS):
        cursor.execute(statement, values)


@pytest.mark.parametrize(
    "change",
    [
        "state = 1", "state = 1, erased_at = NULL, wrapped = 'x'", "wrapped = 'x'", "former = 'x'", "mark = 'x'",
        "mark_digest = 'x'",
        "generation = 2", "generation = 2, former = 'x'", "erased_at = now()", "created_at = now()",
        "person_id = gen_random_uuid()", '"group" = 1',
    ],
)  # fmt: skip
def test_a_fence_is_not_lifted_moved_or_filled(db: None, change: str) -> None:
    row = _erased()
    _refused(f"UPDATE keystore_person_key SET {change} WHERE id = %s", row.pk, because="refused|constraint")
    row.refresh_from_db()
    assert row.state == KeyState.ERASED and row.wrapped is None


def test_a_fence_is_not_deleted_and_the_table_not_emptied(db: None) -> None:
    row = _erased()
    _refused("DELETE FROM keystore_person_key WHERE id = %s", row.pk, because="fence stays")
    _refused("TRUNCATE keystore_person_key", because="fence stays")
    assert PersonKey.objects.filter(pk=row.pk).exists()


def test_a_fenced_name_gets_no_second_row(db: None) -> None:
    row = _erased()
    fresh = PersonKey(person_id=row.person_id, group=row.group, wrapped=b"x" * 40, created_at=now())
    with pytest.raises(DatabaseError, match="one_key_per_person"), transaction.atomic(using=KEYS):
        fresh.save(force_insert=True)


def test_between_fencing_and_destroying_the_key_can_only_go(db: None) -> None:
    person = uuid.uuid4()
    mint(person, [GROUP])
    fence(person, [GROUP])
    row = PersonKey.objects.get(person_id=person)
    assert row.wrapped is not None
    for change in ("state = 1", "wrapped = wrapped || 'x'", "generation = 2, former = wrapped"):
        _refused(f"UPDATE keystore_person_key SET {change} WHERE id = %s", row.pk, because="refused")
    assert destroy(person, [GROUP]) == 1


def test_generations_are_counted_one_by_one_and_keep_the_one_before(db: None) -> None:
    person = uuid.uuid4()
    mint(person, [GROUP])
    for change in ("generation = 2", "generation = 3, former = wrapped", "generation = 0"):
        _refused(f"UPDATE keystore_person_key SET {change} WHERE person_id = %s", person, because="refused")


def test_a_key_cannot_come_to_lie_under_a_wrapping_key_that_is_gone(transactional_db: None) -> None:
    """This process holds the retired wrapping key as the current one; it must not use it once it is gone."""
    wrapping_keys.current_head()
    held = dict(wrapping_keys._opened)
    wrapping_keys.make_wrapping_key()
    WrappingKey.objects.filter(retired_at__isnull=False).delete()
    wrapping_keys._opened.update(held)
    stale = wrapping_keys.current_head()
    person = uuid.uuid4()
    mint(person, [GROUP])
    wrapped = bytes(PersonKey.objects.get(person_id=person).wrapped or b"")
    assert wrapped[:10] == wrapping_keys.current_head() != stale


def test_a_wrapping_key_in_use_is_not_deleted(db: None) -> None:
    mint(uuid.uuid4(), [GROUP])
    with pytest.raises(DatabaseError, match="has_what_wraps_it"), transaction.atomic(using=KEYS):
        WrappingKey.objects.all().delete()


def test_there_is_one_current_wrapping_key(db: None) -> None:
    wrapping_keys.current_head()
    second = WrappingKey(key_id=b"8" * 8, wrapped=b"x", created_at=now())
    with pytest.raises(DatabaseError, match="one_current"), transaction.atomic(using=KEYS):
        second.save(force_insert=True)
