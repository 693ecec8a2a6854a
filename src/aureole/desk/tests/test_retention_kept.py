"""What a law or a hold keeps stays, however long ago it ran out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.channels.email.models import InboundMail
from aureole.desk.actions.reply import reply
from aureole.desk.models import Attachment, Message, Ticket
from aureole.desk.queries import find_ticket
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
from aureole.kernel.errors import NotFound
from aureole.people.actions.release_person import release_person
from aureole.people.actions.restrict_person import restrict_person
from aureole.people.models import Person
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.holds.actions.release_hold import release_hold
from aureole.privacy.models import RetentionRun
from aureole.privacy.ports import cautions
from aureole.privacy.retention import run
from aureole.privacy.retention.plan import make_plan
from aureole.privacy.retention.run import run_retention
from aureole.privacy.rights.place import today
from aureole.staff.models import Agent
from aureole.testing.personas import Personas
from aureole.vault.models import SealedFile


@pytest.mark.parametrize(("country", "years"), [("DE-BY", 6), ("FR", 10)])
def test_a_business_letter_is_restricted_until_the_law_of_the_controllers_country_lets_it_go(
    personas: Personas, agent: Agent, settings: Any, country: str, years: int
) -> None:
    settings.AUREOLE_COUNTRY = country
    with clock.at(datetime.fromisoformat("2026-06-01T12:00:00+00:00")):
        order = answered_ticket(personas, agent, 100, type="order")
        plan = make_plan()
        assert counts_of(plan) == {"direct_contact": (0, 1, 0, 0)}
        assert plan.notes == ()
        assert order.requester_id is not None
        [caution] = cautions(order.requester_id)
        assert f"until {2027 + years}-01-01 (" in caution, "for whoever erases the person"
        assert run_retention(by=OPERATOR, approve=plan.hash).done == {"restricted": 1}
        assert Ticket.objects.get().restricted_until is not None
        with pytest.raises(NotFound):
            find_ticket(order.number, agent.actor)
        assert counts_of(make_plan()) == {"direct_contact": (0, 0, 0, 1)}
    with clock.at(datetime.fromisoformat(f"{2026 + years}-12-31T12:00:00+00:00")):
        assert counts_of(make_plan()) == {"direct_contact": (0, 0, 0, 1)}
    with clock.at(datetime.fromisoformat(f"{2027 + years}-01-01T12:00:00+00:00")):
        assert cautions(order.requester_id) == []
        run_approved()
    assert are_here(order) == [False]


def test_a_country_without_a_law_on_file_is_named(personas: Personas, agent: Agent, settings: Any) -> None:
    settings.AUREOLE_COUNTRY = "GR"
    answered_ticket(personas, agent, 100, type="order")
    plan = make_plan()
    assert counts_of(plan) == {"direct_contact": (1, 0, 0, 0)}
    assert "GR" in plan.notes[0]


def test_whoever_writes_again_in_a_restricted_ticket_is_seen(
    personas: Personas, agent: Agent, settings: Any
) -> None:
    settings.AUREOLE_COUNTRY = "DE"
    ticket = answered_ticket(personas, agent, 100, type="return")
    run_approved()
    personas.message(Ticket.objects.get(), Person.objects.get(pk=ticket.requester_id))
    assert find_ticket(ticket.number, agent.actor).id == ticket.id


@pytest.mark.parametrize("table", ["", "desk_ticket", "desk_message", "desk_attachment", "vault_sealed_file"])
def test_a_hold_keeps_the_ticket_it_is_about_and_no_other(
    personas: Personas, agent: Agent, table: str
) -> None:
    ada = personas.person()
    held, other = (answered_ticket(personas, agent, 100, person=ada) for _ in range(2))
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
    assert counts_of(make_plan()) == {"direct_contact": (2 - kept, 0, kept, 0)}
    run_approved()
    assert are_here(held, other) == [True, table == ""]
    assert Message.objects.filter(ticket=held).count() == 3
    release_hold(hold_id=hold.id, reason="settled", by=OPERATOR)
    run_approved()
    assert are_here(held, other) == [False, False]


def test_what_somebody_restricted_wrote_or_asked_stays_until_the_restriction_is_lifted(
    personas: Personas, agent: Agent
) -> None:
    ada, bo = personas.person(), personas.person("Bo Ek")
    hers, shared, other = (answered_ticket(personas, agent, 100, person=p) for p in (ada, bo, bo))
    with clock.at(now() - 100 * DAY):
        personas.message(shared, ada, "Mine, too.")
        reply(ticket=shared, text="Yours, too.", by=agent.actor)
    restrict_person(person_id=ada.id, reason="she needs it for a claim", by=OPERATOR)
    assert counts_of(make_plan()) == {"direct_contact": (1, 0, 2, 0)}
    run_approved()
    assert are_here(hers, shared, other) == [True, True, False]
    release_person(person_id=ada.id, reason="settled", by=OPERATOR, told="by phone")
    run_approved()
    assert are_here(hers, shared) == [False, False]


def test_mail_in_quarantine_runs_out_unless_its_sender_is_restricted(personas: Personas) -> None:
    ada = personas.person("Ada Lindqvist", "ada@brevduva.example")
    restrict_person(person_id=ada.id, reason="disputed", by=OPERATOR)
    with clock.at(now() - 100 * DAY):
        broken = receive_mail(raw=b"From: nobody\r\n\r\nHi" + b"x" * 40_000)
        kept = receive_mail(raw=b"From: ada@brevduva.example\r\nSubject: Hi\r\n\r\nHello")
    assert {broken.state, kept.state} == {"quarantined"}
    fresh = receive_mail(raw=b"From: nobody\r\n\r\nHi again")
    assert counts_of(make_plan(), "email_inbound_mail") == {"set_apart": (1, 0, 1, 0)}
    run_approved()
    assert set(InboundMail.objects.values_list("pk", flat=True)) == {kept.pk, fresh.pk}
    assert not SealedFile.objects.filter(pk=broken.file_id).exists()


def test_a_hold_that_comes_between_approval_and_batch_wins(
    personas: Personas, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = answered_ticket(personas, agent, 100)
    begin = run._begin

    def hold_then(*args: Any) -> RetentionRun:
        found = begin(*args)
        place_hold(
            person_id=ticket.requester_id, table="desk_ticket", row_id=ticket.id, reason="claim",  # type: ignore[arg-type]
            by=OPERATOR, review_on=today() + DAY,
        )  # fmt: skip
        return found

    monkeypatch.setattr(run, "_begin", hold_then)
    assert run_approved().done == {}
    assert are_here(ticket) == [True]
