"""The same promises of a folder and of a bucket, then what is particular to a bucket."""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aureole.kernel.errors import Broken
from aureole.vault.store import FileStore, FileStoreAway
from aureole.vault.store.bucket import PART_BYTES, BucketStore

MEGABYTE = 1024 * 1024


def new_name() -> str:
    return os.urandom(16).hex()


def pattern(size: int) -> Iterator[bytes]:
    """Pieces of 64 KiB, no two alike."""
    for number in range(-(-size // 65536)):
        piece = number.to_bytes(4, "big") * 16384
        yield piece[: size - number * 65536]


class TestEveryStore:
    @pytest.mark.parametrize("size", [0, 1, 65536, 3 * MEGABYTE])
    def test_what_was_written_is_there_whole_and_in_parts(self, store: FileStore, size: int) -> None:
        name, content = new_name(), b"".join(pattern(size))
        store.write(name, pattern(size))
        with store.open(name) as file:
            assert file.read() == content
        for start, end in ((0, size), (size // 2, size), (0, size // 3), (size // 3, size // 2)):
            if start < end:
                with store.read_range(name, start, end) as part:
                    assert part.read() == content[start:end]
        found = store.stat(name)
        assert (found.name, found.size) == (name, size)
        assert abs(found.modified - datetime.now(UTC)) < timedelta(minutes=5)

    def test_a_range_past_the_end_is_short(self, store: FileStore) -> None:
        name = new_name()
        store.write(name, [b"abcdef"])
        with store.read_range(name, 4, 100) as part:
            assert part.read() == b"ef"
        with store.read_range(name, 50, 100) as part:
            assert part.read() == b""

    def test_the_names_are_listed_and_nothing_else(self, store: FileStore) -> None:
        names = sorted(new_name() for _ in range(5))
        for name in names:
            store.write(name, [b"x"])
        assert list(store.names()) == names
        assert [one.size for one in store.stored()] == [1] * 5

    def test_what_is_not_there_is_said_so(self, store: FileStore) -> None:
        for ask in (store.open, store.stat, lambda name: store.read_range(name, 0, 4)):
            with pytest.raises(FileNotFoundError):
                ask(new_name())

    def test_deleting_is_repeatable(self, store: FileStore) -> None:
        name = new_name()
        store.write(name, [b"x"])
        store.delete(name)
        store.delete(name)
        assert list(store.names()) == []

    @pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 32, "0" * 33, "0" * 31 + "\n"])
    def test_no_other_name_reaches_the_store(self, store: FileStore, name: str) -> None:
        for use in (store.open, store.delete, store.stat, lambda n: store.write(n, [b"x"])):
            with pytest.raises(ValueError, match="hexadecimal"):
                use(name)

    @pytest.mark.parametrize("size", [100, 2 * PART_BYTES], ids=["small", "in parts"])
    def test_a_write_that_fails_leaves_nothing(self, store: FileStore, size: int) -> None:
        def breaking() -> Iterator[bytes]:
            yield from pattern(size)
            raise InterruptedError

        with pytest.raises(InterruptedError):
            store.write(new_name(), breaking())
        assert list(store.names()) == [] and list(store.unfinished()) == []

    def test_a_write_that_was_killed_is_found_and_discarded(self, store: FileStore) -> None:
        name = new_name()
        store.write(new_name(), [b"x"])
        leave_half_a_file(store, name)
        assert [one.name for one in store.unfinished()] == [name]
        assert name not in list(store.names())
        store.discard_unfinished(name)
        store.discard_unfinished(name)
        assert list(store.unfinished()) == [] and len(list(store.names())) == 1


def leave_half_a_file(store: Any, name: str) -> None:
    """What a process leaves that is killed while it writes."""
    if isinstance(store, BucketStore):
        store._client.create_multipart_upload(Bucket=store._bucket, Key=store._key(name))
        return
    path = store._path(name).with_suffix(".partial")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"half")


def test_a_bucket_takes_a_large_file_in_parts(bucket: Callable[..., BucketStore]) -> None:
    store, name, size = bucket(), new_name(), 3 * PART_BYTES + 17
    sizes: list[int] = []
    put = store._client.upload_part

    def noting(**given: Any) -> Any:
        sizes.append(len(given["Body"]))
        return put(**given)

    store._client.upload_part = noting  # type: ignore[method-assign]
    store.write(name, pattern(size))
    assert len(sizes) == 4 and sum(sizes) == size and min(sizes[:-1]) >= PART_BYTES
    assert store.stat(name).size == size
    with store.read_range(name, PART_BYTES - 5, PART_BYTES + 5) as part:
        assert part.read() == b"".join(pattern(size))[PART_BYTES - 5 : PART_BYTES + 5]


def test_many_names_come_in_pages(
    bucket: Callable[..., BucketStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = bucket()
    names = sorted(new_name() for _ in range(7))
    for name in names:
        store.write(name, [b"x"])
    store._client.put_object(Bucket=store._bucket, Key="desk/eu/README", Body=b"somebody else's")
    store._client.put_object(Bucket=store._bucket, Key=new_name(), Body=b"outside of the prefix")
    monkeypatch.setattr("aureole.vault.store.bucket.PAGE", 3)
    assert list(store.names()) == names
    for name in names[:4]:
        leave_half_a_file(store, name)
    assert [one.name for one in store.unfinished()] == names[:4]


def test_a_server_that_is_away_is_told_from_a_missing_file() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    store = BucketStore("sealed", prefix="", region="eu-central-1", endpoint=address, key=("id", "key"))
    with pytest.raises(FileStoreAway, match="Nothing is lost") as trouble:
        store.stat(new_name())
    assert address not in trouble.value.sentence


def test_a_bucket_that_is_not_there_is_no_missing_file(aws_endpoint: str) -> None:
    store = BucketStore(
        "absent-bucket", prefix="", region="eu-central-1", endpoint=aws_endpoint, key=("id", "key")
    )
    with pytest.raises(FileStoreAway, match="NoSuchBucket"):
        store.write(new_name(), [b"x"])


def test_without_the_library_the_sentence_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(Broken, match=r"aureole\[aws\]"):
        BucketStore("sealed", prefix="", region="", endpoint="", key=None)


class Cutting:
    """Stands between client and server, and breaks every connection that carried a megabyte.

    cuts  after so many it lets everything pass; None: after the first it is dead
    """

    def __init__(self, upstream: str, cuts: int | None) -> None:
        host, port = upstream.removeprefix("http://").split(":")
        self._upstream = (host, int(port))
        self.cuts = cuts
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self._upstream)
            except OSError:
                client.close()
                continue
            threading.Thread(target=self._pass, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, client, True), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, may_cut: bool) -> None:
        passed = 0
        try:
            while data := source.recv(65536):
                target.sendall(data)
                passed += len(data)
                if may_cut and passed > MEGABYTE and self.cuts != 0:
                    self._cut()
                    break
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def _cut(self) -> None:
        if self.cuts is None:
            self._upstream = ("127.0.0.1", 1)
        else:
            self.cuts -= 1

    def close(self) -> None:
        self._door.close()


@pytest.mark.parametrize("cuts", [1, 3, None])
def test_a_connection_that_breaks_is_taken_up_again_where_it_broke(
    bucket: Callable[..., BucketStore], aws_endpoint: str, cuts: int | None
) -> None:
    line = Cutting(aws_endpoint, cuts)
    name, size = new_name(), 4 * MEGABYTE
    store = bucket(line.address)
    BucketStore(
        store._bucket, prefix="desk/eu", region="eu-central-1", endpoint=aws_endpoint, key=("id", "key")
    ).write(name, pattern(size))
    try:
        with store.open(name) as file:
            if cuts is not None:
                assert file.read() == b"".join(pattern(size))
                assert line.cuts == 0
            else:
                with pytest.raises(FileStoreAway, match="Nothing is lost"):
                    file.read()
    finally:
        line.close()
