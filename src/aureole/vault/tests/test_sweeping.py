from __future__ import annotations

import io
import os
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction

from aureole.kernel import clock
from aureole.kernel.errors import Refused
from aureole.vault.chunks import CHUNK
from aureole.vault.files import delete_files, read_file, seal_file
from aureole.vault.models import SealedFile
from aureole.vault.scrubbing import Scrub, check_files
from aureole.vault.store import FileStore
from aureole.vault.store.folder import FolderStore
from aureole.vault.sweeping import sweep_files
from aureole.vault.tests.test_stores import leave_half_a_file, new_name

LARGE = b"x" * (3 * CHUNK)
AT_ONCE = timedelta(days=-1)  # whatever the clocks say, everything is old


def orphan(store: FileStore, size: int = 10) -> str:
    name = new_name()
    store.write(name, [b"o" * size])
    return name


@contextmanager
def somebody_sealing(at: str) -> Iterator[Callable[[], None]]:
    """Another connection that stands still `at` "half" of the content, or before its "commit", until let go."""
    reached, go = threading.Event(), threading.Event()

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if at == "half" and self.tell() > 2 * CHUNK:
                reached.set()
                assert go.wait(20)
            return super().read(size)

    def work() -> None:
        try:
            with transaction.atomic():
                seal_file(Slow(LARGE), person_id=uuid.uuid4())
                if at == "commit":
                    reached.set()
                    assert go.wait(20)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    assert reached.wait(20)

    def let_go() -> None:
        go.set()
        thread.join()

    try:
        yield let_go
    finally:
        let_go()


def test_what_no_row_names_goes_and_what_a_row_names_stays(in_store: FileStore, db: None) -> None:
    file = seal_file(LARGE, person_id=uuid.uuid4())
    lost = [orphan(in_store), orphan(in_store, 30)]
    leave_half_a_file(in_store, new_name())
    would = sweep_files(dry_run=True, grace=AT_ONCE)
    assert (would.looked_at, would.orphans, would.bytes, would.unfinished) == (3, 2, 40, 1)
    assert set(lost) < set(in_store.names())
    did = sweep_files(grace=AT_ONCE)
    assert (did.orphans, did.bytes, did.unfinished) == (2, 40, 1)
    assert list(in_store.names()) == [file.stored_as] and list(in_store.unfinished()) == []
    assert sweep_files(grace=AT_ONCE).orphans == 0
    assert read_file(file) == LARGE


def test_what_is_young_is_spared(in_store: FileStore, db: None) -> None:
    orphan(in_store)
    if isinstance(in_store, FolderStore):  # moto says of every upload that it was started in 2010
        leave_half_a_file(in_store, new_name())
    young = sweep_files()
    assert (young.orphans, young.unfinished) == (0, 0)
    with clock.at(clock.now() + timedelta(hours=25)):
        old = sweep_files()
    assert (old.orphans, old.unfinished) == (1, int(isinstance(in_store, FolderStore)))


@pytest.mark.parametrize("at", ["half", "commit"])
def test_a_file_that_is_being_sealed_survives_a_sweep_that_takes_everything(
    in_store: FileStore, transactional_db: None, at: str
) -> None:
    lost = orphan(in_store)
    with somebody_sealing(at) as let_go:
        assert sweep_files(grace=AT_ONCE, force=True).unfinished == 0
        assert lost not in list(in_store.names())
        let_go()
    assert read_file(SealedFile.objects.get()) == LARGE
    assert sweep_files(grace=AT_ONCE, force=True).orphans == 0


def test_a_rollback_leaves_a_ciphertext_and_the_sweep_takes_it(
    in_store: FileStore, transactional_db: None
) -> None:
    with transaction.atomic():
        seal_file(LARGE, person_id=uuid.uuid4())
        transaction.set_rollback(True)
    assert len(list(in_store.names())) == 1
    assert sweep_files(grace=AT_ONCE).orphans == 1
    assert list(in_store.names()) == []


def test_a_store_of_another_instance_is_not_swept(in_store: FileStore, db: None) -> None:
    names = sorted(orphan(in_store) for _ in range(21))
    with pytest.raises(Refused, match="nothing was deleted") as refusal:
        sweep_files(grace=AT_ONCE)
    assert refusal.value.code == "sweep_too_much"
    assert list(in_store.names()) == names
    assert sweep_files(grace=AT_ONCE, force=True).orphans == 21


def test_deleting_a_row_takes_its_ciphertext_at_once(in_store: FileStore, transactional_db: None) -> None:
    file = seal_file(LARGE, person_id=uuid.uuid4())
    with transaction.atomic():
        delete_files([file])
        assert len(list(in_store.names())) == 1
    assert list(in_store.names()) == []


# -- checking


def seen(**how: Any) -> Scrub:
    return check_files(**how)


def test_a_check_names_the_files_that_are_not_as_they_should_be(in_store: FileStore, db: None) -> None:
    person = uuid.uuid4()
    files = [seal_file(os.urandom(3 * CHUNK), person_id=person) for _ in range(4)] + [
        seal_file(b"small", person_id=person)
    ]
    assert (seen().checked, seen().troubles) == (5, [])
    whole, gone, cut, rotten, small = files
    in_store.delete(gone.stored_as or "")
    in_store.write(cut.stored_as or "", [b"short"])
    with in_store.open(rotten.stored_as or "") as source:
        before = source.read()
    in_store.write(rotten.stored_as or "", [before[:-1] + bytes([before[-1] ^ 1])])
    SealedFile.objects.filter(pk=small.pk).update(inline=b"\x01short")
    found = {trouble.file_id: trouble.kind for trouble in seen().troubles}
    assert found == {gone.pk: "length", cut.pk: "length", rotten.pk: "damaged", small.pk: "length"}
    quick = {trouble.file_id for trouble in seen(contents=False).troubles}
    assert quick == {gone.pk, cut.pk, small.pk} and whole.pk not in quick


def test_a_check_goes_on_where_it_was_interrupted(in_store: FileStore, db: None) -> None:
    for _ in range(5):
        seal_file(b"x", person_id=uuid.uuid4())
    stopped = Scrub()

    def stop(done: int, of: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_files(into=stopped, progress=stop)
    assert stopped.checked == 2
    assert seen(after=stopped.last).checked == 3


def test_the_file_of_an_erased_person_is_counted_and_its_length_checked(
    in_store: FileStore, db: None
) -> None:
    from aureole.vault.groups import KeyGroup
    from aureole.vault.keys import erase_keys

    file = seal_file(LARGE, person_id=uuid.uuid4())
    erase_keys(file.person_id, list(KeyGroup))
    assert (seen().erased, seen().troubles) == (1, [])


def test_a_missing_key_is_told_from_damage(in_store: FileStore, db: None) -> None:
    from aureole.vault.keyring import keyring
    from aureole.vault.keystore.models import PersonKey

    seal_file(LARGE, person_id=uuid.uuid4())
    PersonKey.objects.all().delete()
    keyring.evict()
    assert [trouble.kind for trouble in seen().troubles] == ["key"]
