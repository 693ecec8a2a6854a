"""What each action about somebody who has to be told asks first."""

from __future__ import annotations

import uuid

from aureole.kernel.errors import Refused
from aureole.privacy.breaches.ports import population
from aureole.privacy.informing.recipients import went_to
from aureole.privacy.informing.words import information_letter
from aureole.privacy.models import Informing, LetterState, RequestLetter
from aureole.privacy.ports import directory
from aureole.privacy.rights.letters import write_everywhere

LETTERS = ("information", "moved_here")
"""Kinds of letters that tell where data came from."""


def refuse_gone(person_id: uuid.UUID) -> None:
    """Raises NotFound for nobody, Refused for somebody being erased or anonymised; their row stays locked."""
    try:
        directory().refuse_use(person_id)
    except Refused as refusal:
        if refusal.code != "person_restricted":
            raise


def still_owed(person_id: uuid.UUID) -> Informing:
    """The oldest way their data came that they do not know of; their row stays locked. A restriction does not stand
    against telling them: it is their own right (GDPR Art. 14, 18(2)).

    Raises NotFound for nobody; Refused when there is nothing to tell, and for somebody being erased.
    """
    refuse_gone(person_id)
    rows = Informing.objects.select_for_update().filter(person_id=person_id, settled_at=None)
    row = rows.order_by("obtained_on", "id").first()
    if row is None:
        raise Refused(
            "information_not_owed",
            "They do not have to be told any more; somebody saw to it. Nothing was changed.",
        )
    return row


def write_to(owed: Informing) -> int:
    """A letter to each of their addresses that can be reached; how many, 0 where there is none."""
    language = population().languages([owed.person_id]).get(owed.person_id, "en")
    heading, paragraphs = information_letter(
        owed.source, language, went_to=went_to(owed.person_id), disclosed_to=owed.disclosed_to
    )
    return len(write_everywhere(owed.person_id, "information", heading, paragraphs))


def letter_waits(person_id: uuid.UUID) -> bool:
    return RequestLetter.objects.filter(
        subject_id=person_id, kind__in=LETTERS, state=LetterState.WAITING
    ).exists()
