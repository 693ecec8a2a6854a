"""A mail that asks for a right is proposed on its ticket; the request is opened by a person, from its arrival on."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest

from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.desk.actions.receive_message import receive_message
from aureole.desk.models import Message
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.ledger.models import Entry
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.place import day_of
from aureole.vault.unlock import unlock
from aureole.web.tests.browsers import SignIn

pytestmark = pytest.mark.django_db(transaction=True)
_QUOTED = "\n\nOn Mon, 2 Mar 2026 at 10:00, Nordlys wrote:\n> Please delete all my personal data.\n"


def _mail(text: str, address: str = "ada@brevduva.example") -> Message:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = address, "support@nordlys.example", "Hello"
    mail["Message-ID"] = f"<{abs(hash(text))}@brevduva.example>"
    mail.set_content(text)
    taken = receive_mail(raw=mail.as_bytes(), live=True)
    assert taken.message_id is not None
    return Message.objects.select_related("ticket").get(pk=taken.message_id)


def test_it_is_proposed_and_the_clock_runs_from_the_mails_arrival(sign_in: SignIn) -> None:
    with clock.at(now() - timedelta(days=9)):
        message = _mail("Bitte löschen Sie alle meine Daten.")
    client = sign_in()
    path = f"/tickets/{message.ticket.number}/"
    shown = client.get(path).content.decode()
    assert "Open a request from this" in shown
    assert not RightsRequest.objects.exists(), "never by itself"
    answer = client.post(f"{path}rights/", {"message": str(message.pk), "kind": "erasure"}, follow=True)
    made = unlock(RightsRequest.objects.all())[0]
    assert (made.kind, made.channel, made.language, made.state) == ("erasure", "email", "de", "received")
    assert made.received_on == day_of(now() - timedelta(days=9))
    assert made.person_id == message.author_id
    assert made.words == "Bitte löschen Sie alle meine Daten."
    assert f"Request no. {made.number}" in answer.content.decode()
    assert "Open a request from this" not in answer.content.decode(), "once is enough"


@pytest.mark.parametrize("text", ["My pole snapped." + _QUOTED, "Please delete the order of yesterday."])
def test_quoted_words_and_everyday_mail_are_not_proposed(sign_in: SignIn, text: str) -> None:
    message = _mail(text)
    shown = sign_in().get(f"/tickets/{message.ticket.number}/").content.decode()
    assert "Open a request from this" not in shown


def test_only_what_the_message_asks_can_be_opened_and_not_by_everybody(sign_in: SignIn) -> None:
    message = _mail("Please send me a copy of all personal data you hold about me.")
    path = f"/tickets/{message.ticket.number}/rights/"
    for kind, text in (("erasure", str(message.pk)), ("access", "nonsense")):
        assert sign_in().post(path, {"message": text, "kind": kind}).status_code == 409
    reader = sign_in("read_only")
    assert reader.post(path, {"message": str(message.pk), "kind": "access"}).status_code == 403
    assert not re.search("Open a request", reader.get(f"/tickets/{message.ticket.number}/").content.decode())
    assert not RightsRequest.objects.exists()


def test_what_is_no_request_is_said_once_and_a_later_mail_is_looked_at_anew(sign_in: SignIn) -> None:
    message = _mail("Please delete all my personal data from the parcel label, it says Ida.")
    path = f"/tickets/{message.ticket.number}/"
    client = sign_in()
    assert "This is no request" in client.get(path).content.decode()
    for _ in range(2):
        answer = client.post(f"{path}rights/no-request/", {"kind": "erasure"}, follow=True).content.decode()
    assert "Open a request from this" not in answer
    assert answer.count("Marked as no request to delete my data") == 1
    assert Entry.objects.filter(type="desk.right_dismissed").count() == 1
    again = receive_message(
        ticket=message.ticket, author=message.author, text="No. Delete all my personal data.", by=Actor.system(),
    )  # fmt: skip
    assert str(again.pk) in client.get(path).content.decode().split("Open a request from this")[0]
    assert sign_in("read_only").post(f"{path}rights/no-request/", {"kind": "erasure"}).status_code == 403
    assert client.post(f"{path}rights/no-request/", {"kind": "nonsense"}).status_code == 409


def test_an_officer_goes_from_the_ticket_to_the_request(sign_in: SignIn) -> None:
    message = _mail("Please send me a copy of all personal data you hold about me.")
    path = f"/tickets/{message.ticket.number}/"
    sign_in().post(f"{path}rights/", {"message": str(message.pk), "kind": "access"})
    link = f'href="/privacy/requests/{RightsRequest.objects.get().number}/"'
    assert link in sign_in("privacy_officer").get(path).content.decode()
    assert link not in sign_in().get(path).content.decode(), "an agent may not read requests"
