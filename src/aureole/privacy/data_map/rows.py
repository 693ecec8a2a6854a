"""The data map: what is held, why, how long and how it rests, as declared and as the models really are.

One row per column. Pages, the Art. 30 record, the notice and `person explain` read these rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from aureole.privacy import vocabulary
from aureole.privacy.declare import Declaration, Field, declarations, outside_places
from aureole.vault.fields import SealedField

OUTSIDE = "outside the tables"


@dataclass(frozen=True, kw_only=True, slots=True)
class MapRow:
    """One declared column, or one key of a JSON column, or one place outside the tables.

    key_group  which of the person's keys seals it; empty for what is not sealed
    on_erase   in words, what an erasure does with it
    declared   file and line of the declaration
    """

    module: str
    table: str
    field: str
    label: str
    category: str
    purpose: str
    purpose_key: str
    legal_basis: str
    article: str
    retention: str
    source: str
    at_rest: str
    key_group: str
    on_erase: str
    exported: str
    declared: str

    def as_json(self) -> dict[str, str]:
        return asdict(self)


# A model without words says by its rows alone that a person was part of something.
PRESENCE = Field(category="user.behavior", at_rest="plain", because="an id", label="having been part")

_ON_ERASE = {
    "delete": "row deleted, key destroyed",
    "delete_last": "row deleted with the last key",
    "detach": "emptied and detached from the person, key destroyed",
    "keep": "kept",
}


def rows() -> list[MapRow]:
    """The whole map, by module, table and column."""
    return [row for declaration in declarations() for row in _declared(declaration)] + list(_outside())


def _declared(declaration: Declaration) -> Iterator[MapRow]:
    for name, field in declaration.fields.items():
        yield row_of(declaration, name, field)
        for key, category in field.keys.items():
            if key != "*":
                yield row_of(declaration, f"{name}.{key}", field, category=category)
    if not declaration.fields:
        yield row_of(declaration, declaration.person, PRESENCE)


def row_of(declaration: Declaration, name: str, field: Field, *, category: str = "") -> MapRow:
    """The map's row of one declared column."""
    purpose = _purpose(declaration.purpose)
    return MapRow(
        module=declaration.module,
        table=declaration.table,
        field=name,
        label=f"{declaration.label}: {field.label or name.replace('_', ' ')}",
        category=category or field.category,
        purpose=purpose.label if purpose else declaration.purpose,
        purpose_key=declaration.purpose,
        legal_basis=purpose.basis if purpose else "",
        article=purpose.article if purpose else "",
        retention=_retention(declaration.retention),
        source=declaration.source,
        at_rest=field.at_rest,
        key_group=_key_group(declaration, name.partition(".")[0]),
        on_erase=_on_erase(declaration),
        exported=declaration.withheld or field.withheld or "exported",
        declared=declaration.declared,
    )


def _purpose(key: str) -> vocabulary.Purpose | None:
    return vocabulary.purpose(key) if vocabulary.is_purpose(key) else None


def _retention(key: str) -> str:
    if not vocabulary.is_retention(key):
        return ""
    found = vocabulary.retention(key)
    return found.label


def _key_group(declaration: Declaration, name: str) -> str:
    field = next((f for f in declaration.model._meta.concrete_fields if f.name == name), None)
    return field.group.word if isinstance(field, SealedField) else ""


def _on_erase(declaration: Declaration) -> str:
    words = _ON_ERASE[declaration.on_erase]
    if declaration.keep is None:
        return words
    return f"{words} until {declaration.keep.until}: {declaration.keep.article}"


def _outside() -> Iterator[MapRow]:
    for place in outside_places():
        yield MapRow(
            module=OUTSIDE, table=place.name, field="", label=f"{place.label}: {place.holds}",
            category="", purpose="", purpose_key="", legal_basis="", article="", retention="", source="",
            at_rest="", key_group="", on_erase=place.on_erase, exported="", declared="",
        )  # fmt: skip
