"""In a browser, by keys alone: an officer decides what of other people an answer shows; without script it is forms."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from aureole.desk.actions.reply import reply
from aureole.kernel.actor import Actor
from aureole.people.models import Person
from aureole.privacy.export.stored import open_export
from aureole.privacy.models import AnswerHit, ExportPackage, RightsRequest
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.rights.tasks import carry_out_request
from aureole.testing.personas import Personas
from tests.journeys.browsing import JOURNEY
from tests.journeys.judging import judge

SMITH, TINKER = "+46 70 555 01 23", "+46 70 555 99 99"

pytestmark = JOURNEY


@pytest.fixture
def access(transactional_db: None) -> RightsRequest:
    personas = Personas()
    ada: Person = personas.person("Ada Lindqvist", "ada@brevduva.example")
    ticket, ilse = personas.ticket(ada), personas.agent("Ilse Holm")
    personas.copied(ticket, personas.person("Grace Hopper", "grace@navy.example"))
    for text in (
        f"Grace Hopper has it too. Ring the smith, {SMITH}.",
        f"Or the tinker, {TINKER}. The glue is birch tar, which stays between us.",
    ):
        reply(ticket=ticket, by=ilse.actor, send=False, text=text)
    request = open_request(kind="access", person_id=ada.id, channel="cli", by=Actor.operator())
    return vouch_identity(request_id=request.id, how="at the counter", by=Actor.operator())


def _looks_at(page: Page, words: str) -> None:
    expect(page.locator(".redactacts .what")).to_contain_text(words)


def test_an_officer_decides_by_keys_and_a_second_person_releases_what_is_left(
    access: RightsRequest, sit_down: Callable[..., Page]
) -> None:
    officer = sit_down(Personas().agent("Ina Ek", role="privacy_officer"))
    officer.goto(f"/privacy/requests/{access.number}/")
    officer.get_by_role("link", name="Redact").click()
    officer.get_by_role("button", name="Read the answer").click()
    _looks_at(officer, "Grace Hopper")
    judge(officer)
    officer.keyboard.press("k")
    _looks_at(officer, SMITH)
    expect(officer.locator("#place")).to_be_focused()
    officer.keyboard.press("n")
    _looks_at(officer, TINKER)
    officer.keyboard.press("p")
    _looks_at(officer, SMITH)
    officer.keyboard.press("k")
    _looks_at(officer, TINKER)
    officer.keyboard.press("u")
    _looks_at(officer, SMITH)
    officer.keyboard.press("y")
    _looks_at(officer, TINKER)
    _select(officer, "glue is birch tar")
    officer.get_by_label("Words, as they stand above").wait_for()
    assert officer.get_by_label("Words, as they stand above").input_value() == "glue is birch tar"
    officer.locator("#mark-reason").select_option("trade_secret")
    officer.get_by_role("button", name="Hide these words").click()
    expect(officer.locator("mark.hide")).to_have_text("glue is birch tar")
    officer.keyboard.press("y")
    expect(officer.get_by_role("heading", name="Everything is decided.")).to_be_visible()
    officer.goto(f"/privacy/requests/{access.number}/")
    officer.get_by_role("button", name="Prepare Ada’s data for a release").click()
    second = sit_down(Personas().agent("Bo Ek", role="admin"), script=False)
    second.goto(f"/privacy/requests/{access.number}/redact/?show=decided")
    expect(second.get_by_text("send the answer back first")).to_be_visible()
    second.goto(f"/privacy/requests/{access.number}/")
    second.get_by_role("button", name="Release Ada’s data to them").click()
    carry_out_request(request_id=str(access.id))
    text = _text_of_the_package()
    assert "Grace Hopper" in text
    for hidden in (SMITH, TINKER, "birch tar"):
        assert hidden not in text


def test_the_same_is_done_without_script(access: RightsRequest, sit_down: Callable[..., Page]) -> None:
    officer = sit_down(Personas().agent("Ina Ek", role="privacy_officer"), script=False)
    officer.goto(f"/privacy/requests/{access.number}/redact/")
    officer.get_by_role("button", name="Read the answer").click()
    officer.get_by_role("link", name="Next").click()
    _looks_at(officer, SMITH)
    officer.get_by_label("Why it is hidden").select_option("confidence")
    officer.get_by_role("button", name="Hide", exact=False).first.click()
    _looks_at(officer, TINKER)
    expect(officer.locator("#place")).to_be_focused()
    officer.get_by_text("Hide other words of this text").click()
    officer.get_by_label("Words, as they stand above").fill("birch tar")
    officer.get_by_role("button", name="Hide these words").click()
    assert set(AnswerHit.objects.filter(decision="hide").values_list("kind", flat=True)) == {
        "number",
        "marked",
    }
    officer.get_by_role("button", name="Undo").click()
    assert not AnswerHit.objects.filter(kind="marked").exists()


def _select(page: Page, words: str) -> None:
    """As a mouse would, or Shift with the arrow keys."""
    page.evaluate(
        """(words) => {
            const walk = document.createTreeWalker(document.querySelector(".redacttext"), NodeFilter.SHOW_TEXT);
            while (walk.nextNode()) {
                const at = walk.currentNode.data.indexOf(words);
                if (at < 0) continue;
                document.getSelection().setBaseAndExtent(walk.currentNode, at, walk.currentNode, at + words.length);
            }
        }""",
        words,
    )


def _text_of_the_package() -> str:
    _, chunks = open_export(ExportPackage.objects.get().id)
    with zipfile.ZipFile(io.BytesIO(b"".join(chunks))) as package:
        return "\n".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())
