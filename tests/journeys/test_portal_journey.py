"""In a browser without script: ask, read the code in the mail, follow it, fetch the data; and be deleted for good."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from aureole.kernel import clock
from aureole.kernel.clock import now
from aureole.people.models import Person
from aureole.privacy.certificate.verify import verify
from aureole.privacy.models import ExportPackage, RightsRequest
from aureole.privacy.rights.actions.approve_request import approve_request
from aureole.privacy.rights.actions.complete_request import complete_request
from aureole.privacy.rights.actions.prepare_request import prepare_request
from aureole.testing.mailserver import sending_to_a_mailserver
from aureole.testing.personas import Personas
from aureole.testing.postbox import Postbox
from config.addresses import MailServer

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
NAME, ADDRESS = "Ada Lindqvist", "ada.lindqvist@brevduva.example"

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
            java_script_enabled=False, viewport={"width": 360, "height": 760}, locale="en-GB"
        ).new_page()
        browser.close()


@pytest.fixture
def postbox(settings: Any, live_server: Any) -> Iterator[Postbox]:
    settings.AUREOLE_BASE_URL = live_server.url
    settings.AUREOLE_EMAIL = MailServer(host="127.0.0.1", port=9, user="", password="", tls="off")
    with sending_to_a_mailserver() as server:
        yield Postbox(server)


@pytest.fixture
def ada(transactional_db: None) -> Person:
    personas = Personas()
    with clock.at(now() - timedelta(days=3)):
        person = personas.person(NAME, ADDRESS)
        personas.ticket(person)
    return person


def _ask(page: Page, home: str, tile: str, postbox: Postbox) -> None:
    """Three screens and one field: tiles, form, code."""
    page.goto(f"{home}/portal/privacy/")
    page.get_by_role("link", name=tile).click()
    page.get_by_label("Your e-mail address").fill(ADDRESS)
    page.get_by_role("button", name="Send").click()
    sync_api.expect(page.get_by_role("heading", name="We have your request.")).to_be_visible()
    _give_code(page, postbox)
    sync_api.expect(page.get_by_text("It is you", exact=True)).to_be_visible()


def _give_code(page: Page, postbox: Postbox, button: str = "Open my request") -> None:
    page.get_by_label("The code").fill(postbox.code(ADDRESS))
    page.get_by_role("button", name=button).click()


def _officers_do_it() -> None:
    first, second = (Personas().agent(role="privacy_officer").actor for _ in range(2))
    made = RightsRequest.objects.get()
    prepare_request(request_id=made.pk, by=first)
    approve_request(request_id=made.pk, by=second)
    complete_request(request_id=made.pk, by=first, approved_by=second)


def test_a_person_asks_for_their_data_and_fetches_it(
    page: Page, ada: Person, live_server: Any, postbox: Postbox, tmp_path: Path
) -> None:
    _ask(page, live_server.url, "See my data", postbox)
    _officers_do_it()
    page.goto(f"{live_server.url}{postbox.link(ADDRESS, '/requests/')}")
    sync_api.expect(page.get_by_role("heading", name="Your data is ready")).to_be_visible()
    page.get_by_role("button", name="Send me a fresh code").click()
    _give_code(page, postbox, "Unlock my download")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download my data").click()
    file = tmp_path / "my-data.zip"
    waiting.value.save_as(file)
    assert hashlib.sha256(file.read_bytes()).hexdigest() == ExportPackage.objects.get().sha256
    assert NAME.encode() in zipfile.ZipFile(file).read("index.html")
    assert NAME not in page.title() + page.url


def test_a_person_is_deleted_and_keeps_the_proof(
    page: Page, ada: Person, live_server: Any, postbox: Postbox, tmp_path: Path, settings: Any
) -> None:
    settings.AUREOLE_COOLING_OFF_DAYS = 0
    _ask(page, live_server.url, "Delete it", postbox)
    _officers_do_it()
    page.reload()
    sync_api.expect(page.get_by_text("It is you", exact=True)).to_have_count(0)
    page.goto(f"{live_server.url}{postbox.link(ADDRESS, '/receipts/')}")
    sync_api.expect(page.get_by_role("heading", name="Your data is deleted")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download the certificate").click()
    certificate = tmp_path / "certificate.json"
    waiting.value.save_as(certificate)
    assert verify(certificate.read_bytes()).valid
    assert not Person.objects.filter(pk=ada.id).exists()


def test_the_language_can_be_changed_and_an_error_leads_to_its_field(
    page: Page, ada: Person, live_server: Any
) -> None:
    page.goto(f"{live_server.url}/portal/privacy/ask/rectification/")
    page.get_by_role("link", name="Deutsch").click()
    page.get_by_role("button", name="Absenden").click()
    assert page.title().startswith("Fehler: ")
    page.get_by_role("alert").get_by_role("link", name="Schreiben Sie, was stimmt.").click()
    assert page.url.endswith("#right")
