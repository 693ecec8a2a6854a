"""How a module says what personal data it holds: one declaration per model, in personal_data.py.

    holds(
        Message,
        person="person_id",
        label="Messages",
        purpose="answer_enquiries",
        retention="direct_contact",
        source="the person, by e-mail",
        fields={"text": sealed("user.content.private"), "kind": plain("user.behavior", because="…")},
    )
    holds_nothing(Team, because="names of teams; no person appears in it", columns=("name",))

Everything else (map, export, erasure, residue, notice) reads these declarations, and a column
nobody declared stops the build.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Literal

from django.db.models import Model

AtRest = Literal["sealed", "keyed", "plain"]
OnErase = Literal["delete", "delete_last", "detach", "keep"]
How = Literal["stays", "goes", "month", "hours", "redacted", "given"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One declared column.

    category  Fideslang data category ("user.contact.email"); "system.operations" for codes and ids
    at_rest   sealed (under the person's key), keyed (a keyed digest), plain (readable; say why)
    because   why it may rest in plain
    label     what people call it; default: the column's name in words
    withheld  why an export leaves it out; empty means it is exported
    keys      for JSON columns: the keys it may have, each with its category
    """

    category: str
    at_rest: AtRest
    because: str = ""
    label: str = ""
    withheld: str = ""
    keys: dict[str, str] = field(default_factory=dict)


def sealed(
    category: str, *, label: str = "", withheld: str = "", keys: dict[str, str] | None = None
) -> Field:
    """A column that rests sealed under the person's key."""
    return Field(category=category, at_rest="sealed", label=label, withheld=withheld, keys=keys or {})


def keyed(category: str, *, withheld: str, label: str = "") -> Field:
    """A column that holds a keyed digest."""
    return Field(category=category, at_rest="keyed", label=label, withheld=withheld)


def plain(
    category: str,
    *,
    because: str,
    label: str = "",
    withheld: str = "",
    keys: dict[str, str] | None = None,
) -> Field:
    """A column that rests readable: codes, dates, numbers. Say why that names nobody."""
    return Field(
        category=category, at_rest="plain", because=because, label=label, withheld=withheld, keys=keys or {}
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Fate:
    """What becomes of a column in the anonymous copy of its row.

    how       stays; goes (NULL, or the column's default); month (the first of its month); hours (whole hours after the
              column `after`, as that rests then); redacted (words without whatever may name or reach anybody); given
              (the module makes it anew: ids, numbers, a pseudonym)
    indirect  an indirect identifier: somebody who knows it of a person might find them by it, so how many share it
              is counted first (WP216 §2.2.2)
    """

    how: How
    indirect: bool = False
    after: str = ""


def stays(*, indirect: bool = False) -> Fate:
    return Fate(how="stays", indirect=indirect)


def goes(*, indirect: bool = False) -> Fate:
    """With `indirect`, whoever compares lists before and after sees where one is missing."""
    return Fate(how="goes", indirect=indirect)


def month(*, indirect: bool = False) -> Fate:
    return Fate(how="month", indirect=indirect)


def hours_after(column: str) -> Fate:
    return Fate(how="hours", after=column)


def redacted() -> Fate:
    return Fate(how="redacted")


def given() -> Fate:
    return Fate(how="given")


@dataclass(frozen=True, kw_only=True, slots=True)
class Keep:
    """Why rows outlive an erasure: the article, the reason in words, and until when."""

    article: str
    reason: str
    until: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Declaration:
    """What a model holds about persons.

    person    lookup path from a row to the person's id ("person_id", "message__person_id")
    on_erase  delete the rows; delete_last (with the last key, because until then they hold a place that
              nobody else may take); detach (the path is set to NULL and sealed columns with it, the row
              belongs to others too); keep (with `keep` saying why)
    references  further columns that name a person; set to NULL when that person is erased
    anonymous  what becomes of each column when the person is anonymised; empty: the rows go as in an erasure
    declared  file and line of the declaration
    """

    model: type[Model]
    label: str
    module: str
    person: str
    purpose: str
    retention: str
    source: str
    on_erase: OnErase
    keep: Keep | None
    fields: dict[str, Field]
    references: tuple[str, ...]
    withheld: str
    declared: str
    anonymous: dict[str, Fate] = field(default_factory=dict)

    @property
    def table(self) -> str:
        return self.model._meta.db_table


@dataclass(frozen=True, kw_only=True, slots=True)
class NothingHeld:
    """A model without personal data: why, and which text columns that covers."""

    model: type[Model]
    because: str
    columns: tuple[str, ...]
    declared: str


CODES = "a code, a date or a count; names nobody"  # why a column of these is no personal data by itself
_declarations: dict[type[Model], Declaration] = {}
_nothing: dict[type[Model], NothingHeld] = {}


def holds(
    model: type[Model],
    *,
    person: str,
    label: str,
    purpose: str,
    retention: str,
    source: str,
    fields: dict[str, Field],
    on_erase: OnErase = "delete",
    keep: Keep | None = None,
    references: tuple[str, ...] = (),
    withheld: str = "",
    anonymous: dict[str, Fate] | None = None,
) -> None:
    """Declare a model that holds personal data, in the words of `Declaration`; `withheld`: why no export has its rows.

    Raises TypeError where `on_erase` and `keep` do not go together.
    """
    if (on_erase == "keep") != (keep is not None):
        raise TypeError(f"{model.__name__}: on_erase='keep' and keep=Keep(…) go together.")
    _declarations[model] = Declaration(
        model=model,
        label=label,
        module=model._meta.app_label,
        person=person,
        purpose=purpose,
        retention=retention,
        source=source,
        on_erase=on_erase,
        keep=keep,
        fields=fields,
        references=references,
        withheld=withheld,
        declared=_caller(),
        anonymous=anonymous or {},
    )


def holds_nothing(model: type[Model], *, because: str, columns: tuple[str, ...] = ()) -> None:
    """Declare a model that holds no personal data; `columns` names every text column that covers, and every column
    that names a person all the same, in a row that has to outlive them."""
    _nothing[model] = NothingHeld(model=model, because=because, columns=columns, declared=_caller())


def _caller() -> str:
    """File and line of the declaration; `inspect.stack` would read the sources of every caller for it."""
    frame = sys._getframe(2)
    path = frame.f_code.co_filename.rsplit("/src/", 1)[-1]
    return f"{path}:{frame.f_lineno}"


def declarations() -> tuple[Declaration, ...]:
    """All declarations, by module and label."""
    return tuple(sorted(_declarations.values(), key=lambda d: (d.module, d.label)))


def declaration_of(model: type[Model]) -> Declaration | None:
    return _declarations.get(model)


def nothing_held() -> tuple[NothingHeld, ...]:
    return tuple(sorted(_nothing.values(), key=lambda n: n.model._meta.label))


def is_declared(model: type[Model]) -> bool:
    return model in _declarations or model in _nothing


@dataclass(frozen=True, kw_only=True, slots=True)
class OutsidePlace:
    """A place models do not show (folder, queue, log): what may be there and what erasure does about it."""

    name: str
    label: str
    holds: str
    on_erase: str


_places: dict[str, OutsidePlace] = {}


def holds_outside(name: str, *, label: str, holds: str, on_erase: str) -> None:
    """Declare a place outside the tables."""
    _places[name] = OutsidePlace(name=name, label=label, holds=holds, on_erase=on_erase)


def outside_places() -> tuple[OutsidePlace, ...]:
    return tuple(_places.values())
