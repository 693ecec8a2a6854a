"""A browser at the desk: two agents at one ticket, an answer on its way, the finder."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from aureole.staff.models import Agent
from aureole.testing.personas import Personas
from tests.journeys.browsing import JOURNEY, sit_at

pytestmark = JOURNEY


class Desk:
    """The program on a port of its own, pages and live line in one process, as in production."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def start(self) -> None:
        self._thread.start()
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.05)
        raise AssertionError("the server did not start")

    async def _serve(self) -> None:
        from granian.constants import Interfaces
        from granian.server.embed import Server

        from aureole.web import events
        from config.asgi import application

        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        server = Server(
            application, address="127.0.0.1", port=self.port, interface=Interfaces.ASGI, log_enabled=False
        )
        serving = asyncio.create_task(server.serve())
        await self._end.wait()
        server.stop()
        await asyncio.wait({serving}, timeout=1)
        # What still runs is cancelled with the loop, also the line that listens to the database.
        events._listener = None

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(timeout=10)
        assert not self._thread.is_alive(), "the server did not stop"


@pytest.fixture
def desk(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    # Keys are destroyed in this very process: no second line to the key store is needed to hear of it.
    monkeypatch.setattr("config.asgi._started", True)
    running = Desk()
    running.start()
    yield running
    running.stop()


@dataclass
class Seat:
    """An agent at a browser."""

    agent: Agent
    page: Page


@pytest.fixture
def sit_down(browser: Browser, desk: Desk) -> Callable[[str], Seat]:
    def sit(name: str) -> Seat:
        agent = Personas().agent(name)
        return Seat(agent, sit_at(browser, agent, desk.address))

    return sit


def test_two_agents_see_each_others_words_without_reloading(sit_down: Callable[[str], Seat]) -> None:
    letter = "\n\n".join(f"Night {night} was cold." for night in range(60))
    ticket = Personas().ticket(Personas().person("Ada Lindqvist"), subject="Pole snapped", text=letter)
    signe, mikkel = sit_down("Signe Holm"), sit_down("Mikkel Dam")
    for seat in (signe, mikkel):
        with seat.page.expect_response("**/events/"):
            seat.page.goto(f"/tickets/{ticket.number}/")
    mikkel.page.get_by_label("Your text").fill("Half a thought of Mikkel")
    signe.page.get_by_label("Your text").fill("A new pole is on us.")
    signe.page.get_by_role("button", name="Send to Ada").click()
    signe.page.locator("#conversation").get_by_text("A new pole is on us.").wait_for()
    expect(mikkel.page.locator("#conversation").get_by_text("A new pole is on us.")).to_be_in_viewport()
    box = mikkel.page.get_by_label("Your text")
    assert box.input_value() == "Half a thought of Mikkel"
    assert box.evaluate("box => box === document.activeElement")


def test_an_answer_leaves_by_the_keyboard_and_the_form_is_empty_again(
    sit_down: Callable[[str], Seat],
) -> None:
    ticket = Personas().ticket(Personas().person("Ada Lindqvist"), subject="Pole snapped")
    page = sit_down("Signe Holm").page
    faults: list[str] = []
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("r")
    page.keyboard.type("A new pole is on us.")
    page.get_by_text("Draft saved").wait_for()
    page.keyboard.press("Control+Enter")
    page.locator("#conversation").get_by_text("A new pole is on us.").wait_for()
    page.wait_for_function("() => document.querySelector('textarea[name=body]').value === ''")
    assert page.locator("#subject").get_by_text("Waiting for them").count() == 1
    assert faults == []


def test_an_overtaken_answer_is_stopped_with_its_text_in_place(sit_down: Callable[[str], Seat]) -> None:
    ada = Personas().person("Ada Lindqvist")
    ticket = Personas().ticket(ada, subject="Pole snapped")
    page = sit_down("Signe Holm").page
    with page.expect_response("**/events/"):
        page.goto(f"/tickets/{ticket.number}/")
    page.get_by_label("Your text").fill("A new pole is on us.")
    page.get_by_text("Draft saved").wait_for()
    Personas().message(ticket, ada, text="Never mind, I found it.")
    page.locator("#conversation").get_by_text("Never mind, I found it.").wait_for()
    page.get_by_role("button", name="Send to Ada").click()
    page.get_by_text("Nothing was sent yet.").wait_for()
    assert page.get_by_label("Your text").input_value() == "A new pole is on us."
    page.get_by_role("button", name="Send it as it is").click()
    page.locator("#conversation").get_by_text("A new pole is on us.").wait_for()


def test_the_finder_leads_to_a_conversation(sit_down: Callable[[str], Seat]) -> None:
    ticket = Personas().ticket(
        Personas().person("Ada Lindqvist"), subject="Pole snapped", text="The sleeve tore."
    )
    page = sit_down("Signe Holm").page
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("sleeve")
    page.get_by_role("option", name="Pole snapped").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tickets/{ticket.number}/")


def test_done_keeps_the_place_in_the_conversation(sit_down: Callable[[str], Seat]) -> None:
    letter = "\n\n".join(f"Night {night} was cold." for night in range(60))
    ticket = Personas().ticket(Personas().person("Ada Lindqvist"), text=letter)
    page = sit_down("Signe Holm").page
    with page.expect_response("**/events/"):
        page.goto(f"/tickets/{ticket.number}/")
    expect(page.get_by_text("Night 59 was cold.").last).to_be_in_viewport()
    page.keyboard.press("e")
    page.get_by_text("Set to “solved”.").wait_for()
    page.wait_for_timeout(500)  # the live line says it once more
    expect(page.get_by_text("Night 59 was cold.").last).to_be_in_viewport()
    page.keyboard.press("z")
    page.locator("#subject").get_by_text("Open", exact=True).wait_for()
