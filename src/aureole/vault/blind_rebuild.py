"""The blind index again from the identifiers it indexes: after a restore, which brings none back."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from django.db import transaction

from aureole.kernel.inserting import insert_rows
from aureole.vault.blind_index import EPOCH, digest
from aureole.vault.models import BlindIndexEntry

_BATCH = 500


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
            remaining = source.identified()
            while batch := list(islice(remaining, _BATCH)):
                insert_rows([_entry(one) for one in batch], on_conflict="ON CONFLICT DO NOTHING")
                done += len(batch)
                progress(done)
    return done


def _entry(one: Identified) -> BlindIndexEntry:
    return BlindIndexEntry(
        kind=one.kind,
        digest=digest(one.kind, one.value),
        person_id=one.person_id,
        row_id=one.row_id,
        epoch=EPOCH,
    )
