from __future__ import annotations

import uuid
from dataclasses import dataclass

from aureole.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class SuppressionLifted(Event):
    """An entry was taken off the suppression list: mail that waited for it may be taken in."""

    entry_id: uuid.UUID
