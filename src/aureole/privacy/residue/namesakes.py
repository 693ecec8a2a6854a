"""Telling a person's name from the same name borne by somebody who is still here."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from aureole.privacy import ports
from aureole.vault import blind_index


class Namesakes:
    """Who else bears which of the texts as a name.

    The person looked for is `besides`, or whoever owns an address among the texts. A name that
    somebody else bears is that person's own data, and in a third person's words it cannot be told
    whom it means; erasure leaves it there for the same reason.
    """

    def __init__(self, texts: Sequence[str], *, besides: uuid.UUID | None) -> None:
        self._meant = {besides} if besides else {owner for text in texts for owner in _owners(text)}
        self._bearers = [self._others(text) for text in texts]
        self._plain_words = [text.strip().isalpha() for text in texts]

    def explain(self, text: int, person_id: uuid.UUID | None) -> bool:
        """Whether a text found in this person's sealed data is a living namesake's, or may be."""
        return bool(self._bearers[text]) and person_id not in self._meant

    def is_plain_word(self, text: int, person_id: uuid.UUID | None) -> bool:
        """Whether the text is one word that anybody may use, found in somebody else's sealed data."""
        return self._plain_words[text] and person_id not in self._meant

    def _others(self, text: str) -> set[uuid.UUID]:
        if not text.strip() or "@" in text:
            return set()
        return ports.directory().bearers(text, besides=None) - self._meant


def _owners(text: str) -> list[uuid.UUID]:
    owner = blind_index.find(kind="email", value=text.strip().casefold()) if "@" in text else None
    return [owner] if owner else []
