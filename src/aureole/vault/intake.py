"""Whose key seals what has just arrived, before anyone knows whom it concerns.

Raw mail is committed before it is read. Until then it lies under the intake key of its day,
which is no person's; reading it hands the file over to its sender (`files.reseal_file`).
"""

from __future__ import annotations

import uuid
from datetime import date

from aureole.kernel.clock import now

_NAMESPACE = uuid.UUID("6f2d1c52-6a3e-5c0b-9d7e-0a1f3b5c7d9e")


def intake_subject(day: date | None = None) -> uuid.UUID:
    """The id under which the key store keeps the intake key of that day (default: today, UTC)."""
    return uuid.uuid5(_NAMESPACE, f"intake {(day or now().date()).isoformat()}")


def instance_subject() -> uuid.UUID:
    """The id whose keys seal what concerns nobody but the instance (reasons an operator gives)."""
    return uuid.uuid5(_NAMESPACE, "instance")
