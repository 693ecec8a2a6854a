"""For 30 days two merged records can be parted, exactly as they were, with what came since where it belongs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.desk.actions.add_note import add_note
from aureole.desk.models import Message, Ticket
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.people.actions.merge_persons import merge_persons
from aureole.people.actions.restrict_person import restrict_person
from aureole.people.actions.unmerge_persons import unmerge_persons
from aureole.people.models import MergedPerson, MergeUndo, Person
from aureole.people.queries import person_for
from aureole.people.retention import forget_undos
from aureole.people.tests.merging import Two, agrees, everything, mail, merge
from aureole.people.tests.merging import two as two
from aureole.privacy.consent.actions.object_to_purpose import object_to_purpose
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.place import today
from aureole.search.find import find
from aureole.testing.personas import Personas
from aureole.vault.unlock import unlock

OPERATOR = Actor.operator()
CUSTOMER = Actor(kind="customer")
pytestmark = pytest.mark.django_db


def test_undoing_restores_both_exactly(two: Two, personas: Personas) -> None:
    ours, theirs = two
    other = personas.ticket(personas.person("Bo Ek"))
    for person in two:
        personas.copied(other, person)
    personas.copied(Ticket.objects.get(requester=ours), theirs)
    place_hold(person_id=ours.id, reason="claim", review_on=today() + timedelta(days=9), by=OPERATOR)
    place_hold(person_id=theirs.id, reason="audit", review_on=today() + timedelta(days=5), by=OPERATOR)
    agrees(ours)
    object_to_purpose(person_id=theirs.id, purpose="news", by=CUSTOMER)
    open_request(kind="access", person_id=theirs.id, by=CUSTOMER, channel="portal", words="everything")
    restrict_person(person_id=theirs.id, reason="contested", by=OPERATOR)
    before = everything()
    merge_persons(stays=ours.id, goes=theirs.id, by=OPERATOR, picks={"name": "goes"})
    assert everything() != before
    unmerge_persons(merged=theirs.id, by=OPERATOR)
    after = everything()
    for key in before:
        if key[0] != "search_entry":
            assert after.get(key) == before[key], key
    assert set(k for k in after if k[0] != "search_entry") == set(k for k in before if k[0] != "search_entry")
    found = [h.person for h in find("groundsheet", actor=OPERATOR).hits if h.kind == "message"]
    assert set(found) == {theirs.id}


def test_a_second_merge_or_undo_changes_nothing(two: Two) -> None:
    merge(two)
    once = everything()
    merge(two)
    assert everything() == once
    unmerge_persons(merged=two[1].id, by=OPERATOR)
    twice = everything()
    unmerge_persons(merged=two[1].id, by=OPERATOR)
    assert everything() == twice


def test_what_came_since_goes_back_only_from_an_address_that_goes_back(two: Two, personas: Personas) -> None:
    merge(two)
    work = receive_mail(raw=mail("ada@arbete.example", "New at work.", "Work")).ticket
    home = receive_mail(raw=mail("ada@hemma.example", "New at home.", "Home")).ticket
    assert work is not None
    assert home is not None
    old = Ticket.objects.exclude(pk__in=[work.pk, home.pk]).order_by("number")
    ours, theirs = old[0], old[1]
    personas.message(theirs, person_for(OPERATOR, two[0].id), "From home into the work matter.")
    for ticket in (work, home, theirs):
        add_note(ticket=Ticket.objects.get(pk=ticket.pk), text="noted since", by=OPERATOR)
    unmerge_persons(merged=two[1].id, by=OPERATOR)
    owner = dict(Ticket.objects.values_list("pk", "requester_id"))
    assert {pk: owner[pk] for pk in (work.pk, home.pk, ours.pk, theirs.pk)} == {
        work.pk: two[1].id, home.pk: two[0].id, ours.pk: two[0].id, theirs.pk: two[1].id,
    }  # fmt: skip
    notes = {m.ticket_id: m.person_id for m in unlock(Message.objects.all()) if m.text == "noted since"}
    assert notes == {work.pk: two[1].id, home.pk: two[0].id, theirs.pk: two[1].id}
    from_home = next(m for m in unlock(Message.objects.all()) if m.text.startswith("From home"))
    assert from_home.person_id == two[0].id
    assert {h.person for h in find("New at work", actor=OPERATOR).hits} == {two[1].id}


def test_merges_are_undone_in_turn_the_latest_first(two: Two, personas: Personas) -> None:
    third = personas.person("Ada L.", "ada@tredje.example")
    merge(two)
    merge_persons(stays=two[0].id, goes=third.id, by=OPERATOR)
    with pytest.raises(Refused, match="Undo that merge first"):
        unmerge_persons(merged=two[1].id, by=OPERATOR)
    unmerge_persons(merged=third.id, by=OPERATOR)
    unmerge_persons(merged=two[1].id, by=OPERATOR)
    assert Person.objects.filter(pk__in=[p.id for p in (*two, third)]).count() == 3


def test_a_merge_of_a_merged_record_is_undone_step_by_step(two: Two, personas: Personas) -> None:
    third = personas.person("Ada L.", "ada@tredje.example")
    before = everything()
    merge(two)
    merge_persons(stays=third.id, goes=two[0].id, by=OPERATOR)
    assert set(MergedPerson.objects.values_list("person_id", flat=True)) == {third.id}
    unmerge_persons(merged=two[0].id, by=OPERATOR)
    unmerge_persons(merged=two[1].id, by=OPERATOR)
    after = everything()
    assert {k: after.get(k) for k in before if k[0] != "search_entry"} == {
        k: v for k, v in before.items() if k[0] != "search_entry"
    }


def test_after_30_days_nothing_is_left_to_undo_it(two: Two) -> None:
    merge(two)
    with clock.at(now() + timedelta(days=29)):
        assert forget_undos() == 0
    with clock.at(now() + timedelta(days=31)):
        assert forget_undos() == 1
        with pytest.raises(Refused, match="30 days"):
            unmerge_persons(merged=two[1].id, by=OPERATOR)
    assert not MergeUndo.objects.exists()
