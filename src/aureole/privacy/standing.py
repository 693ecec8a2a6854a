"""What stands against using, sending or deleting, and must outlive a restore to an earlier day.

A hold, a restriction, an objection and the end of a consent are rows of the data, so an older backup has none of them:
without a note elsewhere a restore would erase what is held and write to people who said no. The fence list takes the
note (decision 40), `privacy.replay.standing` puts it back.
"""

from __future__ import annotations

import base64
import uuid
from typing import Any

from django.db.models import Model

from aureole.vault.fences.journal import RowNote, note_standing
from aureole.vault.fields import Sealed, SealedField


def keep_standing(row: Model, *columns: str, person_id: uuid.UUID) -> None:
    """Note the row as it is now, in the caller's transaction and after the change.

    columns  what to note of a row that has other things too (a person); without any, the whole row
    """
    fresh = type(row)._base_manager.get(pk=row.pk)
    note_standing(
        RowNote(
            table=row._meta.db_table, row_id=str(row.pk), person_id=person_id, image=_image(fresh, columns)
        )
    )


def _image(row: Model, columns: tuple[str, ...]) -> dict[str, Any]:
    """ "plain" as text by column, "columns" the sealed ones as they rest."""
    image: dict[str, Any] = {"whole": not columns, "plain": {}, "columns": {}}
    for field in row._meta.concrete_fields:
        if columns and field.attname not in columns:
            continue
        value = row.__dict__[field.attname]
        if isinstance(field, SealedField):
            rests = value.token if isinstance(value, Sealed) else None
            image["columns"][field.attname] = None if rests is None else base64.b64encode(rests).decode()
        else:
            image["plain"][field.attname] = None if value is None else field.value_to_string(row)
    return image
