"""Whoever's data came from elsewhere is told where from in time; everybody is told once that they may object."""

from __future__ import annotations

import tomllib
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from aureole.channels.email import transport
from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.channels.email.actions.send_queued_mail import send_queued_mail
from aureole.channels.email.models import FailureReason, OutboundMail
from aureole.channels.email.not_sent import NotSent
from aureole.desk.actions.reply import reply
from aureole.desk.models import Ticket
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.models import Entry
from aureole.people.actions.recognise_person import recognise_person
from aureole.people.actions.restrict_person import restrict_person
from aureole.people.actions.take_in_person import take_in_person
from aureole.people.models import Person
from aureole.privacy.export.answer import Told
from aureole.privacy.export.ports import receivers_of
from aureole.privacy.informing import words
from aureole.privacy.informing.actions.exempt_information import exempt_information
from aureole.privacy.informing.actions.name_recipient import name_recipient
from aureole.privacy.informing.actions.note_disclosure import note_disclosure
from aureole.privacy.informing.actions.note_information import note_information
from aureole.privacy.informing.actions.reopen_information import reopen_information
from aureole.privacy.informing.actions.send_information import send_information
from aureole.privacy.informing.listing import due_on, obtained_until, owed, owed_by_day, owed_of, standing
from aureole.privacy.informing.owing import owed_to, take_back
from aureole.privacy.informing.reminding import remind_of_informing
from aureole.privacy.models import DisclosedTo, Disclosure, Informing, RequestLetter
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.place import start_of, today
from aureole.privacy.rights.sending import send_letter
from aureole.testing.personas import Personas
from config.addresses import MailServer

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

SYSTEM, OPERATOR = Actor.system(), Actor.operator()
MAIL = (
    b"From: Ada <ada@brevduva.example>\r\nTo: support@nordlys.example\r\nCc: Bo Ek <bo@ek.example>\r\n"
    b"Message-ID: <one@brevduva.example>\r\nSubject: Tent\r\n\r\nThe pole snapped.\r\n"
)


@pytest.fixture
def carrier(settings: Any) -> Iterator[transport.FakeTransport]:
    settings.AUREOLE_EMAIL = MailServer(host="127.0.0.1", port=9, user="", password="", tls="off")
    fake = transport.FakeTransport()
    transport.use(fake)
    yield fake
    transport.use(None)


@pytest.fixture
def ticket(carrier: transport.FakeTransport) -> Ticket:
    """Of Ada, who wrote herself and named Bo."""
    found = receive_mail(raw=MAIL).ticket
    assert found is not None
    return found


@pytest.fixture
def bo(ticket: Ticket) -> Person:
    return Person.objects.get(source="mentioned")


def _answer(ticket: Ticket, agent: Actor, copies: tuple[Person, ...] = ()) -> list[uuid.UUID]:
    message = reply(ticket=ticket, text="Which pole?", by=agent, copies=copies)
    return list(OutboundMail.objects.filter(message=message).order_by("id").values_list("id", flat=True))


def _said(carrier: transport.FakeTransport) -> list[str]:
    """Text parts of what left, without the wrapping of quoted-printable."""
    return [content.decode().replace("=\r\n", "") for _, _, content in carrier.sent]


def test_somebody_named_in_a_mail_is_owed_it_and_whoever_wrote_is_not(bo: Person) -> None:
    row = owed().get()
    assert (row.person_id, row.source, row.obtained_on) == (bo.id, "mentioned", today())
    assert owed_to(bo.id).code == "both"
    assert due_on(row.obtained_on) >= today() + timedelta(days=28)


def test_the_first_message_tells_each_recipient_what_they_are_owed_and_the_second_nothing(
    ticket: Ticket, bo: Person, personas: Personas, carrier: transport.FakeTransport
) -> None:
    agent = personas.agent().actor
    for outbound in _answer(ticket, agent, (bo,)):
        send_queued_mail(outbound)
    said = {recipient: text for (_, recipient, _), text in zip(carrier.sent, _said(carrier), strict=True)}
    assert "Somebody who wrote to" in said["bo@ek.example"]
    assert "Somebody who wrote to" not in said["ada@brevduva.example"], "she knows: it came from her"
    assert all("Your right to object" in text and "/portal/privacy/" in text for text in said.values())
    row = Informing.objects.get(person_id=bo.id)
    assert (row.how, row.objection_told_at is not None) == ("message", True)
    assert Entry.objects.filter(type="informing.told").count() == 3, "the agent as staff, Ada and Bo"
    for outbound in _answer(ticket, agent, (bo,)):
        send_queued_mail(outbound)
    assert all("Your right to object" not in text for text in _said(carrier)[2:])


def test_a_message_that_did_not_leave_or_bounced_has_told_nobody(
    ticket: Ticket, bo: Person, personas: Personas, carrier: transport.FakeTransport
) -> None:
    agent = personas.agent().actor
    refused = FailureReason.RECIPIENT_REFUSED
    carrier.trouble += [NotSent(refused, again=False), NotSent(refused, again=False)]
    for outbound in _answer(ticket, agent, (bo,)):
        send_queued_mail(outbound)
    assert owed_to(bo.id).code == "both"
    for outbound in _answer(ticket, agent, (bo,)):
        send_queued_mail(outbound)
    assert not owed_to(bo.id)
    take_back(bo.id, by=SYSTEM, source=True, objection=True)
    assert owed_to(bo.id).code == "both"


def test_an_officer_sends_a_letter_once_and_it_counts_when_it_has_left(
    bo: Person, carrier: transport.FakeTransport
) -> None:
    assert send_information(person_id=bo.id, by=OPERATOR) == 1
    assert send_information(person_id=bo.id, by=OPERATOR) == 0, "a letter waits already"
    assert owed().exists()
    [letter] = RequestLetter.objects.filter(kind="information")
    send_letter(letter.id)
    assert send_letter(letter.id) is None, "the worker came twice"
    [said] = _said(carrier)
    assert "GDPR Art. 14" in said and "Your right to object" in said
    assert not owed_to(bo.id)
    with pytest.raises(Refused, match="do not have to be told"):
        send_information(person_id=bo.id, by=OPERATOR)


def test_a_restricted_person_is_told_all_the_same_and_one_without_an_address_another_way(
    bo: Person, carrier: transport.FakeTransport
) -> None:
    restrict_person(person_id=bo.id, reason="they say it is wrong", by=OPERATOR)
    assert send_information(person_id=bo.id, by=OPERATOR) == 1
    phoned = recognise_person(kind="phone", value="+46701234567", name="Siv", source="staff", by=OPERATOR)
    with pytest.raises(Refused, match="another way"):
        send_information(person_id=phoned.id, by=OPERATOR)
    with pytest.raises(Refused, match="Known ways"):
        note_information(person_id=phoned.id, way="pigeon", by=OPERATOR)
    note_information(person_id=phoned.id, way="phone", by=OPERATOR)
    assert owed_to(phoned.id).code == "objection"
    with pytest.raises(NotFound):
        note_information(person_id=uuid.uuid4(), way="phone", by=OPERATOR)


def test_an_exemption_needs_its_ground_leaves_the_right_to_object_and_can_be_taken_back(bo: Person) -> None:
    with pytest.raises(Refused, match="Known grounds"):
        exempt_information(person_id=bo.id, ground="busy", by=OPERATOR)
    exempt_information(person_id=bo.id, ground="effort", by=OPERATOR)
    assert owed_to(bo.id).code == "objection"
    reopen_information(person_id=bo.id, by=OPERATOR)
    assert owed_to(bo.id).code == "both"
    with pytest.raises(Refused):
        reopen_information(person_id=bo.id, by=OPERATOR)


def test_a_package_taken_in_for_somebody_known_is_told_of_once(personas: Personas) -> None:
    ada = personas.person("Ada Lindqvist", "ada@brevduva.example")
    for _ in range(2):
        take_in_person(identifiers=[("email", "ada@brevduva.example")], values={}, by=OPERATOR)
    assert [row.source for row in Informing.objects.filter(person_id=ada.id)] == ["import"]


def test_the_receipt_of_a_request_tells_of_the_right_to_object_and_a_code_tells_nothing(
    personas: Personas, carrier: transport.FakeTransport
) -> None:
    with clock.at(start_of(today()) - timedelta(days=3)):
        ada = personas.person("Ada Lindqvist", "ada@brevduva.example")
    open_request(kind="access", person_id=ada.id, channel="agent", by=SYSTEM, language="de")
    for letter in RequestLetter.objects.order_by("created_at"):
        send_letter(letter.id)
    assert [("Ihr Widerspruchsrecht" in said) for said in _said(carrier)] == [True] + [False] * (
        len(carrier.sent) - 1
    )
    assert not owed_to(ada.id)


def test_the_clock_counts_who_is_due_and_officers_hear_of_it_once_a_stage(
    personas: Personas, bo: Person
) -> None:
    personas.agent("Olle Berg", role="privacy_officer")
    due, told = due_on(today()), []
    assert due_on(obtained_until(due)) <= due < due_on(obtained_until(due) + timedelta(days=7))
    for left in (20, 7, 6, 1, 1, 0, -1, -5):
        with clock.at(start_of(due - timedelta(days=left)) + timedelta(hours=6)):
            told.append(remind_of_informing(by=SYSTEM))
    assert told == [0, 1, 0, 1, 0, 0, 1, 0]
    assert Entry.objects.filter(type="informing.reminded").count() == 3
    with clock.at(start_of(due) + timedelta(hours=6)):
        assert (standing().soon, standing().overdue) == (1, 0)
    with clock.at(start_of(due + timedelta(days=1)) + timedelta(hours=6)):
        assert (standing().soon, standing().overdue) == (0, 1)


def test_what_goes_to_somebody_else_is_told_that_day_and_officers_hear_of_who_cannot_be_written_to(
    personas: Personas, bo: Person, carrier: transport.FakeTransport
) -> None:
    personas.agent("Olle Berg", role="privacy_officer")
    siv = recognise_person(kind="phone", value="+46701234567", name="Siv", source="staff", by=OPERATOR)
    with clock.at(start_of(today()) + timedelta(days=2, hours=6)):
        for person in (bo, siv):
            note_disclosure(person_id=person.id, to="carrier", name="Fjellfrakt AS", by=OPERATOR)
            for to, name, why in (
                ("carrier", "fjellfrakt  as", "noted already"), ("postman", "Pat", "Known recipients"),
                ("insurer", " ", "Name who got it"),
            ):  # fmt: skip
                with pytest.raises(Refused, match=why):
                    note_disclosure(person_id=person.id, to=to, name=name, by=OPERATOR)
        [got] = receivers_of(bo.id)[-1:]
        assert Told("en").receiver(got)[1] == Told("en").receiver(replace(got, kind=""))[1]
        assert Told("de").receiver(got)[0] == "Fjellfrakt AS (ein Transportunternehmen)"
        assert {line.due_on for line in owed_of([bo.id, siv.id]).values()} == {today()}
        assert [day for day, _ in owed_by_day(today(), today())] == [today()]
        assert (standing().owed, standing().soon, standing().overdue) == (2, 2, 0)
        [letter] = RequestLetter.objects.filter(kind="information")
        send_letter(letter.id)
        assert not owed_to(bo.id).source
        assert "Who else gets it: Fjellfrakt AS (a carrier), and the servers" in _said(carrier)[0]
        assert remind_of_informing(by=SYSTEM) == 1
    with clock.at(start_of(today()) + timedelta(days=3, hours=6)):
        assert (standing().soon, standing().overdue, remind_of_informing(by=SYSTEM)) == (0, 1, 1)
        assert owed_by_day(today(), today() + timedelta(days=90)) == []


def test_a_recipient_is_told_by_kind_only_where_the_person_reads_why(bo: Person) -> None:
    for words_given in ({"why": ""}, {"why": "the book is burnt", "name": "X"}):
        with pytest.raises(Refused, match="say why you cannot"):
            note_disclosure(person_id=bo.id, to="adviser", unnamed="unknown", by=OPERATOR, **words_given)
    row = note_disclosure(
        person_id=bo.id, to="adviser", unnamed="unknown", why="the book is burnt", by=OPERATOR
    )
    who, what = Told("en").receiver(receivers_of(bo.id)[-1])
    assert who == "a lawyer or other adviser"
    assert what.endswith("which of them it was cannot be found out: the book is burnt")
    row.delete()
    Informing.objects.filter(person_id=bo.id).update(disclosed_on=today(), disclosed_to="adviser")
    import_module("aureole.privacy.migrations.0028_recipients_by_name")._keep_what_was_noted(apps, None)
    row = Disclosure.objects.get()
    assert "noted before we kept names" in Told("en").receiver(receivers_of(bo.id)[-1])[1]
    for _ in range(2):
        name_recipient(disclosure_id=row.id, name="Advokat Moe", by=OPERATOR)
    assert Told("en").receiver(receivers_of(bo.id)[-1])[0] == "Advokat Moe (a lawyer or other adviser)"
    with pytest.raises(Refused, match="a name already"):
        name_recipient(disclosure_id=row.id, name="Advokat Lie", by=OPERATOR)
    assert not any("Moe" in str(entry.facts) for entry in Entry.objects.all())


def test_every_language_says_the_same_things() -> None:
    folder = Path(words.__file__).parent / "words"
    texts = {one: tomllib.loads((folder / f"{one}.toml").read_text("utf-8")) for one in words.LANGUAGES}
    shapes = {one: {(k, n) for k, v in found.items() for n in v} for one, found in texts.items()}
    assert all(shape == shapes["en"] for shape in shapes.values())
    for language in words.LANGUAGES:
        for source in ("mentioned", "staff", "import"):
            for to in ("", *DisclosedTo.values):
                heading, paragraphs = words.information_letter(source, language, disclosed_to=to)
                assert "{" not in heading + "".join(paragraphs)
