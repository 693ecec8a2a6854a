"""The rows of an earlier day put back, as a restore of the data does it, without the minutes that one takes."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model
from psycopg.types.json import Jsonb

from aureole.search.models import SearchEntry
from aureole.vault.keyring import keyring
from aureole.vault.models import BlindIndexEntry

_TABLES = (
    "people.Person",
    "people.Identifier",
    "people.MergedPerson",
    "people.MergeUndo",
    "people.Twin",
    "desk.Ticket",
    "vault.SealedFile",
    "desk.Message",
    "desk.Attachment",
    "desk.Tag",
    "privacy.Hold",
    "privacy.Consent",
    "privacy.Objection",
    "privacy.Disclosure",
)
Dump = list[tuple[str, list[dict[str, Any]]]]


def dumped() -> Dump:
    """Rows as they rest, without opening anything."""
    return [(model._meta.db_table, list(_raw(model))) for model in _models()]


def _models() -> list[type[Model]]:
    return [apps.get_model(label) for label in _TABLES]


def _raw(model: type[Model]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def restored(dump: Dump) -> None:
    """As a dump is loaded: what is there now goes, constraints are looked at afterwards, the indexes are empty."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table, _ in reversed(dump):
            cursor.execute(f'DELETE FROM "{table}"')
        for table, found in dump:
            for row in found:
                columns = ", ".join(f'"{name}"' for name in row)
                values: list[Any] = [Jsonb(v) if isinstance(v, (dict, list)) else v for v in row.values()]
                cursor.execute(
                    f'INSERT INTO "{table}" ({columns}) VALUES ({", ".join(["%s"] * len(row))})', values
                )
        cursor.execute("SET session_replication_role = origin")
    SearchEntry.objects.all().delete()
    BlindIndexEntry.objects.all().delete()
    keyring.evict()
