from __future__ import annotations

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.ledger.record import record
from aureole.people.models import Person
from aureole.privacy.erasure.run import Outcome, erase_person

REASON = "below the age of consent, and no guardian answered"


def discard_child(*, person: Person, by: Actor) -> Outcome:
    """Erase everything of a child whom nobody may serve (GDPR Art. 17(1)(f)). The caller checked the permission.

    Interrupted, it goes on when it is called again. Raises Refused for a person who is not known to be a child,
    and for what stands in the way of any erasure.
    """
    if not person.childhood:
        raise Refused("not_a_child", "This person is not known to be a child. Nothing was erased.")
    with transaction.atomic():
        record("people.child_discarded", by=by, person=person.id)
    return erase_person(person.id, by=by, reason=REASON)
