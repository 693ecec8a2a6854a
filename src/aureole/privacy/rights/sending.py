"""The outbox of the rights desk: at least once, and what a letter said goes when it has left."""

from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.clock import now
from aureole.privacy.models import LetterState, RequestLetter
from aureole.privacy.rights.ports import courier
from aureole.vault.unlock import unlock

MOST_ATTEMPTS = 12


def send_letter(letter_id: uuid.UUID) -> LetterState | None:
    """Send one letter; None when it is gone or was sent. Raises OSError to be tried again later."""
    with transaction.atomic():
        letter = (
            RequestLetter.objects.select_for_update().filter(pk=letter_id, state=LetterState.WAITING).first()
        )
        if letter is None or letter.text is None:
            return None
        unlock([letter])
        carrier = courier(letter.channel)
        letter.attempts += 1
        try:
            if carrier is None:
                raise OSError("nobody delivers to such an address")
            carrier.send(
                identifier_id=letter.identifier_id, heading=str(letter.heading), text=str(letter.text)
            )
        except OSError:
            trouble = True
        else:
            trouble = False
        if not trouble:
            letter.state, letter.sent_at = LetterState.SENT, now()
        elif letter.attempts >= MOST_ATTEMPTS:
            letter.state = LetterState.FAILED
        if letter.state != LetterState.WAITING:
            letter.heading = letter.text = None
        letter.save()
    if trouble and letter.state == LetterState.WAITING:
        raise OSError("the letter waits to be sent")
    return LetterState(letter.state)
