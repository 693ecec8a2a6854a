"""What an export asks about a person must not walk through what concerns everybody else."""

from __future__ import annotations

from django.db import connection

from aureole.desk.exporting import _tickets_of
from aureole.testing.personas import Personas


def test_conversations_of_a_person_are_those_they_asked_wrote_in_or_were_copied_on(
    personas: Personas,
) -> None:
    ada, other = personas.person(), personas.person("Bo Ek")
    asked, written, copied = personas.ticket(ada), personas.ticket(other), personas.ticket(other)
    personas.message(written, ada)
    personas.copied(copied, ada)
    personas.ticket(other)
    assert set(_tickets_of(ada.id)) == {asked, written, copied}


def test_they_are_found_by_index_and_not_among_all_tickets(personas: Personas) -> None:
    sql, params = _tickets_of(personas.person().id).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL enable_seqscan = off"
        )  # what the planner would choose once the table is large
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Filter" not in plan, plan
