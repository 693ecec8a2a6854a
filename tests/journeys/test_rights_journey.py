"""In two browsers: two officers answer a request to see and a request to delete, one of them without script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from aureole.channels.email import transport
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.people.models import Person
from aureole.privacy.certificate.verify import verify
from aureole.privacy.models import (
    Erasure,
    ExportPackage,
    LetterState,
    RequestLetter,
    RequestState,
    RightsRequest,
)
from aureole.privacy.rights.actions.ask_identity import ask_identity
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.prove_identity import prove_identity
from aureole.privacy.rights.sending import send_letter
from aureole.privacy.tasks import carry_out_request
from aureole.staff.models import Agent
from aureole.testing.personas import Personas

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

sync_api = pytest.importorskip(
    "playwright.sync_api", reason="Playwright is not installed: journeys were not run"
)

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
NAME, ADDRESS = "Ada Lindqvist", "ada.lindqvist@brevduva.example"
CUSTOMER = Actor(kind="customer")

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True, databases=["default", "keys"]),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium"),
]


class Clicks:
    """Counts what officers press, over both of them."""

    def __init__(self) -> None:
        self.count = 0

    def press(self, what: Locator) -> None:
        self.count += 1
        what.click()


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    # The browser's driver runs a loop in this thread; the queries of the test itself are not in it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def carrier() -> Iterator[transport.FakeTransport]:
    fake = transport.FakeTransport()
    transport.use(fake)
    yield fake
    transport.use(None)


@pytest.fixture
def ada(transactional_db: None, settings: Any) -> Person:
    settings.AUREOLE_COOLING_OFF_DAYS = 0
    with clock.at(now() - timedelta(days=3)):
        person = Personas().person(NAME, ADDRESS)
        Personas().ticket(person)
    return person


@pytest.fixture
def sit_down(browser: Browser, live_server: object) -> Callable[..., Page]:
    def sit(agent: Agent, *, script: bool = True) -> Page:
        client = Client()
        client.force_login(agent, backend="aureole.staff.backend.AgentBackend")
        context = browser.new_context(base_url=str(live_server), java_script_enabled=script)
        name = django_settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": str(live_server)}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto("/privacy/")
        return page

    return sit


def _asked_and_proven(ada: Person, kind: str, carrier: transport.FakeTransport) -> RightsRequest:
    """What the person does by themselves: they ask, and give the code back that came to their address."""
    request = open_request(
        kind=kind, person_id=ada.id, channel="portal", words="All of it, please.", by=CUSTOMER
    )
    ask_identity(request_id=request.id, by=Actor.system())
    for letter_id in RequestLetter.objects.filter(state=LetterState.WAITING).values_list("pk", flat=True):
        send_letter(letter_id)
    letters = [content.decode("utf-8", "replace") for _, _, content in carrier.sent]
    code = next(found.group() for text in reversed(letters) if (found := re.search(r"\b\d{8}\b", text)))
    return prove_identity(request_id=request.id, code=code, by=CUSTOMER)


def test_two_officers_answer_a_request_to_see_in_four_clicks(
    ada: Person, carrier: transport.FakeTransport, sit_down: Callable[..., Page]
) -> None:
    request = _asked_and_proven(ada, "access", carrier)
    ilse = sit_down(Personas().agent("Ilse Brandt", role="privacy_officer"))
    joost = sit_down(Personas().agent("Joost Visser", role="admin"), script=False)
    clicks = Clicks()
    clicks.press(ilse.get_by_role("link", name="See my data"))
    sync_api.expect(ilse.get_by_text("All of it, please.")).to_be_visible()
    clicks.press(ilse.get_by_role("button", name="Prepare Ada’s data for a release"))
    sync_api.expect(ilse.get_by_text("You prepared it, so a second person releases it.")).to_be_visible()
    joost.reload()
    sync_api.expect(joost.get_by_role("cell", name="a second person")).to_be_visible()
    clicks.press(joost.get_by_role("link", name="See my data"))
    clicks.press(joost.get_by_role("button", name="Release Ada’s data to them"))
    sync_api.expect(joost.get_by_text("Joost Visser, released it")).to_be_visible()
    carry_out_request(request_id=str(request.id))
    joost.reload()
    sync_api.expect(joost.get_by_role("link", name="See the package")).to_be_visible()
    assert RightsRequest.objects.get(pk=request.pk).state == RequestState.DONE
    assert ExportPackage.objects.get().request_id == request.id
    assert clicks.count <= 4, f"{clicks.count} clicks"


def test_two_officers_delete_in_four_clicks_what_was_frozen(
    ada: Person, carrier: transport.FakeTransport, sit_down: Callable[..., Page]
) -> None:
    request = _asked_and_proven(ada, "erasure", carrier)
    ilse = sit_down(Personas().agent("Ilse Brandt", role="privacy_officer"), script=False)
    joost = sit_down(Personas().agent("Joost Visser", role="admin"))
    clicks = Clicks()
    clicks.press(ilse.get_by_role("link", name="Delete my data"))
    clicks.press(ilse.get_by_role("button", name=re.compile(r"Freeze this plan: \d+ items go")))
    joost.reload()
    clicks.press(joost.get_by_role("link", name="Delete my data"))
    sync_api.expect(joost.get_by_text("exactly this is going to happen")).to_be_visible()
    clicks.press(joost.get_by_role("button", name=re.compile(r"^Delete \d+ items$")))
    sync_api.expect(joost.get_by_text("Aureole is at it.")).to_be_visible()
    carry_out_request(request_id=str(request.id))
    joost.reload()
    sync_api.expect(joost.get_by_role("link", name="See the receipt")).to_be_visible()
    assert NAME not in joost.content()
    assert not Person.objects.filter(pk=ada.pk).exists()
    assert verify(Erasure.objects.get().certificate).valid
    assert clicks.count <= 5, f"{clicks.count} clicks"
