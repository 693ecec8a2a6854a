"""A person whose every field is a string that stands nowhere else, pushed through every door there is.

Each declared column, each key of a JSON column, each header of a mail and each file has a made-up word of its own
(`mark`), so that a find says which place leaked, and a test can say which place was never filled.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.channels.email.actions.send_queued_mail import send_queued_mail
from aureole.channels.email.models import InboundState, OutboundMail
from aureole.desk.actions.add_note import add_note
from aureole.desk.actions.reply import reply
from aureole.desk.actions.save_draft import save_draft
from aureole.desk.models import Message, Ticket
from aureole.desk.writing import NewFile
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.ledger.record import record
from aureole.people.actions.add_identifier import add_identifier
from aureole.people.actions.correct_person import correct_person
from aureole.people.actions.mark_child import mark_child
from aureole.people.actions.merge_persons import merge_persons
from aureole.people.actions.record_guardian import record_guardian
from aureole.people.models import Identifier, Person
from aureole.people.queries import address_of
from aureole.people.twins import note_twins
from aureole.privacy.consent.actions.object_to_purpose import object_to_purpose
from aureole.privacy.consent.actions.record_consent import record_consent
from aureole.privacy.export.stored import make_export
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.holds.actions.release_hold import release_hold
from aureole.privacy.informing.actions.note_disclosure import note_disclosure
from aureole.privacy.informing.actions.settle_changes import settle_changes
from aureole.privacy.informing.notifying import notify_recipients
from aureole.privacy.informing.owing import owe
from aureole.privacy.models import NoticeEvent
from aureole.privacy.redaction.actions.decide_hit import decide_hit
from aureole.privacy.redaction.actions.mark_passage import mark_passage
from aureole.privacy.redaction.actions.read_answer import read_answer
from aureole.privacy.rights.actions.ask_identity import ask_identity
from aureole.privacy.rights.actions.extend_request import extend_request
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.resume_request import resume_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.rights.place import today
from aureole.staff.actions.make_sign_in_link import make_sign_in_link
from aureole.staff.models import Agent, AgentSession
from aureole.staff.sessions import SessionStore
from aureole.testing.breached import breach_of
from aureole.testing.canary_mails import first_mail, mail, mail_without_sender, second_mail
from aureole.testing.canary_words import (
    ADDRESS,
    IN_OUR_PLACES,
    NAME,
    PASSWORD,
    PHONE,
    PHONE_SHOWN,
    PLANTED,
    SECOND,
    mark,
)
from aureole.testing.moving import move_about
from aureole.testing.personas import Personas
from aureole.vault.files import INLINE_BYTES


@dataclass(frozen=True)
class Canary:
    """The person, her account, and the ticket in which all of it stands."""

    person: Person
    staff: Agent
    ticket: Ticket

    @property
    def terms(self) -> tuple[str, ...]:
        """Everything she is known by and everything she wrote, each string once."""
        return canary_terms()


def canary_terms() -> tuple[str, ...]:
    return tuple(dict.fromkeys((NAME, ADDRESS, SECOND, PHONE, PASSWORD, *PLANTED.values(), *IN_OUR_PLACES)))


def release_canary(personas: Personas) -> Canary:
    """She writes, is answered, noted, corrected, exported, set apart, and works here too.

    Needs an outgoing mail server (AUREOLE_EMAIL): one answer is sent, one goes on waiting with its job.
    """
    agent = personas.agent("Signe Holm", role="admin")
    ticket = receive_mail(raw=first_mail()).ticket
    assert ticket is not None
    person = ticket.requester
    assert person is not None
    add_identifier(person=person, kind="email", value=SECOND, by=agent.actor)
    add_identifier(person=person, kind="phone", value=PHONE_SHOWN, by=agent.actor)
    add_identifier(person=person, kind="external", value=mark("people_identifier.value"), by=agent.actor)
    correct_person(person=person, by=agent.actor, postal_address=f"Gata {mark('people_correction.before')} 3")
    correct_person(
        person=person, by=agent.actor, pronouns=mark("people_person.pronouns"),
        time_zone=PLANTED["people_person.time_zone"],
        postal_address=f"Håkansgränd {mark('people_person.postal_address')} 12",
    )  # fmt: skip
    again = receive_mail(raw=second_mail())
    assert again.state == InboundState.ACCEPTED, again.reason
    apart = receive_mail(raw=mail_without_sender())
    assert apart.state == InboundState.QUARANTINED
    _answer(ticket, agent)
    note = add_note(ticket=ticket, text=f"She said {mark('a note')}", by=agent.actor)
    save_draft(ticket=ticket, text=f"Draft {mark('desk_draft.text')}", kind="public", by=agent.actor)
    with transaction.atomic():
        details = {"reason": mark("ledger_entry_detail.sealed")}
        record("privacy.explained", by=agent.actor, person=person.id, details=details)
    personas.copied(personas.ticket(personas.person("Copy Cat", "cat@copies.example")), person)
    _ask_for_a_right(person, note)
    _hold_and_guard(person, agent)
    _agree_and_object(person)
    _is_two_records(person, agent, personas)
    account = give_account(person)
    move_about(person)
    breach_of(person)
    return Canary(person=person, staff=account, ticket=ticket)


def _ask_for_a_right(person: Person, note: Message) -> None:
    """A request with words of hers, a code on its way, reasons that are told to her, and a passage to be hidden."""
    with clock.at(now() - timedelta(days=2)):
        Identifier.objects.filter(person=person).update(created_at=now())
    correction = {
        key: mark(f"privacy_request.correction.{key}")
        for key in ("name", "pronouns", "postal_address", "language", "statement")
    } | {"birth_date": PLANTED["privacy_request.correction.birth_date"]}
    request = open_request(
        kind="access", person_id=person.id, by=Actor(kind="customer"), channel="portal",
        words=f"Everything about {mark('privacy_request.words')}", correction=correction,
        contact=f"{mark('privacy_request.contact')}@canary-three.example",
    )  # fmt: skip
    ask_identity(request_id=request.id, by=Actor.operator())
    extend_request(request_id=request.id, reason=mark("privacy_request_letter.text"), by=Actor.operator())
    resume_request(request_id=request.id, reason=mark("privacy_request_step.reason"), by=Actor.operator())
    vouch_identity(request_id=request.id, how="at the counter", by=Actor.operator())
    read_answer(request_id=request.id, by=Actor.operator())
    marked = mark_passage(
        request_id=request.id, table="desk_message", row_id=note.id, passage="She said", by=Actor.operator()
    )
    held = place_hold(
        person_id=person.id, reason="x", review_on=today() + timedelta(days=30), by=Actor.operator()
    )
    for place in ("privacy_answer_reading.former.remarks", "privacy_answer_hit.remark"):
        decide_hit(
            request_id=request.id, hit_id=marked.id, decision="hide", everywhere=True, remark=mark(place),
            by=Actor.operator(),
        )  # fmt: skip
    release_hold(hold_id=held.id, reason="x", by=Actor.operator())


def _hold_and_guard(person: Person, agent: Agent) -> None:
    """A hold that was released again, and a birth date with somebody who answers for her."""
    held = place_hold(
        person_id=person.id, reason=mark("privacy_hold.reason"), review_on=today() + timedelta(days=30),
        by=agent.actor,
    )  # fmt: skip
    release_hold(hold_id=held.id, reason=mark("privacy_hold.release_reason"), by=agent.actor)
    name, why = mark("privacy_disclosure.name"), mark("privacy_disclosure.why")
    carrier = note_disclosure(person_id=person.id, to="carrier", name=name, by=agent.actor)
    notify_recipients(person.id, NoticeEvent.CORRECT, by=agent.actor)
    settle_changes(disclosure_id=carrier.id, reason=mark("privacy_recipient_notice.reason"), by=agent.actor)
    note_disclosure(person_id=person.id, to="insurer", unnamed="unknown", why=why, by=agent.actor)
    mark_child(person=person, born=PLANTED["people_person.birth_date"], by=agent.actor, known=True)
    record_guardian(person=person, guardian=f"Aunt {mark('people_person.guardian')}", by=agent.actor)


def _agree_and_object(person: Person) -> None:
    """To the same purpose: first a yes, then a no."""
    record_consent(
        person_id=person.id, purpose="news", wording=f"Yes to {mark('privacy_consent.wording')}", version="2026-1",
        language="en", channel="portal", proof="confirmed", by=Actor(kind="customer"),
    )  # fmt: skip
    object_to_purpose(person_id=person.id, purpose="news", by=Actor(kind="customer"))
    owe(person.id, "import")


def _is_two_records(person: Person, agent: Agent, personas: Personas) -> None:
    """A second record of hers is merged into the first; a third one looks like hers and is somebody else's."""
    second = personas.person(mark("people_person.also_known_as"), "zq.again@canary-four.example")
    correct_person(person=second, by=agent.actor, pronouns=mark("people_merge_undo.held.person"))
    holds = [
        place_hold(person_id=one.id, reason=reason, review_on=today() + timedelta(days=30), by=agent.actor)
        for one, reason in ((person, "first"), (second, mark("people_merge_undo.kept.steps")))
    ]
    merge_persons(stays=person.id, goes=second.id, by=agent.actor)
    release_hold(hold_id=holds[0].id, reason="settled", by=agent.actor)
    personas.person("Zed Alike", ADDRESS.replace("@", "+zed@"))
    note_twins(Person.objects.get(pk=person.pk))


def _answer(ticket: Ticket, agent: Agent) -> None:
    """Two answers: one is with the mail server, one waits in the outbox with a job that has its id."""
    small = NewFile(name="answer.txt", content_type="text/plain", content=mark("an answer's file").encode())
    large = NewFile(
        name="large.txt",
        content_type="text/plain",
        content=f"{mark('file store')}\n".encode() * (INLINE_BYTES // 8),
    )
    sent = reply(
        ticket=ticket, text=f"Dear Zyxela, {mark('an answer')}.", by=agent.actor, files=(small, large)
    )
    for waiting in OutboundMail.objects.filter(message=sent):
        send_queued_mail(waiting.pk)
    reply(ticket=Ticket.objects.get(pk=ticket.pk), text=f"And {mark('a waiting answer')}.", by=agent.actor)


def give_account(person: Person) -> Agent:
    """She also works here: account, browser session, sign-in link, stored export."""
    account = Agent(person=person, role="agent", created_at=now())
    account.set_password(PASSWORD)
    account.save(force_insert=True)
    make_sign_in_link(agent=account, by=Actor.operator())
    session = SessionStore()
    session["_auth_user_id"] = str(account.pk)
    session.save()
    assert AgentSession.objects.filter(agent=account).exists()
    make_export(person.id, by=Actor.operator())
    return account


def bystanders_mention_her(personas: Personas) -> Person:
    """Somebody else names her in text, subject, recipients, quoted mail, file and file name."""
    sender = "Bo Ek <bo.ek@bystander.example>"
    raw = mail(
        sender=sender, to=f"support@nordlys.example, {NAME} <{ADDRESS}>", subject=f"Parcel for {NAME}",
        body=f"{NAME} took it.\n\n> From: {ADDRESS}\n> call {PHONE}", attach=f"{NAME}, {SECOND}", name=NAME,
    )  # fmt: skip
    ticket = receive_mail(raw=raw).ticket
    assert ticket is not None
    add_note(ticket=ticket, text=f"Ask {NAME} ({ADDRESS})", by=personas.agent().actor)
    receive_mail(raw=mail(sender=sender, subject="My own matter", body="Nothing about anybody."))
    bo = ticket.requester
    assert bo is not None
    assert address_of(bo) == "bo.ek@bystander.example"
    return bo
