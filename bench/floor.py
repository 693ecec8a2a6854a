"""The same rows without any protection: plain copies of our tables, in a schema of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connections
from django.db.models import Model

from aureole.desk.models import Attachment, Message, Participant, Ticket
from aureole.people.models import Identifier, Person
from aureole.search.document import Document
from aureole.vault.fields import SealedField
from aureole.vault.models import SealedFile

COPIED: tuple[type[Model], ...] = (Person, Identifier, Ticket, Message, Attachment, Participant, SealedFile)
_READING = "SELECT ON ALL TABLES IN SCHEMA floor TO aureole_app"
# The words are worked out by the server as the rows arrive.
_SEARCH = """
CREATE TABLE floor.search_entry (
    kind text, row_id uuid, person_id uuid, at timestamptz, body text,
    words tsvector GENERATED ALWAYS AS (to_tsvector('english', body)) STORED
);
CREATE INDEX ON floor.search_entry USING gin (words);
CREATE INDEX ON floor.search_entry (at, row_id);
CREATE INDEX ON floor.search_entry (person_id);
CREATE TABLE floor.mail (
    id uuid PRIMARY KEY, sender text, subject text, message_id text, sent_at text, body text, files int
);
"""


def connect(alias: str = "default") -> psycopg.Connection[tuple[Any, ...]]:
    """A plain session of the database's owner, outside Django and its pool."""
    address = connections[alias].settings_dict
    return psycopg.connect(
        dbname=address["NAME"], user=address["USER"], password=address["PASSWORD"], host=address["HOST"],
        port=address["PORT"] or None, autocommit=True, options="-c search_path=floor,public",
        cursor_factory=psycopg.ClientCursor,
    )  # fmt: skip


class Floor:
    """Plain tables with the indexes of ours."""

    def __init__(self) -> None:
        self.session = connect()

    def make(self) -> None:
        self.session.execute("CREATE SCHEMA floor")
        for model in COPIED:
            self.session.execute(_twin(model))
        self.session.execute(_SEARCH)
        self.session.execute("GRANT USAGE ON SCHEMA floor TO aureole_app")
        self.session.execute(f"GRANT {_READING}")

    def catch_up(self) -> None:
        """Columns and indexes that ours got since a kept company was made, with the values they have."""
        for model in COPIED:
            self._add_columns(model)
            self._add_indexes(model._meta.db_table)

    def _add_columns(self, model: type[Model]) -> None:
        table, key = model._meta.db_table, model._meta.pk.column
        columns = "SELECT column_name FROM information_schema.columns WHERE table_schema = 'floor' AND table_name = %s"
        present = {name for (name,) in self.session.execute(columns, [table]).fetchall()}
        for field in model._meta.concrete_fields:
            if field.column in present:
                continue
            kind = "text" if isinstance(field, SealedField) else field.db_type(connections["default"])
            self.session.execute(f'ALTER TABLE floor.{table} ADD COLUMN "{field.column}" {kind}')
            if not isinstance(field, SealedField):
                self.session.execute(
                    f'UPDATE floor.{table} AS plain SET "{field.column}" = ours."{field.column}" '
                    f"FROM public.{table} AS ours "
                    f'WHERE ours."{key}" = plain."{key}" AND ours."{field.column}" IS NOT NULL'
                )

    def _add_indexes(self, table: str) -> None:
        """By what they index: names differ."""
        definitions = "SELECT indexdef FROM pg_indexes WHERE schemaname = %s AND tablename = %s"
        ours, present = (
            {text.split(" USING ")[1]: text for (text,) in self.session.execute(definitions, [schema, table])}
            for schema in ("public", "floor")
        )
        for indexed in ours.keys() - present.keys():
            self.session.execute(f"CREATE INDEX ON floor.{table} USING {indexed}")

    @contextmanager
    def out_of_sight(self) -> Iterator[None]:
        """Within the block the product cannot read the floor: what searches the whole instance must not pay for it."""
        self.session.execute(f"REVOKE {_READING.replace(' TO ', ' FROM ')}")
        try:
            yield
        finally:
            self.session.execute(f"GRANT {_READING}")


def copy_words(
    session: psycopg.Connection[tuple[Any, ...]], documents: Sequence[tuple[Document, str]]
) -> None:
    """Rows of the floor's own search, with the text itself."""
    statement = "COPY floor.search_entry (kind, row_id, person_id, at, body) FROM STDIN (FORMAT binary)"
    with session.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(["text", "uuid", "uuid", "timestamptz", "text"])
        for document, text in documents:
            copy.write_row([document.kind, document.row_id, document.person_id, document.at, text])


def _twin(model: type[Model]) -> str:
    table = model._meta.db_table
    plain = [
        f'ALTER COLUMN "{f.column}" TYPE text'
        for f in model._meta.concrete_fields
        if isinstance(f, SealedField)
    ]
    made = f"CREATE TABLE floor.{table} (LIKE public.{table} INCLUDING DEFAULTS INCLUDING INDEXES);"
    return made + (f"ALTER TABLE floor.{table} {', '.join(plain)};" if plain else "")
