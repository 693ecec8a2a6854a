from __future__ import annotations

import pytest
from django.db import connection

from aureole.desk.models import Message
from aureole.testing.personas import Personas


def raw(row: Message, column: str = "text") -> bytes:
    """What the database holds of a column."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM desk_message WHERE id = %s", [row.pk])
        return bytes(cursor.fetchone()[0])


@pytest.fixture
def message(personas: Personas) -> Message:
    found: Message = personas.ticket(subject="canary subject", text="canary words").messages.get()
    return found
