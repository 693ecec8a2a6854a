"""Letters that nothing could send, taken up again once something can: one job for all of them (decision 71)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.db.models import QuerySet

from aureole.kernel.clock import now
from aureole.kernel.jobs import store_job
from aureole.privacy.models import LetterState, RequestLetter
from aureole.privacy.rights import farewell
from aureole.privacy.rights.ports import courier
from aureole.privacy.rights.sending import WAITS_FOR_SERVER, send_letter

_TASK = "privacy.take_up_letters"
_AGAIN = timedelta(minutes=15)


def look_again() -> None:
    """In a quarter of an hour, whoever asks for it and however often."""
    store_job(_TASK, once=_TASK, after=_AGAIN)


def take_up_letters() -> None:
    """Give each to the worker whose way can send again; of the others, end those that waited for too long."""
    letters = _waiting()
    for channel in letters.order_by("channel").values_list("channel", flat=True).distinct():
        carrier = courier(channel)
        if carrier is None or carrier.can_send():
            for letter_id in _ids(letters.filter(channel=channel)):
                store_job("privacy.send_request_letter", letter_id=letter_id)
            continue
        for letter_id in _ids(letters.filter(channel=channel, created_at__lte=now() - WAITS_FOR_SERVER)):
            send_letter(letter_id)
        look_again()


def _waiting() -> QuerySet[RequestLetter]:
    """Not the last letters of erasures: these leave when their erasure says so (`farewell.py`)."""
    return RequestLetter.objects.filter(state=LetterState.WAITING).exclude(kind=farewell.KIND)


def _ids(letters: QuerySet[RequestLetter]) -> Iterable[uuid.UUID]:
    return letters.order_by("id").values_list("pk", flat=True)
