"""Every page of the privacy centre in every state: judged by axe-core, narrow in light and wide in dark.

German has the longest words, so it is what is judged wherever the address alone shows the page; all four languages
have to fit a narrow window.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.people.models import Person
from aureole.privacy.models import ChannelProof, Peer, RightsRequest
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
from tests.journeys.browsing import JOURNEY, JUDGED, open_page
from tests.journeys.judging import bring_axe, look_at, too_wide, violations

FORMS = ("access", "portability", "rectification", "erasure", "objection", "restriction", "review")
JUDGED_IN, NARROW_IN = "de", ("es", "fr", "en")
LOOKS = ((320, "light"), (1280, "dark"))
# What the server sends in another language, put where the page stands, under its sheets: quicker than to go there.
SAID_IN = """async address => {
    const sent = await fetch(address);
    const said = new DOMParser().parseFromString(await sent.text(), "text/html");
    document.documentElement.lang = said.documentElement.lang;
    document.body.replaceWith(document.adoptNode(said.body));
    history.replaceState(null, "", address);
    return document.documentElement.lang;
}"""
CUSTOMER, SYSTEM = Actor(kind="customer"), Actor.system()

pytestmark = JOURNEY


@pytest.fixture
def postbox(settings: Any, live_server: Any) -> Iterator[Postbox]:
    settings.AUREOLE_BASE_URL = live_server.url
    settings.AUREOLE_WORKSPACE = "Nordlys Outdoor"
    settings.AUREOLE_EMAIL = MailServer(host="127.0.0.1", port=9, user="", password="", tls="off")
    with sending_to_a_mailserver() as server:
        yield Postbox(server)


@pytest.fixture
def page(browser: Browser, live_server: Any) -> Page:
    return open_page(browser, live_server.url, locale="en-GB", **JUDGED)


class Judge:
    """Looks at the page as it stands, in every look."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.problems: list[str] = []
        self.seen: list[str] = []

    def look(self, name: str, *, once: bool = False) -> None:
        """`once`: what is shown came of a click, so it is judged as it stands, in English."""
        self.seen.append(name)
        here, language = self._page.url, "en" if once else JUDGED_IN
        if not once:
            self._page.goto(_said_in(here, language))
            assert self._page.locator("html").get_attribute("lang") == language
        bring_axe(self._page)
        for width, scheme in LOOKS:
            look_at(self._page, width, scheme)
            where = f"{name}, {width} px, {scheme}, {language}"
            self._note(where, too_wide(self._page) + violations(self._page))
            self.picture(name, width, scheme, language)
        look_at(self._page, 320, "light")
        for language in () if once else NARROW_IN:
            assert self._page.evaluate(SAID_IN, _said_in(here, language)) == language
            self._note(f"{name}, 320 px, {language}", too_wide(self._page))
            self.picture(name, 320, "light", language)

    def picture(self, name: str, width: int, scheme: str, language: str) -> None:
        """Nothing is kept of it here."""

    def _note(self, where: str, problems: list[str]) -> None:
        self.problems += [f"{where}: {problem}" for problem in problems]


def _said_in(address: str, language: str) -> str:
    """The same page in another language, as the switch on it leads there."""
    return f"{address}{'&' if '?' in address else '?'}lang={language}"


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
            judge.look("closed, no code", once=True)
        _open(page, requests, made)
        judge.look("opened" if name == "closed" else name)
        if name == "working":
            page.goto(f"/portal/privacy/requests/{made.pk}/held/")
            judge.look("what is held")
        if name == "portable":
            _straight(page, judge, made)
        if name == "package":
            ChannelProof.objects.filter(request=made).update(confirmed_at=now() - timedelta(minutes=15))
            page.reload()
            judge.look("package, behind a fresh code")
        if name == "question":
            page.get_by_role("button", name="Send my answer").click()
            judge.look("question, no answer", once=True)
    _behind_links(page, judge, requests)


def _forms(page: Page, judge: Judge) -> None:
    page.goto("/portal/privacy/")
    judge.look("home")
    page.locator("summary").click()
    judge.look("home, line by line", once=True)
    for kind in FORMS:
        page.goto(f"/portal/privacy/ask/{kind}/")
        judge.look(f"form {kind}")
    page.goto("/portal/privacy/ask/rectification/")
    page.get_by_role("button", name="Send").click()
    assert page.title().startswith("Error: ")
    judge.look("form with errors", once=True)
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
    expect(page.get_by_role("heading", name="How far it is")).to_be_visible()


def _straight(page: Page, judge: Judge, made: RightsRequest) -> None:
    page.goto(f"/portal/privacy/requests/{made.pk}/straight/")
    judge.look("where it goes")
    page.get_by_role("button", name="Go on").click()
    judge.look("where it goes, nothing chosen", once=True)
    page.get_by_label("Fjell Outdoor").check()
    page.get_by_role("button", name="Go on").click()
    judge.look("where it goes, shown once more", once=True)
    page.get_by_role("button", name="Yes, send it there").click()
    expect(page.get_by_text("Noted. Once a person")).to_be_visible()


def _behind_links(page: Page, judge: Judge, requests: States) -> None:
    page.goto(not_me_link(requests.made["working"]))
    judge.look("not me")
    page.get_by_role("button", name="Stop this request").click()
    judge.look("not me, stopped", once=True)
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
        Peer.objects.create(
            name="Fjell Outdoor", address="https://kunder.fjell-outdoor.example", public_key="", fingerprint="f",
            added_at=now(),
        )  # fmt: skip
        self.officers = [Personas().agent(role="privacy_officer").actor for _ in range(2)]
        self.made: dict[str, RightsRequest] = {}

    def of_every_state(self) -> Iterator[tuple[str, RightsRequest]]:
        makers: list[tuple[str, str, Callable[[RightsRequest], object]]] = [
            ("closed", "restriction", lambda made: None),
            ("working", "rectification", lambda made: None),
            ("question", "objection", self._ask),
            ("refused", "portability", self._refuse),
            ("portable", "portability", lambda made: None),
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
