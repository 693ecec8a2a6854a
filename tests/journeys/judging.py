"""A page as it stands, judged: accessible by axe-core, and no wider than its window."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = Path("node_modules/axe-core/axe.min.js").absolute()
EVERY_LOOK = ((1280, "light"), (1280, "dark"), (360, "light"), (360, "dark"))
TWO_LOOKS = ((1280, "light"), (360, "dark"))


def judge(page: Page, looks: Sequence[tuple[int, str]] = EVERY_LOOK) -> None:
    """The page's context has to let scripts in (`bypass_csp`), and stand still (`reduced_motion`)."""
    page.evaluate(AXE.read_text("utf-8"))
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (page.url, width)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        told = [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found["violations"]]
        assert told == [], (page.url, width, scheme)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light")
