"""Who else gets data by the way this instance is set up, by name (CJEU C-154/21): servers that are not its own."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from aureole.privacy.export import ports
from aureole.privacy.export.ports import Receiver

_HERE = ("", "localhost", "127.0.0.1", "::1")


def servers() -> list[Receiver]:
    """The file store and the database, where somebody else's server keeps them. What rests there is sealed."""
    return [*_file_store(), *_database()]


def _file_store() -> list[Receiver]:
    place = urlsplit(settings.AUREOLE_FILES_URL)
    if place.scheme == "file":
        return []
    return [
        Receiver(
            kind="file_store", name=f"{place.scheme}://{place.hostname or ''}",
            gets="attachments and mails, sealed", why="to store them; the keys are not there",
        )
    ]  # fmt: skip


def _database() -> list[Receiver]:
    found: dict[str, Any] = settings.DATABASES["default"]
    host = str(found.get("HOST") or "")
    if host.startswith("/") or host in _HERE:
        return []
    return [
        Receiver(
            kind="database", name=host,
            gets="all of the above, sealed", why="to store it; the keys are not there",
        )
    ]  # fmt: skip


def register() -> None:
    ports.add_receivers(servers)
