"""How far an erasure has come: written in the transaction that did the work, so a count is never lost or doubled."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from django.db import connection

from aureole.kernel.clock import now
from aureole.privacy.models import Erasure, ErasureState

# One statement adds up on the server: two processes at the same erasure wait for each other's row.
_NOTE = """
UPDATE privacy_erasure SET
    step = coalesce(nullif(%s, ''), step),
    done = (
        SELECT coalesce(jsonb_object_agg(key, total), '{}') FROM (
            SELECT key, sum(value::bigint) AS total
            FROM (SELECT * FROM jsonb_each_text(done) UNION ALL SELECT * FROM jsonb_each_text(%s)) counts
            GROUP BY key
        ) totals
    )
WHERE id = %s AND state = 'running' RETURNING step, done
"""
_WITHOUT_WAITING = "SET LOCAL synchronous_commit = off;"


def note_step(erasure: Erasure, step: str, counts: Counter[str] | None = None) -> None:
    """Add counts by place, and the name of the step when it is finished ("" when it is not).

    Brings `erasure` up to date, also when somebody else has finished it meanwhile. A note by itself does not wait
    for the disk: a crash that swallows it has the step done again.
    """
    with connection.cursor() as cursor:
        alone = not connection.in_atomic_block
        cursor.execute(
            (_WITHOUT_WAITING if alone else "") + _NOTE,
            [step, json.dumps(+(counts or Counter())), erasure.pk],
        )
        if alone:
            cursor.nextset()
        found = cursor.fetchone()
    if found is None:
        erasure.refresh_from_db()
        return
    erasure.step, erasure.done = found[0], json.loads(found[1])


def note_certificate(erasure: Erasure, text: str) -> None:
    """The certificate is signed: the last thing that needs to know who it was about."""
    Erasure.objects.filter(pk=erasure.pk).update(certificate=text, statement=None, step="proof")
    erasure.certificate, erasure.statement, erasure.step = text, None, "proof"


def note_statement(erasure: Erasure, statement: dict[str, Any]) -> None:
    """What the certificate will say, in the transaction of the entry that commits to it."""
    Erasure.objects.filter(pk=erasure.pk).update(statement=statement)
    erasure.statement = statement


def note_end(erasure: Erasure) -> None:
    """Nothing is left that leads from the erasure to a person."""
    over = {
        "state": ErasureState.DONE,
        "step": "done",
        "person_id": None,
        "known_as": None,
        "finished_at": now(),
    }
    Erasure.objects.filter(pk=erasure.pk).update(**over)
    for name, value in over.items():
        setattr(erasure, name, value)
