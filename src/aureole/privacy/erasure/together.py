"""Rows of several tables, and whatever hangs on them, deleted in one statement.

Foreign keys are checked when the transaction ends, so within it the order does not matter; what counts is the
number of trips to the server. Keys never leave it: first each table's doomed keys as a list (the rows asked for, and
those that cascade from other lists), then one DELETE per list, one UPDATE per table that only refers to them.

    WITH k0(key) AS MATERIALIZED (…), k1(key) AS MATERIALIZED (SELECT … WHERE ticket_id IN (SELECT key FROM k0)),
         u0 AS (UPDATE … SET message_id = NULL …), d0 AS (DELETE … RETURNING …), d1 AS (DELETE … RETURNING …)
    SELECT (SELECT count(*) FROM d0), (SELECT count(*) FROM d1)
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from graphlib import TopologicalSorter
from typing import Any

from django.db import connection
from django.db.models import CASCADE, SET_NULL, Model, QuerySet
from django.db.models.fields.related import ForeignKey
from django.db.models.fields.reverse_related import ForeignObjectRel

from aureole.vault.files import delete_ciphertexts
from aureole.vault.models import SealedFile


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of rows as a SELECT of one column, and the values of its places."""

    sql: str
    values: tuple[Any, ...]

    @classmethod
    def of(cls, rows: QuerySet[Any]) -> Keys:
        sql, values = rows.values("pk").query.sql_with_params()
        return cls(sql, tuple(values))

    def __or__(self, other: Keys) -> Keys:
        """Rows of either."""
        return Keys(f"({self.sql}) UNION ({other.sql})", (*self.values, *other.values))

    @classmethod
    def listed(cls, model: type[Model], column: str, values: Sequence[Any]) -> Keys:
        """Rows whose column has one of the values."""
        return cls(f'SELECT {_key(model)} FROM {_name(model)} WHERE "{column}" = ANY(%s)', (list(values),))


def keys_of(model: type[Model], person: str, person_id: uuid.UUID) -> Keys:
    """Keys of the rows whose column `person` (or its path) names the person; put together once for a model."""
    sql, places = _keys_sql(model, person)
    return Keys(sql, (person_id,) * places)


@cache
def _keys_sql(model: type[Model], person: str) -> tuple[str, int]:
    rows = model._base_manager.filter(**{person: uuid.uuid4()})
    keys = Keys.of(rows)
    return keys.sql, len(keys.values)


def delete_together(roots: Mapping[type[Model], Keys]) -> Counter[str]:
    """Delete the rows and what cascades from them; how many, by table (many-to-many tables not counted).

    As Django's own delete(), without loading the rows: references that may be empty are emptied, and a row that
    something else protects makes the transaction fail. Ciphertexts of sealed files go once it has committed.
    """
    if not roots:
        return Counter()
    models = _with_dependants(frozenset(roots))
    statement = _statement(models, tuple((model, keys.sql) for model, keys in roots.items()))
    values = [value for model in models if model in roots for value in roots[model].values]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchone()
    for names in found[len(models) :]:
        delete_ciphertexts([name for name in names or () if name])
    return +Counter(
        {
            model._meta.db_table: count
            for model, count in zip(models, found, strict=False)
            if not model._meta.auto_created
        }
    )


# -- the parts of the statement


@lru_cache(maxsize=256)
def _statement(models: tuple[type[Model], ...], roots: tuple[tuple[type[Model], str], ...]) -> str:
    """`roots` with the SELECT of their keys."""
    places = {model: f"k{number}" for number, model in enumerate(models)}
    lists = [_list(model, dict(roots).get(model), places) for model in models]
    emptied = [_emptying(model, fields, places) for model, fields in _left_behind(models).items()]
    deleted = [_deletion(model, places[model]) for model in models]
    named = [f"u{n} AS ({sql})" for n, sql in enumerate(emptied)]
    named += [f"d{n} AS ({sql})" for n, sql in enumerate(deleted)]
    counts = [f"(SELECT count(*) FROM d{n})" for n in range(len(models))]
    stored = [
        f"(SELECT array_agg(stored_as) FROM d{n})" for n, model in enumerate(models) if model is SealedFile
    ]
    return f"WITH {', '.join([*lists, *named])} SELECT {', '.join([*counts, *stored])}"


def _list(model: type[Model], root: str | None, places: Mapping[type[Model], str]) -> str:
    """The doomed keys of a table."""
    parts = [f"({root})"] if root else []
    parts += [
        f"(SELECT {_key(model)} FROM {_name(model)} WHERE {_column(field)} IN (SELECT key FROM {places[parent]}))"
        for field, parent in _references(model, CASCADE)
        if parent in places
    ]
    return f"{places[model]}(key) AS MATERIALIZED ({' UNION '.join(parts)})"


def _deletion(model: type[Model], keys: str) -> str:
    returned = "stored_as" if model is SealedFile else "1"
    return f"DELETE FROM {_name(model)} WHERE {_key(model)} IN (SELECT key FROM {keys}) RETURNING {returned}"


def _emptying(
    model: type[Model], fields: Sequence[ForeignKey[Any]], places: Mapping[type[Model], str]
) -> str:
    """References of rows that stay; one UPDATE, because a statement may change a row only once."""
    lists = {field: places[_parent(field)] for field in fields}
    changes = [
        f"{_column(f)} = CASE WHEN {_column(f)} IN (SELECT key FROM {k}) THEN NULL ELSE {_column(f)} END"
        for f, k in lists.items()
    ]
    touched = " UNION ".join(
        f"SELECT {_key(model)} FROM {_name(model)} WHERE {_column(f)} IN (SELECT key FROM {k})"
        for f, k in lists.items()
    )
    if model in places:
        touched = f"({touched}) EXCEPT SELECT key FROM {places[model]}"
    return f"UPDATE {_name(model)} SET {', '.join(changes)} WHERE {_key(model)} IN ({touched})"


def _name(model: type[Model]) -> str:
    return f'"{model._meta.db_table}"'


def _key(model: type[Model]) -> str:
    return f'"{model._meta.pk.column}"'


def _column(field: ForeignKey[Any]) -> str:
    return f'"{field.column}"'


# -- who refers to whom


@cache
def _with_dependants(roots: frozenset[type[Model]]) -> tuple[type[Model], ...]:
    """The models and those that cascade from them, each after what it cascades from."""
    found, waiting = set(roots), list(roots)
    while waiting:
        for child, _ in _referring(waiting.pop(), CASCADE):
            if child not in found:
                found.add(child)
                waiting.append(child)
    graph: TopologicalSorter[type[Model]] = TopologicalSorter()
    for model in sorted(found, key=lambda m: m._meta.label):
        graph.add(model, *(parent for _, parent in _references(model, CASCADE) if parent in found))
    return tuple(graph.static_order())


@cache
def _left_behind(models: tuple[type[Model], ...]) -> dict[type[Model], list[ForeignKey[Any]]]:
    """References that are emptied, by the table that has them."""
    found: dict[type[Model], list[ForeignKey[Any]]] = defaultdict(list)
    for model in models:
        for child, field in _referring(model, SET_NULL):
            found[child].append(field)
    return dict(found)


def _referring(model: type[Model], on_delete: Any) -> Iterable[tuple[type[Model], ForeignKey[Any]]]:
    """Foreign keys that point at a model, many-to-many tables included."""
    related = [f for f in model._meta.get_fields(include_hidden=True) if isinstance(f, ForeignObjectRel)]
    for field in (relation.field for relation in related):
        if isinstance(field, ForeignKey) and field.remote_field.on_delete is on_delete:
            yield field.model, field


def _references(model: type[Model], on_delete: Any) -> Iterable[tuple[ForeignKey[Any], type[Model]]]:
    for field in model._meta.concrete_fields:
        if isinstance(field, ForeignKey) and field.remote_field.on_delete is on_delete:
            yield field, _parent(field)


def _parent(field: ForeignKey[Any]) -> type[Model]:
    parent = field.related_model
    assert isinstance(parent, type), "relations are resolved once the program has started"
    return parent
