from __future__ import annotations

import uuid

from aureole.privacy.models import RequestLetter
from aureole.privacy.rights.letters.outbox import queue_letter, reachable_addresses


def write_to_officer(person_id: uuid.UUID, *, heading: str, paragraphs: list[str]) -> list[RequestLetter]:
    """To whoever works on requests, at their first address that can be reached; in the caller's transaction."""
    first = reachable_addresses(person_id)[:1]
    return [queue_letter(None, person_id, "reminder", address, heading, paragraphs) for address in first]
