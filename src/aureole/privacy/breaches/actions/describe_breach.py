from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.privacy.breaches.naming import said_without_names
from aureole.privacy.breaches.noting import note, open_breach
from aureole.privacy.models import Breach

WORDS = ("facts", "effects", "measures", "contact")


def describe_breach(
    *, breach_id: uuid.UUID, words: Mapping[str, str], by: Actor, ended_at: datetime | None = None
) -> Breach:
    """Say more, or say it anew; what was said before stays in the steps. The caller checked the permission.

    words  of WORDS; one that is left out stays as it is, and an empty one empties all but the facts
    Raises NotFound, Refused for a closed breach, for words that name somebody, and when nothing changes.
    """
    said = {key: said_without_names(words[key]) for key in WORDS if key in words}
    if said.get("facts") == "":
        raise Refused("breach_words", "What happened has to be said. Nothing was changed.")
    with transaction.atomic():
        breach = open_breach(breach_id)
        changed = {key: text for key, text in said.items() if getattr(breach, key) != text}
        if ended_at is not None and ended_at != breach.ended_at:
            if breach.began_at is not None and ended_at < breach.began_at:
                raise Refused("breach_ended", "Its end lies before its beginning. Nothing was changed.")
            breach.ended_at = ended_at
            changed["ended_at"] = ended_at.isoformat()
        if not changed:
            return breach
        for key in changed.keys() & said.keys():
            setattr(breach, key, said[key])
        breach.save(update_fields=[*changed])
        note(breach, "described", by=by, said=changed)
    return breach
