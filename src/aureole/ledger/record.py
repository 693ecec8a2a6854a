"""Writing the log: in the same transaction as the change, or not at all."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import uuid
from collections.abc import Sequence
from contextlib import AbstractContextManager

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Broken
from aureole.kernel.gathering import Gathering
from aureole.kernel.inserting import insert_rows
from aureole.ledger.models import Entry, EntryDetail
from aureole.ledger.ports import confidant
from aureole.ledger.types import NAMED_BY, entry_type

Line = tuple[Entry, EntryDetail | None]


def record(
    type_name: str,
    *,
    by: Actor,
    person: uuid.UUID | None = None,
    details: dict[str, str] | None = None,
    details_of: uuid.UUID | None = None,
    commits_to: bytes | None = None,
    **facts: int | str,
) -> Entry:
    """Append one entry and return it (its number is known once a `gathered` block around it has ended).

    person      whom it concerns; stored as a pseudonym
    details     words that may be personal: sealed under `details_of` (default: `person`) and
                only committed to here (HMAC-SHA-256 under a random salt kept with the details)
    commits_to  SHA-256 of a document without personal data that the entry vouches for, instead of details
    facts       counts and enums the registered type declares; that the operator only named `by` is added here

    Raises Broken outside a transaction, for an unknown type or an undeclared fact.
    """
    if not transaction.get_connection().in_atomic_block:
        raise Broken("ledger_no_transaction", f"{type_name} was recorded outside a transaction.")
    if by.is_named:
        facts[NAMED_BY] = "operator"
    entry_type(type_name).check(facts)
    entry = Entry(
        type=type_name,
        at=now(),
        actor_kind=by.kind,
        actor=confidant().pseudonym(by.person_id) if by.person_id else None,
        person=confidant().pseudonym(person) if person else None,
        facts=facts,
        commitment=commits_to,
    )
    owner = details_of or person
    sealed = None if details is None or owner is None else _seal_details(entry, details, owner)
    _lines.add([(entry, sealed)])
    return entry


def gathered() -> AbstractContextManager[None]:
    """Write the entries of a block together at its end, in their order; none when the block fails."""
    return _lines.block()


def _seal_details(entry: Entry, details: dict[str, str], owner: uuid.UUID) -> EntryDetail:
    salt = os.urandom(32)
    text = json.dumps(details, sort_keys=True, ensure_ascii=False).encode()
    entry.commitment = hmac.digest(salt, text, hashlib.sha256)
    return EntryDetail(person_id=owner, sealed=confidant().seal_detail(owner, entry.uid, salt + text))


def _write(lines: Sequence[Line]) -> None:
    details = [(entry, detail) for entry, detail in lines if detail is not None]
    if details:
        Entry.objects.bulk_create([entry for entry, _ in lines])
    else:
        insert_rows([entry for entry, _ in lines], returning="number")
    for entry, detail in details:
        detail.entry = entry
        detail.save(force_insert=True)


_lines: Gathering[Line] = Gathering(_write)
