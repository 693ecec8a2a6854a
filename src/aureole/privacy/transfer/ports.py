"""What a transfer needs from the modules above: whom a package is of, and taking it in."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Broken

Identifier = tuple[str, str]  # kind, value


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """Who a package became, their language, whether they are new here, and what came: tickets, messages, files."""

    person_id: uuid.UUID
    language: str
    created: bool
    counts: dict[str, int]


class Taker(Protocol):
    def owners(self, identifiers: Sequence[Identifier]) -> list[uuid.UUID]:
        """Who here has one of these addresses or numbers."""
        ...

    def take_in(self, package: BinaryIO, *, expected_key: str, by: Actor) -> Settled:
        """All of it, or nothing, in the caller's transaction. Raises Refused."""
        ...


_taker: list[Taker] = []


def fill_taker(taker: Taker) -> None:
    _taker[:] = [taker]


def taker() -> Taker:
    if not _taker:
        raise Broken("privacy_port_empty", "A package was to be taken in before the desk was ready.")
    return _taker[0]
