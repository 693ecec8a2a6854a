from __future__ import annotations

import uuid

from django.conf import settings

from aureole.privacy.rights.letters.outbox import own_addresses, queue_letter
from aureole.privacy.rights.letters.wording import ending_of, words


def tell_breach(person_id: uuid.UUID, *, language: str, said: str, number: int) -> int:
    """GDPR Art. 34: what happened to their data, in the officer's words, at every address of their own. In the caller's
    transaction; returns how many letters, 0 when nothing reaches them."""
    texts = words(language)
    heading = texts["breach"]["heading"].format(workspace=settings.AUREOLE_WORKSPACE)
    ending = texts["breach"]["ending"].format(number=number)
    paragraphs = [texts["greeting"], texts["breach"]["text"], said.strip(), ending, ending_of(texts)]
    reached = own_addresses(person_id)
    return len([queue_letter(None, person_id, "breach", address, heading, paragraphs) for address in reached])
