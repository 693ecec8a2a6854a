"""A run does what was approved, goes on where it broke off, and costs the same for many."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aureole.desk import retention as tickets_unit
from aureole.desk.models import Ticket, TicketStatistic
from aureole.desk.tests.running_out import (
    DAY,
    OPERATOR,
    answered_ticket,
    are_here,
    counts_of,
    run_approved,
)
from aureole.kernel import clock
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.ledger.models import Entry
from aureole.people.models import Person
from aureole.privacy.models import RetentionRun
from aureole.privacy.retention import run
from aureole.privacy.retention.plan import make_plan
from aureole.privacy.retention.run import run_retention
from aureole.privacy.retention.tasks import run_retention_nightly
from aureole.staff.models import Agent
from aureole.testing.personas import Personas


def test_an_approval_is_for_one_plan_on_one_day(personas: Personas, agent: Agent) -> None:
    answered_ticket(personas, agent, 100)
    plan = make_plan()
    assert plan.hash == make_plan().hash
    with pytest.raises(Refused, match="--approve"):
        run_retention(by=OPERATOR)
    with clock.at(plan.expires_at), pytest.raises(Refused, match="look at the new plan"):
        run_retention(by=OPERATOR, approve=plan.hash)
    answered_ticket(personas, agent, 100)
    with pytest.raises(Refused, match="look at the new plan"):
        run_retention(by=OPERATOR, approve=plan.hash)
    assert Ticket.objects.count() == 2
    assert not RetentionRun.objects.exists()


def test_the_dry_run_writes_nothing(personas: Personas, agent: Agent) -> None:
    answered_ticket(personas, agent, 100)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        make_plan()
    assert [q["sql"] for q in asked if not q["sql"].lstrip().upper().startswith(("SELECT", "WITH"))] == []


@pytest.mark.parametrize("after", [1, 2])
def test_a_break_between_batches_loses_nothing_and_the_run_goes_on(
    personas: Personas, agent: Agent, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    for _ in range(2):
        answered_ticket(personas, agent, 100)
    Person.objects.update(created_at=now() - 200 * DAY)
    kept = answered_ticket(personas, agent, 10)
    planned = {(li.class_key, li.table): li.erase for li in make_plan().lines}
    monkeypatch.setattr(run, "BATCH", 1)
    delete, left = tickets_unit.delete_tickets, [after]

    def break_off(ids: Any) -> Any:
        left[0] -= 1
        gone = delete(ids)
        if not left[0]:
            raise RuntimeError("power cut after the statement, before the commit")
        return gone

    monkeypatch.setattr(tickets_unit, "delete_tickets", break_off)
    with pytest.raises(RuntimeError):
        run_approved()
    assert Ticket.objects.count() == 3 - (after - 1), "what was not committed is whole"
    monkeypatch.setattr(tickets_unit, "delete_tickets", delete)
    outcome = run_retention(by=OPERATOR)
    assert outcome.finished
    assert outcome.done["desk_ticket"] == planned["direct_contact", "desk_ticket"] == 2
    assert outcome.done["people_person"] == planned["customer", "people_person"] == 2
    assert TicketStatistic.objects.count() == 2
    assert are_here(kept) == [True]


def test_a_limit_leaves_the_rest_for_the_next_call(personas: Personas, agent: Agent) -> None:
    for _ in range(3):
        answered_ticket(personas, agent, 100)
    assert not run_approved(limit=2).finished
    assert Ticket.objects.count() == 1
    assert run_retention(by=OPERATOR).finished
    assert not Ticket.objects.exists()
    assert Entry.objects.filter(type="privacy.retention_begun").count() == 1


def test_every_night_only_where_it_was_switched_on(personas: Personas, agent: Agent, settings: Any) -> None:
    answered_ticket(personas, agent, 100)
    run_retention_nightly(timestamp=0)
    assert Ticket.objects.count() == 1
    settings.AUREOLE_RETENTION = True
    run_retention_nightly(timestamp=0)
    assert not Ticket.objects.exists()


def test_a_ticket_costs_the_same_however_many_there_are(personas: Personas, agent: Agent) -> None:
    """Statements of a batch do not grow with it."""
    asked, ada = list[int](), personas.person()
    for many in (2, 12):
        for _ in range(many):
            answered_ticket(personas, agent, 100, person=ada)
        plan = make_plan()
        with CaptureQueriesContext(connection) as queries:
            run_retention(by=OPERATOR, approve=plan.hash)
        asked.append(len(queries))
    assert asked[1] == asked[0]


_COPIES = """
WITH copied AS (
    INSERT INTO desk_ticket (id, number, requester_id, subject, type, status, priority, channel, stranger,
        created_at, updated_at, message_count, last_message_at)
    SELECT gen_random_uuid(), 900000 + n, requester_id, subject, type, status, priority, channel, stranger,
        created_at, updated_at, message_count, last_message_at
    FROM desk_ticket, generate_series(1, %s) n WHERE id = %s RETURNING id
)
INSERT INTO desk_message (id, ticket_id, person_id, author_id, kind, direction, delivery, sent_at, created_at, language)
SELECT gen_random_uuid(), copied.id, m.person_id, m.author_id, m.kind, m.direction, m.delivery, m.sent_at,
    m.created_at, m.language
FROM desk_message m, copied WHERE m.ticket_id = %s
"""


def test_hundreds_of_tickets_go_in_few_statements_and_leave_their_figures(
    personas: Personas, agent: Agent
) -> None:
    ticket = answered_ticket(personas, agent, 100, person=personas.person())
    with connection.cursor() as cursor:
        cursor.execute(_COPIES, [499, ticket.pk, ticket.pk])
    plan = make_plan()
    assert counts_of(plan) == {"direct_contact": (500, 0, 0, 0)}
    assert counts_of(plan, "desk_message") == {"direct_contact": (1500, 0, 0, 0)}
    with CaptureQueriesContext(connection) as queries:
        done = run_retention(by=OPERATOR, approve=plan.hash).done
    assert (done["desk_ticket"], done["desk_message"]) == (500, 1500)
    assert TicketStatistic.objects.count() == 500
    batches = 3
    assert len(queries) < batches * 40 + 60, "statements grow with batches, not with tickets"
