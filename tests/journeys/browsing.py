"""What the journeys' browsers are, and whoever sits down at one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from aureole.staff.models import Agent

# The shell draws the same pages without a desktop's browser around them: a quarter less work.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
AXE = Path("node_modules/axe-core/axe.min.js").absolute()
# axe is put into pages whose policy rightly lets no script in. Without motion: a colour on its way is neither one.
JUDGED: dict[str, Any] = {"bypass_csp": True, "reduced_motion": "reduce"}
PATIENCE = 10_000  # milliseconds

JOURNEY = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True, databases=["default", "keys"]),
    pytest.mark.skipif(CHROMIUM is None, reason="No Chromium on this machine: journeys were not run"),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: npm install"),
]
Sit = Callable[..., "Page"]


def open_page(browser: Browser, home: str, **options: Any) -> Page:
    """A window of its own, with cookies of its own. `options` are those of Playwright's `new_context`."""
    page = browser.new_context(base_url=home, **options).new_page()
    page.set_default_timeout(PATIENCE)
    return page


def sit_at(browser: Browser, agent: Agent, home: str, **options: Any) -> Page:
    """An agent's own window, signed in already: the page for that has tests of its own."""
    client, name = Client(), settings.SESSION_COOKIE_NAME
    client.force_login(agent, backend="aureole.staff.backend.AgentBackend")
    page = open_page(browser, home, **options)
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": home}])
    return page
