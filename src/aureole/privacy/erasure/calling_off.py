"""An erasure that was begun for somebody who never asked for it: called off while nothing of the person is gone.

Between its beginning and its first change an erasure may stand still: for its last letter, or for a hold. The person is
frozen then, and whole. What the beginning did is undone here; the first row that went ends that for good.
"""

from __future__ import annotations

import uuid

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.kernel.events import announce
from aureole.ledger.record import record
from aureole.privacy.erasure.events import ErasureCalledOff
from aureole.privacy.holds import guard
from aureole.privacy.models import Erasure
from aureole.privacy.ports import directory
from aureole.privacy.suppression.keeping_away import keep_away_no_more
from aureole.vault.fences.journal import note_called_off


def wait_for_its_turn() -> None:
    """First thing in a transaction that may call one off: no erasure changes rows until it ends."""
    guard.erase_alone()


def call_off(erasure_id: uuid.UUID, *, by: Actor) -> None:
    """The person is as they were before it began. In the caller's transaction, after `wait_for_its_turn`.

    Raises Refused when something of the person is gone already.
    """
    erasure = Erasure.objects.select_for_update().filter(pk=erasure_id).first()
    if erasure is None or not is_untouched(erasure):
        raise Refused(
            "erasure_too_late",
            "The data is being deleted and a part of it is gone, so this cannot be stopped any more. Write to us: we "
            "look at it.",
        )
    person_id = erasure.person_id
    assert person_id is not None, "an erasure that has changed nothing knows whose it is"
    record("privacy.erasure_called_off", by=by, person=person_id)
    erasure.delete()
    directory().thaw(person_id)
    announce(ErasureCalledOff(person_id=person_id))
    live.touch("erasure", erasure_id)
    if erasure.kept_away_until is not None:
        keep_away_no_more(person_id, erasure.kept_away_until)
    note_called_off(person_id, erasure_id)  # last: the list outlives a transaction that is rolled back


def is_untouched(erasure: Erasure) -> bool:
    """Whether nothing of the person has been changed: no step is finished, and none has counted anything."""
    return erasure.person_id is not None and not erasure.step and not erasure.done


def refuse_called_off(erasure: Erasure) -> None:
    """First thing in a transaction that changes rows, with the lock of erasures: whether it still is to be."""
    if not Erasure.objects.filter(pk=erasure.pk).exists():
        raise Refused("erasure_called_off", "It was called off meanwhile. Nothing of the person was changed.")
