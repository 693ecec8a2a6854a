"""The blind index again from the identifiers it indexes: after a restore, which brings none back."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from django.db import transaction

from aureole.kernel.inserting import insert_rows
from aureole.vault.blind_index import KEY, digest
from aureole.vault.epochs import epochs
from aureole.vault.identifiers import Identified, identifiers
from aureole.vault.models import BlindIndexEntry

_BATCH = 500


def rebuild_blind_index(progress: Callable[[int], None] = lambda _: None) -> int:
    """Empty the index and fill it from all identifiers, in one transaction; returns how many.

    Under every key alive, as `blind_index.add` claims them. `progress` gets the number done so far. Safe to repeat.
    """
    done = 0
    with transaction.atomic():
        BlindIndexEntry.objects.all().delete()
        remaining = identifiers().every()
        while batch := list(islice(remaining, _BATCH)):
            rows = [_entry(one, epoch) for one in batch for epoch in sorted(epochs(KEY).keys)]
            insert_rows(rows, on_conflict="ON CONFLICT DO NOTHING")
            done += len(batch)
            progress(done)
    return done


def _entry(one: Identified, epoch: int) -> BlindIndexEntry:
    return BlindIndexEntry(
        kind=one.kind,
        digest=digest(one.kind, one.value, epoch),
        person_id=one.person_id,
        row_id=one.row_id,
        epoch=epoch,
    )
