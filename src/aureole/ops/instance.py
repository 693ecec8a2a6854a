"""An instance as a command finds it: its settings, its databases, its code."""

from __future__ import annotations

import gc
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aureole.kernel.errors import Refused, note_refusal
from aureole.ops.home import keep_secret, prepare_home
from aureole.ops.serving import served
from config.env import Environment, read


@dataclass(frozen=True, kw_only=True)
class Instance:
    """`descriptors` are for child processes that use the embedded server: they keep it running."""

    env: Environment
    embedded: bool
    descriptors: tuple[int, ...] = ()


@contextmanager
def instance(*, sound: bool = True) -> Iterator[Instance]:
    """For a command: databases reachable, Django ready, schema in step with the code, settings as whoever serves it has
    them where this shell says nothing.

    sound  False for commands that look at an instance that may not open

    Raises Refused when the home was never prepared, the schema is of another version, or data and keys do
    not stand together (a restore that is unfinished, or was made by hand).
    """
    from aureole.ops.schema import is_current
    from aureole.ops.standing import refuse_unsound

    env = read()
    refuse_unprepared(env)
    running = served(env.home)
    for name, value in (running.told if running else {}).items():
        os.environ.setdefault(name, value)
    with reach_databases() as here:
        if not is_current(here.env):
            raise Refused(
                "schema.behind",
                "The database does not have this version's tables. Run `aureole init`; nothing was changed.",
            )
        if sound:
            refuse_unsound(here.env)
        with django_ready():
            try:
                yield here
            except Refused as refusal:
                note_refusal(refusal)
                raise


@contextmanager
def reach_databases() -> Iterator[Instance]:
    """Starts or joins the embedded server where one is needed, and tells the settings where it is."""
    env = read()
    if not env.needs_embedded_server:
        yield Instance(env=env, embedded=False)
        return
    from aureole.ops.embedded import EmbeddedServer

    server = EmbeddedServer(env.home)
    with server.shared() as connection:
        if env.database is None:
            os.environ["DATABASE_URL"] = connection.database_url
        if env.keys_database is None:
            os.environ["KEYS_DATABASE_URL"] = connection.keys_database_url
        descriptors = (server.descriptor,) if server.descriptor is not None else ()
        yield Instance(env=read(), embedded=True, descriptors=descriptors)


@contextmanager
def django_ready() -> Iterator[None]:
    import django
    from django.apps import apps

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    if not apps.ready:
        gc.disable()  # what is loaded now stays: the collector would walk through it again and again
        try:
            django.setup()
            gc.freeze()
        finally:
            gc.enable()
    from django.db import connections

    try:
        yield
    finally:
        for connection in connections.all(initialized_only=True):
            connection.close()
            if getattr(connection, "pool", None) is not None:
                connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's alone has one


def prepare_instance_home(env: Environment) -> None:
    """Folders and secrets, each made once. The root key's file may lie elsewhere by setting."""
    prepare_home(env.home)
    if env.root_key_file:
        keep_secret(env.root_key_file, lambda: secrets.token_hex(32))


def refuse_unprepared(env: Environment) -> None:
    """A misspelt home must not become a new, empty instance by the way."""
    root_key_lost = env.root_key_file is not None and not env.root_key_file.exists()
    if not (env.home / "secrets" / "secret_key").exists() or root_key_lost:
        raise Refused(
            "home.unprepared",
            f"{env.home} holds no instance. Run `aureole init` (or `aureole up`) to make one there, "
            "or set AUREOLE_HOME to the folder of yours. Nothing was changed.",
        )
