"""A person's conversations and figures stay, the person does not: neither in rows nor in words, here or in backups."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from aureole.desk.actions.add_note import add_note
from aureole.desk.actions.close_ticket import close_ticket
from aureole.desk.actions.reply import reply
from aureole.desk.models import Attachment, Change, Message, Tag, Ticket, TicketStatistic
from aureole.desk.writing import NewFile
from aureole.kernel.actor import Actor
from aureole.kernel.clock import at, now
from aureole.kernel.errors import Refused
from aureole.ledger.models import Entry
from aureole.people.actions.correct_person import correct_person
from aureole.people.actions.recognise_person import recognise_person
from aureole.people.actions.restrict_person import restrict_person
from aureole.people.models import Identifier, Organisation, Person
from aureole.privacy.anonymising import run as anonymising
from aureole.privacy.anonymising.plan import AnonymisingPlan, make_anonymising_plan
from aureole.privacy.anonymising.run import anonymise_person, begin_anonymising
from aureole.privacy.certificate.verify import verify
from aureole.privacy.erasure import run
from aureole.privacy.erasure.plan import make_plan
from aureole.privacy.erasure.proof import payload_of
from aureole.privacy.erasure.run import carry_out, erase_person
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.models import Erasure, ErasureState
from aureole.privacy.replay.run import replay
from aureole.privacy.rights.place import today
from aureole.search.find import find
from aureole.staff.models import Agent
from aureole.testing.personas import Personas
from aureole.testing.yesterday import dumped, restored
from aureole.vault.files import read_file
from aureole.vault.keys import states
from aureole.vault.keystore.models import KeyState
from aureole.vault.unlock import unlock

OFFICER = Actor.operator()
ADA, ADDRESS = "Ada Lindqvist", "ada.lindqvist@brevduva.example"


@pytest.fixture
def ada(personas: Personas, settings: Any) -> Person:
    """Somebody who may write, in a company of two others who wrote this month; three are enough here."""
    settings.AUREOLE_ANONYMITY = 3
    for _ in range(2):
        personas.ticket(personas.person("Bo Ek"), text="Nothing about anybody.")
    return personas.person(ADA, ADDRESS)


def anonymise(person: Person, **how: Any) -> str:
    return anonymise_person(person.id, by=OFFICER, reason="she leaves", **how).certificate


def _only_pseudonym() -> Person:
    return unlock(Person.objects.pseudonyms())[0]


def _all_words() -> str:
    rows = unlock(Message.objects.all())
    words = [str(v) for m in rows for v in (m.text, m.new_text, m.html, m.excerpt, m.parties)]
    words += [str(t.subject) for t in unlock(Ticket.objects.all())]
    attached = unlock(Attachment.objects.select_related("file"))
    words += [str(v) for a in attached for v in (a.name, a.content_type)]
    return "\n".join([*words, *(read_file(a.file).decode("utf-8", "replace") for a in attached)])


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
    kept = unlock(Ticket.objects.filter(requester=_only_pseudonym()))[0]
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
    assert "lindqvist" not in _all_words().lower()
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
    kept = Ticket.objects.get(requester=_only_pseudonym())
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


def _figures() -> dict[str, Any]:
    """As a report would count them: by month, status, channel, type, team, agent, and how soon we answered."""
    tickets = [
        (t.created_at.strftime("%Y-%m"), t.closed_at.strftime("%Y-%m") if t.closed_at else "", t.status, t.channel,
         t.type, t.priority, str(t.team_id), str(t.assignee_id), t.message_count,
         round((t.first_answered_at - t.created_at).total_seconds() / 3600) if t.first_answered_at else None)
        for t in Ticket.objects.all()
    ]  # fmt: skip
    messages = [(m.sent_at.strftime("%Y-%m"), m.direction, m.kind) for m in Message.objects.all()]
    return {
        "tickets": sorted(map(str, tickets)), "messages": sorted(messages),
        "persons": Person.objects.count(), "of the erased": TicketStatistic.objects.count(),
    }  # fmt: skip


def test_figures_are_the_same_before_and_after(ada: Person, personas: Personas) -> None:
    agent = personas.agent()
    with at(now() + timedelta(hours=5)):
        first = personas.ticket(ada)
    with at(now() + timedelta(hours=30)):
        reply(ticket=first, text="Here it is.", by=agent.actor)
        close_ticket(ticket=Ticket.objects.get(pk=first.pk), by=agent.actor)
    personas.ticket(ada)
    before = _figures()
    anonymise(ada)
    assert _figures() == before
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
    assert Ticket.objects.filter(requester=_only_pseudonym()).count() == 1


# ------------------------------------------------------------------ an agent


@pytest.fixture
def signe(personas: Personas, settings: Any) -> Agent:
    """One of three agents, which is enough here."""
    settings.AUREOLE_ANONYMITY = 3
    for _ in range(2):
        personas.agent("Mikkel Dam")
    personas.agent("Adam Min", role="admin")
    return personas.agent("Signe Holm")


def test_an_agents_name_and_signature_go_and_the_work_stays(signe: Agent, personas: Personas) -> None:
    ticket = personas.ticket(personas.person("Holm Bergman"), text="Where is it?")
    Ticket.objects.filter(pk=ticket.pk).update(assignee=signe)
    answer = reply(ticket=ticket, text="It is on its way.\n\nBest,\nSigne", by=signe.actor)
    thanks = personas.message(ticket, ticket.requester, "Thank you, Signe! Yours, Holm Bergman")  # type: ignore[arg-type]
    add_note(ticket=ticket, text="Signe Holm knows.", by=personas.agent("Mikkel Dam").actor)
    sent = Message.objects.get(pk=answer.pk).sent_at
    certificate = anonymise_person(signe.person_id, by=OFFICER, reason="she left").certificate
    kept = Message.objects.get(pk=answer.pk)
    assert kept.text == "It is on its way.\n\nBest,\n[erased person]"
    assert Message.objects.get(pk=thanks.pk).text == "Thank you, [erased person]! Yours, Holm Bergman"
    assert kept.sent_at == sent, "the time of an answer is the customer's"
    pseudonym = Agent.objects.get(person=_only_pseudonym())
    assert (kept.author_id, Ticket.objects.get(pk=ticket.pk).assignee_id) == (
        pseudonym.person_id,
        pseudonym.id,
    )
    assert (pseudonym.role, pseudonym.is_active, pseudonym.has_usable_password()) == ("agent", False, False)
    assert not Agent.objects.filter(pk=signe.pk).exists()
    assert not Change.objects.filter(by=signe).exists()
    assert "Signe" not in _all_words()
    assert payload_of(certificate)["residue"]["places"] == []


def test_an_agent_among_few_is_refused(personas: Personas) -> None:
    personas.agent(role="admin")
    agent = personas.agent("Signe Holm")
    assert ("Staff account", ("role",), 1, False) in _findings(agent.person)
    with pytest.raises(Refused, match=r"At least 5 are needed.*Erase them instead.*Nothing was changed"):
        anonymise_person(agent.person_id, by=OFFICER, reason="")
    assert Agent.objects.get(pk=agent.pk).is_active


# ------------------------------------------------------------------ refusals


def _findings(person: Person) -> set[tuple[str, tuple[str, ...], int, bool]]:
    return {(f.label, f.columns, f.persons, f.left) for f in make_anonymising_plan(person.id).findings}


def test_who_would_be_singled_out_is_refused_before_anything_changes(ada: Person, personas: Personas) -> None:
    with at(now() + timedelta(days=40)):
        personas.ticket(ada)
        assert _findings(ada) == {
            ("Messages", ("month",), 1, False),
            ("Tickets", ("month", "type", "channel"), 1, False),
        }
        with pytest.raises(Refused, match="nobody else shares the same month"):
            anonymise(ada)
    assert Person.objects.get(pk=ada.id).status == "active"
    assert not Erasure.objects.exists()


def test_a_list_that_would_miss_one_of_few_is_a_reason_to_refuse(ada: Person, personas: Personas) -> None:
    personas.ticket(ada)
    firm = Organisation.objects.create(name="Nordlys", created_at=now())
    correct_person(person=ada, by=OFFICER, organisation=firm)
    assert _findings(ada) == {("Person", ("organisation",), 1, True)}
    Person.objects.exclude(pk=ada.id).update(organisation=firm)
    assert _findings(ada) == set()


def test_what_was_anonymised_before_hides_nobody(ada: Person, personas: Personas) -> None:
    personas.ticket(ada)
    bo = Person.objects.exclude(pk=ada.id)[0]
    anonymise(bo)
    assert {f[2] for f in _findings(ada)} == {2}


def test_conversations_that_single_out_together_get_a_pseudonym_each(ada: Person, personas: Personas) -> None:
    personas.ticket(ada)
    with at(now() + timedelta(days=40)):
        for _ in range(2):
            personas.ticket(personas.person("Cy Dahl"))
        personas.ticket(ada)
        plan = make_anonymising_plan(ada.id)
        assert (plan.findings, plan.apart) == ((), True)
        anonymise(ada, expected_hash=plan.hash)
    tickets = Ticket.objects.filter(requester__in=Person.objects.pseudonyms())
    assert len({t.requester_id for t in tickets}) == tickets.count() == 2


def test_labels_that_few_bear_do_not_stay(ada: Person, personas: Personas) -> None:
    rare, common = (Tag.objects.create(name=name) for name in ("wheelchair", "parcel"))
    mine = personas.ticket(ada)
    for ticket in Ticket.objects.all():
        ticket.tags.add(common)
    mine.tags.add(rare)
    anonymise(ada)
    assert [tag.name for tag in Ticket.objects.get(requester=_only_pseudonym()).tags.all()] == ["parcel"]


def test_nothing_could_stay_of_somebody_without_a_conversation(ada: Person) -> None:
    with pytest.raises(Refused, match="Erase them instead"):
        anonymise(ada)


def test_a_restriction_and_a_hold_stand_in_the_way(ada: Person, personas: Personas) -> None:
    personas.ticket(ada)
    place_hold(person_id=ada.id, reason="a claim", review_on=today() + timedelta(days=30), by=OFFICER)
    restrict_person(person_id=ada.id, reason="disputed", by=OFFICER)
    codes = {b.code for b in make_anonymising_plan(ada.id).blockers}
    assert codes == {"legal_hold", "person_restricted"}


def test_a_plan_that_changed_since_approval_stops(ada: Person, personas: Personas) -> None:
    personas.ticket(ada)
    plan: AnonymisingPlan = make_anonymising_plan(ada.id)
    assert plan.hash != make_plan(ada.id).hash
    personas.ticket(ada)
    with pytest.raises(Refused, match="has changed"):
        anonymise(ada, expected_hash=plan.hash)


def test_the_second_person_must_be_another(ada: Person, personas: Personas) -> None:
    personas.ticket(ada)
    agent = personas.agent(role="admin").actor
    with pytest.raises(Refused, match="somebody else"):
        anonymise_person(ada.id, by=agent, reason="", approved_by=agent)


def test_a_pseudonym_is_nobody_to_write_to_or_about(ada: Person, personas: Personas) -> None:
    personas.ticket(ada)
    anonymise(ada)
    ticket = Ticket.objects.get(requester=_only_pseudonym())
    with pytest.raises(Refused, match="anonymised"):
        add_note(ticket=ticket, text="It was Ada.", by=personas.agent().actor)
    assert (
        recognise_person(kind="email", value=ADDRESS, name=ADA, source="email", by=Actor.system()).pk
        != ticket.requester_id
    )


# ------------------------------------------------------------------ interruptions, and the second look


@pytest.mark.parametrize("broken", [anonymising.STEP, *run.STEP_NAMES])
def test_an_anonymisation_that_broke_anywhere_goes_on(
    ada: Person, personas: Personas, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        personas.ticket(ada)
    before = _figures()
    _break_after(monkeypatch, broken)
    with pytest.raises(RuntimeError):
        anonymise(ada)
    monkeypatch.undo()
    outcome = carry_out(Erasure.objects.get().id)
    assert verify(outcome.certificate).valid
    assert _figures() == before
    assert {c["place"]: c["count"] for c in outcome.anonymised}["desk_ticket"] == 2
    assert Entry.objects.filter(type="privacy.anonymised").count() == 1


def _break_after(monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    def failing(step: Callable[[Erasure], None]) -> Callable[[Erasure], None]:
        def fail(erasure: Erasure) -> None:
            step(erasure)
            raise RuntimeError("power cut after the step, before the next")

        return fail

    def changed(steps: tuple[run.Step, ...]) -> tuple[run.Step, ...]:
        return tuple((name, failing(step) if name == broken else step) for name, step in steps)

    monkeypatch.setattr(run, "_STEPS", changed(run._STEPS))
    monkeypatch.setattr(run, "_preceding", {way: changed(steps) for way, steps in run._preceding.items()})


def test_what_would_single_out_by_now_is_not_carried_over_and_can_be_erased(
    ada: Person, personas: Personas
) -> None:
    ticket = personas.ticket(ada)
    begun = begin_anonymising(person_id=ada.id, by=OFFICER, reason="")
    for other in list(Person.objects.exclude(pk=ada.id)[:2]):
        erase_person(other.id, by=OFFICER, reason="")
    with pytest.raises(Refused, match="Erase the person instead"):
        carry_out(begun.id)
    assert Ticket.objects.get(pk=ticket.pk).requester_id == ada.id
    assert not Person.objects.pseudonyms().exists()
    certificate = erase_person(ada.id, by=OFFICER, reason="instead").certificate
    assert "anonymised" not in payload_of(certificate)
    assert not Ticket.objects.filter(pk=ticket.pk).exists()
    assert Erasure.objects.get(pk=begun.pk).state == ErasureState.DONE


def test_whoever_is_being_erased_cannot_be_anonymised_any_more(ada: Person, personas: Personas) -> None:
    from aureole.privacy.erasure.begin import begin_erasure

    personas.ticket(ada)
    begin_erasure(person_id=ada.id, by=OFFICER, reason="")
    with pytest.raises(Refused, match="being erased already"):
        anonymise(ada)


def test_an_old_backup_does_not_bring_the_person_back(ada: Person, personas: Personas) -> None:
    personas.ticket(ada, text="My pole broke.")
    told = personas.ticket(Person.objects.exclude(pk=ada.id)[0], text=f"{ADA} took it.")
    before = dumped()
    anonymise(ada)
    restored(before)
    done = replay(None)
    assert done.persons == 1
    assert not Person.objects.filter(pk=ada.id).exists()
    assert not Ticket.objects.filter(requester_id=ada.id).exists()
    assert TicketStatistic.objects.count() == 1, "its figures stay"
    assert Message.objects.get(ticket=told).text == "[erased person] took it."
    assert not find("Lindqvist", actor=OFFICER).hits
    assert "Lindqvist" not in _all_words()


def test_ids_of_pseudonyms_are_sealed_while_it_runs(ada: Person, personas: Personas) -> None:
    personas.ticket(ada)
    begun = begin_anonymising(person_id=ada.id, by=OFFICER, reason="")
    ids = [uuid.UUID(text) for text in (begun.known_as or {})["becomes"]]
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM privacy_erasure t")
        row = cursor.fetchone()[0]
    assert len(ids) == 2 and not [i for i in ids if str(i) in row]
