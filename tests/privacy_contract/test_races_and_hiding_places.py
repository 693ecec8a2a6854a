"""What a review found: places a name hides in, and what happens when the world does not stand still."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, connections, transaction

from aureole.channels.email.actions import receive_mail as taking_in
from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.channels.email.actions.settle_mail import settle_mail
from aureole.channels.email.models import InboundMail, InboundState
from aureole.desk.actions.receive_message import receive_message
from aureole.desk.actions.reply import reply
from aureole.desk.actions.save_draft import save_draft
from aureole.desk.actions.set_tags import set_tags
from aureole.desk.erasing import Tickets
from aureole.desk.models import Draft, Message, Tag, Ticket
from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.people.actions.correct_person import correct_person
from aureole.people.models import Person
from aureole.privacy.erasure import proof, run
from aureole.privacy.erasure.begin import begin_erasure
from aureole.privacy.erasure.deleting import carry_out_step
from aureole.privacy.erasure.redactor import MARK
from aureole.privacy.erasure.run import carry_out, erase_person
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.models import Erasure
from aureole.privacy.residue.scan import scan
from aureole.testing.canary_mails import mail
from aureole.testing.canary_words import ADDRESS, NAME
from aureole.testing.personas import Personas

OPERATOR = Actor.operator()
SENDER = f"{NAME} <{ADDRESS}>"


def _her(personas: Personas) -> Person:
    return personas.person(NAME, ADDRESS)


def _left() -> list[str]:
    return [place.place for place in scan([NAME, ADDRESS], deep=True).places]


def test_drafts_labels_addresses_and_the_reason_do_not_go_on_naming_her(personas: Personas) -> None:
    her, agent = _her(personas), personas.agent()
    bo = personas.person("Bo Ek")
    ticket = personas.ticket(bo)
    save_draft(ticket=ticket, text=f"I asked {NAME} about it", kind="note", by=agent.actor)
    set_tags(ticket=ticket, tags=[NAME, "zips"], by=agent.actor)
    correct_person(person=bo, by=agent.actor, postal_address=f"c/o {NAME}, Harbour 3")
    erase_person(her.id, by=OPERATOR, reason=f"{NAME} asked by phone")
    assert Draft.objects.get().text == f"I asked {MARK} about it"
    assert [tag.name for tag in Tag.objects.all()] == ["zips"]
    assert Person.objects.get(pk=bo.id).postal_address == f"c/o {MARK}, Harbour 3"
    assert _left() == []


def test_mail_that_comes_while_she_is_erased_waits_apart(personas: Personas) -> None:
    her = _her(personas)
    other = personas.ticket(personas.person("Bo Ek"), text=f"I met {NAME} yesterday")
    erasure = begin_erasure(person_id=her.id, by=OPERATOR, reason="")
    run._delete_rows(erasure)
    received = receive_mail(raw=mail(sender=SENDER, subject="Me again", body="Hello?"))
    assert (received.state, received.reason) == (InboundState.QUARANTINED, "sender_frozen")
    carry_out(erasure.id)
    assert other.messages.get().text == f"I met {MARK} yesterday"
    back = settle_mail(received.id)
    assert back.state == InboundState.ACCEPTED, "once it is done she may come back, as somebody new"


def test_mail_that_was_taken_in_and_not_read_yet_is_not_lost(
    personas: Personas, monkeypatch: pytest.MonkeyPatch
) -> None:
    her = _her(personas)

    def power_cut(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(taking_in, "settle", power_cut)
    with pytest.raises(KeyboardInterrupt):
        receive_mail(raw=mail(sender="Bo Ek <bo@bystander.example>", subject="Hi", body=f"{NAME} sends me"))
    monkeypatch.undo()
    assert InboundMail.objects.get().state == InboundState.RECEIVED
    erase_person(her.id, by=OPERATOR, reason="")
    assert MARK in str(Message.objects.get().text)


def test_a_stale_object_does_not_thaw_a_person_who_is_being_erased(personas: Personas) -> None:
    her, agent = _her(personas), personas.agent()
    ticket = personas.ticket(her)
    stale, stale_ticket = (
        Person.objects.get(pk=her.id),
        Ticket.objects.select_related("requester").get(pk=ticket.pk),
    )
    assert stale_ticket.requester is not None
    begin_erasure(person_id=her.id, by=OPERATOR, reason="")
    with pytest.raises(Refused):
        correct_person(person=stale, by=agent.actor, pronouns="she")
    with pytest.raises(Refused):
        reply(ticket=stale_ticket, text="Hello", by=agent.actor)
    assert Person.objects.get(pk=her.id).status == "erasing"


def test_two_runners_sign_one_certificate(personas: Personas) -> None:
    her = _her(personas)
    erasure = begin_erasure(person_id=her.id, by=OPERATOR, reason="")
    for _, step in run._STEPS[: run.STEP_NAMES.index("proof")]:
        step(erasure)
    first, second = Erasure.objects.get(), Erasure.objects.get()
    proof.certify(first)
    signed = Erasure.objects.get().certificate
    proof.certify(second)
    assert Erasure.objects.get().certificate == signed


def test_a_message_added_while_the_tickets_go_is_kept_or_refused_never_deleted(
    transactional_db: None,
) -> None:
    personas = Personas()
    her, bo = _her(personas), personas.person("Bo Ek")
    ticket = personas.ticket(her)
    outcome: list[str] = []

    def add() -> None:
        try:
            personas.message(ticket, bo, "Bo's own words")
            outcome.append("kept")
        except IntegrityError:
            outcome.append("refused")
        finally:
            connections.close_all()

    with transaction.atomic():
        carry_out_step(Tickets(), Subject.of(her.id))
        writer = threading.Thread(target=add)
        writer.start()
        writer.join(timeout=0.5)
        assert writer.is_alive(), "the writer waits for whoever deletes the ticket"
    writer.join(timeout=10)
    kept = Message.objects.filter(person_id=bo.id).exists()
    assert outcome == (["kept"] if kept else ["refused"])


def test_her_address_in_a_link_of_somebodys_html_goes_with_the_html(personas: Personas) -> None:
    her, bo = _her(personas), personas.person("Bo Ek")
    ticket = personas.ticket(bo)
    html = f'<p>See <a href="mailto:{ADDRESS}">our <b>contact</b></a></p>'
    message = receive_message(ticket=ticket, author=bo, text="See our contact", html=html, by=Actor.system())
    erase_person(her.id, by=OPERATOR, reason="")
    kept = Message.objects.get(pk=message.pk)
    assert (kept.text, kept.html) == ("See our contact", None)
    assert _left() == []
