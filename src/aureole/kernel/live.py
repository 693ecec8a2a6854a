"""Tell open pages that something changed: topic and version only, never content.

PostgreSQL sends the notification when the transaction commits, so a page never
re-fetches what is not there yet. The page asks again through the permission check.
"""

from __future__ import annotations

import json
import time
import uuid

from django.db import connection

CHANNEL = "aureole_live"


def touch(topic: str, row_id: uuid.UUID | None = None) -> None:
    """Announce a new version of `topic` (or of `topic:row_id`) to every listening page.

    Versions are microseconds since 1970: they grow, and a browser can hold them exactly.
    """
    name = f"{topic}:{row_id}" if row_id else topic
    message = json.dumps({"topic": name, "version": time.time_ns() // 1000})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, message])
