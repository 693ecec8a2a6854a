"""Where the steps of a command are seen: database drivers, file operations, mail, root key."""

from __future__ import annotations

import builtins
import errno
import io
import os
import smtplib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql
from psycopg.pq import TransactionStatus

from aureole.kernel.errors import Away
from aureole.testing.interruptions import Interruption, Kind
from aureole.vault.root_key.file import FileRootKey

_READS = ("SELECT", "COPY", "SHOW", "SET", "DECLARE", "FETCH", "CLOSE")
_CHANGES_ALL_THE_SAME = ("FOR UPDATE", "FOR NO KEY UPDATE", "PG_NOTIFY", "NEXTVAL", "SETVAL", "_DEFER_JOBS")
_LABEL = 70
_FILE_CALLS = ("rename", "replace", "unlink", "remove", "mkdir", "rmdir", "link")


@contextmanager
def watch_every_point(interruption: Interruption) -> Iterator[None]:
    """Put the interruption between the program and everything outside of it."""
    with ExitStack() as stack:
        _watch_databases(stack, interruption)
        _watch_files(stack, interruption)
        _watch_mail(stack, interruption)
        _watch_root_key(stack, interruption)
        yield


def _instead(stack: ExitStack, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    """Replace an attribute until the stack unwinds."""
    real = getattr(owner, name)
    setattr(owner, name, make(real))
    stack.callback(setattr, owner, name, real)


# ------------------------------------------------------------------ both databases


def _watch_databases(stack: ExitStack, interruption: Interruption) -> None:
    """At the driver: above it nobody sees COMMIT, nor what a library sends on its own."""

    def statement(real: Any) -> Any:
        def call(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
            connection = self.connection
            kind, act = _kind(connection, query), partial(real, self, query, *args, **kwargs)
            if kind not in interruption.kinds:
                return act()
            return _database_step(interruption, connection, kind, _label(connection, query), act)

        return call

    def commit(real: Any) -> Any:
        def call(self: Any) -> Any:
            if self.info.transaction_status == TransactionStatus.IDLE:
                return real(self)
            return _database_step(
                interruption, self, Kind.COMMIT, f"{_name(self)}: COMMIT", partial(real, self)
            )

        return call

    for name in ("execute", "executemany", "copy"):
        _instead(stack, psycopg.Cursor, name, statement)
    _instead(stack, psycopg.Connection, "commit", commit)


def _database_step(interruption: Interruption, connection: Any, kind: Kind, label: str, act: Any) -> Any:
    return interruption.step(kind, label, act, refuse=psycopg.OperationalError, lose=connection.close)


def _kind(connection: Any, query: Any) -> Kind:
    words = _text(connection, query).upper()
    together = [
        statement.lstrip("( \n\t") for statement in words.split(";")
    ]  # several may be sent in one trip
    changes = any(word in words for word in _CHANGES_ALL_THE_SAME)
    if all(not one or one.startswith(_READS) for one in together) and not changes:
        return Kind.READ
    at_once = connection.autocommit and connection.info.transaction_status == TransactionStatus.IDLE
    return Kind.COMMIT if at_once else Kind.WRITE


def _label(connection: Any, query: Any) -> str:
    return f"{_name(connection)}: {' '.join(_text(connection, query).split())[:_LABEL]}"


def _text(connection: Any, query: Any) -> str:
    """The statement without its values: those are bound later."""
    if isinstance(query, sql.Composable):
        return query.as_string(connection)
    return query.decode() if isinstance(query, bytes) else str(query)


def _name(connection: Any) -> str:
    keys = connection.info.dbname == connections["keys"].settings_dict["NAME"]
    return "key store" if keys else "data"


# ------------------------------------------------------------------ files


def _watch_files(stack: ExitStack, interruption: Interruption) -> None:
    """Everything that changes a file below the home folder, the file store in it; reading is nobody's trouble."""
    watch = _FileWatch(interruption)
    for name in (*_FILE_CALLS, "fsync"):
        _instead(stack, os, name, partial(watch.changing, name))
    _instead(stack, os, "open", watch.opening_raw)
    _instead(stack, io, "open", watch.opening)
    _instead(stack, builtins, "open", watch.opening)


class _FileWatch:
    def __init__(self, interruption: Interruption) -> None:
        self._interruption = interruption
        self._home = os.path.realpath(settings.AUREOLE_HOME)

    def _is_ours(self, path: Any) -> bool:
        named = f"/proc/self/fd/{path}" if isinstance(path, int) else os.fsdecode(path)
        return os.path.commonpath([self._home, os.path.realpath(named)]) == self._home

    def step(self, what: str, act: Callable[[], Any]) -> Any:
        return self._interruption.step(Kind.FILE, what, act, refuse=_full)

    def changing(self, name: str, real: Any) -> Any:
        def call(path: Any, *args: Any, **kwargs: Any) -> Any:
            act = partial(real, path, *args, **kwargs)
            return self.step(name, act) if self._is_ours(path) else act()

        return call

    def opening_raw(self, real: Any) -> Any:
        def call(path: Any, flags: int, *args: Any, **kwargs: Any) -> Any:
            act = partial(real, path, flags, *args, **kwargs)
            writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            return self.step("open", act) if writes and self._is_ours(path) else act()

        return call

    def opening(self, real: Any) -> Any:
        def call(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            act = partial(real, file, mode, *args, **kwargs)
            if not set(mode) & set("wax+") or not self._is_ours(file):
                return act()
            opened = act() if isinstance(file, int) else self.step("open", act)
            return _WatchedFile(opened, self.step)

        return call


def _full(words: str) -> OSError:
    return OSError(errno.ENOSPC, f"{os.strerror(errno.ENOSPC)}: {words}")


class _WatchedFile:
    """A file whose writes are steps."""

    def __init__(self, file: Any, step: Callable[[str, Callable[[], Any]], Any]) -> None:
        self._file = file
        self._step = step

    def write(self, data: Any) -> Any:
        return self._step("write", partial(self._file.write, data))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> _WatchedFile:
        self._file.__enter__()
        return self

    def __exit__(self, *trouble: Any) -> Any:
        return self._file.__exit__(*trouble)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._file)


# ------------------------------------------------------------------ mail and the root key


def _watch_mail(stack: ExitStack, interruption: Interruption) -> None:
    def reset(words: str) -> ConnectionResetError:
        return ConnectionResetError(errno.ECONNRESET, words)

    def connecting(real: Any) -> Any:
        def call(self: Any, *args: Any, **kwargs: Any) -> Any:
            act = partial(real, self, *args, **kwargs)
            return interruption.step(Kind.SEND, "connect", act, refuse=reset, lose=self.close)

        return call

    def sending(real: Any) -> Any:
        def call(self: Any, data: Any) -> Any:
            words = data if isinstance(data, bytes) else data.encode()
            command = words.split(b" ")[0].strip().decode("latin-1")
            label = command if command.isalpha() and len(command) <= len("STARTTLS") else "content"
            return interruption.step(
                Kind.SEND, label, partial(real, self, data), refuse=reset, lose=self.close
            )

        return call

    _instead(stack, smtplib.SMTP, "connect", connecting)
    _instead(stack, smtplib.SMTP, "send", sending)


def _watch_root_key(stack: ExitStack, interruption: Interruption) -> None:
    """Tests have a file for a root key; a provider in a network may fail at any call, so this one does."""

    def calling(name: str, real: Any) -> Any:
        def call(self: Any, *args: Any, **kwargs: Any) -> Any:
            act = partial(real, self, *args, **kwargs)
            return interruption.step(Kind.ROOT_KEY, name, act, refuse=_away)

        return call

    for name in ("wrap", "unwrap"):
        _instead(stack, FileRootKey, name, partial(calling, name))


def _away(words: str) -> Away:
    return Away("root_key_away", f"The root key does not answer: {words}")
