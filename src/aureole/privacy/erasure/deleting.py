"""Set-based deletion of declared rows, in bounded transactions."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import CASCADE, SET_NULL, Model, QuerySet
from django.db.models.fields.related import ForeignKey
from django.db.models.fields.reverse_related import ForeignObjectRel

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
            tally(delete_keys(declaration.model, keys))
    return len(keys) == BATCH


def delete_keys(model: type[Model], keys: list[Any]) -> Counter[str]:
    """As `delete_all`, by primary key; sealed files go from the file store too."""
    if model is SealedFile:
        gone = delete_files(SealedFile.objects.filter(pk__in=keys).defer("inline", "envelope"))
        return Counter({SealedFile._meta.db_table: gone})
    return delete_all(model._base_manager.filter(pk__in=keys))


def delete_all(rows: QuerySet[Any]) -> Counter[str]:
    """Delete the rows and whatever cascades from them, set by set; how many, by table.

    As Django's own delete(), without loading the rows: the number of statements depends on how many
    tables refer to this one, not on how many rows there are. A row that something else protects stays
    where it is: the database refuses the transaction.
    """
    keys = list(rows.values_list("pk", flat=True))
    if not keys:
        return Counter()
    gone: Counter[str] = Counter()
    for field in _referring(rows.model):
        others = field.model._base_manager.filter(**{f"{field.name}__in": keys})
        if field.remote_field.on_delete is CASCADE:
            gone += delete_all(others)
        elif field.remote_field.on_delete is SET_NULL:
            others.update(**{field.name: None})
    doomed = rows.model._base_manager.filter(pk__in=keys)
    deleted = doomed._raw_delete(doomed.db) or 0
    return gone if rows.model._meta.auto_created else gone + Counter({rows.model._meta.db_table: deleted})


def _referring(model: type[Model]) -> list[Any]:
    """Foreign keys of other tables (and this one) that point here, many-to-many tables included."""
    related = [f for f in model._meta.get_fields(include_hidden=True) if isinstance(f, ForeignObjectRel)]
    return [relation.field for relation in related if isinstance(relation.field, ForeignKey)]


def delete_jobs(person_id: uuid.UUID) -> int:
    """Waiting jobs whose arguments name the person; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND args::text LIKE %s", [f"%{person_id}%"]
        )
        return int(cursor.rowcount)


def places_of(counts: Iterable[tuple[str, int]]) -> list[dict[str, object]]:
    return [{"place": place, "count": count} for place, count in counts if count]
