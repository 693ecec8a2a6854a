"""What became of an answer, told to its message: the state of its worst-off recipient."""

from __future__ import annotations

import uuid

from aureole.channels.email.models import OutboundMail, OutboundState
from aureole.desk.models import DeliveryState, Message
from aureole.kernel import live

_WORST_FIRST = (
    (OutboundState.FAILED, DeliveryState.FAILED),
    (OutboundState.UNCERTAIN, DeliveryState.UNCERTAIN),
    (OutboundState.NOT_CONFIGURED, DeliveryState.NOT_CONFIGURED),
    (OutboundState.QUEUED, DeliveryState.QUEUED),
    (OutboundState.SENDING, DeliveryState.QUEUED),
    (OutboundState.SENT, DeliveryState.SENT),
)


def settle_message(message_id: uuid.UUID) -> None:
    """Bring the message's delivery state up to date and let open pages know."""
    states = set(OutboundMail.objects.filter(message_id=message_id).values_list("state", flat=True))
    found = next((shown for state, shown in _WORST_FIRST if state in states), None)
    if found is None:
        return
    Message.objects.filter(pk=message_id).update(delivery=found)
    ticket_id = Message.objects.filter(pk=message_id).values_list("ticket_id", flat=True).first()
    if ticket_id:
        live.touch("ticket", ticket_id)
