"""Sealed columns of rows that were read as tuples: lists draw many rows and need few columns of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from aureole.vault.erased import ERASED
from aureole.vault.fields import SealedField
from aureole.vault.keyring import keyring
from aureole.vault.sealing import key_name


class SealedColumn:
    """One sealed column of a model: opens what `values_list` gave as bytes."""

    def __init__(self, model: type[Model], name: str) -> None:
        field = model._meta.get_field(name)
        assert isinstance(field, SealedField), f"{model.__name__}.{name} is not sealed"
        self.field = field

    def open(self, row_id: object, resting: bytes | None) -> Any:
        """The words, None where there are none, ERASED when their key is destroyed. Raises CannotOpen."""
        if resting is None:
            return None
        plain = self.field.open_token(resting, row_id)
        return ERASED if plain is None else self.field.decode(plain)


def fetch_keys(values: Iterable[Any]) -> None:
    """Have the keys of all sealed values (bytes) among these at hand: one query for those that are not."""
    keyring.fetch(key_name(value) for value in values if isinstance(value, bytes))
