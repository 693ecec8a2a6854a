"""The same rows without any protection: plain copies of our tables, in a schema of their own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any

import psycopg
from django.conf import settings
from django.db.models import Field, Model

from aureole.desk.models import Attachment, Message, Participant, Ticket
from aureole.people.models import Identifier, Person
from aureole.search.document import Document
from aureole.vault.fields import SealedField
from aureole.vault.models import SealedFile

COPIED: tuple[type[Model], ...] = (Person, Identifier, Ticket, Message, Attachment, Participant, SealedFile)
_SEARCH = """
CREATE TABLE floor.search_entry (kind text, row_id uuid, person_id uuid, at timestamptz, body text, words tsvector);
CREATE INDEX ON floor.search_entry USING gin (words);
CREATE INDEX ON floor.search_entry (at, row_id);
CREATE INDEX ON floor.search_entry (person_id);
CREATE TABLE floor.mail (
    id uuid PRIMARY KEY, sender text, subject text, message_id text, sent_at text, body text, files int
);
"""


def connect() -> psycopg.Connection[tuple[Any, ...]]:
    """A plain session of the database's owner, outside Django and its pool."""
    address = settings.DATABASES["default"]
    return psycopg.connect(
        dbname=address["NAME"], user=address["USER"], password=address["PASSWORD"], host=address["HOST"],
        port=address["PORT"] or None, autocommit=True, options="-c search_path=floor,public",
        cursor_factory=psycopg.ClientCursor,
    )  # fmt: skip


class Floor:
    """Plain tables with the indexes of ours, filled by COPY."""

    def __init__(self) -> None:
        self.session = connect()
        self.session.execute("CREATE SCHEMA floor")
        for model in COPIED:
            self.session.execute(_twin(model))
        self.session.execute(_SEARCH)
        self.session.execute("GRANT USAGE ON SCHEMA floor TO aureole_app")
        self.session.execute("GRANT SELECT ON ALL TABLES IN SCHEMA floor TO aureole_app")

    def copy(self, rows: Sequence[Model]) -> None:
        if not rows:
            return
        fields = rows[0]._meta.concrete_fields
        columns = ", ".join(f'"{field.column}"' for field in fields)
        statement = f"COPY floor.{rows[0]._meta.db_table} ({columns}) FROM STDIN"
        with self.session.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row([_plain(row, field) for field in fields])

    def copy_words(self, documents: Iterable[Document]) -> None:
        with self.session.transaction(), self.session.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO floor.search_entry VALUES (%s, %s, %s, %s, %s, to_tsvector('english', %s))",
                [
                    (d.kind, d.row_id, d.person_id, d.at, "\n".join(d.texts), "\n".join(d.texts))
                    for d in documents
                ],
            )

    def settle(self) -> None:
        """Statistics as a database that runs for some time has them."""
        self.session.execute("VACUUM ANALYZE")


def _twin(model: type[Model]) -> str:
    table = model._meta.db_table
    plain = [
        f'ALTER COLUMN "{f.column}" TYPE text'
        for f in model._meta.concrete_fields
        if isinstance(f, SealedField)
    ]
    made = f"CREATE TABLE floor.{table} (LIKE public.{table} INCLUDING DEFAULTS INCLUDING INDEXES);"
    return made + (f"ALTER TABLE floor.{table} {', '.join(plain)};" if plain else "")


def _plain(row: Model, field: Field[Any, Any]) -> Any:
    value = getattr(row, field.attname)
    if isinstance(value, Enum):
        return value.value
    if isinstance(field, SealedField) and value is not None and not isinstance(value, str):
        return json.dumps(value)
    return value
