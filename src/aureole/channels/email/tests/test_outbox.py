from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from aureole.channels.email import transport
from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.channels.email.actions.resend_mail import resend_mail
from aureole.channels.email.actions.send_queued_mail import send_queued_mail
from aureole.channels.email.letter import as_html, subject_of_answer
from aureole.channels.email.models import FailureReason, OutboundMail, OutboundState
from aureole.channels.email.not_sent import NotSent, Uncertain
from aureole.channels.email.parse import parse
from aureole.channels.email.smtp import SmtpTransport
from aureole.channels.email.transport import FakeTransport
from aureole.desk.actions.reply import reply
from aureole.desk.models import DeliveryState, Message, Ticket
from aureole.desk.writing import NewFile
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.people.actions.remove_identifier import remove_identifier
from aureole.people.models import Person, PersonStatus
from aureole.people.queries import identifiers_of
from aureole.testing.mailserver import Mailserver, free_port, sending_to_a_mailserver
from aureole.testing.personas import Personas
from aureole.vault.models import SealedFile
from config.addresses import MailServer

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def mailserver() -> Iterator[Mailserver]:
    with sending_to_a_mailserver() as server:
        yield server


@pytest.fixture(autouse=True)
def _configured(settings: Any) -> None:
    settings.AUREOLE_EMAIL = MailServer(host="127.0.0.1", port=9, user="", password="", tls="off")


@pytest.fixture
def agent(personas: Personas) -> Actor:
    found = personas.agent()
    return Actor(kind="agent", person_id=found.person_id, agent_id=found.id, role="agent")


@pytest.fixture
def ticket() -> Ticket:
    raw = "From: Ada Løv <ada@brevduva.example>\r\nSubject: Pole, knækket\r\nMessage-ID: <first@x.example>\r\n\r\nHi"
    found = receive_mail(raw=raw.encode()).ticket
    assert found is not None
    return found


def _answer(
    ticket: Ticket, by: Actor, text: str = "Which one?", files: tuple[NewFile, ...] = ()
) -> OutboundMail:
    return OutboundMail.objects.get(message=reply(ticket=ticket, text=text, by=by, files=files))


def _state(outbound: OutboundMail) -> tuple[str, str, str]:
    found = OutboundMail.objects.select_related("message").get(pk=outbound.pk)
    return found.state, found.reason, found.message.delivery


def test_an_answer_arrives_with_correct_headers(mailserver: Mailserver, ticket: Ticket, agent: Actor) -> None:
    file = NewFile(name="Måling.txt", content_type="text/plain", content=b"12 cm\n")
    outbound = _answer(ticket, agent, "Dear Ada,\n\nwhich <one>?\n.\nhttps://example.org/a?b=1", (file,))
    assert send_queued_mail(outbound.id) == OutboundState.SENT
    (letter,) = mailserver.letters
    assert mailserver.got[0].rcpt_tos == ["ada@brevduva.example"]
    assert letter["To"].addresses[0].display_name == "Ada Løv"
    assert letter["Subject"] == "Re: Pole, knækket"
    assert letter["In-Reply-To"] == letter["References"] == "<first@x.example>"
    assert letter["Auto-Submitted"] is None
    assert f"+{ticket.number}." in letter["Reply-To"].addresses[0].addr_spec
    assert letter["Date"].datetime.tzinfo is not None
    assert [part.get_content_type() for part in letter.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/plain",
    ]  # fmt: skip
    assert letter.get_body(("plain",)).get_content().splitlines()[3] == "."  # type: ignore[union-attr]
    (attachment,) = letter.iter_attachments()
    assert (attachment.get_filename(), attachment.get_content()) == ("Måling.txt", "12 cm\n")


def test_our_own_parser_reads_what_we_send(mailserver: Mailserver, ticket: Ticket, agent: Actor) -> None:
    send_queued_mail(_answer(ticket, agent, "Kære Ada,\n\nhvilken?").id)
    read = parse(mailserver.got[0].content or b"")  # type: ignore[arg-type]
    answer, told = read.text.split("\n\n———\n")
    assert (answer, read.subject) == ("Kære Ada,\n\nhvilken?", "Re: Pole, knækket")
    assert told.startswith("Your right to object\n"), "once, apart from the answer (GDPR Art. 21(4))"


def test_an_answer_holds_nothing_of_earlier_messages(
    mailserver: Mailserver, ticket: Ticket, agent: Actor
) -> None:
    send_queued_mail(_answer(ticket, agent, "Answer one.").id)
    send_queued_mail(_answer(ticket, agent, "Answer two.").id)
    assert "Answer one" not in str(mailserver.letters[1])
    assert len(mailserver.letters[1]["References"].split()) == 2


def test_nothing_leaves_for_an_address_that_was_taken_off_since(
    mailserver: Mailserver, ticket: Ticket, agent: Actor
) -> None:
    outbound = _answer(ticket, agent)
    [address] = identifiers_of([outbound.person_id])
    remove_identifier(person_id=outbound.person_id, identifier_id=address.pk, by=Actor.operator())
    assert send_queued_mail(outbound.id) is None and mailserver.got == []
    assert _state(outbound)[:2] == ("failed", "stopped")


def test_a_reply_to_our_answer_finds_its_ticket(mailserver: Mailserver, ticket: Ticket, agent: Actor) -> None:
    send_queued_mail(_answer(ticket, agent).id)
    letter = mailserver.letters[0]
    headers = f"From: ada@brevduva.example\r\nTo: {letter['Reply-To']}\r\nIn-Reply-To: {letter['Message-ID']}"
    raw = f"{headers}\r\n\r\nThe red one."
    assert receive_mail(raw=raw.encode()).ticket_id == ticket.id


def test_once_sent_no_copy_of_the_bytes_stays(mailserver: Mailserver, ticket: Ticket, agent: Actor) -> None:
    outbound = _answer(ticket, agent)
    send_queued_mail(outbound.id)
    assert _state(outbound) == (OutboundState.SENT, "", DeliveryState.SENT)
    assert not SealedFile.objects.exists()


def test_sending_twice_sends_once(mailserver: Mailserver, ticket: Ticket, agent: Actor) -> None:
    outbound = _answer(ticket, agent)
    send_queued_mail(outbound.id)
    assert send_queued_mail(outbound.id) is None
    assert len(mailserver.got) == 1


def test_a_retry_sends_the_same_bytes(mailserver: Mailserver, ticket: Ticket, agent: Actor) -> None:
    outbound = _answer(ticket, agent)
    mailserver.answer = "451 later please"
    assert send_queued_mail(outbound.id) == OutboundState.QUEUED
    kept = OutboundMail.objects.get(pk=outbound.pk)
    assert (kept.reason, kept.attempts) == ("later", 1)
    assert kept.next_at is not None
    assert kept.next_at > clock.now()
    mailserver.answer = "250 taken"
    Message.objects.filter(pk=outbound.message_id).update(sent_at=clock.now())
    before = b"".join(_bytes_of(kept))
    send_queued_mail(outbound.id)
    assert (mailserver.got[0].content or b"").rstrip() == before.rstrip()  # type: ignore[union-attr]


def _bytes_of(outbound: OutboundMail) -> Iterator[bytes]:
    from aureole.vault.files import open_file

    assert outbound.file is not None
    yield from open_file(outbound.file)


@pytest.mark.parametrize(
    ("on_rcpt", "answer", "state", "reason"),
    [
        ("550 no such user", "", OutboundState.FAILED, "recipient_refused"),
        ("450 greylisted", "", OutboundState.QUEUED, "later"),
        ("250 fine", "554 spam", OutboundState.FAILED, "refused"),
        ("250 fine", "452 full", OutboundState.QUEUED, "later"),
        ("250 fine", "drop", OutboundState.UNCERTAIN, "interrupted"),
    ],
)
def test_what_the_mail_server_says_is_kept(
    mailserver: Mailserver, ticket: Ticket, agent: Actor, on_rcpt: str, answer: str, state: str, reason: str
) -> None:
    mailserver.on_rcpt, mailserver.answer = on_rcpt, answer
    outbound = _answer(ticket, agent)
    send_queued_mail(outbound.id)
    assert _state(outbound)[:2] == (state, reason)


def test_an_unreachable_mail_server_is_tried_again(ticket: Ticket, agent: Actor) -> None:
    server = MailServer(host="127.0.0.1", port=free_port(), user="", password="", tls="off")
    transport.use(SmtpTransport(server, timeout=2))
    try:
        outbound = _answer(ticket, agent)
        assert send_queued_mail(outbound.id) == OutboundState.QUEUED
        assert _state(outbound) == (OutboundState.QUEUED, "unreachable", DeliveryState.QUEUED)
    finally:
        transport.use(None)


def test_a_server_without_tls_gets_nothing_when_tls_is_asked_for(
    mailserver: Mailserver, ticket: Ticket, agent: Actor
) -> None:
    plain = transport.transport()
    assert isinstance(plain, SmtpTransport)
    port = plain._server.port
    transport.use(
        SmtpTransport(MailServer(host="127.0.0.1", port=port, user="", password="", tls="starttls"))
    )
    outbound = _answer(ticket, agent)
    send_queued_mail(outbound.id)
    assert _state(outbound)[:2] == (OutboundState.QUEUED, "no_tls")
    assert mailserver.got == []


def test_a_crash_while_sending_is_shown_as_uncertain_and_never_resent(ticket: Ticket, agent: Actor) -> None:
    class Killed(BaseException):
        pass

    fake = FakeTransport(trouble=[Killed()])  # type: ignore[list-item]
    transport.use(fake)
    try:
        outbound = _answer(ticket, agent)
        with pytest.raises(Killed):
            send_queued_mail(outbound.id)
        assert send_queued_mail(outbound.id) is None  # its time is not over: another worker may be sending
        assert _state(outbound)[0] == OutboundState.SENDING
        OutboundMail.objects.update(next_at=clock.now())
        assert send_queued_mail(outbound.id) is None
        assert _state(outbound) == (OutboundState.UNCERTAIN, "interrupted", DeliveryState.UNCERTAIN)
        assert fake.sent == []
    finally:
        transport.use(None)


def test_an_uncertain_mail_is_sent_again_only_when_a_person_asks(ticket: Ticket, agent: Actor) -> None:
    fake = FakeTransport(trouble=[Uncertain()])
    transport.use(fake)
    try:
        outbound = _answer(ticket, agent)
        send_queued_mail(outbound.id)
        assert send_queued_mail(outbound.id) is None
        resend_mail(outbound_id=outbound.id, by=agent)
        assert send_queued_mail(outbound.id) == OutboundState.SENT
        with pytest.raises(Refused, match="mail_not_stuck"):
            resend_mail(outbound_id=outbound.id, by=agent)
    finally:
        transport.use(None)


def test_a_mail_that_never_leaves_is_given_up_and_said_so(ticket: Ticket, agent: Actor) -> None:
    transport.use(FakeTransport(trouble=[NotSent(FailureReason.LATER, again=True)] * 20))
    try:
        outbound = _answer(ticket, agent)
        states = [send_queued_mail(outbound.id) for _ in range(14)]
        assert states == [OutboundState.QUEUED] * 13 + [OutboundState.FAILED]
        assert _state(outbound)[2] == DeliveryState.FAILED
    finally:
        transport.use(None)


def test_without_a_mail_server_the_answer_says_so(settings: Any, ticket: Ticket, agent: Actor) -> None:
    settings.AUREOLE_EMAIL = None
    outbound = _answer(ticket, agent)
    assert _state(outbound) == (OutboundState.NOT_CONFIGURED, "", DeliveryState.NOT_CONFIGURED)


def test_nothing_is_sent_to_a_person_being_erased(
    mailserver: Mailserver, ticket: Ticket, agent: Actor
) -> None:
    outbound = _answer(ticket, agent)
    Person.objects.filter(pk=outbound.person_id).update(status=PersonStatus.ERASING)
    assert send_queued_mail(outbound.id) is None
    assert mailserver.got == []


@pytest.mark.parametrize(
    "subject", ["x\r\nBcc: eve@evil.example", "x\u2028Bcc: e", "=?utf-8?B?DQpCY2M6IGU=?="]
)
def test_a_subject_cannot_add_headers(
    mailserver: Mailserver, agent: Actor, personas: Personas, subject: str
) -> None:
    ticket = personas.ticket(personas.person(name="Ada\r\nBcc: eve@evil.example"), subject=subject)
    send_queued_mail(_answer(ticket, agent).id)
    (letter,) = mailserver.letters
    assert letter["Bcc"] is None
    assert len(letter.get_all("To")) == 1
    assert mailserver.got[0].rcpt_tos == [a.addr_spec for a in letter["To"].addresses]


def test_a_file_name_cannot_add_headers(mailserver: Mailserver, ticket: Ticket, agent: Actor) -> None:
    file = NewFile(name='a"\r\nX-Evil: 1\r\n.txt', content_type="text/plain\r\nX-Evil: 2", content=b"x")
    send_queued_mail(_answer(ticket, agent, files=(file,)).id)
    assert b"\nX-Evil" not in (mailserver.got[0].content or b"")  # type: ignore[operator]


def test_every_recipient_gets_an_address_of_their_own(
    mailserver: Mailserver, ticket: Ticket, agent: Actor, personas: Personas
) -> None:
    other = personas.person("Bo Lind")
    message = reply(ticket=ticket, text="To both.", by=agent, copies=[other])
    for outbound in OutboundMail.objects.filter(message=message):
        send_queued_mail(outbound.id)
    letters = mailserver.letters
    assert len({str(letter["Reply-To"]) for letter in letters}) == 2
    assert len({letter["Message-ID"] for letter in letters}) == 1
    assert Message.objects.get(pk=message.pk).delivery == DeliveryState.SENT


def test_an_address_beyond_ascii_is_written_to(agent: Actor, personas: Personas) -> None:
    fake = FakeTransport()
    transport.use(fake)
    try:
        ticket = personas.ticket(personas.person("Jöhn", "jdöe@mächine.example"))
        assert send_queued_mail(_answer(ticket, agent).id) == OutboundState.SENT
    finally:
        transport.use(None)
    _, recipient, content = fake.sent[0]
    assert recipient == "jdöe@xn--mchine-bua.example"
    assert f"To: Jöhn <{recipient}>".encode() in content


@pytest.mark.parametrize("subject", ["Re: x", "AW: x", "RE : x"])
def test_an_answer_to_an_answer_keeps_its_subject(subject: str) -> None:
    assert subject_of_answer(Ticket(subject=subject)) == subject


def test_the_html_form_says_the_same_words() -> None:
    assert '<p>a &lt;b&gt;<br>\nc</p>\n<p><a href="https://x.example/?a=1&amp;b">' in as_html(
        "a <b>\nc\n\nhttps://x.example/?a=1&b."
    )
