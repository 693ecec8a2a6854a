"""Every place where sealed values rest: columns of models, envelopes of files, details of the log."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.models import Model, QuerySet

from aureole.ledger.models import EntryDetail
from aureole.vault.confidant import detail_place
from aureole.vault.errors import Fenced, SealedFieldMisuse
from aureole.vault.fields import SealedField
from aureole.vault.models import SealedFile
from aureole.vault.resting import InPlace, Sealed
from aureole.vault.sealing import VERSION, context, head_of, key_name, open_sealed, seal


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Sealed columns of one model.

    person_field  the column that names the person whose values they are
    bound_to      what a value of that row and column is bound to
    related       the row that `bound_to` looks at besides
    """

    model: type[Model]
    person_field: str
    columns: tuple[str, ...]
    bound_to: Callable[[Any, str], bytes]
    related: str | None = None

    @property
    def label(self) -> str:
        return self.model._meta.db_table

    def rows_of(self, person_id: uuid.UUID) -> QuerySet[Model]:
        """In the order of their primary keys, without anything but the sealed values."""
        return self._rows().filter(**{self.person_field: person_id})

    def rows_under(self, heads: Collection[bytes]) -> QuerySet[Model]:
        """Rows with a value that begins like one of these, whoever they say they concern. Reads the whole table."""
        sizes = sorted({len(head) for head in heads})
        names = {field.attname: field.column for field in self.model._meta.concrete_fields}
        tests = [
            f'substring("{names[column]}" FROM 1 FOR {size}) = ANY(%s)'
            for column in self.columns for size in sizes
        ]  # fmt: skip
        given = [[h for h in heads if len(h) == size] for _ in self.columns for size in sizes]
        table, key = self.label, self.model._meta.pk.column
        with connections["default"].cursor() as cursor:
            cursor.execute(f'SELECT "{key}" FROM "{table}" WHERE {" OR ".join(tests)}', given)
            return self._rows().filter(pk__in=[row[0] for row in cursor.fetchall()])

    def _rows(self) -> QuerySet[Model]:
        rows = self.model._base_manager.order_by("pk").select_for_update(of=("self",))
        if self.related:
            return rows.select_related(self.related)
        return rows.only(*self.columns)

    def reseal(self, row: Model, heads: Collection[bytes]) -> int:
        """Seal anew, under the key that seals today, what begins like one of `heads`; how many values.

        Raises Fenced when the person is erased meanwhile.
        """
        fresh = {}
        for column in self.columns:
            token = _token(row.__dict__.get(column))
            if token is not None and head_of(token) in heads:
                fresh[column] = self._anew(row, column, token)
        if fresh:
            self.model._base_manager.filter(pk=row.pk).update(**fresh)
        return len(fresh)

    def sealed_for(self, row: Model, column: str, person_id: uuid.UUID) -> bytes | None:
        """The value under another person's key of the same group; None where there is none.

        What no key opens any more stays as it is.
        """
        token = _token(row.__dict__.get(column))
        bound_to = self.bound_to(row, column)
        plain = None if token is None else open_sealed(token, place=bound_to)
        if token is None or plain is None:
            return token
        return seal(plain, person_id=person_id, group=key_name(token)[1], place=bound_to)

    def _anew(self, row: Model, column: str, token: bytes) -> bytes | InPlace:
        bound_to = self.bound_to(row, column)
        plain = open_sealed(token, place=bound_to)
        if plain is None:
            raise Fenced
        person_id, group = key_name(token)
        sealed = seal(plain, person_id=person_id, group=group, place=bound_to)
        is_field = isinstance(self.model._meta.get_field(column), SealedField)
        return InPlace(sealed) if is_field else sealed


def heads_of(person_id: uuid.UUID, group: int, generation: int) -> list[bytes]:
    """How values begin that this key sealed, in every version there was."""
    heads = [bytes((VERSION, group)) + generation.to_bytes(2, "big") + person_id.bytes]
    return [*heads, bytes((1, group)) + person_id.bytes] if generation == 1 else heads


@cache
def sealed_places() -> tuple[Place, ...]:
    """All of them, found through the models: a new sealed column is in here by being declared."""
    return (
        *_fields(),
        Place(
            model=SealedFile, person_field="person_id", columns=("envelope",),
            bound_to=lambda file, column: context(SealedFile._meta.db_table, column, file.pk),
        ),
        Place(
            model=EntryDetail, person_field="person_id", columns=("sealed",), related="entry",
            bound_to=lambda detail, _: detail_place(detail.entry.uid),
        ),
    )  # fmt: skip


def _fields() -> Iterator[Place]:
    for model in apps.get_models():
        by_person: dict[str, list[str]] = defaultdict(list)
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedField):
                by_person[field.person_field].append(field.attname)
        for person_field, columns in by_person.items():
            yield Place(
                model=model, person_field=_column_of_person(model, person_field), columns=tuple(columns),
                bound_to=partial(_place_of_field, model),
            )  # fmt: skip


def _column_of_person(model: type[Model], person_field: str) -> str:
    """A row that gives its own id for that of the person is the person."""
    if any(field.attname == person_field for field in model._meta.concrete_fields):
        return person_field
    somebody = uuid.uuid4()
    if getattr(model(pk=somebody), person_field) != somebody:
        raise SealedFieldMisuse(f"{model.__name__}.{person_field} must be a column: rows are found by it.")
    return "pk"


def _place_of_field(model: type[Model], row: Model, column: str) -> bytes:
    field = model._meta.get_field(column)
    assert isinstance(field, SealedField), "only sealed fields are bound so"
    return field.place(row)


def _token(value: Any) -> bytes | None:
    if value is None:
        return None
    return value.token if isinstance(value, Sealed) else bytes(value)
