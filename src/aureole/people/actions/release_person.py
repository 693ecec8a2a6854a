from __future__ import annotations

import uuid
from contextlib import suppress

from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.kernel.events import announce
from aureole.ledger.record import record
from aureole.people.actions.restrict_person import held
from aureole.people.events import PersonReleased
from aureole.people.models import Person, PersonStatus
from aureole.privacy.informing.notifying import notify_recipients
from aureole.privacy.models import LetterState, NoticeEvent, RequestLetter
from aureole.privacy.rights.letters import announce_lifting, liftings_announced
from aureole.privacy.rights.sending import send_letter
from aureole.privacy.standing import keep_standing


def release_person(*, person_id: uuid.UUID, reason: str, by: Actor, told: str = "") -> Person:
    """Lift a restriction. The person is told first (GDPR Art. 18(3)); without that the restriction stays.

    reason  why it ends; the person reads it, and it is sealed in the log
    told    how they were told otherwise, in words, where no letter can reach them
    Raises NotFound, and Refused for a person who is not restricted or could not be told. Giving it again goes on
    where it stopped and writes no second letter.
    """
    letters = _letters(person_id, reason, by) if not told.strip() else []
    for letter in letters:
        with suppress(OSError):  # it waits and is tried again; until it has left, nothing is lifted
            send_letter(letter.id)
    with transaction.atomic():
        person = _restricted(person_id)
        if not told.strip():
            _refuse_untold(person)
        person.status, person.restricted_at = PersonStatus.ACTIVE, None
        person.save(update_fields=["status", "restricted_at"])
        record(
            "people.released",
            by=by,
            person=person.id,
            how="otherwise" if told.strip() else "letter",
            details={"reason": reason.strip(), "told": told.strip()},
        )
        keep_standing(person, "status", "restricted_at", person_id=person.id)
        notify_recipients(person.id, NoticeEvent.LIFT, by=by)
        announce(PersonReleased(person_id=person.id))
        live.touch("desk")
    return person


def _letters(person_id: uuid.UUID, reason: str, by: Actor) -> list[RequestLetter]:
    """Those that announce this lifting, written now unless some wait or have left already."""
    with transaction.atomic():
        person = _restricted(person_id)
        assert person.restricted_at is not None, "restricting sets both"
        known = liftings_announced(person_id, since=person.restricted_at)
        if any(letter.state != LetterState.FAILED for letter in known):
            return known
        letters = announce_lifting(person_id, language=person.language, reason=reason)
        if letters:
            record("people.release_announced", by=by, person=person_id, letters=len(letters))
        return letters


def _refuse_untold(person: Person) -> None:
    assert person.restricted_at is not None, "restricting sets both"
    letters = liftings_announced(person.id, since=person.restricted_at)
    if any(letter.state == LetterState.SENT for letter in letters):
        return
    if any(letter.state == LetterState.WAITING for letter in letters):
        raise Refused(
            "release_untold",
            "The letter that tells the person has not left yet, so the restriction stays. It is tried again by "
            "itself; give the command again later, or say with --told how they were told otherwise.",
        )
    raise Refused(
        "release_unreachable",
        "No letter can reach this person, and they must be told first (GDPR Art. 18(3)), so the restriction stays. "
        "Tell them another way and say how with --told.",
    )


def _restricted(person_id: uuid.UUID) -> Person:
    person = held(person_id)
    if person.status != PersonStatus.RESTRICTED:
        raise Refused("person_not_restricted", "This person is not restricted, so nothing was changed.")
    return person
