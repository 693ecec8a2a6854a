from __future__ import annotations

from aureole.ledger.types import EntryType, register
from aureole.ledger.witnesses.port import GROUNDS

register(
    EntryType(
        name="ledger.month_let_go",
        words="let a month of the log go, its time being over",
        counts=("year", "month", "entries"),
    ),
    EntryType(
        name="ledger.witness_refused",
        words="was told by a witness that it does not vouch for the log",
        counts=("size",),
        enums={"ground": GROUNDS},
    ),
)
