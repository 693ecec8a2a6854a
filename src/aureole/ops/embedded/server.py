"""The embedded server of one home folder, shared by every command that works in it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from aureole.ops.embedded.account import Account, choose_account
from aureole.ops.embedded.binaries import find_binaries
from aureole.ops.embedded.cluster import MODEST, make_cluster, write_settings
from aureole.ops.embedded.connection import ConnectionInfo
from aureole.ops.embedded.databases import ensure_databases
from aureole.ops.embedded.postmaster import Postmaster, Running
from aureole.ops.embedded.sharing import Membership, is_held, start_lock
from aureole.ops.embedded.socket_folder import (
    choose_socket_folder,
    is_answering,
    make_socket_folder,
)
from aureole.ops.home import keep_secret, prepare_home


@dataclass(frozen=True, kw_only=True)
class ServerStatus:
    """`pid` is None when the server does not run; `shared` says whether any process uses it now."""

    version: str
    pid: int | None
    started_at: float | None
    shared: bool


class EmbeddedServer:
    """Starts on demand, joined by who comes later, stopped by the last one out."""

    def __init__(
        self, home: Path, *, settings: Mapping[str, str] = MODEST, account: Account | None = None
    ) -> None:
        self._home = home
        self._settings = settings
        self._account = account or choose_account(home, find_binaries())
        self._postmaster = Postmaster(self._account, log=home / "logs" / "postgres.log")
        self._start_lock = home / "run" / "server.start"
        self._users = home / "run" / "server.users"
        self._membership: Membership | None = None

    @property
    def descriptor(self) -> int | None:
        """Hand it to child processes that use the server for themselves (`pass_fds`)."""
        return self._membership.descriptor if self._membership else None

    def ensure_running(self) -> ConnectionInfo:
        """Starts the server or joins the running one; both databases are there afterwards.

        Raises Refused when the operator can help (permissions, another major version), else Broken.
        """
        prepare_home(self._home)
        with start_lock(self._start_lock):
            password = keep_secret(self._home / "secrets" / "db_password", lambda: secrets.token_urlsafe(32))
            running = self._postmaster.join()
            if running is None or not is_answering(running.socket_folder):
                running = self._start(password)
            self._membership = self._membership or Membership(self._users)
        connection = ConnectionInfo(socket_folder=running.socket_folder, password=password)
        with self._left_on_failure(), start_lock(self._start_lock):
            ensure_databases(connection)
        return connection

    def leave(self) -> bool:
        """Ends our use; True when we were the last and the server was stopped."""
        if self._membership is None:
            return False
        with start_lock(self._start_lock):
            membership, self._membership = self._membership, None
            if not membership.end():
                return False
            self._shut_down()
        return True

    def stop(self) -> None:
        """Stops the server for everybody."""
        prepare_home(self._home)
        with start_lock(self._start_lock):
            if self._membership is not None:
                self._membership.end()
                self._membership = None
            self._shut_down()

    def status(self) -> ServerStatus:
        running = self._postmaster.find()
        return ServerStatus(
            version=self._account.binaries.version,
            pid=running.pid if running else None,
            started_at=running.started_at if running else None,
            shared=self._users.exists() and is_held(self._users),
        )

    @contextmanager
    def shared(self) -> Iterator[ConnectionInfo]:
        """The server for the length of a block."""
        connection = self.ensure_running()
        try:
            yield connection
        finally:
            self.leave()

    @contextmanager
    def _left_on_failure(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.leave()
            raise

    def _shut_down(self) -> None:
        self._postmaster.stop()
        with suppress(OSError):  # not there, or not empty: then it is not only ours
            choose_socket_folder(self._account.state).rmdir()

    def _start(self, password: str) -> Running:
        data = make_cluster(self._account, password=password)
        socket_folder = choose_socket_folder(self._account.state)
        make_socket_folder(socket_folder, owner=self._account.user)
        write_settings(self._account, data, socket_folder, self._settings)
        return self._postmaster.start(socket_folder)
