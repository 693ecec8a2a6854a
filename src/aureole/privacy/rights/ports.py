"""What the rights desk needs from the modules above it; they fill these ports at start-up."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Broken
from aureole.privacy.models import RightsRequest


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownAddress:
    """An address on file, and whether control of it proves who somebody is.

    masked   "a…@brevduva.example": enough to recognise, not enough to learn
    why_not  a code when it may not: added_by_agent, came_by_merge, only_copied, too_new; "" when it may
    """

    identifier_id: uuid.UUID
    kind: str
    masked: str
    why_not: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Owner:
    """Whose an address is, and which of theirs."""

    person_id: uuid.UUID
    identifier_id: uuid.UUID | None


class AddressBook(Protocol):
    """Where people can be reached."""

    def owner_of(self, address: str) -> Owner | None:
        """Whose address this is, however it is written. None also for what merely looks like it."""
        ...

    def addresses(self, person_id: uuid.UUID) -> list[KnownAddress]: ...

    def vouches(self, identifier_id: uuid.UUID, *, person_id: uuid.UUID, since: datetime) -> bool:
        """Whether a code that came back from an address then still says that it is this person who asks: not once it
        was taken off, is somebody else's, or their record was put together with another. One statement."""
        ...

    def note_control(self, identifier_id: uuid.UUID) -> None:
        """A code came back from there, in the caller's transaction."""
        ...


class NeverTaken(OSError):
    """It did not leave, and trying again changes nothing: the address is refused for good."""


class Courier(Protocol):
    """Gets a letter of the desk to an address on file, outside any ticket."""

    def send(self, *, identifier_id: uuid.UUID, heading: str, text: str) -> None:
        """Send it now. Raises NeverTaken, or OSError when it did not surely leave: that is tried again, so it may
        arrive twice."""
        ...

    def can_send(self) -> bool:
        """Whether trying again later may help: not where nothing is set up to send with."""
        ...


class Executor(Protocol):
    """Carries a right out. Doing it again after a crash finishes it and does nothing twice."""

    def execute(
        self, request: RightsRequest, *, by: Actor, approved_by: Actor | None
    ) -> dict[str, int | str]:
        """What came of it: counts and codes. Raises Refused when it cannot be."""
        ...


class Officers(Protocol):
    """Who answers for requests."""

    def __call__(self, owner_id: uuid.UUID | None) -> list[uuid.UUID]:
        """Persons to write to about a request: its owner where somebody took it on, else every officer."""
        ...


_hearers: list[Callable[[RightsRequest], bool]] = []
_officers: list[Officers] = []
_book: list[AddressBook] = []
_couriers: dict[str, Courier] = {}
_executors: dict[str, Executor] = {}


def fill_address_book(book: AddressBook) -> None:
    _book[:] = [book]


def address_book() -> AddressBook:
    if not _book:
        raise Broken("privacy_port_empty", "The rights desk was used before people were ready.")
    return _book[0]


def fill_officers(found: Officers) -> None:
    _officers[:] = [found]


def officers(owner_id: uuid.UUID | None) -> list[uuid.UUID]:
    """Nobody before the port is filled."""
    return _officers[0](owner_id) if _officers else []


def add_courier(kind: str, courier: Courier) -> None:
    """Who delivers to addresses of that kind ("email", "phone")."""
    _couriers[kind] = courier


def courier(kind: str) -> Courier | None:
    return _couriers.get(kind)


def add_hearers(source: Callable[[RightsRequest], bool]) -> None:
    """Whether anybody else got the data and has to hear of this request (GDPR Art. 19)."""
    _hearers.append(source)


def others_hear(request: RightsRequest) -> bool:
    return any(source(request) for source in _hearers)


def add_executor(kinds: Sequence[str], executor: Executor) -> None:
    for kind in kinds:
        _executors[kind] = executor


def executor(kind: str) -> Executor | None:
    """None for rights that a person carries out by hand and then closes with words."""
    return _executors.get(kind)
