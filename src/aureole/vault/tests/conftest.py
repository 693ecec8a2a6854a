"""Providers of root keys and stores of files, each a real server on this machine."""

from __future__ import annotations

import json
import logging
import secrets
import threading
import uuid
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from aureole.desk.models import Message
from aureole.testing.personas import Personas
from aureole.vault.root_key import forget_root_keys
from aureole.vault.store import FileStore
from aureole.vault.store.bucket import BucketStore
from aureole.vault.store.folder import FolderStore
from aureole.vault.tests.transit_server import TransitServer
from aureole.vault.wrapping_keys import forget_wrapping_keys
from config.env import read

UseRootKeys = Callable[..., None]


@pytest.fixture
def use_root_keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[UseRootKeys]:
    """Give the settings as an operator does, and read them as the program does."""

    def use(**variables: str) -> None:
        home = {"AUREOLE_HOME": settings.AUREOLE_HOME}
        monkeypatch.setattr(settings, "AUREOLE_ROOT_KEYS", read({**home, **variables}).root_keys)
        forget_root_keys()
        forget_wrapping_keys()

    yield use
    monkeypatch.undo()
    forget_root_keys()


@pytest.fixture
def key_file(tmp_path: Path) -> str:
    """The URL of a fresh root key in a file."""
    path = tmp_path / "another_root_key"
    path.write_text(secrets.token_hex(32))
    return path.as_uri()


@pytest.fixture
def transit() -> Iterator[TransitServer]:
    server = TransitServer().start()
    yield server
    server.stop()


@pytest.fixture
def answering() -> Iterator[Callable[[int, str], str]]:
    """Starts a server that always answers as KMS does in trouble, and gives its URL (moto knows few troubles)."""
    servers: list[ThreadingHTTPServer] = []

    def start(status: int, code: str) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = json.dumps({"__type": code, "message": ""}).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: object) -> None:
                pass

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=servers[-1].serve_forever, args=(0.02,), daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def kms(aws_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """Makes a key in KMS and gives its URL."""
    import boto3

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")

    def make() -> str:
        client = boto3.client("kms", region_name="eu-central-1", endpoint_url=aws_endpoint)
        key = client.create_key()["KeyMetadata"]["KeyId"]
        return f"awskms:///{key}?region=eu-central-1&endpoint={aws_endpoint}"

    return make


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
def aws_endpoint() -> Iterator[str]:
    """A local server that speaks S3 and KMS."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(aws_endpoint: str) -> Callable[[], BucketStore]:
    """Makes stores on a new bucket each."""

    def make(endpoint: str = aws_endpoint) -> BucketStore:
        store = BucketStore(
            f"sealed-{uuid.uuid4()}",
            prefix="desk/eu",
            region="eu-central-1",
            endpoint=aws_endpoint,
            key=("id", "key"),
        )
        store._client.create_bucket(
            Bucket=store._bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        if endpoint == aws_endpoint:
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
