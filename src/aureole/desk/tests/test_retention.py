"""What has run out goes, whole tickets at a time; what is held, wanted by law or still going on stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aureole.channels.email.models import MessageIdentity
from aureole.desk import retention as tickets_unit
from aureole.desk.actions.close_ticket import close_ticket
from aureole.desk.actions.reply import reply
from aureole.desk.models import Attachment, Message, Ticket, TicketStatistic
from aureole.desk.queries import find_ticket
from aureole.desk.writing import NewFile
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.models import Entry
from aureole.people import retention as persons_unit
from aureole.people.models import Organisation, Person
from aureole.people.relationships import end_relationship
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.holds.actions.release_hold import release_hold
from aureole.privacy.models import RetentionRun
from aureole.privacy.retention import run
from aureole.privacy.retention.actions.set_rule import set_rule
from aureole.privacy.retention.plan import Plan, make_plan
from aureole.privacy.retention.run import run_retention
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.place import today
from aureole.privacy.tasks import run_retention_nightly
from aureole.search.models import SearchEntry
from aureole.staff.models import Agent
from aureole.testing.personas import Personas
from aureole.vault.keys import states
from aureole.vault.keystore.models import KeyState
from aureole.vault.models import SealedFile

OPERATOR = Actor.operator()
DAY = timedelta(days=1)
FILE = NewFile(name="a.txt", content_type="text/plain", content=b"x" * 50_000)


@pytest.fixture
def agent(personas: Personas) -> Agent:
    return personas.agent()


def _ticket(
    personas: Personas, agent: Agent, ago: int, *, person: Person | None = None, **more: Any
) -> Ticket:
    """Asked and answered so many days ago."""
    with clock.at(now() - ago * DAY):
        ticket = personas.ticket(person or personas.person())
        personas.message(ticket, ticket.requester, "look", (FILE,))  # type: ignore[arg-type]
        reply(ticket=ticket, text="Here you are.", by=agent.actor)
    Ticket.objects.filter(pk=ticket.pk).update(**more)
    return ticket


def _counts(plan: Plan, table: str = "desk_ticket") -> dict[str, tuple[int, int, int, int]]:
    lines = [line for line in plan.lines if line.table == table]
    return {line.class_key: (line.erase, line.restrict, line.held, line.floor) for line in lines}


def _run(**more: Any) -> run.Outcome:
    return run_retention(by=OPERATOR, approve=make_plan().hash, **more)


def _here(*tickets: Ticket) -> list[bool]:
    return [Ticket.objects.filter(pk=ticket.pk).exists() for ticket in tickets]


# ------------------------------------------------------------------ when time is over


def test_a_conversation_goes_three_months_after_our_answer_with_everything_in_it(
    personas: Personas, agent: Agent
) -> None:
    old, young = _ticket(personas, agent, 93), _ticket(personas, agent, 80)
    plan = make_plan()
    assert _counts(plan) == {"direct_contact": (1, 0, 0, 0)}
    assert _counts(plan, "desk_message") == {"direct_contact": (3, 0, 0, 0)}
    assert _counts(plan, "vault_sealed_file") == {"direct_contact": (1, 0, 0, 0)}
    outcome = _run()
    assert _here(old, young) == [False, True]
    for rows in (Message, Attachment, SearchEntry, SealedFile, MessageIdentity):
        assert not rows.objects.filter(person_id=old.requester_id).exists(), rows
    statistic = TicketStatistic.objects.get()
    assert (statistic.messages, statistic.type) == (3, "question")
    planned = {line.table: line.erase for line in plan.lines if line.class_key == "direct_contact"}
    assert {place: outcome.done[place] for place in planned if place != "search_entry"} == {
        place: count for place, count in planned.items() if place != "search_entry"
    }


def test_time_does_not_begin_while_they_wait_for_us(personas: Personas, agent: Agent) -> None:
    answered, unanswered, closed, open_again = (_ticket(personas, agent, 200) for _ in range(4))
    with clock.at(now() - 150 * DAY):
        for ticket in (unanswered, closed):
            personas.message(ticket, ticket.requester)  # type: ignore[arg-type]
        close_ticket(ticket=closed, by=agent.actor)
    Ticket.objects.filter(pk=open_again.pk).update(status="open")
    _run()
    assert _here(answered, unanswered, closed, open_again) == [False, True, False, True]


def test_months_are_calendar_months_at_the_controllers_place(
    personas: Personas, agent: Agent, settings: Any
) -> None:
    settings.AUREOLE_TIME_ZONE = "Europe/Berlin"
    with clock.at(datetime.fromisoformat("2026-01-31T23:30:00+01:00")):
        ticket = personas.ticket()
        reply(ticket=ticket, text="Yes", by=agent.actor)
    with clock.at(datetime.fromisoformat("2026-04-29T23:30:00+02:00")):
        assert _counts(make_plan()) == {}
    with clock.at(datetime.fromisoformat("2026-04-30T00:30:00+02:00")):
        assert _counts(make_plan()) == {"direct_contact": (1, 0, 0, 0)}


def test_a_request_for_a_demonstration_is_kept_a_year(personas: Personas, agent: Agent) -> None:
    _ticket(personas, agent, 360, type="demo")
    _ticket(personas, agent, 370, type="demo")
    assert _counts(make_plan()) == {"demo_request": (1, 0, 0, 0)}


def test_own_periods_hold_for_a_class_a_type_or_a_channel_the_narrowest_first(
    personas: Personas, agent: Agent
) -> None:
    for kind in ("question", "problem", "order"):
        _ticket(personas, agent, 130, type=kind)
    set_rule(reason="as agreed", class_key="direct_contact", months=24, by=OPERATOR)
    assert _counts(make_plan()) == {}
    set_rule(
        reason="as agreed", class_key="direct_contact", months=3, scope="channel", value="email", by=OPERATOR
    )
    set_rule(
        reason="as agreed", class_key="direct_contact", months=6, scope="type", value="order", by=OPERATOR
    )
    assert _counts(make_plan()) == {"direct_contact": (2, 0, 0, 0)}
    set_rule(
        reason="as agreed",
        class_key="direct_contact",
        months=None,
        scope="channel",
        value="email",
        by=OPERATOR,
    )
    assert _counts(make_plan()) == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"class_key": "nothing"},
        {"scope": "type", "value": "x"},
        {"scope": "brand", "value": "x"},
        {"scope": "label", "value": "01890000-0000-7000-8000-000000000000"},
        {"class_key": "customer", "scope": "type", "value": "order"},
        {"class_key": "payment"},
        {"months": -1},
        {"reason": " "},
        {"reason": "asked by ada@brevduva.example"},
    ],
)
@pytest.mark.django_db
def test_a_rule_for_something_there_is_not_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        set_rule(**{"class_key": "direct_contact", "months": 3, "reason": "x", "by": OPERATOR, **wrong})


# ------------------------------------------------------------------ what the law and holds keep


def test_a_business_letter_is_restricted_until_the_law_lets_it_go(
    personas: Personas, agent: Agent, settings: Any
) -> None:
    settings.AUREOLE_COUNTRY = "DE"
    with clock.at(datetime.fromisoformat("2026-06-01T12:00:00+00:00")):
        order = _ticket(personas, agent, 100, type="order")
        plan = make_plan()
        assert _counts(plan) == {"direct_contact": (0, 1, 0, 0)}
        assert plan.notes == ()
        assert run_retention(by=OPERATOR, approve=plan.hash).done == {"restricted": 1}
        assert Ticket.objects.get().restricted_until is not None
        with pytest.raises(NotFound):
            find_ticket(order.number, agent.actor)
        assert _counts(make_plan()) == {"direct_contact": (0, 0, 0, 1)}
    with clock.at(datetime.fromisoformat("2032-12-31T12:00:00+00:00")):
        assert _counts(make_plan()) == {"direct_contact": (0, 0, 0, 1)}
    with clock.at(datetime.fromisoformat("2033-01-01T12:00:00+00:00")):
        _run()
    assert _here(order) == [False]


def test_a_country_without_a_law_on_file_is_named(personas: Personas, agent: Agent, settings: Any) -> None:
    settings.AUREOLE_COUNTRY = "FR"
    _ticket(personas, agent, 100, type="order")
    plan = make_plan()
    assert _counts(plan) == {"direct_contact": (1, 0, 0, 0)}
    assert "FR" in plan.notes[0]


def test_whoever_writes_again_in_a_restricted_ticket_is_seen(
    personas: Personas, agent: Agent, settings: Any
) -> None:
    settings.AUREOLE_COUNTRY = "DE"
    ticket = _ticket(personas, agent, 100, type="return")
    _run()
    personas.message(Ticket.objects.get(), Person.objects.get(pk=ticket.requester_id))
    assert find_ticket(ticket.number, agent.actor).id == ticket.id


@pytest.mark.parametrize("table", ["", "desk_ticket", "desk_message", "desk_attachment", "vault_sealed_file"])
def test_a_hold_keeps_the_ticket_it_is_about_and_no_other(
    personas: Personas, agent: Agent, table: str
) -> None:
    ada = personas.person()
    held, other = (_ticket(personas, agent, 100, person=ada) for _ in range(2))
    attachment = Attachment.objects.get(message__ticket=held)
    rows = {
        "": None, "desk_ticket": held.id, "desk_message": attachment.message_id,
        "desk_attachment": attachment.id, "vault_sealed_file": attachment.file_id,
    }  # fmt: skip
    hold = place_hold(
        person_id=ada.id,
        table=table,
        row_id=rows[table],
        reason="claim",
        by=OPERATOR,
        review_on=today() + DAY,
    )
    kept = 2 if table == "" else 1
    assert _counts(make_plan()) == {"direct_contact": (2 - kept, 0, kept, 0)}
    _run()
    assert _here(held, other) == [True, table == ""]
    assert Message.objects.filter(ticket=held).count() == 3
    release_hold(hold_id=hold.id, reason="settled", by=OPERATOR)
    _run()
    assert _here(held, other) == [False, False]


def test_a_hold_that_comes_between_approval_and_batch_wins(
    personas: Personas, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = _ticket(personas, agent, 100)
    begin = run._begin

    def hold_then(*args: Any) -> RetentionRun:
        found = begin(*args)
        place_hold(
            person_id=ticket.requester_id, table="desk_ticket", row_id=ticket.id, reason="claim",  # type: ignore[arg-type]
            by=OPERATOR, review_on=today() + DAY,
        )  # fmt: skip
        return found

    monkeypatch.setattr(run, "_begin", hold_then)
    assert _run().done == {}
    assert _here(ticket) == [True]


# ------------------------------------------------------------------ persons


def test_a_person_of_whom_nothing_is_left_is_erased_with_their_keys(personas: Personas, agent: Agent) -> None:
    gone, stays = personas.person(), personas.person("Bo Ek")
    ticket = _ticket(personas, agent, 100, person=gone)
    _ticket(personas, agent, 100, person=stays)
    _ticket(personas, agent, 10, person=stays)
    Person.objects.update(created_at=now() - 200 * DAY)
    assert _counts(make_plan(), "people_person") == {"customer": (1, 0, 0, 0)}
    outcome = _run()
    assert outcome.done["people_person"] == 1
    assert not Person.objects.filter(pk=gone.id).exists()
    assert set(states(gone.id).values()) == {KeyState.ERASED}
    assert Person.objects.filter(pk=stays.id).exists()
    assert Person.objects.filter(pk=agent.person_id).exists(), "an account is a reason to stay"
    assert _here(ticket) == [False]


def test_a_longer_period_for_customers_counts_from_a_contact_that_is_gone(
    personas: Personas, agent: Agent
) -> None:
    ada = personas.person()
    _ticket(personas, agent, 100, person=ada)
    Person.objects.update(created_at=now() - 900 * DAY)
    set_rule(reason="as agreed", class_key="customer", months=12, by=OPERATOR)
    _run()
    assert Person.objects.get(pk=ada.id).last_contact_on == (now() - 100 * DAY).date()
    with clock.at(now() + 270 * DAY):
        _run()
    assert not Person.objects.filter(pk=ada.id).exists()


def test_of_somebody_in_an_organisation_the_end_has_to_be_stated(personas: Personas, agent: Agent) -> None:
    ada = personas.person()
    firm = Organisation.objects.create(name="Nordlys", created_at=now())
    Person.objects.filter(pk=ada.id).update(created_at=now() - 900 * DAY, organisation=firm)
    assert _counts(make_plan(), "people_person") == {}
    end_relationship(person=Person.objects.get(pk=ada.id), ended_on=today() - 100 * DAY, by=OPERATOR)
    assert _counts(make_plan(), "people_person") == {"customer": (1, 0, 0, 0)}


def test_an_open_request_a_restriction_and_a_hold_keep_a_person(personas: Personas) -> None:
    asked, restricted, held = (personas.person() for _ in range(3))
    open_request(kind="access", person_id=asked.id, channel="portal", by=Actor(kind="customer"))
    Person.objects.filter(pk=restricted.id).update(status="restricted")
    place_hold(person_id=held.id, reason="claim", review_on=today() + DAY, by=OPERATOR)
    Person.objects.update(created_at=now() - 200 * DAY)
    assert _counts(make_plan(), "people_person") == {"customer": (0, 0, 2, 0)}
    _run()
    assert Person.objects.count() == 3


def test_a_mail_that_comes_before_a_person_is_frozen_keeps_them(
    personas: Personas, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = personas.person()
    Person.objects.update(created_at=now() - 200 * DAY)
    erase = persons_unit.erase_person

    def written_first(person_id: Any, **more: Any) -> Any:
        personas.ticket(Person.objects.get(pk=person_id))
        return erase(person_id, **more)

    monkeypatch.setattr(persons_unit, "erase_person", written_first)
    assert _run().done == {}
    assert Person.objects.get(pk=ada.id).status == "active"


# ------------------------------------------------------------------ approval, breaks, size


def test_an_approval_is_for_one_plan_on_one_day(personas: Personas, agent: Agent) -> None:
    _ticket(personas, agent, 100)
    plan = make_plan()
    assert plan.hash == make_plan().hash
    with pytest.raises(Refused, match="--approve"):
        run_retention(by=OPERATOR)
    with clock.at(plan.expires_at), pytest.raises(Refused, match="look at the new plan"):
        run_retention(by=OPERATOR, approve=plan.hash)
    _ticket(personas, agent, 100)
    with pytest.raises(Refused, match="look at the new plan"):
        run_retention(by=OPERATOR, approve=plan.hash)
    assert Ticket.objects.count() == 2
    assert not RetentionRun.objects.exists()


def test_the_dry_run_writes_nothing(personas: Personas, agent: Agent) -> None:
    _ticket(personas, agent, 100)
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
        _ticket(personas, agent, 100)
    Person.objects.update(created_at=now() - 200 * DAY)
    kept = _ticket(personas, agent, 10)
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
        _run()
    assert Ticket.objects.count() == 3 - (after - 1), "what was not committed is whole"
    monkeypatch.setattr(tickets_unit, "delete_tickets", delete)
    outcome = run_retention(by=OPERATOR)
    assert outcome.finished
    assert outcome.done["desk_ticket"] == planned["direct_contact", "desk_ticket"] == 2
    assert outcome.done["people_person"] == planned["customer", "people_person"] == 2
    assert TicketStatistic.objects.count() == 2
    assert _here(kept) == [True]


def test_a_limit_leaves_the_rest_for_the_next_call(personas: Personas, agent: Agent) -> None:
    for _ in range(3):
        _ticket(personas, agent, 100)
    assert not _run(limit=2).finished
    assert Ticket.objects.count() == 1
    assert run_retention(by=OPERATOR).finished
    assert not Ticket.objects.exists()
    assert Entry.objects.filter(type="privacy.retention_begun").count() == 1


def test_every_night_only_where_it_was_switched_on(personas: Personas, agent: Agent, settings: Any) -> None:
    _ticket(personas, agent, 100)
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
            _ticket(personas, agent, 100, person=ada)
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
    ticket = _ticket(personas, agent, 100, person=personas.person())
    with connection.cursor() as cursor:
        cursor.execute(_COPIES, [499, ticket.pk, ticket.pk])
    plan = make_plan()
    assert _counts(plan) == {"direct_contact": (500, 0, 0, 0)}
    assert _counts(plan, "desk_message") == {"direct_contact": (1500, 0, 0, 0)}
    with CaptureQueriesContext(connection) as queries:
        done = run_retention(by=OPERATOR, approve=plan.hash).done
    assert (done["desk_ticket"], done["desk_message"]) == (500, 1500)
    assert TicketStatistic.objects.count() == 500
    batches = 3
    assert len(queries) < batches * 40 + 60, "statements grow with batches, not with tickets"
