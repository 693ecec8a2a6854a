"""Restriction (GDPR Art. 18): kept, and used for nothing, on every path; the person's own rights go on."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from aureole.channels.email import quarantine, transport
from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.channels.email.actions.resend_mail import resend_mail
from aureole.channels.email.actions.send_queued_mail import send_queued_mail
from aureole.channels.email.models import InboundState, OutboundMail, OutboundState
from aureole.channels.email.outbox import defer_sending
from aureole.channels.email.releasing import take_in
from aureole.desk.actions.add_note import add_note
from aureole.desk.actions.assign_ticket import assign_ticket
from aureole.desk.actions.close_ticket import close_ticket
from aureole.desk.actions.dismiss_age import dismiss_age
from aureole.desk.actions.dismiss_right import dismiss_right
from aureole.desk.actions.enter_ticket import enter_ticket
from aureole.desk.actions.open_ticket import open_ticket
from aureole.desk.actions.receive_message import receive_message
from aureole.desk.actions.reopen_ticket import reopen_ticket
from aureole.desk.actions.reply import reply
from aureole.desk.actions.save_draft import save_draft
from aureole.desk.actions.set_brand import set_brand
from aureole.desk.actions.set_priority import set_priority
from aureole.desk.actions.set_status import set_status
from aureole.desk.actions.set_tags import set_tags
from aureole.desk.actions.set_type import set_type
from aureole.desk.models import Message, Ticket
from aureole.desk.queries import open_conversation
from aureole.desk.ticket_rows import list_tickets
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, NotPermitted, Refused
from aureole.ledger.models import Entry
from aureole.people.actions.add_identifier import add_identifier
from aureole.people.actions.correct_person import correct_person
from aureole.people.actions.forget_correction import forget_correction
from aureole.people.actions.mark_child import mark_child
from aureole.people.actions.note_no_child import note_no_child
from aureole.people.actions.recognise_person import recognise_person
from aureole.people.actions.record_guardian import record_guardian
from aureole.people.actions.release_person import release_person
from aureole.people.actions.remove_identifier import remove_identifier
from aureole.people.actions.restrict_person import restrict_person
from aureole.people.events import PersonReleased
from aureole.people.models import Correction, Person, PersonStatus
from aureole.people.queries import person_for
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.export.package import export_person
from aureole.privacy.models import LetterState, RequestLetter
from aureole.privacy.rights.actions.complete_request import complete_request
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.rights.letters import LANGUAGES, words
from aureole.search.find import find, suggest
from aureole.testing.personas import Personas
from aureole.vault.unlock import unlock

OPERATOR = Actor.operator()
WHY = "they say that the address is wrong"
MAIL = "From: Ada <ada@brevduva.example>\r\nTo: support@nordlys.example\r\nSubject: Hi\r\n\r\nThe flysheet leaks.\r\n"


@pytest.fixture
def carrier() -> Iterator[transport.FakeTransport]:
    fake = transport.FakeTransport()
    transport.use(fake)
    yield fake
    transport.use(None)


@pytest.fixture
def ticket(personas: Personas) -> Ticket:
    """Of Ada, whose data is not restricted yet."""
    with clock.at(now() - timedelta(days=2)):
        ada = personas.person("Ada Lindqvist", "ada@brevduva.example")
        return personas.ticket(ada, subject="Pole snapped", text="The aluminium pole broke.")


@pytest.fixture
def agent(personas: Personas) -> Actor:
    return personas.agent().actor


@pytest.fixture
def officer(personas: Personas) -> Actor:
    return personas.agent("Olle Berg", role="privacy_officer").actor


def _restrict(ticket: Ticket) -> Person:
    assert ticket.requester_id is not None
    return restrict_person(person_id=ticket.requester_id, reason=WHY, by=OPERATOR)


def _fresh(ticket: Ticket) -> Ticket:
    return unlock(Ticket.objects.filter(pk=ticket.pk).select_related("requester"))[0]


# Every action that takes a person or a ticket. A new one joins this list, or the test below says so.
WORK: dict[str, Callable[[Ticket, Person, Actor], Any]] = {
    "add_note": lambda t, p, by: add_note(ticket=t, text="x", by=by),
    "assign_ticket": lambda t, p, by: assign_ticket(ticket=t, assignee=_colleague(), by=by),
    "close_ticket": lambda t, p, by: close_ticket(ticket=t, by=by),
    "dismiss_age": lambda t, p, by: dismiss_age(ticket=t, by=by),
    "dismiss_right": lambda t, p, by: dismiss_right(ticket=t, right="erasure", by=by),
    "enter_ticket": lambda t, p, by: enter_ticket(requester=p, subject="x", text="x", by=by),
    "open_ticket": lambda t, p, by: open_ticket(requester=p, subject="x", by=by),
    "receive_message": lambda t, p, by: receive_message(ticket=t, author=p, text="x", by=by),
    "reopen_ticket": lambda t, p, by: reopen_ticket(ticket=_solved(t), by=by),
    "reply": lambda t, p, by: reply(ticket=t, text="x", by=by),
    "save_draft": lambda t, p, by: save_draft(ticket=t, text="x", kind="public", by=by),
    "set_brand": lambda t, p, by: set_brand(ticket=t, brand=None, by=by),
    "set_priority": lambda t, p, by: set_priority(ticket=t, priority="high", by=by),
    "set_status": lambda t, p, by: set_status(ticket=t, status="solved", by=by),
    "set_type": lambda t, p, by: set_type(ticket=t, type="order", by=by),
    "set_tags": lambda t, p, by: set_tags(ticket=t, tags=["tent"], by=by),
    "add_identifier": lambda t, p, by: add_identifier(person=p, kind="phone", value="+46701234567", by=by),
    "remove_identifier": lambda t, p, by: remove_identifier(person_id=p.id, identifier_id=p.id, by=by),
    "mark_child": lambda t, p, by: mark_child(person=p, known=True, by=by),
    "note_no_child": lambda t, p, by: note_no_child(person=_child(p), by=by),
    "record_guardian": lambda t, p, by: record_guardian(person=_child(p), guardian="Her mother", by=by),
    "correct_person": lambda t, p, by: correct_person(person=p, by=by, name="Eva"),
    "forget_correction": lambda t, p, by: forget_correction(person_id=p.id, correction_id=p.id, by=by),
}
# Tested below by name, or with the children and the packages of other controllers.
NOT_WORK = {
    "add_brand",  # of these three no person or ticket is the object
    "change_brand",
    "remove_brand",
    "recognise_person",
    "restrict_person",
    "release_person",
    "discard_child",
    "note_come_of_age",  # looks for those who are active only
    "take_in_person",
    "take_in_package",
    "merge_persons",  # these three in test_merging and test_twins
    "unmerge_persons",
    "tell_apart",
}


def _colleague() -> Any:
    return Personas().agent("Kerstin Ek")


def _child(person: Person) -> Person:
    Person.objects.filter(pk=person.pk).update(childhood="waiting")
    return person


def _solved(ticket: Ticket) -> Ticket:
    Ticket.objects.filter(pk=ticket.pk).update(status="solved")
    return ticket


def test_every_action_of_people_and_desk_is_in_the_list_or_tested_by_name() -> None:
    here = Path(__file__).parents[2]
    actions = {f.stem for m in ("desk", "people") for f in (here / m / "actions").glob("[a-z]*.py")}
    assert actions == set(WORK) | NOT_WORK


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(WORK))
def test_nothing_is_done_with_a_restricted_person_or_their_ticket_even_by_an_officer(
    name: str, ticket: Ticket, officer: Actor
) -> None:
    person = _restrict(ticket)
    unlock([person])
    before = Entry.objects.count()
    with pytest.raises(Refused) as refusal, transaction.atomic():
        WORK[name](_fresh(ticket), person, officer)
    assert refusal.value.code == "person_restricted"
    assert not Entry.objects.filter(number__gt=before, type__in=("desk.replied", "people.corrected")).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["reply", "add_note", "correct_person", "add_identifier", "set_status"])
def test_an_object_that_was_read_before_the_restriction_does_not_get_past_it(
    name: str, ticket: Ticket, agent: Actor
) -> None:
    stale = _fresh(ticket)
    assert stale.requester is not None
    unlock([stale.requester], stale.requester.identifiers.all())
    _restrict(ticket)
    with pytest.raises(Refused, match="restricted"), transaction.atomic():
        WORK[name](stale, stale.requester, agent)


@pytest.mark.django_db
def test_agents_see_nothing_of_a_restricted_person_and_officers_do(
    ticket: Ticket, agent: Actor, officer: Actor
) -> None:
    person = _restrict(ticket)
    assert find("aluminium", actor=agent).hits == () and find("Lindqvist", actor=agent).hits == ()
    assert suggest("Ada", actor=agent) == []
    assert list_tickets("open", agent).rows == ()
    with pytest.raises(NotFound):
        open_conversation(ticket.number, agent)
    with pytest.raises(NotFound):
        person_for(agent, person.id)
    assert {hit.kind for hit in find("aluminium", actor=officer).hits} == {"message"}
    assert [hit.id for hit in suggest("Ada", actor=officer)] == [person.id]
    assert len(list_tickets("open", officer).rows) == 1
    assert open_conversation(ticket.number, officer).message_count == 1
    assert person_for(officer, person.id).name == "Ada Lindqvist"


@pytest.mark.django_db
def test_words_of_a_restricted_person_in_a_ticket_of_others_are_hidden_and_the_rest_is_not(
    ticket: Ticket, agent: Actor, personas: Personas
) -> None:
    ada = _fresh(ticket).requester
    assert ada is not None
    unlock([ada])
    others = personas.ticket(text="The zip is stuck.")
    personas.message(others, ada, "My carabiner too.")
    in_hers = personas.message(ticket, personas.person("Bo Ek"), "I saw the crampons.")
    personas.copied(others, ada)
    _restrict(ticket)
    seen = open_conversation(others.number, agent)
    assert seen.message_count == 1 and seen.copied == ()
    assert find("carabiner", actor=agent).hits == ()
    assert [row.excerpt for row in list_tickets("open", agent).rows] == [""], "hers is the last word there"
    assert [row.excerpt for row in list_tickets("open", OPERATOR).rows if row.number == others.number] == [
        "My carabiner too."
    ]
    assert find("crampons", actor=agent).hits == (), "the hit would show the subject of her ticket"
    assert not Message.objects.visible_to(agent).filter(pk=in_hers.pk).exists()
    assert len(find("zip", actor=agent).hits) == 1


@pytest.mark.django_db
def test_tickets_of_an_erased_requester_stay_in_sight_while_somebody_is_restricted(
    ticket: Ticket, agent: Actor, personas: Personas
) -> None:
    nobody = personas.ticket()
    Ticket.objects.filter(pk=nobody.pk).update(requester=None, subject=None)
    _restrict(ticket)
    assert [row.number for row in list_tickets("open", agent).rows] == [nobody.number]


@pytest.mark.django_db
def test_mail_of_a_restricted_person_is_kept_apart_for_officers_and_taken_in_afterwards(
    ticket: Ticket, agent: Actor, officer: Actor
) -> None:
    person = _restrict(ticket)
    mail = receive_mail(raw=MAIL.encode(), mailbox="")
    assert (mail.state, mail.reason) == (InboundState.QUARANTINED, "sender_frozen")
    with pytest.raises(NotPermitted):
        quarantine.open_quarantined(mail_id=mail.id, by=agent)
    assert b"flysheet" in quarantine.open_quarantined(mail_id=mail.id, by=officer)[1]
    release_person(person_id=person.id, reason=WHY, by=OPERATOR, told="by phone")
    take_in(PersonReleased(person_id=person.id))
    mail.refresh_from_db()
    assert mail.state == InboundState.ACCEPTED and mail.person_id == person.id
    assert len(find("flysheet", actor=agent).hits) == 1


@pytest.mark.django_db
def test_what_somebody_else_writes_into_a_restricted_persons_ticket_opens_one_that_agents_see(
    ticket: Ticket, agent: Actor, personas: Personas
) -> None:
    bo = personas.person("Bo Ek", "bo@brevduva.example")
    first = receive_mail(
        raw=MAIL.replace("Subject", "Message-ID: <one@x.example>\r\nSubject").encode(), mailbox=""
    )
    assert first.ticket is not None
    personas.copied(first.ticket, bo)
    _restrict(ticket)
    answer = MAIL.replace("Ada <ada@", "Bo <bo@").replace(
        "Subject", "In-Reply-To: <one@x.example>\r\nSubject"
    )
    mail = receive_mail(raw=answer.encode(), mailbox="")
    assert mail.ticket is not None and mail.ticket != first.ticket and mail.ticket.linked_to == first.ticket
    assert open_conversation(mail.ticket.number, agent).message_count == 1


@pytest.mark.django_db
def test_recognising_a_restricted_person_adds_nothing_about_them(ticket: Ticket) -> None:
    person = _restrict(ticket)
    Person.objects.filter(pk=person.pk).update(name=None)
    again = recognise_person(
        kind="email", value="ada@brevduva.example", name="Ada L.", source="email", by=Actor.system()
    )
    assert again.pk == person.pk and Person.objects.get(pk=person.pk).name is None


@pytest.mark.django_db
def test_a_waiting_answer_is_stopped_and_does_not_leave_when_the_restriction_is_lifted(
    ticket: Ticket, agent: Actor, carrier: transport.FakeTransport, settings: Any, personas: Personas
) -> None:
    from config.addresses import MailServer

    settings.AUREOLE_EMAIL = MailServer(host="127.0.0.1", port=9, user="", password="", tls="off")
    opened = open_conversation(ticket.number, agent)
    reply(ticket=opened.ticket, text="A new pole is on its way.", by=agent)
    outbound = OutboundMail.objects.get()
    person = _restrict(ticket)
    outbound.refresh_from_db()
    assert (outbound.state, outbound.reason) == (OutboundState.FAILED, "stopped")
    with pytest.raises(Refused, match="restricted"):
        resend_mail(outbound_id=outbound.id, by=agent)
    OutboundMail.objects.filter(pk=outbound.pk).update(
        state=OutboundState.QUEUED
    )  # as one that was tried again
    assert send_queued_mail(outbound.id) is None and carrier.sent == []
    others = personas.ticket(personas.person("Bo Ek"))
    with pytest.raises(Refused, match="restricted"):
        reply(ticket=others, text="To both of you.", copies=[person], by=OPERATOR)
    release_person(person_id=person.id, reason=WHY, by=OPERATOR, told="by phone")
    defer_sending(outbound.id)
    send_queued_mail(outbound.id)
    assert carrier.sent == []


@pytest.mark.django_db
def test_a_restriction_is_lifted_only_after_a_letter_has_left(
    ticket: Ticket, carrier: transport.FakeTransport
) -> None:
    person = _restrict(ticket)
    transport.use(None)
    for _ in range(2):
        with pytest.raises(Refused) as refusal:
            release_person(person_id=person.id, reason="The address was put right.", by=OPERATOR)
        assert refusal.value.code == "release_untold"
    assert Person.objects.get(pk=person.pk).status == PersonStatus.RESTRICTED
    assert RequestLetter.objects.filter(kind="lifting").count() == 1, "one letter, tried again"
    transport.use(carrier)
    release_person(person_id=person.id, reason="another word", by=OPERATOR)
    assert RequestLetter.objects.get(kind="lifting").state == LetterState.SENT
    assert len(carrier.sent) == 1
    freed = Person.objects.get(pk=person.pk)
    assert (freed.status, freed.restricted_at) == (PersonStatus.ACTIVE, None)
    types = (
        Entry.objects.filter(type__startswith="people.re").order_by("number").values_list("type", flat=True)
    )
    assert list(types) == ["people.restricted", "people.release_announced", "people.released"]


@pytest.mark.django_db
def test_a_letter_about_an_earlier_restriction_does_not_lift_the_next_one(
    ticket: Ticket, carrier: transport.FakeTransport
) -> None:
    person = _restrict(ticket)
    release_person(person_id=person.id, reason=WHY, by=OPERATOR)
    with clock.at(now() + timedelta(days=1)):
        _restrict(ticket)
        transport.use(None)
        with pytest.raises(Refused, match="has not left"):
            release_person(person_id=person.id, reason=WHY, by=OPERATOR)


@pytest.mark.django_db
def test_whom_no_letter_reaches_is_told_another_way_or_stays_restricted(personas: Personas) -> None:
    person = recognise_person(kind="phone", value="+46701234567", name="Bo Ek", source="staff", by=OPERATOR)
    restrict_person(person_id=person.id, reason=WHY, by=OPERATOR)
    with pytest.raises(Refused, match="--told"):
        release_person(person_id=person.id, reason=WHY, by=OPERATOR)
    release_person(person_id=person.id, reason=WHY, by=OPERATOR, told="by phone")
    with pytest.raises(Refused, match="not restricted"):
        release_person(person_id=person.id, reason=WHY, by=OPERATOR)


def test_every_language_says_why_the_restriction_ends() -> None:
    for language in LANGUAGES:
        assert "{reason}" in words(language)["lifting"]["text"] and "18" in words(language)["lifting"]["text"]


@pytest.mark.django_db
def test_a_request_restricts_and_a_correction_they_asked_for_is_still_made(ticket: Ticket) -> None:
    assert ticket.requester_id is not None
    _carry_out("restriction", ticket.requester_id)
    assert Person.objects.get(pk=ticket.requester_id).status == PersonStatus.RESTRICTED
    done = _carry_out("rectification", ticket.requester_id, correction={"name": "Ada Lindkvist"})
    assert done.outcome == {"fields": 1}
    for born in ("1984-05-17", "2014-05-17"):
        done = _carry_out("rectification", ticket.requester_id, correction={"birth_date": born})
    ada = unlock(Person.objects.filter(pk=ticket.requester_id))[0]
    assert (ada.name, ada.birth_date) == ("Ada Lindkvist", "2014-05-17")
    former = unlock(Correction.objects.filter(field="birth_date"))
    assert [(row.before, row.request_id) for row in former] == [("1984-05-17", done.id)]


def _carry_out(kind: str, person_id: uuid.UUID, **more: Any) -> Any:
    request = open_request(kind=kind, person_id=person_id, channel="cli", by=OPERATOR, **more)
    vouch_identity(request_id=request.id, by=OPERATOR, how="known in person")
    return complete_request(request_id=request.id, by=OPERATOR)


@pytest.mark.django_db(transaction=True)
def test_a_restricted_person_is_still_exported_whole_and_can_be_erased(
    ticket: Ticket, tmp_path: Path
) -> None:
    person = _restrict(ticket)
    outcome = export_person(person.id, tmp_path / "out.zip", by=OPERATOR)
    assert outcome.records > 0
    erased = erase_person(person.id, by=OPERATOR, reason="asked for it")
    assert erased.residue["places"] == [] and not Person.objects.filter(pk=person.pk).exists()
