from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.privacy.informing.deciding import still_owed
from aureole.privacy.informing.owing import note_told
from aureole.privacy.models import OTHERWISE


def note_information(*, person_id: uuid.UUID, way: str, by: Actor) -> None:
    """Note that somebody was told outside this program where their data came from: by phone, by post, in person.

    The caller has checked the permission. Raises Refused for another way, and when there is nothing to tell.
    """
    if way not in OTHERWISE:
        raise Refused("information_way", f"Known ways: {', '.join(OTHERWISE)}. Nothing was changed.")
    with transaction.atomic():
        still_owed(person_id)
        note_told(person_id, how=way, by=by, source=True, objection=False)
        live.touch("informing")
