from __future__ import annotations

import uuid
from dataclasses import dataclass

from aureole.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class TicketOpened(Event):
    ticket_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class MessageReceived(Event):
    message_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class ReplySent(Event):
    message_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class TicketClosed(Event):
    ticket_id: uuid.UUID
