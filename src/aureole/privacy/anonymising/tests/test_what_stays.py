"""The conversation and its figures stay, the person does not: neither in rows nor in words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connections
from django.db.models import QuerySet

from aureole.desk.actions.add_note import add_note
from aureole.desk.actions.close_ticket import close_ticket
from aureole.desk.actions.reply import reply
from aureole.desk.models import Attachment, Message, Tag, Ticket
from aureole.desk.writing import NewFile
from aureole.kernel.actor import Actor
from aureole.kernel.clock import at, now
from aureole.kernel.errors import Refused
from aureole.people.actions.correct_person import correct_person
from aureole.people.actions.recognise_person import recognise_person
from aureole.people.models import Identifier, Person
from aureole.privacy.anonymising.plan import make_anonymising_plan
from aureole.privacy.anonymising.tests.looking import (
    ADA,
    ADDRESS,
    OFFICER,
    all_words,
    anonymise,
    only_pseudonym,
)
from aureole.privacy.certificate.verify import verify
from aureole.privacy.erasure.proof import payload_of
from aureole.privacy.models import Erasure
from aureole.search.find import find
from aureole.search.models import SearchEntry
from aureole.testing.figures import figures
from aureole.testing.personas import Personas
from aureole.vault.files import read_file
from aureole.vault.keys import states
from aureole.vault.keystore.models import KeyState, PersonKey
from aureole.vault.models import SealedFile
from aureole.vault.unlock import unlock


def test_the_conversation_stays_and_names_nobody(ada: Person, personas: Personas) -> None:
    agent = personas.agent()
    correct_person(person=ada, by=OFFICER, postal_address="Håkansgränd 12\n11120 Stockholm")
    ticket = personas.ticket(
        ada, subject="Pole of Ada, order AB-20931", text="Call +46 70 174 06 99 or 11.3.2026."
    )
    file = NewFile(name="ada lindqvist.txt", content_type="text/plain", content=b"Yours, ada (in Stockholm)")
    picture = NewFile(name="pole.png", content_type="image/png", content=b"\x89PNG")
    personas.message(ticket, ada, f"My pole broke. {ADDRESS}, see www.lindqvist.example", (file, picture))
    reply(ticket=ticket, text="Dear Ada, the pole is on its way.", by=agent.actor)
    plan = make_anonymising_plan(ada.id)
    assert plan.blockers == () and not plan.apart
    certificate = anonymise(ada, expected_hash=plan.hash)
    kept = unlock(Ticket.objects.filter(requester=only_pseudonym()))[0]
    assert kept.pk != ticket.pk and kept.number != ticket.number
    assert kept.subject == "Pole of [removed], order [removed]"
    texts = [str(m.text) for m in unlock(kept.messages.order_by("sent_at", "id"))]
    assert texts == [
        "Call [removed] or [removed].",
        "My pole broke. [removed], see [removed]",
        "Dear [removed], the pole is on its way.",
    ]
    attachment = unlock(Attachment.objects.select_related("file"))[0]
    assert (attachment.name, read_file(attachment.file)) == ("file-1.txt", b"Yours, [removed] (in [removed])")
    assert {m.author_id for m in kept.messages.all()} == {kept.requester_id, agent.person_id}
    assert "lindqvist" not in all_words().lower()
    assert not Person.objects.filter(pk=ada.id).exists()
    assert not Identifier.objects.filter(person_id__in=[ada.id, kept.requester_id]).exists()
    assert set(states(ada.id).values()) == {KeyState.ERASED}
    assert kept.requester_id in {hit.person for hit in find("pole way", actor=OFFICER).hits}
    assert not find("Lindqvist", actor=OFFICER).hits
    stated = payload_of(certificate)
    assert verify(certificate).valid and stated["residue"]["places"] == []
    assert {c["place"]: c["count"] for c in stated["anonymised"]} == {c.place: c.count for c in plan.stays}
    planned = {c.place: c.count for c in plan.erase if c.place != "key store"}
    assert planned == {item["place"]: item["count"] for item in stated["erased"]}


def test_nothing_tells_the_time_closer_than_the_month_nor_leads_back(ada: Person, personas: Personas) -> None:
    ticket = personas.ticket(ada)
    ids = {str(ada.id), str(ticket.pk), *(str(m.pk) for m in ticket.messages.all())}
    anonymise(ada)
    kept = Ticket.objects.get(requester=only_pseudonym())
    moments = [kept.created_at, kept.updated_at, kept.last_message_at]
    moments += [moment for m in kept.messages.all() for moment in (m.sent_at, m.created_at)]
    assert {(moment.day, moment.hour, moment.minute, moment.microsecond) for moment in moments} == {
        (1, 12, 0, 0)
    }
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT row_to_json(e)::text FROM privacy_erasure e "
            "UNION ALL SELECT row_to_json(p)::text FROM people_person p"
        )
        everything = "\n".join(row[0] for row in cursor.fetchall())
    assert not [id_ for id_ in ids if id_ in everything]
    assert Erasure.objects.get().known_as is None


def test_figures_are_the_same_before_and_after(ada: Person, personas: Personas) -> None:
    agent = personas.agent()
    with at(now() + timedelta(hours=5)):
        first = personas.ticket(ada)
    with at(now() + timedelta(hours=30)):
        reply(ticket=first, text="Here it is.", by=agent.actor)
        close_ticket(ticket=Ticket.objects.get(pk=first.pk), by=agent.actor)
    personas.ticket(ada)
    before = figures()
    anonymise(ada)
    assert figures() == before
    assert any("'solved'" in line or "'closed'" in line for line in before["tickets"])


def test_others_keep_their_words_but_for_the_name(ada: Person, personas: Personas) -> None:
    bo = Person.objects.exclude(pk=ada.id)[0]
    told = personas.ticket(bo, text=f"{ADA} took it.")
    personas.ticket(ada)
    others = Message.objects.exclude(person=ada).exclude(ticket=told)
    before = {m.pk: m.__dict__["text"].token for m in others}
    anonymise(ada)
    assert Message.objects.get(ticket=told).text == "[erased person] took it."
    after = {m.pk: m.__dict__["text"].token for m in Message.objects.filter(pk__in=before)}
    assert after == before


def test_where_somebody_else_wrote_it_is_as_in_an_erasure(ada: Person, personas: Personas) -> None:
    bo = Person.objects.exclude(pk=ada.id)[0]
    personas.ticket(ada)
    shared = personas.ticket(ada, subject="Ours", text="Ada's words")
    personas.message(shared, bo, "Bo's words")
    anonymise(ada)
    kept = Ticket.objects.get(pk=shared.pk)
    assert (kept.requester_id, kept.subject) == (None, None)
    assert [m.text for m in kept.messages.all()] == ["Bo's words"]
    assert Ticket.objects.filter(requester=only_pseudonym()).count() == 1


def test_conversations_that_single_out_together_get_a_pseudonym_each(ada: Person, personas: Personas) -> None:
    def writes(who: Person) -> None:
        personas.message(
            personas.ticket(who),
            who,
            "See this.",
            (NewFile(name="a.txt", content_type="text/plain", content=b"A"),),
        )

    writes(ada)
    with at(now() + timedelta(days=40)):
        for _ in range(2):
            personas.ticket(personas.person("Cy Dahl"))
        writes(ada)
        plan = make_anonymising_plan(ada.id)
        assert (plan.findings, plan.apart) == ((), True)
        anonymise(ada, expected_hash=plan.hash)
    tickets = Ticket.objects.filter(requester__in=Person.objects.pseudonyms())
    assert len({t.requester_id for t in tickets}) == tickets.count() == 2
    _nothing_shows_that_they_are_of_one_run(tickets)


def _nothing_shows_that_they_are_of_one_run(tickets: QuerySet[Ticket]) -> None:
    """Neither an id that tells its millisecond nor a number, nor that they began with the run."""
    pseudonyms = Person.objects.pseudonyms()
    kinds = (
        pseudonyms,
        tickets,
        *(m.objects.filter(person_id__in=pseudonyms) for m in (Message, Attachment, SealedFile)),
    )
    assert {row.pk.version for rows in kinds for row in rows} == {4}
    one, other = sorted(tickets, key=lambda ticket: ticket.created_at)
    assert abs(one.number - other.number) > 1 and min(one.number, other.number) >= 10**9
    assert one.requester.created_at == one.created_at < other.created_at == other.requester.created_at
    keys = PersonKey.objects.filter(person_id__in=[person.pk for person in pseudonyms])
    entries = SearchEntry.objects.filter(person_id__in=pseudonyms)
    assert min(row.pk for rows in (keys, entries) for row in rows) >= 2**62
    assert {key.created_at for key in keys} == {one.created_at, other.created_at}
    began = {f.created_at for f in SealedFile.objects.filter(person_id__in=pseudonyms)}
    assert began == {one.created_at, other.created_at}


def test_labels_that_few_bear_do_not_stay(ada: Person, personas: Personas) -> None:
    rare, common = (Tag.objects.create(name=name) for name in ("wheelchair", "parcel"))
    mine = personas.ticket(ada)
    for ticket in Ticket.objects.all():
        ticket.tags.add(common)
    mine.tags.add(rare)
    anonymise(ada)
    assert [tag.name for tag in Ticket.objects.get(requester=only_pseudonym()).tags.all()] == ["parcel"]


def test_a_pseudonym_is_nobody_to_write_to_or_about(ada: Person, personas: Personas) -> None:
    personas.ticket(ada)
    anonymise(ada)
    ticket = Ticket.objects.get(requester=only_pseudonym())
    with pytest.raises(Refused, match="anonymised"):
        add_note(ticket=ticket, text="It was Ada.", by=personas.agent().actor)
    assert (
        recognise_person(kind="email", value=ADDRESS, name=ADA, source="email", by=Actor.system()).pk
        != ticket.requester_id
    )
