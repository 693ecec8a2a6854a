from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.privacy.informing.deciding import still_owed
from aureole.privacy.informing.disclosing import disclosed
from aureole.privacy.models import DisclosedTo


def note_disclosure(*, person_id: uuid.UUID, to: str, by: Actor) -> None:
    """Note that data of somebody who has to be told went to another recipient outside this program: a file handed to an
    insurer, a carrier, a lawyer. They have to know today (GDPR Art. 14(3)(c)), so a letter leaves at once.

    to  one of `DisclosedTo`
    The caller has checked the permission. Raises Refused for another recipient, when there is nothing to tell, and when
    it was noted before.
    """
    if to not in DisclosedTo.values:
        raise Refused(
            "information_recipient",
            f"Known recipients: {', '.join(DisclosedTo.values)}. Nothing was changed.",
        )
    with transaction.atomic():
        still_owed(person_id)
        if not disclosed(person_id, to=DisclosedTo(to), by=by):
            raise Refused(
                "information_disclosed",
                "It is noted already that their data went to somebody else. Nothing was changed.",
            )
