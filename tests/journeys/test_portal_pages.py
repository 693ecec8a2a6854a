"""Every page of the privacy centre in every state: judged by axe-core, light and dark, at 320 and 1280 pixels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.people.models import Person
from aureole.privacy.models import ChannelProof, RightsRequest
from aureole.privacy.rights.actions.approve_request import approve_request
from aureole.privacy.rights.actions.ask_identity import ask_identity
from aureole.privacy.rights.actions.complete_request import complete_request
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.pause_request import pause_request
from aureole.privacy.rights.actions.prepare_request import prepare_request
from aureole.privacy.rights.actions.refuse_request import refuse_request
from aureole.privacy.rights.letters import not_me_link, receipt_link
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
AXE = Path("node_modules/axe-core/axe.min.js").absolute()
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
FORMS = ("access", "portability", "rectification", "erasure", "objection", "restriction", "review")
LOOKS = [(width, scheme) for width in (320, 1280) for scheme in ("light", "dark")]
CUSTOMER, SYSTEM = Actor(kind="customer"), Actor.system()

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True, databases=["default", "keys"]),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium"),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: npm install"),
]


@pytest.fixture
def postbox(settings: Any, live_server: Any) -> Iterator[Postbox]:
    settings.AUREOLE_BASE_URL = live_server.url
    settings.AUREOLE_WORKSPACE = "Nordlys Outdoor"
    settings.AUREOLE_EMAIL = MailServer(host="127.0.0.1", port=9, user="", password="", tls="off")
    with sending_to_a_mailserver() as server:
        yield Postbox(server)


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, live_server: Any) -> Iterator[Page]:
    # The browser's driver runs a loop in this thread; the queries of the test itself are not in it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        # axe is put into pages whose policy rightly lets no script in.
        # Without motion: a colour on its way to another is neither.
        found = browser.new_context(
            base_url=live_server.url, locale="en-GB", bypass_csp=True, reduced_motion="reduce"
        ).new_page()
        found.set_default_timeout(10_000)
        yield found
        browser.close()


class Judge:
    """Looks at the page as it stands, in every look."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.problems: list[str] = []
        self.seen: list[str] = []

    def look(self, name: str) -> None:
        self.seen.append(name)
        self._page.evaluate(AXE.read_text("utf-8"))
        for width, scheme in LOOKS:
            self._page.set_viewport_size({"width": width, "height": 900})
            self._page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            self._judge(f"{name}, {width} px, {scheme}")
            self.picture(name, width, scheme)

    def picture(self, name: str, width: int, scheme: str) -> None:
        """Nothing is kept of it here."""

    def _judge(self, where: str) -> None:
        wide = self._page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if wide > 0:
            self.problems.append(f"{where}: {wide} px wider than its window")
        found = self._page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        self.problems += [
            f"{where}: {one['id']} at {[node['target'] for node in one['nodes']][:3]}"
            for one in found["violations"]
        ]


def test_every_page_is_accessible_and_fits_its_window(page: Page, postbox: Postbox) -> None:
    judge = Judge(page)
    walk(page, postbox, judge)
    assert judge.problems == []
    assert len(judge.seen) == len(set(judge.seen)) >= 24


def walk(page: Page, postbox: Postbox, judge: Judge) -> None:
    """Show the judge every page in every state."""
    _forms(page, judge)
    requests = States(postbox)
    for name, made in requests.of_every_state():
        page.goto(f"/portal/privacy/requests/{made.pk}/")
        if name == "closed":
            judge.look(name)
            page.get_by_role("button", name="Open my request").click()
            judge.look("closed, no code")
        _open(page, requests, made)
        judge.look("opened" if name == "closed" else name)
        if name == "package":
            ChannelProof.objects.filter(request=made).update(confirmed_at=now() - timedelta(minutes=15))
            page.reload()
            judge.look("package, behind a fresh code")
        if name == "question":
            page.get_by_role("button", name="Send my answer").click()
            judge.look("question, no answer")
    _behind_links(page, judge, requests)


def _forms(page: Page, judge: Judge) -> None:
    page.goto("/portal/privacy/")
    judge.look("home")
    page.locator("summary").click()
    judge.look("home, line by line")
    for kind in FORMS:
        page.goto(f"/portal/privacy/ask/{kind}/")
        judge.look(f"form {kind}")
    page.goto("/portal/privacy/ask/rectification/")
    page.get_by_role("button", name="Send").click()
    assert page.title().startswith("Error: ")
    judge.look("form with errors")
    page.goto("/portal/privacy/ask/access/")
    page.get_by_label("Your e-mail address").fill("nobody@brevduva.example")
    page.get_by_role("button", name="Send").click()
    judge.look("receipt of a request")


def _open(page: Page, requests: States, made: RightsRequest) -> None:
    """With a code, as the person would; one that is there already opened this browser before."""
    page.goto(f"/portal/privacy/requests/{made.pk}/")
    page.get_by_role("button", name="Send a new code").click()
    page.get_by_label("The code").fill(requests.postbox.code(requests.address))
    page.get_by_role("button", name="Open my request").click()
    sync_api.expect(page.get_by_role("heading", name="How far it is")).to_be_visible()


def _behind_links(page: Page, judge: Judge, requests: States) -> None:
    page.goto(not_me_link(requests.made["working"]))
    judge.look("not me")
    page.get_by_role("button", name="Stop this request").click()
    judge.look("not me, stopped")
    page.goto("/portal/privacy/not-me/cut/")
    judge.look("link that was cut")
    erased = requests.of_an_erasure()
    page.goto(receipt_link(erased))
    judge.look("receipt of an erasure")
    RightsRequest.objects.filter(pk=erased.pk).update(outcome=None)
    page.goto(receipt_link(erased))
    judge.look("erasure under way")


class States:
    """Requests of one person, each in another state."""

    address = "ada.lindqvist@brevduva.example"

    def __init__(self, postbox: Postbox) -> None:
        self.postbox = postbox
        with clock.at(now() - timedelta(days=3)):
            self.ada = Personas().person("Ada Lindqvist", self.address)
            Personas().ticket(self.ada)
        self.officers = [Personas().agent(role="privacy_officer").actor for _ in range(2)]
        self.made: dict[str, RightsRequest] = {}

    def of_every_state(self) -> Iterator[tuple[str, RightsRequest]]:
        makers: list[tuple[str, str, Callable[[RightsRequest], object]]] = [
            ("closed", "restriction", lambda made: None),
            ("working", "rectification", lambda made: None),
            ("question", "objection", self._ask),
            ("refused", "portability", self._refuse),
            ("done in words", "review", self._answer),
            ("package", "access", self._release),
            ("cooling", "erasure", self._release),
        ]
        for name, kind, make in makers:
            made = self._proven(self.ada, kind)
            make(made)
            self.made[name] = made
            yield name, made

    def of_an_erasure(self) -> RightsRequest:
        with clock.at(now() - timedelta(days=40)):
            gone = Personas().person("Bo Kjær", "bo@brevduva.example")
            made = open_request(kind="erasure", by=CUSTOMER, channel="portal", person_id=gone.id)
            self._vouch(made)
            prepare_request(request_id=made.id, by=self.officers[0])
            approve_request(request_id=made.id, by=self.officers[1])
        complete_request(request_id=made.id, by=self.officers[0])
        return made

    def _proven(self, person: Person, kind: str) -> RightsRequest:
        made = open_request(
            kind=kind, by=CUSTOMER, channel="portal", person_id=person.id, words="It snapped, and then this."
        )
        ask_identity(request_id=made.id, by=SYSTEM)
        self._vouch(made)
        return made

    def _vouch(self, made: RightsRequest) -> None:
        from aureole.privacy.rights.actions.vouch_identity import vouch_identity

        vouch_identity(request_id=made.id, how="at the counter", by=self.officers[0])

    def _ask(self, made: RightsRequest) -> None:
        words = "Do you mean the newsletter, or letters about your orders, too?"
        pause_request(request_id=made.id, cause="clarification", reason=words, by=self.officers[0])

    def _refuse(self, made: RightsRequest) -> None:
        reason = "You got the same files last week."
        refuse_request(request_id=made.id, ground="excessive", reason=reason, by=self.officers[0])

    def _answer(self, made: RightsRequest) -> None:
        complete_request(
            request_id=made.id, by=self.officers[0], reason="We looked: your return is accepted."
        )

    def _release(self, made: RightsRequest) -> None:
        prepare_request(request_id=made.id, by=self.officers[0])
        approve_request(request_id=made.id, by=self.officers[1])
        if made.kind == "access":
            complete_request(request_id=made.id, by=self.officers[0])
