"""Everything held about one person, item by item, opened: GDPR Art. 15 as a list."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import Model

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound
from aureole.ledger.record import record
from aureole.privacy.data_map.rows import PRESENCE, MapRow, row_of
from aureole.privacy.declare import Declaration, declarations
from aureole.privacy.erasure.places import rows_of
from aureole.privacy.ports import directory
from aureole.vault.unlock import unlock


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One value held about a person, with what the map says about it.

    row    primary key of the row it stands in
    value  as text or JSON; None where nothing is kept, `withheld` says why it is not shown
    """

    module: str
    table: str
    row: str
    field: str
    label: str
    category: str
    purpose: str
    legal_basis: str
    article: str
    retention: str
    source: str
    at_rest: str
    on_erase: str
    value: Any
    withheld: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def explain(person_id: uuid.UUID, *, actor: Actor) -> list[Item]:
    """Every row and column of the map that concerns the person. The look is written into the log.

    One query per model, and one for the keys of its rows. The caller has checked that the actor may
    ("privacy.explain"). Raises NotFound when there is no such person.
    """
    if not directory().exists(person_id):
        raise NotFound("person_not_found", "There is no such person here; they may have been erased.")
    items = [item for declaration in declarations() for item in _items(declaration, person_id)]
    with transaction.atomic():
        record("privacy.explained", by=actor, person=person_id, fields=len(items))
    return items


def _items(declaration: Declaration, person_id: uuid.UUID) -> Iterator[Item]:
    columns = {name: row_of(declaration, name, field) for name, field in declaration.fields.items()}
    for row in unlock(rows_of(declaration, person_id).order_by("pk")):
        if not columns:
            yield _item(row_of(declaration, declaration.person, PRESENCE), row, str(row.pk), "")
        for name, mapped in columns.items():
            withheld = declaration.withheld or declaration.fields[name].withheld
            yield _item(mapped, row, None if withheld else _value(row, name), withheld)


def _value(row: Model, name: str) -> Any:
    value = getattr(row, name)
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value


def _item(mapped: MapRow, row: Model, value: Any, withheld: str) -> Item:
    return Item(
        module=mapped.module, table=mapped.table, row=str(row.pk), field=mapped.field, label=mapped.label,
        category=mapped.category, purpose=mapped.purpose,
        legal_basis=mapped.legal_basis, article=mapped.article,
        retention=mapped.retention, source=mapped.source, at_rest=mapped.at_rest, on_erase=mapped.on_erase,
        value=value, withheld=withheld,
    )  # fmt: skip
