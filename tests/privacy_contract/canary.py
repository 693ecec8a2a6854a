"""A person whose every field is a string that stands nowhere else, pushed through every door there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage

from django.db import transaction

from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.desk.actions.add_note import add_note
from aureole.desk.actions.reply import reply
from aureole.desk.actions.save_draft import save_draft
from aureole.desk.models import Ticket
from aureole.desk.writing import NewFile
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.ledger.record import record
from aureole.people.actions.add_identifier import add_identifier
from aureole.people.actions.correct_person import correct_person
from aureole.people.models import Identifier, Person
from aureole.people.queries import address_of
from aureole.privacy.export.stored import make_export
from aureole.privacy.rights.actions.ask_identity import ask_identity
from aureole.privacy.rights.actions.extend_request import extend_request
from aureole.privacy.rights.actions.open_request import open_request
from aureole.staff.actions.make_sign_in_link import make_sign_in_link
from aureole.staff.models import Agent, AgentSession
from aureole.staff.sessions import SessionStore
from aureole.testing.personas import Personas
from aureole.vault import blind_index

NAME = "Zyxela Quorvanth"
ADDRESS = "zyxela.quorvanth@canary-one.example"
SECOND = "zq@canary-two.example"
PHONE = "+46701740699"
CANARIES = tuple(f"canary{n:02d}qx" for n in range(1, 13))
# Not part of an export: what somebody gave as a reason in the log, and what rests as a hash.
REASON, PASSWORD = CANARIES[9], CANARIES[11]


@dataclass(frozen=True)
class Canary:
    """The person, with everything she is known by and everything she wrote."""

    person: Person
    staff: Agent

    @property
    def terms(self) -> tuple[str, ...]:
        return (NAME, ADDRESS, SECOND, PHONE, *CANARIES)


def mail(
    *,
    sender: str,
    subject: str,
    body: str,
    to: str = "support@nordlys.example",
    attach: str = "",
    name: str = "x",
) -> bytes:
    """One plain mail as it comes over the wire."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = "Mon, 09 Mar 2026 10:00:00 +0100"
    message["Message-ID"] = f"<{abs(hash((sender, subject, body)))}@canary.example>"
    message.set_content(body)
    message.add_alternative(f"<p>{body}</p>", subtype="html")
    if attach:
        message.add_attachment(attach.encode(), maintype="text", subtype="plain", filename=f"{name}.txt")
    return message.as_bytes()


def release_canary(personas: Personas) -> Canary:
    """She writes, is answered, noted, corrected, exported, and works here too."""
    agent = personas.agent("Signe Holm", role="admin")
    raw = mail(
        sender=f"{NAME} <{ADDRESS}>", subject=f"About {CANARIES[0]}", body=f"I am {NAME}, {CANARIES[1]}.",
        attach=f"list of {CANARIES[3]}", name=CANARIES[4],
    )  # fmt: skip
    received = receive_mail(raw=raw)
    ticket = Ticket.objects.get(pk=received.ticket_id)
    person = Person.objects.get(pk=ticket.requester_id)
    correct_person(person=person, by=agent.actor, pronouns=CANARIES[5], postal_address=f"{CANARIES[6]} 12")
    add_identifier(person=person, kind="email", value=SECOND, by=agent.actor)
    add_identifier(person=person, kind="phone", value=PHONE, by=agent.actor)
    file = NewFile(name="answer.txt", content_type="text/plain", content=CANARIES[7].encode())
    reply(ticket=ticket, text=f"Dear Zyxela, {CANARIES[2]}.", by=agent.actor, files=(file,))
    add_note(ticket=ticket, text=f"She said {CANARIES[8]}", by=agent.actor)
    save_draft(ticket=ticket, text=f"Draft {CANARIES[10]}", kind="public", by=agent.actor)
    with transaction.atomic():
        record("privacy.explained", by=agent.actor, person=person.id, details={"reason": REASON})
    _ask_for_a_right(person)
    other = personas.ticket(personas.person("Copy Cat", "cat@copies.example"))
    personas.copied(other, person)
    return Canary(person=person, staff=_give_account(person))


def _ask_for_a_right(person: Person) -> None:
    """A request with words of hers, a code on its way, and an officer's reason."""
    with clock.at(now() - timedelta(days=2)):
        Identifier.objects.filter(person=person).update(created_at=now())
    request = open_request(
        kind="access", person_id=person.id, by=Actor(kind="customer"), channel="portal",
        words=f"Everything about {CANARIES[1]}, please", contact=SECOND, correction={"statement": CANARIES[2]},
    )  # fmt: skip
    ask_identity(request_id=request.id, by=Actor.operator())
    extend_request(request_id=request.id, reason=f"much about {CANARIES[3]}", by=Actor.operator())


def _give_account(person: Person) -> Agent:
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
    ticket = Ticket.objects.get(pk=receive_mail(raw=raw).ticket_id)
    add_note(ticket=ticket, text=f"Ask {NAME} ({ADDRESS})", by=personas.agent().actor)
    receive_mail(raw=mail(sender=sender, subject="My own matter", body="Nothing about anybody."))
    owner = blind_index.find(kind="email", value="bo.ek@bystander.example")
    bo = Person.objects.get(pk=owner)
    assert address_of(bo) == "bo.ek@bystander.example"
    return bo
