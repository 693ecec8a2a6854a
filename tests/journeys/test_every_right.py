"""Every right of a person on the sample desk, in browsers: intake, identity, work, release, answer, evidence.

The person has no script and a narrow window; one officer has script, the second has none. One instance and one
browser serve all eight; what each of them needed in clicks, screens and fields is counted and held.
"""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.desk.models import Message
from aureole.kernel.actor import Actor
from aureole.ledger.audit import audit_and_record
from aureole.ops.demo.load import load_demo
from aureole.ops.demo.reading import read_story
from aureole.people.models import Person
from aureole.people.queries import the_owner_of
from aureole.privacy.consent.actions.record_consent import record_consent
from aureole.privacy.consent.sending import may_send
from aureole.privacy.models import RequestState, RightsRequest
from aureole.staff.backend import agent_with_address
from aureole.testing.mailserver import sending_to_a_mailserver
from aureole.testing.postbox import Postbox
from aureole.vault.unlock import unlock
from config.addresses import MailServer
from tests.journeys.browsing import JOURNEY, open_page, sit_at

pytestmark = JOURNEY


# As on its own command line, for several files at once.
JUDGING = """
import sys; sys.path.insert(0, sys.argv[1])
import verifier
sys.exit(max(verifier.main([file]) for file in sys.argv[2:]))
"""


@dataclass(frozen=True)
class Course:
    """Who asks for what, and by which way. most: clicks of staff, all of them together, identity included."""

    who: str
    way: str = "portal"
    tile: str = ""
    pick: str = ""
    fill: dict[str, str] = field(default_factory=dict)
    mail: str = ""
    most: int = 2


COURSES: dict[str, Course] = {
    "access": Course(who="priya", tile="See my data", most=4),
    "portability": Course(who="gwen", tile="Take it with me", most=4),
    "rectification": Course(
        who="desmond", tile="Correct it", pick="My name", fill={"What is right?": "Desmond Obi"}
    ),
    "objection": Course(
        who="felix", tile="Stop using it", pick="A use I do not want, such as advertising",
        fill={"Which use do you mean?": "Your newsletter."},
    ),
    "withdrawal": Course(who="harriet", way="mail", mail="I withdraw my consent to your newsletter.", most=4),
    "restriction": Course(who="callum", way="agent", most=5),
    "review": Course(
        who="oonagh", tile="Ask a person", fill={"Which decision do you mean?": "My return was refused."}
    ),
    "erasure": Course(who="rosalind", tile="Delete it", most=5),
}  # fmt: skip


@dataclass
class Count:
    """What one course took."""

    clicks: int = 0
    screens: int = 0
    fields: int = 0

    def press(self, what: Locator) -> None:
        self.clicks += 1
        what.click()


@pytest.fixture
def postbox(settings: Any, live_server: Any) -> Iterator[Postbox]:
    settings.AUREOLE_BASE_URL = live_server.url
    settings.AUREOLE_COOLING_OFF_DAYS = 0
    settings.AUREOLE_EMAIL = MailServer(host="127.0.0.1", port=9, user="", password="", tls="off")
    with sending_to_a_mailserver() as server:
        yield Postbox(server)


class Desk:
    """The sample desk with those of its people who ask for something, and browsers for everybody."""

    def __init__(self, browser: Browser, home: str, postbox: Postbox, folder: Path) -> None:
        self.story = _load_part_of_the_story()
        self.home, self.postbox, self.folder = home, postbox, folder
        self.taken: list[Path] = []  # files that somebody downloaded
        narrow: ViewportSize = {"width": 360, "height": 760}
        self.person = open_page(browser, home, java_script_enabled=False, viewport=narrow, locale="en-GB")
        self.first = self._sign_in(browser, "ilse", script=True)
        self.second = self._sign_in(browser, "signe", script=False)
        self.agent = self._sign_in(browser, "joost", script=False)

    def _sign_in(self, browser: Browser, key: str, *, script: bool) -> Page:
        agent = agent_with_address(self.story.staff[key].email)
        assert agent is not None
        return sit_at(browser, agent, self.home, java_script_enabled=script)

    def address(self, key: str) -> str:
        return self.story.people[key].emails[0]

    def give_code(self, key: str, button: str = "Open my request") -> None:
        self.person.get_by_label("The code").fill(self.postbox.code(self.address(key)))
        self.person.get_by_role("button", name=button).click()


def _load_part_of_the_story() -> Any:
    whole = read_story()
    wanted = {course.who for course in COURSES.values()}
    first = {}
    for thread in whole.threads:
        if thread.requester in wanted and thread.days_ago > 3:
            first.setdefault(thread.requester, thread)
    assert set(first) == wanted
    load_demo(story=dataclasses.replace(whole, threads=tuple(first.values()), askings=()))
    for key in wanted:
        record_consent(
            person_id=the_owner_of(whole.people[key].emails[0]), purpose="news", wording="Yes, send me news.",
            version="1", language="en", channel="portal", proof="confirmed", by=Actor.system(),
        )  # fmt: skip
    return whole


def test_every_kind_of_request_runs_from_intake_to_evidence(
    browser: Browser, live_server: Any, postbox: Postbox, tmp_path: Path
) -> None:
    desk = Desk(browser, live_server.url, postbox, tmp_path)
    for kind, course in COURSES.items():
        count = Count()
        person_id = the_owner_of(desk.address(course.who))
        made = _take_in(desk, kind, course, count)
        _work(desk, kind, made, count)
        made.refresh_from_db()
        assert made.state == RequestState.DONE, kind
        _did_it(kind, person_id)
        _person_sees_the_answer(desk, kind, course)
        _takes_the_evidence(desk, kind, made)
        print(
            f"{kind}: {count.clicks} clicks of staff; person {count.screens} screens, {count.fields} fields"
        )
        assert count.clicks <= course.most, f"{kind}: {count.clicks} clicks"
        assert count.screens <= 3 and count.fields <= 4, kind
    _everything_holds(desk)
    _is_it_proven(desk)


# ---------------------------------------------------------------------- intake


def _take_in(desk: Desk, kind: str, course: Course, count: Count) -> RightsRequest:
    """Whatever the way in, the person gives back a code that came to an address of theirs."""
    if course.way == "portal":
        _ask_in_portal(desk, course, count)
    else:
        number = _mail(desk, course, count) if course.way == "mail" else _on_behalf(desk, course, count)
        count.press(_main_button(desk.first))  # send a code
        desk.person.goto(desk.postbox.link(desk.address(course.who), "/requests/"))
        count.screens += 1
        assert number
    count.screens += 1
    desk.give_code(course.who)
    expect(desk.person.get_by_text("It is you", exact=True)).to_be_visible()
    return RightsRequest.objects.latest("number")


def _ask_in_portal(desk: Desk, course: Course, count: Count) -> None:
    page = desk.person
    page.goto("/portal/privacy/")
    page.get_by_role("link", name=course.tile).click()
    count.fields = page.locator("main form .field").count()
    if course.pick and page.get_by_label(course.pick).count():
        page.get_by_label(course.pick).check()
    elif course.pick:
        page.get_by_role("combobox").select_option(label=course.pick)
    for label, words in course.fill.items():
        page.get_by_label(label).fill(words)
    page.get_by_label("Your e-mail address").fill(desk.address(course.who))
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="We have your request.")).to_be_visible()
    count.screens = 2


def _mail(desk: Desk, course: Course, count: Count) -> int:
    """A mail reads like a request: an agent opens it from the ticket, an officer follows the link there."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = desk.address(course.who), desk.story.mailbox, "Newsletter"
    mail["Message-ID"] = "<withdraw@letterbird.example>"
    mail.set_content(course.mail)
    taken = receive_mail(raw=mail.as_bytes(), live=True)
    ticket = Message.objects.select_related("ticket").get(pk=taken.message_id).ticket
    desk.agent.goto(f"/tickets/{ticket.number}/")
    count.press(desk.agent.get_by_role("button", name="Open a request from this"))
    made = RightsRequest.objects.latest("number")
    desk.first.goto(f"/tickets/{ticket.number}/")
    count.press(desk.first.get_by_role("link", name=f"Request no. {made.number}"))
    return made.number


def _on_behalf(desk: Desk, course: Course, count: Count) -> int:
    """Somebody rings up: an officer opens it in their words."""
    page = desk.first
    page.goto("/privacy/")
    count.press(page.get_by_role("link", name="New request"))
    page.get_by_label("Who asks").fill(desk.address(course.who))
    count.press(page.get_by_label("Freeze my data"))
    page.get_by_label("In their words").fill("The address you have is not mine any more.")
    count.press(page.get_by_role("button", name="Open the request"))
    expect(page.get_by_text("It waits for us, to check who asks")).to_be_visible()
    return RightsRequest.objects.latest("number").number


# ---------------------------------------------------------------------- work


def _main_button(page: Page) -> Locator:
    return page.locator("section.signing button[type=submit]")


def _work(desk: Desk, kind: str, made: RightsRequest, count: Count) -> None:
    """From the queue: open it, press the one main button; where it hands out or destroys, a second person does, too."""
    if COURSES[kind].way == "portal":
        desk.first.goto("/privacy/")
        count.press(desk.first.locator(f'#queue a[href="/privacy/requests/{made.number}/"]').first)
    else:
        desk.first.reload()
    if kind == "review":
        desk.first.get_by_label("What was done").fill("We looked at it again: your return is accepted.")
    count.press(_main_button(desk.first))
    if kind not in ("access", "portability", "erasure"):
        expect(desk.first.get_by_role("heading", name="Done")).to_be_visible()
        return
    expect(desk.first.get_by_text("You prepared it, so a second person releases it.")).to_be_visible()
    desk.second.goto("/privacy/")
    count.press(desk.second.locator(f'#queue a[href="/privacy/requests/{made.number}/"]').first)
    count.press(_main_button(desk.second))
    expect(desk.second.get_by_text("Aureole is at it.")).to_be_visible()
    desk.postbox.everyone()  # the worker carries it out


def _did_it(kind: str, person_id: Any) -> None:
    there = unlock(Person.objects.filter(pk=person_id))
    assert bool(there) is (kind != "erasure"), kind
    if kind == "rectification":
        assert there[0].name == "Desmond Obi"
    if kind == "restriction":
        assert there[0].status == "restricted"
    if there:
        assert may_send(person_id, "news") is (kind not in ("objection", "withdrawal")), kind


# ---------------------------------------------------------------------- answer and evidence


def _person_sees_the_answer(desk: Desk, kind: str, course: Course) -> None:
    """One click in the mail leads to where it stands; what was asked for is fetched and is what it says."""
    address, page = desk.address(course.who), desk.person
    if kind == "erasure":
        page.goto(desk.postbox.link(address, "/receipts/"))
        expect(page.get_by_role("heading", name="Your data is deleted")).to_be_visible()
        _download(desk, page, "Download the certificate", "certificate.json")
        return
    page.goto(desk.postbox.link(address, "/requests/"))
    assert desk.story.people[course.who].name not in page.title() + page.url
    if kind not in ("access", "portability"):
        expect(page.get_by_text("Done", exact=True)).to_be_visible()
        assert kind != "review" or page.get_by_text("your return is accepted").is_visible()
        return
    page.get_by_role("button", name="Send me a fresh code").click()
    desk.give_code(course.who, "Unlock my download")
    package = _download(desk, page, "Download my data", f"{kind}.zip")
    assert desk.story.people[course.who].name.encode() in zipfile.ZipFile(package).read("index.html")


def _takes_the_evidence(desk: Desk, kind: str, made: RightsRequest) -> None:
    """One click of the officer."""
    page = desk.first
    page.goto(f"/privacy/requests/{made.number}/")
    bundle = _download(desk, page, "Evidence, one file", f"evidence-{kind}.zip")
    with zipfile.ZipFile(bundle) as archive:
        (desk.folder / "verifier.py").write_bytes(archive.read("verifier.py"))
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert desk.address(COURSES[kind].who).encode() not in everything


def _download(desk: Desk, page: Page, link: str, name: str) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("link", name=link).click()
    file = desk.folder / name
    waiting.value.save_as(file)
    desk.taken.append(file)
    return file


def _everything_holds(desk: Desk) -> None:
    """Judged by the file that ships in an evidence bundle, without us."""
    assert len(desk.taken) == len(COURSES) + len(("certificate", "access", "portability"))
    command = [sys.executable, "-I", "-c", JUDGING, str(desk.folder), *map(str, desk.taken)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout.count("Holds: ")) == (0, len(desk.taken)), ran.stdout + ran.stderr


def _is_it_proven(desk: Desk) -> None:
    """From the morning page one click shows that the log holds."""
    audit_and_record()
    desk.first.goto("/privacy/")
    desk.first.get_by_role("link", name="log verified").click()
    expect(desk.first.get_by_text("holds").first).to_be_visible()
