"""Declared tables as JSON Lines, JSON Schema and CSV: which columns go out, and each row's values."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from itertools import islice
from typing import Any, TypeAlias

from django.db import models

from aureole.kernel.compiled import Compiled
from aureole.privacy.declare import Declaration, declaration_of, declarations, is_declared
from aureole.privacy.erasure.places import PersonCounts, rows_about_others, rows_of
from aureole.privacy.export.ports import Held, Screen, as_it_is, screen_of, wordless
from aureole.privacy.export.shield import Shield
from aureole.privacy.vocabulary import purpose, retention
from aureole.vault.erased import Erased
from aureole.vault.unlock import unlock

BATCH = 500
NAMES_PEOPLE = "leads to other people (GDPR Art. 15(4); for staff CJEU C-579/21)"
AnyField: TypeAlias = "models.Field[Any, Any]"


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column that is handed out.

    leads_to  for a column that points at people: the model pointed at. Only the person's own row is shown
    named     for a column that points at something without personal data: its name goes along
    """

    name: str
    label: str
    category: str
    field: AnyField
    leads_to: type[models.Model] | None = None
    named: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A declared table as it goes out: columns, and those that stay with the reason."""

    declaration: Declaration
    columns: tuple[Column, ...]
    many: tuple[str, ...]
    withheld: dict[str, str]

    @property
    def name(self) -> str:
        return self.declaration.table


@cache
def table_of(model: type[models.Model]) -> Table:
    """Split the columns of a declared model into those that go out and those that stay."""
    declaration = declaration_of(model)
    assert declaration is not None, "only declared models are exported"
    columns: list[Column] = []
    withheld: dict[str, str] = {}
    for field in model._meta.concrete_fields:
        declared = declaration.fields.get(field.name)
        if declared is not None and declared.withheld:
            withheld[field.name] = declared.withheld
            continue
        people = _people_model(field)
        if people is not None:
            withheld[field.name] = f"{NAMES_PEOPLE}, unless it is you"
        label = (declared.label if declared else "") or field.name.replace("_", " ").capitalize()
        category = declared.category if declared else "system.operations"
        columns.append(
            Column(
                name=field.attname,
                label=label,
                category=category,
                field=field,
                leads_to=people,
                named=_has_plain_name(field),
            )
        )
    return Table(declaration=declaration, columns=tuple(columns), many=_many(model), withheld=withheld)


def _people_model(field: AnyField) -> type[models.Model] | None:
    """The model a foreign key leads to, when its rows stand for one person each (persons, accounts)."""
    target = field.related_model if isinstance(field, models.ForeignKey) else None
    declared = declaration_of(target) if isinstance(target, type) else None
    if declared is None or "__" in declared.person:
        return None
    column: Any = declared.model._meta.get_field(declared.person)
    return declared.model if column.unique else None


def _has_plain_name(field: AnyField) -> bool:
    target = field.related_model if isinstance(field, models.ForeignKey) else None
    if not isinstance(target, type) or declaration_of(target) is not None or not is_declared(target):
        return False
    return any(f.name == "name" for f in target._meta.concrete_fields)


def _many(model: type[models.Model]) -> tuple[str, ...]:
    """Lists of things without personal data, such as labels: said of the person's row, so they go along."""
    return tuple(
        f.name
        for f in model._meta.many_to_many
        if isinstance(f.related_model, type)
        and is_declared(f.related_model)
        and not declaration_of(f.related_model)
    )


def _places(person_id: uuid.UUID) -> Iterator[models.QuerySet[Any]]:
    """Of each declared table the person's rows, then rows about others that name them."""
    for declaration in declarations():
        yield rows_of(declaration, person_id)
        yield from (rows_about_others(declaration, column, person_id) for column in declaration.references)


row_counts = PersonCounts(lambda person_id: list(_places(person_id)))


def header(table: Table) -> list[str]:
    """The names of the values of each row, in their order."""
    names = [(c.name, f"{c.field.name}_name") if c.named else (c.name,) for c in table.columns]
    return [name for pair in names for name in pair] + list(table.many)


class OwnKeys:
    """Keys of the person's own rows in the models that stand for people, each asked for once."""

    def __init__(self, person_id: uuid.UUID) -> None:
        self._person_id = person_id
        self._known: dict[type[models.Model], set[Any]] = {}

    def of(self, table: Table) -> set[Any]:
        keys: set[Any] = {self._person_id}
        for model in {c.leads_to for c in table.columns if c.leads_to is not None}:
            if model not in self._known:
                self._known[model] = self._keys(model)
            keys |= self._known[model]
        return keys

    def _keys(self, model: type[models.Model]) -> set[Any]:
        declared = declaration_of(model)
        assert declared is not None, "only declared models stand for people"
        if declared.person in (model._meta.pk.name, model._meta.pk.attname):
            return {self._person_id}
        return set(rows_of(declared, self._person_id).values_list("pk", flat=True))


def batches(
    table: Table, person_id: uuid.UUID, shield: Shield, own: OwnKeys, held: Held, count: int
) -> Iterator[list[dict[str, Any]]]:
    """The person's `count` rows, opened and screened, ready for JSON; some at a time."""
    if not count:
        return
    screen = screen_of(table.declaration.model)
    reader = _Reader(table, own.of(table))
    for batch in _fetched(table, person_id, count):
        opened = [(row, reader.values(row)) for row in unlock(batch)]
        if len(batch) == count:
            held.keep(table.declaration.model, batch, (values for _, values in opened))
        if screen.apply is not as_it_is:
            codes = wordless(table.declaration.model)
            shield.look_up(v for _, values in opened for name, v in values.items() if name not in codes)
        yield [reader.finished(row, _screened(row, values, screen, shield)) for row, values in opened]


def screen_some(table: Table, person_id: uuid.UUID, shield: Shield, ids: Iterable[uuid.UUID]) -> None:
    """Pass some rows of the person through the shield, as `batches` would, and hand nothing out."""
    rows = unlock(_rows(table, person_id).filter(pk__in=list(ids)))
    reader, screen = _Reader(table, set()), screen_of(table.declaration.model)
    for row in rows:
        _screened(row, reader.values(row), screen, shield)


def _screened(row: models.Model, values: dict[str, Any], screen: Screen, shield: Shield) -> dict[str, Any]:
    shield.at(row)
    return screen.apply(row, values, shield)


def _fetched(table: Table, person_id: uuid.UUID, count: int) -> Iterator[list[models.Model]]:
    if count <= BATCH:
        found = _at_once(table.declaration.model).objects(person_id=person_id)
        models.prefetch_related_objects(found, *table.many)
        yield found
        return
    stream = _rows(table, person_id).prefetch_related(*table.many).iterator(chunk_size=BATCH)
    while batch := list(islice(stream, BATCH)):
        yield batch


@cache
def _at_once(model: type[models.Model]) -> Compiled[models.Model]:
    return Compiled(lambda person_id: _rows(table_of(model), person_id))


def _rows(table: Table, person_id: uuid.UUID) -> models.QuerySet[models.Model]:
    screen = screen_of(table.declaration.model)
    joined = [c.field.name for c in table.columns if c.named] + list(screen.related)
    found = rows_of(table.declaration, person_id).order_by("pk").select_related(*joined)
    if not joined:
        found = found.select_related(None)
    shown = {c.field for c in table.columns}
    hidden = [f.name for f in table.declaration.model._meta.concrete_fields if f not in shown]
    return found.defer(*hidden)


class _Reader:
    """Reads rows of one table; what can be known of its columns is found out once."""

    def __init__(self, table: Table, own: set[Any]) -> None:
        self._table = table
        self._own = own
        self._open = [c.name for c in table.columns if c.leads_to is None]
        self._guarded = [c.name for c in table.columns if c.leads_to is not None]

    def values(self, row: models.Model) -> dict[str, Any]:
        values = {name: plain_json(getattr(row, name)) for name in self._open}
        for name in self._guarded:
            value = getattr(row, name)
            if value in self._own:
                values[name] = plain_json(value)
        return values

    def finished(self, row: models.Model, values: dict[str, Any]) -> dict[str, Any]:
        """All columns in their order, an absent one as null, with names and lists that go along."""
        finished: dict[str, Any] = {}
        for column in self._table.columns:
            finished[column.name] = values.get(column.name)
            if column.named:
                related = getattr(row, column.field.name)
                finished[f"{column.field.name}_name"] = str(related) if related is not None else None
        for name in self._table.many:
            finished[name] = sorted(str(item) for item in getattr(row, name).all())
        return finished


def plain_json(value: Any) -> Any:
    """Times as RFC 3339 in UTC, ids as UUIDs, bytes as base64; JSON stays what it is; what was erased is null."""
    kind = type(value)
    if kind is str or value is None:
        return value
    if kind is uuid.UUID:
        return str(value)
    return _rarer_json(value)


def _rarer_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, bool | int | float | list | dict):
        return value
    return None if isinstance(value, Erased) else str(value)


_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def json_line(values: dict[str, Any]) -> str:
    return _ENCODE(values) + "\n"


# -- JSON Schema 2020-12

_KINDS: tuple[tuple[type[Any], dict[str, Any]], ...] = (
    (models.BooleanField, {"type": "boolean"}),
    (models.UUIDField, {"type": "string", "format": "uuid"}),
    (models.ForeignKey, {"type": "string"}),
    (models.DateTimeField, {"type": "string", "format": "date-time"}),
    (models.DateField, {"type": "string", "format": "date"}),
    (models.IntegerField, {"type": "integer"}),
    (models.FloatField, {"type": "number"}),
)


def schema_of(table: Table) -> dict[str, Any]:
    """The JSON Schema of one line of the table's file."""
    properties: dict[str, Any] = {}
    for column in table.columns:
        properties[column.name] = _column_schema(column)
        if column.named:
            properties[f"{column.field.name}_name"] = {
                "type": ["string", "null"],
                "title": f"{column.label}, name",
            }
    for name in table.many:
        properties[name] = {"type": "array", "items": {"type": "string"}, "title": name.capitalize()}
    declared = table.declaration
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:aureole:export:1:{table.name}",
        "title": declared.label,
        "description": (
            f"Used {purpose(declared.purpose).words} ({purpose(declared.purpose).article}); "
            f"kept until {retention(declared.retention).label}; source: {declared.source}."
        ),
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _column_schema(column: Column) -> dict[str, Any]:
    if column.field.get_internal_type() == "JSONField" or "JSON" in type(column.field).__name__:
        kind: dict[str, Any] = {"type": ["object", "array", "null"]}
    else:
        kind = dict(
            next((shape for cls, shape in _KINDS if isinstance(column.field, cls)), {"type": "string"})
        )
        kind["type"] = [kind["type"], "null"]
    return {**kind, "title": column.label, "description": column.category}
