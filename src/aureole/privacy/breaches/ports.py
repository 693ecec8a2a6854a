"""What the handling of breaches needs from the module that keeps persons."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from typing import Protocol

from aureole.kernel.errors import Broken


class Population(Protocol):
    """Everybody on file."""

    def after(self, last: uuid.UUID | None, limit: int) -> list[uuid.UUID]:
        """The next persons by id; the first ones without `last`."""
        ...

    def owners(self, record_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, uuid.UUID]:
        """Whose each of these records is by now: a person's own, or that of whom it was merged into; nobody else's."""
        ...

    def languages(self, person_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, str]:
        """In which language each is written to; those who are gone are not in it."""
        ...


_population: list[Population] = []


def fill_population(population: Population) -> None:
    _population[:] = [population]


def population() -> Population:
    if not _population:
        raise Broken("privacy_port_empty", "Breaches were handled before people were ready.")
    return _population[0]
