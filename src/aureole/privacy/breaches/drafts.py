"""The first words of a letter to those affected (GDPR Art. 34(2)): an officer finishes them."""

from __future__ import annotations

from aureole.privacy.breaches.notification import kinds_of
from aureole.privacy.models import Breach

_SAID = {
    "confidentiality": "others may have seen data about you",
    "integrity": "data about you was changed",
    "availability": "data about you was lost",
}


def letter_draft(breach: Breach) -> str:
    """In English, in plain words; what is not known yet stands in brackets."""
    what = " and ".join(_SAID[kind] for kind in kinds_of(breach))
    parts = [
        f"On {breach.noticed_at:%d %B %Y} we noticed that {what}.",
        f"What happened: {breach.facts}",
        f"What it can mean for you: {breach.effects or '[say it in plain words]'}",
        f"What we did, and what you can do: {breach.measures or '[say it in plain words]'}",
        f"Who answers your questions: {breach.contact or '[a function and how to reach it]'}",
    ]
    return "\n\n".join(parts)
