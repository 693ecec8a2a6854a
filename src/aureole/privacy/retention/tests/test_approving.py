"""From the dry run of a page to the end: counted by the worker, let go by a second person, for one day only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.ledger.audit import audit
from aureole.ledger.checkpoints import bring_up_to_date
from aureole.ledger.models import Entry, Shard
from aureole.ledger.record import record
from aureole.people.models import Person
from aureole.privacy.erasure.plan import make_plan as make_erasure_plan
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.holds.actions.release_hold import release_hold
from aureole.privacy.models import RetentionRun, RunState
from aureole.privacy.retention import run as running
from aureole.privacy.retention.actions.approve_run import approve_run
from aureole.privacy.retention.actions.ask_plan import ask_plan
from aureole.privacy.retention.actions.propose_run import propose_run
from aureole.privacy.retention.actions.set_rule import set_rule
from aureole.privacy.retention.plan import make_plan
from aureole.privacy.retention.run import run_retention
from aureole.privacy.retention.standing import counts_of
from aureole.privacy.retention.tasks import carry_out_retention, run_retention_nightly
from aureole.staff.models import Agent
from aureole.testing.jobs import run_waiting_jobs
from aureole.testing.personas import Personas

DAY = timedelta(days=1)
COUNT, CARRY_OUT = "privacy.count_what_has_run_out", "privacy.carry_out_retention"


@pytest.fixture
def first(personas: Personas) -> Agent:
    return personas.agent("Signe Holm", role="privacy_officer")


@pytest.fixture
def second(personas: Personas) -> Agent:
    return personas.agent("Mikkel Dam", role="privacy_officer")


def _somebody_over(personas: Personas) -> Person:
    person = personas.person()
    Person.objects.filter(pk=person.pk).update(created_at=now() - 200 * DAY)
    return person


def _looked(by: Agent) -> RetentionRun:
    run = ask_plan(by=by.actor)
    run_waiting_jobs(COUNT)
    run.refresh_from_db()
    assert run.state == RunState.LOOKED
    return run


def _proposed(by: Agent) -> RetentionRun:
    return propose_run(run_id=_looked(by).id, by=by.actor)


def _approved(first: Agent, second: Agent) -> RetentionRun:
    run = _proposed(first)
    return approve_run(run_id=run.id, expected_hash=run.hash, by=second.actor)


def _state(run: RetentionRun) -> str:
    run.refresh_from_db()
    return run.state


def test_what_was_counted_goes_once_a_second_person_let_it(
    personas: Personas, first: Agent, second: Agent
) -> None:
    ada = _somebody_over(personas)
    run = _proposed(first)
    assert counts_of(run)["erase"] > 0 and Person.objects.filter(pk=ada.id).exists()
    with pytest.raises(Refused, match="a second person has to"):
        approve_run(run_id=run.id, expected_hash=run.hash, by=first.actor)
    approve_run(run_id=run.id, expected_hash=run.hash, by=second.actor)
    approve_run(run_id=run.id, expected_hash=run.hash, by=second.actor)
    run_waiting_jobs(CARRY_OUT)
    assert _state(run) == RunState.DONE and run.done["people_person"] == 1
    assert (run.asked_by, run.proposed_by, run.approved_by) == (first.pk, first.pk, second.pk)
    assert not Person.objects.filter(pk=ada.id).exists()
    assert Entry.objects.filter(type="privacy.retention_begun").count() == 1


def test_nobody_lets_go_what_was_not_proposed_unless_the_policy_asks_for_one_person(
    personas: Personas, first: Agent, second: Agent, settings: Any
) -> None:
    _somebody_over(personas)
    run = _looked(first)
    with pytest.raises(Refused, match="Somebody has to say first"):
        approve_run(run_id=run.id, expected_hash=run.hash, by=second.actor)
    settings.AUREOLE_SECOND_PERSON = False
    approve_run(run_id=run.id, expected_hash=run.hash, by=first.actor)
    assert _state(run) == RunState.APPROVED


def test_an_approval_is_over_with_its_day(personas: Personas, first: Agent, second: Agent) -> None:
    ada = _somebody_over(personas)
    run = _proposed(first)
    with clock.at(now() + DAY), pytest.raises(Refused, match="a day that is over"):
        approve_run(run_id=run.id, expected_hash=run.hash, by=second.actor)
    approve_run(run_id=run.id, expected_hash=run.hash, by=second.actor)
    with clock.at(now() + DAY):
        carry_out_retention(run_id=str(run.id))
    assert _state(run) == RunState.CHANGED and Person.objects.filter(pk=ada.id).exists()


def test_a_change_since_the_approval_stops_it_and_both_counts_are_kept(
    personas: Personas, first: Agent, second: Agent
) -> None:
    _somebody_over(personas)
    run = _approved(first, second)
    _somebody_over(personas)
    run_waiting_jobs(CARRY_OUT)
    assert _state(run) == RunState.CHANGED and run.done == {}
    before, after = ({line["table"]: line["erase"] for line in run.plan[key]} for key in ("classes", "now"))
    assert (before["people_person"], after["people_person"]) == (1, 2)


def test_a_run_that_breaks_off_goes_on_with_its_job_or_the_next_night(
    personas: Personas, first: Agent, second: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        _somebody_over(personas)
    run = _approved(first, second)
    monkeypatch.setattr(running, "BATCH", 1)
    note, left = running._note, [1]

    def break_off(*args: Any) -> None:
        note(*args)
        left[0] -= 1
        if not left[0]:
            raise RuntimeError("power cut")

    monkeypatch.setattr(running, "_note", break_off)
    with pytest.raises(RuntimeError):
        carry_out_retention(run_id=str(run.id))
    assert _state(run) == RunState.RUNNING
    with pytest.raises(Refused, match="right now"):
        ask_plan(by=first.actor)
    run_retention_nightly(timestamp=0)
    assert _state(run) == RunState.DONE


def test_a_later_look_takes_the_place_of_a_plan_that_waits(
    personas: Personas, first: Agent, second: Agent
) -> None:
    run = _proposed(first)
    later = _looked(second)
    assert _state(run) == RunState.REPLACED and later.id != run.id
    with pytest.raises(Refused, match="was given up"):
        approve_run(run_id=run.id, expected_hash=run.hash, by=second.actor)
    with pytest.raises(Refused, match="counted anew"):
        approve_run(run_id=later.id, expected_hash="x", by=first.actor)


def test_asked_twice_it_is_counted_once(first: Agent) -> None:
    assert ask_plan(by=first.actor).id == ask_plan(by=first.actor).id
    assert run_waiting_jobs(COUNT) == 1


def test_an_agent_at_a_terminal_needs_a_second_person_too(personas: Personas, first: Agent) -> None:
    run = _looked(first)
    with pytest.raises(Refused, match="Propose it on the retention page"):
        run_retention(by=first.actor, approve=run.hash)


def test_a_month_of_the_log_goes_with_what_has_run_out_unless_somebody_in_it_is_held(
    personas: Personas, first: Agent
) -> None:
    ada, bo = personas.person("Ada Lindqvist"), personas.person("Bo Strand")
    for person, year in ((ada, 2019), (bo, 2020)):
        with clock.at(datetime(year, 2, 3, tzinfo=UTC)), transaction.atomic():
            record("privacy.explained", by=Actor.operator(), person=person.id)
    bring_up_to_date()
    hold = place_hold(person_id=ada.id, reason="A claim.", review_on=now().date() + DAY, by=first.actor)
    kept = next(line for line in make_plan().lines if line.class_key == "ledger")
    assert (kept.erase, kept.held) == (1, 1)
    outcome = run_retention(by=Actor.operator(), approve=make_plan().hash)
    assert outcome.done["ledger_entry"] == 1
    assert set(Shard.objects.filter(retired_at=None).values_list("name", flat=True)) >= {"2019-02"}
    release_hold(hold_id=hold.id, reason="Settled.", by=first.actor)
    run_retention(by=Actor.system(), automatic=True)
    assert Entry.objects.filter(type="ledger.month_let_go").count() == 2
    bring_up_to_date()
    assert audit().ok
    assert make_erasure_plan(ada.id).keep[-1].until == "5 years after each entry"
    set_rule(class_key="ledger", months=18, reason="Shorter.", by=first.actor)
    assert make_erasure_plan(ada.id).keep[-1].until == "18 months after each entry"
    with pytest.raises(Refused, match="12 to"):
        set_rule(class_key="ledger", months=6, reason="Shorter.", by=first.actor)
