"""Somebody with a row in every declared model who is none of the canary's business: nothing of hers may change.

Where the canary's words show what an erasure left, the neighbour's show what it took too much. She bears the canary's
given name, was answered by the canary, and her ticket is on the canary's desk.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.channels.email.actions.send_queued_mail import send_queued_mail
from aureole.channels.email.models import OutboundMail
from aureole.desk.actions.add_note import add_note
from aureole.desk.actions.assign_ticket import assign_ticket
from aureole.desk.actions.reply import reply
from aureole.desk.actions.save_draft import save_draft
from aureole.desk.actions.set_tags import set_tags
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
from aureole.people.models import Identifier, Person
from aureole.people.twins import note_twins
from aureole.privacy.consent.actions.object_to_purpose import object_to_purpose
from aureole.privacy.consent.actions.record_consent import record_consent
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.informing.actions.note_disclosure import note_disclosure
from aureole.privacy.informing.notifying import notify_recipients
from aureole.privacy.informing.owing import owe
from aureole.privacy.models import NoticeEvent
from aureole.privacy.redaction.actions.mark_passage import mark_passage
from aureole.privacy.redaction.actions.read_answer import read_answer
from aureole.privacy.rights.actions.ask_identity import ask_identity
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.rights.place import today
from aureole.testing.breached import breach_of
from aureole.testing.canary import Canary, give_account
from aureole.testing.canary_mails import mail
from aureole.testing.moving import move_about
from aureole.testing.personas import Personas
from aureole.vault.files import INLINE_BYTES

NAME, ADDRESS = "Zyxela Brandauer", "z.brandauer@neighbour.example"
WORDS = ("brandauer", "schneeschuhe", "lawinenseil", "murmeltier")
"""Each finds something of the neighbour's, and nothing of anybody else's."""


@dataclass(frozen=True)
class Neighbour:
    """The person and her ticket."""

    person: Person
    ticket: Ticket


def settle_neighbour(personas: Personas, canary: Canary) -> Neighbour:
    """She writes with a file, is answered, noted, tagged, agrees, objects, asks, is held, and works here too."""
    agent = personas.agent("Mads Friis", role="admin")
    sender = f"{NAME} <{ADDRESS}>"
    ticket = receive_mail(
        raw=mail(sender=sender, subject="Schneeschuhe", body="My Lawinenseil tore.", attach="a torn rope")
    ).ticket
    assert ticket is not None
    person = ticket.requester
    assert person is not None
    _describe(person, agent.actor)
    note = _converse(ticket, person, agent.actor, canary)
    personas.copied(personas.ticket(personas.person("Ola Berg")), person)
    _exercise_rights(person, note, agent.actor)
    with transaction.atomic():
        record(
            "privacy.explained", by=agent.actor, person=person.id, details={"reason": "she asked by phone"}
        )
    _is_two_records(person, agent.actor, personas)
    give_account(person)
    move_about(person)
    breach_of(person)
    return Neighbour(person, ticket)


def _describe(person: Person, by: Actor) -> None:
    add_identifier(person=person, kind="phone", value="+43 512 555 0199", by=by)
    correct_person(person=person, by=by, postal_address="Murmeltiergasse 1, 6020 Innsbruck")
    correct_person(person=person, by=by, pronouns="she", postal_address="Murmeltiergasse 4, 6020 Innsbruck")


def _converse(ticket: Ticket, person: Person, by: Actor, canary: Canary) -> Message:
    """The canary is her agent: author of a note, and whose desk the ticket is on."""
    large = NewFile(
        name="rope.txt", content_type="text/plain", content=b"Lawinenseil, 30 m\n" * (INLINE_BYTES // 8)
    )
    sent = reply(ticket=ticket, text="Send us the Lawinenseil, please.", by=by, files=(large,))
    for waiting in OutboundMail.objects.filter(message=sent):
        send_queued_mail(waiting.pk)
    ticket = Ticket.objects.get(pk=ticket.pk)
    bought = "Bought the Schneeschuhe with a Murmeltier on them in March."
    note = add_note(ticket=ticket, text=bought, by=canary.staff.actor)
    save_draft(ticket=ticket, text="A new Lawinenseil is", kind="public", by=by)
    set_tags(ticket=ticket, tags=["ropes"], by=by)
    assign_ticket(ticket=ticket, assignee=canary.staff, by=by)
    return note


def _exercise_rights(person: Person, note: Message, by: Actor) -> None:
    with clock.at(now() - timedelta(days=2)):
        Identifier.objects.filter(person=person).update(created_at=now())
    record_consent(
        person_id=person.id, purpose="news", wording="Yes to the Murmeltier letter", version="2026-1", language="en",
        channel="portal", proof="confirmed", by=Actor(kind="customer"),
    )  # fmt: skip
    object_to_purpose(person_id=person.id, purpose="news", by=Actor(kind="customer"))
    mark_child(person=person, born="1980-02-29", by=by, known=True)
    owe(person.id, "import")
    note_disclosure(person_id=person.id, to="carrier", name="Fjellfrakt AS", by=Actor.operator())
    notify_recipients(person.id, NoticeEvent.CORRECT, by=Actor.operator())
    request = open_request(
        kind="access", person_id=person.id, by=Actor(kind="customer"), channel="portal", words="All of the Lawinenseil",
        contact=ADDRESS,
    )  # fmt: skip
    ask_identity(request_id=request.id, by=Actor.operator())
    vouch_identity(request_id=request.id, how="at the counter", by=Actor.operator())
    read_answer(request_id=request.id, by=Actor.operator())
    mark_passage(
        request_id=request.id, table="desk_message", row_id=note.id, passage="in March", by=Actor.operator()
    )
    place_hold(
        person_id=person.id,
        reason="The Lawinenseil is before a court",
        review_on=today() + timedelta(days=30),
        by=by,
    )


def _is_two_records(person: Person, by: Actor, personas: Personas) -> None:
    """One of hers is merged into the first, and one that looks like hers is somebody else's."""
    second = personas.person("Zyxela B. Brandauer", "zb@neighbour.example")
    merge_persons(stays=person.id, goes=second.id, by=by)
    personas.person("Zeno Brandauer", ADDRESS.replace("@", "+zeno@"))
    note_twins(Person.objects.get(pk=person.pk))
