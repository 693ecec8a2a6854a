from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from aureole.kernel.inserting import insert_rows
from aureole.kernel.trips import one_trip, send
from aureole.staff.models import Team

pytestmark = pytest.mark.django_db


def names() -> list[str]:
    return list(Team.objects.order_by("name").values_list("name", flat=True))


def test_statements_of_a_block_go_together_when_it_ends() -> None:
    with CaptureQueriesContext(connection) as queries, one_trip():
        insert_rows([Team(name="North 50%")])
        insert_rows([Team(name="South")])
        assert len(queries) == 0
    assert len(queries) == 1
    assert names() == ["North 50%", "South"]


def test_a_block_within_another_hands_its_statements_on() -> None:
    with CaptureQueriesContext(connection) as queries, one_trip():
        with one_trip():
            insert_rows([Team(name="North")])
        assert len(queries) == 0
    assert (len(queries), names()) == (1, ["North"])


def test_a_block_that_fails_sends_nothing_and_the_next_one_is_its_own() -> None:
    def stumble() -> None:
        with one_trip():
            insert_rows([Team(name="North")])
            raise ValueError("trouble")

    with pytest.raises(ValueError, match="trouble"):
        stumble()
    with one_trip():
        insert_rows([Team(name="South")])
    assert names() == ["South"]


def test_each_statement_gets_its_own_answer() -> None:
    answers: list[Any] = []

    def keep(cursor: Any) -> None:
        answers.append(cursor.fetchall())

    with one_trip():
        send("SELECT %s::int", [1], keep)
        insert_rows([Team(name="North")])
        send("SELECT %s::text", ["two; three"], keep)
    assert answers == [[(1,)], [("two; three",)]]


def test_what_a_check_raises_takes_back_all_of_them() -> None:
    def refuse(cursor: Any) -> None:
        raise LookupError

    def write() -> None:
        with transaction.atomic(), one_trip():
            insert_rows([Team(name="North")])
            send("SELECT 1", [], refuse)

    with pytest.raises(LookupError):
        write()
    assert names() == []


def test_one_statement_that_the_database_refuses_takes_back_all_of_them() -> None:
    def write() -> None:
        with transaction.atomic(), one_trip():
            insert_rows([Team(name="North")])
            insert_rows([Team(name="North")])

    with pytest.raises(IntegrityError):
        write()
    assert names() == []
