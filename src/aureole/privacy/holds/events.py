from __future__ import annotations

import uuid
from dataclasses import dataclass

from aureole.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class HoldReleased(Event):
    person_id: uuid.UUID
