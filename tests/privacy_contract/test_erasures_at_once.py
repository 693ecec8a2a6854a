"""Erasures of several persons who name each other, at the same moment and on connections of their own."""

from __future__ import annotations

import contextlib
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections, transaction

from aureole.desk import mentions
from aureole.desk.actions.save_draft import save_draft
from aureole.desk.models import Draft, Message
from aureole.kernel.actor import Actor
from aureole.kernel.deadlocks import again_on_deadlock
from aureole.people.actions.correct_person import correct_person
from aureole.people.models import Person
from aureole.privacy.erasure import begin, deleting, run
from aureole.privacy.erasure.redactor import Redactor
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.models import Erasure
from aureole.privacy.residue.scan import scan
from aureole.testing.meeting import together
from aureole.testing.personas import Personas

pytestmark = pytest.mark.usefixtures("transactional_db")
OPERATOR = Actor.operator()
NAMES = ("Zyxela Quorvanth", "Adaline Brumvikk", "Torquil Exavold")


def _circle(count: int = 2) -> list[uuid.UUID]:
    """Each writes about all others, has a draft that names them, and lives with one of them."""
    personas = Personas()
    agent = personas.agent(role="admin").actor
    people = [personas.person(name) for name in NAMES[:count]]
    for person in people:
        others = [name for name in NAMES[:count] if name != str(person.name)]
        ticket = personas.ticket(person, subject=f"About {others[0]}", text=f"I met {' and '.join(others)}.")
        personas.message(ticket, person, f"{others[0]} again")
        save_draft(ticket=ticket, text=f"Ask {' and '.join(others)}", kind="note", by=agent)
        correct_person(person=person, by=agent, postal_address=f"c/o {others[0]}, Harbour 3")
    return [person.id for person in people]


def _all_gone(people: list[uuid.UUID]) -> None:
    assert not Person.objects.filter(pk__in=people).exists()
    assert set(Erasure.objects.values_list("state", flat=True)) == {"done"}
    assert not Message.objects.exists()
    assert not Draft.objects.exists()
    assert scan(NAMES, deep=True).places == []


def _erasing(people: list[uuid.UUID]) -> list[Callable[[], object]]:
    return [lambda one=one: erase_person(one, by=OPERATOR, reason="asked") for one in people]  # type: ignore[misc]


def _waiting_for_each_other(times: int, original: Callable[..., Any]) -> Callable[..., Any]:
    """The first so many callers go on when all of them are here; one that is kept out by a lock is not waited for."""
    gate = threading.Barrier(times)

    def call(*args: Any, **kwargs: Any) -> Any:
        with contextlib.suppress(threading.BrokenBarrierError):
            gate.wait(timeout=1)
        return original(*args, **kwargs)

    return call


def test_two_who_name_each_other_go_both_when_each_has_changed_what_the_other_is_about_to_delete(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people = _circle()
    monkeypatch.setattr(deleting, "delete_batch", _waiting_for_each_other(2, deleting.delete_batch))
    together(_erasing(people))
    _all_gone(people)


def test_two_who_name_each_other_go_both_when_one_reads_what_the_other_deletes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people = _circle()
    monkeypatch.setattr(run, "redact_mentions", _waiting_for_each_other(2, run.redact_mentions))
    together(_erasing(people))
    _all_gone(people)


@pytest.mark.parametrize("attempt", range(3))
def test_three_who_name_each_other_go_all(attempt: int) -> None:
    people = _circle(3)
    together(_erasing(people))
    _all_gone(people)


def test_a_text_that_goes_while_it_is_blacked_out_is_not_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever deletes it waits for the blacking out, or is first and leaves nothing to read."""
    personas = Personas()
    her, bo = personas.person(NAMES[0]), personas.person("Bo Ek")
    about = personas.ticket(bo, text=f"I met {NAMES[0]}").messages.get()
    deleted: list[threading.Thread] = []

    def delete() -> None:
        with transaction.atomic():
            deleting.delete_keys(Message, [about.pk])
        connections.close_all()

    def while_it_is_read(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            if not deleted:
                deleted.append(threading.Thread(target=delete))
                deleted[0].start()
                deleted[0].join(0.5)
            return original(*args, **kwargs)

        return call

    monkeypatch.setattr(mentions, "_redact_words", while_it_is_read(mentions._redact_words))
    with transaction.atomic():
        redacted = mentions.MessageMentions().redact(
            [about.pk], Redactor.of(Subject.of(her.id).known), dry=False
        )
    deleted[0].join(10)
    assert len(redacted) == 1
    assert not Message.objects.filter(pk=about.pk).exists()


def test_whoever_is_ended_by_the_server_in_a_deadlock_does_it_again() -> None:
    first, second = (Personas().person(name).id for name in NAMES[:2])
    gate, tries = threading.Barrier(2), list[str]()

    def work(name: str, one: uuid.UUID, other: uuid.UUID) -> None:
        with transaction.atomic():
            tries.append(name)
            Person.objects.filter(pk=one).update(language="en")
            with contextlib.suppress(threading.BrokenBarrierError):
                gate.wait(timeout=1)
            Person.objects.filter(pk=other).update(language="en")

    together([
        lambda: again_on_deadlock(lambda: work("a", first, second)),
        lambda: again_on_deadlock(lambda: work("b", second, first)),
    ])  # fmt: skip
    assert len(tries) > 2


def test_two_who_begin_the_same_erasure_have_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both look before either has begun."""
    person_id = Personas().person(NAMES[0]).id
    monkeypatch.setattr(begin, "_freeze", _waiting_for_each_other(2, begin._freeze))
    together(
        [lambda: begin.begin_erasure(person_id=person_id, by=OPERATOR, reason="asked") for _ in range(2)]
    )
    assert Erasure.objects.get().person_id == person_id
