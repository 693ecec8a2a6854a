from __future__ import annotations

from aureole.ledger.types import EntryType, register
from aureole.privacy.rights.vocabulary import KINDS, MOVE_WORDS

register(
    EntryType(name="privacy.erasure_begun", words="began to erase a person", counts=("items",)),
    EntryType(name="privacy.erased", words="erased a person", counts=("items", "places")),
    EntryType(
        name="privacy.exported",
        words="exported a person's data",
        counts=("records", "files", "redactions"),
    ),
    EntryType(name="privacy.export_fetched", words="fetched an export", counts=("records",)),
    EntryType(
        name="privacy.replayed",
        words="brought restored data up to the fence list",
        counts=("persons", "rows", "texts", "withheld", "resumed"),
        enums={"fences": ("current", "missing")},
    ),
    EntryType(
        name="privacy.evidence_made",
        words="put together the evidence of a request",
        counts=("request", "steps", "words"),
    ),
    EntryType(name="privacy.explained", words="listed what is held about a person", counts=("fields",)),
)
register(
    *(
        EntryType(name=f"rights.{what}", words=words, counts=("request",), enums={"kind": KINDS})
        for what, words in MOVE_WORDS.items()
    )
)
