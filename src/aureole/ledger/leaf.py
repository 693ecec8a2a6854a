"""An entry as the bytes that the tree commits to: canonical JSON (RFC 8785), all ASCII, keys in order.

    {"actor":"hex or null","actor_kind":"agent","at":"2026-03-09T10:00:00.000000Z","commitment":null,
     "facts":{"items":3},"person":"hex","type":"desk.replied","uid":"…","v":1}

Written here by hand, because every value is a code, a number or a digest that needs no escaping; a test
holds it against a JSON library.
"""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from functools import lru_cache

from aureole.ledger.models import Entry
from aureole.ledger.verifier import leaf_hash

VERSION = 1
# What the database gives for one entry, in the order `leaf_text` takes it; see `COLUMNS`.
COLUMNS = ("uid", "type", "at", "actor_kind", "actor", "person", "facts", "commitment")


def leaf_bytes(entry: Entry) -> bytes:
    """The bytes whose leaf hash stands in the tree."""
    return leaf_text(*(getattr(entry, name) for name in COLUMNS)).encode("ascii")


def hash_of(entry: Entry) -> bytes:
    return leaf_hash(leaf_bytes(entry))


def leaf_text(
    uid: uuid.UUID,
    type_name: str,
    at: datetime,
    actor_kind: str,
    actor: bytes | None,
    person: bytes | None,
    facts: dict[str, int | str] | str,
    commitment: bytes | None,
) -> str:
    """`facts` may be the JSON text the database gives, which is read once for each different one."""
    canonical = _facts(facts) if isinstance(facts, str) else _canonical(facts)
    return (
        f'{{"actor":{_hex(actor)},"actor_kind":"{actor_kind}","at":"{_moment(at)}",'
        f'"commitment":{_hex(commitment)},"facts":{canonical},"person":{_hex(person)},'
        f'"type":"{type_name}","uid":"{uid}","v":{VERSION}}}'
    )


def _hex(value: bytes | None) -> str:
    return "null" if value is None else f'"{bytes(value).hex()}"'


def _moment(at: datetime) -> str:
    """RFC 3339 in UTC with six digits, whatever zone the value is in."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@lru_cache(maxsize=4096)
def _facts(text: str) -> str:
    return _canonical(json.loads(text))


def _canonical(facts: dict[str, int | str]) -> str:
    return json.dumps(facts, sort_keys=True, separators=(",", ":"))
