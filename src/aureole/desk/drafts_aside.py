"""Drafts that stay though they were overwritten, thrown away or sent: a legal hold covers what stood there."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet

from aureole.desk.models import Draft
from aureole.kernel.clock import now
from aureole.kernel.events import reacts_to
from aureole.privacy.holds.events import HoldReleased
from aureole.privacy.holds.guard import held_since, is_held


def kept_aside(drafts: Sequence[Draft]) -> list[Draft]:
    """Set aside those that were there when a hold was placed; returns them. In the caller's transaction.

    What is typed after that is not held: it would be kept anew with each pause in typing (docs/decisions/0061).
    """
    held = [draft for draft in drafts if (since := held_since(draft.person_id)) and draft.updated_at <= since]
    if held:
        Draft.objects.filter(pk__in=[draft.pk for draft in held]).update(set_aside_at=now())
    return held


def let_go(drafts: QuerySet[Draft]) -> None:
    """Delete what no hold keeps; set the rest aside. In the caller's transaction."""
    rows = list(drafts.defer("text"))
    if not rows:
        return
    kept = {draft.pk for draft in kept_aside(rows)}
    Draft.objects.filter(pk__in=[draft.pk for draft in rows if draft.pk not in kept]).delete()


def drop_released(event: HoldReleased) -> None:
    """Once nothing of the person is held any more, what was set aside goes."""
    with transaction.atomic():
        if not is_held(event.person_id):
            Draft.objects.filter(person_id=event.person_id, set_aside_at__isnull=False).delete()


def register() -> None:
    reacts_to(HoldReleased)(drop_released)
