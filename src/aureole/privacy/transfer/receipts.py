"""Receipts on their way to the sender, and receipts as evidence."""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import timedelta

from django.db.models import Q

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.privacy.models import ArrivedState, ArrivedTransfer, SentNotice, SentTransfer
from aureole.privacy.transfer import speaking
from aureole.privacy.transfer.actions.refuse_arrival import refuse_arrival
from aureole.privacy.transfer.arrivals import notice_documents
from aureole.privacy.transfer.closing import destroy_key
from aureole.privacy.transfer.errors import Declined
from aureole.privacy.transfer.noticing import notices_of_request

_OPEN = (ArrivedState.ARRIVING, ArrivedState.ARRIVED)
_LOOK_BACK = timedelta(days=3)


def give_closing(arrival_id: uuid.UUID) -> bool:
    """Tell the sender how it ended. Raises PeerAway to be tried again; the sender asks by itself, too."""
    arrival = ArrivedTransfer.objects.select_related("peer").filter(pk=arrival_id, told_at=None).first()
    if arrival is None or not arrival.closing or arrival.peer.removed_at is not None:
        return False
    try:
        speaking.give_receipt(arrival.peer, arrival.closing)
    except Declined:
        return False  # it does not know us any more; the receipt waits here to be asked for
    ArrivedTransfer.objects.filter(pk=arrival_id).update(told_at=now())
    return True


def documents_of_request(request_id: uuid.UUID) -> dict[str, str]:
    """By path in its evidence: of what was sent for a request offer, receipts and all notices since; of what was sent
    otherwise, and of which a notice tells what this request did, that notice and what it is checked against.
    """
    found: dict[str, str] = {}
    told: dict[uuid.UUID, list[SentNotice]] = defaultdict(list)
    for notice in notices_of_request(request_id):
        told[notice.sent_id].append(notice)
    rows = SentTransfer.objects.filter(Q(request_id=request_id) | Q(pk__in=list(told))).exclude(offer="")
    for sent in rows.order_by("created_at"):
        parts = {"offer.json": sent.offer, "delivered.json": sent.receipt, "decided.json": sent.closing}
        for number, notice in enumerate(told[sent.id], start=1):
            parts |= notice_documents(notice, number) if notice.document else {}
        found |= {f"transfers/{sent.id}/{name}": text for name, text in parts.items() if text}
    return found


def sweep_transfers() -> int:
    """What nobody decided about in time is refused and destroyed; returns how many. Safe to run twice."""
    over = list(
        ArrivedTransfer.objects.filter(state__in=_OPEN, until__lte=now()).values_list("pk", flat=True)
    )
    done = 0
    for arrival_id in over:
        try:
            refuse_arrival(arrival_id=arrival_id, by=Actor.system(), ground="run_out")
        except Refused:  # taken in this very moment
            continue
        done += 1
    recent = ArrivedTransfer.objects.filter(closed_at__gt=now() - _LOOK_BACK)
    for arrival_id in recent.values_list("pk", flat=True):  # after a crash between the decision and this
        destroy_key(arrival_id)
    return done
