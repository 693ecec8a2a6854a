"""In a browser: sign in, open a person, export, propose the erasure by typing the name; somebody else releases it from
their queue; fetch the certificate and check it."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from aureole.kernel.actor import Actor
from aureole.people.models import Person
from aureole.privacy.certificate.verify import verify
from aureole.privacy.models import ExportPackage, RightsRequest
from aureole.privacy.rights.tasks import carry_out_request
from aureole.staff.actions.add_agent import add_agent
from aureole.testing.personas import Personas
from tests.journeys.browsing import JOURNEY, open_page

OFFICER, SECOND, PASSWORD = "ilse@nordlys.example", "eva@nordlys.example", "correct horse battery staple"
NAME, ADDRESS = "Ada Lindqvist", "ada.lindqvist@brevduva.example"

pytestmark = JOURNEY
WIDE: ViewportSize = {"width": 1280, "height": 900}


@pytest.fixture
def page(browser: Browser, live_server: object) -> Page:
    return open_page(browser, str(live_server), viewport=WIDE)


@pytest.fixture
def ada(transactional_db: None) -> Person:
    for address, name in ((OFFICER, "Ilse Brandt"), (SECOND, "Eva Ek")):
        add_agent(address=address, name=name, role="privacy_officer", by=Actor.operator(), password=PASSWORD)
    personas = Personas()
    person = personas.person(NAME, ADDRESS)
    personas.ticket(person)
    personas.ticket(personas.person("Bo Ek"), text=f"Please ask {NAME} about it.")
    return person


def _sign_in(page: Page, home: str, address: str = OFFICER) -> None:
    page.goto(f"{home}/sign-in/")
    page.get_by_label("Work e-mail").fill(address)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{home}/")


def _export(page: Page, folder: Path) -> None:
    page.get_by_role("button", name="Export").click()
    page.wait_for_url("**/privacy/exports/*/")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download").click()
    file = folder / "export.zip"
    waiting.value.save_as(file)
    assert hashlib.sha256(file.read_bytes()).hexdigest() == ExportPackage.objects.get().sha256
    assert "manifest.json" in zipfile.ZipFile(file).namelist()


def _erase(page: Page) -> None:
    page.get_by_role("link", name="Erase…").first.click()
    button = page.locator("button.final")
    expect(button).to_be_disabled()
    page.get_by_label("to confirm").fill("Ada")
    expect(button).to_be_disabled()
    page.get_by_label("to confirm").fill(NAME)
    button.click()
    page.wait_for_url("**/privacy/requests/*/")
    expect(page.get_by_text("so a second person releases it")).to_be_visible()


def _release(browser: Browser, home: str) -> None:
    """Two clicks of somebody else: with the two before, four of at most five (design 5 §4)."""
    page = open_page(browser, home, viewport=WIDE)
    _sign_in(page, home, SECOND)
    page.goto(f"{home}/privacy/")
    page.get_by_role("link", name="Erase, by our decision").click()
    expect(page.get_by_text("Ilse Brandt, prepared it")).to_be_visible()
    page.locator("button.final").click()
    expect(page.get_by_text("Aureole is at it.")).to_be_visible()
    carry_out_request(request_id=str(RightsRequest.objects.get().id))
    page.close()


def test_an_officer_exports_erases_and_proves_it(
    page: Page, browser: Browser, ada: Person, live_server: object, tmp_path: Path
) -> None:
    home = str(live_server)
    _sign_in(page, home)
    page.goto(f"{home}/people/")
    page.get_by_role("link", name=NAME).click()
    page.get_by_role("link", name="Data", exact=True).click()
    page.get_by_role("link", name="Name: why, until when, who read it").or_(
        page.get_by_role("button", name="Name: why, until when, who read it")
    ).first.click()
    expect(page.get_by_text("Why do we hold it?").first).to_be_visible()
    _export(page, tmp_path)
    page.get_by_role("link", name="Back to the record").click()
    _erase(page)
    _release(browser, home)
    page.reload()  # no live line in a test
    page.get_by_role("link", name="See the receipt").click()
    expect(page.get_by_text("no trace was found")).to_be_visible(timeout=15_000)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download the certificate").click()
    certificate = tmp_path / "certificate.json"
    waiting.value.save_as(certificate)
    assert verify(certificate.read_bytes()).valid
    page.goto(f"{home}/privacy/check/")
    page.get_by_label("Certificate").set_input_files(certificate)
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_text("This instance signed exactly this.")).to_be_visible()
    assert not ExportPackage.objects.exists()
    assert NAME not in page.content()
