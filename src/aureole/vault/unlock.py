from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Model

from aureole.vault.fields import Sealed, SealedField
from aureole.vault.keyring import KeyName, keyring
from aureole.vault.sealing import key_name

M = TypeVar("M", bound=Model)


def unlock(*pages: Iterable[M | None]) -> list[M]:
    """Fetch the missing keys of all rows in one query, then hand the rows back.

    Nothing is decrypted yet: each value opens when it is read. None among the rows is skipped.
    """
    rows = [row for page in pages for row in page if row is not None]
    keyring.fetch(name for row in rows for name in _names(row))
    return rows


def _names(row: Model) -> Iterable[KeyName]:
    for field in row._meta.concrete_fields:
        if isinstance(field, SealedField):
            value = row.__dict__.get(field.attname)
            if isinstance(value, Sealed):
                yield key_name(value.token)
