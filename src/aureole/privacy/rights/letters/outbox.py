"""Letters as rows that wait to be sent (`rights/sending.py`), in the caller's transaction, and where they go."""

from __future__ import annotations

import uuid

from django.conf import settings

from aureole.kernel.clock import now
from aureole.kernel.jobs import store_job
from aureole.privacy.models import LetterState, RequestLetter, RightsRequest
from aureole.privacy.rights.ports import KnownAddress, address_book, courier


def own_addresses(person_id: uuid.UUID) -> list[KnownAddress]:
    """Every address they used themselves, new ones too: where a letter goes that hands nothing over."""
    return [a for a in address_book().addresses(person_id) if a.why_not in ("", "too_new")]


def reachable_addresses(person_id: uuid.UUID) -> list[KnownAddress]:
    """Every address that can be reached, also one that proves nothing."""
    return [a for a in address_book().addresses(person_id) if courier(a.kind) is not None]


def write_everywhere(
    person_id: uuid.UUID, kind: str, heading: str, paragraphs: list[str]
) -> list[RequestLetter]:
    """To every address that can be reached, also one that proves nothing: for what hands nothing over. In the caller's
    transaction."""
    reached = reachable_addresses(person_id)
    return [queue_letter(None, person_id, kind, address, heading, paragraphs) for address in reached]


def queue_letter(
    request: RightsRequest | None,
    subject_id: uuid.UUID,
    kind: str,
    address: KnownAddress,
    heading: str,
    paragraphs: list[str],
) -> RequestLetter:
    """One letter to one address; the worker sends it."""
    body = "\n\n".join(paragraphs)
    letter = RequestLetter.objects.create(
        request=request, kind=kind, identifier_id=address.identifier_id, channel=address.kind,
        subject_id=subject_id, heading=heading,
        text=f"{body}\n\n{settings.AUREOLE_WORKSPACE}\n", state=LetterState.WAITING, created_at=now(),
    )  # fmt: skip
    store_job("privacy.send_request_letter", letter_id=letter.id)
    return letter
