"""What mail adds to what is handed to a person: the ids of its letters, which look like addresses and are none."""

from __future__ import annotations

from typing import Any

from aureole.channels.email.models import MessageIdentity
from aureole.privacy.export import ports
from aureole.privacy.export.shield import Shield


def _screen_identity(row: MessageIdentity, values: dict[str, Any], shield: Shield) -> dict[str, Any]:
    value = values.get("value")
    return values | {"value": shield.identifier(value)} if isinstance(value, str) else values


def register() -> None:
    ports.add_screen(ports.Screen(model=MessageIdentity, apply=_screen_identity))
