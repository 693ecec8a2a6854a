"""The outbox of the rights desk: at least once, and what a letter said goes when it has left."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.privacy.breaches.ports import population
from aureole.privacy.informing.deciding import LETTERS
from aureole.privacy.informing.owing import Owed, note_told, owed_to
from aureole.privacy.informing.words import as_text, paragraphs
from aureole.privacy.models import LetterState, RequestLetter, Settled
from aureole.privacy.rights.ports import Courier, NeverTaken, courier
from aureole.vault.unlock import unlock

MOST_ATTEMPTS = 21
"""Three days, as jobs are tried again (`kernel.retrying`)."""
WAITS_FOR_SERVER = timedelta(days=3)
"""As long where nothing is set up to send with: a code or a reminder of weeks ago helps nobody, and what a letter said
is not kept for ever. Then the request says that it was not delivered."""
_ABOUT_SOURCE = LETTERS
_FIRST = ("receipt", "lifting", *_ABOUT_SOURCE)
"""Letters that are, or may be, the first message to somebody: below them stands what they have to be told (GDPR Art.
14(3), 21(4)). Not codes and news of a breach, which are to be read alone."""


def send_letter(letter_id: uuid.UUID) -> LetterState | None:
    """Send one letter; None when it is gone or was sent. "waiting" where nothing is set up to send with: that counts
    as no try. Raises OSError to be tried again later."""
    with transaction.atomic():
        letter = (
            RequestLetter.objects.select_for_update().filter(pk=letter_id, state=LetterState.WAITING).first()
        )
        if letter is None or letter.text is None:
            return None
        carrier = courier(letter.channel)
        if carrier is not None and not carrier.can_send():
            if letter.created_at + WAITS_FOR_SERVER <= now():
                _close(letter, LetterState.FAILED)
            return LetterState(letter.state)
        trouble = _try(letter, carrier)
        letter.attempts += 1
        if not trouble:
            _close(letter, LetterState.SENT)
        elif letter.attempts >= MOST_ATTEMPTS or isinstance(trouble, NeverTaken):
            _close(letter, LetterState.FAILED)
        else:
            letter.save()
    if trouble and letter.state == LetterState.WAITING:
        raise OSError("the letter waits to be sent") from trouble
    return LetterState(letter.state)


def _try(letter: RequestLetter, carrier: Courier | None) -> OSError | None:
    """What kept it here; None once it has left."""
    unlock([letter])
    owed = _owed(letter)
    below = as_text(paragraphs(owed, _language(letter))) if owed else ""
    try:
        if carrier is None:
            raise OSError("nobody delivers to such an address")
        carrier.send(
            identifier_id=letter.identifier_id, heading=str(letter.heading), text=f"{letter.text}{below}"
        )
    except OSError as trouble:
        return trouble
    _note_told(letter, owed)
    return None


def _close(letter: RequestLetter, state: LetterState) -> None:
    """What it said goes."""
    letter.state, letter.sent_at = state, now() if state == LetterState.SENT else None
    letter.heading = letter.text = None
    letter.save()


def count_waiting(channel: str) -> int:
    """How many letters have not left by that way. One statement, on an index of those."""
    return RequestLetter.objects.filter(state=LetterState.WAITING, channel=channel).count()


def _owed(letter: RequestLetter) -> Owed:
    """What stands below the letter; where the data came from is not said again below a letter about just that."""
    if letter.kind not in _FIRST or letter.subject_id is None:
        return Owed()
    owed = owed_to(letter.subject_id)
    return replace(owed, source="") if letter.kind in _ABOUT_SOURCE else owed


def _language(letter: RequestLetter) -> str:
    if letter.request is not None:
        return str(letter.request.language)
    assert letter.subject_id is not None, "asked only of letters that tell somebody something"
    return population().languages([letter.subject_id]).get(letter.subject_id, "en")


def _note_told(letter: RequestLetter, owed: Owed) -> None:
    """In the transaction that notes the letter as sent."""
    is_source = letter.kind in _ABOUT_SOURCE or bool(owed.source)
    if letter.subject_id is not None and (is_source or owed.objection):
        note_told(
            letter.subject_id,
            how=Settled.LETTER,
            by=Actor.system(),
            source=is_source,
            objection=owed.objection,
        )
