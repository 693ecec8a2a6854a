from __future__ import annotations

import pytest

from aureole.channels.email import transport
from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.channels.email.actions.send_queued_mail import send_queued_mail
from aureole.channels.email.erasing import QueuedBytes, WaitingMail
from aureole.channels.email.models import FailureReason, InboundMail, OutboundMail
from aureole.channels.email.not_sent import NotSent
from aureole.channels.email.transport import FakeTransport
from aureole.desk.actions.reply import reply
from aureole.kernel.actor import Actor
from aureole.people.actions.recognise_person import recognise_person
from aureole.people.models import Person
from aureole.privacy.erasure.redactor import Redactor
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.ports import directory
from aureole.testing.personas import Personas
from aureole.vault.models import SealedFile
from config.addresses import MailServer

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def ada() -> Person:
    by = Actor.system()
    return recognise_person(
        kind="email", value="ada@brevduva.example", name="Ada Lindqvist", source="email", by=by
    )


def test_mail_set_apart_that_names_the_person_goes(ada: Person) -> None:
    receive_mail(raw=b"To: =?utf-8?B?YWRhQGJyZXZkdXZhLmV4YW1wbGU=?=\r\n\r\nnobody sent this")
    receive_mail(raw=b"To: Ada Lindqvist\r\n\r\nnor this")
    kept = receive_mail(raw=b"To: bo@brevduva.example\r\n\r\nthis is about somebody else")
    step = WaitingMail()
    assert [c.count for c in step.count(Subject.of(ada.id))] == [2]
    assert [c.count for c in step.run(Subject.of(ada.id))] == [0, 2]
    assert [mail.id for mail in InboundMail.objects.all()] == [kept.id]
    assert SealedFile.objects.count() == 1
    assert [c.count for c in step.run(Subject.of(ada.id))] == [0, 0]


def test_answers_that_wait_go_and_their_bytes_with_them(
    ada: Person, personas: Personas, settings: pytest.FixtureRequest
) -> None:
    outbound = _stuck_answer(ada, personas, settings)
    assert SealedFile.objects.count() == 1
    WaitingMail().run(Subject.of(ada.id))
    assert not OutboundMail.objects.filter(pk=outbound.pk).exists()
    assert not SealedFile.objects.exists()


def test_bytes_for_somebody_else_that_name_the_person_are_made_anew(
    ada: Person, personas: Personas, settings: pytest.FixtureRequest
) -> None:
    outbound = _stuck_answer(ada, personas, settings, "Ask Rosa Maria Lund about it.")
    rosa = personas.person("Rosa Maria Lund")
    known = directory().known_as(rosa.id)
    assert known is not None
    redactor = Redactor.of(known)
    place = QueuedBytes()
    assert [r.spans for r in place.redact([outbound.message_id], redactor, dry=True)] == [1]
    assert SealedFile.objects.count() == 1
    place.redact([outbound.message_id], redactor, dry=False)
    assert OutboundMail.objects.get(pk=outbound.pk).file_id is None


def _stuck_answer(
    ada: Person, personas: Personas, settings: pytest.FixtureRequest, text: str = "Which one?"
) -> OutboundMail:
    settings.AUREOLE_EMAIL = MailServer(host="x", port=25, user="", password="", tls="off")  # type: ignore[attr-defined]
    agent = personas.agent()
    by = Actor(kind="agent", person_id=agent.person_id, agent_id=agent.id, role="agent")
    message = reply(ticket=personas.ticket(ada), text=text, by=by)
    outbound = OutboundMail.objects.get(message=message)
    transport.use(FakeTransport(trouble=[NotSent(FailureReason.LATER, again=True)]))
    try:
        send_queued_mail(outbound.id)
    finally:
        transport.use(None)
    return outbound
