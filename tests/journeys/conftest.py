"""One browser for all journeys: starting Chromium costs more than most of them do."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from django.db import connections
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from aureole.staff.models import Agent
from tests.journeys.browsing import ARGUMENTS, CHROMIUM, JUDGED, Sit, sit_at


@pytest.fixture(scope="package")
def one_browser(django_db_setup: None) -> Iterator[Browser]:
    """Before it ends, connections are closed: those made while its driver's loop runs are seen only within that."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # The driver runs a loop in this thread; the queries of the tests are not in it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
        _wait_for_threads()
        connections.close_all()


def _wait_for_threads() -> None:
    """Until those that served the browser have ended, and with them their connections."""
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(5)


@pytest.fixture
def browser(one_browser: Browser) -> Iterator[Browser]:
    """Without anything of the journey before."""
    yield one_browser
    for context in one_browser.contexts:
        context.close()


@pytest.fixture
def live_server(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> LiveServer:
    """Its threads keep their connections to the databases as long as the browser keeps its own to them."""
    for alias in connections:
        monkeypatch.setitem(connections[alias].settings_dict, "CONN_MAX_AGE", None)
    return live_server


@pytest.fixture
def sit_down(browser: Browser, live_server: LiveServer) -> Sit:
    """Whoever sits down at the console, in a page that can be judged where it may run scripts."""

    def sit(agent: Agent, *, script: bool = True) -> Page:
        judged = JUDGED if script else {}
        return sit_at(browser, agent, str(live_server), java_script_enabled=script, **judged)

    return sit
