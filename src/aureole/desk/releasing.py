"""Documents that stayed under a hold although they name somebody erased go when nothing holds them any more."""

from __future__ import annotations

from contextlib import suppress

from django.db import transaction

from aureole.desk.file_mentions import held_among, replace_by_notice
from aureole.desk.models import Attachment
from aureole.kernel.errors import Refused
from aureole.kernel.events import reacts_to
from aureole.privacy.holds.events import HoldReleased
from aureole.privacy.holds.guard import refuse_held_of_others
from aureole.privacy.holds.leaving import left_behind, note_gone
from aureole.privacy.models import Hold
from aureole.vault.unlock import unlock


def remove_what_stayed(event: HoldReleased) -> None:
    """Whom a document names nobody knows any more, so all of it goes. Safe to run twice.

    What another hold covers, of the document or of everything of its owner, waits for that one.
    """
    for hold in left_behind(event.person_id, Attachment._meta.db_table).order_by("pk"):
        with suppress(Refused), transaction.atomic():
            _remove(hold)


def _remove(hold: Hold) -> None:
    refuse_held_of_others({hold.person_id})
    rows = Attachment.objects.select_for_update(of=("self",)).filter(pk__in=[hold.row_id])
    found = unlock(rows.select_related("file", "message__ticket"))
    if held_among(found):
        return
    for attachment in found:
        unlock([attachment.message])
        replace_by_notice(attachment)
    note_gone(hold)


def register() -> None:
    reacts_to(HoldReleased)(remove_what_stayed)
