"""The port to identifiers as they are compared: what the blind index is rebuilt and re-keyed from."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from aureole.kernel.errors import Broken


@dataclass(frozen=True, kw_only=True, slots=True)
class Identified:
    """One identifier as it was claimed: normalised, with its owner and row."""

    kind: str
    value: str
    person_id: uuid.UUID
    row_id: uuid.UUID


class Identifiers(Protocol):
    """Where identifiers are kept (`people` fills it)."""

    def compared(self, row_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
        """The normalised values of the rows that can be opened."""
        ...

    def every(self) -> Iterator[Identified]:
        """All that can be opened, batch by batch; what is erased stays out."""
        ...


_filled: list[Identifiers] = []


def fill_identifiers(port: Identifiers) -> None:
    _filled[:] = [port]


def identifiers() -> Identifiers:
    if not _filled:
        raise Broken("vault_port_empty", "The blind index was to be filled before people were ready.")
    return _filled[0]
