"""What the register of prior consultations holds: nothing about a person."""

from __future__ import annotations

from aureole.privacy.declare import holds_nothing
from aureole.privacy.models import Consultation, ConsultationWait

_WORDS = "an authority, a kind of processing, days and codes; words that name anybody are refused"
holds_nothing(
    Consultation,
    because=_WORDS,
    columns=("authority", "about", "reference", "law", "extension_reason", "end", "answer"),
)
holds_nothing(ConsultationWait, because=_WORDS, columns=("asked",))
