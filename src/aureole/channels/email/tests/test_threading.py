from __future__ import annotations

import base64
from dataclasses import dataclass

import pytest
from django.conf import settings

from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.channels.email.models import InboundMail, MessageIdentity, OutboundMail, OutboundState
from aureole.channels.email.reply_address import find_tag, reply_address
from aureole.desk.actions.reply import reply
from aureole.desk.actions.set_status import set_status
from aureole.desk.models import DeliveryState, Message, Status, Ticket
from aureole.kernel.actor import Actor
from aureole.privacy.informing.owing import note_told, owed_to
from aureole.testing.personas import Personas

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

ADA = "ada@brevduva.example"
EVE = "eve@evil.example"


@dataclass
class Conversation:
    """Ada's ticket with our answer to it."""

    ticket: Ticket
    answer: Message

    @property
    def message_id(self) -> str:
        return str(MessageIdentity.objects.get(message=self.answer).value)

    def address_for(self, person_id: object) -> str:
        return reply_address(number=self.ticket.number, ticket_id=self.ticket.id, person_id=person_id)  # type: ignore[arg-type]


def mail(sender: str, *headers: str, to: str = "", text: str = "More words.") -> InboundMail:
    lines = [
        f"From: <{sender}>",
        f"To: {to or settings.AUREOLE_MAILBOX}",
        "Subject: Re: Pole",
        *headers,
        "",
        text,
    ]
    return receive_mail(raw="\r\n".join(lines).encode())


@pytest.fixture
def conversation(personas: Personas) -> Conversation:
    first = receive_mail(
        raw=f"From: Ada <{ADA}>\r\nMessage-ID: <first@brevduva.example>\r\n\r\nIt broke.".encode()
    )
    assert first.ticket is not None
    agent = personas.agent()
    by = Actor(kind="agent", person_id=agent.person_id, agent_id=agent.id, role="agent")
    answer = reply(ticket=first.ticket, text="Which one?", by=by)
    return Conversation(Ticket.objects.get(pk=first.ticket.pk), answer)


def test_the_person_the_reply_address_was_made_for_joins(conversation: Conversation) -> None:
    found = mail(ADA, to=conversation.address_for(conversation.ticket.requester_id))
    assert found.ticket_id == conversation.ticket.id
    assert not found.opened_ticket
    assert Ticket.objects.get(pk=conversation.ticket.pk).status == Status.OPEN


def test_the_address_is_also_found_where_the_server_noted_delivery(conversation: Conversation) -> None:
    address = conversation.address_for(conversation.ticket.requester_id)
    assert mail(ADA, f"Delivered-To: {address.upper()}").ticket_id == conversation.ticket.id


def test_a_reference_of_a_participant_joins(conversation: Conversation) -> None:
    assert mail(ADA, f"In-Reply-To: <{conversation.message_id}>").ticket_id == conversation.ticket.id


def test_the_customers_own_message_id_joins_too(conversation: Conversation) -> None:
    assert mail(ADA, "References: <x@y> <first@brevduva.example>").ticket_id == conversation.ticket.id


@pytest.mark.parametrize("claim", ["address", "reference", "both", "own id", "subject"])
def test_a_stranger_never_joins_whatever_they_know(conversation: Conversation, claim: str) -> None:
    address = conversation.address_for(conversation.ticket.requester_id)
    headers = [f"In-Reply-To: <{conversation.message_id}>"] if claim in ("reference", "both") else []
    headers += ["References: <first@brevduva.example>"] if claim == "own id" else []
    headers += [f"Subject: Re: Pole [#{conversation.ticket.number}]"] if claim == "subject" else []
    found = mail(EVE, *headers, to=address if claim in ("address", "both") else "")
    opened = Ticket.objects.get(pk=found.ticket_id)
    assert opened.id != conversation.ticket.id
    assert (opened.stranger, opened.linked_to_id) == (
        (False, None) if claim == "subject" else (True, conversation.ticket.id)
    )
    assert Message.objects.filter(ticket=conversation.ticket).count() == 2


def _forged(conversation: Conversation, kind: str, other: Ticket) -> str:
    local, _, domain = conversation.address_for(conversation.ticket.requester_id).rpartition("@")
    name, _, mac = local.rpartition(".")
    forms = {
        "truncated": f"{name}.{mac[:16]}",
        "one character short": f"{name}.{mac[:-1]}",
        "longer": f"{name}.{mac}a",
        "changed": f"{name}.{'b' if mac[0] == 'a' else 'a'}{mac[1:]}",
        "other ticket": f"{name.rpartition('+')[0]}+{other.number}.{mac}",
        "zeros": f"{name}.{base64.b32encode(bytes(20)).decode().lower()}",
    }
    return f"{forms[kind]}@{domain}"


@pytest.mark.parametrize(
    "kind", ["truncated", "one character short", "longer", "changed", "other ticket", "zeros"]
)
def test_a_forged_reply_address_is_worth_nothing(
    conversation: Conversation, personas: Personas, kind: str
) -> None:
    other = personas.ticket()
    found = mail(EVE, to=_forged(conversation, kind, other))
    opened = Ticket.objects.get(pk=found.ticket_id)
    assert opened.id not in (conversation.ticket.id, other.id)
    assert opened.stranger


def test_an_address_made_for_one_ticket_does_not_open_another_of_the_same_person(
    conversation: Conversation,
) -> None:
    second = mail(ADA)
    assert second.ticket_id != conversation.ticket.id
    ticket = Ticket.objects.get(pk=second.ticket_id)
    name = conversation.address_for(conversation.ticket.requester_id).replace(
        f"+{conversation.ticket.number}.", f"+{ticket.number}."
    )
    third = mail(ADA, to=name, text="third")
    assert third.ticket_id not in (ticket.id, conversation.ticket.id)


def test_reply_addresses_fit_a_local_part(conversation: Conversation) -> None:
    address = conversation.address_for(conversation.ticket.requester_id)
    assert len(address.rpartition("@")[0]) <= 64
    tag = find_tag([address])
    assert tag is not None
    assert tag.number == conversation.ticket.number
    assert find_tag(["support+@x.example", settings.AUREOLE_MAILBOX, "someone@else.example"]) is None


def test_an_automatic_reply_is_noted_and_does_not_reopen(conversation: Conversation) -> None:
    set_status(ticket=conversation.ticket, status=Status.SOLVED, by=Actor.system())
    found = mail(ADA, "Auto-Submitted: auto-replied", f"In-Reply-To: <{conversation.message_id}>")
    assert found.ticket_id == conversation.ticket.id
    assert Message.objects.get(pk=found.message_id).kind == "automatic"
    assert Ticket.objects.get(pk=conversation.ticket.pk).status == Status.SOLVED
    assert OutboundMail.objects.count() == 1


def _bounce(message_id: str, recipient: str, *, to: str) -> bytes:
    return (
        "From: MAILER-DAEMON@mx.example\r\nReturn-Path: <>\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"To: {to}\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=B\r\n\r\n"
        "--B\r\n\r\nIt could not be delivered.\r\n"
        "--B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        f"--B\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{message_id}>\r\n--B--\r\n"
    ).encode()


def _signed(conversation: Conversation) -> str:
    outbound = OutboundMail.objects.get(message=conversation.answer)
    ticket = conversation.ticket
    return reply_address(number=ticket.number, ticket_id=ticket.id, person_id=outbound.person_id)


def test_a_forged_report_puts_no_words_into_the_ticket(conversation: Conversation) -> None:
    found = receive_mail(raw=_bounce(conversation.message_id, ADA, to=settings.AUREOLE_MAILBOX))
    assert found.ticket_id != conversation.ticket.id
    assert OutboundMail.objects.get(message=conversation.answer).state != OutboundState.FAILED


def test_a_delivery_report_is_noted_with_the_answer_it_tells_of(conversation: Conversation) -> None:
    set_status(ticket=conversation.ticket, status=Status.SOLVED, by=Actor.system())
    recipient = OutboundMail.objects.get(message=conversation.answer).person_id
    OutboundMail.objects.filter(message=conversation.answer).update(informs="objection")
    note_told(recipient, how="message", by=Actor.system(), source=False, objection=True)
    found = receive_mail(raw=_bounce(conversation.message_id, ADA, to=_signed(conversation)))
    assert owed_to(recipient).objection, "what bounced has told nobody"
    assert found.ticket_id == conversation.ticket.id
    assert Message.objects.get(pk=found.message_id).kind == "bounce"
    assert Ticket.objects.get(pk=conversation.ticket.pk).status == Status.SOLVED
    outbound = OutboundMail.objects.get(message=conversation.answer)
    assert (outbound.state, outbound.reason) == (OutboundState.FAILED, "bounced")
    assert Message.objects.get(pk=conversation.answer.pk).delivery == DeliveryState.FAILED


def test_a_report_about_a_mail_we_never_sent_opens_a_ticket_of_its_own(conversation: Conversation) -> None:
    found = receive_mail(raw=_bounce("first@brevduva.example", ADA, to=_signed(conversation)))
    assert found.ticket_id != conversation.ticket.id
    assert OutboundMail.objects.get().state != OutboundState.FAILED


def test_our_own_answer_come_back_is_set_apart(conversation: Conversation) -> None:
    found = mail(ADA, f"Message-ID: <{conversation.message_id}>")
    assert found.reason == "from_ourselves"


def test_somebody_copied_in_may_answer_and_is_named(conversation: Conversation) -> None:
    mail(ADA, "Cc: bo@brevduva.example", f"In-Reply-To: <{conversation.message_id}>")
    found = mail("bo@brevduva.example", f"References: <{conversation.message_id}>")
    assert found.ticket_id == conversation.ticket.id
