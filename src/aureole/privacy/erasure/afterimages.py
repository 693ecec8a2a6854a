"""What an erasure does to rows of other people is noted on the fence list, for the day a backup is restored.

A restored row names the erased person again, and her name is gone, so nobody could look for it. The list
therefore keeps the row as it rests after the change: the sealed columns under the key of whoever the row belongs
to, readable by nobody without that key. `privacy.replay` puts it back.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import Model
from django.db.models.fields.related import ForeignKey
from django.db.models.signals import post_delete, post_save

from aureole.vault.fences.journal import RowNote, ledger_head, note_rows
from aureole.vault.fields import Sealed, SealedField
from aureole.vault.models import SealedFile

Notes = dict[tuple[str, str], RowNote]
"""What was noted, by table and row id."""

_noted: ContextVar[Notes | None] = ContextVar("noted", default=None)


@contextmanager
def noting_rows_of_others(person_id: uuid.UUID) -> Iterator[Notes]:
    """Everything saved or deleted inside the block, but for the person's own rows, goes on the list at its end.

    Use it inside the transaction of the change: the list is written before the change is committed.
    Rows written by QuerySet.update() are not seen; sealed columns refuse it.
    """
    notes: Notes = {}
    ledger = ledger_head()  # now: later it would count entries of ours that may be rolled back
    token = _noted.set(notes)
    # Connected only while it is needed: a receiver makes every delete of the program load its rows.
    post_save.connect(_on_save, dispatch_uid=notes)
    post_delete.connect(_on_delete, dispatch_uid=notes)
    try:
        yield notes
    finally:
        post_save.disconnect(dispatch_uid=notes)
        post_delete.disconnect(dispatch_uid=notes)
        _noted.reset(token)
    note_rows([note for note in notes.values() if note.person_id != person_id], ledger=ledger)


def _on_save(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    notes = _noted.get()
    image = None if notes is None else _image(instance)
    if notes is not None and image:
        _put(notes, instance, image)


def _on_delete(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    notes = _noted.get()
    if notes is not None:
        _put(notes, instance, None)


def _put(notes: Notes, row: Model, image: dict[str, Any] | None) -> None:
    table, row_id = row._meta.db_table, str(row.pk)
    notes[(table, row_id)] = RowNote(table=table, row_id=row_id, person_id=_owner(row), image=image)


def _owner(row: Model) -> uuid.UUID | None:
    """Whose keys seal the row."""
    for field in row._meta.concrete_fields:
        if isinstance(field, SealedField):
            return getattr(row, field.person_field, None)
    return getattr(row, "person_id", None)


def _image(row: Model) -> dict[str, Any]:
    """Empty for a row without sealed columns and files."""
    image: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        value = row.__dict__.get(field.attname)
        if isinstance(field, SealedField) and (value is None or isinstance(value, Sealed)):
            if field.attname in row.__dict__:
                image.setdefault("columns", {})[field.attname] = _text(value)
        elif isinstance(field, ForeignKey) and field.related_model is SealedFile and value is not None:
            image.setdefault("files", {})[field.attname] = str(value)
    return image


def _text(value: Sealed | None) -> str | None:
    return None if value is None else base64.b64encode(value.token).decode()
