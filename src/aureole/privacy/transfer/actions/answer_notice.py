from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, Refused
from aureole.privacy.models import ArrivedNotice, ArrivedState, ArrivedTransfer, NoticeEvent, NoticeOutcome
from aureole.privacy.transfer.noticed import decide


def answer_notice(*, notice_id: uuid.UUID, outcome: NoticeOutcome, by: Actor) -> ArrivedNotice:
    """Say what follows here from what another controller did (GDPR Art. 19); it gets our signed word of it.

    Nothing else is changed: whoever acts on it erases, corrects or restricts first, with the action for that.
    The caller has checked that `by` may ("rights.handle"). Given the same again it is given back.
    Raises NotFound; Refused for one that was decided otherwise, and for what is not so.
    """
    with transaction.atomic():
        arrivals = ArrivedTransfer.objects.select_for_update(of=("self",))
        list(arrivals.filter(notices=notice_id).only("id"))
        rows = ArrivedNotice.objects.select_for_update(of=("self",)).select_related("arrival")
        notice = rows.filter(pk=notice_id).first()
        if notice is None:
            raise NotFound("notice_not_found", "There is no such notice from another controller here.")
        if notice.outcome == outcome:
            return notice
        _refuse_unfit(notice, outcome)
        decide(notice, outcome, by=by)
    return notice


def _refuse_unfit(notice: ArrivedNotice, outcome: NoticeOutcome) -> None:
    arrival = notice.arrival
    if notice.outcome:
        raise Refused(
            "notice_decided",
            "This notice was decided already, and the sender has our word. Nothing was changed.",
        )
    if arrival.state in (ArrivedState.ARRIVING, ArrivedState.ARRIVED):
        raise Refused(
            "notice_early",
            "The package this is of is not decided yet. Nothing was changed; take it in or refuse it first.",
        )
    held = arrival.person_id is not None
    gone = outcome == NoticeOutcome.NOTHING_HELD or (
        notice.event == NoticeEvent.ERASE and outcome in (NoticeOutcome.ACTED, NoticeOutcome.SO_ALREADY)
    )
    if held and gone:
        raise Refused(
            "notice_still_held",
            "The person is still here, so the sender cannot be told that they are erased. Nothing was changed; "
            "erase them first, which answers this by itself, or say on which ground they are kept.",
        )
