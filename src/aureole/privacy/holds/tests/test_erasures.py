"""A hold wins or is refused, whatever else happens at the same moment; and what waited for it goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections, transaction

from aureole.desk.models import Message, Ticket
from aureole.kernel.errors import NotFound, Refused
from aureole.people.models import Person
from aureole.privacy.erasure import deleting, run
from aureole.privacy.erasure.begin import begin_erasure
from aureole.privacy.erasure.run import carry_out, erase_person
from aureole.privacy.erasure.standing import note_step
from aureole.privacy.erasure.tasks import carry_out_erasure
from aureole.privacy.holds import guard
from aureole.privacy.holds.tests.holding import OPERATOR, hold_on, message_of, release
from aureole.privacy.models import Erasure, Hold
from aureole.privacy.replay.persons import resume_begun
from aureole.testing.personas import Personas


def test_a_hold_that_comes_after_the_start_stops_an_erasure_before_anything_goes(personas: Personas) -> None:
    ada = personas.person()
    ticket = personas.ticket(ada)
    erasure = begin_erasure(person_id=ada.id, by=OPERATOR, reason="")
    hold = hold_on(ada, "desk_ticket", ticket.id)
    with pytest.raises(Refused, match="goes on"):
        carry_out(erasure.id)
    carry_out_erasure(erasure_id=str(erasure.id))  # the worker leaves it alone
    assert Ticket.objects.get().requester_id == ada.id
    assert message_of(ada).text == "It broke."
    release(hold)
    assert Erasure.objects.get().state == "done"
    assert not Message.objects.exists()


def test_half_way_a_hold_keeps_what_is_there_and_is_refused_for_what_is_not(
    personas: Personas, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, bo = personas.person(), personas.person("Bo Ek")
    for _ in range(3):
        ticket = personas.ticket(bo)
        personas.message(ticket, ada, "hers")
    monkeypatch.setattr(deleting, "BATCH", 1)
    hers = [m.id for m in Message.objects.filter(person=ada)]
    two_left: list[bool] = []

    def break_off(erasure: Erasure, *args: Any) -> None:
        if two_left:
            raise RuntimeError("power cut")
        note_step(erasure, *args)
        if Message.objects.filter(pk__in=hers).count() == 2:
            two_left.append(True)

    monkeypatch.setattr(run, "note_step", break_off)
    with pytest.raises(RuntimeError):
        erase_person(ada.id, by=OPERATOR, reason="")
    monkeypatch.setattr(run, "note_step", note_step)
    left = [m for m in hers if Message.objects.filter(pk=m).exists()]
    [gone] = set(hers) - set(left)
    with pytest.raises(NotFound):
        hold_on(ada, "desk_message", gone)
    with pytest.raises(Refused, match="a part of it"):
        hold_on(ada)
    hold = hold_on(ada, "desk_message", left[0])
    with pytest.raises(Refused, match="goes on"):
        carry_out(Erasure.objects.get().id)
    assert Message.objects.get(pk=left[0]).text == "hers"
    release(hold)
    assert Erasure.objects.get().state == "done"


@pytest.mark.parametrize("first", ["hold", "deletion"])
def test_of_a_hold_and_a_deletion_at_once_one_wins_whole(
    transactional_db: None, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two connections, the later one starting while the earlier one's transaction is open."""
    personas = Personas()
    ada = personas.person()
    ticket = personas.ticket(ada)
    erasure = begin_erasure(person_id=ada.id, by=OPERATOR, reason="")
    inside, go_on, outcome = threading.Event(), threading.Event(), dict[str, str]()

    def attempt(name: str, act: Callable[[], object]) -> threading.Thread:
        def body() -> None:
            try:
                act()
                outcome[name] = "done"
            except Refused as refusal:
                outcome[name] = refusal.code
            finally:
                connections.close_all()

        thread = threading.Thread(target=body)
        thread.start()
        return thread

    def pausing(original: Callable[..., Any]) -> Callable[..., Any]:
        def paused(*args: Any, **kwargs: Any) -> Any:
            found = original(*args, **kwargs)
            if not inside.is_set():
                inside.set()
                assert go_on.wait(10)
            return found

        return paused

    from aureole.privacy.holds.actions import place_hold as placing

    if first == "hold":
        monkeypatch.setattr(placing, "_stop_requests", pausing(placing._stop_requests))
    else:
        monkeypatch.setattr(deleting, "delete_batch", pausing(deleting.delete_batch))
    acts: dict[str, Callable[[], object]] = {
        "hold": lambda: hold_on(ada, "desk_ticket", ticket.id),
        "deletion": lambda: carry_out(erasure.id),
    }
    second = "deletion" if first == "hold" else "hold"
    earlier = attempt(first, acts[first])
    assert inside.wait(10)
    later = attempt(second, acts[second])
    later.join(timeout=0.3)
    assert later.is_alive(), "the later one waits for the earlier one's transaction"
    go_on.set()
    earlier.join(20)
    later.join(20)
    if first == "hold":
        assert outcome == {"hold": "done", "deletion": "erasure_held"}
        assert Message.objects.filter(ticket=ticket).count() == 1
    else:
        assert outcome["deletion"] == "done"
        assert outcome["hold"] in ("person_not_found", "hold_too_late", "hold_nothing")
        assert not Ticket.objects.exists() and not Hold.objects.exists()


def test_a_delete_outside_a_transaction_is_a_mistake_of_ours(transactional_db: None) -> None:
    with pytest.raises(TypeError):
        guard.refuse_held(set())
    with transaction.atomic():
        guard.refuse_held(set())


def test_a_hold_that_came_back_with_a_backup_stops_the_erasure_of_the_replay(personas: Personas) -> None:
    ada = personas.person()
    begin_erasure(person_id=ada.id, by=OPERATOR, reason="")
    hold = hold_on(ada)
    assert resume_begun()[1] >= 1
    assert Person.objects.filter(pk=ada.id).exists()
    release(hold)
    assert not Person.objects.filter(pk=ada.id).exists()
