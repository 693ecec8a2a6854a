"""Whether a person may be written to for a purpose. Whoever sends asks inside the sending transaction."""

from __future__ import annotations

import uuid
from typing import Protocol

from django.db import connection

from aureole.kernel.errors import Refused
from aureole.privacy.models import Consent, Erasure, Objection
from aureole.privacy.vocabulary import Purpose, is_purpose, purpose


class Stopper(Protocol):
    """A channel that holds mail which has not left."""

    def stop(self, person_id: uuid.UUID, purpose: str | None) -> int:
        """Cancel what waits to be sent to this person for this purpose (None: for any), in the caller's
        transaction; how many."""
        ...


_stoppers: list[Stopper] = []


def add_stopper(stopper: Stopper) -> None:
    _stoppers.append(stopper)


def may_send(person_id: uuid.UUID, key: str) -> bool:
    """A consent counts, or none is needed; and nobody objected. Held until the caller's transaction ends, so that
    what is asked before a withdrawal is also marked as begun before it."""
    wanted = purpose(key)
    if not stoppable(wanted):
        return True
    hold(person_id)
    if Objection.objects.filter(person_id=person_id, purpose=key).exists():
        return False
    return wanted.basis != "consent" or _counts(person_id, key)


def refuse_unless_may_send(person_id: uuid.UUID, key: str) -> None:
    """Raises Refused for a purpose nobody declared, without the consent it needs, and against an objection."""
    if not may_send(person_id, known(key).key):
        raise Refused(
            "purpose_not_allowed",
            f"This person has not agreed to {purpose(key).label!r}, or objected to it, so nothing was sent.",
        )


def stoppable(wanted: Purpose) -> bool:
    """A contract or a legal duty is not ended by a withdrawal or an objection (GDPR Art. 7(3), 21(1))."""
    return wanted.basis in ("consent", "legitimate_interest", "public_task") or wanted.marketing


def _counts(person_id: uuid.UUID, key: str) -> bool:
    return Consent.objects.filter(person_id=person_id, purpose=key, ended_at=None).exists()


def stop(person_id: uuid.UUID, key: str | None) -> int:
    """What waits to be sent to them for this purpose, or for any, does not leave any more."""
    return sum(stopper.stop(person_id, key) for stopper in _stoppers)


def hold(person_id: uuid.UUID) -> None:
    """One at a time per person, until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 5))", [str(person_id)])


def known(key: str) -> Purpose:
    """The purpose declared under this key. Raises Refused."""
    if not is_purpose(key):
        raise Refused("purpose_unknown", f"There is no purpose {key!r}. Nothing was changed.")
    return purpose(key)


def refuse_erasing(person_id: uuid.UUID) -> None:
    """Raises Refused while the person is being erased."""
    if Erasure.objects.filter(person_id=person_id).exists():
        raise Refused(
            "person_frozen", "This person is being erased, so nothing about them can be changed now."
        )
