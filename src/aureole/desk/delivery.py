"""Port: how a reply leaves the house. A channel fills it at start-up."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Protocol

from aureole.desk.models import DeliveryState, Message


class Delivery(Protocol):
    def queue(self, message: Message, recipients: Sequence[str], purpose: str) -> DeliveryState:
        """Take the reply over, in the caller's transaction; says what state it is in now.

        recipients  e-mail addresses, the requester's first
        purpose     why they are written to, as declared
        """
        ...

    def forget_person(self, person_id: uuid.UUID) -> None:
        """Stop what waits to be sent to this person."""
        ...


_delivery: Delivery | None = None


def fill(delivery: Delivery) -> None:
    global _delivery
    _delivery = delivery


def queue(message: Message, recipients: Sequence[str], purpose: str) -> DeliveryState:
    """Hand the reply to the channel; without one it stays here and says so."""
    if _delivery is None:
        return DeliveryState.NOT_CONFIGURED
    return _delivery.queue(message, recipients, purpose)


def forget_person(person_id: uuid.UUID) -> None:
    if _delivery is not None:
        _delivery.forget_person(person_id)
