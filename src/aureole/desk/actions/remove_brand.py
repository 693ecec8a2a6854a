from __future__ import annotations

from django.db import transaction

from aureole.desk.brands import lock_brands
from aureole.desk.models import Brand
from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.ledger.record import record
from aureole.privacy.models import RetentionRule
from aureole.staff.permissions import require


def remove_brand(*, brand: Brand, by: Actor) -> None:
    """Take it out of use: no mail becomes of it, answers to its tickets leave under the company's name.

    Its tickets go on saying of which brand they were. Removed already, nothing happens. Raises Refused while an own
    period of the retention schedule names it: what it keeps would silently run out at another time.
    """
    require(by, "desk.brands")
    with transaction.atomic():
        lock_brands()
        fresh = Brand.objects.select_for_update().get(pk=brand.pk)
        if fresh.removed_at is not None:
            return
        if RetentionRule.objects.filter(scope="brand", value=str(fresh.pk), ended_at=None).exists():
            raise Refused(
                "brand_has_period",
                "Tickets of this brand are kept for a time of their own, so it cannot be removed. Nothing was "
                "changed; a privacy officer ends that period first, under Retention or by "
                "`retention reset CLASS --brand CODE`.",
            )
        fresh.addresses.all().delete()
        fresh.removed_at = now()
        fresh.save(update_fields=["removed_at"])
        record("desk.brand_removed", by=by)
        live.touch("desk")
