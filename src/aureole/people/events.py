from __future__ import annotations

import uuid
from dataclasses import dataclass

from aureole.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class PersonReleased(Event):
    """A restriction was lifted: what was kept apart may be worked on now."""

    person_id: uuid.UUID
