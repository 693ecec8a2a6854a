from __future__ import annotations

import uuid
from dataclasses import dataclass

from aureole.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ErasureCalledOff(Event):
    """An erasure that had changed nothing was called off: what waited because of it goes on."""

    person_id: uuid.UUID
