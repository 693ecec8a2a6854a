"""The vault's port to identifiers: what the blind index is rebuilt and re-keyed from."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from itertools import islice

from aureole.people.models import Identifier
from aureole.vault.erased import Erased
from aureole.vault.identifiers import Identified, fill_identifiers
from aureole.vault.unlock import unlock

_BATCH = 500


class ComparedIdentifiers:
    """Every address and number of every person."""

    def compared(self, row_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
        rows = unlock(Identifier.objects.filter(pk__in=row_ids))
        return {row.pk: str(row.value) for row in rows if not isinstance(row.value, Erased)}

    def every(self) -> Iterator[Identified]:
        rows = Identifier.objects.order_by("created_at", "pk").iterator(chunk_size=_BATCH)
        while batch := list(islice(rows, _BATCH)):
            for row in unlock(batch):
                if not isinstance(row.value, Erased):
                    yield Identified(
                        kind=row.kind, value=str(row.value), person_id=row.person_id, row_id=row.id
                    )


def fill_port() -> None:
    fill_identifiers(ComparedIdentifiers())
