"""An instance as an operator has it: its own home folder, embedded server, processes, settings of production."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from aureole.ops.embedded import EmbeddedServer
from aureole.ops.embedded.account import choose_account
from aureole.ops.embedded.binaries import find_binaries
from aureole.ops.embedded.connection import DATA, KEYS, OWNER
from aureole.ops.embedded.socket_folder import choose_socket_folder

_READY_LIMIT = 120.0
_TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
_PROGRAM = "import sys; from aureole.ops.cli import main; sys.exit(main())"


@dataclass
class OwnInstance:
    """`home` is its folder; `temporary` where its programs put passing files."""

    home: Path
    temporary: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.temporary.mkdir(parents=True, exist_ok=True)
        kept = {
            name: value for name, value in os.environ.items()
            if not name.startswith(("AUREOLE_", "DATABASE_URL", "KEYS_DATABASE_URL", "EMAIL_URL", "DJANGO_", "PYTEST_"))
        }  # fmt: skip
        self.environment = {
            **kept, "AUREOLE_HOME": str(self.home), "TMPDIR": str(self.temporary), **self.environment,
        }  # fmt: skip

    def command(self, *words: str) -> Any:
        """`aureole … --json`; gives the document. Raises AssertionError with what was said when it fails."""
        return json.loads(self.run("-c", _PROGRAM, *words, "--json"))

    def run(self, *words: str) -> str:
        """A Python program in the instance's surroundings; gives what it printed."""
        done = subprocess.run(
            [sys.executable, *words], env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{words[:4]} ended with {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout

    @property
    def cluster(self) -> Path:
        """The data folder of the embedded server; below `home` unless the server runs as another account."""
        with self.session() as session:
            row = session.execute("SHOW data_directory").fetchone()
        assert row is not None
        return Path(str(row[0]))

    @contextmanager
    def session(self, database: str = DATA) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """The owner's own; the server must be running."""
        password = (self.home / "secrets" / "db_password").read_text().strip()
        folder = choose_socket_folder(choose_account(self.home, find_binaries()).state)
        with psycopg.connect(
            host=str(folder), user=OWNER, password=password, dbname=database, autocommit=True
        ) as session:
            yield session

    @contextmanager
    def kept_running(self) -> Iterator[None]:
        """The database server for the length of the block; commands join it."""
        with EmbeddedServer(self.home).shared():
            yield

    @contextmanager
    def serving(self, port: int) -> Iterator[Browser]:
        """`aureole up` for the length of the block: web server, worker, database."""
        words = [sys.executable, "-c", _PROGRAM, "up", "--port", str(port)]
        process = subprocess.Popen(
            words, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        browser = Browser(f"http://127.0.0.1:{port}")
        try:
            self._wait_for(browser, process)
            yield browser
        finally:
            process.terminate()
            process.wait(timeout=60)

    @staticmethod
    def _wait_for(browser: Browser, process: subprocess.Popen[bytes]) -> None:
        limit = time.monotonic() + _READY_LIMIT
        while time.monotonic() < limit:
            assert process.poll() is None, f"`aureole up` ended with {process.returncode}"
            try:
                if browser.get("/readyz")[0] == 200:
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise AssertionError("`aureole up` is not ready")


def legible_from_now_on(own: OwnInstance) -> None:
    """Turn off what compresses values on the disk, so that a search of bytes would see words that rest there."""
    for database in (DATA, KEYS):
        with own.session(database) as session:
            columns = session.execute(
                "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
                "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 "
                "AND NOT a.attisdropped AND a.attlen = -1"
            ).fetchall()
            for table, column in columns:
                statement = sql.SQL("ALTER TABLE {} ALTER COLUMN {} SET STORAGE EXTERNAL")
                session.execute(statement.format(sql.Identifier(table), sql.Identifier(column)))
    with own.session() as session:
        session.execute("ALTER SYSTEM SET wal_compression = off")
        session.execute("SELECT pg_reload_conf()")


class Browser:
    """Pages by HTTP with cookies; forms are sent with the token of the page they stand on."""

    def __init__(self, url: str) -> None:
        self._url = url
        no_proxy = urllib.request.ProxyHandler({})
        self._opener = urllib.request.build_opener(no_proxy, urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page."""
        return self._ask(urllib.request.Request(self._url + path))  # noqa: S310  our own address

    def post(self, path: str, fields: Mapping[str, str], *, form_on: str = "") -> tuple[int, str]:
        """Send a form that stands on the page `form_on` (default: the path itself)."""
        _, page = self.get(form_on or path)
        token = re.search(
            r'csrf-?token"?[^>]*?(?:value|content)="([^"]+)"|X-CSRFToken[^A-Za-z0-9]+([A-Za-z0-9]+)', page
        )
        secret = next((group for group in token.groups() if group), "") if token else ""
        body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": secret}).encode()
        return self._ask(urllib.request.Request(self._url + path, data=body))  # noqa: S310  our own address

    def _ask(self, request: urllib.request.Request) -> tuple[int, str]:
        request.add_header("Origin", self._url)
        try:
            with self._opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read().decode("utf-8", "replace")
