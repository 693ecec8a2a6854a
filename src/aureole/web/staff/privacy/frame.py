"""What every page of this area gives its frame."""

from __future__ import annotations

from typing import Any

from aureole.kernel.actor import Actor
from aureole.web.staff.privacy.rail import rail_groups


def frame_context(actor: Actor, current: str) -> dict[str, Any]:
    return {"nav_current": "privacy", "with_rail": True, "rail_groups": rail_groups(actor, current)}


def short_mark(mark: bytes) -> str:
    """The beginning of a pseudonym, in two groups a person can compare."""
    text = bytes(mark).hex()
    return f"{text[:4]}·{text[4:8]}"


def short_hash(digest: str) -> str:
    return f"{digest[:4]}·{digest[4:8]}"
