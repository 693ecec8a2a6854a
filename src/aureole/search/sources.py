"""The port: a module that wants to be found registers a source for each kind of row."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.search.document import Document


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A row that was opened for this actor.

    ticket   the number people know, None where there is none
    text     the opened text, to check the words against and to take the excerpt from
    excerpt  one line around the first match, and `marks`: (start, end) of each match in it; both are
             filled in by the search
    """

    kind: str
    id: uuid.UUID
    ticket: int | None
    person: uuid.UUID | None
    person_name: str
    title: str
    text: str
    at: datetime
    excerpt: str = ""
    marks: tuple[tuple[int, int], ...] = ()


class SearchSource(Protocol):
    """Rows of one kind. All methods take a constant number of queries per call."""

    kind: str

    def all_row_ids(self) -> Iterator[uuid.UUID]:
        """Every row that exists, in ascending order of id (the rebuild tells strays by it)."""
        ...

    def documents(self, row_ids: Sequence[uuid.UUID]) -> Iterator[Document]:
        """The rows of these that exist and can be opened, as documents."""
        ...

    def open(self, row_ids: Sequence[uuid.UUID], actor: Actor) -> dict[uuid.UUID, Hit]:
        """The rows of these that the actor may see. The permission check of the search is here."""
        ...


class UnhurriedSource(SearchSource, Protocol):
    """A source whose rows take long to read (documents): a rebuild only notes them, and the worker reads them, a few
    at a time. `unhurried` is True."""

    unhurried: bool

    def awaiting(self, row_ids: Sequence[uuid.UUID]) -> Iterator[Document]:
        """The rows of these that exist, as documents without words; nothing is opened."""
        ...


class NarrowedSource(SearchSource, Protocol):
    """A source whose rows have traits a search can be narrowed by ("status", "team"): words of its own module,
    which change with the row and so are asked of it, not copied into the index."""

    traits: frozenset[str]

    def narrowed(self, traits: Traits) -> tuple[str, list[Any]]:
        """A SELECT of the ids (one column, `id`) of rows that have one of the values of every trait, and its values.

        The search asks it about one row or about all, so both must be fast.
        """
        ...


Traits = Mapping[str, Sequence[str]]

_sources: dict[str, SearchSource] = {}
_shelves: dict[str, str] = {}
_hidden: set[str] = set()


def register(source: SearchSource, *, shelf: str = "", is_hidden: bool = False) -> None:
    """`shelf`: kinds on one shelf share the keyed numbers of their words, so that they are searched as one.
    By default a kind stands on its own, and nobody can tell that a word of it is also a word of another.

    is_hidden  no search finds it; it is there for those who ask what mentions somebody
    """
    _sources[source.kind] = source
    _hidden.discard(source.kind)
    if is_hidden:
        _hidden.add(source.kind)
    _shelves[source.kind] = shelf or source.kind


def shelf_of(kind: str) -> str:
    return _shelves.get(kind, kind)


def shelves(kinds: Sequence[str]) -> list[str]:
    return sorted({shelf_of(kind) for kind in kinds})


def narrowed(kind: str, traits: Traits) -> tuple[str, list[Any]] | None:
    """None for a kind that does not have all these traits: none of its rows fits."""
    found = cast(NarrowedSource, source(kind))
    return found.narrowed(traits) if set(traits) <= getattr(found, "traits", frozenset()) else None


def forget(kind: str) -> None:
    """Take a source away again (tests)."""
    _sources.pop(kind, None)
    _shelves.pop(kind, None)
    _hidden.discard(kind)


def is_unhurried(kind: str) -> bool:
    return bool(getattr(_sources.get(kind), "unhurried", False))


def source(kind: str) -> SearchSource:
    """Raises Refused for a kind nobody registered."""
    if kind not in _sources:
        known = ", ".join(searched_kinds()) or "nothing yet"
        raise Refused("search_kind_unknown", f"There is no such kind of thing to search. Known: {known}.")
    return _sources[kind]


def kinds() -> list[str]:
    return sorted(_sources)


def searched_kinds() -> list[str]:
    """Those that a search finds."""
    return [kind for kind in kinds() if kind not in _hidden]
