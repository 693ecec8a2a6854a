from __future__ import annotations

from aureole.ledger.types import EntryType, register

register(EntryType(name="search.read", words="read words that a search found", counts=("hits",)))
