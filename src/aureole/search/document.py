from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """What a module hands in about one row. Nothing of it is stored readable.

    kind          "message", "person", "ticket": the name of a registered source
    person_id     whose data the text is; erasing that person deletes the index row
    at            when it was said or made; hits come latest first
    texts         words: folded and stemmed
    prefix_texts  names, addresses: found by their beginnings too
    exact         e-mail addresses, phone numbers (E.164), order numbers: found whole and in parts
    keys          what is found only by those who ask for exactly that, never by a search ("mailbox|…")
    language      ISO 639-1 code when known; empty means it is guessed from the words
    """

    kind: str
    row_id: uuid.UUID
    person_id: uuid.UUID
    at: datetime
    texts: Sequence[str]
    prefix_texts: Sequence[str] = ()
    exact: Sequence[str] = ()
    keys: Sequence[str] = ()
    language: str = ""
