from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection

from aureole.desk.models import Message
from aureole.testing.personas import Personas
from aureole.vault.store import FileStore
from aureole.vault.store.bucket import BucketStore
from aureole.vault.store.folder import FolderStore


def raw(row: Message, column: str = "text") -> bytes:
    """What the database holds of a column."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM desk_message WHERE id = %s", [row.pk])
        return bytes(cursor.fetchone()[0])


@pytest.fixture
def message(personas: Personas) -> Message:
    found: Message = personas.ticket(subject="canary subject", text="canary words").messages.get()
    return found


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """A local server that speaks S3."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_endpoint: str) -> Callable[[], BucketStore]:
    """Makes stores on a new bucket each."""

    def make(endpoint: str = s3_endpoint) -> BucketStore:
        store = BucketStore(
            f"sealed-{uuid.uuid4()}",
            prefix="desk/eu",
            region="eu-central-1",
            endpoint=s3_endpoint,
            key=("id", "key"),
        )
        store._client.create_bucket(
            Bucket=store._bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        if endpoint == s3_endpoint:
            return store
        return BucketStore(
            store._bucket, prefix="desk/eu", region="eu-central-1", endpoint=endpoint, key=("id", "key")
        )

    return make


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    if request.param == "folder":
        return FolderStore(tmp_path / "files")
    made: FileStore = request.getfixturevalue("bucket")()
    return made


@pytest.fixture
def in_store(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> FileStore:
    """The store that sealed files go to, in place of the home's."""
    from aureole.vault import files, scrubbing, sweeping

    for module in (files, scrubbing, sweeping):
        monkeypatch.setattr(module, "file_store", lambda: store, raising=False)
    return store
