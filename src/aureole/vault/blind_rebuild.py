"""The blind index again from the identifiers it indexes: after a restore, which brings none back."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from django.db import transaction

from aureole.vault import blind_index
from aureole.vault.models import BlindIndexEntry


@dataclass(frozen=True, kw_only=True, slots=True)
class Identified:
    """One identifier as it was claimed: normalised, with its owner and row."""

    kind: str
    value: str
    person_id: uuid.UUID
    row_id: uuid.UUID


class IdentifierSource(Protocol):
    """The port: a module whose rows are found by identifiers lists them."""

    def identified(self) -> Iterator[Identified]:
        """Every identifier that can be opened; what is erased stays out."""
        ...


_sources: list[IdentifierSource] = []


def register(source: IdentifierSource) -> None:
    _sources.append(source)


def rebuild_blind_index(progress: Callable[[int], None] = lambda _: None) -> int:
    """Empty the index and fill it from all sources, in one transaction; returns how many entries.

    `progress` gets the number done so far. Safe to repeat.
    """
    done = 0
    with transaction.atomic():
        BlindIndexEntry.objects.all().delete()
        for source in _sources:
            for one in source.identified():
                blind_index.add(kind=one.kind, value=one.value, person_id=one.person_id, row_id=one.row_id)
                done += 1
                progress(done)
    return done
