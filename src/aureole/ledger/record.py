"""Writing the log: in the same transaction as the change, or not at all."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Broken
from aureole.ledger.models import Entry, EntryDetail
from aureole.ledger.ports import confidant
from aureole.ledger.types import entry_type


def record(
    type_name: str,
    *,
    by: Actor,
    person: uuid.UUID | None = None,
    details: dict[str, str] | None = None,
    details_of: uuid.UUID | None = None,
    **facts: int | str,
) -> Entry:
    """Append one entry and return it.

    person      whom it concerns; stored as a pseudonym
    details     words that may be personal: sealed under `details_of` (default: `person`) and
                only committed to here (HMAC-SHA-256 under a random salt kept with the details)
    facts       counts and enums the registered type declares

    Raises Broken outside a transaction, for an unknown type or an undeclared fact.
    """
    if not transaction.get_connection().in_atomic_block:
        raise Broken("ledger_no_transaction", f"{type_name} was recorded outside a transaction.")
    entry_type(type_name).check(facts)
    uid_entry = Entry(
        type=type_name,
        at=now(),
        actor_kind=by.kind,
        actor=confidant().pseudonym(by.person_id) if by.person_id else None,
        person=confidant().pseudonym(person) if person else None,
        facts=facts,
    )
    owner = details_of or person
    if details is None or owner is None:
        uid_entry.save(force_insert=True)
        return uid_entry
    return _save_with_details(uid_entry, details, owner)


def _save_with_details(entry: Entry, details: dict[str, str], owner: uuid.UUID) -> Entry:
    salt = os.urandom(32)
    text = json.dumps(details, sort_keys=True, ensure_ascii=False).encode()
    entry.commitment = hmac.digest(salt, text, hashlib.sha256)
    entry.save(force_insert=True)
    sealed = confidant().seal_detail(owner, entry.uid, salt + text)
    EntryDetail(entry=entry, person_id=owner, sealed=sealed).save(force_insert=True)
    return entry
