"""What every page of the settings gives its frame."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from aureole.web.ui.shell import View, ViewGroup


def frame_context(current: str) -> dict[str, Any]:
    """`current` is the name of the address of the page shown, or of the one it belongs to."""
    pages = ((_("Brands"), "brands"),)
    views = [
        View(label=label, href=reverse(f"settings:{name}"), is_current=name == current)
        for label, name in pages
    ]
    return {"nav_current": "settings", "with_rail": True, "rail_groups": [ViewGroup(views=views)]}
