from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.record import record
from aureole.people.models import Person, Twin, TwinSign


def tell_apart(*, person_id: uuid.UUID, other_id: uuid.UUID, by: Actor) -> None:
    """Remember that two similar records are two people, so that nobody is asked again. The caller checked the
    permission. A second time changes nothing.

    Raises NotFound for somebody the actor does not see, Refused for one and the same.
    """
    both = {person_id, other_id}
    if len(both) < 2:
        raise Refused("merge_of_one", "That is one and the same record. Nothing was changed.")
    with transaction.atomic():
        rows = Person.objects.visible_to(by).select_for_update(no_key=True, of=("self",)).filter(pk__in=both)
        if len(rows.order_by("pk")) < len(both):
            raise NotFound(
                "person_not_found",
                "One of the two is not here any more; they may have been erased or merged.",
            )
        pairs = [(person_id, other_id), (other_id, person_id)]
        known = Twin.objects.filter(person__in=both, other__in=both)
        if known.exclude(decided_at=None).exists():
            return
        sign = known.values_list("sign", flat=True).first() or TwinSign.DOMAIN
        known.delete()
        Twin.objects.bulk_create(
            Twin(person_id=one, other_id=other, sign=sign, noted_at=now(), decided_at=now())
            for one, other in pairs
        )
        for one in sorted(both):
            record("people.told_apart", by=by, person=one)
    live.touch("desk")
