"""Exact look-up of identifiers without storing them: HMAC under an index key, in a table of its own.

What it leaks: that two look-ups are equal, and how many identifiers there are. Values must be
normalised by the caller, the same way each time.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Iterable

from django.db import connection
from django.db.models import QuerySet

from aureole.kernel.ids import new_id
from aureole.vault.models import BlindIndexEntry
from aureole.vault.system_keys import system_key

EPOCH = 1
_DIGEST = 16
_CLAIM = """
    INSERT INTO vault_blind_index (id, kind, digest, person_id, row_id, epoch) VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT DO NOTHING
"""


def digest(kind: str, value: str) -> bytes:
    """16 bytes; the kind separates an e-mail address from an equal customer number."""
    message = kind.encode() + b"\x00" + value.encode()
    return hmac.digest(system_key("blind index", EPOCH), message, hashlib.sha256)[:_DIGEST]


def add(*, kind: str, value: str, person_id: uuid.UUID, row_id: uuid.UUID) -> uuid.UUID:
    """Claim the identifier for the person; returns whose it is, also when another claim came first.

    An INSERT that loses the race leaves the transaction usable (ON CONFLICT DO NOTHING).
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [new_id(), kind, digest(kind, value), person_id, row_id, EPOCH])
        if cursor.rowcount:
            return person_id
    owner = find(kind=kind, value=value)
    assert owner is not None, "an identifier just claimed must have an owner"
    return owner


def find(*, kind: str, value: str) -> uuid.UUID | None:
    """Whose identifier this is."""
    return owners(kind=kind, value=value).first()


def owners(*, kind: str, value: str) -> QuerySet[BlindIndexEntry, uuid.UUID]:
    """The same as a query of one row at most, to select the person by."""
    return owners_of_digest(kind, digest(kind, value))


def owners_of_digest(kind: str, known: bytes) -> QuerySet[BlindIndexEntry, uuid.UUID]:
    return BlindIndexEntry.objects.filter(kind=kind, digest=known).values_list("person_id", flat=True)


def find_many(kind: str, values: Iterable[str]) -> dict[str, uuid.UUID]:
    """Owners of several values in one query; values nobody owns are absent."""
    digests = {digest(kind, value): value for value in values}
    rows = BlindIndexEntry.objects.filter(kind=kind, digest__in=list(digests))
    return {digests[bytes(d)]: person for d, person in rows.values_list("digest", "person_id")}


def remove_person(person_id: uuid.UUID) -> int:
    """Delete every entry of the person; returns how many."""
    return BlindIndexEntry.objects.filter(person_id=person_id).delete()[0]
