"""The attacker's side: a copy of the index, and a body of texts of the same kind to compare it with."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection

from aureole.search.document import Document
from aureole.search.tokens import Term, document_terms
from bench.words import Speech


@dataclass(frozen=True)
class Dump:
    """Rows of `search_entry` as a thief has them. No key, no words."""

    messages: dict[uuid.UUID, frozenset[int]]
    persons: dict[uuid.UUID, frozenset[int]]

    def frequencies(self) -> Counter[int]:
        return Counter(token for tokens in self.messages.values() for token in tokens)


def take_dump() -> Dump:
    by_kind: dict[str, dict[uuid.UUID, frozenset[int]]] = {"message": {}, "person": {}}
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, row_id, tokens FROM search_entry WHERE kind = ANY(%s)", [list(by_kind)])
        for kind, row_id, tokens in cursor:
            by_kind[kind][row_id] = frozenset(tokens)
    return Dump(by_kind["message"], by_kind["person"])


def reference_frequencies(speech: Speech, texts: int) -> Counter[Term]:
    """What the attacker has read: in how many of so many other letters of the same language, to the same address, each
    indexed form stands. The program is public, so the attacker makes the forms as it does."""
    other = Speech(0)
    other.words, other.rng = speech.words, random.Random(7)
    counted: Counter[Term] = Counter()
    for number in range(texts):
        counted.update(set(document_terms(_letter(other, number))))
    return counted


def _letter(speech: Speech, number: int) -> Document:
    """As `bench.generate` makes them: half of them theirs, a third of those with a quotation."""
    text = speech.text()
    if speech.rng.random() < 0.15:
        text += "\n\n> " + speech.text(20)
    name = speech.name()
    return Document(
        kind="message", row_id=uuid.UUID(int=0), person_id=uuid.UUID(int=0), at=datetime(2025, 1, 1, tzinfo=UTC),
        texts=[text, name, "Support"], language="en",
        exact=[f"{name.replace(' ', '.').lower()}{number}@mail.example", "support@localhost"],
    )  # fmt: skip
