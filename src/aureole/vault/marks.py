"""From a mark of the log to the person it stands for, by its keyed digest beside their key.

Only who can open the key store can ask, as before by opening every mark; the digest goes with the key.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping

from django.db import connections
from django.db.models import QuerySet

from aureole.vault.groups import KeyGroup
from aureole.vault.keys import digest_of_mark, marks
from aureole.vault.keystore.models import KeyState, PersonKey
from aureole.vault.keystore.reach import key_store
from aureole.vault.keystore.router import KEYS

BATCH = 1000
_NOTE = """
UPDATE keystore_person_key k SET mark_digest = found.digest
FROM unnest(%s::uuid[], %s::bytea[]) AS found(person_id, digest)
WHERE k.person_id = found.person_id AND k."group" = %s AND k.state = %s
"""


def whose(wanted: Collection[bytes]) -> dict[bytes, uuid.UUID]:
    """The records these marks stand for; whoever is erased is nobody. Raises RootKeyAway or KeyStoreAway.

    Costs as many look-ups as there are marks, and once what `note_digests` costs.
    """
    note_digests()
    by_digest = {digest_of_mark(mark): mark for mark in wanted}
    found: dict[bytes, uuid.UUID] = {}
    digests = list(by_digest)
    for start in range(0, len(digests), BATCH):
        rows = _active().filter(mark_digest__in=digests[start : start + BATCH])
        with key_store():
            for digest, person_id in rows.values_list("mark_digest", "person_id"):
                found[by_digest[bytes(digest or b"")]] = person_id
    return found


def note_digests() -> int:
    """Of keys that are older than digests: each mark is opened once, ever. Returns how many. Safe to break off."""
    done, last = 0, 0
    while True:
        rows = _active().filter(mark_digest=None, pk__gt=last).order_by("pk")
        with key_store():
            waiting = list(rows.values_list("pk", "person_id")[:BATCH])
        if not waiting:
            return done
        _note(marks([person_id for _, person_id in waiting]))
        done, last = done + len(waiting), waiting[-1][0]


def _note(found: Mapping[uuid.UUID, bytes]) -> None:
    digests = [digest_of_mark(mark) for mark in found.values()]
    with key_store(), connections[KEYS].cursor() as cursor:
        cursor.execute(_NOTE, [list(found), digests, KeyGroup.EVIDENCE, KeyState.ACTIVE])


def _active() -> QuerySet[PersonKey]:
    return PersonKey.objects.using(KEYS).filter(group=KeyGroup.EVIDENCE, state=KeyState.ACTIVE)
