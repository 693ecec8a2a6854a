"""What stands still because something of a person is held."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection

from aureole.privacy.models import OPEN_STATES, RequestKind, RightsRequest


def waiting_requests(person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[int]]:
    """Numbers of the open erasure requests of these persons: none goes before a release. One query."""
    rows = RightsRequest.objects.filter(
        kind=RequestKind.ERASURE, state__in=OPEN_STATES, person_id__in=list(person_ids)
    )
    found: dict[uuid.UUID, list[int]] = defaultdict(list)
    for person_id, number in rows.order_by("number").values_list("person_id", "number"):
        if person_id is not None:
            found[person_id].append(number)
    return found
