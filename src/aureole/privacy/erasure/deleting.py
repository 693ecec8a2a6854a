"""Set-based deletion of declared rows, in bounded transactions."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model, QuerySet

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
    others = rows_referring(declaration, column, person_id).exclude(**{declaration.person: person_id})
    if not others.exists():
        return
    with transaction.atomic():
        tally(Counter({f"{declaration.table}.{column}": others.update(**{column: None})}))


def _delete_batch(declaration: Declaration, person_id: uuid.UUID, tally: Tally) -> bool:
    """One transaction, none where there is nothing; True while there may be more."""
    keys = list(rows_of(declaration, person_id).values_list("pk", flat=True)[:BATCH])
    if keys:
        with transaction.atomic():
            tally(_delete(declaration.model, keys))
    return len(keys) == BATCH


def _delete(model: type[Model], keys: list[Any]) -> Counter[str]:
    if model is SealedFile:
        gone = delete_files(SealedFile.objects.filter(pk__in=keys).defer("inline", "envelope"))
        return Counter({SealedFile._meta.db_table: gone})
    return delete_all(model._base_manager.filter(pk__in=keys))


def delete_all(rows: QuerySet[Any]) -> Counter[str]:
    """Delete the rows and whatever cascades from them; how many, by table.

    Rows that no other table refers to go in one statement: nothing need be asked before.
    """
    if _is_leaf(rows.model):
        return Counter({rows.model._meta.db_table: rows._raw_delete(rows.db) or 0})
    by_label = rows.delete()[1]
    tables = {apps.get_model(label): count for label, count in by_label.items() if count}
    return Counter({m._meta.db_table: count for m, count in tables.items() if not m._meta.auto_created})


def _is_leaf(model: type[Model]) -> bool:
    return not any(f.auto_created and not f.concrete for f in model._meta.get_fields(include_hidden=True))


def delete_jobs(person_id: uuid.UUID) -> int:
    """Waiting jobs whose arguments name the person; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND args::text LIKE %s", [f"%{person_id}%"]
        )
        return int(cursor.rowcount)


def places_of(counts: Iterable[tuple[str, int]]) -> list[dict[str, object]]:
    return [{"place": place, "count": count} for place, count in counts if count]
