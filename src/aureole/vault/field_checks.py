"""What a sealed field cannot be asked for, said when the program starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core import checks
from django.db.models.fields import NOT_PROVIDED

if TYPE_CHECKING:
    from aureole.vault.fields import SealedField


def trouble_with(field: SealedField) -> list[checks.CheckMessage]:
    """Options that would put words into the schema or compare ciphertexts."""
    found: list[checks.CheckMessage] = []
    if field.db_default is not NOT_PROVIDED:
        found.append(
            _error(field, "db_default would be plain words in the schema; use default.", "vault.E001")
        )
    if (
        field.primary_key
        or field.unique
        or getattr(field, "db_index", False)
        or field.name in _compared(field)
    ):
        found.append(
            _error(
                field, "equal words have different ciphertexts; index it by vault.blind_index.", "vault.E002"
            )
        )
    return found


def _compared(field: SealedField) -> set[str]:
    """Columns that an index, a constraint or the default order of the model names."""
    meta = field.model._meta
    named = {name for together in meta.unique_together for name in together}
    named |= {str(name).lstrip("-") for name in meta.ordering or ()}
    for part in (*meta.indexes, *meta.constraints):
        named |= {name.lstrip("-") for name in getattr(part, "fields", ())}
    return named


def _error(field: SealedField, sentence: str, code: str) -> checks.Error:
    return checks.Error(f"{field.model.__name__}.{field.name} is sealed: {sentence}", obj=field, id=code)
