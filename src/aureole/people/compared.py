"""The vault's port to identifiers, for when the key of the blind index is exchanged."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from aureole.people.models import Identifier
from aureole.vault import re_digest
from aureole.vault.erased import Erased
from aureole.vault.unlock import unlock


class ComparedIdentifiers:
    def compared(self, row_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
        rows = unlock(Identifier.objects.filter(pk__in=row_ids))
        return {row.pk: str(row.value) for row in rows if not isinstance(row.value, Erased)}


def fill_port() -> None:
    re_digest.fill_identifiers(ComparedIdentifiers())
