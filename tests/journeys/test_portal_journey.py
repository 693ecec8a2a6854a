"""In a browser without script: another language is chosen, and an error leads to its field.

The whole way of every right, from the tile to the evidence, is in `test_every_right.py`.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.journeys.browsing import JOURNEY, open_page

pytestmark = JOURNEY


@pytest.fixture
def page(browser: Browser, live_server: Any) -> Page:
    narrow: ViewportSize = {"width": 320, "height": 760}
    return open_page(browser, live_server.url, java_script_enabled=False, viewport=narrow, locale="en-GB")


def test_the_language_can_be_changed_and_an_error_leads_to_its_field(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/portal/privacy/ask/rectification/")
    page.get_by_role("link", name="Deutsch").click()
    page.get_by_role("button", name="Absenden").click()
    assert page.title().startswith("Fehler: ")
    page.get_by_role("alert").get_by_role("link", name="Schreiben Sie, was stimmt.").click()
    assert page.url.endswith("#right")
