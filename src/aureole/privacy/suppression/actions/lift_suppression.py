from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound
from aureole.kernel.events import announce
from aureole.ledger.record import record
from aureole.privacy.ports import directory
from aureole.privacy.suppression.events import SuppressionLifted
from aureole.privacy.suppression.keeping_away import entry_for
from aureole.vault import suppression
from aureole.vault.intake import instance_subject


def lift_suppression(*, entry_id: uuid.UUID, reason: str, by: Actor) -> None:
    """Take an entry off the list: the person may be recorded again, and mail of theirs that waited is taken in. The
    caller checked the permission.

    Raises NotFound for an entry that is not on it (any more).
    """
    with transaction.atomic():
        if not suppression.lift(entry_id):
            raise NotFound(
                "suppression_not_found", "There is no such entry on the list. Nothing was changed."
            )
        record(
            "privacy.suppression_lifted", by=by, details={"reason": reason.strip()} if reason.strip() else None,
            details_of=by.person_id or instance_subject(),
        )  # fmt: skip
        announce(SuppressionLifted(entry_id=entry_id))


def entry_of(address: str) -> uuid.UUID:
    """The entry of an address or number as somebody gives it. Raises NotFound when it has none."""
    for kind, compared in directory().readings(address):
        found = entry_for(kind, compared)
        if found is not None:
            return found.uid
    raise NotFound("suppression_not_found", "That address or number is not on the list. Nothing was changed.")
