"""Sealed files: every way of damaging one is noticed, whole or in part, in a folder and in a bucket."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from aureole.vault.chunks import CHUNK, plain_size, sealed_size
from aureole.vault.envelope import Envelope, open_envelope, seal_envelope
from aureole.vault.errors import CannotOpen, Fenced
from aureole.vault.files import (
    INLINE_BYTES,
    check_length,
    open_file,
    open_range,
    read_file,
    reseal_file,
    seal_file,
    sha256,
)
from aureole.vault.groups import KeyGroup
from aureole.vault.keys import erase_keys
from aureole.vault.models import SealedFile
from aureole.vault.sealing import context, open_sealed
from aureole.vault.store import FileStore

STEP = CHUNK + 16
SIZES = [0, 1, INLINE_BYTES - 17, INLINE_BYTES, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5]


def content_of(size: int) -> bytes:
    return b"".join(n.to_bytes(4, "big") for n in range(size // 4 + 1))[:size]


def seal_some(size: int, person_id: uuid.UUID | None = None) -> SealedFile:
    return seal_file(content_of(size), person_id=person_id or uuid.uuid4())


def taken(file: SealedFile, start: int, end: int) -> bytes:
    return b"".join(open_range(file, start, end))


def rewrite(store: FileStore, file: SealedFile, change: Callable[[bytes], bytes]) -> None:
    """What somebody with write access to row and store could do."""
    if file.inline is not None:
        file.inline = change(bytes(file.inline))
        return
    with store.open(file.stored_as or "") as source:
        before = source.read()
    store.write(file.stored_as or "", [change(before)])


def with_first_envelope(file: SealedFile) -> SealedFile:
    """As files were sealed before sizes were bound."""
    envelope = open_envelope(file)
    assert envelope is not None
    old = Envelope(key=envelope.key, digest=envelope.digest, size=None)
    file.envelope = seal_envelope(file, old)
    file.save(update_fields=["envelope"])
    return file


@pytest.mark.parametrize("size", SIZES)
def test_files_of_every_length_come_back_whole_and_in_parts(in_store: FileStore, db: None, size: int) -> None:
    file, content = seal_some(size), content_of(size)
    assert (file.inline is None) == (sealed_size(size) > INLINE_BYTES)
    for row in (SealedFile.objects.get(pk=file.pk), with_first_envelope(file)):
        assert read_file(row) == content and sha256(row) == hashlib.sha256(content).hexdigest()
        check_length(row)
        for start, end in (
            (0, size),
            (size // 2, size),
            (0, min(10, size)),
            (size, size),
            (size // 3, size // 2),
        ):
            assert taken(row, start, end) == content[start:end]


FIVE = content_of(4 * CHUNK + 99)


@pytest.fixture(scope="module")
def five_chunks() -> bytes:
    return FIVE


@given(data=st.data())
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_any_range_is_what_the_slice_is(db: None, data: st.DataObject) -> None:
    file = seal_file(FIVE, person_id=uuid.uuid4())
    start = data.draw(st.integers(0, len(FIVE)))
    end = data.draw(st.integers(start, len(FIVE)))
    assert taken(file, start, end) == FIVE[start:end]


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (5, 4), (0, 100)])
def test_a_range_outside_the_file_is_refused(db: None, start: int, end: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        taken(seal_some(99), start, end)


def chunk(sealed: bytes, number: int) -> bytes:
    return sealed[1 + number * STEP : 1 + (number + 1) * STEP]


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "a bit": lambda s: s[:70_000] + bytes([s[70_000] ^ 1]) + s[70_001:],
    "chunks swapped": lambda s: s[:1] + chunk(s, 1) + chunk(s, 0) + s[1 + 2 * STEP :],
    "a chunk twice": lambda s: s[: 1 + 2 * STEP] + chunk(s, 1) + s[1 + 2 * STEP :],
    "a chunk in place of another": lambda s: s[: 1 + STEP] + chunk(s, 0) + s[1 + 2 * STEP :],
    "a chunk left out": lambda s: s[: 1 + STEP] + s[1 + 2 * STEP :],
    "the last chunk left out": lambda s: s[: 1 + 4 * STEP],
    "cut inside a chunk": lambda s: s[: 1 + 2 * STEP + 5],
    "cut to a rest shorter than a tag": lambda s: s[: 1 + 2 * STEP + 15],
    "cut by a byte": lambda s: s[:-1],
    "lengthened by a byte": lambda s: s + b"\0",
    "lengthened by a chunk": lambda s: s + chunk(s, 0),
    "another version": lambda s: b"\x02" + s[1:],
    "nothing left": lambda s: b"",
}  # fmt: skip


@pytest.mark.parametrize("old", [False, True], ids=["size bound", "first envelope"])
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_every_damage_is_noticed(
    in_store: FileStore, db: None, damage: Callable[[bytes], bytes], old: bool
) -> None:
    file = seal_file(FIVE, person_id=uuid.uuid4())
    if old:
        with_first_envelope(file)
    rewrite(in_store, file, damage)
    with pytest.raises(CannotOpen):
        read_file(file)


CUT = [
    name for name in DAMAGE if name.startswith(("cut", "lengthened", "the last", "a chunk left", "nothing"))
]


@pytest.mark.parametrize("name", CUT)
def test_a_cut_or_lengthened_file_is_refused_by_a_range_that_is_still_there(
    in_store: FileStore, db: None, name: str
) -> None:
    file = seal_file(FIVE, person_id=uuid.uuid4())
    rewrite(in_store, file, DAMAGE[name])
    with pytest.raises(CannotOpen):
        taken(file, 0, 10)
    with pytest.raises(CannotOpen):
        check_length(file)


@pytest.mark.parametrize("old", [False, True], ids=["size bound", "first envelope"])
def test_a_file_cut_at_a_chunk_does_not_pass_with_the_size_in_the_row_changed_to_fit(
    in_store: FileStore, db: None, old: bool
) -> None:
    file = seal_file(FIVE, person_id=uuid.uuid4())
    if old:
        with_first_envelope(file)
    rewrite(in_store, file, lambda s: s[: 1 + 4 * STEP])
    SealedFile.objects.filter(pk=file.pk).update(size=plain_size(1 + 4 * STEP))
    changed = SealedFile.objects.get(pk=file.pk)
    for ask in (lambda: taken(changed, 0, 10), lambda: read_file(changed)):
        with pytest.raises(CannotOpen):
            ask()


def test_contents_or_envelopes_swapped_between_files_do_not_open(in_store: FileStore, db: None) -> None:
    person = uuid.uuid4()
    one, two = (seal_file(bytes([n]) * len(FIVE), person_id=person) for n in (1, 2))
    one.stored_as, two.stored_as = two.stored_as, one.stored_as
    with pytest.raises(CannotOpen):
        read_file(one)
    with pytest.raises(CannotOpen):
        taken(two, 0, 10)
    one.envelope = two.envelope
    with pytest.raises(CannotOpen):
        sha256(one)


def test_the_last_piece_is_held_back_until_the_hash_holds(in_store: FileStore, db: None) -> None:
    """Chunks alone cannot tell: the content is sealed with its key, but it is not the one that was hashed."""
    file = seal_file(FIVE, person_id=uuid.uuid4())
    envelope = open_envelope(file)
    assert envelope is not None
    file.envelope = seal_envelope(file, Envelope(key=envelope.key, digest=bytes(32), size=envelope.size))
    pieces = open_file(file)
    assert b"".join(next(pieces) for _ in range(4)) == FIVE[: 4 * CHUNK]
    with pytest.raises(CannotOpen):
        next(pieces)


def test_a_missing_ciphertext_is_damage(in_store: FileStore, db: None) -> None:
    file = seal_file(FIVE, person_id=uuid.uuid4())
    in_store.delete(file.stored_as or "")
    for ask in (lambda: read_file(file), lambda: taken(file, 0, 1), lambda: check_length(file)):
        with pytest.raises(CannotOpen):
            ask()


def test_an_erased_persons_file_yields_nothing(in_store: FileStore, db: None) -> None:
    file = seal_file(FIVE, person_id=uuid.uuid4())
    erase_keys(file.person_id, list(KeyGroup))
    assert read_file(file) == b"" == taken(file, 0, 10)
    check_length(file)


def test_nothing_is_stored_for_a_fenced_person(in_store: FileStore, db: None) -> None:
    person = uuid.uuid4()
    erase_keys(person, list(KeyGroup))
    with pytest.raises(Fenced):
        seal_file(FIVE, person_id=person)
    assert list(in_store.names()) == [] and not SealedFile.objects.exists()


def test_a_file_whose_source_breaks_leaves_nothing(in_store: FileStore, db: None) -> None:
    class Breaking(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 3 * CHUNK:
                raise InterruptedError
            return super().read(size)

    with pytest.raises(InterruptedError), transaction.atomic():
        seal_file(Breaking(FIVE), person_id=uuid.uuid4())
    assert list(in_store.names()) == [] and not SealedFile.objects.exists()


def test_handing_a_file_over_keeps_its_size_bound(in_store: FileStore, db: None) -> None:
    file, other = seal_file(FIVE, person_id=uuid.uuid4()), uuid.uuid4()
    reseal_file(file, person_id=other, group="evidence")
    again = SealedFile.objects.get(pk=file.pk)
    again.size += 1
    with pytest.raises(CannotOpen):
        read_file(again)
    again.size -= 1
    assert read_file(again) == FIVE


MEASURE = """
import os, sys, time, uuid
import django
django.setup()
from django.db import connections
for alias, name in zip(("default", "keys"), sys.argv[2:4]):
    connections[alias].settings_dict["NAME"] = name
from aureole.vault import files
from aureole.vault.files import delete_files, open_file, open_range, seal_file
size = int(sys.argv[1])
if sys.argv[4:]:
    from aureole.vault.store.bucket import BucketStore
    store = BucketStore(sys.argv[4], prefix="", region="eu-central-1", endpoint=sys.argv[5], key=("id", "key"))
    files.file_store = lambda: store

class Endless:
    left = size
    piece = os.urandom(65536)
    def read(self, count):
        taken = min(count, self.left)
        self.left -= taken
        return self.piece[:taken]

def memory(what):
    for line in open("/proc/self/status"):
        if line.startswith(what):
            return int(line.split()[1]) / 1024

person = uuid.uuid4()
small = seal_file(b"x" * 100_000, person_id=person)
assert sum(map(len, open_file(small))) == 100_000
open("/proc/self/clear_refs", "w").write("5")  # the peak so far, and that of our parent, do not count
base = memory("VmRSS")
started = time.perf_counter()
file = seal_file(Endless(), person_id=person)
sealed = time.perf_counter()
assert file.size == size
assert sum(map(len, open_file(file))) == size
opened = time.perf_counter()
assert sum(map(len, open_range(file, size // 2, size // 2 + 1_000_000))) == 1_000_000
delete_files([small, file])
peak = memory("VmHWM")
ballast = bytearray(100_000_000)
assert memory("VmHWM") - peak > 50, "the meter does not work"
print(round(base), round(peak - base, 1), round(sealed - started, 2), round(opened - sealed, 2))
"""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="the peak is read from Linux")
@pytest.mark.slow  # starts Python anew, and moves 64 MB through the ciphers twice
@pytest.mark.parametrize("where", ["folder", "bucket"])
def test_memory_stays_flat(transactional_db: None, where: str, request: pytest.FixtureRequest) -> None:
    """TEST_FILE_MB=1024 makes it the run of a gigabyte, which -s shows."""
    size = int(os.environ.get("TEST_FILE_MB", "64" if where == "folder" else "32")) * 1024 * 1024
    arguments = [str(size), *(settings.DATABASES[alias]["NAME"] for alias in ("default", "keys"))]
    if where == "bucket":
        arguments += [request.getfixturevalue("bucket")()._bucket, request.getfixturevalue("aws_endpoint")]
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *arguments],
        capture_output=True, text=True, check=False,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": "src:."},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    base, grown, sealing, opening = map(float, done.stdout.split())
    print(f"{where}, {size} bytes: {grown} MB above {base}; sealed in {sealing} s, opened in {opening} s")
    assert grown < 60


def test_the_format_is_the_one_the_readme_gives(db: None) -> None:
    """Opened by nothing but the words of "Formats of sealed files"."""
    file = seal_file(b"x" * 20_000, person_id=uuid.uuid4())
    token = bytes(file.envelope)
    plain = open_sealed(token, place=context("vault_sealed_file", "envelope", file.id))
    assert plain is not None and len(plain) == 73 and plain[:1] == b"\x02"
    key, digest, size = plain[1:33], plain[33:65], int.from_bytes(plain[65:], "big")
    sealed = bytes(file.inline or b"")
    nonce = bytes(7) + (0).to_bytes(4, "big") + b"\x01"
    content = AESGCM(key).decrypt(nonce, sealed[1:], b"\x01" + file.id.bytes)
    assert (hashlib.sha256(content).digest(), len(content), sealed[:1]) == (digest, size, b"\x01")


def test_the_vault_table_still_has_no_plain_byte(in_store: FileStore, db: None) -> None:
    seal_file(b"canary" * 1000, person_id=uuid.uuid4())
    with connection.cursor() as cursor:
        cursor.execute("SELECT inline || envelope FROM vault_sealed_file")
        assert b"canary" not in bytes(cursor.fetchone()[0])
