from __future__ import annotations

from aureole.ledger.types import EntryType, register

register(
    EntryType(
        name="vault.root_key_rotated",
        words="wrapped all keys anew under the root key",
        counts=("person_keys", "system_keys"),
    ),
    EntryType(
        name="vault.person_key_rotated",
        words="gave a person new keys",
        counts=("groups", "values"),
    ),
)
