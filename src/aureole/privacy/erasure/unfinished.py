"""Erasures that began and have not ended: gone on with by the worker, told to officers when that does not help.

A command or a page that was killed leaves no job behind it, and nobody else would go on.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet

from aureole.kernel.clock import now
from aureole.kernel.jobs import store_job
from aureole.privacy.holds.guard import held_persons
from aureole.privacy.models import Erasure, ErasureState, RequestKind, RequestState, RightsRequest, Way
from aureole.privacy.rights.matters import Matter, add_matters
from aureole.privacy.rights.place import day_of

LEFT_ALONE = timedelta(hours=1)
"""Whoever began it may be at it."""
TOLD_AFTER = timedelta(days=2)
"""The last letter may take one of them."""
_WORDS = {Way.ERASE: "an erasure", Way.ANONYMISE: "an anonymisation"}
_UNDER_WAY = """
SELECT DISTINCT coalesce(args->>'erasure_id', args->>'request_id') FROM procrastinate_jobs
WHERE status IN ('todo', 'doing') AND task_name IN ('privacy.carry_out_erasure', 'privacy.carry_out_request')
"""


def go_on_with_begun() -> int:
    """Leave a job for each that has none; how many. A request that is being carried out goes on as one, also where
    the erasure is done and only the request has not heard of it. What a hold stops goes on when that is released
    (`holds/resuming.py`)."""
    asked = RightsRequest.objects.filter(
        kind=RequestKind.ERASURE, state=RequestState.EXECUTING, outcome__has_key="erasure"
    )
    requests = {
        uuid.UUID(str(outcome["erasure"])): request_id
        for request_id, outcome in asked.values_list("pk", "outcome")
        if outcome
    }  # fmt: skip
    long_ago = now() - LEFT_ALONE
    begun = set(_begun_before(long_ago).values_list("pk", flat=True))
    begun |= set(
        Erasure.objects.filter(pk__in=requests, created_at__lt=long_ago).values_list("pk", flat=True)
    )
    begun -= set(
        Erasure.objects.filter(pk__in=begun, person_id__in=held_persons()).values_list("pk", flat=True)
    )
    under_way, left = _under_way() if begun else set(), 0
    for erasure_id in sorted(begun):
        request_id = requests.get(erasure_id)
        if str(request_id or erasure_id) in under_way:
            continue
        if request_id is not None:
            store_job("privacy.carry_out_request", request_id=request_id, lock=f"request:{request_id}")
        else:
            store_job("privacy.carry_out_erasure", erasure_id=erasure_id, lock=f"erasure:{erasure_id}")
        left += 1
    return left


def _begun_before(moment: datetime) -> QuerySet[Erasure]:
    rows = Erasure.objects.filter(person_id__isnull=False, state=ErasureState.RUNNING)
    return rows.filter(created_at__lt=moment).order_by("created_at", "pk")


def _under_way() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(_UNDER_WAY)
        return {str(found) for (found,) in cursor.fetchall()}


def _as_matters() -> Iterator[Matter]:
    rows = list(_begun_before(now() - TOLD_AFTER).values_list("person_id", "way", "created_at"))
    held: set[uuid.UUID] = (
        set(held_persons().filter(person_id__in=[row[0] for row in rows])) if rows else set()
    )
    for person_id, way, began in rows:
        why = (
            "it waits until a hold is released"
            if person_id in held
            else "it is tried again by itself; why it fails stands in the worker's log"
        )
        words = f"{_WORDS[Way(way)]} that began has not ended: {why}"
        yield Matter(kind="unfinished", person_id=person_id, since=day_of(began), words=words)


def register() -> None:
    add_matters(_as_matters)
