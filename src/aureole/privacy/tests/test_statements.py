"""What an erasure and an export ask of the databases: as much for a person of many rows as for one of few."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from django.db import connections

from aureole.desk.writing import NewFile
from aureole.kernel.actor import Actor
from aureole.people.models import Person
from aureole.privacy.erasure import proof
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.export.package import write_package
from aureole.testing.personas import Personas

OPERATOR = Actor.operator()


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements sent to either database, transactions not counted."""
    seen: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if not sql.startswith(("SAVEPOINT", "RELEASE")):
            seen.append(sql)
        return execute(sql, *rest)

    with ExitStack() as stack:
        for alias in ("default", "keys"):
            stack.enter_context(connections[alias].execute_wrapper(note))
        yield seen


def _somebody(personas: Personas, name: str, tickets: int, messages: int) -> Person:
    person = personas.person(name)  # nobody's namesake: of those it is asked who else bears the name
    for _ in range(tickets):
        ticket = personas.ticket(person)
        for number in range(messages):
            file = NewFile(name=f"{number}.txt", content_type="text/plain", content=b"x")
            personas.message(ticket, person, files=(file,))
    return person


def _erased(person: Person) -> list[str]:
    with counting() as seen:
        erase_person(person.id, by=OPERATOR, reason="")
    return seen


def _exported(person: Person) -> list[str]:
    with counting() as seen:
        write_package(person.id, io.BytesIO(), by=OPERATOR)
    return seen


def test_an_erasure_takes_the_same_statements_whatever_there_is(
    personas: Personas, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the search for residue, which reads every table."""
    report = proof.scan([], deep=False)
    monkeypatch.setattr(proof, "scan", lambda *given, **more: report)
    few, many = _somebody(personas, "Ada Lindqvist", 1, 1), _somebody(personas, "Bo Nyberg", 4, 5)
    _erased(_somebody(personas, "Cia Ek", 1, 1))  # keys of the instance are at hand from here on
    of_few, of_many = _erased(few), _erased(many)
    assert len(of_few) == len(of_many) <= MOST_OF_AN_ERASURE, "\n".join(of_many)


def test_an_export_takes_the_same_statements_whatever_there_is(personas: Personas) -> None:
    few, many = _somebody(personas, "Ada Lindqvist", 1, 1), _somebody(personas, "Bo Nyberg", 4, 5)
    _exported(few)
    of_few, of_many = _exported(few), _exported(many)
    assert len(of_few) == len(of_many) <= MOST_OF_AN_EXPORT, "\n".join(of_many)


MOST_OF_AN_ERASURE = 116
MOST_OF_AN_EXPORT = 46
