"""What an export needs from above: who else is around, how rows are screened, letters, receivers."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import BooleanField, DateField, ForeignKey, IntegerField, Model, UUIDField

from aureole.privacy.ports import KnownAs
from aureole.vault.models import SealedFile

if TYPE_CHECKING:
    from aureole.privacy.export.shield import Shield

Apply = Callable[[Any, dict[str, Any], "Shield"], dict[str, Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Other:
    """Somebody else who may be named in what concerns the person. Staff stay unnamed too (CJEU C-579/21)."""

    known: KnownAs
    is_staff: bool


class Company(Protocol):
    """Who else is around a person: bounded, the nearest first."""

    def others(self, person_id: uuid.UUID) -> Iterator[Other]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Screen:
    """How rows of one model are made fit to hand out where they tell of others too.

    apply    (row, values by column, shield) -> values. The default passes every text through the shield;
             `as_it_is` is for rows that are the person's own
    related  what to join so that `apply` needs no query per row
    """

    model: type[Model]
    apply: Apply
    related: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Party:
    """A sender or recipient, as it may be shown."""

    name: str = ""
    address: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterFile:
    """A file that belongs to a letter. `withheld` says why its bytes are not handed out; `row` saves asking for it."""

    file_id: uuid.UUID
    name: str
    content_type: str = "application/octet-stream"
    content_id: str = ""
    withheld: str = ""
    row: SealedFile | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """One message, screened already: whatever it holds is written down as it is.

    conversation  stable short name for folders, such as the ticket's number; `title` is for people
    kind          "public", "note" or another code; `words` says it in words ("note among staff")
    own           whether the person wrote it
    """

    id: uuid.UUID
    conversation: str
    title: str
    at: datetime
    kind: str
    words: str
    own: bool
    sender: Party
    to: tuple[Party, ...] = ()
    cc: tuple[Party, ...] = ()
    text: str = ""
    html: str = ""
    files: tuple[LetterFile, ...] = field(default=())


@dataclass(frozen=True, kw_only=True, slots=True)
class Withheld:
    """So many things are not handed out, and why."""

    path: str
    reason: str
    count: int


class LetterPlace(Protocol):
    """Conversations of a module, by conversation and then by time."""

    models: tuple[type[Model], ...]

    def letters(self, person_id: uuid.UUID, shield: Shield, held: Held) -> Iterator[Letter]: ...

    def withheld(self, person_id: uuid.UUID) -> Iterator[Withheld]:
        """Letters of others in the person's conversations (GDPR Art. 15(4))."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Receiver:
    """Somebody outside who gets personal data, by name (CJEU C-154/21).

    kind  a code under which letters in other languages say `gets` and `why`, after a colon one for the name; "" when
          they are said as they are
    at    when, for what went to them once; `gets` then has a place for that {day}
    unnamed, reason  why they are told by their kind only, as a code and in words; `name` is that kind then
    """

    name: str
    gets: str
    why: str
    kind: str = ""
    at: datetime | None = None
    unnamed: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedIn:
    """Rows about others that tell something of the person whom they name: handed out without whose they are.

    table     as the package calls them, `table.column`; label in words
    withheld  by column, why it stays (GDPR Art. 15(4))
    lines     of a person: values by column
    """

    table: str
    label: str
    withheld: Mapping[str, str]
    lines: Callable[[KnownAs], Sequence[dict[str, str]]]


class Held:
    """Rows that were read as a table and are told again as letters: kept while they are few and small.

    models  those that are worth keeping
    """

    MOST_ROWS = 500
    MOST_CHARACTERS = 4_000_000

    def __init__(self, models: Collection[type[Model]]) -> None:
        self._models = models
        self._rows: dict[type[Model], list[Any]] = {}

    def keep(self, model: type[Model], rows: Sequence[Any], values: Iterable[dict[str, Any]]) -> None:
        """All rows of the model there are for the person."""
        if model in self._models and len(rows) <= self.MOST_ROWS:
            size = sum(len(v) for row in values for v in row.values() if isinstance(v, str))
            if size <= self.MOST_CHARACTERS:
                self._rows[model] = list(rows)

    def of(self, model: type[Model]) -> list[Any] | None:
        """All the person's rows of the model, None when they must be read again."""
        return self._rows.get(model)


def as_it_is(row: Any, values: dict[str, Any], shield: Shield) -> dict[str, Any]:
    """The person's own data: nothing in it is blacked out but what somebody marked by hand."""
    model: type[Model] = type(row)
    codes = wordless(model)
    words = shield.own_values({name: value for name, value in values.items() if name not in codes})
    return {name: words.get(name, value) for name, value in values.items()}


_companies: list[Company] = []
_screens: dict[type[Model], Screen] = {}
_letter_places: list[LetterPlace] = []
_own_addresses: dict[Callable[[], list[str]], None] = {}
_named_in: dict[str, NamedIn] = {}
_receivers: list[Callable[[], list[Receiver]]] = []
_receivers_of: list[Callable[[uuid.UUID], list[Receiver]]] = []


def add_company(company: Company) -> None:
    _companies.append(company)


def others_around(person_id: uuid.UUID) -> Iterator[Other]:
    for company in _companies:
        yield from company.others(person_id)


def add_screen(screen: Screen) -> None:
    _screens[screen.model] = screen


def screen_of(model: type[Model]) -> Screen:
    return _screens.get(model) or Screen(model=model, apply=_all_texts)


def _all_texts(row: Any, values: dict[str, Any], shield: Shield) -> dict[str, Any]:
    model: type[Model] = type(row)
    codes = wordless(model)
    return {name: value if name in codes else shield.value(value) for name, value in values.items()}


@cache
def wordless(model: type[Model]) -> frozenset[str]:
    """Columns that hold no words: ids, times, numbers, and codes of a closed list."""
    kinds = (UUIDField, DateField, BooleanField, IntegerField, ForeignKey)
    fields = model._meta.concrete_fields
    return frozenset(f.attname for f in fields if isinstance(f, kinds) or f.choices)


def add_named_in(named: NamedIn) -> None:
    _named_in[named.table] = named


def named_in() -> tuple[NamedIn, ...]:
    return tuple(_named_in.values())


def add_letter_place(place: LetterPlace) -> None:
    _letter_places.append(place)


def letter_places() -> tuple[LetterPlace, ...]:
    return tuple(_letter_places)


def add_own_addresses(ask: Callable[[], list[str]]) -> None:
    """Further addresses of the workspace itself, which may be shown to anybody."""
    _own_addresses[ask] = None


def own_addresses() -> list[str]:
    return [address for ask in _own_addresses for address in ask()]


def add_receivers(ask: Callable[[], list[Receiver]]) -> None:
    _receivers.append(ask)


def receivers() -> list[Receiver]:
    """Everyone outside who gets data of anybody; empty means nobody."""
    return [receiver for ask in _receivers for receiver in ask()]


def add_receivers_of(ask: Callable[[uuid.UUID], list[Receiver]]) -> None:
    _receivers_of.append(ask)


def receivers_of(person_id: uuid.UUID) -> list[Receiver]:
    """Everyone outside who gets this person's data, or got it: those of anybody, then those of theirs alone."""
    return receivers() + [receiver for ask in _receivers_of for receiver in ask(person_id)]
