from __future__ import annotations

from collections.abc import Iterable
from functools import cache
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
    for attname in _sealed_columns(type(row)):
        value = row.__dict__.get(attname)
        if isinstance(value, Sealed):
            yield key_name(value.token)


@cache
def _sealed_columns(model: type[Model]) -> tuple[str, ...]:
    return tuple(f.attname for f in model._meta.concrete_fields if isinstance(f, SealedField))
