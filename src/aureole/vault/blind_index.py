"""Exact look-up of identifiers without storing them: HMAC under an index key, in a table of its own.

What it leaks: that two look-ups are equal, and how many identifiers there are. Values must be
normalised by the caller, the same way each time.

While its key is being exchanged an identifier is claimed under both keys at once, and looked for under both.
So of two claims at the same moment one meets the other whatever each process knows of the exchange, and the
constraint "one owner per identifier" decides (decision 15).
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from aureole.kernel.ids import new_id
from aureole.vault.epochs import Epochs, epochs
from aureole.vault.models import BlindIndexEntry

KEY = "blind index"
_DIGEST = 16
_PLACES = "(%s, %s, %s, %s, %s, %s)"
_CLAIM = """
    INSERT INTO vault_blind_index (id, kind, digest, person_id, row_id, epoch) VALUES {places}
    ON CONFLICT DO NOTHING
"""


def digest(kind: str, value: str, epoch: int | None = None) -> bytes:
    """16 bytes under the key of that epoch (default: the one written now)."""
    live = epochs(KEY)
    return _digest(live.keys[live.current if epoch is None else epoch], kind, value)


def _digest(key: bytes, kind: str, value: str) -> bytes:
    """The kind separates an e-mail address from an equal customer number."""
    return hmac.digest(key, kind.encode() + b"\x00" + value.encode(), hashlib.sha256)[:_DIGEST]


def _digests(live: Epochs, kind: str, value: str) -> dict[int, bytes]:
    """By epoch, oldest first: two claims take their rows in the same order, so none waits for the other in turn."""
    return {epoch: _digest(live.keys[epoch], kind, value) for epoch in sorted(live.keys)}


def add(*, kind: str, value: str, person_id: uuid.UUID, row_id: uuid.UUID) -> uuid.UUID:
    """Claim the identifier for the person; returns whose it is, also when another claim came first.

    An INSERT that loses the race leaves the transaction usable (ON CONFLICT DO NOTHING).
    """
    claimed = _digests(epochs(KEY), kind, value)
    rows: list[list[Any]] = [[new_id(), kind, d, person_id, row_id, epoch] for epoch, d in claimed.items()]
    with connection.cursor() as cursor:
        statement = _CLAIM.format(places=", ".join([_PLACES] * len(rows)))
        cursor.execute(statement, [column for row in rows for column in row])
        if cursor.rowcount == len(rows):
            return person_id
    # Claimed under one key only: given back, so that nobody owns an identifier by halves.
    BlindIndexEntry.objects.filter(pk__in=[row[0] for row in rows]).delete()
    owner = find(kind=kind, value=value)
    assert owner is not None, "an identifier that could not be claimed must have an owner"
    return owner


def find(*, kind: str, value: str) -> uuid.UUID | None:
    """Whose identifier this is."""
    return owners(kind=kind, value=value).first()


def owners(*, kind: str, value: str) -> QuerySet[BlindIndexEntry, uuid.UUID]:
    """The same as a query that names one person at most, to select the person by."""
    return owners_of_digests(kind, *both_digests(kind, value))


def both_digests(kind: str, value: str) -> tuple[bytes, bytes]:
    """Under the oldest and the newest key alive; twice the same while there is one."""
    live = epochs(KEY)
    found = list(_digests(live, kind, value).values())
    return found[0], found[-1]


def owners_of_digests(kind: str, older: bytes, newer: bytes) -> QuerySet[BlindIndexEntry, uuid.UUID]:
    rows = BlindIndexEntry.objects.filter(kind=kind, digest__in=[older, newer])
    return rows.values_list("person_id", flat=True)


def find_many(kind: str, values: Iterable[str]) -> dict[str, uuid.UUID]:
    """Owners of several values in one query; values nobody owns are absent."""
    live = epochs(KEY)
    digests = {d: value for value in values for d in _digests(live, kind, value).values()}
    rows = BlindIndexEntry.objects.filter(kind=kind, digest__in=list(digests))
    return {digests[bytes(d)]: person for d, person in rows.values_list("digest", "person_id")}


def remove(*, kind: str, value: str, person_id: uuid.UUID) -> int:
    """Give one identifier of the person free, under every key; returns how many entries went."""
    digests = list(_digests(epochs(KEY), kind, value).values())
    return BlindIndexEntry.objects.filter(kind=kind, digest__in=digests, person_id=person_id).delete()[0]


def remove_person(person_id: uuid.UUID) -> int:
    """Delete every entry of the person, under every key; returns how many."""
    return BlindIndexEntry.objects.filter(person_id=person_id).delete()[0]
