"""A page as it stands, judged: accessible by axe-core, and no wider than its window."""

from __future__ import annotations

from collections.abc import Sequence

from playwright.sync_api import Page

from tests.journeys.browsing import AXE

TWO_LOOKS = ((1280, "light"), (360, "dark"))  # each width and each scheme once


def judge(page: Page, looks: Sequence[tuple[int, str]] = TWO_LOOKS) -> None:
    """The page's context has to be one that can be judged (`browsing.JUDGED`). Raises AssertionError."""
    bring_axe(page)
    for width, scheme in looks:
        look_at(page, width, scheme)
        problems = [*too_wide(page), *violations(page)]
        assert problems == [], (problems, page.url, width, scheme)
    look_at(page, 1280, "light")


def look_at(page: Page, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]


def bring_axe(page: Page) -> None:
    """Once for each page that was loaded."""
    page.evaluate(AXE.read_text("utf-8"))


# What can be pressed or filled in and ends beyond the window, where nothing scrolls: neither seen nor reached.
_CUT_OFF = """() => {
    const scrolls = e => e && (/auto|scroll/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
    const drawn = e => e.checkVisibility({opacityProperty: true, visibilityProperty: true})
        && e.getBoundingClientRect().width > 1 && getComputedStyle(e).clipPath === "none";
    return [...document.querySelectorAll("a, button, input, select, textarea")]
        .filter(e => drawn(e) && e.getBoundingClientRect().right > innerWidth + 1
            && e.getBoundingClientRect().left < innerWidth && !scrolls(e.parentElement))
        .map(e => (e.innerText || e.name || e.tagName).trim());
}"""
_WIDER = """() => Math.max(document.documentElement.scrollWidth - window.innerWidth,
    ...[...document.querySelectorAll("main")].map(main => main.scrollWidth - main.clientWidth))"""


def too_wide(page: Page) -> list[str]:
    """Empty, or how much wider than its window the page is, or what it shows in its middle, which scrolls by itself,
    and which controls the edge of the window cuts off."""
    wide = page.evaluate(_WIDER)
    cut_off = [f"{name!r} is cut off" for name in page.evaluate(_CUT_OFF)]
    return ([f"{wide} px wider than its window"] if wide > 0 else []) + cut_off


# Only what is said of it comes over to us: all that axe passes back takes as long as its looking.
_VIOLATIONS = """() => axe.run(document, {resultTypes: ['violations']}).then(({violations}) => violations.map(
    one => [one.id, one.nodes.slice(0, 3).map(node => node.target)]))"""


def violations(page: Page) -> list[str]:
    """What axe-core finds, with the first three places of each."""
    return [f"{name} at {places}" for name, places in page.evaluate(_VIOLATIONS)]
