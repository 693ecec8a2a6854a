"""Which tables only grow. Triggers hold it in the database; the application's role may not even try."""

from __future__ import annotations

APPEND_ONLY_TABLES: tuple[str, ...] = ("ledger_entry", "ledger_leaf", "ledger_node", "ledger_checkpoint")
