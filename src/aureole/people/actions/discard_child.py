from __future__ import annotations

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.ledger.record import record
from aureole.people.models import Person
from aureole.privacy.erasure.begin import begin_erasure
from aureole.privacy.erasure.run import Outcome, carry_out
from aureole.privacy.models import Erasure

REASON = "below the age of consent, and no guardian answered"


def discard_child(*, person: Person, by: Actor) -> Outcome:
    """Erase everything of a child whom nobody may serve (GDPR Art. 17(1)(f)). The caller checked the permission.

    Interrupted, it goes on when it is called again. Raises as `begin_discarding`.
    """
    return carry_out(begin_discarding(person=person, by=by).id)


def begin_discarding(*, person: Person, by: Actor, expected_hash: str | None = None) -> Erasure:
    """The same, for whoever carries it out later: the decision, and the erasure that is on its way from here.

    expected_hash  of the plan that was confirmed
    Raises Refused for a person who is not known to be a child, and for what stands in the way of any erasure.
    """
    with transaction.atomic():
        note_discarding(person=person, by=by)
        return begin_erasure(person_id=person.id, by=by, reason=REASON, expected_hash=expected_hash)


def note_discarding(*, person: Person, by: Actor) -> None:
    """The decision, in the transaction that begins or proposes the erasure. Raises Refused as `begin_discarding`."""
    if not person.childhood:
        raise Refused("not_a_child", "This person is not known to be a child. Nothing was erased.")
    record("people.child_discarded", by=by, person=person.id)
