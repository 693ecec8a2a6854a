"""Set-based deletion of declared rows, in bounded transactions."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

from aureole.privacy.declare import Declaration, declarations
from aureole.privacy.erasure.places import deletable, rows_of, rows_referring
from aureole.vault.files import delete_files
from aureole.vault.models import SealedFile

BATCH = 1000
Tally = Callable[[Counter[str]], None]


def delete_rows(person_id: uuid.UUID, tally: Tally) -> None:
    """Take away every deletable row, and the person's name from rows about others.

    `tally` is called inside each transaction with what it deleted, by table.
    """
    for declaration in declarations():
        for column in declaration.references:
            _forget_reference(declaration, column, person_id, tally)
    for declaration in deletable():
        while _delete_batch(declaration, person_id, tally):
            pass


def _forget_reference(declaration: Declaration, column: str, person_id: uuid.UUID, tally: Tally) -> None:
    with transaction.atomic():
        changed = rows_referring(declaration, column, person_id).update(**{column: None})
        tally(Counter({f"{declaration.table}.{column}": changed}))


def _delete_batch(declaration: Declaration, person_id: uuid.UUID, tally: Tally) -> bool:
    """One transaction; True while there may be more."""
    with transaction.atomic():
        keys = list(rows_of(declaration, person_id).values_list("pk", flat=True)[:BATCH])
        if keys:
            tally(_delete(declaration.model, keys))
        return len(keys) == BATCH


def _delete(model: type[Model], keys: list[Any]) -> Counter[str]:
    if model is SealedFile:
        gone = delete_files(SealedFile.objects.filter(pk__in=keys).defer("inline", "envelope"))
        return Counter({SealedFile._meta.db_table: gone})
    _, by_label = model._base_manager.filter(pk__in=keys).delete()
    return Counter(
        {apps.get_model(label)._meta.db_table: count for label, count in by_label.items() if count}
    )


def delete_jobs(person_id: uuid.UUID) -> int:
    """Waiting jobs whose arguments name the person; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND args::text LIKE %s", [f"%{person_id}%"]
        )
        return int(cursor.rowcount)


def places_of(counts: Iterable[tuple[str, int]]) -> list[dict[str, object]]:
    return [{"place": place, "count": count} for place, count in counts if count]
