"""Sealed values that were fetched as columns (`kernel.prepared`): opening them without making rows of them.

For pages that show a little of many rows: a model instance costs more than the cipher.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, cast

from django.db.models import Model

from aureole.vault.erased import ERASED
from aureole.vault.fields import SealedField
from aureole.vault.keyring import keyring
from aureole.vault.sealing import context, key_name, open_sealed


class SealedColumn:
    """One sealed column of a model, for values that came by `values_list`."""

    def __init__(self, model: type[Model], name: str) -> None:
        self._field = cast(SealedField, model._meta.get_field(name))
        self._table = model._meta.db_table
        self._column = self._field.column or self._field.attname

    def open(self, row_id: uuid.UUID | None, value: bytes | None) -> Any:
        """The plain value, ERASED when its key is destroyed, None for none.

        Raises CannotOpen for a value of another row, KeyMissing when the key store has no such key.
        """
        if value is None:
            return None
        plain = open_sealed(value, place=context(self._table, self._column, row_id))
        return ERASED if plain is None else self._field.decode(plain)


def fetch_keys(values: Iterable[Any]) -> None:
    """The keys of all sealed values (bytes) among these, in one query."""
    keyring.fetch(key_name(value) for value in values if isinstance(value, bytes))
