"""What the blind index is rebuilt from."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from aureole.people.models import Identifier
from aureole.vault import blind_rebuild
from aureole.vault.blind_rebuild import Identified
from aureole.vault.erased import Erased
from aureole.vault.unlock import unlock

_BATCH = 500


class Identifiers:
    """Every address and number of every person."""

    def identified(self) -> Iterator[Identified]:
        rows = Identifier.objects.order_by("created_at", "pk").iterator(chunk_size=_BATCH)
        while batch := list(islice(rows, _BATCH)):
            for row in unlock(batch):
                if not isinstance(row.value, Erased):
                    yield Identified(
                        kind=row.kind, value=str(row.value), person_id=row.person_id, row_id=row.id
                    )


def register() -> None:
    blind_rebuild.register(Identifiers())
