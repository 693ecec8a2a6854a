"""Fence, destroy, evict: killed between any two statements, raced by another process, tried by every path."""

from __future__ import annotations

import os
import signal
import time
import uuid
from collections.abc import Callable, Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

import pytest
from django.apps import apps
from django.db import connections, models, transaction

from aureole.kernel.ids import new_id
from aureole.kernel.inserting import insert_rows
from aureole.ledger.ports import confidant
from aureole.vault import wrapping_keys
from aureole.vault.errors import Fenced
from aureole.vault.eviction import start_eviction_listener
from aureole.vault.fields import SealedField, SealedJSONField
from aureole.vault.files import read_file, reseal_file, seal_file
from aureole.vault.groups import KeyGroup
from aureole.vault.keyring import keyring
from aureole.vault.keys import erase_keys, is_fenced, mint, states
from aureole.vault.keystore.models import KeyState, PersonKey
from aureole.vault.sealing import context, open_sealed, seal

PLACE = context("table", "column", "row")
GROUPS = list(KeyGroup)
STATEMENTS = 3  # the fence (INSERT and UPDATE, sent together), UPDATE of the wrapped bytes, NOTIFY


def in_another_process(work: Callable[[], object]) -> int:
    """Run it in a fork with connections of its own; the exit status, negative for a signal."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 1
    try:
        for alias in ("default", "keys"):
            connections[alias].connection = None  # the parent's; closing it here would close it there
        work()
        code = 0
    finally:
        os._exit(code)


def _destroys(sql: str) -> bool:
    """The statements; the fence list before them is interrupted in tests/drills."""
    return "keystore_person_key" in sql or "pg_notify" in sql


def dying(at: int, when: str) -> Callable[..., Any]:
    """Counts the statements of the key store, and kills this process `before` or `after` one of them."""
    count = 0

    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        if not _destroys(sql):
            return execute(sql, params, many, context)
        here = count == at
        count += 1
        if here and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = execute(sql, params, many, context)
        if here:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return wrapper


def erase_and_die(person: uuid.UUID, at: int, when: str) -> Callable[[], object]:
    def work() -> None:
        with connections["keys"].execute_wrapper(dying(at, when)):
            erase_keys(person, GROUPS)

    return work


def test_erasing_takes_the_statements_that_are_interrupted_below(transactional_db: None) -> None:
    person, seen = uuid.uuid4(), []
    seal(b"x", person_id=person, group=KeyGroup.IDENTITY, place=PLACE)

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if _destroys(sql):
            seen.append(sql.split()[0])
        return execute(sql, *rest)

    with connections["keys"].execute_wrapper(note):
        erase_keys(person, GROUPS)
    assert seen == ["INSERT", "UPDATE", "SET"] and len(seen) == STATEMENTS


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", range(STATEMENTS))
def test_killed_at_any_statement_the_fence_holds_and_a_repeat_completes(
    transactional_db: None, at: int, when: str
) -> None:
    person = uuid.uuid4()
    token = seal(b"words", person_id=person, group=KeyGroup.CORRESPONDENCE, place=PLACE)
    assert in_another_process(erase_and_die(person, at, when)) == -signal.SIGKILL
    keyring.evict()
    fenced = at > 0 or when == "after"
    assert is_fenced(person) is fenced
    if fenced:
        with pytest.raises(Fenced):
            mint(person, [KeyGroup.COMMERCE])
    wrapped_gone = at > 1 or (at, when) == (1, "after")
    assert PersonKey.objects.filter(person_id=person, wrapped__isnull=False).exists() is not wrapped_gone
    erase_keys(person, GROUPS)
    assert states(person) == dict.fromkeys(GROUPS, KeyState.ERASED)
    assert not PersonKey.objects.filter(person_id=person, wrapped__isnull=False).exists()
    assert open_sealed(token, place=PLACE) is None
    for group in GROUPS:
        with pytest.raises(Fenced):
            mint(person, [group])
        with pytest.raises(Fenced):
            seal(b"x", person_id=person, group=group, place=PLACE)


def test_from_the_fence_on_no_process_without_the_key_opens_anything(transactional_db: None) -> None:
    """Killed between fence and destroy, the wrapped bytes are still there, and no path uses them."""
    person = uuid.uuid4()
    token = seal(b"words", person_id=person, group=KeyGroup.CORRESPONDENCE, place=PLACE)
    in_another_process(erase_and_die(person, 0, "after"))
    keyring.evict()
    assert PersonKey.objects.filter(person_id=person, wrapped__isnull=False).exists()
    assert open_sealed(token, place=PLACE) is None


# -- a reader in another process


def read_until_told(token: bytes, line: Connection) -> None:
    """Opens the value as fast as it can; notes what it got before and after it was told of the eviction."""
    evicted: list[float] = []
    listening: list[float] = []
    forget = keyring.evict

    def noting(person_id: uuid.UUID | None = None) -> None:
        forget(person_id)
        (listening if person_id is None else evicted).append(time.monotonic())

    keyring.evict = noting  # type: ignore[method-assign]
    start_eviction_listener()
    opened = opened_after = closed_after = 0
    ready = False
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and closed_after < 300:
        told = bool(evicted)
        got = open_sealed(token, place=PLACE) is not None
        opened += got
        opened_after += told and got
        closed_after += told and not got
        if opened >= 300 and listening and not ready:
            ready = True
            line.send("reading")
    line.send((opened, opened_after, closed_after))


@pytest.mark.parametrize("attempt", range(3))
def test_a_reader_in_another_process_never_opens_again_once_it_was_told(
    transactional_db: None, attempt: int
) -> None:
    person = uuid.uuid4()
    token = seal(b"words", person_id=person, group=KeyGroup.CORRESPONDENCE, place=PLACE)
    here, there = Pipe()
    child = os.fork()
    if not child:
        code = 1
        try:
            for alias in ("default", "keys"):
                connections[alias].connection = None
            read_until_told(token, there)
            code = 0
        finally:
            os._exit(code)
    try:
        assert here.poll(20) and here.recv() == "reading"
        erase_keys(person, GROUPS)
        assert here.poll(25)
        opened, opened_after, closed_after = here.recv()
    finally:
        os.waitpid(child, 0)
    assert opened >= 300 and opened_after == 0 and closed_after == 300


def test_a_load_in_flight_while_the_eviction_passes_does_not_put_the_key_back(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row was read while the key was active; by the time it is unwrapped, the key is destroyed."""
    person = uuid.uuid4()
    token = seal(b"words", person_id=person, group=KeyGroup.CORRESPONDENCE, place=PLACE)
    keyring.evict()
    unwrap = wrapping_keys.unwrap
    calls: list[int] = []

    def slow(wrapped: bytes, context: bytes) -> bytes:
        if not calls:
            calls.append(1)
            in_another_process(lambda: erase_keys(person, GROUPS))
            keyring.evict(person)  # what the listener does when the notification comes
        return unwrap(wrapped, context)

    monkeypatch.setattr(wrapping_keys, "unwrap", slow)
    assert open_sealed(token, place=PLACE) is None
    assert calls == [1]
    assert keyring.key((person, KeyGroup.CORRESPONDENCE)) is None


# -- every path that writes


def sealed_fields() -> Iterator[tuple[type[models.Model], SealedField]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedField):
                yield model, field


def _save(row: models.Model) -> None:
    row.save(force_insert=True)


def _bulk(row: models.Model) -> None:
    type(row)._base_manager.bulk_create([row])


def _insert(row: models.Model) -> None:
    insert_rows([row])


FIELDS = [pytest.param(*pair, id=f"{pair[0].__name__}.{pair[1].name}") for pair in sealed_fields()]


@pytest.mark.parametrize("write", [_save, _bulk, _insert], ids=["save", "bulk_create", "insert_rows"])
@pytest.mark.parametrize(("model", "field"), FIELDS)
def test_no_column_takes_words_of_a_fenced_person(
    db: None, model: type[models.Model], field: SealedField, write: Callable[[models.Model], None]
) -> None:
    person = uuid.uuid4()
    erase_keys(person, GROUPS)
    row = model(**{field.attname: {} if isinstance(field, SealedJSONField) else "words"})
    is_column = any(column.attname == field.person_field for column in model._meta.concrete_fields)
    setattr(row, field.person_field if is_column else "pk", person)  # a Person is its own person
    assert getattr(row, field.person_field) == person
    with pytest.raises(Fenced), transaction.atomic():
        write(row)
    assert states(person) == dict.fromkeys(GROUPS, KeyState.ERASED)


OTHER_PATHS: dict[str, Callable[[uuid.UUID], object]] = {
    "seal": lambda person: seal(b"x", person_id=person, group=KeyGroup.EVIDENCE, place=PLACE),
    "seal_file": lambda person: seal_file(b"x", person_id=person),
    "a large file": lambda person: seal_file(b"x" * 100_000, person_id=person, group="evidence"),
    "reseal_file": lambda person: reseal_file(seal_file(b"x", person_id=uuid.uuid4()), person_id=person),
    "a detail of the log": lambda person: confidant().seal_detail(person, new_id(), b"x"),
    "a pseudonym of the log": lambda person: confidant().pseudonym(person),
    "mint": lambda person: mint(person, [KeyGroup.IDENTITY]),
    "mint of several": lambda person: mint(person, GROUPS),
    "key_for_sealing": lambda person: keyring.key_for_sealing((person, KeyGroup.COMMERCE)),
}  # fmt: skip


@pytest.mark.parametrize("warm", [False, True], ids=["never seen", "key was at hand"])
@pytest.mark.parametrize("write", OTHER_PATHS.values(), ids=OTHER_PATHS)
def test_no_other_path_gives_a_fenced_person_a_key(
    db: None, write: Callable[[uuid.UUID], object], warm: bool
) -> None:
    person = uuid.uuid4()
    if warm:
        for group in GROUPS:
            seal(b"x", person_id=person, group=group, place=PLACE)
    erase_keys(person, GROUPS)
    with pytest.raises(Fenced):
        write(person)
    assert states(person) == dict.fromkeys(GROUPS, KeyState.ERASED)


def test_a_file_refused_to_a_fenced_person_stays_with_whom_it_was(db: None) -> None:
    person, owner = uuid.uuid4(), uuid.uuid4()
    erase_keys(person, GROUPS)
    file = seal_file(b"words", person_id=owner)
    with pytest.raises(Fenced):
        reseal_file(file, person_id=person)
    file.refresh_from_db()
    assert file.person_id == owner and read_file(file) == b"words"
