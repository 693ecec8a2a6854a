"""In a browser: two officers let go what has run out, one of them without script; a hold stops an erasure, and ends."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, expect

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.people.actions.add_identifier import add_identifier
from aureole.people.actions.recognise_person import recognise_person
from aureole.people.models import Person
from aureole.privacy.consulting.actions.pause_consultation import pause_consultation
from aureole.privacy.consulting.actions.record_consultation import record_consultation
from aureole.privacy.models import RetentionRun, RunState
from aureole.privacy.rights.place import today
from aureole.testing.jobs import run_waiting_jobs
from aureole.testing.personas import Personas
from tests.journeys.browsing import JOURNEY, Sit
from tests.journeys.judging import TWO_LOOKS, judge

pytestmark = JOURNEY
PHONE = "+46 70 123 45 67"


def test_what_has_run_out_is_counted_proposed_let_go_and_erased(sit_down: Sit) -> None:
    personas = Personas()
    over, stays = personas.person("Over Ek"), personas.person("Stays Ek")
    Person.objects.filter(pk=over.pk).update(created_at=now() - timedelta(days=200))
    first = sit_down(personas.agent("Signe Holm", role="privacy_officer"))
    second = sit_down(personas.agent("Mikkel Dam", role="privacy_officer"), script=False)
    for page in (first, second):
        page.goto("/privacy/")

    first.get_by_role("link", name="Retention", exact=True).click()
    first.get_by_role("button", name="Count what has run out").click()
    first.get_by_text("is being counted").wait_for()
    run_waiting_jobs("privacy.count_what_has_run_out")
    first.get_by_role("heading", name="3 rows have run out: 3 go.").wait_for()
    first.get_by_role("button", name="Propose it").click()
    first.get_by_text("You proposed it.").wait_for()
    judge(first)

    second.goto("/privacy/retention/")
    second.get_by_role("link", name="Open it").click()
    second.get_by_role("button", name="Erase 3 rows").click()
    second.get_by_text("The worker begins at any moment").wait_for()
    first.reload()  # the live line, which would tell, is not served in tests
    first.get_by_text("The worker begins at any moment").wait_for()
    run_waiting_jobs("privacy.carry_out_retention")
    first.get_by_role("heading", name="Done. What had run out is gone.").wait_for()
    judge(first)
    # Without script the page loads itself again every few seconds; loading it here as well would cut that short.
    second.get_by_role("heading", name="Done. What had run out is gone.").wait_for()
    assert RetentionRun.objects.get().state == RunState.DONE
    assert list(Person.objects.filter(pk__in=(over.pk, stays.pk))) == [stays]


def test_a_hold_from_the_record_stops_an_erasure_until_it_is_released(sit_down: Sit) -> None:
    personas = Personas()
    ada = personas.person("Ada Lindqvist", "ada@brevduva.example")
    add_identifier(person=ada, kind="phone", value=PHONE, by=Actor.system())
    page = sit_down(personas.agent("Signe Holm", role="privacy_officer"))
    page.goto(f"/people/{ada.id}/")
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Hold…").click()
    page.get_by_label("Reason").fill("A claim was announced.")
    page.get_by_label("Look again on").fill((today() + timedelta(days=90)).isoformat())
    page.get_by_role("button", name="Hold it").click()
    page.get_by_role("heading", name="may not go").wait_for()
    page.evaluate("document.querySelectorAll('main details').forEach((one) => (one.open = true))")
    judge(page)
    page.goto("/privacy/kept-away/")
    judge(page)
    _judge_the_clocks(page)
    page.goto("/privacy/map/")
    judge(page, TWO_LOOKS[:1])
    _walks_the_record_by_keys(page, ada)

    page.goto(f"/privacy/erase/{ada.id}/")
    page.get_by_text("A legal hold covers data of this person").first.wait_for()
    assert page.get_by_text("Nothing can be erased while something stands in the way.").count() == 1

    page.goto(f"/people/{ada.id}/")
    page.get_by_role("link", name="See the holds").click()
    page.get_by_role("cell", name="A claim was announced.").wait_for()
    page.get_by_role("link", name="Ada Lindqvist").click()
    page.get_by_text("It is not needed any more", exact=True).click()
    page.get_by_label("Why it is not needed any more").fill("The claim was settled.")
    page.get_by_role("button", name="Release it").click()
    page.get_by_text("Released. Nothing waited for it.").wait_for()
    page.goto(f"/privacy/erase/{ada.id}/")
    expect(page.get_by_text("Nothing can be erased while something stands in the way.")).to_have_count(0)


def _judge_the_clocks(page: Page) -> None:
    """Somebody who has to be told, and a consultation whose clock stands still."""
    recognise_person(kind="email", value="bo@ek.example", source="mentioned", by=Actor.system())
    asked = record_consultation(authority="A", about="Scoring", sent_on=today(), by=Actor.operator())
    pause_consultation(consultation_id=asked.id, asked_on=today(), asked="the test", by=Actor.operator())
    for path in ("to-be-told/", f"consultations/{asked.number}/", "calendar/"):
        page.goto(f"/privacy/{path}")
        page.evaluate("document.querySelectorAll('main details').forEach((one) => (one.open = true))")
        judge(page)


def _walks_the_record_by_keys(page: Page, person: Person) -> None:
    """1 to 5 are the tabs, m merges; each key stands in its tooltip. A hidden value is shown for a reason."""
    page.goto(f"/people/{person.id}/")
    page.get_by_role("link", name="Timeline").and_(page.locator("[aria-current=page]")).wait_for()
    for key, tab in (
        ("2", "Data"),
        ("3", "Consent"),
        ("4", "Requests"),
        ("5", "Access log"),
        ("1", "Timeline"),
    ):
        assert page.locator(f'nav.tabs a[title="{tab}, {key}"]').count() == 1
        page.wait_for_load_state()  # the keys are a script's, which runs when the page is there
        page.keyboard.press(key)
        page.get_by_role("link", name=tab).and_(page.locator("[aria-current=page]")).wait_for()
    page.wait_for_load_state()
    page.keyboard.press("2")
    page.get_by_text("Show…").click()
    page.get_by_text("What for?").wait_for()
    judge(page)
    page.get_by_role("button", name="To answer them").click()
    page.get_by_text(PHONE, exact=True).wait_for()
    page.keyboard.press("m")
    page.wait_for_url("**/merge/")
