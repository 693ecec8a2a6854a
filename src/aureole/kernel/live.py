"""Tell open pages that something changed: topic and version only, never content.

Sent once the transaction has committed, each topic once, so a page never re-fetches what is not
there yet. The page asks again through the permission check. A crash between commit and sending
costs a page its update until its next one, and nothing else.
"""

from __future__ import annotations

import json
import time
import uuid

from django.db import connection, transaction

CHANNEL = "aureole_live"
_PENDING = "aureole_live_topics"
_TELL = """
    SET LOCAL synchronous_commit = off;
    SELECT pg_notify(%s, message) FROM unnest(%s::text[]) message
"""


def touch(topic: str, row_id: uuid.UUID | None = None) -> None:
    """Announce a new version of `topic` (or of `topic:row_id`) to every listening page.

    Versions are microseconds since 1970: they grow, and a browser can hold them exactly.
    """
    pending: set[str] = connection.__dict__.setdefault(_PENDING, set())
    pending.add(f"{topic}:{row_id}" if row_id else topic)
    # Robust: what was done is committed, so whoever did it must not be told that it failed.
    transaction.on_commit(_send, robust=True)


def _send() -> None:
    """One statement for all topics. A rollback leaves its topics behind; told later, they harm nobody.

    A notification is a transaction of its own and would wait for the disk, which holds up whoever answers a
    mail server; one that a crash swallows costs what a crash between commit and sending does.
    """
    pending: set[str] = connection.__dict__.get(_PENDING, set())
    if not pending:
        return
    version = time.time_ns() // 1000
    messages = [json.dumps({"topic": topic, "version": version}) for topic in sorted(pending)]
    pending.clear()
    with connection.cursor() as cursor:
        cursor.execute(_TELL, [CHANNEL, messages])
