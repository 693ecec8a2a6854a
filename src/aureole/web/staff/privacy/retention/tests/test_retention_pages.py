from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aureole.desk.models import Tag
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.people.models import Organisation, Person
from aureole.privacy.models import RetentionRule, RetentionRun, RunState
from aureole.privacy.retention.actions.set_rule import set_rule
from aureole.privacy.retention.standing import COUNTS
from aureole.privacy.rights.place import today
from aureole.testing.jobs import run_waiting_jobs
from aureole.testing.personas import Personas
from aureole.web.tests.browsers import SignIn

DAY = timedelta(days=1)
COUNT, CARRY_OUT = "privacy.count_what_has_run_out", "privacy.carry_out_retention"


@pytest.fixture
def first(sign_in: SignIn, personas: Personas) -> Client:
    return sign_in(agent=personas.agent("Signe Holm", role="privacy_officer"))


@pytest.fixture
def second(sign_in: SignIn, personas: Personas) -> Client:
    return sign_in(agent=personas.agent("Mikkel Dam", role="privacy_officer"))


def _over(personas: Personas) -> Person:
    person = personas.person()
    Person.objects.filter(pk=person.pk).update(created_at=now() - 200 * DAY)
    return person


def _count(client: Client) -> str:
    """Asked for and counted; the address of the run."""
    answer = client.post("/privacy/retention/look/")
    run_waiting_jobs(COUNT)
    return str(answer.headers["Location"])


def test_counted_proposed_let_go_and_done(personas: Personas, first: Client, second: Client) -> None:
    ada = _over(personas)
    run = first.post("/privacy/retention/look/").headers["Location"]
    waiting = first.get(run).content.decode()
    assert (
        "being counted" in waiting
        and 'hx-trigger="every 2s"' in waiting
        and 'http-equiv="refresh"' in waiting
    )
    run_waiting_jobs(COUNT)
    page = first.get(run).content.decode()
    assert "rows have run out: 3 go." in page and "Propose it" in page and "every 2s" not in page
    assert first.post(f"{run}approve/", {"plan": "x"}).status_code == 409
    first.post(f"{run}propose/")
    own = first.get(run).content.decode()
    assert (
        "Signe Holm, proposes it" in own
        and "A second person lets it go, today." in own
        and "approve/" not in own
    )
    plan = re.search(r'name="plan" value="([0-9a-f]{64})"', second.get(run).content.decode())
    assert plan is not None
    refused = first.post(f"{run}approve/", {"plan": plan[1]})
    assert refused.status_code == 409 and "a second person has to" in refused.content.decode()
    assert Person.objects.filter(pk=ada.pk).exists()
    second.post(f"{run}approve/", {"plan": plan[1]})
    assert "The worker begins at any moment" in second.get(run).content.decode()
    run_waiting_jobs(CARRY_OUT)
    assert "Done. What had run out is gone." in second.get(run).content.decode()
    assert not Person.objects.filter(pk=ada.pk).exists()
    history = second.get("/privacy/retention/").content.decode()
    assert "Mikkel Dam" in history and run in history


def test_a_change_since_it_was_let_go_is_shown_and_nothing_went(
    personas: Personas, first: Client, second: Client
) -> None:
    _over(personas)
    run = _count(first)
    first.post(f"{run}propose/")
    second.post(f"{run}approve/", {"plan": RetentionRun.objects.get().hash})
    _over(personas)
    run_waiting_jobs(CARRY_OUT)
    page = second.get(run).content.decode()
    assert "nothing was erased" in page and "now 2 go" in page
    assert RetentionRun.objects.get().state == RunState.CHANGED


def test_nothing_to_let_go_has_no_button(first: Client) -> None:
    where = _count(first)
    page = first.get(where).content.decode()
    assert "Nothing has run out." in page and "propose/" not in page and "Count again" in page
    run = RetentionRun.objects.get()
    run.plan["classes"] = [{"class": "ledger", "table": "ledger_entry", **dict.fromkeys(COUNTS, 1)}]
    run.save(update_fields=["plan"])
    assert "Entries of the log" in first.get(where).content.decode(), "no name of a table"


def test_a_plan_of_yesterday_only_offers_to_count_again(personas: Personas, first: Client) -> None:
    _over(personas)
    run = _count(first)
    RetentionRun.objects.update(as_of=today() - DAY)
    page = first.get(run).content.decode()
    assert "a day that is over" in page and "propose/" not in page
    assert 'aria-current="step"' not in page, "nothing of it is the next thing to do"
    refused = first.post(f"{run}propose/")
    assert refused.status_code == 409 and "a day that is over" in refused.content.decode()


def test_the_schedule_says_where_each_period_comes_from(first: Client, settings: object) -> None:
    settings.AUREOLE_COUNTRY = "DE"  # type: ignore[attr-defined]
    page = first.get("/privacy/retention/").content.decode()
    assert "as declared" in page and "our last answer to the person" in page
    assert "at least 6 years" in page and "HGB § 257(1)" in page
    assert "not checked against the text by anybody yet" in page
    settings.AUREOLE_COUNTRY = "GR"  # type: ignore[attr-defined]
    page = first.get("/privacy/retention/").content.decode()
    assert "No statutory minimum is on file for GR" in page
    assert f"{page.count('>Change…')} kinds of data run out here" in page, "as many as stand below"
    settings.AUREOLE_COUNTRY = "EU"  # type: ignore[attr-defined]
    assert "name yours in AUREOLE_COUNTRY" in first.get("/privacy/retention/").content.decode()


def test_a_period_is_changed_with_a_reason_and_the_change_is_dated(first: Client) -> None:
    label = Tag.objects.create(name="warranty")
    where = f"label:{label.id}"
    change = "/privacy/retention/change/direct_contact/"
    assert "warranty" in first.get(change).content.decode()
    wrong = first.post(change, {"where": where, "months": "24", "reason": ""})
    assert wrong.status_code == 422 and 'value="24"' in wrong.content.decode()
    assert first.post(change, {"where": "type:x", "months": "2", "reason": "y"}).status_code == 422
    assert first.post(change, {"where": "", "months": "-1", "reason": "y"}).status_code == 422
    named = first.post(change, {"where": "", "months": "6", "reason": "ada@brevduva.example asked"})
    assert named.status_code == 409 and not RetentionRule.objects.exists()
    first.post(change, {"where": where, "months": "24", "reason": "Two years of warranty."})
    page = first.get("/privacy/retention/").content.decode()
    assert "label: warranty" in page and "24 months" in page and "Two years of warranty." in page
    first.post(change, {"where": where, "months": "", "reason": "No more warranty."})
    assert not RetentionRule.objects.filter(ended_at=None).exists()
    assert "Two years of warranty." in first.get("/privacy/retention/").content.decode(), "what was stays"
    assert first.get("/privacy/retention/change/payment/").status_code == 404


def test_the_schedule_takes_the_same_queries_for_many_rules_and_runs(first: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connections["default"]) as caught:
            first.get("/privacy/retention/")
        return len(caught)

    def more() -> None:
        label = Tag.objects.create(name=f"label {Tag.objects.count()}")
        firm = Organisation.objects.create(name="Firm", created_at=now())
        for scope, row in (("label", label), ("organisation", firm)):
            set_rule(
                class_key="direct_contact",
                months=9,
                reason="x",
                scope=scope,
                value=str(row.pk),
                by=Actor.operator(),
            )
        _count(first)

    more()
    few = queries()
    for _ in range(3):
        more()
    assert queries() == few


def test_only_officers_see_it(sign_in: SignIn, first: Client) -> None:
    run, agent = _count(first), sign_in()
    for page in ("/privacy/retention/", "/privacy/retention/change/customer/", run):
        assert agent.get(page).status_code == 403
    for doing in ("/privacy/retention/look/", f"{run}propose/", f"{run}approve/"):
        assert agent.post(doing).status_code == 403
