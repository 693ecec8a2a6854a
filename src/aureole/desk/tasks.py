from __future__ import annotations

import uuid

from procrastinate.contrib.django import app

from aureole.desk.file_index import KIND
from aureole.desk.models import Attachment
from aureole.kernel.retrying import RETRY
from aureole.search.re_index import read_waiting


@app.task(name="desk.read_files", queue="default", retry=RETRY)
def read_files(*, message_id: str) -> None:
    """Read the documents attached to a message for the index. Safe to run twice: only what waits is read."""
    files = Attachment.objects.filter(message_id=uuid.UUID(message_id)).order_by("pk")
    for attachment_id in files.values_list("pk", flat=True):
        read_waiting(KIND, [attachment_id])
