"""In a browser without script: another language is chosen, and an error leads to its field.

The whole way of every right, from the tile to the evidence, is in `test_every_right.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

sync_api = pytest.importorskip(
    "playwright.sync_api", reason="Playwright is not installed: journeys were not run"
)

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True, databases=["default", "keys"]),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium"),
]


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    # The browser's driver runs a loop in this thread; the queries of the test itself are not in it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser.new_context(
            java_script_enabled=False, viewport={"width": 320, "height": 760}, locale="en-GB"
        ).new_page()
        browser.close()


def test_the_language_can_be_changed_and_an_error_leads_to_its_field(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/portal/privacy/ask/rectification/")
    page.get_by_role("link", name="Deutsch").click()
    page.get_by_role("button", name="Absenden").click()
    assert page.title().startswith("Fehler: ")
    page.get_by_role("alert").get_by_role("link", name="Schreiben Sie, was stimmt.").click()
    assert page.url.endswith("#right")
