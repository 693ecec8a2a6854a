"""An anonymisation that broke off, stood still or was brought back by an old backup comes to its end."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.db import connections

from aureole.desk.models import Message, Ticket, TicketStatistic
from aureole.kernel.errors import Refused
from aureole.ledger.models import Entry
from aureole.people.models import Person
from aureole.privacy.anonymising import run as anonymising
from aureole.privacy.anonymising.run import begin_anonymising
from aureole.privacy.anonymising.tests.looking import (
    ADA,
    OFFICER,
    all_words,
    anonymise,
)
from aureole.privacy.certificate.verify import verify
from aureole.privacy.erasure import run
from aureole.privacy.erasure.proof import payload_of
from aureole.privacy.erasure.run import carry_out, erase_person
from aureole.privacy.models import Erasure, ErasureState
from aureole.privacy.replay.run import replay
from aureole.search.find import find
from aureole.testing.figures import figures
from aureole.testing.personas import Personas
from aureole.testing.yesterday import dumped, restored


@pytest.mark.parametrize("broken", [anonymising.STEP, *run.STEP_NAMES])
def test_an_anonymisation_that_broke_anywhere_goes_on(
    ada: Person, personas: Personas, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        personas.ticket(ada)
    before = figures()
    _break_after(monkeypatch, broken)
    with pytest.raises(RuntimeError):
        anonymise(ada)
    monkeypatch.undo()
    outcome = carry_out(Erasure.objects.get().id)
    assert verify(outcome.certificate).valid
    assert figures() == before
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
    assert "Lindqvist" not in all_words()


def test_ids_of_pseudonyms_are_sealed_while_it_runs(ada: Person, personas: Personas) -> None:
    personas.ticket(ada)
    begun = begin_anonymising(person_id=ada.id, by=OFFICER, reason="")
    ids = [uuid.UUID(text) for text in (begun.known_as or {})["becomes"]]
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM privacy_erasure t")
        row = cursor.fetchone()[0]
    assert len(ids) == 2 and not [i for i in ids if str(i) in row]
