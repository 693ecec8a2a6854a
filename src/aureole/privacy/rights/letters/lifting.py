from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings

from aureole.privacy.models import RequestLetter
from aureole.privacy.rights.letters.outbox import own_addresses, queue_letter
from aureole.privacy.rights.letters.wording import ending_of, words


def announce_lifting(person_id: uuid.UUID, *, language: str, reason: str) -> list[RequestLetter]:
    """GDPR Art. 18(3): that a restriction is going to be lifted, to every address of their own. In the caller's
    transaction; whoever lifts it waits until one has left."""
    heading, paragraphs = compose_lifting(language, reason)
    return [
        queue_letter(None, person_id, "lifting", address, heading, paragraphs)
        for address in own_addresses(person_id)
    ]


def compose_lifting(language: str, reason: str) -> tuple[str, list[str]]:
    """Heading and paragraphs of that letter; `reason` is what the person reads."""
    texts = words(language)
    filled = {"workspace": settings.AUREOLE_WORKSPACE, "reason": reason.strip()}
    body = texts["lifting"]["text"].format(**filled)
    return texts["lifting"]["heading"], [texts["greeting"], body, ending_of(texts)]


def liftings_announced(person_id: uuid.UUID, *, since: datetime) -> list[RequestLetter]:
    return list(
        RequestLetter.objects.filter(subject_id=person_id, kind="lifting", created_at__gte=since).defer(
            "heading", "text"
        )
    )
